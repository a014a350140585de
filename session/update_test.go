package session_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"workbench/session"
)

func TestReadOnlySessionCannotWrite(t *testing.T) {
	path := copyOracle(t)
	before := snapshot(t, filepath.Dir(path))
	s := open(t, path)
	wantKind(t, insertCandidates(t, s, 1), session.ErrReadOnly, path)
	err := s.View(t.Context(), func(tx *session.Tx) error {
		_, err := tx.Exec("DELETE FROM label")
		return err
	})
	wantKind(t, err, session.ErrReadOnly, path)
	must(t, s.Close())
	wantSame(t, "directory", before, snapshot(t, filepath.Dir(path)))
}

func TestViewKeepsNothingThatIsWrittenInIt(t *testing.T) {
	path := copyOracle(t)
	before := snapshot(t, filepath.Dir(path))
	s := open(t, path, session.Writable())
	// It may fail or be rolled back; what counts is that it is gone.
	s.View(t.Context(), func(tx *session.Tx) error {
		_, err := tx.Exec("DELETE FROM label")
		return err
	})
	must(t, s.Close())
	wantSame(t, "directory", before, snapshot(t, filepath.Dir(path)))
}

func TestReadingLeavesEveryByteAlone(t *testing.T) {
	for name, opts := range map[string][]session.Option{"read-only": nil, "writable": {session.Writable()}} {
		path := copyOracle(t)
		before := snapshot(t, filepath.Dir(path))
		s := open(t, path, opts...)
		wantCandidates(t, s, 391)
		for _, read := range []func() error{
			func() error { _, err := s.Splits(t.Context()); return err },
			func() error { _, err := s.Marginals(t.Context()); return err },
			func() error { _, _, err := ask(t, s, "SELECT * FROM sentence"); return err },
			func() error { return s.Update(t.Context(), func(*session.Tx) error { return errors.New("no") }) },
		} {
			read()
			wantSame(t, name+" directory while open", before, snapshot(t, filepath.Dir(path)))
		}
		must(t, s.Close())
		wantSame(t, name+" directory", before, snapshot(t, filepath.Dir(path)))
	}
}

func TestUpdateKeepsWhatSucceeds(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	must(t, insertCandidates(t, s, 3))
	wantCandidates(t, s, 394)
	must(t, s.Close())
	equal(t, "files", names(t, filepath.Dir(path)), []string{"snorkel.db"})
	if got := value[string](t, path, "PRAGMA integrity_check"); got != "ok" {
		t.Error(got)
	}
}

func TestUpdateThatFailsLeavesAllAsItWas(t *testing.T) {
	failure := errors.New("failure")
	for name, write := range map[string]func(ctx context.Context, cancel func(), tx *session.Tx) error{
		"an error of the callback": func(context.Context, func(), *session.Tx) error { return failure },
		"a broken foreign key": func(ctx context.Context, _ func(), tx *session.Tx) error {
			_, err := tx.Exec("INSERT INTO label (value, key_id, candidate_id) VALUES (1, 1, 99999)")
			return err
		},
		"a duplicate": func(ctx context.Context, _ func(), tx *session.Tx) error {
			_, err := tx.Exec(`INSERT INTO label_key (name, "group") VALUES ('LF_husband_wife', 0)`)
			return err
		},
		"bad SQL": func(ctx context.Context, _ func(), tx *session.Tx) error {
			_, err := tx.Exec("INSERT INTO nowhere VALUES (1)")
			return err
		},
		"a cancelled context, noticed": func(ctx context.Context, cancel func(), tx *session.Tx) error {
			cancel()
			_, err := tx.Exec("DELETE FROM label")
			return err
		},
		"a cancelled context, not noticed": func(_ context.Context, cancel func(), _ *session.Tx) error {
			cancel()
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := copyOracle(t)
			before := snapshot(t, filepath.Dir(path))
			s := open(t, path, session.Writable())
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			err := s.Update(ctx, func(tx *session.Tx) error {
				if _, err := tx.Exec("DELETE FROM marginal"); err != nil {
					return err
				}
				if _, err := tx.Exec("CREATE TABLE half (x)"); err != nil {
					return err
				}
				return write(ctx, cancel, tx)
			})
			if err == nil {
				t.Fatal("no error")
			}
			if s.HasTable("half") {
				t.Error("the session believes in a table that was rolled back")
			}
			wantSame(t, "directory", before, snapshot(t, filepath.Dir(path)))
			must(t, insertCandidates(t, s, 1)) // the session is as good as before
		})
	}
}

func TestPanicInAnUpdateRollsBackAndFreesTheLock(t *testing.T) {
	path := copyOracle(t)
	before := snapshot(t, filepath.Dir(path))
	s := open(t, path, session.Writable(), session.BusyTimeout(0))
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic did not come through")
			}
		}()
		s.Update(t.Context(), func(tx *session.Tx) error {
			_, err := tx.Exec("DELETE FROM label")
			must(t, err)
			panic("a bug in the caller")
		})
	}()
	wantSame(t, "directory", before, snapshot(t, filepath.Dir(path)))
	must(t, insertCandidates(t, s, 1))
}

func TestUpdateReturnsTheCallbacksOwnError(t *testing.T) {
	s := open(t, copyOracle(t), session.Writable())
	mine := errors.New("mine")
	if err := s.Update(t.Context(), func(*session.Tx) error { return mine }); err != mine {
		t.Errorf("got %v, want the callback's error", err)
	}
	if err := s.View(t.Context(), func(*session.Tx) error { return mine }); err != mine {
		t.Errorf("got %v, want the callback's error", err)
	}
}

func TestNewTablesAreKnownAfterAnUpdate(t *testing.T) {
	s := open(t, copyOracle(t), session.Writable())
	must(t, s.Update(t.Context(), func(tx *session.Tx) error {
		_, err := tx.Exec("CREATE TABLE workbench_model (id INTEGER PRIMARY KEY, name)")
		return err
	}))
	if !s.HasTable("workbench_model") || !s.HasColumn("workbench_model", "name") {
		t.Error("the session does not know a table that it made")
	}
	must(t, s.Update(t.Context(), func(tx *session.Tx) error {
		_, err := tx.Exec("DROP TABLE workbench_model")
		return err
	}))
	if s.HasTable("workbench_model") {
		t.Error("the session still knows a table that it dropped")
	}
}

func TestUpdateLeavesTheFilesSettingsAlone(t *testing.T) {
	for _, mode := range []string{"delete", "truncate", "persist", "wal"} {
		path := copyOracle(t)
		execute(t, path, "PRAGMA page_size = 8192", "VACUUM",
			"PRAGMA user_version = 7", "PRAGMA application_id = 11", "PRAGMA journal_mode = "+mode)
		s := open(t, path, session.Writable())
		must(t, insertCandidates(t, s, 1))
		must(t, s.Close())
		stored := mode
		if mode != "wal" {
			stored = "delete" // the others belong to a connection, not to the file
		}
		if got := value[string](t, path, "PRAGMA journal_mode"); got != stored {
			t.Errorf("journal mode %s became %s", stored, got)
		}
		for pragma, want := range map[string]int{"user_version": 7, "application_id": 11, "page_size": 8192} {
			if got := value[int](t, path, "PRAGMA "+pragma); got != want {
				t.Errorf("%s: %s became %d, was %d", mode, pragma, got, want)
			}
		}
		if got := value[int](t, path, "SELECT count(*) FROM candidate"); got != 392 {
			t.Errorf("%s: %d candidates, want 392", mode, got)
		}
	}
}

// Snorkel relies on cascades, so each connection of the pool enforces them.
// Nested views keep several connections busy at once.
func TestForeignKeysAreOnForEveryConnection(t *testing.T) {
	s := open(t, copyOracle(t), session.Writable())
	var nest func(depth int) error
	nest = func(depth int) error {
		return s.View(t.Context(), func(tx *session.Tx) error {
			var on int
			if _, err := tx.Get(&on, "PRAGMA foreign_keys"); err != nil {
				return err
			}
			if on != 1 {
				t.Errorf("connection %d has foreign_keys = %d", depth, on)
			}
			if depth == 0 {
				return nil
			}
			return nest(depth - 1)
		})
	}
	must(t, nest(5))
	must(t, s.Update(t.Context(), func(tx *session.Tx) error {
		_, err := tx.Exec("DELETE FROM candidate WHERE id = 1")
		return err
	}))
	_, rows, err := ask(t, s, "SELECT (SELECT count(*) FROM spouse WHERE id = 1) + (SELECT count(*) FROM label WHERE candidate_id = 1)")
	if err != nil || rows[0][0] != int64(0) {
		t.Errorf("rows that hang on a deleted candidate: %v, %v", rows, err)
	}
}

func TestFullDiskChangesNothingAndSaysSo(t *testing.T) {
	path := copyOracle(t)
	before := snapshot(t, filepath.Dir(path))
	s := open(t, path, session.Writable())
	err := s.Update(t.Context(), func(tx *session.Tx) error {
		// The database may grow by two pages: that stands for a full disk.
		var pages int
		if _, err := tx.Get(&pages, "PRAGMA page_count"); err != nil {
			return err
		}
		if _, err := tx.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages+2)); err != nil {
			return err
		}
		_, err := tx.Exec("INSERT INTO context (type, stable_id) SELECT 'raw_text', hex(randomblob(500)) FROM candidate")
		return err
	})
	wantKind(t, err, session.ErrFull, path)
	wantSame(t, "directory", before, snapshot(t, filepath.Dir(path)))
	wantCandidates(t, s, 391)
}
