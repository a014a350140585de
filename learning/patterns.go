package learning

import (
	"encoding/binary"
	"slices"
	"strings"

	"workbench/annotations/matrix"
)

// patterns are the distinct rows of a label matrix with the share of the
// candidates that have each: all that training needs of the data. They are
// sorted, so that nothing computed from them depends on the candidates' order.
type patterns struct {
	candidates int // m
	lfs        int // n
	indptr     []int32
	cols       []int32
	vals       []int16
	label      []int16   // known label per pattern, 0 for none
	classes    []int16   // how many classes the candidates of the pattern can have
	share      []float64 // per pattern, sums to 1
}

// compress finds the distinct rows of L, whose candidates have k classes,
// together with their known labels (nil for none). Where ranges limits a
// candidate's classes, its labels become positions in its list, from 1: what
// matters to the model is which labels are equal and how many there can be.
func compress(L *matrix.LabelMatrix, k int, labels []int16, ranges [][]int16) *patterns {
	type distinct struct {
		row   int
		key   string
		count int
	}
	var rows []distinct
	seen := make(map[string]int)
	var key []byte
	for i := range L.Rows() {
		cols, vals := L.Row(i)
		scope := rangeOf(ranges, i)
		key = key[:0]
		for k, j := range cols {
			key = binary.BigEndian.AppendUint32(key, uint32(j))
			key = binary.BigEndian.AppendUint16(key, uint16(local(vals[k], scope)))
		}
		if labels != nil {
			key = binary.BigEndian.AppendUint16(key, uint16(local(labels[i], scope)))
		}
		if scope != nil {
			key = binary.BigEndian.AppendUint16(key, uint16(len(scope)))
		}
		at, ok := seen[string(key)]
		if !ok {
			at = len(rows)
			rows = append(rows, distinct{row: i, key: string(key)})
			seen[rows[at].key] = at
		}
		rows[at].count++
	}
	slices.SortFunc(rows, func(a, b distinct) int { return strings.Compare(a.key, b.key) })
	p := &patterns{candidates: L.Rows(), lfs: L.Cols(), indptr: make([]int32, 1, len(rows)+1)}
	for _, d := range rows {
		cols, vals := L.Row(d.row)
		scope := rangeOf(ranges, d.row)
		p.cols = append(p.cols, cols...)
		for _, v := range vals {
			p.vals = append(p.vals, local(v, scope))
		}
		p.indptr = append(p.indptr, int32(len(p.cols)))
		label := int16(0)
		if labels != nil {
			label = local(labels[d.row], scope)
		}
		p.label = append(p.label, label)
		classes := k
		if scope != nil {
			classes = len(scope)
		}
		p.classes = append(p.classes, int16(classes))
		p.share = append(p.share, float64(d.count)/float64(L.Rows()))
	}
	return p
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
