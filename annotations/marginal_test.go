package annotations_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// rowsOf reads what the oracle loaded: one probability per candidate, or a row
// of them; nil when Snorkel found none.
func rowsOf(t *testing.T, data json.RawMessage) [][]float64 {
	t.Helper()
	var rows [][]float64
	var flat []float64
	switch {
	case len(data) == 0 || data[0] == '{': // an exception
	case json.Unmarshal(data, &flat) == nil:
		for _, p := range flat {
			rows = append(rows, []float64{p})
		}
	default:
		must(t, json.Unmarshal(data, &rows))
	}
	return rows
}

// compareMarginals checks probabilities. All but the first class of several
// are stored numbers; that one is 1 minus their sum, which rounds differently
// with the order of adding: 1e-9 is far above five roundings near 1.
func compareMarginals(t *testing.T, what string, p *matrix.Marginals, want [][]float64) {
	t.Helper()
	if len(p.Candidates) != len(want) {
		t.Fatalf("%s: %d candidates, want %d", what, len(p.Candidates), len(want))
	}
	for i, row := range want {
		got := p.Row(i)
		if len(got) != len(row) {
			t.Fatalf("%s: %d columns, want %d", what, len(got), len(row))
		}
		for k := range row {
			tolerance := 0.0
			if p.Cardinality > 2 && k == 0 {
				tolerance = 1e-9
			}
			if math.Abs(got[k]-row[k]) > tolerance {
				t.Errorf("%s: candidate %d has %v, want %v", what, p.Candidates[i], got, row)
				break
			}
		}
	}
}

func TestMarginalsAreSnorkels(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		compared := 0
		for _, split := range db.Splits {
			want := db.BySplit[fmt.Sprint(split)]
			for training, data := range map[bool]json.RawMessage{true: want.Training, false: want.End} {
				what := fmt.Sprintf("split %d, training %t", split, training)
				p, err := annotations.LoadMarginals(t.Context(), db.s, annotations.Selection{Split: split}, training, 0)
				rows := rowsOf(t, data)
				if rows == nil {
					if !errors.Is(err, annotations.ErrNoMarginals) {
						t.Errorf("%s: error %v, want ErrNoMarginals", what, err)
					}
					continue
				}
				must(t, err)
				compareMarginals(t, what, p, rows)
				if !slices.Equal(p.Candidates, want.L.RowIndex) {
					t.Errorf("%s: candidates %v", what, p.Candidates)
				}
				if wide := max(2, len(rows[0])); p.Cardinality != wide {
					t.Errorf("%s: cardinality %d, want %d", what, p.Cardinality, wide)
				}
				must(t, p.Check())
				compared++
			}
		}
		if compared == 0 {
			t.Error("the oracle has no marginals to compare with")
		}
	})
}

func TestSplitsWithoutMarginalsSayWhichHaveSome(t *testing.T) {
	s := oracleDB(t)
	load := func(s *session.Session, sel annotations.Selection, training bool) error {
		_, err := annotations.LoadMarginals(t.Context(), s, sel, training, 0)
		return err
	}
	for _, test := range []struct {
		what string
		err  error
		kind error
		says []string
	}{
		{"training of split 1", load(s, annotations.Selection{Split: 1}, true), annotations.ErrNoMarginals, []string{"training", "split 1", "have some: 0"}},
		{"predicted of split 0", load(s, annotations.Selection{Split: 0}, false), annotations.ErrNoMarginals, []string{"predicted", "split 0", "have some: 1"}},
		{"no such split", load(s, annotations.Selection{Split: 7}, true), candidates.ErrNoSplit, []string{"split 7", "0 (238 spouse)"}},
		{"no such type", load(s, annotations.Selection{Type: "tweet"}, true), candidates.ErrNoSplit, []string{"tweet"}},
		{"none at all", load(open(t, copyOracle(t, "DELETE FROM marginal")), annotations.Selection{}, true), annotations.ErrNoMarginals, []string{"training", "in any split"}},
		{"no table", load(open(t, copyOracle(t, "DROP TABLE marginal")), annotations.Selection{}, true), annotations.ErrNoMarginals, []string{"in any split"}},
		{"another type's", load(open(t, copyOracle(t, "INSERT INTO candidate (id, type, split) VALUES (1000, 'ghost', 0)")),
			annotations.Selection{Type: "ghost"}, true), annotations.ErrNoMarginals, []string{"split 0", `type "ghost"`}},
	} {
		if !errors.Is(test.err, test.kind) {
			t.Errorf("%s: error %v, want the kind %q", test.what, test.err, test.kind)
		}
		wantError(t, test.what, test.err, test.says...)
	}
}

func TestMarginalsOfOneTypeAreNarrowed(t *testing.T) {
	path := copyOracle(t, "INSERT INTO candidate (id, type, split) VALUES (1000, 'ghost', 0)",
		"INSERT INTO marginal (candidate_id, training, value, probability) VALUES (1000, 1, 1, 0.125)")
	s := open(t, path)
	for typ, want := range map[string]int{"": 239, "spouse": 238, "ghost": 1} {
		p, err := annotations.LoadMarginals(t.Context(), s, annotations.Selection{Type: typ}, true, 2)
		must(t, err)
		if len(p.Candidates) != want || len(p.P) != want || (typ != "spouse") != (p.P[want-1] == 0.125) {
			t.Errorf("type %q: %d candidates, the last has %v", typ, len(p.Candidates), p.P[len(p.P)-1])
		}
	}
}

func TestOldFilesKeepTrainingMarginalsWithTheCandidate(t *testing.T) {
	path := build(t, "snorkel05.sql")
	before := content(t, path)
	s := open(t, path, session.Writable())
	p, err := annotations.LoadMarginals(t.Context(), s, annotations.Selection{}, true, 0)
	must(t, err)
	compareMarginals(t, "0.5", p, [][]float64{{0.875}, {0}})
	_, err = annotations.LoadMarginals(t.Context(), s, annotations.Selection{}, false, 0)
	if !errors.Is(err, annotations.ErrNoMarginals) {
		t.Errorf("predictions of a 0.5 file: %v", err)
	}
	_, err = annotations.SaveMarginals(t.Context(), s, p, annotations.SaveOptions{Training: true, DeleteOthers: true})
	wantError(t, "saving into a 0.5 file", err, path, "0.5", "marginal table")
	must(t, s.Close())
	if content(t, path) != before {
		t.Error("the refusal changed the file")
	}

	p, err = annotations.LoadMarginals(t.Context(), open(t, build(t, "snorkel06.sql")), annotations.Selection{}, true, 0)
	must(t, err)
	compareMarginals(t, "0.6", p, [][]float64{{0.875}, {0.25}})
}

func TestJunkRowsWithoutCandidateAreIgnored(t *testing.T) {
	for _, id := range []string{"0", "1000"} { // a NULL reads as the number 0
		path := copyOracle(t, "INSERT INTO candidate (id, type, split) VALUES ("+id+", 'spouse', 0)",
			"INSERT INTO marginal (candidate_id, training, value, probability) VALUES (NULL, 1, 1, 0.75), (NULL, 1, 3, 0.5)")
		p, err := annotations.LoadMarginals(t.Context(), open(t, path), annotations.Selection{}, true, 0)
		must(t, err)
		if i := slices.Index(p.Candidates, map[string]int64{"0": 0, "1000": 1000}[id]); p.Cardinality != 2 || i < 0 || p.P[i] != 0 {
			t.Errorf("candidate %s has marginal %v, cardinality %d", id, p.P[max(i, 0)], p.Cardinality)
		}
	}
}

func TestUnusableStoredMarginalsNameTheirRow(t *testing.T) {
	for _, test := range []struct {
		change      string
		cardinality int
		says        []string
	}{
		{"probability = 1.5", 0, []string{"candidate_id 7", "1.5", matrix.ErrBadMarginal.Error()}},
		{"probability = -0.5", 0, []string{"candidate_id 7", "-0.5"}},
		{"probability = 9e999", 0, []string{"candidate_id 7", "Inf"}},
		{"probability = 'half'", 0, []string{"candidate_id 7", "half"}},
		{"probability = x'3f'", 0, []string{"candidate_id 7"}},
		{"value = 0", 0, []string{"candidate_id 7", "value 0", "cardinality 2"}},
		{"value = 4", 3, []string{"candidate_id 7", "value 4", "cardinality 3"}},
		{"value = 2", 2, []string{"candidate_id 7", "value 2", "cardinality 2"}},
		{"value = 9000000000000000000", 0, []string{"cardinality 2147483648"}},
		{"value = -1", 0, []string{"candidate_id 7", "value -1"}},
	} {
		path := copyOracle(t, "UPDATE marginal SET "+test.change+" WHERE candidate_id = 7 AND training = 1")
		_, err := annotations.LoadMarginals(t.Context(), open(t, path), annotations.Selection{}, true, test.cardinality)
		wantError(t, test.change, err, append(test.says, path, "marginal")...)
	}
}

func TestImpossibleCardinalitiesAreErrors(t *testing.T) {
	s := oracleDB(t)
	for _, k := range []int{1, -1, math.MinInt, math.MaxInt} {
		if p, err := annotations.LoadMarginals(t.Context(), s, annotations.Selection{}, true, k); err == nil {
			t.Errorf("cardinality %d gives %d probabilities", k, len(p.P))
		}
	}
}

func TestGivenCardinalityWidensTheRows(t *testing.T) {
	s := oracleDB(t)
	binary, err := annotations.LoadMarginals(t.Context(), s, annotations.Selection{}, true, 2)
	must(t, err)
	wide, err := annotations.LoadMarginals(t.Context(), s, annotations.Selection{}, true, 4)
	must(t, err)
	for i, p := range binary.P {
		equal(t, fmt.Sprint("candidate ", i), wide.Row(i), []float64{1 - p, p, 0, 0})
	}
}

func TestMarginalsAccessors(t *testing.T) {
	two := &matrix.Marginals{Candidates: []int64{5, 6}, Cardinality: 2, P: []float64{0.25, 1}}
	three := &matrix.Marginals{Candidates: []int64{5, 6}, Cardinality: 3, P: []float64{0.5, 0.25, 0.25, 0, 0, 1}}
	must(t, two.Check())
	must(t, three.Check())
	equal(t, "width", []int{two.Width(), three.Width()}, []int{1, 3})
	equal(t, "row", append(two.Row(1), three.Row(1)...), []float64{1, 0, 0, 1})
	equal(t, "binary", []float64{two.Prob(0, 0), two.Prob(0, 1), two.Prob(1, 0), two.Prob(1, 1)}, []float64{0.75, 0.25, 0, 1})
	equal(t, "categorical", []float64{three.Prob(0, 0), three.Prob(0, 2), three.Prob(1, 2)}, []float64{0.5, 0.25, 1})
}

// marginals makes marginals of the candidates of split 1 of the oracle.
func marginals(t *testing.T, cardinality int, p func(i int) []float64) *matrix.Marginals {
	t.Helper()
	L, err := label.LoadMatrix(t.Context(), oracleDB(t), annotations.Selection{Split: 1})
	must(t, err)
	m := &matrix.Marginals{Candidates: L.Candidates(), Cardinality: cardinality}
	for i := range m.Candidates {
		m.P = append(m.P, p(i)...)
	}
	return m
}

// saveTo saves into a fresh copy and returns its path and what was done.
func saveTo(t *testing.T, p *matrix.Marginals, training bool) (string, annotations.Saved) {
	t.Helper()
	path := copyOracle(t)
	s, err := session.Open(t.Context(), path, session.Writable())
	must(t, err)
	saved, err := annotations.SaveMarginals(t.Context(), s, p, annotations.SaveOptions{Training: training, DeleteOthers: true})
	must(t, err)
	must(t, s.Close())
	if files, err := filepath.Glob(path + "*"); err != nil || len(files) != 1 {
		t.Errorf("left behind: %v, %v", files, err)
	}
	return path, saved
}
