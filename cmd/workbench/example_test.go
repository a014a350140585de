package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// madeExample is the built-in example and what demo printed when it made it.
type madeExample struct {
	dir            string
	stdout, stderr string
}

// example makes it once: that takes seconds. It lies beside the programs, whose
// directory TestMain removes; the umask was 077.
var example = sync.OnceValues(func() (e madeExample, err error) {
	program, err := exec.LookPath("workbench")
	if err != nil {
		return e, err
	}
	e.dir = filepath.Join(filepath.Dir(program), "example")
	if err := os.Mkdir(e.dir, 0o755); err != nil {
		return e, err
	}
	cmd := exec.Command(program, "demo", "--out", "notebook.db")
	if _, err := exec.LookPath("sh"); err == nil {
		cmd = exec.Command("sh", "-c", "umask 077; workbench demo --out notebook.db")
	}
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = e.dir, &stdout, &stderr
	err = cmd.Run()
	e.stdout, e.stderr = stdout.String(), stderr.String()
	return e, err
})

// copyTo copies its files, with their modes.
func (e *madeExample) copyTo(dir string) error {
	files, err := os.ReadDir(e.dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		to := filepath.Join(dir, f.Name())
		if err := copyFile(filepath.Join(e.dir, f.Name()), to); err != nil {
			return err
		}
		info, err := f.Info()
		if err != nil {
			return err
		}
		if err := os.Chmod(to, info.Mode()); err != nil {
			return err
		}
	}
	return nil
}

// cmdExample: example — as workbench demo --out notebook.db with the umask 077, which
// was run once for all.
func cmdExample(ts *testscript.TestScript, neg bool, args []string) {
	operands(ts, neg, args, 0)
	e, err := example()
	outcome{0, e.stdout, e.stderr}.show(ts)
	ts.Check(err)
	ts.Check(e.copyTo(ts.MkAbs(".")))
}

// exampleIn is a directory with a copy of the example.
func exampleIn(t *testing.T) string {
	t.Helper()
	e, err := example()
	if err != nil {
		t.Fatalf("workbench demo: %v\n%s", err, e.stderr)
	}
	dir := t.TempDir()
	if err := e.copyTo(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}
