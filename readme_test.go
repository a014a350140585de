package workbench_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestProgramOfTheREADME builds the README's Go program as a module of its own,
// the way that the README tells another module to require this one, and runs it
// on a database of Snorkel's.
func TestProgramOfTheREADME(t *testing.T) {
	root, err := filepath.Abs(".")
	must(t, err)
	readme, err := os.ReadFile("README.md")
	must(t, err)
	_, program, found := strings.Cut(string(readme), "```go\n")
	program, _, closed := strings.Cut(program, "```")
	if !found || !closed {
		t.Fatal("the README has no block of Go")
	}
	if !strings.Contains(string(readme), "go mod edit -require=workbench@v0.0.0 -replace=workbench=") {
		t.Error("the README does not say how another module requires this one")
	}
	dir := t.TempDir()
	write := func(name string, data []byte) { must(t, os.WriteFile(filepath.Join(dir, name), data, 0o644)) }
	write("main.go", []byte(program))
	database, err := os.ReadFile("testdata/oracle/snorkel07.db")
	must(t, err)
	write("snorkel.db", database)
	// What go mod tidy would fetch for tests of tests is not needed: the sums
	// and versions of this module do.
	module, err := os.ReadFile("go.mod")
	must(t, err)
	_, requirements, _ := strings.Cut(string(module), "require (")
	requirements, _, _ = strings.Cut(requirements, "\ntool ")
	sums, err := os.ReadFile("go.sum")
	must(t, err)
	write("go.mod", []byte("module example.com/labels\n\ngo 1.26.0\n\nrequire (\n"+requirements))
	write("go.sum", sums)
	run := func(name string, args ...string) string {
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	run("go", "mod", "edit", "-require=workbench@v0.0.0", "-replace=workbench="+root)
	run("go", "build", "-ldflags=-s -w", "-o", "labels", ".")
	const want = "238 candidates, 9 labeling functions, 238 rows saved\n"
	if got := run("./labels"); got != want {
		t.Errorf("it prints %q, want %q", got, want)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
