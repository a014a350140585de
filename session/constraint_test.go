package session_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"workbench/session"
)

func TestRefusedRowsAreToldApart(t *testing.T) {
	for statement, want := range map[string][2]bool{ // refused, and for a duplicate
		"INSERT INTO candidate (id, type, split) VALUES (1, 'x', 0)":                                {true, true},
		"INSERT INTO context (type, stable_id) VALUES ('document', 'doc-00::document:0:0')":         {true, true},
		"INSERT INTO label (candidate_id, key_id, value) SELECT candidate_id, key_id, 1 FROM label": {true, true},
		"INSERT INTO candidate (type, split) VALUES ('x', NULL)":                                    {true, false},
		"INSERT INTO span (id, sentence_id, char_start, char_end) VALUES (4711, 1, 0, 0)":           {true, false},
		"INSERT INTO nowhere VALUES (1)":                                                            {false, false},
	} {
		s := open(t, copyOracle(t), session.Writable())
		var got [2]bool
		s.Update(t.Context(), func(tx *session.Tx) error {
			_, err := tx.Exec(statement)
			got = [2]bool{session.Refused(fmt.Errorf("row 1: %w", err)), session.Duplicate(fmt.Errorf("row 1: %w", err))}
			return err
		})
		if got != want {
			t.Errorf("%s: got %v, want %v", statement, got, want)
		}
	}
	if err := errors.New("UNIQUE constraint failed"); session.Refused(err) || session.Duplicate(err) {
		t.Error("an error that is not SQLite's was taken for one")
	}
}

// SQLite leaves a journal behind when a page that it moved out of its cache
// cannot be written. Whoever opened the file for reading next would be refused.
func TestLimitOnFileSizesLeavesTheFileAsItWas(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no such limits")
	}
	path := copyOracle(t)
	before := snapshot(t, filepath.Dir(path))
	info, err := os.Stat(path)
	must(t, err)
	binary, err := os.Executable()
	must(t, err)
	const block = 512 // of sh; some have blocks of 1024, which will do as well
	cmd := exec.Command("sh", "-c", `ulimit -f "$2" && exec "$0" "$1"`, binary, path, fmt.Sprint(info.Size()/block+1000))
	cmd.Env = append(os.Environ(), childRole+"=grow")
	out, err := cmd.CombinedOutput()
	must(t, err)
	if !strings.Contains(string(out), session.ErrIO.Error()) && !strings.Contains(string(out), session.ErrFull.Error()) {
		t.Errorf("the child said %s", out)
	}
	wantSame(t, "directory", before, snapshot(t, filepath.Dir(path)))
	wantCandidates(t, open(t, path), 391)
}
