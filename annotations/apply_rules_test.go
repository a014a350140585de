package annotations_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// rows writes a JSON list of rows as lines does.
func rows(t testing.TB, list json.RawMessage) []string {
	t.Helper()
	var all [][]any
	must(t, json.Unmarshal(list, &all))
	text := []string{}
	for _, row := range all {
		text = append(text, strings.TrimSuffix(fmt.Sprintln(row...), "\n"))
	}
	return text
}

// The experiment of semantics.json, step by step, on the database on which it
// was made.
func TestClearingRulesAreSnorkels(t *testing.T) {
	var semantics struct {
		Rules map[string]json.RawMessage `json:"apply: clearing rules"`
	}
	readJSON(t, testdata+"oracle/semantics.json", &semantics)
	said := func(what string) []string {
		t.Helper()
		if semantics.Rules[what] == nil {
			t.Fatalf("the experiment has no %q", what)
		}
		return rows(t, semantics.Rules[what])
	}
	path := copyOracle(t)
	must(t, copyFile(shared(t, "spouse_small.db"), path))
	equal(t, "before", lines(t, path, labelsPerGroup), said("before [group, split, rows]"))
	equal(t, "keys before", lines(t, path, allKeys), said("keys before"))

	s := writable(t, path)
	a := annotator(always("lf", 1))
	done, err := a.ApplyExisting(t.Context(), s, split(1))
	must(t, err)
	equal(t, "skipped", done.Skipped, []string{"lf"})
	equal(t, "after 1", lines(t, path, labelsPerGroup), said("after 1"))
	equal(t, "keys after 1", lines(t, path, allKeys), said("keys before"))
	if done.Deleted != 32+73 || done.DeletedOthers != 73 {
		t.Errorf("%d labels deleted, %d of others", done.Deleted, done.DeletedOthers)
	}
	equal(t, "splits", done.DeletedSplits, []int{1})

	done, err = a.Apply(t.Context(), s, split(0))
	must(t, err)
	equal(t, "after 2", lines(t, path, labelsPerGroup), said("after 2 (every label of every group and split went)"))
	equal(t, "keys after 2", lines(t, path, allKeys), said("keys after 2 (only group 0 keys were deleted)"))
	equal(t, "shape", []int{done.Matrix.Rows(), done.Matrix.Cols()}, []int{401, 1})
	equal(t, "splits", done.DeletedSplits, []int{0, 2})
}

// Of two LFs of one name Snorkel drops the second's answers; that is an error
// here. The keys of the others are made although one never answers.
func TestKeysAreMadeForLFsThatAbstain(t *testing.T) {
	var semantics struct {
		Keys struct {
			Shape  []int
			Keys   json.RawMessage
			Values json.RawMessage
		} `json:"keys appear although an LF always abstains; duplicate LF names"`
	}
	readJSON(t, testdata+"oracle/semantics.json", &semantics)
	path := copyOracle(t)
	s := writable(t, path)
	b := fn("b", func(c *candidates.Candidate) annotations.Label { return annotations.Label(c.ID % 2) })
	_, err := annotator(always("a", 0), b, always("b", 1)).Apply(t.Context(), s, split(1))
	if !errors.Is(err, annotations.ErrDuplicateLF) {
		t.Errorf("error %v, want ErrDuplicateLF", err)
	}
	done, err := annotator(always("a", 0), b).Apply(t.Context(), s, split(1))
	must(t, err)
	equal(t, "keys", lines(t, path, `SELECT id, name, "group" FROM label_key WHERE "group" = 0`), rows(t, semantics.Keys.Keys))
	equal(t, "values", lines(t, path, "SELECT DISTINCT value FROM label"), []string{"1"})
	if len(semantics.Keys.Shape) != 2 || done.Matrix.Cols() != semantics.Keys.Shape[1] || done.Matrix.NNZ() != 43 {
		t.Errorf("%d columns, %d labels", done.Matrix.Cols(), done.Matrix.NNZ())
	}
}

func TestSplitWithoutCandidatesIsAnErrorUnlessAgreedTo(t *testing.T) {
	path := copyOracle(t)
	s := writable(t, path)
	before := content(t, path)
	o := annotations.ApplyOptions{Selection: annotations.Selection{Split: 7}}
	a := annotator(always("lf", 1), annotations.LF{Name: "q", Query: "SELECT 1 AS candidate_id, 1 AS value"})
	_, err := a.Apply(t.Context(), s, o)
	if !errors.Is(err, candidates.ErrNoSplit) {
		t.Errorf("error %v, want ErrNoSplit", err)
	}
	_, err = a.ApplyExisting(t.Context(), s, o)
	if !errors.Is(err, candidates.ErrNoSplit) || content(t, path) != before {
		t.Errorf("error %v, or the file changed", err)
	}
	// Snorkel makes no key then; the reference decides that keys are always made.
	done, err := a.Apply(t.Context(), s, split(7))
	must(t, err)
	equal(t, "keys", lines(t, path, `SELECT id, name FROM label_key WHERE "group" = 0`), []string{"17 lf", "18 q"})
	equal(t, "labels", lines(t, path, "SELECT count(*) FROM label"), []string{"0"})
	if done.Matrix.Rows() != 0 || len(done.Created) != 2 {
		t.Errorf("%d rows, created %v", done.Matrix.Rows(), done.Created)
	}
}

func TestLabelsOfOtherGroupsAreNotDeletedUnasked(t *testing.T) {
	path := copyOracle(t)
	s := writable(t, path)
	before := content(t, path)
	never := fn("LF_husband_wife", func(*candidates.Candidate) annotations.Label { t.Error("a labeling function ran"); return 0 })
	for _, test := range []struct {
		o        annotations.ApplyOptions
		existing bool
		says     string
	}{
		{annotations.ApplyOptions{}, false, "253 of group 1"},
		{annotations.ApplyOptions{Selection: annotations.Selection{KeyGroup: 1}}, false, "553 of group 0"},
		{annotations.ApplyOptions{Selection: annotations.Selection{KeyGroup: 5}}, false, "553 of group 0, 253 of group 1"},
		{annotations.ApplyOptions{Selection: annotations.Selection{Split: 1}}, true, "59 of group 1"},
	} {
		apply := annotator(never).Apply
		if test.existing {
			apply = annotator(never).ApplyExisting
		}
		_, err := apply(t.Context(), s, test.o)
		if _, ok := errors.AsType[*annotations.LossError](err); !ok {
			t.Errorf("error %v, want a LossError", err)
		}
		wantError(t, "other groups", err, path, test.says)
	}
	if content(t, path) != before {
		t.Fatal("the file changed")
	}

	// Where no other labels go there is nothing to agree to.
	o := annotations.ApplyOptions{Selection: annotations.Selection{CandidateIDs: []int64{1}}}
	execute(t, path, "DELETE FROM label WHERE candidate_id = 1 AND key_id > 1")
	_, err := annotator(always("LF_husband_wife", 1)).ApplyExisting(t.Context(), s, o)
	must(t, err)
	equal(t, "labels", lines(t, path, "SELECT key_id, value FROM label WHERE candidate_id = 1"), []string{"1 1"})
}

// Another program may add labels of another group while LFs run.
func TestLabelsOfOtherGroupsThatCameMeanwhileAreNotDeletedEither(t *testing.T) {
	path := copyOracle(t)
	execute(t, path, "DELETE FROM label")
	s := writable(t, path)
	var before string
	a := annotator(always("lf", 1))
	o := annotations.ApplyOptions{Selection: annotations.Selection{Split: 2}, Progress: func(done, total int) {
		if done != total {
			return
		}
		must(t, s.Update(t.Context(), func(tx *session.Tx) error { // waits until all is read
			_, err := tx.Exec("INSERT INTO label (value, key_id, candidate_id) VALUES (1, 10, 1)")
			return err
		}))
		before = content(t, path)
	}}
	_, err := a.Apply(t.Context(), s, o)
	if _, ok := errors.AsType[*annotations.LossError](err); !ok || content(t, path) != before {
		t.Errorf("error %v, or the file changed", err)
	}
}

func TestGroupOnlyLeavesOtherGroupsAlone(t *testing.T) {
	const groupOne = "SELECT * FROM label WHERE key_id BETWEEN 10 AND 16 ORDER BY rowid"
	path := copyOracle(t)
	s := writable(t, path)
	others := lines(t, path, groupOne)
	o := annotations.ApplyOptions{Selection: annotations.Selection{Split: 1}, GroupOnly: true, DeleteOthers: true}
	done, err := annotator(always("LF_same_last_name", -1), always("new", 1)).ApplyExisting(t.Context(), s, o)
	must(t, err)
	equal(t, "labels", lines(t, path, labelsPerGroup), []string{"0 0 328", "0 1 86", "0 2 89", "1 0 155", "1 1 59", "1 2 39"})
	equal(t, "skipped", done.Skipped, []string{"new"})
	equal(t, "columns", done.Matrix.Keys(), []matrix.Key{{ID: 3, Name: "LF_same_last_name"}})
	if done.Deleted != 136 || done.DeletedOthers != 0 {
		t.Errorf("deleted %d, others %d", done.Deleted, done.DeletedOthers)
	}

	done, err = annotator(always("new", 1)).Apply(t.Context(), s, o)
	must(t, err)
	equal(t, "labels", lines(t, path, labelsPerGroup), []string{"0 1 86", "1 0 155", "1 1 59", "1 2 39"})
	equal(t, "keys", lines(t, path, `SELECT id, name FROM label_key WHERE "group" = 0`), []string{"17 new"})
	equal(t, "other groups", lines(t, path, groupOne), others)
	if done.Deleted != 328+86+89 || len(done.DeletedSplits) != 3 {
		t.Errorf("deleted %d of splits %v", done.Deleted, done.DeletedSplits)
	}
}

// As Snorkel with clear=False: a stored label takes the new value, be it 0; a
// label that is not stored is only if it is not 0.
func TestKeepChangesLabelsInPlace(t *testing.T) {
	path := copyOracle(t, "DELETE FROM label",
		"INSERT INTO label (value, key_id, candidate_id) VALUES (1, 1, 239), (-1, 1, 240), (0, 1, 241), (1, 1, 242), (0.5, 1, 243), (1, 1, 1), (-1, 10, 239)")
	s := writable(t, path)
	lf := fn("LF_husband_wife", func(c *candidates.Candidate) annotations.Label {
		switch c.ID {
		case 239, 241, 245:
			return 1
		case 240, 243:
			return 0
		case 242, 244:
			return -1
		}
		return 0
	})
	o := annotations.ApplyOptions{Selection: annotations.Selection{Split: 1}, Keep: true}
	done, err := annotator(lf, always("new", 0), always("new too", 1)).Apply(t.Context(), s, o)
	must(t, err)
	want := []string{"1 1 1", "1 239 1", "1 240 0", "1 241 1", "1 242 -1", "1 243 0", "1 244 -1", "1 245 1", "10 239 -1"}
	equal(t, "labels", lines(t, path, "SELECT key_id, candidate_id, value FROM label WHERE key_id <= 16 ORDER BY 1, 2"), want)
	equal(t, "created", done.Created, []matrix.Key{{ID: 17, Name: "new"}, {ID: 18, Name: "new too"}})
	equal(t, "labels of new", lines(t, path, "SELECT key_id, count(*) FROM label WHERE key_id > 16 GROUP BY 1"), []string{"18 86"})
	if done.Deleted != 0 || done.Changed != 4 {
		t.Errorf("deleted %d, changed %d", done.Deleted, done.Changed)
	}
	loaded, err := label.LoadMatrix(t.Context(), s, annotations.Selection{Split: 1, KeyNames: []string{"LF_husband_wife", "new", "new too"}})
	must(t, err)
	wantSameMatrix(t, "stored matrix", loaded, done.Matrix)

	// Doing it again changes nothing.
	before := dump(t, path)
	done, err = annotator(lf, always("newest", 1)).ApplyExisting(t.Context(), s, o)
	must(t, err)
	equal(t, "skipped", done.Skipped, []string{"newest"})
	if dump(t, path) != before || done.Changed != 0 {
		t.Error("applying the same again changed something")
	}
}

// Snorkel 0.5 has the columns of the primary key the other way round.
func TestApplyToOlderFiles(t *testing.T) {
	for _, name := range []string{"snorkel05.sql", "snorkel06.sql"} {
		path := build(t, name)
		s := writable(t, path)
		for _, keep := range []bool{true, false} {
			o := split(0)
			o.Keep = keep
			done, err := annotator(always("lf", -1)).Apply(t.Context(), s, o)
			must(t, err)
			if done.Matrix.Rows() == 0 || done.Matrix.NNZ() != done.Matrix.Rows() {
				t.Errorf("%s: %d labels of %d candidates", name, done.Matrix.NNZ(), done.Matrix.Rows())
			}
			loaded, err := label.LoadMatrix(t.Context(), s, annotations.Selection{KeyNames: []string{"lf"}})
			must(t, err)
			wantSameMatrix(t, name, loaded, done.Matrix)
		}
	}
}

func TestCandidateDeletedMeanwhileIsNamed(t *testing.T) {
	path := copyOracle(t)
	s := writable(t, path)
	a := annotator(always("lf", 1))
	o := split(2)
	var before string
	o.Progress = func(done, total int) {
		if done != total {
			return
		}
		must(t, s.Update(t.Context(), func(tx *session.Tx) error {
			_, err := tx.Exec("DELETE FROM candidate WHERE id = 330")
			return err
		}))
		before = content(t, path)
	}
	_, err := a.Apply(t.Context(), s, o)
	wantError(t, "deleted candidate", err, path, "another program deleted candidate 330 while labeling functions ran")
	if content(t, path) != before {
		t.Error("the file changed")
	}
}

// What cannot be stored is found out before labeling functions run.
func TestLockedFileIsNoticedBeforeLabelling(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable(), session.BusyTimeout(0))
	other := raw(t, path)
	_, err := other.Exec("BEGIN IMMEDIATE")
	must(t, err)
	_, err = annotator(fn("lf", func(*candidates.Candidate) annotations.Label { t.Error("a labeling function ran"); return 0 })).Apply(t.Context(), s, split(0))
	if !errors.Is(err, session.ErrLocked) {
		t.Errorf("error %v, want ErrLocked", err)
	}
}
