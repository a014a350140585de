package learning

// Weights are the weights of a generative model with n labeling functions.
// Optional weights that a model does not have are 0, as in Snorkel.
type Weights struct {
	ClassPrior        float64   `json:"class_prior"`
	LFAccuracy        []float64 `json:"lf_accuracy"`         // n; prior plus learned part
	LFPrior           []float64 `json:"lf_prior"`            // n
	LFPropensity      []float64 `json:"lf_propensity"`       // n
	LFClassPropensity []float64 `json:"lf_class_propensity"` // n
}

func newWeights(n int) Weights {
	return Weights{
		LFAccuracy: make([]float64, n), LFPrior: make([]float64, n),
		LFPropensity: make([]float64, n), LFClassPropensity: make([]float64, n),
	}
}

// layout says where the learned weights stand in one vector: the class prior,
// then n accuracies, then n of each optional kind. An absent kind is at −1.
type layout struct {
	n, size                               int
	class, accuracy, prior, propens, cpro int
}

func newLayout(n int, o ModelOptions) layout {
	l := layout{n: n, class: -1, prior: -1, propens: -1, cpro: -1}
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
	return l
}

// unpack reads the vector; priors are added to the accuracies.
func (l layout) unpack(w, priors []float64, into *Weights) {
	if l.class >= 0 {
		into.ClassPrior = w[l.class]
	}
	for j := range l.n {
		into.LFAccuracy[j] = priors[j] + w[l.accuracy+j]
	}
	for _, kind := range []struct {
		at int
		to []float64
	}{{l.prior, into.LFPrior}, {l.propens, into.LFPropensity}, {l.cpro, into.LFClassPropensity}} {
		if kind.at >= 0 {
			copy(kind.to, w[kind.at:kind.at+l.n])
		}
	}
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
	return a
}
