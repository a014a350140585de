package learning_test

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"workbench/learning"
)

// Matrices from which there is little to learn: the fit ends, with probabilities
// for every candidate and a document that reads back, whatever is told of
// abstentions.
func TestFitOfDegenerateMatrices(t *testing.T) {
	t.Parallel()
	same := func(m int, row ...int16) [][]int16 { return slices.Repeat([][]int16{row}, m) }
	const few, constant = "fewer than three labeling functions", "votes for one class on every candidate"
	for _, c := range []struct {
		name    string
		k, n    int
		rows    [][]int16
		family  string // where there is only one choice
		warning string // that one of them contains
	}{
		{"no candidates", 2, 3, nil, learning.FamilyVote, ""},
		{"no candidates, four classes", 4, 3, nil, learning.FamilyVote, ""},
		{"no LFs", 2, 0, make([][]int16, 5), learning.FamilyVote, few},
		{"neither candidates nor LFs", 2, 0, nil, learning.FamilyVote, ""},
		{"no votes", 2, 4, make0(20, 4), learning.FamilyVote, few},
		{"no votes, five classes", 5, 4, make0(20, 4), learning.FamilyVote, few},
		{"one candidate", 2, 3, [][]int16{{1, -1, 1}}, "", ""},
		{"one candidate, one LF", 2, 1, [][]int16{{-1}}, "", few},
		{"one LF", 2, 1, append(same(30, 1), same(20, 0)...), "", few},
		{"one LF of both classes", 2, 1, append(same(30, 1), same(20, -1)...), "", few},
		{"two LFs", 3, 2, [][]int16{{1, 1}, {3, 0}, {2, 3}}, "", few},
		{"one class only", 2, 3, same(40, 1, 1, 1), learning.FamilyVote, constant},
		{"one of three classes only", 3, 3, same(40, 2, 2, 2), learning.FamilyVote, constant},
		{"positive votes only", 2, 3, slices.Concat(same(9, 1, 1, 0), same(9, 0, 1, 1), same(9, 1, 0, 0), same(30, 0, 0, 0)), "", ""},
		{"an LF that never votes", 2, 4, append(same(30, 1, 0, 1, -1), same(30, -1, 0, -1, 1)...), "", ""},
		{"one that always votes the same", 2, 4, slices.Concat(same(30, 1, 1, 1, -1), same(30, 1, -1, -1, 1), same(9, 1, 0, 0, 0)), "", "LF_0 " + constant},
		{"identical LFs", 2, 5, append(same(50, 1, 1, 1, 1, 1), same(45, -1, -1, -1, -1, -1)...), "", ""},
		{"identical LFs that abstain", 2, 5, slices.Concat(same(50, 1, 1, 1, 1, 1), same(45, -1, -1, -1, -1, -1), make0(70, 5)), "", ""},
		{"contradictory LFs", 2, 2, append(same(50, 1, -1), same(50, -1, 1)...), "", few},
		{"contradictory LFs, three classes", 3, 3, slices.Concat(same(50, 1, 2, 3), same(50, 2, 3, 1), same(50, 3, 1, 2)), "", ""},
		{"more classes than votes", 30, 3, [][]int16{{1, 1, 2}, {5, 0, 30}}, "", ""},
		{"a hundred thousand equal rows", 2, 3, same(100_000, 1, 0, -1), "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			L := labels(t, c.n, c.rows)
			for _, a := range []learning.Abstentions{learning.AbstentionsAuto, learning.AbstentionsInformative, learning.AbstentionsIgnored} {
				m := fitModel(t, L, learning.FitOptions{Cardinality: c.k, Abstentions: a})
				p := fitMarginals(t, m, L)
				if err := p.Check(); err != nil {
					t.Fatalf("abstentions %d: %v", a, err)
				}
				for _, x := range append(slices.Clone(p.P), m.ClassPrior...) {
					if math.IsNaN(x) {
						t.Fatalf("abstentions %d: marginals %v, class prior %v", a, p.P[:min(len(p.P), 20)], m.ClassPrior)
					}
				}
				read, err := learning.ReadLabelModel(bytes.NewReader(document(t, m)))
				if err != nil {
					t.Fatalf("abstentions %d: %v", a, err)
				}
				if !sameBits(fitMarginals(t, read, L).P, p.P) {
					t.Errorf("abstentions %d: the model that was read has other marginals", a)
				}
				if len(c.rows) == 0 != (m.Status == learning.NoData) {
					t.Errorf("abstentions %d: status %v", a, m.Status)
				}
				if c.family != "" && m.Family != c.family {
					t.Errorf("abstentions %d: %s, want %s", a, m.Family, c.family)
				}
				if c.warning != "" && !slices.ContainsFunc(m.Warnings, func(s string) bool { return strings.Contains(s, c.warning) }) {
					t.Errorf("abstentions %d: warnings %q, want %q", a, m.Warnings, c.warning)
				}
			}
		})
	}
}

// An LF that never votes changes nothing, but where the maximization ends. It stops
// at a step of 1e-3 in log likelihood: √(2e-3) = 0.045 standard errors of a
// parameter. Those of an accuracy are 0.02 here, 0.1 of its log odds, so that a vote's
// log odds differ by 0.0045, and a marginal by a quarter of that for each of its three
// votes: 0.0034.
func TestFitIsNotChangedByAnLFThatNeverVotes(t *testing.T) {
	t.Parallel()
	w := voters(6, []float64{.6, .4}, func(j int) [][]float64 { return coin(2, []float64{.5}, []float64{.6 + .05*float64(j)}) })
	d := w.draw(t, 3000, 4)
	var rows [][]int16
	for _, row := range dense(d.L) {
		rows = append(rows, append(row, 0))
	}
	L := labels(t, 7, rows)
	want, got := fitModel(t, d.L, learning.FitOptions{}), fitModel(t, L, learning.FitOptions{})
	if x := distance(fitMarginals(t, got, L).P, fitMarginals(t, want, d.L).P); x > 0.0034 {
		t.Errorf("marginals differ by %g", x)
	}
	if f := got.Fitted[6]; f.Votes != 0 || !math.IsNaN(f.Accuracy) || len(f.Polarity) > 0 {
		t.Errorf("%+v", f)
	}
}
