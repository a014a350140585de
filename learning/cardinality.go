package learning

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"workbench/annotations"
)

// ErrCardinality says that labels do not tell how many classes there are.
var ErrCardinality = errors.New("cannot infer the cardinality: the largest label is 2, which may be one of 2 classes or of more")

// ErrBadLabel says that a label does not fit the cardinality.
var ErrBadLabel = errors.New("label does not fit")

// maxCardinality is the largest class that a label matrix can hold.
const maxCardinality = math.MaxInt16

// InferCardinality guesses the number of classes of a label matrix as Snorkel
// does: the largest label if it is above 2; 2 if it is below; for exactly 2 it
// is [ErrCardinality]. A −1 always means 2.
func InferCardinality(L *annotations.LabelMatrix) (int, error) {
	switch largest := int(L.MaxLabel()); {
	case L.MinLabel() < 0 || largest < 2:
		return 2, nil
	case largest > 2:
		return largest, nil
	default:
		return 0, ErrCardinality
	}
}

// fits reports whether a stored label is one of k classes.
func fits(label int16, k int) bool {
	if k == 2 {
		return label == 1 || label == -1
	}
	return label >= 1 && int(label) <= k
}

// allowed words the labels of k classes.
func allowed(k int) string {
	if k == 2 {
		return "-1, 0 and 1"
	}
	return fmt.Sprintf("0 to %d", k)
}

// checkRanges reports a range that makes no sense for k classes, or the first
// label outside its candidate's range.
func checkRanges(L *annotations.LabelMatrix, ranges [][]int16, k int) error {
	if ranges == nil {
		return nil
	}
	if k == 2 {
		return &OptionError{"candidate_ranges", "exist for more than two classes only"}
	}
	for i := range L.Rows() {
		scope := rangeOf(ranges, i)
		if scope == nil {
			continue
		}
		id := L.Candidates()[i]
		for x, v := range scope {
			if v < 1 || int(v) > k || slices.Contains(scope[:x], v) {
				return &OptionError{"candidate_ranges", fmt.Sprintf("candidate %d: class %d is repeated or none of 1 to %d", id, v, k)}
			}
		}
		cols, vals := L.Row(i)
		for x, v := range vals {
			if !slices.Contains(scope, v) {
				return fmt.Errorf("candidate %d, LF %s: %w: %d is not in its range %v", id, L.Keys()[cols[x]].Name, ErrBadLabel, v, scope)
			}
		}
	}
	return nil
}

// CheckLabels reports the first label of L that is none of k classes: −1 and 1
// for k = 2, 1..k otherwise.
func CheckLabels(L *annotations.LabelMatrix, k int) error {
	for i := range L.Rows() {
		cols, vals := L.Row(i)
		for x, v := range vals {
			if !fits(v, k) {
				return fmt.Errorf("candidate %d, LF %s: %w: %d with cardinality %d, which allows %s",
					L.Candidates()[i], L.Keys()[cols[x]].Name, ErrBadLabel, v, k, allowed(k))
			}
		}
	}
	return nil
}
