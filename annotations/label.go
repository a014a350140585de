package annotations

import (
	"context"

	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// LabelAnnotator applies labeling functions and reads what they said. To read,
// the empty value is enough.
type LabelAnnotator struct {
	// LFs are the labeling functions to apply, in the order of their keys.
	LFs []LF
	// Subclass says how many classes there are and what they are called: every
	// label must then be one of them, and labeling functions that answer with
	// a class's value instead of a label can do so. If it is nil any label will
	// do, and of values only true and false of two classes.
	Subclass *candidates.Subclass
	// Classes are remembered when labels are stored; programs and queries may
	// answer with their names. nil is none.
	Classes *Classes
	// Workers is how many goroutines label; 0 means one for each processor.
	// The result does not depend on it.
	Workers int
}

// LoadMatrix reads the label matrix L, m candidates × n labeling functions
// (snorkel.annotations.load_label_matrix). It fails with an error that lists
// what exists when the split, the key group or a key name is unknown, and with
// [ErrBadValue] naming the row when a stored value is no label.
func (LabelAnnotator) LoadMatrix(ctx context.Context, s *session.Session, sel Selection) (*matrix.LabelMatrix, error) {
	return loadLabels(ctx, s, "label", sel, func(sc *session.Scanner) ([]matrix.Key, error) {
		return selectKeys(sc, s.Path(), "label", sel)
	})
}

func loadLabels(ctx context.Context, s *session.Session, table string, sel Selection,
	choose func(sc *session.Scanner) ([]matrix.Key, error)) (*matrix.LabelMatrix, error) {
	var r labelReader
	values := stored[int16]{
		table:   table,
		columns: session.Columns{Integers: []string{"candidate_id", "key_id", "value"}},
		many:    func(b *session.Batch, k int) (int16, error) { return checkLabel(b.Integers[2][k]) },
		one:     r.read,
	}
	m, err := load(ctx, s, values, sel, choose)
	if err != nil {
		return nil, err
	}
	m.Warnings = r.warnings(table)
	return m, nil
}
