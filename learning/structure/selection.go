package structure

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"workbench/annotations/matrix"
	"workbench/learning/dependency"
)

// Selection is what [DependencySelector.Select] found.
type Selection struct {
	// Dependencies are the selected ones, by J, K and Type: undirected ones
	// with J below K, each once. A pair has a weight in the fit of either LF,
	// and at least one is above the threshold; Weight is the one that is
	// further from 0 (in a tie that of the fit of the lower column).
	Dependencies []dependency.Dependency

	// Weights are the whole weight vectors of the fits: Weights[j] explains
	// the labels of LF j. With n LFs, element
	//
	//	k       is the accuracy of LF k
	//	n + k   similar (j, k)
	//	2n + k  reinforcing (j, k)    from here on with HigherOrder only
	//	3n + k  reinforcing (k, j)
	//	4n + k  fixing (j, k)
	//	5n + k  fixing (k, j)
	//	last    propensity of LF j    with Propensity only
	//
	// which is Snorkel's layout. What relates j to itself stays 0.
	Weights [][]float64

	// Warnings are what a person should know about the result.
	Warnings []string
}

// block is a block of n weights in a fit's weight vector that belong to
// dependencies.
type block struct {
	kind dependency.Type
	from bool // the dependency leads from the other LF to the one of the fit
}

// blocks are those after the n accuracies, in order.
func (s *DependencySelector) blocks() []block {
	list := []block{{kind: dependency.Similar}}
	if s.HigherOrder {
		list = append(list, block{dependency.Reinforcing, false}, block{dependency.Reinforcing, true},
			block{dependency.Fixing, false}, block{dependency.Fixing, true})
	}
	return list
}

// dependencies collects the weights above the threshold.
func (s *DependencySelector) dependencies(weights [][]float64) []dependency.Dependency {
	var list []dependency.Dependency
	n := len(weights)
	for j, w := range weights {
		for b, block := range s.blocks() {
			for k, x := range w[(b+1)*n:][:n] {
				if math.Abs(x) <= s.Threshold {
					continue
				}
				d := dependency.Dependency{J: j, K: k, Type: block.kind, Weight: x}
				if block.from || !d.Type.Directed() && j > k {
					d.J, d.K = k, j
				}
				list = append(list, d)
			}
		}
	}
	// The two weights of a pair come next to each other, the larger one first.
	// Fits were gone through in order, so of equal ones that of the lower LF is
	// first.
	slices.SortStableFunc(list, func(a, b dependency.Dependency) int {
		return cmp.Or(byColumns(a, b), cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)))
	})
	return slices.CompactFunc(list, func(a, b dependency.Dependency) bool { return byColumns(a, b) == 0 })
}

// byColumns orders dependencies by j, k and type.
func byColumns(a, b dependency.Dependency) int {
	return cmp.Or(cmp.Compare(a.J, b.J), cmp.Compare(a.K, b.K), cmp.Compare(a.Type, b.Type))
}

// warnings looks for what makes the selection worth less than it seems.
func (s *DependencySelector) warnings(L *matrix.LabelMatrix, deps []dependency.Dependency) []string {
	n := L.Cols()
	switch {
	case n < 2:
		return []string{"fewer than two labeling functions: there are no pairs"}
	case L.Rows() == 0:
		return []string{"there are no candidates to learn from"}
	case L.NNZ() == 0:
		return []string{fmt.Sprintf("no labeling function voted on any of the %d candidates: they are similar in abstaining only", L.Rows())}
	}
	var list []string
	votes := make([]int, n)
	_, cols, _ := L.CSR()
	for _, j := range cols {
		votes[j]++
	}
	var silent []string
	for j, key := range L.Keys() {
		if votes[j] == 0 {
			silent = append(silent, key.Name)
		}
	}
	const few = 5
	if extra := len(silent) - few; extra > 0 {
		silent = append(silent[:few], fmt.Sprintf("and %d more", extra))
	}
	if len(silent) > 0 {
		list = append(list, "never voted, similar to others in abstaining only: "+strings.Join(silent, ", "))
	}
	// Real structure is sparse: the estimator's guarantees assume that an LF
	// depends on a few others. More than half of all pairs is none.
	similar := 0
	for _, d := range deps {
		if d.Type == dependency.Similar {
			similar++
		}
	}
	if pairs := n * (n - 1) / 2; n > 2 && 2*similar > pairs {
		hint := "raise the threshold"
		if !s.Propensity {
			hint += " or add propensity"
		}
		list = append(list, fmt.Sprintf("%d of %d pairs were selected as similar, which tells little: %s", similar, pairs, hint))
	}
	return list
}
