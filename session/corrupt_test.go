package session_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"workbench/session"
)

// readAll opens a file and reads what the package can read of it.
func readAll(t *testing.T, path string) error {
	s, err := session.Open(t.Context(), path)
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = s.Overview(t.Context())
	for _, table := range []string{"label", "sentence", "feature"} {
		err = errors.Join(err, s.Scan(t.Context(), func(sc *session.Scanner) error {
			return sc.Each(func(cur *session.Cursor) error {
				cur.Text(0)
				return nil
			}, "SELECT * FROM "+table)
		}))
	}
	_, _, err2 := ask(t, s, "SELECT * FROM label JOIN candidate ON candidate.id = candidate_id")
	return errors.Join(err, err2)
}

func TestDamagedFilesAreReportedAsSuch(t *testing.T) {
	whole, err := os.ReadFile(testdata + "oracle/snorkel07.db")
	must(t, err)
	zeroed := func(from, to int) []byte {
		data := bytes.Clone(whole)
		clear(data[from:to])
		return data
	}
	const page = 4096
	for _, test := range []struct {
		name string
		data []byte
		kind error
	}{
		{"cut after the magic string", whole[:16], session.ErrNotSQLite},
		{"cut within the header", whole[:99], session.ErrNotSQLite},
		{"cut within the first page", whole[:1000], session.ErrCorrupt},
		{"cut after the first page", whole[:page], session.ErrCorrupt},
		{"cut within a page", whole[:len(whole)/2+77], session.ErrCorrupt},
		{"cut in half", whole[:len(whole)/2/page*page], session.ErrCorrupt},
		{"first bytes lost", whole[1:], session.ErrNotSQLite},
		{"magic string zeroed", zeroed(0, 16), session.ErrNotSQLite},
		{"header zeroed after the magic string", zeroed(16, 100), session.ErrNotSQLite},
		{"schema page zeroed", zeroed(100, page), session.ErrCorrupt},
		{"all but the schema zeroed", zeroed(page, len(whole)), session.ErrCorrupt},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "damaged.db")
			must(t, os.WriteFile(path, test.data, 0o644))
			before := snapshot(t, dir)
			if err := readAll(t, path); !errors.Is(err, test.kind) {
				t.Errorf("error %v, want the kind %q", err, test.kind)
			}
			wantSame(t, "directory", before, snapshot(t, dir))
		})
	}
}

// Whatever bytes are wrong, reading ends with a result or an error, and the
// file stays as it is. The damage is drawn from a fixed seed.
func TestDamageAnywhereEndsInAnErrorAtWorst(t *testing.T) {
	whole, err := os.ReadFile(testdata + "oracle/snorkel07.db")
	must(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	dir := t.TempDir()
	failed := 0
	const trials = 60
	for trial := range trials {
		data := bytes.Clone(whole)
		for range 1 + random.IntN(200) {
			data[random.IntN(len(data))] ^= byte(1 + random.IntN(255))
		}
		if trial%4 == 0 { // also in the header and the schema, where one byte goes far
			data[16+random.IntN(4000)] ^= byte(1 + random.IntN(255))
		}
		if trial%5 == 0 {
			data = data[:random.IntN(len(data))]
		}
		path := filepath.Join(dir, fmt.Sprintf("%d.db", trial))
		must(t, os.WriteFile(path, data, 0o644))
		if readAll(t, path) != nil {
			failed++
		}
		after, err := os.ReadFile(path)
		must(t, err)
		if !bytes.Equal(data, after) {
			t.Errorf("trial %d: reading changed the file", trial)
		}
		must(t, os.Remove(path))
	}
	if files := names(t, dir); len(files) > 0 {
		t.Errorf("left behind: %v", files)
	}
	if failed == 0 {
		t.Errorf("none of %d damaged files was noticed", trials)
	}
}
