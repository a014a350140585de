package matrix

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
)

// ErrCardinality says that labels do not tell how many classes there are.
var ErrCardinality = errors.New("cannot infer the cardinality: the largest label is 2, which may be one of 2 classes or of more")

// ErrBadLabel says that a label does not fit the cardinality.
var ErrBadLabel = errors.New("label does not fit")

// MaxCardinality is the largest class that a label matrix can hold.
const MaxCardinality = math.MaxInt16

// InferCardinality guesses the number of classes of a label matrix as Snorkel
// does: the largest label if it is above 2; 2 if it is below; for exactly 2 it
// is [ErrCardinality]. A −1 always means 2.
func InferCardinality(L *LabelMatrix) (int, error) {
	switch largest := int(L.MaxLabel()); {
	case L.MinLabel() < 0 || largest < 2:
		return 2, nil
	case largest > 2:
		return largest, nil
	default:
		return 0, ErrCardinality
	}
}

// Fits reports whether a label that does not abstain is one of k classes.
func Fits(label int16, k int) bool {
	if k == 2 {
		return label == 1 || label == -1
	}
	return label >= 1 && int(label) <= k
}

// Allowed words the labels of k classes, the abstention among them.
func Allowed(k int) string {
	if k == 2 {
		return "-1, 0 and 1"
	}
	return fmt.Sprintf("0 to %d", k)
}

// CheckLabels reports a label of L that is none of k classes, −1 and 1 for k = 2,
// 1..k otherwise: the first one of the candidate with the smallest id.
func CheckLabels(L *LabelMatrix, k int) error {
	if allFit(L.vals, k) {
		return nil
	}
	row, place := -1, 0
	for i, id := range L.candidates {
		if row >= 0 && id >= L.candidates[row] {
			continue
		}
		_, vals := L.Row(i)
		if x := slices.IndexFunc(vals, func(v int16) bool { return !Fits(v, k) }); x >= 0 {
			row, place = i, x
		}
	}
	cols, vals := L.Row(row)
	return fmt.Errorf("candidate %d, LF %s: %w: %d with cardinality %d, which allows %s",
		L.candidates[row], L.keys[cols[place]].Name, ErrBadLabel, vals[place], k, Allowed(k))
}

// allFit reports whether all labels are of k classes, without saying which is not.
func allFit(vals []int16, k int) bool {
	const chunk = 1 << 18
	var misfit atomic.Bool
	spread((len(vals)+chunk-1)/chunk, func(c int) {
		part := vals[c*chunk : min((c+1)*chunk, len(vals))]
		wrong := false
		if k == 2 {
			for _, v := range part {
				wrong = wrong || (v+1)&^2 != 0 // −1 and 1 leave nothing
			}
		} else {
			for _, v := range part {
				wrong = wrong || v < 1 || int(v) > k
			}
		}
		if wrong {
			misfit.Store(true)
		}
	})
	return !misfit.Load()
}
