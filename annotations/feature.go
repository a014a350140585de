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
	choose := func(sc *session.Scanner) ([]matrix.Key, error) { return selectKeys(sc, s.Path(), "feature", sel) }
	return load(ctx, s, "feature", sel, choose, func(cur *session.Cursor) (float64, error) {
		switch kind := cur.Kind(2); kind {
		case session.Real, session.Integer:
			return cur.Float64(2), nil
		default:
			return 0, fmt.Errorf("%w: %s %q is not a feature value", ErrBadValue, kind, cur.Text(2))
		}
	})
}
