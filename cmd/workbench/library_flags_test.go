package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The packages below cmd say what is wrong; only cmd knows the flags that help,
// and adds them (see [advised]).
func TestLibrariesKnowNoFlags(t *testing.T) {
	flag := regexp.MustCompile(`--[a-z][a-z-]*`)
	files := 0
	for _, dir := range []string{"session", "candidates", "annotations", "learning"} {
		err := filepath.WalkDir(filepath.Join("../..", dir), func(file string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && d.Name() == "testdata":
				return filepath.SkipDir
			case d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
				return nil
			}
			files++
			set := token.NewFileSet()
			source, err := parser.ParseFile(set, file, nil, parser.ParseComments)
			if err != nil {
				return err
			}
			for _, group := range source.Comments {
				if found := flag.FindString(group.Text()); found != "" {
					t.Errorf("%s: a comment about a flag, %s", set.Position(group.Pos()), found)
				}
			}
			ast.Inspect(source, func(n ast.Node) bool {
				literal, ok := n.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(literal.Value)
				if found := flag.FindString(text); err != nil || found != "" {
					t.Errorf("%s: a message about a flag, %s", set.Position(literal.Pos()), literal.Value)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files == 0 {
		t.Error("no file was found")
	}
}
