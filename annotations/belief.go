package annotations

import (
	"math"

	"workbench/annotations/matrix"
)

// Belief is what marginals say of the rows of a [CandidateIndex]: the label that they
// predict and how probable the most probable one is.
type Belief struct {
	Cardinality int
	// Labels are m predicted labels, 0 where nothing is known: of two classes 1 where it
	// is more probable than not and else −1, of more the most probable one, of equal
	// ones the first, as an error analysis takes them.
	Labels []int16
	Top    []float32 // m: the largest probability, NaN where nothing is known

	orders orderCache
}

// P is the probability of the positive class of two for a row, NaN where it is not
// known.
func (b *Belief) P(row int) float64 {
	top := float64(b.Top[row])
	if b.Labels[row] < 0 {
		return 1 - top
	}
	return top
}

// Stored is the belief in marginals that were loaded.
func (x *CandidateIndex) Stored(p *matrix.Marginals) *Belief {
	b := x.unknown(p.Cardinality)
	for i, id := range p.Candidates {
		if row, ok := x.Row(id); ok {
			b.Labels[row], b.Top[row] = predicted(p, i)
		}
	}
	return b
}

func (x *CandidateIndex) unknown(k int) *Belief {
	b := &Belief{Cardinality: k, Labels: make([]int16, len(x.IDs)), Top: make([]float32, len(x.IDs))}
	for i := range b.Top {
		b.Top[i] = float32(math.NaN())
	}
	return b
}

// predicted is the label that candidate i is predicted to have, and the largest
// probability.
func predicted(p *matrix.Marginals, i int) (label int16, top float32) {
	if p.Cardinality == 2 {
		if p.P[i] > 0.5 {
			return 1, float32(p.P[i])
		}
		return -1, float32(1 - p.P[i])
	}
	best := 0
	for k, x := range p.Row(i) {
		if x > p.Row(i)[best] {
			best = k
		}
	}
	return int16(best + 1), float32(p.Row(i)[best])
}

// believedRows is how many distinct rows get their marginals at a time.
const believedRows = 1 << 15

// Believe is the belief of what computes marginals for label matrices of the labeling
// functions of some names, in their order.
func (x *CandidateIndex) Believe(lfs []string, marginals func(L *matrix.LabelMatrix) (*matrix.Marginals, error)) (*Belief, error) {
	columns, err := x.columns(lfs)
	if err != nil {
		return nil, err
	}
	n := x.Votes.Rows()
	labels, top, k := make([]int16, n), make([]float32, n), 2
	for lo := 0; lo < n; lo += believedRows {
		L, err := x.Votes.Matrix(lo, min(n, lo+believedRows), columns)
		if err != nil {
			return nil, err
		}
		p, err := marginals(L)
		if err != nil {
			return nil, err
		}
		k = p.Cardinality
		for i := range p.Candidates {
			labels[lo+i], top[lo+i] = predicted(p, i)
		}
	}
	b := x.unknown(k)
	for row, d := range x.Votes.Of {
		b.Labels[row], b.Top[row] = labels[d], top[d]
	}
	return b, nil
}
