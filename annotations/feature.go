package annotations

import (
	"context"
	"fmt"

	"workbench/annotations/matrix"
	"workbench/session"
)

// FeatureAnnotator reads the features of candidates.
type FeatureAnnotator struct{}

// LoadMatrix reads the feature matrix, m candidates × n features
// (snorkel.annotations.load_feature_matrix). Errors are those of
// [LabelAnnotator.LoadMatrix].
func (FeatureAnnotator) LoadMatrix(ctx context.Context, s *session.Session, sel Selection) (*matrix.FeatureMatrix, error) {
	values := stored[float64]{
		table:   "feature",
		columns: session.Columns{Integers: []string{"candidate_id", "key_id"}, Numbers: []string{"value"}},
		many:    func(b *session.Batch, k int) (float64, error) { return b.Numbers[0][k], nil },
		one: func(cur *session.Cursor) (float64, error) {
			switch kind := cur.Kind(2); kind {
			case session.Real, session.Integer:
				return cur.Float64(2), nil
			default:
				return 0, fmt.Errorf("%w: %s %q is not a feature value", ErrBadValue, kind, cur.Text(2))
			}
		},
	}
	return load(ctx, s, values, sel, func(sc *session.Scanner) ([]matrix.Key, error) { return selectKeys(sc, s.Path(), "feature", sel) })
}
