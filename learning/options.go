package learning

import (
	"math"

	"workbench/learning/dependency"
	"workbench/learning/option"
)

// ModelOptions are the optional weights of a generative model, all off by
// default (the flags of Snorkel's constructor). For more than two classes only
// LFPropensity exists.
type ModelOptions struct {
	ClassPrior        bool `json:"class_prior"`         // a weight for y
	LFPrior           bool `json:"lf_prior"`            // a weight for each LF's vote
	LFPropensity      bool `json:"lf_propensity"`       // a weight for each LF's voting at all
	LFClassPropensity bool `json:"lf_class_propensity"` // the same, dependent on y
}

// Regularization of the learned weights.
const (
	RegNone = 0
	RegL1   = 1
	RegL2   = 2
)

// TrainOptions are the arguments of training. [DefaultTrainOptions] has
// Snorkel's defaults, from which callers start: a zero means zero, and training
// refuses options that have one everywhere.
type TrainOptions struct {
	Epochs   int     // number of epochs, 30
	StepSize float64 // length of a step, 1e-4
	Decay    float64 // factor on the step size after each epoch, 1
	RegParam float64 // strength of the regularization, 0.1
	RegType  int     // RegNone, RegL1 or RegL2; L2

	// LFAccPriorWeights are the fixed priors of the accuracy weights, one per
	// LF; nil gives every LF LFAccPriorWeightDefault (1).
	LFAccPriorWeights       []float64
	LFAccPriorWeightDefault float64

	// Labels are m known labels, 0 where unknown, or nil. They count as
	// evidence for y with the weight LabelPriorWeight (5).
	Labels           []int16
	LabelPriorWeight float64

	// Deps are dependencies between labeling functions, by column; each gets a
	// weight, whatever weight it comes with.
	Deps []dependency.Dependency

	InitDeps       float64 // start of every optional and dependency weight, 0
	InitClassPrior float64 // start of the class prior, -1

	// CandidateRanges limits the classes that each of the m candidates can have,
	// as lists of labels 1..K; nil, or a list without entries, means all. They
	// exist for more than two classes only (scoped categoricals). Their order
	// counts where Gibbs samples, as in Snorkel, and nowhere else.
	CandidateRanges [][]int16

	// Gibbs, if not nil, repeats Snorkel's own sampled training draw for draw
	// instead of following its mean path. In this mode, and only there, lf_prior,
	// fixing and reinforcing are as numbskull reads them.
	Gibbs *GibbsOptions

	// Converge drives the same objective to its maximum instead of stopping at
	// the end of the path; Epochs, StepSize and Decay then do not count.
	Converge bool

	// Cardinality is the number of classes K; 0 infers it from the labels as
	// Snorkel does, see [matrix.InferCardinality].
	Cardinality int

	// Progress, if not nil, is called now and then with the share of training
	// that is done, from 0 to 1.
	Progress func(done float64)
}

// DefaultTrainOptions returns Snorkel's defaults.
func DefaultTrainOptions() TrainOptions {
	return TrainOptions{
		Epochs: 30, StepSize: 1e-4, Decay: 1, RegParam: 0.1, RegType: RegL2,
		LFAccPriorWeightDefault: 1, LabelPriorWeight: 5, InitClassPrior: -1,
	}
}

// longestPath bounds the duration of training. Over a step of 1e8 the rounding
// of the gradient, 1e-16, already moves a weight by pathTolerance, so that
// without regularization steps cannot grow any more; ten thousand of them must
// do.
const longestPath = 1e12

// isZero reports whether nothing was set of what has a default but 0.
func (o *TrainOptions) isZero() bool {
	return o.Epochs == 0 && o.StepSize == 0 && o.Decay == 0 && o.RegParam == 0 && o.RegType == RegNone &&
		o.LFAccPriorWeightDefault == 0 && o.LabelPriorWeight == 0 && o.InitClassPrior == 0
}

// check validates the options for a matrix of m candidates × n LFs.
func (o *TrainOptions) check(m, n int) error {
	if o.isZero() {
		return option.Errorf("epochs", "neither they nor other options of training are set: start from DefaultTrainOptions")
	}
	for _, x := range []struct {
		name  string
		value float64
		least float64
	}{
		{"step_size", o.StepSize, 0},
		{"decay", o.Decay, 0},
		{"reg_param", o.RegParam, 0},
		{"LF_acc_prior_weight_default", o.LFAccPriorWeightDefault, math.Inf(-1)},
		{"label_prior_weight", o.LabelPriorWeight, math.Inf(-1)},
		{"init_deps", o.InitDeps, math.Inf(-1)},
		{"init_class_prior", o.InitClassPrior, math.Inf(-1)},
	} {
		if err := option.CheckNumber(x.name, x.value, x.least); err != nil {
			return err
		}
	}
	switch {
	case o.Epochs < 0:
		return option.Errorf("epochs", "%d is negative", o.Epochs)
	case !(o.duration(m) <= longestPath):
		return option.Errorf("step_size", "%v with decay %v over %d epochs makes a path too long to follow", o.StepSize, o.Decay, o.Epochs)
	case o.RegType < RegNone || o.RegType > RegL2:
		return option.Errorf("reg_type", "%d is none of 0 (none), 1 (L1), 2 (L2)", o.RegType)
	case o.LFAccPriorWeights != nil && len(o.LFAccPriorWeights) != n:
		return option.Errorf("LF_acc_prior_weights", "%d weights for %d labeling functions", len(o.LFAccPriorWeights), n)
	case o.CandidateRanges != nil && len(o.CandidateRanges) != m:
		return option.Errorf("candidate_ranges", "%d ranges for %d candidates", len(o.CandidateRanges), m)
	case o.Labels != nil && len(o.Labels) != m:
		return option.Errorf("labels", "%d labels for %d candidates", len(o.Labels), m)
	}
	for _, p := range o.LFAccPriorWeights {
		if err := option.CheckNumber("LF_acc_prior_weights", p, math.Inf(-1)); err != nil {
			return err
		}
	}
	if o.Gibbs != nil {
		return o.Gibbs.check()
	}
	return nil
}

// accuracyPrior is the prior accuracy weight of LF j.
func (o *TrainOptions) accuracyPrior(j int) float64 {
	if o.LFAccPriorWeights != nil {
		return o.LFAccPriorWeights[j]
	}
	return o.LFAccPriorWeightDefault
}

// duration is how long the mean path runs: epoch t lasts m · step · decay^t.
// The geometric sum is in closed form, so that no number of epochs takes long.
func (o *TrainOptions) duration(m int) float64 {
	first, epochs := float64(m)*o.StepSize, float64(o.Epochs)
	switch {
	case first == 0 || epochs == 0:
		return 0
	case o.Decay == 1:
		return first * epochs
	default:
		return first * math.Expm1(epochs*math.Log(o.Decay)) / (o.Decay - 1)
	}
}
