package annotations

import (
	"context"

	"workbench/session"
)

// LabelAnnotator reads the labels that labeling functions gave to candidates.
type LabelAnnotator struct{}

// LoadMatrix reads the label matrix L, m candidates × n labeling functions
// (snorkel.annotations.load_label_matrix). It fails with an error that lists
// what exists when the split, the key group or a key name is unknown, and with
// [ErrBadValue] naming the row when a stored value is no label.
func (LabelAnnotator) LoadMatrix(ctx context.Context, s *session.Session, sel Selection) (*LabelMatrix, error) {
	return loadLabels(ctx, s, "label", sel)
}

func loadLabels(ctx context.Context, s *session.Session, table string, sel Selection) (*LabelMatrix, error) {
	var r labelReader
	m, err := load(ctx, s, table, sel, r.read)
	if err != nil {
		return nil, err
	}
	m.Warnings = r.warnings(table)
	return m, nil
}
