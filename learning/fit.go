package learning

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"workbench/annotations/matrix"
	"workbench/learning/latent"
	"workbench/learning/option"
)

// Abstentions says whether a missing vote is evidence.
type Abstentions = latent.Abstentions

// What a missing vote is.
const (
	// AbstentionsAuto decides from the matrix.
	AbstentionsAuto = latent.AbstentionsAuto
	// AbstentionsInformative: a labeling function saw the candidate and abstained.
	AbstentionsInformative = latent.AbstentionsInformative
	// AbstentionsIgnored: somebody was not asked.
	AbstentionsIgnored = latent.AbstentionsIgnored
)

// FitOptions are what [Fit] may be told; the zero value leaves all to the
// matrix.
type FitOptions struct {
	// Cardinality is the number of classes K; 0 infers it from the labels, see
	// [matrix.InferCardinality].
	Cardinality int
	// ClassBalance is the class prior: K positive probabilities, the first class
	// first, of two classes that of −1. Nil learns it.
	ClassBalance []float64
	// Abstentions says whether a missing vote is evidence.
	Abstentions Abstentions
	// Gold has for each of the m candidates its class where it is known, 0 where
	// it is not. Known classes are evidence. Nil is none.
	Gold []int16
	// Progress, if not nil, is called now and then, from one goroutine.
	Progress func(done, total int)
}

// Fit finds the model of the label matrix L (m candidates × n LFs) that the
// votes allow, without a hyperparameter: which cells of the LFs' tables P(l | y)
// are one parameter, which LFs depend on each other, and the class prior, all by
// maximum likelihood and the Bayesian information criterion. Where the votes are
// too few for that, or do not look like those of such a model, the mean of the
// smoothed vote and of models with other assumptions is kept instead
// ([LabelModel.Family] tells). docs/label-models.md describes both.
//
// The result does not depend on the order of the candidates or on the number of
// processors.
func Fit(ctx context.Context, L *matrix.LabelMatrix, o FitOptions) (*LabelModel, error) {
	k, gold, err := o.check(L)
	if err != nil {
		return nil, err
	}
	return o.fit(ctx, matrix.Group(L, classMarks(gold)).Patterns, k)
}

// FitPatterns is [Fit] on the patterns of a label matrix, which say all that it
// takes. Marks are not read and o has no gold labels: both are an error.
func FitPatterns(ctx context.Context, p *matrix.Patterns, o FitOptions) (*LabelModel, error) {
	k, err := o.checkPatterns(p)
	if err != nil {
		return nil, err
	}
	return o.fit(ctx, p, k)
}

// checkPatterns is check for patterns.
func (o *FitOptions) checkPatterns(p *matrix.Patterns) (k int, err error) {
	if o.Gold != nil || p.Marks != nil {
		return 0, option.Errorf("gold", "patterns have no candidates whose labels could be known")
	}
	k, _, err = o.check(p.Distinct)
	return k, err
}

// fit is Fit of patterns whose marks are known classes.
func (o *FitOptions) fit(ctx context.Context, p *matrix.Patterns, k int) (*LabelModel, error) {
	res, err := latent.Fit(ctx, p, k, latent.Options{ClassBalance: o.ClassBalance, Abstentions: o.Abstentions, Progress: o.Progress})
	if err != nil {
		return nil, err
	}
	m := &LabelModel{Cardinality: k, members: res.Members}
	for _, key := range p.Distinct.Keys() {
		m.LFs = append(m.LFs, key.Name)
		m.KeyGroup = key.Group
	}
	if err := m.report(p, res); err != nil {
		return nil, err
	}
	return m, nil
}

// check validates the options for a matrix; it returns the cardinality and gold
// labels as classes 1..K.
func (o *FitOptions) check(L *matrix.LabelMatrix) (int, []int16, error) {
	k := o.Cardinality
	if k == 0 {
		var err error
		if k, err = matrix.InferCardinality(L); err != nil {
			return 0, nil, err
		}
	}
	if k < 2 || k > matrix.MaxCardinality {
		return 0, nil, option.Errorf("cardinality", "%d is not from 2 to %d", k, matrix.MaxCardinality)
	}
	if err := matrix.CheckLabels(L, k); err != nil {
		return 0, nil, err
	}
	if b := o.ClassBalance; b != nil {
		if len(b) != k {
			return 0, nil, option.Errorf("class_balance", "%d probabilities for %d classes", len(b), k)
		}
		sum := 0.0
		for _, p := range b {
			if !(p > 0 && p < 1) {
				return 0, nil, option.Errorf("class_balance", "%v is not between 0 and 1", p)
			}
			sum += p
		}
		if math.Abs(sum-1) > 1e-6 {
			return 0, nil, option.Errorf("class_balance", "the probabilities sum to %v, not 1", sum)
		}
	}
	if o.Gold == nil {
		return k, nil, nil
	}
	if len(o.Gold) != L.Rows() {
		return 0, nil, option.Errorf("gold", "%d gold labels for %d candidates", len(o.Gold), L.Rows())
	}
	gold, err := classes(o.Gold, k)
	return k, gold, err
}

// classes turns labels into classes 1..K, 0 where there is none.
func classes(labels []int16, k int) ([]int16, error) {
	out := make([]int16, len(labels))
	for i, v := range labels {
		if v == 0 {
			continue
		}
		if !matrix.Fits(v, k) {
			return nil, fmt.Errorf("gold label: %w: %d is not one of %s", matrix.ErrBadLabel, v, matrix.Allowed(k))
		}
		out[i] = int16(classIndex(v, k)) + 1
	}
	return out, nil
}

// classMarks are the marks of rows with known classes, nil for none.
func classMarks(gold []int16) []uint32 {
	if gold == nil {
		return nil
	}
	marks := make([]uint32, len(gold))
	for i, y := range gold {
		marks[i] = uint32(y)
	}
	return marks
}

// answers are the labels that an LF gives.
type answers struct {
	low  uint64 // a bit for each label from −1
	high map[int16]bool
}

func (a *answers) add(v int16) {
	if bit := uint(v + 1); bit < 64 {
		a.low |= 1 << bit
		return
	}
	if a.high == nil {
		a.high = make(map[int16]bool)
	}
	a.high[v] = true
}

// list returns them in ascending order.
func (a *answers) list() []int16 {
	var out []int16
	for bit := range int16(64) {
		if a.low>>bit&1 == 1 {
			out = append(out, bit-1)
		}
	}
	return append(out, slices.Sorted(maps.Keys(a.high))...)
}
