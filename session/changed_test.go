package session_test

import (
	"os"
	"testing"

	"workbench/session"
)

// What others write is noticed, once, and what the session itself writes is not.
func TestChanged(t *testing.T) {
	path := copyOracle(t)
	mine, other := open(t, path, session.Writable(), session.Watch()), open(t, path, session.Writable())
	write := func(s *session.Session) {
		t.Helper()
		err := s.Update(t.Context(), func(tx *session.Tx) error {
			_, err := tx.Exec("UPDATE label SET value = -value WHERE candidate_id = ?", 1)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	changed := func(want bool, when string) {
		t.Helper()
		got, err := mine.Changed(t.Context())
		if err != nil || got != want {
			t.Errorf("%s: changed %v, %v; want %v", when, got, err, want)
		}
	}
	changed(true, "at first")
	changed(false, "the second time")
	write(mine)
	changed(false, "after a change of its own")
	write(other)
	write(mine)
	changed(true, "after a change of another session")
	changed(false, "after that")
	if _, err := mine.Overview(t.Context()); err != nil {
		t.Fatal(err)
	}
	changed(false, "after reading")
	err := mine.Update(t.Context(), func(tx *session.Tx) error {
		changed(false, "while it writes") // and does not wait for itself
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}

	reader := open(t, path, session.Watch())
	if got, err := reader.Changed(t.Context()); err != nil || !got {
		t.Errorf("a reader at first: %v, %v", got, err)
	}
	write(mine)
	if got, err := reader.Changed(t.Context()); err != nil || !got {
		t.Errorf("a reader after a change: %v, %v", got, err)
	}
	if got, err := other.Changed(t.Context()); err != nil || !got {
		t.Errorf("who does not watch: %v, %v", got, err)
	}
}

// A file that took the place of the one that was opened is the database from then on.
func TestChangedFile(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable(), session.Watch())
	count := func() (n int) {
		t.Helper()
		err := s.View(t.Context(), func(tx *session.Tx) error {
			_, err := tx.Get(&n, "SELECT count(*) FROM label WHERE candidate_id = 1")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	write := func(s *session.Session) {
		t.Helper()
		err := s.Update(t.Context(), func(tx *session.Tx) error {
			_, err := tx.Exec("DELETE FROM label WHERE candidate_id = ?", 1)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	write(s)
	if n := count(); n != 0 {
		t.Fatalf("%d labels", n)
	}
	for range 2 {
		if _, err := s.Changed(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	fresh := copyOracle(t)
	if err := os.Rename(fresh, path); err != nil {
		t.Fatal(err)
	}
	if changed, err := s.Changed(t.Context()); err != nil || !changed {
		t.Errorf("changed %v, %v", changed, err)
	}
	if n := count(); n == 0 {
		t.Error("the old file is read")
	}
	write(s)
	if n := count(); n != 0 {
		t.Errorf("%d labels in the new file", n)
	}
}
