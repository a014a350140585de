package candidates_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"workbench/candidates"
	"workbench/session"
)

const testdata = "../testdata/"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[E comparable](t testing.TB, what string, got, want []E) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// readJSON reads a file of figures that Snorkel computed.
func readJSON(t testing.TB, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	must(t, json.Unmarshal(data, into))
}

func open(t testing.TB, path string, opts ...session.Option) *session.Session {
	t.Helper()
	s, err := session.Open(context.Background(), path, opts...)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// oracleDB opens the database that Snorkel wrote.
func oracleDB(t testing.TB) *session.Session {
	t.Helper()
	return open(t, testdata+"oracle/snorkel07.db")
}

// copyOracle runs statements on a copy of the database that Snorkel wrote and
// returns its path. Foreign keys are enforced, as Snorkel does.
func copyOracle(t testing.TB, statements ...string) string {
	t.Helper()
	data, err := os.ReadFile(testdata + "oracle/snorkel07.db")
	must(t, err)
	path := filepath.Join(t.TempDir(), "snorkel.db")
	must(t, os.WriteFile(path, data, 0o644))
	execute(t, path, statements...)
	return path
}

// build makes a database out of scripts of SQL statements.
func build(t testing.TB, scripts ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "built.db")
	execute(t, path, scripts...)
	return path
}

func execute(t testing.TB, path string, statements ...string) {
	t.Helper()
	db := raw(t, path)
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=foreign_keys(1)&_pragma=synchronous(0)")
	must(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

// scan reads one row of a file into targets.
func scan(t testing.TB, path, query string, targets ...any) {
	t.Helper()
	db := raw(t, path)
	defer db.Close()
	if err := db.QueryRow(query).Scan(targets...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// script reads a script that makes a file of an older Snorkel.
func script(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(testdata + name)
	must(t, err)
	return string(text)
}

// create makes a new database and opens it for writing.
func create(t testing.TB) *session.Session {
	t.Helper()
	s, err := session.Create(context.Background(), filepath.Join(t.TempDir(), "new.db"))
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func spouse(t testing.TB) *candidates.Subclass {
	t.Helper()
	c, err := candidates.CandidateSubclass("Spouse", []string{"person1", "person2"})
	must(t, err)
	return c
}

// shared names a database beside the project that must not be copied into it.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := "../../shared/oracle/" + name
	if _, err := os.Stat(path); err != nil {
		t.Skip("the shared oracle is not here:", err)
	}
	return path
}

// matches holds that a text matches a pattern.
func matches(t testing.TB, text, pattern string) {
	t.Helper()
	if !regexp.MustCompile(pattern).MatchString(text) {
		t.Errorf("%q does not match %q", text, pattern)
	}
}
