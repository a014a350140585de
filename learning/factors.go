package learning

// weightKind numbers the kinds of weights that a model can have besides those
// of dependencies, in the order in which vectors of weights keep them.
type weightKind int

const (
	classPriorKind weightKind = iota
	accuracyKind
	lfPriorKind
	lfPropensityKind
	lfClassPropensityKind
	numKinds
)

// factorKind is all there is to know of one kind of weight and of the factor
// that it multiplies.
type factorKind struct {
	name string // Snorkel's, which options, documents and messages have

	// y says whether the true class is a member of the factor. The label of an
	// LF is one if each LF has such a weight. Snorkel touches a weight once per
	// member, candidate and epoch.
	y bool

	// value is the factor for the true class y and the label of the LF: −1 and
	// 1, or 1 to K, and 0 for an abstention (and where no LF is a member).
	value func(y, label int) int

	// numbskull is what numbskull 0.1.1 computes instead, for y and label alike;
	// nil where that is the same. Only training by seed has use for it.
	numbskull func(y, label int) int

	manyClasses bool                        // exists for more than two classes
	option      func(o *ModelOptions) *bool // switches it on; nil if every model has it
	start       func(o *TrainOptions) float64
	prior       func(o *TrainOptions, j int) float64 // fixed part of LF j's weight; nil for none

	// Where models keep it: one weight, or n weights, one per LF.
	one  func(w *Weights) *float64
	each func(w *Weights) *[]float64
}

// factorKinds describes every kind of weight; all code that computes with
// weights reads it. Exact inference, training by seed, marginals and documents
// need no more than an entry here, with its constant, to know a new kind that
// each LF has, besides a field for it in [ModelOptions] and in [Weights]. (A
// program shows it and gives it a flag on its own.) These rules hold:
//
//   - A new kind comes last: numbskull adds up factors in the order of kinds.
//   - A factor is −1, 0 or 1.
//   - It is 0 for an abstention, because rows store votes only. numbskull's
//     variant need not be.
//   - With more than two classes it tells a vote from an abstention and nothing
//     else. What depends on y there is the accuracy alone: posterior and the
//     sampler's classes are computed from accuracies.
//
// The accuracy has code of its own where samplers must be fast. The tests hold
// that code to the table, and the table to the rules.
//
// The factors of dependencies are [dependency.Type.Factor].
func factorKinds() [numKinds]factorKind {
	initDeps := func(o *TrainOptions) float64 { return o.InitDeps }
	return [numKinds]factorKind{
		classPriorKind: {
			name:   "class_prior",
			y:      true,
			value:  func(y, _ int) int { return y },
			option: func(o *ModelOptions) *bool { return &o.ClassPrior },
			start:  func(o *TrainOptions) float64 { return o.InitClassPrior },
			one:    func(w *Weights) *float64 { return &w.ClassPrior },
		},
		accuracyKind: {
			name: "lf_accuracy",
			y:    true,
			value: func(y, label int) int {
				switch label {
				case 0:
					return 0
				case y:
					return 1
				default:
					return -1
				}
			},
			manyClasses: true,
			start:       func(*TrainOptions) float64 { return 0 },
			prior:       (*TrainOptions).accuracyPrior,
			each:        func(w *Weights) *[]float64 { return &w.LFAccuracy },
		},
		lfPriorKind: {
			name:      "lf_prior",
			value:     func(_, label int) int { return label },
			numbskull: func(_, label int) int { return [3]int{0, -1, 1}[label+1] }, // abstaining is its negative vote
			option:    func(o *ModelOptions) *bool { return &o.LFPrior },
			start:     initDeps,
			each:      func(w *Weights) *[]float64 { return &w.LFPrior },
		},
		lfPropensityKind: {
			name:        "lf_propensity",
			value:       func(_, label int) int { return ifVoted(1, label) },
			manyClasses: true,
			option:      func(o *ModelOptions) *bool { return &o.LFPropensity },
			start:       initDeps,
			each:        func(w *Weights) *[]float64 { return &w.LFPropensity },
		},
		lfClassPropensityKind: {
			name:   "lf_class_propensity",
			y:      true,
			value:  ifVoted,
			option: func(o *ModelOptions) *bool { return &o.LFClassPropensity },
			start:  initDeps,
			each:   func(w *Weights) *[]float64 { return &w.LFClassPropensity },
		},
	}
}

// ifVoted is x where the label is a vote, else 0.
func ifVoted(x, label int) int {
	if label == 0 {
		return 0
	}
	return x
}

// on reports whether models of these options have the kind.
func (f *factorKind) on(o ModelOptions) bool { return f.option == nil || *f.option(&o) }

// count is how many weights of the kind a model of n LFs has.
func (f *factorKind) count(n int) int {
	if f.each != nil {
		return n
	}
	return 1
}

// arity counts the members of the factor.
func (f *factorKind) arity() float64 {
	members := 0
	if f.y {
		members++
	}
	if f.each != nil {
		members++
	}
	return float64(members)
}

// load returns the model's weights of the kind.
func (f *factorKind) load(w *Weights) []float64 {
	if f.each != nil {
		return *f.each(w)
	}
	return []float64{*f.one(w)}
}

// store sets the model's weights of the kind to the first of some values.
func (f *factorKind) store(w *Weights, values []float64) {
	if f.each != nil {
		copy(*f.each(w), values)
		return
	}
	*f.one(w) = values[0]
}

// split is the factor of an LF's label, of two classes, as constant + z · y.
func (f *factorKind) split(label int) (constant, z float64) {
	return halves(f.value(1, label), f.value(-1, label))
}

// halves splits a factor that is up for y = 1 and down for y = −1.
func halves(up, down int) (constant, z float64) {
	return float64(up+down) / 2, float64(up-down) / 2
}

// everyKind switches on all kinds of weights that exist for k classes.
func everyKind(k int) ModelOptions {
	var o ModelOptions
	for _, f := range factorKinds() {
		if f.option != nil && (k == 2 || f.manyClasses) {
			*f.option(&o) = true
		}
	}
	return o
}

// binaryOnly names an option that is on and exists for two classes only, or
// nothing if there is none.
func (o ModelOptions) binaryOnly() string {
	for _, f := range factorKinds() {
		if !f.manyClasses && f.on(o) {
			return f.name
		}
	}
	return ""
}
