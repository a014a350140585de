package session_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"workbench/session"
)

func TestUpdateBeginsImmediate(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	if answer := mayWrite(t, path); answer != "granted" {
		t.Fatalf("before the Update another process may not write: %s", answer)
	}
	must(t, s.Update(t.Context(), func(*session.Tx) error {
		// Nothing is written yet, and still nobody else can begin to.
		if answer := mayWrite(t, path); !strings.Contains(answer, "locked") {
			t.Errorf("during the Update another process is told %q", answer)
		}
		wantCandidates(t, open(t, path), 391) // but reading goes on
		return nil
	}))
	if answer := mayWrite(t, path); answer != "granted" {
		t.Errorf("after the Update another process may not write: %s", answer)
	}
}

// POSIX drops all of a process's locks on a file when any of its descriptors
// is closed, so whoever opens a database must not also open the file by hand.
func TestOpeningADatabaseKeepsTheLocksOfOtherSessions(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	must(t, s.Update(t.Context(), func(tx *session.Tx) error {
		other, err := session.Open(t.Context(), path)
		must(t, err)
		must(t, other.Close())
		_, err = session.Create(t.Context(), path)
		wantKind(t, err, session.ErrExists, path)
		_, _, err = ask(t, s, "SELECT 1")
		must(t, err)
		if answer := mayWrite(t, path); !strings.Contains(answer, "locked") {
			t.Errorf("another process is told %q while an Update runs", answer)
		}
		return nil
	}))
}

func TestLockOfAnotherProgramIsReportedAfterTheBusyTimeout(t *testing.T) {
	path := copyOracle(t)
	other := raw(t, path)
	lock := func(statement string) {
		t.Helper()
		_, err := other.Exec(statement)
		must(t, err)
	}
	for _, timeout := range []time.Duration{0, 120 * time.Millisecond} {
		s := open(t, path, session.Writable(), session.BusyTimeout(timeout))
		for _, test := range []struct {
			lock string
			what string
			try  func() error
		}{
			{"BEGIN IMMEDIATE", "Update", func() error { return insertCandidates(t, s, 1) }},
			{"BEGIN EXCLUSIVE", "View", func() error { _, err := s.Overview(t.Context()); return err }},
			{"BEGIN EXCLUSIVE", "Scan", func() error { return s.Scan(t.Context(), readOne) }},
			{"BEGIN EXCLUSIVE", "Query", func() error { _, _, err := ask(t, s, "SELECT 1 FROM candidate"); return err }},
			{"BEGIN EXCLUSIVE", "Open", func() error {
				_, err := session.Open(t.Context(), path, session.BusyTimeout(timeout))
				return err
			}},
		} {
			lock(test.lock)
			started := time.Now()
			err := test.try()
			took := time.Since(started)
			lock("ROLLBACK")
			wantKind(t, err, session.ErrLocked, path)
			// Never before the timeout; after it, only as late as a slow machine is.
			if took < timeout || took > timeout+3*time.Second {
				t.Errorf("%s gave up after %s, the timeout is %s", test.what, took, timeout)
			}
			if !strings.Contains(err.Error(), timeout.String()) {
				t.Errorf("%s does not say how long it waited: %v", test.what, err)
			}
			must(t, test.try())
		}
	}
}

func readOne(sc *session.Scanner) error {
	return sc.Each(func(*session.Cursor) error { return nil }, "SELECT 1 FROM candidate LIMIT 1")
}

func TestLockThatIsReleasedInTimeIsWaitedFor(t *testing.T) {
	path := copyOracle(t)
	other := raw(t, path)
	_, err := other.Exec("BEGIN EXCLUSIVE")
	must(t, err)
	var wg sync.WaitGroup
	wg.Go(func() {
		time.Sleep(30 * time.Millisecond)
		other.Exec("ROLLBACK")
	})
	defer wg.Wait()
	s := open(t, path, session.Writable()) // waits for the file already here
	must(t, insertCandidates(t, s, 1))
}

// A reader elsewhere can keep an Update from committing. The Update fails as a
// whole and leaves no lock behind.
func TestUpdateThatCannotCommitLeavesAllAsItWas(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable(), session.BusyTimeout(0))
	reader := raw(t, path)
	for _, statement := range []string{"BEGIN", "SELECT count(*) FROM label"} {
		_, err := reader.Exec(statement)
		must(t, err)
	}
	wantKind(t, insertCandidates(t, s, 2), session.ErrLocked, path)
	_, err := reader.Exec("ROLLBACK")
	must(t, err)
	wantCandidates(t, s, 391)
	must(t, insertCandidates(t, s, 2))
	wantCandidates(t, s, 393)
	equal(t, "files", names(t, filepath.Dir(path)), []string{"snorkel.db"})
}

func TestSessionIsSafeForConcurrentUse(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable(), session.BusyTimeout(20*time.Second))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 5 {
				if _, err := s.Overview(t.Context()); err != nil {
					t.Error(err)
				}
				if err := s.Scan(t.Context(), readOne); err != nil {
					t.Error(err)
				}
				if err := insertCandidates(t, s, 1); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	wantCandidates(t, s, 391+4*5)
}

func TestKilledWriterLeavesAHotJournal(t *testing.T) {
	path := copyOracle(t)
	dir := filepath.Dir(path)
	if said, child := startChild(t, "write", path); said != "half written" {
		t.Fatal(said)
	} else {
		must(t, child.Process.Kill())
		child.Wait()
	}
	if info, err := os.Stat(path + "-journal"); err != nil || info.Size() == 0 {
		t.Fatal("the killed writer left no journal:", err)
	}
	killed := snapshot(t, dir)

	t.Run("reading is refused and changes nothing", func(t *testing.T) {
		s, err := session.Open(t.Context(), path)
		if err == nil {
			s.Close()
		}
		wantKind(t, err, session.ErrHotJournal, path)
		if !strings.Contains(err.Error(), "-journal") {
			t.Errorf("the message does not say how to recover: %v", err)
		}
		wantSame(t, "directory", killed, snapshot(t, dir))
	})
	t.Run("a session that was open before is refused as well", func(t *testing.T) {
		other := copyOracle(t)
		s := open(t, other)
		for _, suffix := range []string{"", "-journal"} {
			data, err := os.ReadFile(path + suffix)
			must(t, err)
			must(t, os.WriteFile(other+suffix, data, 0o644))
		}
		_, err := s.Overview(t.Context())
		wantKind(t, err, session.ErrHotJournal, other)
		wantKind(t, s.Scan(t.Context(), readOne), session.ErrHotJournal, other)
		_, _, err = ask(t, s, "SELECT count(*) FROM label")
		wantKind(t, err, session.ErrHotJournal, other)
	})
	t.Run("opening for writing rolls the unfinished write back", func(t *testing.T) {
		s := open(t, path, session.Writable())
		wantCandidates(t, s, 391)
		must(t, s.Close())
		equal(t, "files", names(t, dir), []string{"snorkel.db"})
		original := value[string](t, copyOracle(t), contents)
		wantSame(t, "database", original, value[string](t, path, contents))
	})
}

// contents sums up the tables that the killed writer was changing.
const contents = `SELECT (SELECT group_concat(value, '') FROM label) || (SELECT group_concat(stable_id, ' ') FROM context)`
