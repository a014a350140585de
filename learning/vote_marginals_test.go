package learning_test

import (
	"slices"
	"testing"

	"workbench/learning"
)

func TestVoteMarginalsOfTwoClasses(t *testing.T) {
	t.Parallel()
	L := labels(t, 3, [][]int16{{1, 1, -1}, {1, -1, 0}, {-1, -1, 1}, {0, 0, 0}, {0, 1, 0}, {-1, 0, 0}})
	p := learning.VoteMarginals(L, 2)
	if want := []float64{1, 0.5, 0, 0.5, 1, 0}; p.Cardinality != 2 || !slices.Equal(p.P, want) || !slices.Equal(p.Candidates, L.Candidates()) {
		t.Errorf("%+v, want %v", p, want)
	}
	if err := p.Check(); err != nil {
		t.Error(err)
	}
}

func TestVoteMarginalsOfMoreClassesShareTies(t *testing.T) {
	t.Parallel()
	L := labels(t, 4, [][]int16{
		{3, 3, 1, 0}, // 3 leads
		{3, 1, 0, 0}, // 3 and 1 tie
		{1, 2, 3, 4}, // all tie
		{0, 0, 0, 0}, // no vote
		{0, 0, 2, 0}, // a single vote
	})
	p := learning.VoteMarginals(L, 4)
	for i, want := range [][]float64{{0, 0, 1, 0}, {0.5, 0, 0.5, 0}, {0.25, 0.25, 0.25, 0.25}, {0.25, 0.25, 0.25, 0.25}, {0, 1, 0, 0}} {
		if !slices.Equal(p.Row(i), want) {
			t.Errorf("row %d: %v, want %v", i, p.Row(i), want)
		}
	}
	if err := p.Check(); err != nil {
		t.Error(err)
	}
}

// The label of the vote's marginals is the vote. Snorkel's of two classes is 1 or 0,
// and here a lost one is −1.
func TestLabelsOfVoteMarginalsAreTheVote(t *testing.T) {
	t.Parallel()
	two := learning.VoteMarginals(labels(t, 3, [][]int16{{1, 1, -1}, {1, -1, 0}, {-1, -1, 1}, {0, 0, 0}, {-1, 0, 0}}), 2)
	for i, want := range []int16{1, 0, -1, 0, -1} {
		if got := two.Label(i); got != want {
			t.Errorf("row %d of two classes: %d, want %d", i, got, want)
		}
	}
	L := labels(t, 3, [][]int16{{3, 3, 1}, {3, 1, 0}, {1, 2, 3}, {0, 0, 0}, {0, 2, 0}})
	three := learning.VoteMarginals(L, 3)
	for i, want := range learning.MajorityVote(L, 3) {
		if got := three.Label(i); got != want {
			t.Errorf("row %d of three classes: %d, want %d", i, got, want)
		}
	}
}
