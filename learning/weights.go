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
	return Weights{
		LFAccuracy: make([]float64, n), LFPrior: make([]float64, n),
		LFPropensity: make([]float64, n), LFClassPropensity: make([]float64, n),
	}
}

// layout says where the weights stand in one vector: the class prior, then n
// accuracies, then n of each optional kind, then one per dependency. An absent
// kind is at −1.
type layout struct {
	n, size                               int
	class, accuracy, prior, propens, cpro int
	deps                                  int
	dependencies                          []dependency.Dependency // normal
}

func newLayout(n int, o ModelOptions, deps ...dependency.Dependency) layout {
	l := layout{n: n, class: -1, prior: -1, propens: -1, cpro: -1, dependencies: deps}
	place := func(on bool, at *int, width int) {
		if on {
			*at = l.size
			l.size += width
		}
	}
	place(o.ClassPrior, &l.class, 1)
	place(true, &l.accuracy, n)
	place(o.LFPrior, &l.prior, n)
	place(o.LFPropensity, &l.propens, n)
	place(o.LFClassPropensity, &l.cpro, n)
	place(true, &l.deps, len(deps))
	return l
}

// kinds lists where the weights that each LF has one of stand; an absent kind
// is −1.
func (l layout) kinds() [4]int { return [4]int{l.accuracy, l.prior, l.propens, l.cpro} }

// unpack makes weights of a vector of whole weights, priors included.
func (l layout) unpack(theta []float64) Weights {
	w := newWeights(l.n)
	if l.class >= 0 {
		w.ClassPrior = theta[l.class]
	}
	for kind, to := range [4][]float64{w.LFAccuracy, w.LFPrior, w.LFPropensity, w.LFClassPropensity} {
		if at := l.kinds()[kind]; at >= 0 {
			copy(to, theta[at:at+l.n])
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
	l := newLayout(len(w.LFAccuracy), ModelOptions{true, true, true, true}, w.Dependencies...)
	theta := make([]float64, l.size)
	theta[l.class] = w.ClassPrior
	for kind, from := range [4][]float64{w.LFAccuracy, w.LFPrior, w.LFPropensity, w.LFClassPropensity} {
		copy(theta[l.kinds()[kind]:], from)
	}
	for i, d := range w.Dependencies {
		theta[l.deps+i] = d.Weight
	}
	return l, theta
}

// arity returns how many variables each weight's factor has, which is how
// often Snorkel's sampler touches the weight per candidate and epoch.
func (l layout) arity() []float64 {
	a := make([]float64, l.size)
	fill := func(at, width int, arity float64) {
		if at >= 0 {
			for j := range width {
				a[at+j] = arity
			}
		}
	}
	fill(l.class, 1, 1)
	fill(l.accuracy, l.n, 2)
	fill(l.prior, l.n, 1)
	fill(l.propens, l.n, 1)
	fill(l.cpro, l.n, 2)
	for i, d := range l.dependencies {
		fill(l.deps+i, 1, 2)
		if d.Type.Directed() { // y is a member too
			a[l.deps+i] = 3
		}
	}
	return a
}
