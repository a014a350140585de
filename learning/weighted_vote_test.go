package learning_test

import (
	"errors"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

func weightedVote(t testing.TB, L *matrix.LabelMatrix, k int) *matrix.Marginals {
	t.Helper()
	p, err := learning.WeightedVote(L, k)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The second labeling function agrees with the majority in two of three labels,
// the third in one of two, and the fourth in none: where only it votes it has no
// weight.
func TestWeightedVote(t *testing.T) {
	L := labels(t, 5, [][]int16{
		{1, 1, -1, 0, 0},
		{1, 1, 0, 0, 0},
		{1, -1, 1, 0, 0},
		{0, 0, 0, 0, 0},
		{1, 0, 0, -1, 1},
	})
	want := []float64{(1 + 2./3) / (1 + 2./3 + 0.5), 1, 1.5 / (1.5 + 2./3), 0.5, 1}
	if p := weightedVote(t, L, 2); distance(p.P, want) > 1e-12 {
		t.Errorf("%v, want %v", p.P, want)
	}
}

// Of equal numbers of votes the first class has the majority, as in crowd-kit.
func TestWeightedVoteOfMoreClasses(t *testing.T) {
	L := labels(t, 3, [][]int16{{2, 3, 0}, {2, 0, 1}, {0, 0, 0}})
	// Agreement: ½ (2 wins over 3, 1 over 2), 0 and 1.
	want := []float64{0, 1, 0, 1 / 1.5, 0.5 / 1.5, 0, 1. / 3, 1. / 3, 1. / 3}
	if p := weightedVote(t, L, 3); distance(p.P, want) > 1e-12 {
		t.Errorf("%v, want %v", p.P, want)
	}
	if _, err := learning.WeightedVote(L, 2); !errors.Is(err, matrix.ErrBadLabel) {
		t.Errorf("of two classes: %v", err)
	}
}
