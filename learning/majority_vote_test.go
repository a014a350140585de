package learning_test

import (
	"math"
	"slices"
	"testing"

	"workbench/learning"
)

func TestBinaryMajorityVoteIsPositiveOrZero(t *testing.T) {
	t.Parallel()
	L := labels(t, 3, [][]int16{{1, 1, -1}, {1, -1, 0}, {-1, -1, 1}, {0, 0, 0}, {0, 1, 0}, {-1, 0, 0}})
	if got, want := learning.MajorityVote(L, 2), []int16{1, 0, 0, 0, 1, 0}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestCategoricalMajorityVoteAbstainsOnTies(t *testing.T) {
	t.Parallel()
	L := labels(t, 5, [][]int16{
		{3, 3, 1, 0, 0}, // 3 leads
		{3, 3, 1, 1, 2}, // 3 and 1 tie
		{1, 2, 3, 0, 0}, // all tie
		{0, 0, 0, 0, 0}, // no vote
		{0, 0, 2, 0, 0}, // a single vote
		{4, 1, 4, 1, 4}, // the last class
		{0, 0, 0, 1, 1}, // fewer votes than abstentions
	})
	if got, want := learning.MajorityVote(L, 4), []int16{3, 0, 0, 0, 2, 4, 1}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestVoteScoreCountsUnlabelledAsNegative(t *testing.T) {
	t.Parallel()
	s := learning.ScoreVote([]int16{1, 1, 1, 0, 0, 1}, []int16{1, -1, 0, 1, -1, 1}, 2)
	if s.Pos != 3 || s.Neg != 3 || s.Labelled != 5 {
		t.Errorf("%+v, want 3 positive, 3 negative, 5 labelled", s)
	}
	// tp 2, fp 2, fn 1
	got, want := []float64{s.Scores.Precision, s.Scores.Recall, s.Scores.FBeta}, []float64{0.5, 2. / 3, 4. / 7}
	if distance(got, want) > ratioTolerance {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestCategoricalVoteScoreIsAnAccuracy(t *testing.T) {
	t.Parallel()
	s := learning.ScoreVote([]int16{3, 0, 2, 1, 1}, []int16{3, 1, 0, 1, 2}, 3)
	if s.Labelled != 4 || s.Pos != 0 || s.Neg != 0 {
		t.Errorf("%+v, want 4 labelled and neither positive nor negative", s)
	}
	if s.Scores.Accuracy != 0.5 || s.Scores.AccuracyAll != 0.4 {
		t.Errorf("%+v, want accuracy 1/2 over labelled rows and 2/5 over all", s.Scores)
	}
}

func TestVoteScoreOfNothing(t *testing.T) {
	t.Parallel()
	if s := learning.ScoreVote(nil, nil, 2); s.Pos != 0 || s.Neg != 0 || s.Scores.FBeta != 0 {
		t.Errorf("two classes: %+v", s)
	}
	if s := learning.ScoreVote(nil, nil, 3); !math.IsNaN(s.Scores.Accuracy) {
		t.Errorf("three classes: %+v", s)
	}
}
