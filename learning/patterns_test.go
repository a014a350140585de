package learning_test

import (
	"errors"
	"reflect"
	"runtime"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/learning/option"
)

// Patterns with their counts say all that training and fitting take of a matrix.
func TestPatternsAreTrainedAndFittedAsTheirMatrix(t *testing.T) {
	t.Parallel()
	for _, k := range []int{2, 4} {
		L, y := synthetic(t, 3000, 6, k, .4, 41)
		p := matrix.Group(L, nil).Patterns
		o := learning.DefaultTrainOptions()
		o.Cardinality = k
		g, want := learning.NewGenerativeModel(learning.ModelOptions{LFPropensity: true}), train(t, L, learning.ModelOptions{LFPropensity: true}, o)
		if err := g.TrainPatterns(t.Context(), p, o); err != nil {
			t.Fatal(err)
		}
		if !sameBits(allWeights(g), allWeights(want)) || g.Training.Candidates != L.Rows() || g.Status != want.Status || len(g.Warnings) != len(want.Warnings) {
			t.Errorf("K = %d: patterns give %v, their matrix %v", k, g.Weights, want.Weights)
		}

		// known labels are marks
		o.Labels = y
		for i := range y {
			if i%3 > 0 {
				o.Labels[i] = 0
			}
		}
		marks := make([]uint32, len(y))
		for i, v := range o.Labels {
			marks[i] = uint32(uint16(v))
		}
		want = train(t, L, learning.ModelOptions{}, o)
		o.Labels = nil
		g = learning.NewGenerativeModel(learning.ModelOptions{})
		if err := g.TrainPatterns(t.Context(), matrix.Group(L, marks).Patterns, o); err != nil {
			t.Fatal(err)
		}
		if !sameBits(allWeights(g), allWeights(want)) {
			t.Errorf("K = %d, labels: patterns give %v, their matrix %v", k, g.Weights, want.Weights)
		}

		fitted, err := learning.FitPatterns(t.Context(), p, learning.FitOptions{Cardinality: k})
		if err != nil {
			t.Fatal(err)
		}
		whole := fitModel(t, L, learning.FitOptions{Cardinality: k})
		if !reflect.DeepEqual(fitted, whole) {
			t.Errorf("K = %d: patterns are fitted with %+v, their matrix with %+v", k, fitted, whole)
		}
	}
}

func TestPatternsHaveNoCandidates(t *testing.T) {
	t.Parallel()
	L, y := synthetic(t, 100, 3, 2, .5, 42)
	p := matrix.Group(L, nil).Patterns
	o := learning.DefaultTrainOptions()
	o.Labels = y
	if err := learning.NewGenerativeModel(learning.ModelOptions{}).TrainPatterns(t.Context(), p, o); err == nil {
		t.Error("labels of candidates were taken")
	}
	o.Labels = nil
	p.Marks = make([]uint32, p.Len())
	p.Marks[0] = 7
	if err := learning.NewGenerativeModel(learning.ModelOptions{}).TrainPatterns(t.Context(), p, o); err == nil {
		t.Error("a mark that is no label was taken")
	}
	var refused *option.Error
	if _, err := learning.FitPatterns(t.Context(), p, learning.FitOptions{Cardinality: 2}); !errors.As(err, &refused) {
		t.Errorf("fitting patterns with marks: %v", err)
	}
}

// Weights and marginals do not depend on the number of processors.
func TestTrainingOnAnyNumberOfProcessors(t *testing.T) {
	for _, k := range []int{2, 5} {
		L, _ := synthetic(t, 40_000, 12, k, .4, 43)
		o := learning.DefaultTrainOptions()
		o.Cardinality = k
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		one := train(t, L, learning.ModelOptions{}, o)
		p, votes, weighted := marginals(t, one, L), learning.MajorityVote(L, k), weightedVote(t, L, k)
		runtime.GOMAXPROCS(6)
		many := train(t, L, learning.ModelOptions{}, o)
		if !sameBits(allWeights(one), allWeights(many)) {
			t.Errorf("K = %d: one processor gives %v, six %v", k, one.Weights, many.Weights)
		}
		if !sameBits(p.P, marginals(t, many, L).P) || !sameBits(weighted.P, weightedVote(t, L, k).P) {
			t.Errorf("K = %d: other marginals", k)
		}
		for i, v := range learning.MajorityVote(L, k) {
			if v != votes[i] {
				t.Fatalf("K = %d: another vote", k)
			}
		}
	}
}
