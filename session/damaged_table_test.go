package session_test

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"workbench/session"
)

// smallFiles are files of tables t on pages of 512 bytes, and their columns.
func smallFiles(t testing.TB) (files [][]byte, columns []session.Columns) {
	t.Helper()
	for seed := range uint64(6) {
		d := drawTable(rand.New(rand.NewPCG(seed, 5)), 512)
		path := filepath.Join(t.TempDir(), "t.db")
		makeTable(t, path, []string{"PRAGMA page_size = 512"}, d.statements)
		data, err := os.ReadFile(path)
		must(t, err)
		files = append(files, data)
		columns = append(columns, d.some())
	}
	return files, columns
}

// damage changes bytes of a file: three of change tell where, counted from the end,
// where table t is, and how.
func damage(file, change []byte) []byte {
	file = bytes.Clone(file)
	for ; len(change) >= 3; change = change[3:] {
		at := len(file) - 1 - int(binary.BigEndian.Uint16(change))%len(file)
		file[at] ^= change[2]
	}
	return file
}

// compareDamaged does that with a file, if it can be opened, and returns whether it
// had rows.
func compareDamaged(t testing.TB, path string, file []byte, c session.Columns) bool {
	must(t, os.WriteFile(path, file, 0o644))
	s, err := session.Open(t.Context(), path)
	if err != nil {
		return false
	}
	defer s.Close()
	return compareWays(t, s, "t", c, nil) > 0
}

func TestBothWaysThroughADamagedTableAreTheSame(t *testing.T) {
	files, columns := smallFiles(t)
	r := rand.New(rand.NewPCG(3, 9))
	path := filepath.Join(t.TempDir(), "damaged.db")
	read, trials := 0, 120
	if testing.Short() {
		trials = 60
	}
	for range trials {
		k := r.IntN(len(files))
		change := make([]byte, 3*(1+r.IntN(20)))
		for i := range change {
			change[i] = byte(r.Uint32())
		}
		if compareDamaged(t, path, damage(files[k], change), columns[k]) {
			read++
		}
		if t.Failed() {
			t.Fatalf("file %d, change %x", k, change)
		}
	}
	if read < trials/4 {
		t.Errorf("only %d files had rows that could be read", read)
	}
}

func FuzzDamagedTable(f *testing.F) {
	files, columns := smallFiles(f)
	for k := range files {
		f.Add(uint8(k), []byte{})
		f.Add(uint8(k), []byte{0, 200, 1, 1, 7, 255})
		f.Add(uint8(k), []byte{1, 255, 13 ^ 5, 3, 255, 13, 1, 254, 2})
	}
	f.Fuzz(func(t *testing.T, k uint8, change []byte) {
		n := int(k) % len(files)
		compareDamaged(t, filepath.Join(t.TempDir(), "damaged.db"), damage(files[n], change), columns[n])
	})
}

// A damaged file may have a record without a header, which is one of nulls for SQLite.
func TestARecordWithoutAHeader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	makeTable(t, path, nil, []string{"CREATE TABLE t (a INTEGER, b TEXT)",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT i, substr(hex(zeroblob(1000)), 1, i) FROM n",
		"INSERT INTO t VALUES (18838586676582, 'x')"}) // 0x112233445566
	file, err := os.ReadFile(path)
	must(t, err)
	value := bytes.Index(file, []byte{0x11, 0x22, 0x33, 0x44, 0x55, 0x66})
	header := value - 3                 // with the types of two values
	file[header], file[header-3] = 0, 0 // and before it the rowid, and how long the record is
	if !compareDamaged(t, path, file, integers("a")) {
		t.Error("no rows were read")
	}
}

// What a first page can say that leads nowhere, or in a circle.
func TestDamagedFirstPages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	makeTable(t, path, []string{"PRAGMA page_size = 512"}, []string{"CREATE TABLE t (a INTEGER)",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t SELECT i FROM n"})
	root := value[int](t, path, "SELECT rootpage FROM sqlite_master WHERE name = 't'")
	whole, err := os.ReadFile(path)
	must(t, err)
	first := 512 * (root - 1)
	cell := int(binary.BigEndian.Uint16(whole[first+12:]))
	for name, change := range map[string]func(page []byte){
		"whole":                    func([]byte) {},
		"no cells":                 func(page []byte) { page[3], page[4] = 0, 0 },
		"too many cells":           func(page []byte) { page[3], page[4] = 255, 255 },
		"rows instead of pages":    func(page []byte) { page[0] = 13 },
		"an index":                 func(page []byte) { page[0] = 2 },
		"nothing":                  func(page []byte) { clear(page) },
		"itself last":              func(page []byte) { binary.BigEndian.PutUint32(page[8:], uint32(root)) },
		"itself first":             func(page []byte) { binary.BigEndian.PutUint32(page[cell:], uint32(root)) },
		"the first page last":      func(page []byte) { copy(page[8:12], page[cell:cell+4]) },
		"a page that is not there": func(page []byte) { binary.BigEndian.PutUint32(page[cell:], 1<<31) },
		"page 0":                   func(page []byte) { binary.BigEndian.PutUint32(page[cell:], 0) },
		"a cell outside":           func(page []byte) { page[12], page[13] = 1, 255 },
		"a cell within the header": func(page []byte) { page[12], page[13] = 0, 3 },
	} {
		file := bytes.Clone(whole)
		change(file[first : first+512])
		rows := compareDamaged(t, path, file, integers("a"))
		if name == "whole" && !rows || t.Failed() {
			t.Fatal(name)
		}
	}
}
