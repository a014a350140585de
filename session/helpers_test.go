package session_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"workbench/session"
)

const testdata = "../testdata/"

// copyOracle puts a copy of the database that Snorkel wrote into a directory
// of its own and returns its path.
func copyOracle(t testing.TB) string {
	t.Helper()
	return copyTo(t, filepath.Join(t.TempDir(), "snorkel.db"))
}

func copyTo(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(testdata + "oracle/snorkel07.db")
	must(t, err)
	must(t, os.WriteFile(path, data, 0o644))
	return path
}

// build makes a database out of a script of SQL statements.
func build(t testing.TB, path, script string) string {
	t.Helper()
	execute(t, path, script)
	return path
}

// script reads one of the scripts that make a file of an older Snorkel.
func script(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(testdata + name)
	must(t, err)
	return string(text)
}

// raw opens a file without package session, on one connection. Its path must
// need no escaping.
func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(0)&_pragma=synchronous(0)")
	must(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

// execute runs statements on a file and closes it again.
func execute(t testing.TB, path string, statements ...string) {
	t.Helper()
	db := raw(t, path)
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	must(t, db.Close())
}

// value reads one value from a file.
func value[V any](t testing.TB, path, query string) (v V) {
	t.Helper()
	db := raw(t, path)
	defer db.Close()
	if err := db.QueryRow(query).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

func open(t testing.TB, location string, opts ...session.Option) *session.Session {
	t.Helper()
	s, err := session.Open(context.Background(), location, opts...)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantKind checks that err is of a kind, is about the file at path and has its
// message on one line that begins with the path.
func wantKind(t testing.TB, err, kind error, path string) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("error is %v, want the kind %q", err, kind)
	}
	var e *session.Error
	if !errors.As(err, &e) || e.Path != path {
		t.Errorf("%#v is no *session.Error about %s", err, path)
	}
	if msg := err.Error(); strings.Contains(msg, "\n") || !strings.HasPrefix(msg, path+": ") {
		t.Errorf("message is not one line that names %s:\n%s", path, msg)
	}
}

// snapshot describes everything in a directory: names, sizes, contents.
func snapshot(t testing.TB, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	var b strings.Builder
	for _, e := range entries {
		fmt.Fprint(&b, e.Name())
		if !e.IsDir() {
			data, err := os.ReadFile(filepath.Join(dir, e.Name()))
			must(t, err)
			fmt.Fprintf(&b, " %d %x", len(data), sha256.Sum256(data))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// names lists a directory.
func names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	list := []string{}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// wantSame fails with a readable difference when two descriptions differ.
func wantSame(t testing.TB, what, before, after string) {
	t.Helper()
	if before != after {
		t.Errorf("%s changed\nbefore:\n%s\nafter:\n%s", what, before, after)
	}
}

// oracle reads a part of the figures that Snorkel computed for snorkel07.db.
func oracle(t testing.TB, into any) {
	t.Helper()
	data, err := os.ReadFile(testdata + "oracle/snorkel07.json")
	must(t, err)
	must(t, json.Unmarshal(data, into))
}

func equal[E comparable](t testing.TB, what string, got, want []E) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func sorted(list ...string) []string {
	slices.Sort(list)
	return list
}

func cancelled(t testing.TB) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx, cancel
}

// insertCandidates adds n candidates of split 9 in one Update.
func insertCandidates(t testing.TB, s *session.Session, n int) error {
	return s.Update(t.Context(), func(tx *session.Tx) error {
		for range n {
			if _, err := tx.Exec("INSERT INTO candidate (type, split) VALUES ('spouse', 9)"); err != nil {
				return err
			}
		}
		return nil
	})
}

// snapshotOf describes the content of one file.
func snapshotOf(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	return fmt.Sprintf("%d bytes %x", len(data), sha256.Sum256(data))
}
