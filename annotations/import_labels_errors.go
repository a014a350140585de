package annotations

import (
	"errors"
	"fmt"
)

// The kinds of mistakes in a table of labels that another [LabelFormat] may
// mend.
var (
	// ErrBothConventions says that labels fit neither two classes nor more: in
	// Snorkel 0.9's convention they may, where −1 abstains.
	ErrBothConventions = errors.New("a table that has both -1, which only two classes have, and labels from 2 up")
	// ErrHighClass says that a class does not fit the cardinality.
	ErrHighClass = errors.New("not below the cardinality")
	// ErrSeveralClasses says that the columns could name candidates of several
	// types.
	ErrSeveralClasses = errors.New("arguments of several candidate classes")
)

// StoredLabelError says that a candidate has a label already which may not be
// replaced.
type StoredLabelError struct {
	Candidate int64
	Key       string // its labeling function
}

// Error names both.
func (e *StoredLabelError) Error() string {
	return fmt.Sprintf("candidate %d has a label of %s already", e.Candidate, e.Key)
}
