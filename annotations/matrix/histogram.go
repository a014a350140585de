package matrix

import "math"

// Histogram counts marginals in bins of one width over [0, 1].
type Histogram struct {
	Bins int
	// Counts has a list of Bins counts for the positive class of two, or for
	// each of K > 2 classes.
	Counts [][]int
}

// Histogram counts the probabilities in each of so many bins, at least one. A
// bin has its lower edge and not its upper one, but the last has both.
func (p *Marginals) Histogram(bins int) *Histogram {
	h := &Histogram{Bins: bins, Counts: make([][]int, p.Width())}
	for k := range h.Counts {
		h.Counts[k] = make([]int, bins)
		for i := range p.Candidates {
			h.Counts[k][h.bin(p.Row(i)[k])]++
		}
	}
	return h
}

// Edge returns the lower edge of bin b, which is the upper one of b−1.
func (h *Histogram) Edge(b int) float64 { return float64(b) / float64(h.Bins) }

// bin finds the bin of x by its edges as they are printed; x·Bins alone can
// fall on the wrong side of an edge such as 0.15.
func (h *Histogram) bin(x float64) int {
	b := int(math.Floor(x * float64(h.Bins)))
	switch {
	case b > 0 && x < h.Edge(b):
		b--
	case x >= h.Edge(b+1):
		b++
	}
	return min(h.Bins-1, b)
}
