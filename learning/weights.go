package learning

import "workbench/learning/dependency"

// Weights are the weights of a generative model with n labeling functions.
// Optional weights that a model does not have are 0, as in Snorkel.
type Weights struct {
	ClassPrior        float64   `json:"class_prior"`
	LFAccuracy        []float64 `json:"lf_accuracy"`         // n; prior plus learned part
	LFPrior           []float64 `json:"lf_prior"`            // n
	LFPropensity      []float64 `json:"lf_propensity"`       // n
	LFClassPropensity []float64 `json:"lf_class_propensity"` // n

	// Dependencies are the model's dependencies with their weights, in the
	// order of [dependency.Normalize].
	Dependencies []dependency.Dependency `json:"dependencies"`
}

func newWeights(n int) Weights {
	var w Weights
	for _, f := range factorKinds() {
		if f.each != nil {
			*f.each(&w) = make([]float64, n)
		}
	}
	return w
}

// layout says where the weights stand in one vector: those of each kind, in
// the order of the kinds, then one per dependency.
type layout struct {
	n, size      int
	at           [numKinds]int // where the weights of each kind begin; −1 if it is absent
	ofLFs        []weightKind  // kinds that are there and of which each LF has a weight
	deps         int
	dependencies []dependency.Dependency // normal
	kinds        [numKinds]factorKind
}

func newLayout(n int, o ModelOptions, deps ...dependency.Dependency) layout {
	l := layout{n: n, dependencies: deps, kinds: factorKinds()}
	for kind := range l.kinds {
		f := &l.kinds[kind]
		if !f.on(o) {
			l.at[kind] = -1
			continue
		}
		l.at[kind] = l.size
		l.size += f.count(n)
		if f.each != nil {
			l.ofLFs = append(l.ofLFs, weightKind(kind))
		}
	}
	l.deps = l.size
	l.size += len(deps)
	return l
}

// of are the elements of a vector that are weights of one kind, none if the
// kind is absent.
func (l *layout) of(vector []float64, kind weightKind) []float64 {
	at := l.at[kind]
	if at < 0 {
		return nil
	}
	return vector[at : at+l.kinds[kind].count(l.n)]
}

// vector fills a vector by kind and number among the weights of the kind, and
// by dependency.
func (l *layout) vector(ofKind func(f *factorKind, j int) float64, ofDep func(d dependency.Dependency) float64) []float64 {
	v := make([]float64, l.size)
	for kind := range l.kinds {
		of := l.of(v, weightKind(kind))
		for j := range of {
			of[j] = ofKind(&l.kinds[kind], j)
		}
	}
	for i, d := range l.dependencies {
		v[l.deps+i] = ofDep(d)
	}
	return v
}

// starts is where the learned parts of the weights start.
func (l *layout) starts(o *TrainOptions) []float64 {
	return l.vector(func(f *factorKind, _ int) float64 { return f.start(o) },
		func(dependency.Dependency) float64 { return o.InitDeps })
}

// priors are the fixed parts of the weights.
func (l *layout) priors(o *TrainOptions) []float64 {
	return l.vector(func(f *factorKind, j int) float64 {
		if f.prior == nil {
			return 0
		}
		return f.prior(o, j)
	}, func(dependency.Dependency) float64 { return 0 })
}

// arity returns how many variables each weight's factor has, which is how
// often Snorkel's sampler touches the weight per candidate and epoch.
func (l *layout) arity() []float64 {
	return l.vector(func(f *factorKind, _ int) float64 { return f.arity() },
		func(d dependency.Dependency) float64 { return float64(d.Type.Arity()) })
}

// unpack makes weights of a vector of whole weights, priors included.
func (l *layout) unpack(theta []float64) Weights {
	w := newWeights(l.n)
	for kind := range l.kinds {
		if of := l.of(theta, weightKind(kind)); of != nil {
			l.kinds[kind].store(&w, of)
		}
	}
	for i, d := range l.dependencies {
		d.Weight = theta[l.deps+i]
		w.Dependencies = append(w.Dependencies, d)
	}
	return w
}

// pack is the inverse of unpack, with every kind of weight.
func (w *Weights) pack() (layout, []float64) {
	l := newLayout(len(w.LFAccuracy), everyKind(2), w.Dependencies...)
	theta := make([]float64, l.size)
	for kind := range l.kinds {
		copy(l.of(theta, weightKind(kind)), l.kinds[kind].load(w))
	}
	for i, d := range w.Dependencies {
		theta[l.deps+i] = d.Weight
	}
	return l, theta
}
