package learning

import (
	"errors"
	"fmt"
	"slices"

	"workbench/annotations/matrix"
	"workbench/learning/dependency"
	"workbench/learning/option"
)

// task is what a training works on. The trials of a search share one: no
// hyperparameter changes it.
type task struct {
	L          *matrix.LabelMatrix // of patterns the distinct rows
	candidates int                 // m
	model      ModelOptions
	k          int                     // classes
	deps       []dependency.Dependency // normal

	// large are the LFs of the largest component of the dependency graph that
	// exact inference cannot handle, nil if there is none.
	large []int

	patterns *patterns // of the mean path; nil where training samples
}

// newTask checks the options of models and training for a matrix, and prepares
// what their training needs.
func newTask(L *matrix.LabelMatrix, m ModelOptions, o *TrainOptions) (*task, error) {
	t := &task{L: L, candidates: L.Rows(), model: m}
	if err := t.check(o); err != nil {
		return nil, err
	}
	if o.Gibbs == nil && t.large == nil {
		t.patterns = newPatterns(compress(L, o.Labels, ascending(o.CandidateRanges)), t.k)
	}
	return t, nil
}

// newPatternTask is newTask for patterns of a matrix.
func newPatternTask(p *matrix.Patterns, m ModelOptions, o *TrainOptions) (*task, error) {
	t := &task{L: p.Distinct, candidates: p.Total(), model: m}
	if o.Labels != nil || o.CandidateRanges != nil || o.Gibbs != nil {
		return nil, ErrPatterns
	}
	if err := t.check(o); err != nil {
		return nil, err
	}
	if t.large != nil {
		return nil, ErrPatterns
	}
	t.patterns = newPatterns(p, t.k)
	for d, label := range t.patterns.label {
		if p.Mark(d)>>16 != 0 || label != 0 && !matrix.Fits(label, t.k) {
			return nil, fmt.Errorf("pattern %d: %w: mark %d with cardinality %d, which allows %s", d, matrix.ErrBadLabel, p.Mark(d), t.k, matrix.Allowed(t.k))
		}
	}
	return t, nil
}

// ErrPatterns says that a training needs the candidates one by one: it has options about
// single ones, or samples, as it does where too many LFs depend on each other.
var ErrPatterns = errors.New("training on patterns knows no candidates: it takes no labels or ranges of them, and draws no samples")

// check validates the options, and finds the classes and dependencies.
func (t *task) check(o *TrainOptions) (err error) {
	if t.k, err = o.checkFor(t.L, t.candidates, t.model); err != nil {
		return err
	}
	if t.deps, err = dependency.Normalize(o.Deps, t.L.Cols(), t.k); err != nil {
		return err
	}
	t.large = beyondExact(t.L.Cols(), t.deps, t.k)
	switch {
	case o.Converge && o.Gibbs != nil:
		return option.Errorf("converge", "a sampled training has no maximum to converge to")
	case o.Converge && t.large != nil:
		return option.Errorf("converge", "%d LFs depend on each other, which is beyond exact inference", len(t.large))
	}
	return nil
}

// checkFor validates the options for a matrix and a model, and the labels of
// both, and finds the cardinality.
func (o *TrainOptions) checkFor(L *matrix.LabelMatrix, candidates int, m ModelOptions) (int, error) {
	if err := o.check(candidates, L.Cols()); err != nil {
		return 0, err
	}
	k, err := o.classes(L)
	if err != nil {
		return 0, err
	}
	if k < 2 || k > matrix.MaxCardinality {
		return 0, option.Errorf("cardinality", "%d is not from 2 to %d", k, matrix.MaxCardinality)
	}
	if name := m.binaryOnly(); name != "" && k > 2 {
		return 0, option.Errorf(name, "exists for two classes only, here are %d", k)
	}
	if err := matrix.CheckLabels(L, k); err != nil {
		return 0, err
	}
	if err := checkRanges(L, o.CandidateRanges, k); err != nil {
		return 0, err
	}
	for i, v := range o.Labels {
		if scope := rangeOf(o.CandidateRanges, i); v != 0 && scope != nil && !slices.Contains(scope, v) {
			return 0, fmt.Errorf("labels: candidate %d: %w: %d is not in its range %v", L.Candidates()[i], matrix.ErrBadLabel, v, scope)
		}
		if v != 0 && !matrix.Fits(v, k) {
			return 0, fmt.Errorf("labels: candidate %d: %w: %d with cardinality %d, which allows %s",
				L.Candidates()[i], matrix.ErrBadLabel, v, k, matrix.Allowed(k))
		}
	}
	return k, nil
}

// classes is the cardinality: the one that is asked for, the largest class of a
// range, or what the labels of L tell.
func (o *TrainOptions) classes(L *matrix.LabelMatrix) (int, error) {
	k := o.Cardinality
	if k != 0 {
		return k, nil
	}
	for _, scope := range o.CandidateRanges {
		if len(scope) > 0 {
			k = max(k, int(slices.Max(scope)))
		}
	}
	if k != 0 {
		return k, nil
	}
	return matrix.InferCardinality(L)
}
