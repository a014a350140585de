package structure

import "workbench/annotations/matrix"

// votes are the labels of a binary matrix as the steps read them: those of row
// i are in lf[start[i]:start[i+1]], LFs that voted 1 first and from split[i] on
// those that voted −1.
type votes struct {
	start []int
	split []int
	lf    []int32
}

// collect reads a matrix. Snorkel turns it into a dense one here.
func collect(L *matrix.LabelMatrix) *votes {
	start, cols, vals := L.CSR()
	v := &votes{start: start, split: make([]int, L.Rows()), lf: make([]int32, 0, len(cols))}
	for i := range L.Rows() {
		lo, hi := start[i], start[i+1]
		for x := lo; x < hi; x++ {
			if vals[x] > 0 {
				v.lf = append(v.lf, cols[x])
			}
		}
		v.split[i] = len(v.lf)
		for x := lo; x < hi; x++ {
			if vals[x] < 0 {
				v.lf = append(v.lf, cols[x])
			}
		}
	}
	return v
}

func (v *votes) rows() int { return len(v.split) }

// row returns the LFs that voted 1 and −1 on candidate i.
func (v *votes) row(i int) (yes, no []int32) {
	return v.lf[v.start[i]:v.split[i]], v.lf[v.split[i]:v.start[i+1]]
}
