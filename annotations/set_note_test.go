package annotations_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"workbench"
	"workbench/annotations"
	"workbench/candidates"
	"workbench/session"
)

const noteRows = "SELECT candidate_id, text FROM workbench_note ORDER BY candidate_id"

func TestNotesAreStoredChangedAndTakenBack(t *testing.T) {
	path := copyOracle(t)
	s, other := open(t, path, session.Writable()), open(t, path)
	before := dump(t, path, "workbench_note")
	seen := func(text string) *string { return &text }
	for i, step := range []struct {
		text   string
		was    *string
		before string
		rows   []string
	}{
		{"", nil, "", nil},
		{"who is <b>B</b>?", seen(""), "", []string{"239 who is <b>B</b>?"}},
		{"who is <b>B</b>?", nil, "who is <b>B</b>?", []string{"239 who is <b>B</b>?"}},
		{" two\r\nlines\r", seen("who is <b>B</b>?\r\n"), "who is <b>B</b>?", []string{"239 two\nlines"}},
		{"one", seen("two\nlines"), "two\nlines", []string{"239 one"}},
		{"one", seen("two\nlines"), "one", []string{"239 one"}}, // as when an answer was lost
		{" \r\n", seen("one"), "one", []string{}},
		{"", seen(""), "", []string{}},
	} {
		got, err := annotations.SetNote(t.Context(), s, annotations.Note{Candidate: 239, Text: step.text, Was: step.was})
		if err != nil || got != step.before {
			t.Errorf("step %d: before %q, %v; want %q", i, got, err, step.before)
		}
		want := strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(step.text, "\r\n", "\n"), "\r", "\n"))
		for _, s := range []*session.Session{s, other} { // one that was opened before there was a table
			said, err := annotations.OfCandidate(t.Context(), s, 239)
			must(t, err)
			if said.Note != want {
				t.Errorf("step %d: the note is %q, want %q", i, said.Note, want)
			}
		}
		if step.rows != nil {
			equal(t, "rows", lines(t, path, noteRows), step.rows)
		} else if open(t, path).HasTable("workbench_note") {
			t.Errorf("step %d: there is a table without a note", i)
		}
	}
	if dump(t, path, "workbench_note") != before {
		t.Error("another table changed")
	}
	made := filepath.Join(t.TempDir(), "made.db")
	execute(t, made, "CREATE TABLE candidate (id INTEGER PRIMARY KEY)", workbench.NoteSchema())
	const schema = "SELECT sql FROM sqlite_master WHERE name = 'workbench_note'"
	equal(t, "schema", lines(t, path, schema), lines(t, made, schema))
}

func TestNotesGoWithTheirCandidates(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	if ids, err := annotations.Noted(t.Context(), s); len(ids) > 0 || err != nil {
		t.Errorf("without a table %v have a note, %v", ids, err)
	}
	for _, id := range []int64{240, 239} {
		_, err := annotations.SetNote(t.Context(), s, annotations.Note{Candidate: id, Text: "odd"})
		must(t, err)
	}
	noted := func() []int64 {
		ids, err := annotations.Noted(t.Context(), s)
		must(t, err)
		return ids
	}
	equal(t, "candidates with a note", noted(), []int64{239, 240})
	must(t, s.Update(t.Context(), func(tx *session.Tx) error {
		_, err := tx.Exec("DELETE FROM candidate WHERE id = ?", 239)
		return err
	}))
	equal(t, "rows", lines(t, path, noteRows), []string{"240 odd"})
	equal(t, "candidates with a note", noted(), []int64{240})
}

func TestNotesThatCannotBeStoredChangeNothing(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	_, err := annotations.SetNote(t.Context(), s, annotations.Note{Candidate: 239, Text: "seen"})
	must(t, err)
	before := content(t, path)
	none, other := "", "other"
	for what, c := range map[string]struct {
		note annotations.Note
		want error
	}{
		"no such candidate": {annotations.Note{Candidate: 99999, Text: "x"}, candidates.ErrNoCandidate},
		"none was seen":     {annotations.Note{Candidate: 239, Text: "x", Was: &none}, annotations.ErrNoteChanged},
		"another was seen":  {annotations.Note{Candidate: 239, Was: &other}, annotations.ErrNoteChanged},
		"too long":          {annotations.Note{Candidate: 239, Text: strings.Repeat("é", annotations.LongestNote+1)}, annotations.ErrLongNote},
	} {
		if _, err := annotations.SetNote(t.Context(), s, c.note); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
	}
	if _, err := annotations.SetNote(t.Context(), open(t, path), annotations.Note{Candidate: 240, Text: "x"}); !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("read-only: %v", err)
	}
	if content(t, path) != before {
		t.Error("the file changed")
	}
}
