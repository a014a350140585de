package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata/script and in README.md")

// oracleDB is a small database that Snorkel itself wrote.
const oracleDB = "../../testdata/oracle/snorkel07.db"

// sharedOracle has more of them, on the machines where the project is built.
const sharedOracle = "../../../shared/oracle"

// What a command leaves is little: the garbage of tests is collected later than that of
// programs is without this variable.
const (
	gcVariable       = "GOGC"
	gcPercentOfTests = 400
)

// TestMain makes the test binary serve as the programs that tests start, under their
// names in the path, so that what is tested is what a user types.
func TestMain(m *testing.M) {
	programs := map[string]func(){"workbench": main, "worker": work, "holdlock": holdLock, "halfwrite": halfWrite}
	if program := programs[filepath.Base(os.Args[0])]; program != nil {
		program()
		return
	}
	debug.SetGCPercent(gcPercentOfTests)
	exitOn(os.Setenv(gcVariable, strconv.Itoa(gcPercentOfTests)))
	dir, err := os.MkdirTemp("", "workbench-programs-")
	exitOn(err)
	self, err := os.Executable()
	exitOn(err)
	for name := range programs {
		exitOn(os.Symlink(self, filepath.Join(dir, name)))
	}
	exitOn(os.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH")))
	status := m.Run()
	stopIdle()
	exitOn(os.RemoveAll(dir))
	os.Exit(status)
}

// Each script tests one command, or one rule that all of them keep. It starts
// in a directory of its own with a copy of the oracle's database as snorkel.db,
// the default name. Beside testscript's commands it has those of
// script_cmds_test.go.
func TestScripts(t *testing.T) {
	t.Parallel()
	params := scriptParams(t)
	params.Dir, params.UpdateScripts = "testdata/script", *update
	testscript.Run(t, params)
}

// scriptParams is how scripts are run, wherever their databases are.
func scriptParams(t *testing.T) testscript.Params {
	testdata, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	cmddata, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	shared, err := filepath.Abs(sharedOracle)
	if err != nil {
		t.Fatal(err)
	}
	return testscript.Params{
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("TESTDATA", testdata)
			env.Setenv("CMDDATA", cmddata)
			env.Setenv("SHARED", shared)
			env.Setenv(gcVariable, os.Getenv(gcVariable))
			env.Values[workerKey{}] = newScriptWorker(env)
			env.Values[lockers{}] = make(map[string]*exec.Cmd)
			return copyFile(oracleDB, filepath.Join(env.WorkDir, "snorkel.db"))
		},
		Condition: condition,
		Cmds:      scriptCommands(),
	}
}

// copyFile copies a file and makes the copy writable.
func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}
