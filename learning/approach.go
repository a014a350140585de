package learning

import (
	"context"

	"workbench/annotations/matrix"
)

// Approach is a way from labels to marginals, as a [Comparison] tries it.
type Approach struct {
	Name string
	// Run labels the candidates of a task. It returns marginals for the rows of
	// its Labels, and warnings about them.
	Run func(ctx context.Context, t *ApproachTask) (*matrix.Marginals, []string, error)
}

// ApproachTask is what an [Approach] gets. Labels and Train have the same labeling
// functions, by name.
type ApproachTask struct {
	Labels      *matrix.LabelMatrix // what is to be labelled
	Train       *matrix.Patterns    // what a model learns from
	Cardinality int                 // K classes
}

// Approaches are those that need nothing but labels: [VoteMarginals],
// [WeightedVote], [DawidSkene], the generative model with Snorkel's defaults, and [Fit].
func Approaches() []Approach {
	return []Approach{
		{"majority vote", func(_ context.Context, t *ApproachTask) (*matrix.Marginals, []string, error) {
			if err := matrix.CheckLabels(t.Labels, t.Cardinality); err != nil {
				return nil, nil, err
			}
			return VoteMarginals(t.Labels, t.Cardinality), nil, nil
		}},
		{"weighted vote", func(_ context.Context, t *ApproachTask) (*matrix.Marginals, []string, error) {
			p, err := WeightedVote(t.Labels, t.Cardinality)
			return p, nil, err
		}},
		{"Dawid–Skene", func(_ context.Context, t *ApproachTask) (*matrix.Marginals, []string, error) {
			p, err := DawidSkene(t.Labels, t.Cardinality)
			return p, nil, err
		}},
		{"Snorkel's default", func(ctx context.Context, t *ApproachTask) (*matrix.Marginals, []string, error) {
			o := DefaultTrainOptions()
			o.Cardinality = t.Cardinality
			g := NewGenerativeModel(ModelOptions{})
			if err := g.TrainPatterns(ctx, t.Train, o); err != nil {
				return nil, nil, err
			}
			p, err := g.Marginals(t.Labels)
			return p, g.Warnings, err
		}},
		{"fit", func(ctx context.Context, t *ApproachTask) (*matrix.Marginals, []string, error) {
			m, err := FitPatterns(ctx, t.Train, FitOptions{Cardinality: t.Cardinality})
			if err != nil {
				return nil, nil, err
			}
			p, err := m.Marginals(t.Labels)
			return p, m.Warnings, err
		}},
	}
}

// SearchApproach is the best model of a search, which scores its trials on the rows
// of dev with their gold labels. Its number of classes is that of the comparison. It
// trains on patterns, so that options about single candidates are [ErrPatterns].
func SearchApproach(s *Search, dev *matrix.LabelMatrix, gold []int16, o ScoreOptions) Approach {
	return Approach{"Snorkel's best of a search", func(ctx context.Context, t *ApproachTask) (*matrix.Marginals, []string, error) {
		s := *s
		s.Train.Cardinality = t.Cardinality
		result, err := s.FitPatterns(ctx, t.Train, dev, gold, o)
		if err != nil {
			return nil, nil, err
		}
		p, err := result.Best.Marginals(t.Labels)
		return p, result.Best.Warnings, err
	}}
}

// ModelApproach is a model that was trained before.
func ModelApproach(name string, m Model) Approach {
	return Approach{name, func(_ context.Context, t *ApproachTask) (*matrix.Marginals, []string, error) {
		p, err := m.Marginals(t.Labels)
		return p, nil, err
	}}
}

// WorkshopParams is the search space of Snorkel's workshop notebook.
func WorkshopParams() []Param {
	return []Param{
		{Name: "step_size", Values: []float64{1e-3, 1e-4, 1e-5, 1e-6}},
		{Name: "decay", Values: []float64{0.9, 0.95}},
		{Name: "epochs", Values: []float64{50, 100}},
		{Name: "reg_param", Values: []float64{1e-3}},
	}
}
