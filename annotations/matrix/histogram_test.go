package matrix_test

import (
	"math"
	"slices"
	"testing"

	"workbench/annotations/matrix"
)

// A bin begins at its edge as it is printed, whatever x·bins is rounded to; the
// last one ends with 1.
func TestBinsBeginAtTheirEdges(t *testing.T) {
	for _, bins := range []int{1, 7, 10, 20, 49, 1000} {
		p := &matrix.Marginals{Cardinality: 2, P: []float64{1}, Candidates: []int64{0}}
		want := make([]int, bins)
		want[bins-1] = 1
		for b := range bins {
			first, end := float64(b)/float64(bins), float64(b+1)/float64(bins)
			p.P = append(p.P, first, math.Nextafter(end, 0))
			p.Candidates = append(p.Candidates, 0, 0)
			want[b] += 2
		}
		h := p.Histogram(bins)
		if len(h.Counts) != 1 || !slices.Equal(h.Counts[0], want) {
			t.Errorf("%d bins: %v, want %v", bins, h.Counts, want)
		}
		if h.Edge(0) != 0 || h.Edge(bins) != 1 {
			t.Errorf("%d bins are from %v to %v", bins, h.Edge(0), h.Edge(bins))
		}
	}
}

func TestHistogramOfClasses(t *testing.T) {
	p := &matrix.Marginals{Cardinality: 3, Candidates: []int64{1, 2}, P: []float64{0.1, 0.2, 0.7, 0, 1, 0}}
	h := p.Histogram(2)
	for k, want := range [][]int{{2, 0}, {1, 1}, {1, 1}} {
		if !slices.Equal(h.Counts[k], want) {
			t.Errorf("class %d: %v, want %v", k+1, h.Counts[k], want)
		}
	}
}
