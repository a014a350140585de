package session_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"workbench/session"
)

func TestResolveFindsThePathInALocation(t *testing.T) {
	for _, test := range []struct{ location, env, want string }{
		{"notebook.db", "", "notebook.db"},
		{"../dir/with space?.db", "", "../dir/with space?.db"},
		{"/abs/snorkel.db", "sqlite:///other.db", "/abs/snorkel.db"},
		{"sqlite:///snorkel.db", "", "snorkel.db"},
		{"sqlite:///dir/snorkel.db", "", "dir/snorkel.db"},
		{"sqlite:////abs/snorkel.db", "", "/abs/snorkel.db"},
		{"sqlite+pysqlite:////abs/snorkel.db", "", "/abs/snorkel.db"},
		{"sqlite:////abs/snorkel.db?timeout=20&x=1", "", "/abs/snorkel.db"},
		{"", "sqlite:////abs/env.db", "/abs/env.db"},
		{"", "sqlite:///rel.db", "rel.db"},
		{"", "plain/path.db", "plain/path.db"},
		{"", "", session.DefaultLocation},
	} {
		t.Setenv("SNORKELDB", test.env)
		got, err := session.Resolve(test.location)
		if err != nil || got != test.want {
			t.Errorf("Resolve(%q) with SNORKELDB=%q = %q, %v; want %q", test.location, test.env, got, err, test.want)
		}
	}
}

func TestResolveRefusesWhatNamesNoSQLiteFile(t *testing.T) {
	for _, test := range []struct{ location, env, says string }{
		{"postgresql://me:secret@host/snorkel", "", "sqlite:///path"},
		{"postgres+psycopg2://host/snorkel", "", "sqlite:///path"},
		{"mysql://host/db", "", "sqlite:///path"},
		{"sqlite://", "", "names no file"},
		{"sqlite:///", "", "names no file"},
		{"sqlite:///:memory:", "", "names no file"},
		{"sqlite://relative.db", "", "names no file"},
		{"", "postgresql://me:secret@host/snorkel", "$SNORKELDB"},
		{"", "sqlite://", "$SNORKELDB"},
	} {
		t.Setenv("SNORKELDB", test.env)
		path, err := session.Resolve(test.location)
		if !errors.Is(err, session.ErrNotSQLite) {
			t.Errorf("Resolve(%q) with SNORKELDB=%q = %q, %v; want ErrNotSQLite", test.location, test.env, path, err)
			continue
		}
		if msg := err.Error(); !strings.Contains(msg, test.says) || strings.Contains(msg, "secret") || strings.Contains(msg, "\n") {
			t.Errorf("Resolve(%q) with SNORKELDB=%q says %q; want one line with %q and no password", test.location, test.env, msg, test.says)
		}
	}
}

func TestOpenFollowsTheEnvironmentAndTheDefault(t *testing.T) {
	path := copyOracle(t)
	t.Chdir(filepath.Dir(path))
	for _, env := range []string{"", "sqlite:///snorkel.db", "sqlite:///" + path} {
		t.Setenv("SNORKELDB", env)
		s := open(t, "")
		if s.Version() != session.V07 {
			t.Errorf("SNORKELDB=%q: version %s", env, s.Version())
		}
	}
}

// Every one of these names means something else in an SQLite URI or a DSN.
func TestPathsWithSpecialCharactersAreTakenLiterally(t *testing.T) {
	for _, name := range []string{
		"with space.db", "what?.db", "what?mode=rwc.db", "number#1.db", "100%.db", "%41.db", "a%00b.db",
		"plus+plus.db", "semi;colon&more=1.db", "quote'\".db", `back\slash.db`, "file:x.db", ":memory:",
		"ünï数😀.db", "-dash.db", "no extension",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := copyTo(t, filepath.Join(dir, name))
			s := open(t, path, session.Writable())
			if s.Path() != path {
				t.Errorf("Path() = %q, want %q", s.Path(), path)
			}
			// View and Scan open the file in two different ways, Query in a third.
			wantCandidates(t, s, 391)
			created, err := session.Create(t.Context(), filepath.Join(dir, "new "+name))
			must(t, err)
			wantCandidates(t, created, 0)
			must(t, created.Close())
			equal(t, "files", names(t, dir), sorted(name, "new "+name))
		})
	}
}

// A relative path means what it means to the system, also when the shell came
// to the current directory through a symbolic link and $PWD says so.
func TestParentOfASymlinkedDirectoryIsTheRealParent(t *testing.T) {
	root := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(root, "real", "deep"), 0o755))
	must(t, os.Symlink(filepath.Join(root, "real", "deep"), filepath.Join(root, "link")))
	copyTo(t, filepath.Join(root, "real", "x.db"))
	decoy, err := session.Create(t.Context(), filepath.Join(root, "x.db"))
	must(t, err)
	must(t, decoy.Close())
	t.Chdir(filepath.Join(root, "link"))

	wantCandidates(t, open(t, "../x.db"), 391)
}

func TestSessionKeepsItsFileWhenTheCurrentDirectoryChanges(t *testing.T) {
	path := copyOracle(t)
	t.Chdir(filepath.Dir(path))
	s := open(t, filepath.Base(path))
	t.Chdir(t.TempDir())
	wantCandidates(t, s, 391)
}

// wantCandidates counts the candidates in each of the three ways to read.
func wantCandidates(t *testing.T, s *session.Session, want int64) {
	t.Helper()
	overview, err := s.Overview(t.Context())
	must(t, err)
	var viewed, scanned, queried int64
	for _, split := range overview.Splits {
		viewed += int64(split.Candidates)
	}
	must(t, s.Scan(t.Context(), func(sc *session.Scanner) error {
		return sc.Each(func(cur *session.Cursor) error {
			scanned = cur.Int64(0)
			return nil
		}, "SELECT count(*) FROM candidate")
	}))
	must(t, s.Query(t.Context(), "SELECT count(*) FROM candidate",
		func([]string) error { return nil },
		func(values []any) error {
			queried = values[0].(int64)
			return nil
		}))
	equal(t, "candidates seen by View, Scan and Query", []int64{viewed, scanned, queried}, []int64{want, want, want})
}
