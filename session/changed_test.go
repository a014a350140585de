package session_test

import (
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
