package learning_test

import (
	"math"
	"testing"

	"workbench/learning"
)

// A table of votes has no candidates on which nobody voted. The model of the
// others is that of all of them, but for what these say of it: with 20,000
// candidates, of which a fourth have no label, far less than a hundredth.
func TestFitKnowsThatATableOfVotesLacksCandidates(t *testing.T) {
	t.Parallel()
	for _, k := range []int{2, 3} {
		L, _ := synthetic(t, 20_000, 8, k, 0.16, 5)
		var rows []int
		for i := range L.Rows() {
			if cols, _ := L.Row(i); len(cols) > 0 {
				rows = append(rows, i)
			}
		}
		if len(rows) > 16_000 {
			t.Fatalf("%d candidates have labels, too many to tell", len(rows))
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
			t.Errorf("K = %d: families %s and %s (%s)", k, all.Family, covered.Family, covered.Reason)
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
		if mean := sum / float64(len(got.P)); mean > 0.01 {
			t.Errorf("K = %d: marginals differ by %.4f on average", k, mean)
		}
	}
}
