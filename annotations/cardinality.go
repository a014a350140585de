package annotations

import (
	"context"
	"errors"
	"fmt"

	"workbench/annotations/matrix"
	"workbench/session"
)

// OtherCardinalityError says that a wanted number of classes is not that of the
// model.
type OtherCardinalityError struct{ Model, Given int }

// Error gives both.
func (e *OtherCardinalityError) Error() string {
	return fmt.Sprintf("the model has cardinality %d, not %d", e.Model, e.Given)
}

// ChooseCardinality finds the number of classes of label matrices, nil ones
// left out: the given one, else the model's, where 0 is none; else 2 if a −1
// occurs, or else the larger of what Snorkel infers from the largest label
// ([matrix.InferCardinality]) and what the stored marginals show. If that tells
// nothing it is [matrix.ErrCardinality]. A given one that is not the model's is
// an [OtherCardinalityError], and a label that does not fit the choice is
// [matrix.ErrBadLabel].
func ChooseCardinality(ctx context.Context, s *session.Session, given, model int, matrices ...*matrix.LabelMatrix) (int, error) {
	if given != 0 && model != 0 && given != model {
		return 0, &OtherCardinalityError{Model: model, Given: given}
	}
	k := given
	if k == 0 {
		k = model
	}
	if k == 0 {
		var err error
		if k, err = inferCardinality(ctx, s, matrices); err != nil {
			return 0, err
		}
	}
	for _, m := range matrices {
		if m == nil {
			continue
		}
		if err := matrix.CheckLabels(m, k); err != nil {
			return 0, fmt.Errorf("%s: %w", s.Path(), err)
		}
	}
	return k, nil
}

func inferCardinality(ctx context.Context, s *session.Session, matrices []*matrix.LabelMatrix) (int, error) {
	inferred, unclear := 2, false
	for _, m := range matrices {
		if m == nil {
			continue
		}
		if m.MinLabel() < 0 {
			return 2, nil
		}
		k, err := matrix.InferCardinality(m)
		unclear = unclear || errors.Is(err, matrix.ErrCardinality)
		inferred = max(inferred, k)
	}
	counts, err := s.Marginals(ctx)
	if err != nil {
		return 0, err
	}
	for _, m := range counts {
		inferred = max(inferred, m.MaxValue+1)
	}
	if unclear && inferred == 2 {
		return 0, fmt.Errorf("%s: %w", s.Path(), matrix.ErrCardinality)
	}
	return inferred, nil
}
