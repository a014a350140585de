package learning

import (
	"slices"

	"workbench/annotations/matrix"
)

// patterns are the distinct rows of a label matrix with the share of the
// candidates that have each: all that training needs of the data.
type patterns struct {
	of         *matrix.Patterns
	candidates int // m
	lfs        int // n
	indptr     []int
	cols       []int32
	vals       []int16
	label      []int16   // known label per pattern, 0 for none
	classes    []int16   // how many classes the candidates of the pattern can have
	share      []float64 // per pattern, sums to 1
	scopes     []float64 // share of the candidates that can have so many classes
	votes      []float64 // share of those with each vote: of two classes as [voteSums] numbers them, else all of LF j at 2j
}

// newPatterns takes over patterns of labels of k classes with the marks of
// trainMark.
func newPatterns(p *matrix.Patterns, k int) *patterns {
	q := &patterns{of: p, candidates: p.Total(), lfs: p.Distinct.Cols(), label: make([]int16, p.Len()), classes: make([]int16, p.Len()),
		share: make([]float64, p.Len()), scopes: make([]float64, k+1), votes: make([]float64, 2*p.Distinct.Cols())}
	q.indptr, q.cols, q.vals = p.Distinct.CSR()
	for d, n := range p.Counts {
		mark := p.Mark(d)
		q.label[d], q.classes[d] = int16(mark), int16(mark>>16)
		if q.classes[d] == 0 {
			q.classes[d] = int16(k)
		}
		q.share[d] = float64(n) / float64(q.candidates)
		q.scopes[q.classes[d]] += q.share[d]
		cols, vals := q.row(d)
		for x, j := range cols {
			vote := 2 * int(j)
			if k == 2 {
				vote = voteNumber(j, vals[x])
			}
			q.votes[vote] += q.share[d]
		}
	}
	return q
}

// compress finds the patterns of L with the known labels of its candidates (nil for
// none). Where ranges limits a candidate's classes, its labels become positions in
// its list, from 1: what matters to the model is which labels are equal and how
// many there can be.
func compress(L *matrix.LabelMatrix, labels []int16, ranges [][]int16) *matrix.Patterns {
	var marks []uint32
	if labels != nil || ranges != nil {
		marks = make([]uint32, L.Rows())
	}
	for i := range marks {
		label, scope := int16(0), rangeOf(ranges, i)
		if labels != nil {
			label = local(labels[i], scope)
		}
		marks[i] = trainMark(label, len(scope))
	}
	if ranges != nil {
		L = withinRanges(L, ranges)
	}
	return matrix.Group(L, marks).Patterns
}

// trainMark marks rows by a known label and by the number of their classes, each
// 0 for none.
func trainMark(label int16, classes int) uint32 { return uint32(classes)<<16 | uint32(uint16(label)) }

// withinRanges are the labels as positions in their candidates' lists.
func withinRanges(L *matrix.LabelMatrix, ranges [][]int16) *matrix.LabelMatrix {
	_, _, vals := L.CSR()
	positions := make([]int16, 0, len(vals))
	for i := range L.Rows() {
		_, vals := L.Row(i)
		for _, v := range vals {
			positions = append(positions, local(v, rangeOf(ranges, i)))
		}
	}
	return L.WithValues(positions)
}

// rangeOf is the list of classes of candidate i, nil for all.
func rangeOf(ranges [][]int16, i int) []int16 {
	if ranges == nil || len(ranges[i]) == 0 {
		return nil
	}
	return ranges[i]
}

// local is a label's position in a list of classes, from 1; 0 stays 0.
func local(label int16, scope []int16) int16 {
	if scope == nil || label == 0 {
		return label
	}
	return int16(slices.Index(scope, label) + 1)
}

func (p *patterns) len() int { return len(p.share) }

func (p *patterns) row(i int) ([]int32, []int16) {
	lo, hi := p.indptr[i], p.indptr[i+1]
	return p.cols[lo:hi], p.vals[lo:hi]
}
