package learning

import (
	"slices"

	"workbench/annotations/matrix"
)

// VoteMarginals are the marginals of a majority vote on L (m candidates × n
// labeling functions) for k classes: 1 for the class with the most votes. Where
// several have the most they share it, and where there are no votes all do: of
// two classes that is 0.5.
func VoteMarginals(L *matrix.LabelMatrix, k int) *matrix.Marginals {
	p := &matrix.Marginals{Candidates: L.Candidates(), Cardinality: k}
	p.P = make([]float64, L.Rows()*p.Width())
	overRows(L.Rows(), func(lo, hi int) {
		count := make([]int, k)
		for i := lo; i < hi; i++ {
			clear(count)
			_, vals := L.Row(i)
			for _, v := range vals {
				switch {
				case v == 0:
				case k > 2:
					count[v-1]++
				default:
					count[(v+1)/2]++ // −1 is the first class
				}
			}
			most, ties := slices.Max(count), 0
			for _, n := range count {
				if n == most {
					ties++
				}
			}
			row := p.Row(i)
			for class, n := range count {
				switch {
				case n != most:
				case k > 2:
					row[class] = 1 / float64(ties)
				case class == 1:
					row[0] = 1 / float64(ties)
				}
			}
		}
	})
	return p
}
