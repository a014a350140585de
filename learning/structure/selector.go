package structure

import (
	"context"
	"fmt"

	"workbench/annotations/matrix"
	"workbench/learning/option"
)

// DependencySelector finds dependencies among labeling functions with the
// estimator of Bach et al. 2017 (Learning the Structure of Generative Models
// without Labeled Data). [NewDependencySelector] has Snorkel's defaults, from
// which callers start: a zero means zero, and a Truncation of 0 is refused.
type DependencySelector struct {
	// HigherOrder searches for [dependency.Reinforcing] and [dependency.Fixing]
	// too, and not for [dependency.Similar] alone. Off by default.
	HigherOrder bool

	// Propensity gives each fit a weight for how often its LF votes at all.
	// Off by default. Sparse LFs agree in abstaining most of the time, which
	// without this weight looks like a dependency.
	Propensity bool

	// Threshold is the strength of the L1 penalty, and the weight above which
	// a dependency is selected. Default 0.05; 0 means no penalty, and that
	// every weight but 0 is a dependency.
	Threshold float64

	// Truncation is the number of candidates between two pulls of the penalty.
	// Default 10; it must be 1 or more.
	Truncation int

	// Progress, if not nil, is called now and then with the share of the work
	// that is done, from 0 to 1: rising, and never twice at a time.
	Progress func(done float64)
}

// epochs is the number of passes over the candidates, as in Snorkel, where it
// is no option.
const epochs = 10

// NewDependencySelector returns a selector with Snorkel's defaults.
func NewDependencySelector() *DependencySelector {
	return &DependencySelector{Threshold: 0.05, Truncation: 10}
}

// Select finds the dependencies among the LFs of a binary label matrix.
//
// A label other than −1 and 1 is [matrix.ErrBadLabel], an option that makes
// no sense a [option.Error]. A matrix from which nothing can be learned
// is no error: Warnings say so. When ctx ends, Select returns its error.
func (s *DependencySelector) Select(ctx context.Context, L *matrix.LabelMatrix) (*Selection, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if err := matrix.CheckLabels(L, 2); err != nil {
		return nil, fmt.Errorf("dependencies can be selected for two classes only: %w", err)
	}
	weights, err := s.fitAll(ctx, L)
	if err != nil {
		return nil, err
	}
	deps := s.dependencies(weights)
	return &Selection{Dependencies: deps, Weights: weights, Warnings: s.warnings(L, deps)}, nil
}

// check validates the options.
func (s *DependencySelector) check() error {
	if err := option.CheckNumber("threshold", s.Threshold, 0); err != nil {
		return err
	}
	if s.Truncation < 1 {
		return option.Errorf("truncation", "%d is less than 1", s.Truncation)
	}
	return nil
}
