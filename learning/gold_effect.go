package learning

import (
	"context"

	"workbench/annotations/matrix"
	"workbench/learning/option"
)

// GoldEffect is how a fit that knows some gold labels differs from one that does
// not.
type GoldEffect struct {
	// Labelled is the number of candidates with a gold label.
	Labelled int
	// Without is what [Fit] finds without them.
	Without *LabelModel
	// Evaluation says how good that is on the candidates with a gold label. A model
	// that knows them is right on all of them, which says nothing.
	Evaluation *Evaluation
	// Changed is the number of the other candidates whose predicted label is another
	// one without the gold labels.
	Changed int
}

// EffectOfGold fits the matrix without the gold labels of o, and compares m, which
// [Fit] found of L with them. Options without gold labels are an [option.Error].
func EffectOfGold(ctx context.Context, m *LabelModel, L *matrix.LabelMatrix, o FitOptions) (*GoldEffect, error) {
	gold := o.Gold
	if len(gold) != L.Rows() {
		return nil, option.Errorf("gold", "%d gold labels for %d candidates", len(gold), L.Rows())
	}
	with, err := m.MarginalsGiven(L, gold)
	if err != nil {
		return nil, err
	}
	o.Gold, o.Cardinality = nil, m.Cardinality
	effect := &GoldEffect{}
	if effect.Without, err = Fit(ctx, L, o); err != nil {
		return nil, err
	}
	without, err := effect.Without.Marginals(L)
	if err != nil {
		return nil, err
	}
	if effect.Evaluation, err = Evaluate(without, gold); err != nil {
		return nil, err
	}
	const even = 0.5
	before, after := Predictions(without, even), Predictions(with, even)
	for i, y := range gold {
		switch {
		case y != 0:
			effect.Labelled++
		case before[i] != after[i]:
			effect.Changed++
		}
	}
	return effect, nil
}
