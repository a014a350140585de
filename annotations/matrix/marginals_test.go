package matrix_test

import (
	"errors"
	"math"
	"testing"

	"workbench/annotations/matrix"
)

func TestLabelOfTheMostProbableClass(t *testing.T) {
	for _, test := range []struct {
		k    int
		p    []float64
		want int16
	}{
		{2, []float64{0.7}, 1},
		{2, []float64{0.2}, -1},
		{2, []float64{0.5}, 0},
		{2, []float64{0}, -1},
		{2, []float64{1}, 1},
		{3, []float64{0.2, 0.5, 0.3}, 2},
		{3, []float64{0.6, 0.2, 0.2}, 1},
		{3, []float64{0, 0, 1}, 3},
		{3, []float64{0.4, 0.2, 0.4}, 0},
		{4, []float64{0.1, 0.1, 0.7, 0.1}, 3}, // a tie below the most probable one is none
		{4, []float64{0.25, 0.25, 0.25, 0.25}, 0},
	} {
		p := &matrix.Marginals{Candidates: []int64{1}, Cardinality: test.k, P: test.p}
		if got := p.Label(0); got != test.want {
			t.Errorf("%v of %d classes: %d, want %d", test.p, test.k, got, test.want)
		}
	}
}

// The label is that of the class whose probability is asked by its place.
func TestProbabilitiesByClass(t *testing.T) {
	two := &matrix.Marginals{Candidates: []int64{1, 2}, Cardinality: 2, P: []float64{0.25, 0.75}}
	three := &matrix.Marginals{Candidates: []int64{1, 2}, Cardinality: 3, P: []float64{1, 0, 0, 0.25, 0.25, 0.5}}
	if two.Width() != 1 || three.Width() != 3 {
		t.Errorf("widths %d and %d", two.Width(), three.Width())
	}
	if two.Prob(1, 0) != 0.25 || two.Prob(1, 1) != 0.75 || three.Prob(1, 2) != 0.5 || three.Prob(0, 0) != 1 {
		t.Errorf("%v %v", two, three)
	}
}

func TestCheckedMarginals(t *testing.T) {
	for _, test := range []struct {
		k    int
		p    []float64
		want bool
	}{
		{2, []float64{0.5}, true},
		{2, []float64{1.5}, false},
		{2, []float64{math.NaN()}, false},
		{3, []float64{0.5, 0.25, 0.25}, true},
		{3, []float64{0.5, 0.25, 0.2}, false},
	} {
		p := &matrix.Marginals{Candidates: []int64{7}, Cardinality: test.k, P: test.p}
		if err := p.Check(); (err == nil) != test.want || err != nil && !errors.Is(err, matrix.ErrBadMarginal) {
			t.Errorf("%v of %d classes: error %v", test.p, test.k, err)
		}
	}
	if err := (&matrix.Marginals{Candidates: []int64{7}, Cardinality: 3, P: []float64{1}}).Check(); err == nil {
		t.Error("one probability of three classes")
	}
}
