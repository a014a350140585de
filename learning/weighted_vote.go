package learning

import (
	"sync"

	"workbench/annotations/matrix"
)

// WeightedVote returns the marginals of a vote on L (m candidates × n labeling
// functions) for k classes in which each labeling function's votes weigh as much
// as it agrees with the majority: by the share of its labels that are the class
// with the most votes, the first of equal ones. The probability of a class is its
// share of the weights, and 1/k of each class where nobody votes with any weight.
// It takes three passes over the labels and a number for each labeling function.
// A label that is none of the k classes is [matrix.ErrBadLabel]. (Worker Agreement
// with Aggregate, crowdkit.aggregation.Wawa, whose figures these are.)
func WeightedVote(L *matrix.LabelMatrix, k int) (*matrix.Marginals, error) {
	if err := matrix.CheckLabels(L, k); err != nil {
		return nil, err
	}
	weight := majorityAgreement(L, k)
	p := &matrix.Marginals{Candidates: L.Candidates(), Cardinality: k}
	p.P = make([]float64, L.Rows()*p.Width())
	overRows(L.Rows(), func(lo, hi int) {
		mass := make([]float64, k)
		for i := lo; i < hi; i++ {
			cols, vals := L.Row(i)
			total := 0.0
			clear(mass)
			for x, v := range vals {
				mass[classIndex(v, k)] += weight[cols[x]]
				total += weight[cols[x]]
			}
			row := p.Row(i)
			for x := range row {
				class := x
				if k == 2 {
					class = 1
				}
				row[x] = 1 / float64(k)
				if total > 0 {
					row[x] = mass[class] / total
				}
			}
		}
	})
	return p, nil
}

// majorityAgreement is, for each labeling function, the share of its labels that
// are the class with the most votes; 0 for one that never votes.
func majorityAgreement(L *matrix.LabelMatrix, k int) []float64 {
	// whole numbers, so that their sums do not depend on the order
	agreed, labels := make([]float64, L.Cols()), make([]float64, L.Cols())
	var sums sync.Mutex
	overRows(L.Rows(), func(lo, hi int) {
		right, all := make([]float64, L.Cols()), make([]float64, L.Cols())
		countAgreement(L, k, lo, hi, right, all)
		sums.Lock()
		defer sums.Unlock()
		axpy(agreed, 1, right)
		axpy(labels, 1, all)
	})
	for j := range agreed {
		agreed[j] = share(agreed[j], labels[j])
	}
	return agreed
}

// countAgreement adds the labels of some rows, and those of them that are the class
// with the most votes.
func countAgreement(L *matrix.LabelMatrix, k, lo, hi int, agreed, labels []float64) {
	count := make([]int, k)
	for i := lo; i < hi; i++ {
		cols, vals := L.Row(i)
		clear(count)
		for _, v := range vals {
			count[classIndex(v, k)]++
		}
		first := 0
		for class, n := range count {
			if n > count[first] {
				first = class
			}
		}
		for x, v := range vals {
			labels[cols[x]]++
			if classIndex(v, k) == first {
				agreed[cols[x]]++
			}
		}
	}
}
