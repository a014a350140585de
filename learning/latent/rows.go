package latent

import (
	"cmp"
	"math"
	"slices"

	"workbench/annotations/matrix"
)

// rows holds the distinct rows of a label matrix with the evidence that goes
// with them, in an order that depends on what they say only, so that sums over
// them come out the same for any order of the candidates.
type rows struct {
	classes int // K
	lfs     int // n

	ptr    []int32 // distinct row r has the labels ptr[r] to ptr[r+1]
	col    []int32
	class  []int16   // 1..K
	weight []float64 // how many candidates have this row
	gold   []int16   // 0, or the class 1..K that these candidates are known to have
	of     []int32   // distinct row of each candidate
	first  []int32   // a candidate of each distinct row

	total   float64 // m
	covered float64 // candidates with a label
}

// classOf returns the class 1..K of a label: of two classes −1 is the first.
func classOf(label int16, k int) int16 {
	if k == 2 {
		return (label + 3) / 2
	}
	return label
}

// newRows groups the equal rows of L. gold has a class 1..K for each candidate
// with known class, 0 for others, or is nil; the labels of LFs in skip, if it is
// not nil, are left out.
func newRows(L *matrix.LabelMatrix, k int, gold []int16, skip []bool) *rows {
	m := L.Rows()
	indptr, cols, vals := L.CSR()
	if skip != nil {
		indptr, cols, vals = without(indptr, cols, vals, skip)
	}
	r := &rows{classes: k, lfs: L.Cols(), of: make([]int32, m), total: float64(m)}
	known := func(i int) int16 {
		if gold == nil {
			return 0
		}
		return gold[i]
	}
	hashes := make([]uint64, m)
	for i := range m {
		h := uint64(known(i))*0x9e3779b97f4a7c15 + 0x243f6a8885a308d3
		for e := indptr[i]; e < indptr[i+1]; e++ {
			h = (h ^ (uint64(uint32(cols[e]))<<16 | uint64(uint16(vals[e])))) * 0x9fb21c651e98df25
			h ^= h >> 29
		}
		hashes[i] = h
	}
	equal := func(a, b int32) int {
		la, lb := indptr[a+1]-indptr[a], indptr[b+1]-indptr[b]
		return cmp.Or(cmp.Compare(la, lb),
			slices.Compare(cols[indptr[a]:indptr[a+1]], cols[indptr[b]:indptr[b+1]]),
			slices.Compare(vals[indptr[a]:indptr[a+1]], vals[indptr[b]:indptr[b+1]]),
			cmp.Compare(known(int(a)), known(int(b))))
	}
	// an open table from hashes to distinct rows
	size := 16
	for size < 2*m {
		size *= 2
	}
	table := make([]int32, size)
	for i := range table {
		table[i] = -1
	}
	var first []int32 // a candidate of each distinct row
	var count []float64
	for i := range m {
		at := int(hashes[i]>>7) & (size - 1)
		for {
			d := table[at]
			if d < 0 {
				table[at] = int32(len(first))
				r.of[i] = int32(len(first))
				first = append(first, int32(i))
				count = append(count, 1)
				break
			}
			if hashes[first[d]] == hashes[i] && equal(first[d], int32(i)) == 0 {
				r.of[i] = d
				count[d]++
				break
			}
			at = (at + 1) & (size - 1)
		}
	}
	order := make([]int32, len(first))
	for d := range order {
		order[d] = int32(d)
	}
	slices.SortFunc(order, func(a, b int32) int {
		if c := cmp.Compare(hashes[first[a]], hashes[first[b]]); c != 0 {
			return c
		}
		return equal(first[a], first[b])
	})
	place := make([]int32, len(first))
	r.ptr = make([]int32, 1, len(first)+1)
	for at, d := range order {
		place[d] = int32(at)
		i := first[d]
		for e := indptr[i]; e < indptr[i+1]; e++ {
			r.col = append(r.col, cols[e])
			r.class = append(r.class, classOf(vals[e], k))
		}
		r.ptr = append(r.ptr, int32(len(r.col)))
		r.weight = append(r.weight, count[d])
		r.first = append(r.first, i)
		r.gold = append(r.gold, known(int(i)))
		if indptr[i+1] > indptr[i] {
			r.covered += count[d]
		}
	}
	for i, d := range r.of {
		r.of[i] = place[d]
	}
	return r
}

// Groups are the sets of equal rows of a label matrix.
type Groups struct{ r *rows }

// Group finds the equal rows of L, whose labels are of k classes. gold, if not
// nil, has known classes, 1..K or 0, by which rows differ too.
func Group(L *matrix.LabelMatrix, k int, gold []int16) *Groups {
	return &Groups{newRows(L, k, gold, nil)}
}

// Distinct returns a row of L for each group, with how many rows it has, in an
// order that depends on what they say only.
func (g *Groups) Distinct() (row []int, weight []float64) {
	for _, i := range g.r.first {
		row = append(row, int(i))
	}
	return row, g.r.weight
}

// without returns compressed rows without the labels of some LFs.
func without(indptr []int, cols []int32, vals []int16, skip []bool) ([]int, []int32, []int16) {
	p := make([]int, 1, len(indptr))
	var c []int32
	var v []int16
	for i := range len(indptr) - 1 {
		for e := indptr[i]; e < indptr[i+1]; e++ {
			if !skip[cols[e]] {
				c = append(c, cols[e])
				v = append(v, vals[e])
			}
		}
		p = append(p, len(c))
	}
	return p, c, v
}

// thin returns about so many candidates of r, in the proportion of the distinct
// rows. It is meant for searching only: it does not know which candidate has
// which row.
func (r *rows) thin(candidates float64) *rows {
	share := candidates / r.total
	t := &rows{classes: r.classes, lfs: r.lfs, ptr: []int32{0}}
	rest := 0.0
	for d := range r.len() {
		// rows stand in the order of their hashes, so that what is left over from one
		// goes to others at random
		rest += r.weight[d] * share
		w := math.Floor(rest)
		if w == 0 {
			continue
		}
		rest -= w
		lo, hi := r.ptr[d], r.ptr[d+1]
		t.col = append(t.col, r.col[lo:hi]...)
		t.class = append(t.class, r.class[lo:hi]...)
		t.ptr = append(t.ptr, int32(len(t.col)))
		t.weight = append(t.weight, w)
		t.gold = append(t.gold, r.gold[d])
		t.total += w
		if hi > lo {
			t.covered += w
		}
	}
	return t
}

func (r *rows) len() int { return len(r.weight) }

// vote returns the smoothed vote of each distinct row: the share of the votes
// for each class, with one vote more that is shared by all classes.
func (r *rows) vote() []float64 { return r.voteBy(func(int32) float64 { return 1 }) }

// voteBy is vote where the votes of LFs have weights.
func (r *rows) voteBy(weight func(lf int32) float64) []float64 {
	k := r.classes
	p := make([]float64, r.len()*k)
	for d := range r.len() {
		q := p[d*k : d*k+k]
		if g := r.gold[d]; g > 0 {
			q[g-1] = 1
			continue
		}
		sum := 1.0
		for y := range q {
			q[y] = 1 / float64(k)
		}
		for e := r.ptr[d]; e < r.ptr[d+1]; e++ {
			w := weight(r.col[e])
			q[r.class[e]-1] += w
			sum += w
		}
		for y := range q {
			q[y] /= sum
		}
	}
	return p
}
