package learning

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"workbench/annotations/matrix"
	"workbench/learning/dependency"
)

// GenerativeModel is Snorkel's generative label model: P(y, l) ∝ exp Σ weight ×
// factor over the true class y and the labels l of one candidate, with y and l
// in {−1, 0, 1} for two classes (0 only for l) and 1..K for more. Each labeling
// function has an accuracy weight on l·y, the [ModelOptions] add weights for
// the class prior and for voting, and each dependency has a weight (see
// [dependency.Type]).
type GenerativeModel struct {
	Options     ModelOptions
	Cardinality int      // K, 0 before training
	KeyGroup    int      // of the LFs
	LFs         []string // n names, in the order of the weights
	Training    Training // how Weights were learned
	Weights     Weights
	Status      Status
	Warnings    []string // what a person should know about the result

	sampler *gibbsResult  // after sampled training
	learned *learnedStats // after training or reading
}

// Status tells how training ended.
type Status string

// The ways in which training ends.
const (
	// PathEnd: the mean path was followed for as many epochs as asked for.
	PathEnd Status = "end of path"
	// Saddle: nothing tells the classes apart at the start (every prior is 0,
	// no class prior, no labels), so the path stays there. Snorkel's noise tips
	// it to one side or the other at random.
	Saddle Status = "saddle"
	// Stationary: the start is a point where the path ends already.
	Stationary Status = "stationary"
	// Converged: the objective was driven to a maximum, as asked for.
	Converged Status = "converged"
	// IterationLimit: the objective was still rising when the optimizer gave up;
	// without regularization it may have no maximum.
	IterationLimit Status = "iteration limit"
	// Sampled: Snorkel's own training was repeated.
	Sampled Status = "sampled"
	// Estimated: weights are means of a few sampled trainings, because too many
	// LFs depend on each other for exact inference.
	Estimated Status = "estimated"
	// NoData: the matrix has no candidates; the weights are their start values.
	NoData Status = "no data"
)

// ErrUntrained says that a model has no weights yet.
var ErrUntrained = errors.New("the model is not trained")

// ErrOtherLFs says that a matrix and a model have different labeling functions.
var ErrOtherLFs = errors.New("the model was trained on other labeling functions")

// NewGenerativeModel returns an untrained model.
func NewGenerativeModel(o ModelOptions) *GenerativeModel { return &GenerativeModel{Options: o} }

// Train learns the weights from the label matrix L, m candidates × n LFs. It
// computes the mean path of Snorkel's training: the gradient flow of the
// regularized mean log likelihood, run for the time that the epochs last,
// m · step_size · decay^t for epoch t. Weights come out within 1e-6 of the
// exact path; they do not depend on the order of the candidates or on how many
// processors there are. An m or n of 0 is no error.
//
// Abstention is part of the model. Without [ModelOptions].LFPropensity a
// sparse LF is explained by a small accuracy weight, and long training drives
// all accuracies towards chance; Warnings say so when it happened.
func (g *GenerativeModel) Train(ctx context.Context, L *matrix.LabelMatrix, o TrainOptions) error {
	t, err := newTask(L, g.Options, &o)
	if err != nil {
		return err
	}
	return g.train(ctx, t, &o)
}

// TrainPatterns is Train on the patterns of a label matrix, which say all that it
// takes. Their marks, if they have any, are known labels v as uint32(uint16(v)), 0
// for none. Options that are about single candidates, and samplers, are [ErrPatterns].
func (g *GenerativeModel) TrainPatterns(ctx context.Context, p *matrix.Patterns, o TrainOptions) error {
	t, err := newPatternTask(p, g.Options, &o)
	if err != nil {
		return err
	}
	return g.train(ctx, t, &o)
}

// train fits the model; the options were checked with the task.
func (g *GenerativeModel) train(ctx context.Context, t *task, o *TrainOptions) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var result fit
	var err error
	switch {
	case o.Gibbs != nil:
		result, err = sample(ctx, t, o)
	case t.large != nil:
		result, err = estimate(ctx, t, o)
	default:
		result, err = follow(ctx, t, o)
	}
	if err != nil {
		return err
	}
	for _, x := range result.weights.LFAccuracy {
		if math.IsNaN(x) {
			return errPath
		}
	}
	g.Cardinality, g.Weights, g.Status, g.sampler = t.k, result.weights, result.status, result.sampler
	g.Training = o.record(t.candidates)
	g.Training.RangeSizes = rangeSizes(o.CandidateRanges, t.k)
	g.LFs = make([]string, t.L.Cols())
	for j, key := range t.L.Keys() {
		g.LFs[j] = key.Name
		g.KeyGroup = key.Group
	}
	g.learned = newLearnedStats(g)
	g.Warnings = g.warnings(t.L, t.candidates, o)
	if result.status == Estimated {
		g.Training.Method, g.Training.StandardError = Estimate, result.standardError
		g.Warnings = append(g.Warnings, fmt.Sprintf("%d LFs depend on each other, which is beyond exact inference: the weights are means of %d sampled trainings with standard errors up to %.2g",
			len(t.large), estimates, result.standardError))
	}
	return nil
}

// fit is what a way to train comes to.
type fit struct {
	weights       Weights
	status        Status
	standardError float64      // of estimates
	sampler       *gibbsResult // of sampled training
}

// sample repeats Snorkel's own training.
func sample(ctx context.Context, t *task, o *TrainOptions) (fit, error) {
	r, err := gibbsTrain(ctx, t, o, *o.Gibbs)
	if err != nil {
		return fit{}, err
	}
	return fit{weights: r.Weights, status: Sampled, sampler: r}, nil
}

// follow follows the mean path, by exact inference.
func follow(ctx context.Context, t *task, o *TrainOptions) (fit, error) {
	p := t.patterns
	l := newLayout(p.lfs, t.model, t.deps...)
	w := l.starts(o)
	e := newExpectation(p, l, t.k, o)
	if err := e.checkRoom(); err != nil {
		return fit{}, err
	}
	status, saddle := PathEnd, t.k == 2 && e.undecided(w)
	var err error
	switch {
	case p.candidates == 0:
		status = NoData
	case l.size > 0:
		path := newFlow(e, o.RegParam, o.RegType)
		if o.Converge {
			status, err = path.converge(ctx, w, o.Progress)
		} else {
			status, err = path.end(ctx, w, o.duration(p.candidates), o.Progress)
		}
		if saddle {
			status = Saddle
		}
	}
	e.moveTo(w)
	return fit{weights: l.unpack(e.theta), status: status}, err
}

// undecided reports whether at the start w nothing at all tells the two classes
// apart: every weight that depends on y is 0, and will not move for other
// reasons than y, as those of directed dependencies do. A known label of a
// candidate without votes says something about the class prior only.
func (e *expectation) undecided(w []float64) bool {
	e.moveTo(w)
	for kind := range e.kinds {
		for label := -1; label <= 1; label++ {
			constant, z := e.kinds[kind].split(label)
			for _, x := range e.of(e.theta, weightKind(kind)) {
				if z != 0 && (x != 0 || constant != 0) {
					return false
				}
			}
		}
	}
	for i, v := range e.patterns.label {
		cols, _ := e.patterns.row(i)
		if v != 0 && e.labelWeight != 0 && (len(cols) > 0 || e.at[classPriorKind] >= 0) {
			return false
		}
	}
	return !slices.ContainsFunc(e.dependencies, func(d dependency.Dependency) bool { return d.Type.Directed() })
}

// columns matches the columns of L to the model's LFs by name: the weight of
// column j is at columns[j]. Both must have the same LFs.
func (g *GenerativeModel) columns(L *matrix.LabelMatrix) ([]int, error) {
	if g.Cardinality == 0 {
		return nil, ErrUntrained
	}
	return matchColumns(g.LFs, L)
}

// matchColumns returns for each column of L the place of its LF among the names
// of a model, which must be the same.
func matchColumns(names []string, L *matrix.LabelMatrix) ([]int, error) {
	at := make(map[string]int, len(names))
	for j, name := range slices.Backward(names) {
		at[name] = j
	}
	columns, there := make([]int, L.Cols()), make(map[string]bool, L.Cols())
	for j, key := range L.Keys() {
		column, ok := at[key.Name]
		if !ok {
			return nil, fmt.Errorf("%w: it does not know %q", ErrOtherLFs, key.Name)
		}
		columns[j], there[key.Name] = column, true
	}
	for _, name := range names {
		if !there[name] {
			return nil, fmt.Errorf("%w: the matrix lacks %q", ErrOtherLFs, name)
		}
	}
	return columns, nil
}
