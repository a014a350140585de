package matrix

import (
	"fmt"
	"math"
	"slices"
)

// Ranges collects, for the rows of a label matrix, the classes that each
// candidate can have (Snorkel's candidate_ranges). Candidates of which nothing
// is said can have all.
type Ranges struct {
	rowOf *Index
	lists [][]int16
}

// NewRanges starts without any limits for the rows of L.
func NewRanges(L *LabelMatrix) *Ranges {
	return &Ranges{rowOf: NewIndex(L.Candidates()), lists: make([][]int16, L.Rows())}
}

// Add says that a candidate can have a class, 1..K. Candidates that are no row
// of the matrix are passed over.
func (r *Ranges) Add(candidate int64, class int) error {
	if class < 1 || class > math.MaxInt16 {
		return fmt.Errorf("candidate %d: class %d is not a label of a categorical candidate", candidate, class)
	}
	row := r.rowOf.Find(candidate)
	if row < 0 {
		return nil
	}
	if slices.Contains(r.lists[row], int16(class)) {
		return fmt.Errorf("candidate %d: class %d is given twice", candidate, class)
	}
	r.lists[row] = append(r.lists[row], int16(class))
	return nil
}

// Lists returns the classes of each row in the order in which they were added;
// an empty list means all.
func (r *Ranges) Lists() [][]int16 { return r.lists }
