package learning

import (
	"encoding/binary"
	"slices"
	"strings"

	"workbench/annotations"
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
	share      []float64 // per pattern, sums to 1
}

// compress finds the distinct rows of L together with their known labels (nil
// for none).
func compress(L *annotations.LabelMatrix, labels []int16) *patterns {
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
		key = key[:0]
		for k, j := range cols {
			key = binary.BigEndian.AppendUint32(key, uint32(j))
			key = binary.BigEndian.AppendUint16(key, uint16(vals[k]))
		}
		if labels != nil {
			key = binary.BigEndian.AppendUint16(key, uint16(labels[i]))
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
		p.cols = append(p.cols, cols...)
		p.vals = append(p.vals, vals...)
		p.indptr = append(p.indptr, int32(len(p.cols)))
		label := int16(0)
		if labels != nil {
			label = labels[d.row]
		}
		p.label = append(p.label, label)
		p.share = append(p.share, float64(d.count)/float64(L.Rows()))
	}
	return p
}

func (p *patterns) len() int { return len(p.share) }

func (p *patterns) row(i int) ([]int32, []int16) {
	lo, hi := p.indptr[i], p.indptr[i+1]
	return p.cols[lo:hi], p.vals[lo:hi]
}
