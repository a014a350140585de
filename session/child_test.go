package session_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"workbench/session"
)

// Locks and crashes need a second process: POSIX locks do not hold between two
// connections of one process, and a process that is killed cannot be a test.
// So the test binary starts itself again, with a role in childRole.
const childRole = "WORKBENCH_SESSION_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(childRole) {
	case "":
		os.Exit(m.Run())
	case "write":
		halfWrite(os.Args[1])
	case "grow":
		grow(os.Args[1])
	case "lock":
		tryLock(os.Args[1])
	}
}

// halfWrite changes the whole file in one transaction with a cache so small
// that pages spill into the file, says so and waits to be killed.
func halfWrite(path string) {
	db, err := sql.Open("sqlite", "file:"+path)
	exitOn(err)
	db.SetMaxOpenConns(1)
	for _, statement := range []string{"PRAGMA cache_size = 5", "BEGIN IMMEDIATE",
		"UPDATE label SET value = 0", "UPDATE context SET stable_id = stable_id || '::gone'"} {
		_, err := db.Exec(statement)
		exitOn(err)
	}
	fmt.Println("half written")
	io.Copy(io.Discard, os.Stdin) // Go would end a program whose goroutines all wait for each other
}

// grow writes more in one transaction of a session than a limit on the size of
// files lets it, with a cache so small that pages spill into the file before.
func grow(path string) {
	s, err := session.Open(context.Background(), path, session.Writable())
	exitOn(err)
	err = s.Update(context.Background(), func(tx *session.Tx) error {
		for _, statement := range []string{"PRAGMA cache_size = 5", "UPDATE context SET stable_id = stable_id || '::gone'",
			"CREATE TABLE large AS SELECT zeroblob(1000000) FROM context"} {
			if _, err := tx.Exec(statement); err != nil {
				return err
			}
		}
		return nil
	})
	fmt.Println(err)
}

// tryLock says whether another process may begin to write now.
func tryLock(path string) {
	db, err := sql.Open("sqlite", "file:"+path+"?mode=rw&_pragma=busy_timeout(0)")
	exitOn(err)
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("BEGIN IMMEDIATE"); err != nil {
		fmt.Println("refused:", err)
		return
	}
	fmt.Println("granted")
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// startChild starts the test binary in a role and returns the first line that
// it prints, and the process.
func startChild(t *testing.T, role, path string) (string, *exec.Cmd) {
	t.Helper()
	binary, err := os.Executable()
	must(t, err)
	cmd := exec.Command(binary, path)
	cmd.Env = append(os.Environ(), childRole+"="+role)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	_, err = cmd.StdinPipe() // open until the test ends
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	return strings.TrimSpace(line), cmd
}

// mayWrite asks another process whether it could write now.
func mayWrite(t *testing.T, path string) string {
	t.Helper()
	line, _ := startChild(t, "lock", path)
	return line
}
