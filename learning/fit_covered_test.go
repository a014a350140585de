package learning_test

import (
	"math"
	"testing"

	"workbench/learning"
)

// A table of votes has no candidates on which nobody voted. The model of the
// others is that of all of them, but for what these say of it: of 20,000
// candidates 2 % to 67 % have no label, and what is learned of an LF from a
// hundred votes or more moves by less than its standard error, .02 on average.
func TestFitKnowsThatATableOfVotesLacksCandidates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		k, n     int
		coverage float64
	}{{2, 8, 0.16}, {3, 8, 0.16}, {2, 40, 0.01}, {2, 4, 0.6}} {
		k := c.k
		L, _ := synthetic(t, 20_000, c.n, k, c.coverage, 5)
		var rows []int
		for i := range L.Rows() {
			if cols, _ := L.Row(i); len(cols) > 0 {
				rows = append(rows, i)
			}
		}
		if len(rows) == L.Rows() {
			t.Fatal("all candidates have labels")
		}
		some := L.SelectRows(rows)
		all, err := learning.Fit(t.Context(), L, learning.FitOptions{Cardinality: k})
		if err != nil {
			t.Fatal(err)
		}
		covered, err := learning.Fit(t.Context(), some, learning.FitOptions{Cardinality: k})
		if err != nil {
			t.Fatal(err)
		}
		if all.Family != learning.FamilyIndependent || covered.Family != all.Family {
			t.Errorf("%+v: families %s and %s (%s)", c, all.Family, covered.Family, covered.Reason)
		}
		want, err := all.Marginals(some)
		if err != nil {
			t.Fatal(err)
		}
		got, err := covered.Marginals(some)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for i, p := range got.P {
			sum += math.Abs(p - want.P[i])
		}
		if mean := sum / float64(len(got.P)); mean > 0.02 {
			t.Errorf("%+v: marginals differ by %.4f on average", c, mean)
		}
	}
}
