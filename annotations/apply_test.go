package annotations_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// fn makes a labeling function of a function that cannot fail.
func fn(name string, label func(c *candidates.Candidate) annotations.Label) annotations.LF {
	return annotations.LF{Name: name, Func: func(c *candidates.Candidate) (annotations.Label, error) { return label(c), nil }}
}

func always(name string, v annotations.Label) annotations.LF {
	return fn(name, func(*candidates.Candidate) annotations.Label { return v })
}

func failingLF(name string, err error) annotations.LF {
	return annotations.LF{Name: name, Func: func(*candidates.Candidate) (annotations.Label, error) { return 0, err }}
}

// three are labeling functions that read the text of a candidate.
func three() []annotations.LF {
	return []annotations.LF{
		fn("LF_and", func(c *candidates.Candidate) annotations.Label {
			if strings.Contains(c.Args[0].Sentence.Text, " and ") {
				return annotations.Positive
			}
			return annotations.Abstain
		}),
		{Name: "LF_far", Func: func(c *candidates.Candidate) (annotations.Label, error) {
			a, err := c.Args[0].Span.WordStart()
			if err != nil {
				return 0, err
			}
			b, err := c.Args[1].Span.WordStart()
			if b-a > 6 || a-b > 6 {
				return annotations.Negative, err
			}
			return annotations.Abstain, err
		}},
		fn("LF_long_name", func(c *candidates.Candidate) annotations.Label {
			switch c.Args[0].Span.Len() % 3 {
			case 0:
				return annotations.Negative
			case 1:
				return annotations.Positive
			}
			return annotations.Abstain
		}),
	}
}

func annotator(lfs ...annotations.LF) annotations.LabelAnnotator {
	return annotations.LabelAnnotator{LFs: lfs}
}

// split selects a split and agrees to all deletions.
func split(n int) annotations.ApplyOptions {
	return annotations.ApplyOptions{Selection: annotations.Selection{Split: n}, DeleteOthers: true}
}

func writable(t testing.TB, path string) *session.Session {
	t.Helper()
	return open(t, path, session.Writable())
}

// wantSameMatrix compares two matrices but for the ids of their keys.
func wantSameMatrix(t testing.TB, what string, got, want *matrix.LabelMatrix) {
	t.Helper()
	equal(t, what+": candidates", got.Candidates(), want.Candidates())
	equal(t, what+": keys", keyNames(got), keyNames(want))
	equal(t, what+": entries", got.Entries(), want.Entries())
}

func keyNames(m *matrix.LabelMatrix) []string {
	var names []string
	for _, k := range m.Keys() {
		names = append(names, fmt.Sprint(k.Name, " ", k.Group))
	}
	return names
}

const (
	labelsPerGroup = `SELECT k."group", c.split, count(*) FROM label l JOIN label_key k ON k.id = l.key_id
		JOIN candidate c ON c.id = l.candidate_id GROUP BY 1, 2 ORDER BY 1, 2`
	allKeys = `SELECT id, name, "group" FROM label_key ORDER BY id`
)

func TestWhatIsAppliedIsWhatIsLoaded(t *testing.T) {
	path := copyOracle(t)
	s := writable(t, path)
	before := dump(t, path, "label", "label_key")
	a := annotator(three()...)
	want, err := a.Labels(t.Context(), s, split(0))
	must(t, err)
	if want.NNZ() < 100 || want.MinLabel() != -1 || want.MaxLabel() != 1 {
		t.Fatalf("%d labels from %d to %d test little", want.NNZ(), want.MinLabel(), want.MaxLabel())
	}
	done, err := a.Apply(t.Context(), s, split(0))
	must(t, err)
	wantSameMatrix(t, "result of Apply", done.Matrix, want)
	loaded, err := a.LoadMatrix(t.Context(), s, annotations.Selection{})
	must(t, err)
	wantSameMatrix(t, "stored matrix", loaded, want)
	equal(t, "keys", loaded.Keys(), done.Matrix.Keys())
	equal(t, "created keys", done.Created, loaded.Keys())
	// The other tables are as they were, and the values are integers.
	if after := dump(t, path, "label", "label_key"); after != before {
		t.Error("other tables changed")
	}
	equal(t, "types", lines(t, path, "SELECT DISTINCT typeof(value) FROM label"), []string{"integer"})
	equal(t, "foreign keys", lines(t, path, "PRAGMA foreign_key_check"), []string{})
}

func TestLabelsStoresNothing(t *testing.T) {
	path := copyOracle(t)
	before := content(t, path)
	L, err := annotator(three()...).Labels(t.Context(), open(t, path), annotations.ApplyOptions{Selection: annotations.Selection{Split: 1, KeyGroup: 4}})
	must(t, err)
	if L.Rows() != 86 || L.Keys()[2] != (matrix.Key{Name: "LF_long_name", Group: 4}) {
		t.Errorf("%d rows, keys %v", L.Rows(), L.Keys())
	}
	if content(t, path) != before {
		t.Error("the file changed")
	}
}

func TestWorkersDoNotChangeTheResult(t *testing.T) {
	s := oracleDB(t)
	a := annotator(append(three(), annotations.LF{Name: "LF_query", Query: "SELECT id AS candidate_id, id % 3 - 1 AS value FROM candidate"})...)
	var first *matrix.LabelMatrix
	for _, workers := range []int{1, 2, 8, 0} {
		a.Workers = workers
		L, err := a.Labels(t.Context(), s, split(0))
		must(t, err)
		if first == nil {
			first = L
		}
		wantSameMatrix(t, fmt.Sprint(workers, " workers"), L, first)
	}
}

// The first candidate of each worker waits for those of the others, so this
// ends only if they label at the same time, also in a small split.
func TestWorkersLabelAtTheSameTime(t *testing.T) {
	const workers = 3
	var calls atomic.Int32
	together := make(chan struct{})
	a := annotator(annotations.LF{Name: "LF_meets", Func: func(*candidates.Candidate) (annotations.Label, error) {
		if calls.Add(1) == workers {
			close(together)
		}
		select {
		case <-together:
			return annotations.Positive, nil
		case <-time.After(10 * time.Second):
			return 0, errors.New("labelled alone")
		}
	}})
	a.Workers = workers
	L, err := a.Labels(t.Context(), oracleDB(t), split(0))
	must(t, err)
	if L.NNZ() != 238 {
		t.Errorf("%d labels", L.NNZ())
	}
}

// Each LF fails on some candidates. Whatever the workers are doing, the
// failure that is reported is that of the first candidate, and there of the
// first LF.
func TestFirstFailureIsReported(t *testing.T) {
	path := copyOracle(t)
	before := content(t, path)
	s := writable(t, path)
	failOn := func(name string, from int64) annotations.LF {
		return annotations.LF{Name: name, Func: func(c *candidates.Candidate) (annotations.Label, error) {
			if c.ID < from {
				if c.ID%16 == 0 {
					time.Sleep(20 * time.Microsecond) // later parts may be labelled first
				}
				return 1, nil
			}
			return 0, fmt.Errorf("cannot say %d", c.ID)
		}}
	}
	for _, workers := range []int{1, 2, 8} {
		for range 5 {
			a := annotator(failOn("late", 70), failOn("b", 50), failOn("a", 50), failOn("later", 130))
			a.Workers = workers
			_, err := a.Apply(t.Context(), s, split(0))
			var failed *annotations.LFError
			if !errors.As(err, &failed) || err.Error() != `LF "b", candidate 50: cannot say 50` {
				t.Fatalf("%d workers: error %v", workers, err)
			}
		}
	}
	if content(t, path) != before {
		t.Error("the file changed")
	}
}

func TestPanicsAndBadAnswersAreErrorsAndNothingIsWritten(t *testing.T) {
	path := copyOracle(t)
	before := content(t, path)
	s := writable(t, path)
	binary, err := candidates.CandidateSubclass("Spouse", []string{"person1", "person2"})
	must(t, err)
	four, err := candidates.CandidateSubclass("Spouse", []string{"person1", "person2"}, candidates.Cardinality(4))
	must(t, err)
	cause := errors.New("two\nlines")
	for _, test := range []struct {
		lf       annotations.LF
		subclass *candidates.Subclass
		says     string
	}{
		{fn("LF_index", func(c *candidates.Candidate) annotations.Label { return annotations.Label(len(c.Args[c.ID].CID)) }), nil,
			`LF "LF_index", candidate 2: panic: runtime error: index out of range [2] with length 2 (apply_test.go:`},
		{fn("LF_nil", func(c *candidates.Candidate) annotations.Label {
			return annotations.Label(c.Args[0].Columns[0].Value.(int64))
		}), nil,
			`LF "LF_nil", candidate 1: panic: runtime error: index out of range [0] with length 0`},
		{fn("LF_says", func(*candidates.Candidate) annotations.Label { panic("one\ntwo") }), nil, `LF "LF_says", candidate 1: panic: one; two (apply_test.go:`},
		{failingLF("LF_fails", cause), nil, `LF "LF_fails", candidate 1: two; lines`},
		{failingLF("LF_fails", errors.New("candidate 1: no words")), nil, `LF "LF_fails", candidate 1: no words`},
		{always("LF_low", -2), nil, `LF "LF_low", candidate 1: unusable value: label -2 is outside -1..32767`},
		{always("LF_two", 2), binary, `LF "LF_two", candidate 1: unusable value: label 2 is not -1, 0 or 1`},
		{always("LF_five", 5), four, `LF "LF_five", candidate 1: unusable value: label 5 is outside 0..4`},
		{always("LF_minus", -1), four, `LF "LF_minus", candidate 1: unusable value: label -1 is outside 0..4`},
	} {
		// The one before always answers, so there are labels that could be written.
		a := annotations.LabelAnnotator{LFs: []annotations.LF{always("LF_one", 1), test.lf}, Subclass: test.subclass}
		_, err := a.Apply(t.Context(), s, split(0))
		wantError(t, test.lf.Name, err, test.says)
		if content(t, path) != before {
			t.Fatalf("%s: the file changed", test.lf.Name)
		}
	}
	_, err = annotator(failingLF("LF_fails", cause)).Labels(t.Context(), s, split(0))
	if !errors.Is(err, cause) {
		t.Errorf("%v does not wrap the cause", err)
	}
}

func TestUnusableLFsAreRefusedBeforeAnythingRuns(t *testing.T) {
	s := writable(t, copyOracle(t))
	ran := fn("LF_ran", func(*candidates.Candidate) annotations.Label { t.Error("a labeling function ran"); return 0 })
	two := ran
	two.Query = "SELECT 1 AS candidate_id, 1 AS value"
	for _, test := range []struct {
		lfs  []annotations.LF
		says string
	}{
		{nil, "there is no labeling function to apply"},
		{[]annotations.LF{ran, {Name: ""}}, "labeling function 2 of 2 has no name"},
		{[]annotations.LF{ran, {Name: "LF_empty"}}, `LF "LF_empty" must have one of a function, a query and a program, but it has 0`},
		{[]annotations.LF{two}, `LF "LF_ran" must have one of a function, a query and a program, but it has 2`},
		{[]annotations.LF{ran, always("b", 1), ran}, `two labeling functions have one name: "LF_ran"`},
	} {
		_, err := annotator(test.lfs...).Apply(t.Context(), s, split(0))
		wantError(t, "Apply", err, test.says)
		_, err = annotator(test.lfs...).Labels(t.Context(), s, split(0))
		wantError(t, "Labels", err, test.says)
	}
	_, err := annotator(ran, ran).Apply(t.Context(), s, split(0))
	if !errors.Is(err, annotations.ErrDuplicateLF) {
		t.Errorf("%v is not ErrDuplicateLF", err)
	}
	o := split(0)
	o.KeyNames = []string{"LF_rann"}
	_, err = annotator(ran).Apply(t.Context(), s, o)
	if !errors.Is(err, annotations.ErrNoLF) {
		t.Errorf("%v is not ErrNoLF", err)
	}
	wantError(t, "unknown name", err, `"LF_rann"; there are: LF_ran`)
	_, err = annotator(ran).Apply(t.Context(), oracleDB(t), split(0))
	if !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("a session for reading: %v", err)
	}
}

func TestCancelledApplyWritesNothing(t *testing.T) {
	path := copyOracle(t)
	before := content(t, path)
	s := writable(t, path)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var calls atomic.Int32
	a := annotator(fn("LF_slow", func(*candidates.Candidate) annotations.Label {
		n := calls.Add(1)
		if n == 5 {
			cancel()
		}
		if n >= 5 {
			<-ctx.Done()
		}
		return 1
	}))
	a.Workers = 2
	_, err := a.Apply(ctx, s, split(0))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that it was cancelled", err)
	}
	if n := calls.Load(); n > 6 { // the other worker may be at one
		t.Errorf("%d candidates were labelled, 5 of them before the end", n)
	}
	if content(t, path) != before {
		t.Error("the file changed")
	}
}

func TestProgressCountsCandidates(t *testing.T) {
	s := oracleDB(t)
	a := annotator(always("LF_one", 1))
	a.Workers = 4
	var reports []int
	o := split(0)
	o.Progress = func(done, total int) {
		reports = append(reports, done)
		if total != 238 {
			t.Errorf("%d of %d", done, total)
		}
	}
	_, err := a.Labels(t.Context(), s, o)
	must(t, err)
	if !slices.IsSorted(reports) || len(reports) < 2 || reports[len(reports)-1] != 238 {
		t.Errorf("reports %v", reports)
	}
}

func TestOrphansAreShownToLFsUnlessTheyAreSkipped(t *testing.T) {
	path := copyOracle(t)
	execute(t, path, "DELETE FROM spouse WHERE id IN (240, 300)")
	s := writable(t, path)
	_, err := annotator(three()...).Apply(t.Context(), s, split(1))
	var failed *annotations.LFError
	if !errors.As(err, &failed) || failed.Candidate != 240 || !failed.Orphan || failed.LF != "LF_and" {
		t.Errorf("error %v, want one about the orphan 240", err)
	}
	counts := fn("LF_args", func(c *candidates.Candidate) annotations.Label { return annotations.Label(len(c.Args) - 1) })
	L, err := annotator(counts).Labels(t.Context(), s, split(1))
	must(t, err)
	if row, _ := L.RowOf(300); L.At(row, 0) != -1 || L.Rows() != 86 || L.NNZ() != 86 {
		t.Error("orphans are not labelled")
	}
	o := split(1)
	o.SkipOrphans = true
	done, err := annotator(append(three(), counts)...).Apply(t.Context(), s, o)
	must(t, err)
	if done.Orphans != 2 || done.Matrix.Rows() != 86 {
		t.Errorf("%d orphans were skipped of %d rows", done.Orphans, done.Matrix.Rows())
	}
	equal(t, "labels of orphans", lines(t, path, "SELECT * FROM label WHERE candidate_id IN (240, 300)"), []string{})
}

func TestSelectionsOfCandidates(t *testing.T) {
	s := oracleDB(t)
	a := annotator(three()...)
	whole, err := a.Labels(t.Context(), s, split(1))
	must(t, err)
	for _, sel := range []annotations.Selection{
		{CandidateIDs: []int64{300, 241, 241, 290}},
		{CandidateQuery: "SELECT id FROM candidate WHERE id IN (241, 290, 300)"},
	} {
		L, err := a.Labels(t.Context(), s, annotations.ApplyOptions{Selection: sel})
		must(t, err)
		equal(t, "rows", L.Candidates(), []int64{241, 290, 300})
		for i, id := range L.Candidates() {
			row, _ := whole.RowOf(id)
			for j := range L.Cols() {
				if L.At(i, j) != whole.At(row, j) {
					t.Errorf("candidate %d, LF %d: %d, want %d", id, j, L.At(i, j), whole.At(row, j))
				}
			}
		}
	}
	o := split(1)
	o.KeyNames = []string{"LF_long_name", "LF_and"}
	L, err := a.Labels(t.Context(), s, o)
	must(t, err)
	wantSameMatrix(t, "some LFs", L, whole.SelectCols([]int{0, 2}))
	_, err = a.Labels(t.Context(), s, annotations.ApplyOptions{Selection: annotations.Selection{CandidateIDs: []int64{9999}}})
	if !errors.Is(err, candidates.ErrNoCandidate) {
		t.Errorf("error %v, want ErrNoCandidate", err)
	}
	_, err = a.Labels(t.Context(), s, annotations.ApplyOptions{Selection: annotations.Selection{Type: "person"}})
	if !errors.Is(err, candidates.ErrNoSplit) {
		t.Errorf("error %v, want ErrNoSplit", err)
	}
}

// The session's file may lie anywhere; the directory holds nothing else
// afterwards.
func TestApplyLeavesNoFilesBehind(t *testing.T) {
	path := copyOracle(t)
	_, err := annotator(three()...).Apply(t.Context(), writable(t, path), split(2))
	must(t, err)
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	must(t, err)
	equal(t, "files", files, []string{path})
}
