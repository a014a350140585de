package latent

import "workbench/annotations/matrix"

// rows holds the patterns of a label matrix as votes for classes, with the
// evidence that goes with them. Their order depends on what they say only, so that
// sums over them come out the same for any order of the candidates.
type rows struct {
	patterns *matrix.Patterns
	classes  int // K
	lfs      int // n

	ptr    []int32 // distinct row r has the labels ptr[r] to ptr[r+1]
	col    []int32
	class  []int16   // 1..K
	weight []float64 // how many candidates have this row
	gold   []int16   // 0, or the class 1..K that these candidates are known to have

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

// newRows takes over patterns whose labels are of k classes and whose marks are
// known classes, 1..K or 0.
func newRows(p *matrix.Patterns, k int) *rows {
	indptr, cols, vals := p.Distinct.CSR()
	r := &rows{patterns: p, classes: k, lfs: p.Distinct.Cols(), ptr: make([]int32, len(indptr)), col: cols,
		class: make([]int16, len(vals)), weight: make([]float64, p.Len()), gold: make([]int16, p.Len())}
	for e, v := range vals {
		r.class[e] = classOf(v, k)
	}
	for d, n := range p.Counts {
		r.ptr[d+1] = int32(indptr[d+1])
		r.weight[d], r.gold[d] = float64(n), int16(p.Mark(d))
		r.total += float64(n)
		if indptr[d+1] > indptr[d] {
			r.covered += float64(n)
		}
	}
	return r
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
