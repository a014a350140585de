package session_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"workbench/session"
)

func deleteGold(tx *session.Tx) error {
	_, err := tx.Exec("DELETE FROM gold_label")
	return err
}

// The copy has what was there before the change, whatever the journal mode and
// the name, and one session makes one.
func TestBackupIsTheStateBeforeTheFirstChange(t *testing.T) {
	for name, mode := range map[string]string{"plain.db": "delete", "wal mode?#%.db": "wal"} {
		t.Run(mode, func(t *testing.T) {
			made := copyOracle(t)
			execute(t, made, "PRAGMA journal_mode = "+mode)
			path := filepath.Join(filepath.Dir(made), name)
			must(t, os.Rename(made, path))
			var copies []string
			s := open(t, path, session.Writable(), session.Backup(func(path string) { copies = append(copies, path) }))
			must(t, s.Update(t.Context(), func(tx *session.Tx) error {
				var n int
				_, err := tx.Get(&n, "SELECT count(*) FROM label")
				return errors.Join(err, tx.TempTable("other", "id INTEGER PRIMARY KEY"))
			}))
			if copies != nil {
				t.Fatalf("nothing was changed, but there are %v", copies)
			}
			must(t, s.Update(t.Context(), deleteGold))
			must(t, s.Update(t.Context(), deleteGold))
			if !slices.Equal(copies, []string{path + ".backup-1"}) {
				t.Fatalf("copies: %v", copies)
			}
			must(t, os.Rename(copies[0], made))
			if n := value[int](t, made, "SELECT count(*) FROM gold_label"); n == 0 {
				t.Error("the copy has what the change left")
			}
		})
	}
}

func TestNoBackupStaysOfAChangeThatFails(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable(), session.Backup(func(path string) { t.Errorf("called with %s", path) }))
	failure := errors.New("failed")
	err := s.Update(t.Context(), func(tx *session.Tx) error { return errors.Join(deleteGold(tx), failure) })
	if !errors.Is(err, failure) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = s.Update(ctx, func(tx *session.Tx) error {
		cancel()
		return deleteGold(tx)
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want a cancelled one", err)
	}
	if files := names(t, filepath.Dir(path)); !slices.Equal(files, []string{"snorkel.db"}) {
		t.Errorf("left behind: %v", files)
	}
}

// Where the copy cannot be made nothing is changed.
func TestWithoutABackupNothingIsChanged(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable(), session.Backup(func(string) {}))
	must(t, os.Rename(path, path+".moved")) // the open connection still writes there
	err := s.Update(t.Context(), deleteGold)
	if err == nil {
		t.Error("no error")
	}
	if n := value[int](t, path+".moved", "SELECT count(*) FROM gold_label"); n == 0 {
		t.Error("the change was made")
	}
}
