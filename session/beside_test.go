package session_test

import (
	"testing"
	"time"

	"workbench/session"
)

// beside counts the connections that a scan can have beside it, after it read
// something and then other happened.
func beside(t *testing.T, s *session.Session, other func()) int {
	t.Helper()
	count := -1
	must(t, s.Scan(t.Context(), func(sc *session.Scanner) error {
		must(t, readOne(sc))
		other()
		others, done, err := sc.Beside(3)
		if err != nil {
			return err
		}
		defer done()
		count = len(others)
		for _, o := range others {
			must(t, readOne(o))
		}
		return nil
	}))
	return count
}

func TestConnectionsBesideAScan(t *testing.T) {
	path := copyOracle(t)
	if n := beside(t, open(t, path), func() {}); n != 3 {
		t.Errorf("%d connections, want 3", n)
	}
	execute(t, path, "PRAGMA journal_mode = wal")
	if n := beside(t, open(t, path), func() {}); n != 0 {
		t.Errorf("%d connections to a file in WAL mode, want none", n)
	}
}

// A program that could not commit keeps the lock that lets nobody begin to
// read, and gets its turn when the scan is over. Waiting for it would be in
// vain.
func TestNoConnectionsBesideAWriterThatWaits(t *testing.T) {
	path := copyOracle(t)
	writer := raw(t, path)
	began := time.Now()
	n := beside(t, open(t, path, session.BusyTimeout(time.Minute)), func() {
		for _, statement := range []string{"PRAGMA busy_timeout = 0", "BEGIN IMMEDIATE", "UPDATE candidate SET split = split"} {
			if _, err := writer.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := writer.Exec("COMMIT"); err == nil {
			t.Fatal("another program could commit during a scan")
		}
	})
	if n != 0 {
		t.Errorf("%d connections, want none", n)
	}
	if waited := time.Since(began); waited > 30*time.Second {
		t.Errorf("it waited %s for them", waited)
	}
	if _, err := writer.Exec("COMMIT"); err != nil {
		t.Errorf("after the scan: %v", err)
	}
}
