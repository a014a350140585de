package learning

import (
	"fmt"
	"slices"

	"workbench/annotations/matrix"
)

// checkShape reports parts of a document that do not fit together.
func (m *LabelModel) checkShape() error {
	n, k := len(m.LFs), m.Cardinality
	if k < 2 || k > matrix.MaxCardinality {
		return fmt.Errorf("%w: its cardinality is %d", ErrModelFile, k)
	}
	if len(m.ClassPrior) != k {
		return fmt.Errorf("%w: a class prior of %d numbers for %d classes", ErrModelFile, len(m.ClassPrior), k)
	}
	for _, d := range m.Dependencies {
		if d.J < 0 || d.K <= d.J || d.K >= n {
			return fmt.Errorf("%w: a dependency of the LFs %d and %d of %d", ErrModelFile, d.J, d.K, n)
		}
	}
	for _, p := range m.Path {
		if p.J < 0 || p.K <= p.J || p.K >= n {
			return fmt.Errorf("%w: a step of the LFs %d and %d of %d", ErrModelFile, p.J, p.K, n)
		}
	}
	for j, f := range m.Fitted {
		if f.J != j {
			return fmt.Errorf("%w: LF %q is number %d and not %d", ErrModelFile, f.Name, f.J, j)
		}
		for _, label := range f.Polarity {
			if label == 0 || !matrix.Fits(label, k) {
				return fmt.Errorf("%w: LF %q gives %d, which is no label of %d classes", ErrModelFile, f.Name, label, k)
			}
		}
	}
	if len(m.members) == 0 || slices.Contains(m.members, nil) {
		return fmt.Errorf("%w: it has no members", ErrModelFile)
	}
	for _, o := range m.members {
		if err := o.Check(n, k); err != nil {
			return fmt.Errorf("%w: %w", ErrModelFile, err)
		}
	}
	return nil
}
