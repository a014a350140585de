package annotations_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/session"
)

func TestSavedBinaryMarginalsReadBack(t *testing.T) {
	for _, training := range []bool{true, false} {
		want := marginals(t, 2, func(i int) []float64 { return []float64{float64(i) / 85} }) // 0 and 1 among them
		path, saved := saveTo(t, want, training)
		replaced := map[bool]int{true: 238, false: 86}[training]
		if saved != (annotations.Saved{Candidates: 86, Rows: 85, Replaced: replaced}) {
			t.Errorf("training %t: %+v", training, saved)
		}
		got, err := annotations.LoadMarginals(t.Context(), open(t, path), annotations.Selection{Split: 1}, training, 0)
		must(t, err)
		equal(t, "probabilities", got.P, want.P)
		equal(t, "candidates", got.Candidates, want.Candidates)

		// Rows of the same flag are replaced in every split, the others stay.
		flag, other := 1, 0
		if !training {
			flag, other = 0, 1
		}
		rows := lines(t, path, fmt.Sprintf(`SELECT c.split, count(*), min(m.value), max(m.value), min(typeof(m.training)), min(typeof(m.probability))
			FROM marginal AS m JOIN candidate AS c ON c.id = m.candidate_id WHERE training = %d GROUP BY c.split`, flag))
		equal(t, "rows of the flag", rows, []string{"1 85 1 1 integer real"})
		kept := "SELECT * FROM marginal WHERE training = " + fmt.Sprint(other)
		equal(t, "rows of the other flag", lines(t, path, kept), lines(t, copyOracle(t), kept))
	}
}

func TestSavingChangesTheMarginalTableOnly(t *testing.T) {
	path, _ := saveTo(t, marginals(t, 2, func(int) []float64 { return []float64{0.5} }), true)
	before, after := dump(t, copyOracle(t), "marginal"), dump(t, path, "marginal")
	if before != after {
		t.Error("another table than marginal changed")
	}
	equal(t, "schema", lines(t, path, "SELECT * FROM sqlite_master"), lines(t, copyOracle(t), "SELECT * FROM sqlite_master"))
	equal(t, "damage", lines(t, path, "SELECT * FROM pragma_foreign_key_check"), []string{})
}

// semantics.json has the rows that Snorkel wrote for 118 candidates of four
// classes: the first three as below, the others without a zero.
func TestSavedCategoricalMarginalsAreSnorkels(t *testing.T) {
	var semantics struct {
		Four struct {
			Rows [][2]int
			Load [][]float64
		} `json:"save_marginals categorical K=4"`
	}
	readJSON(t, testdata+"oracle/semantics.json", &semantics)
	first := [][]float64{{0.1, 0.2, 0.3, 0.4}, {1, 0, 0, 0}, {0.5, 0, 0.5, 0}}
	path, saved := saveTo(t, marginals(t, 4, func(i int) []float64 {
		if i < len(first) {
			return first[i]
		}
		return []float64{0.25, 0.25, 0.25, 0.25}
	}), false)

	var want []string
	rows := 0
	for _, r := range semantics.Four.Rows {
		n := r[1] - 118 + 86
		want = append(want, fmt.Sprint(r[0], " ", n))
		rows += n
	}
	equal(t, "rows per value", lines(t, path, "SELECT value, count(*) FROM marginal WHERE training = 0 GROUP BY value"), want)
	if saved != (annotations.Saved{Candidates: 86, Rows: rows, Replaced: 86}) {
		t.Errorf("%+v", saved)
	}
	for _, cardinality := range []int{0, 4} {
		p, err := annotations.LoadMarginals(t.Context(), open(t, path), annotations.Selection{Split: 1}, false, cardinality)
		must(t, err)
		head := &matrix.Marginals{Candidates: p.Candidates[:3], Cardinality: p.Cardinality, P: p.P[:12]}
		compareMarginals(t, "the first three", head, semantics.Four.Load)
		for i := 3; i < 86; i++ {
			equal(t, "the others", p.Row(i), []float64{0.25, 0.25, 0.25, 0.25})
		}
	}
}

// Three columns for a class that the reader takes as binary do not fit.
func TestSavedClassesMustFitTheCardinalityAskedFor(t *testing.T) {
	path, _ := saveTo(t, marginals(t, 3, func(int) []float64 { return []float64{0.2, 0.3, 0.5} }), true)
	equal(t, "rows", lines(t, path, "SELECT value, probability, count(*) FROM marginal WHERE training = 1 GROUP BY value"), []string{"1 0.3 86", "2 0.5 86"})
	_, err := annotations.LoadMarginals(t.Context(), open(t, path), annotations.Selection{Split: 1}, true, 2)
	wantError(t, "cardinality 2", err, "value 2", "cardinality 2")
}

// Snorkel leaves a row with a NULL candidate when no probability is positive.
func TestSavingNothingPositiveWritesNothing(t *testing.T) {
	path, saved := saveTo(t, marginals(t, 2, func(int) []float64 { return []float64{0} }), true)
	equal(t, "rows", lines(t, path, "SELECT * FROM marginal WHERE training = 1 OR candidate_id IS NULL"), []string{})
	if saved != (annotations.Saved{Candidates: 86, Rows: 0, Replaced: 238}) {
		t.Errorf("%+v", saved)
	}
	path, saved = saveTo(t, &matrix.Marginals{Cardinality: 3}, true)
	equal(t, "rows", lines(t, path, "SELECT * FROM marginal WHERE training = 1"), []string{})
	if saved != (annotations.Saved{Replaced: 238}) {
		t.Errorf("%+v", saved)
	}
}

// Rows go in batches of 256; these numbers lie around the seams.
func TestEveryRowIsSavedWhateverTheirNumber(t *testing.T) {
	L, err := label.LoadMatrix(t.Context(), oracleDB(t), annotations.Selection{Split: 0})
	must(t, err)
	all := L.Candidates()
	for _, n := range []int{0, 1, 85, 86, 127, 128, 129, 238} { // two rows each: 256 is 128 candidates
		p := &matrix.Marginals{Candidates: all[:n], Cardinality: 3}
		for range n {
			p.P = append(p.P, 0.5, 0.25, 0.25)
		}
		path, saved := saveTo(t, p, true)
		equal(t, fmt.Sprint(n, " candidates"), lines(t, path, "SELECT count(*), count(DISTINCT candidate_id) FROM marginal WHERE training = 1"),
			[]string{fmt.Sprint(2*n, n)})
		if saved.Rows != 2*n {
			t.Errorf("%d candidates: %+v", n, saved)
		}
	}
}

func TestBadMarginalsChangeNothing(t *testing.T) {
	good := func() *matrix.Marginals {
		return marginals(t, 2, func(int) []float64 { return []float64{0.5} })
	}
	three := func() *matrix.Marginals {
		return marginals(t, 3, func(int) []float64 { return []float64{0.2, 0.3, 0.5} })
	}
	for name, test := range map[string]struct {
		of   func() *matrix.Marginals
		to   func(p *matrix.Marginals)
		bad  bool
		says string
	}{
		"NaN":                   {good, func(p *matrix.Marginals) { p.P[40] = math.NaN() }, true, "candidate 279"},
		"negative":              {good, func(p *matrix.Marginals) { p.P[40] = -1e-12 }, true, "candidate 279"},
		"above one":             {good, func(p *matrix.Marginals) { p.P[40] = 1 + 1e-12 }, true, "candidate 279"},
		"infinite":              {good, func(p *matrix.Marginals) { p.P[85] = math.Inf(1) }, true, "candidate 324"},
		"NaN of a first class":  {three, func(p *matrix.Marginals) { p.P[0] = math.NaN() }, true, "candidate 239"},
		"sum too small":         {three, func(p *matrix.Marginals) { p.P[3] = 0.19 }, true, "candidate 240"},
		"sum too large":         {three, func(p *matrix.Marginals) { p.P[5] = 0.51 }, true, "candidate 240"},
		"too few":               {good, func(p *matrix.Marginals) { p.P = p.P[1:] }, false, "85 probabilities"},
		"too many":              {good, func(p *matrix.Marginals) { p.P = append(p.P, 0.5) }, false, "87 probabilities"},
		"columns of two":        {good, func(p *matrix.Marginals) { p.Cardinality = 3 }, false, "cardinality 3"},
		"one class":             {good, func(p *matrix.Marginals) { p.Cardinality = 1 }, false, "cardinality 1"},
		"no class":              {good, func(p *matrix.Marginals) { p.Cardinality = 0 }, false, "cardinality 0"},
		"unknown candidate":     {good, func(p *matrix.Marginals) { p.Candidates = append(slices.Clone(p.Candidates[:85]), 4711) }, false, "FOREIGN KEY"},
		"candidate given twice": {good, func(p *matrix.Marginals) { p.Candidates = append(slices.Clone(p.Candidates[:85]), 239) }, false, "UNIQUE"},
	} {
		t.Run(name, func(t *testing.T) {
			path := copyOracle(t)
			before := content(t, path)
			s := open(t, path, session.Writable())
			p := test.of()
			test.to(p)
			saved, err := annotations.SaveMarginals(t.Context(), s, p, annotations.SaveOptions{Training: true, DeleteOthers: true})
			if errors.Is(err, matrix.ErrBadMarginal) != test.bad {
				t.Errorf("error %v is ErrBadMarginal: %t", err, !test.bad)
			}
			wantError(t, name, err, test.says)
			if saved != (annotations.Saved{}) {
				t.Errorf("%+v although nothing was saved", saved)
			}
			must(t, s.Close())
			if content(t, path) != before {
				t.Error("the file changed")
			}
		})
	}
}

func TestSumsNearOneAreAccepted(t *testing.T) {
	// A softmax adds up to 1 within rounding, and float32 within 1e-7.
	p := marginals(t, 3, func(int) []float64 { return []float64{0.2, 0.3, 0.5 + 9e-7} })
	must(t, p.Check())
}

func TestReadOnlySessionSavesNoMarginals(t *testing.T) {
	_, err := annotations.SaveMarginals(t.Context(), oracleDB(t), marginals(t, 2, func(int) []float64 { return []float64{0.5} }), annotations.SaveOptions{Training: true, DeleteOthers: true})
	if !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("error %v, want ErrReadOnly", err)
	}
}

func TestMarginalsAreSavedIntoFilesOfSnorkel06(t *testing.T) {
	path := build(t, "snorkel06.sql")
	s := open(t, path, session.Writable())
	saved, err := annotations.SaveMarginals(t.Context(), s, &matrix.Marginals{Candidates: []int64{1, 2}, Cardinality: 2, P: []float64{0.75, 0}}, annotations.SaveOptions{Training: true, DeleteOthers: true})
	must(t, err)
	if saved != (annotations.Saved{Candidates: 2, Rows: 1, Replaced: 2}) {
		t.Errorf("%+v", saved)
	}
	equal(t, "rows", lines(t, path, "SELECT candidate_id, training, value, probability FROM marginal ORDER BY training"), []string{"3 0 1 0.5", "1 1 1 0.75"})
}

func TestWhatIsStoredWithMarginalsIsStoredWithThemOnly(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	p := marginals(t, 2, func(int) []float64 { return []float64{0.5} })
	failure := errors.New("no")
	o := annotations.SaveOptions{Training: true, DeleteOthers: true, With: func(*session.Tx) error { return failure }}
	before := dump(t, path)
	if _, err := annotations.SaveMarginals(t.Context(), s, p, o); !errors.Is(err, failure) {
		t.Error(err)
	}
	if dump(t, path) != before {
		t.Error("the file changed")
	}
	o.With = func(tx *session.Tx) error {
		return s.PutModel(tx, session.Model{Name: "m", Kind: session.KindLabelModel, Document: "{}"}, false)
	}
	_, err := annotations.SaveMarginals(t.Context(), s, p, o)
	must(t, err)
	equal(t, "models", lines(t, path, "SELECT name, kind FROM workbench_model"), []string{"m label model"})
	equal(t, "marginals", lines(t, path, "SELECT count(*) FROM marginal WHERE training = 1"), []string{"86"})
}
