package learning

import (
	"errors"
	"fmt"
	"math"

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
