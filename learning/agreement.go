package learning

import (
	"math"

	"workbench/annotations/matrix"
)

// Kappa says how far two annotators agree beyond chance.
type Kappa struct {
	NameJ, NameK string
	J, K         int     // their columns, J < K
	Both         int     // candidates that both label
	Agreement    float64 // share of these that they label alike
	Kappa        float64 // Cohen's; NaN where it is not defined
}

// CohenKappas compares every two annotators of L (m candidates × n annotators), in the
// order (0, 1), (0, 2), …, (1, 2), …. Kappa is (a − e)/(1 − e), a the share of the
// candidates labelled by both that they label alike, and e what that would be if each
// labelled at random with the shares of labels that the two have there (Cohen 1960). It
// is NaN where no candidate has both labels, and where both always give one and the same
// label.
func CohenKappas(L *matrix.LabelMatrix) []Kappa {
	type pair struct {
		both, alike int
		j, k        map[int16]int // how often each label was given
	}
	n := L.Cols()
	pairs := make(map[int]*pair)
	for i := range L.Rows() {
		cols, vals := L.Row(i)
		for a, j := range cols {
			for b := a + 1; b < len(cols); b++ {
				at := int(j)*n + int(cols[b])
				p := pairs[at]
				if p == nil {
					p = &pair{j: make(map[int16]int), k: make(map[int16]int)}
					pairs[at] = p
				}
				p.both++
				p.j[vals[a]]++
				p.k[vals[b]]++
				if vals[a] == vals[b] {
					p.alike++
				}
			}
		}
	}
	var list []Kappa
	for j := range n {
		for k := j + 1; k < n; k++ {
			one := Kappa{NameJ: L.Keys()[j].Name, NameK: L.Keys()[k].Name, J: j, K: k, Agreement: math.NaN(), Kappa: math.NaN()}
			if p := pairs[j*n+k]; p != nil {
				both := float64(p.both)
				products := 0 // whole numbers, so that the order of labels does not count
				for v, times := range p.j {
					products += times * p.k[v]
				}
				one.Both, one.Agreement = p.both, float64(p.alike)/both
				if expected := float64(products) / (both * both); expected < 1 {
					one.Kappa = (one.Agreement - expected) / (1 - expected)
				}
			}
			list = append(list, one)
		}
	}
	return list
}

// KrippendorffAlpha says how far the annotators of L (m candidates × n annotators) agree
// beyond chance, for labels without order and with any of them missing: 1 − D/E, where D
// is the share of the pairs of labels of one candidate that differ, each candidate with
// u labels counting u times, and E that of all pairs of the labels that are given to
// candidates with at least two (Krippendorff 2011). It is NaN where no candidate has two
// labels, or all are the same.
func KrippendorffAlpha(L *matrix.LabelMatrix) float64 {
	total, observed := 0, 0.0
	counts := make(map[int16]int)
	for i := range L.Rows() {
		_, vals := L.Row(i)
		u := len(vals)
		if u < 2 {
			continue
		}
		differ := 0
		for a, v := range vals {
			counts[v]++
			for _, w := range vals[a+1:] {
				if v != w {
					differ += 2
				}
			}
		}
		total += u
		observed += float64(differ) / float64(u-1)
	}
	same := 0
	for _, c := range counts {
		same += c * (c - 1)
	}
	n := float64(total)
	expected := n*(n-1) - float64(same)
	if total == 0 || expected == 0 {
		return math.NaN()
	}
	return 1 - (n-1)*observed/expected
}
