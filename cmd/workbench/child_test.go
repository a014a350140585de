package main

import (
	"bufio"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// Locks and killed writers need processes of their own: closing a file drops
// all POSIX locks that a process has on it, so a test that holds a lock must
// not look at the file.

// holdLock is a program that locks a database until it is killed.
func holdLock() {
	db, err := sql.Open("sqlite", "file:"+os.Args[1]+"?mode=rw")
	exitOn(err)
	db.SetMaxOpenConns(1)
	_, err = db.Exec("BEGIN EXCLUSIVE")
	exitOn(err)
	fmt.Println("locked")
	untilKilled()
}

// halfWrite is a program that changes a whole database in one transaction,
// with a cache so small that changed pages reach the file before the commit,
// and then waits to be killed.
func halfWrite() {
	db, err := sql.Open("sqlite", "file:"+os.Args[1]+"?mode=rw")
	exitOn(err)
	db.SetMaxOpenConns(1)
	for _, statement := range []string{"PRAGMA cache_size = 4", "BEGIN IMMEDIATE",
		"UPDATE context SET stable_id = 'half ' || stable_id", "UPDATE label SET value = 0"} {
		_, err := db.Exec(statement)
		exitOn(err)
	}
	fmt.Println("half written")
	untilKilled()
}

// untilKilled waits as long as the test lives. Go would end a program whose
// goroutines all wait for each other.
func untilKilled() { io.Copy(io.Discard, os.Stdin) }

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// startChild starts one of these programs on a database and returns when it
// has done its work.
func startChild(program, db string) (*exec.Cmd, error) {
	cmd := exec.Command(program, filepath.Base(db))
	cmd.Dir = filepath.Dir(db)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if _, err := cmd.StdinPipe(); err != nil { // open until the test ends
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		stopChild(cmd)
		return nil, fmt.Errorf("%s said nothing: %w", program, err)
	}
	return cmd, nil
}

// stopChild kills a program; that it was killed is no failure.
func stopChild(cmd *exec.Cmd) {
	cmd.Process.Kill()
	cmd.Wait()
}

// lockers is the key of a script's programs that hold locks, by database.
type lockers struct{}

func held(ts *testscript.TestScript) map[string]*exec.Cmd {
	return ts.Value(lockers{}).(map[string]*exec.Cmd)
}

// cmdLock: lock DB — another program takes an exclusive lock on it.
func cmdLock(ts *testscript.TestScript, neg bool, args []string) {
	db := ts.MkAbs(operands(ts, neg, args, 1)[0])
	if s := onServer(ts); s != nil && s.lock(ts, db) {
		return
	}
	cmd, err := startChild("holdlock", db)
	ts.Check(err)
	held(ts)[db] = cmd
	ts.Defer(func() {
		if cmd := held(ts)[db]; cmd != nil {
			stopChild(cmd)
		}
	})
}

// cmdUnlock: unlock DB — that program ends.
func cmdUnlock(ts *testscript.TestScript, neg bool, args []string) {
	db := ts.MkAbs(operands(ts, neg, args, 1)[0])
	if s := onServer(ts); s != nil && s.unlock(db) {
		return
	}
	if held(ts)[db] == nil {
		ts.Fatalf("%s is not locked", args[0])
	}
	stopChild(held(ts)[db])
	delete(held(ts), db)
}

// cmdKillWriter: killwriter DB — another program is killed while it writes,
// and leaves a hot journal.
func cmdKillWriter(ts *testscript.TestScript, neg bool, args []string) {
	db := ts.MkAbs(operands(ts, neg, args, 1)[0])
	cmd, err := startChild("halfwrite", db)
	ts.Check(err)
	stopChild(cmd)
	if info, err := os.Stat(db + "-journal"); err != nil || info.Size() == 0 {
		ts.Fatalf("the killed writer left no journal")
	}
}
