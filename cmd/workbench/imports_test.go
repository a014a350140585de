package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers are the packages of the module, with those below them, from the
// lowest up. Nothing imports upwards. What is above annotations takes matrices
// and gives results; only the layers below know that there is SQL.
func layers() []string {
	return []string{"workbench", "workbench/session", "workbench/candidates", "workbench/annotations",
		"workbench/learning", "workbench/cmd"}
}

// layerOf is the place of a package among the layers, or −1.
func layerOf(pkg string) int {
	for i, layer := range layers() {
		if pkg == layer || i > 0 && strings.HasPrefix(pkg, layer+"/") {
			return i
		}
	}
	return -1
}

func TestImportsPointOneWay(t *testing.T) {
	const root = "../.."
	found := make(map[int]bool)
	learning := layerOf("workbench/learning")
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		name := d.Name()
		switch {
		case err != nil:
			return err
		case d.IsDir() && file != root && (name == "testdata" || strings.HasPrefix(name, ".")):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		dir, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		pkg := path.Join("workbench", filepath.ToSlash(dir))
		own := layerOf(pkg)
		if own < 0 {
			t.Errorf("%s: package %s is in no layer", file, pkg)
		}
		found[own] = true
		source, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		if slices.Contains([]string{"util", "utils", "common", "helpers", "misc"}, source.Name.Name) {
			t.Errorf("%s: package %s is named after nothing", file, source.Name.Name)
		}
		for _, spec := range source.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			ours := imported == "workbench" || strings.HasPrefix(imported, "workbench/")
			below := layerOf(imported)
			switch {
			case ours && (below < 0 || below > own):
				t.Errorf("%s imports %s, which is not below it", file, imported)
			case ours && own == learning && below < learning && imported != matrixPackage:
				t.Errorf("%s imports %s; learning takes matrices", file, imported)
			case isSQL(imported) && own != layerOf("workbench/session"):
				t.Errorf("%s imports %s; only session knows the driver", file, imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, layer := range layers() {
		if !found[i] {
			t.Errorf("no package of %s was found", layer)
		}
	}
}

// matrixPackage is all that learning sees of the layers below it.
const matrixPackage = "workbench/annotations/matrix"

// TestLearningReachesNoDriver looks at what a package links, however far away:
// who only trains a model needs no database and runs no programs.
func TestLearningReachesNoDriver(t *testing.T) {
	gonum := func(pkg string) bool {
		return strings.HasPrefix(pkg, "gonum.org/v1/gonum/") || strings.HasPrefix(pkg, "golang.org/x/tools/container/")
	}
	for root, allowed := range map[string]func(pkg string) bool{
		matrixPackage: func(pkg string) bool { return gonum(pkg) || pkg == matrixPackage },
		"workbench/learning/...": func(pkg string) bool {
			return gonum(pkg) || pkg == matrixPackage || layerOf(pkg) == layerOf("workbench/learning")
		},
		// What draws links what draws, and nothing that runs or connects.
		chartPackage: func(string) bool { return true },
	} {
		roots := []string{root}
		if strings.HasSuffix(root, "/...") {
			roots = slices.DeleteFunc(goList(t, root), func(pkg string) bool { return pkg == chartPackage })
		}
		pkgs := goList(t, append([]string{"-deps"}, roots...)...)
		if len(pkgs) < 2 {
			t.Fatalf("%s has no dependencies: %s", root, pkgs)
		}
		for _, pkg := range pkgs {
			first, _, _ := strings.Cut(pkg, "/")
			outside := strings.Contains(first, ".") || first == "workbench"
			if outside && !allowed(pkg) || isSQL(pkg) || pkg == "os/exec" || pkg == "net" {
				t.Errorf("%s reaches %s", root, pkg)
			}
		}
	}
}

// TestProgramLinksNoTestTools looks at what the program links.
func TestProgramLinksNoTestTools(t *testing.T) {
	for _, pkg := range goList(t, "-deps", "./cmd/workbench") {
		if strings.HasPrefix(pkg, "github.com/chromedp/") || strings.HasSuffix(pkg, "/testscript") || pkg == "testing" {
			t.Errorf("the program links %s", pkg)
		}
	}
}

// chartPackage is the only package of learning that draws.
const chartPackage = "workbench/learning/chart"

// goList lists packages.
func goList(t *testing.T, args ...string) []string {
	t.Helper()
	list := exec.Command("go", append([]string{"list"}, args...)...)
	list.Dir = "../.."
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list %s: %v", strings.Join(args, " "), err)
	}
	return strings.Fields(string(out))
}

// TestOnlySessionSpeaksADialect looks for what only SQLite understands in the SQL
// texts of candidates and annotations: another database gets the same ones.
func TestOnlySessionSpeaksADialect(t *testing.T) {
	dialect := regexp.MustCompile(`(?i)json_each|\bpragma|sqlite_|\browid\b|\?[0-9]|\bWHERE 1\b|\bAUTOINCREMENT\b|\bWITHOUT ROWID\b|INSERT OR |NOT INDEXED|max\(id\)`)
	literals := 0
	for _, dir := range []string{"../../candidates", "../../annotations"} {
		err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
				return err
			}
			source, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(source, func(n ast.Node) bool {
				literal, ok := n.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING || !strings.Contains(literal.Value, "SELECT") && !strings.Contains(literal.Value, "WHERE") &&
					!strings.Contains(literal.Value, "INSERT") && !strings.Contains(literal.Value, "UPDATE") && !strings.Contains(literal.Value, "DELETE") {
					return true
				}
				literals++
				if what := dialect.FindString(literal.Value); what != "" {
					t.Errorf("%s: %q in %s", file, what, literal.Value)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if literals < 30 {
		t.Errorf("only %d SQL texts were found", literals)
	}
}

func isSQL(pkg string) bool {
	return pkg == "database/sql" || strings.HasPrefix(pkg, "database/sql/") ||
		strings.HasPrefix(pkg, "github.com/jmoiron/sqlx") || strings.HasPrefix(pkg, "modernc.org/sqlite") ||
		strings.HasPrefix(pkg, "github.com/jackc/")
}
