package learning

import (
	"slices"

	"workbench/annotations/matrix"
	"workbench/learning/option"
)

// MarginalsWithin is Marginals where each candidate can only have the classes in
// its range (see [TrainOptions]): its probabilities are divided by their sum, and
// are even where the model holds all of them for impossible.
func (m *LabelModel) MarginalsWithin(L *matrix.LabelMatrix, ranges [][]int16) (*matrix.Marginals, error) {
	p, err := m.Marginals(L)
	if err != nil || ranges == nil {
		return p, err
	}
	if len(ranges) != L.Rows() {
		return nil, option.Errorf("candidate_ranges", "%d ranges for %d candidates", len(ranges), L.Rows())
	}
	if err := checkRanges(L, ranges, m.Cardinality); err != nil {
		return nil, err
	}
	for i := range L.Rows() {
		if scope := rangeOf(ranges, i); scope != nil {
			within(p.Row(i), scope)
		}
	}
	return p, nil
}

// within gives the classes of a range all of the probability.
func within(row []float64, scope []int16) {
	sum := 0.0
	for _, y := range scope {
		sum += row[y-1]
	}
	for y := range row {
		switch {
		case !slices.Contains(scope, int16(y+1)):
			row[y] = 0
		case sum > 0:
			row[y] /= sum
		default:
			row[y] = 1 / float64(len(scope))
		}
	}
}
