package learning_test

import (
	"math"

	"workbench/learning"
)

// world is a small model written out: every state (y, l_1 … l_n) with the
// value of each learned weight's factor, straight from the definition of the model. It
// shares nothing with the package but the order of the weights: class prior,
// n accuracies, n priors, n propensities, n class propensities, those that
// are on.
type world struct {
	k, n   int
	states []state
	arity  []float64 // variables per factor
	prior  []float64 // per weight: what is added to it, for accuracies only
}

type state struct {
	y      int16
	labels []int16
	factor []float64
}

func newWorld(k int, priors []float64, on learning.ModelOptions) *world {
	n := len(priors)
	w := &world{k: k, n: n}
	add := func(is bool, count int, arity float64, prior []float64) {
		for j := range count {
			if is {
				w.arity = append(w.arity, arity)
				w.prior = append(w.prior, prior[j])
			}
		}
	}
	zero := make([]float64, n+1)
	add(on.ClassPrior, 1, 1, zero)
	add(true, n, 2, priors)
	add(on.LFPrior, n, 1, zero)
	add(on.LFPropensity, n, 1, zero)
	add(on.LFClassPropensity, n, 2, zero)
	values := []int16{0}
	for c := range k {
		values = append(values, classLabel(c, k))
	}
	labels := make([]int16, n)
	var fill func(y int16, j int)
	fill = func(y int16, j int) {
		if j == n {
			w.states = append(w.states, newState(k, y, labels, on))
			return
		}
		for _, v := range values {
			labels[j] = v
			fill(y, j+1)
		}
	}
	for _, y := range values[1:] {
		fill(y, 0)
	}
	return w
}

// agree is the accuracy factor of a label and a class.
func agree(k int, l, y int16) float64 {
	switch {
	case k == 2:
		return float64(l) * float64(y)
	case l == 0:
		return 0
	case l == y:
		return 1
	}
	return -1
}

func newState(k int, y int16, labels []int16, on learning.ModelOptions) state {
	s := state{y: y, labels: append([]int16{}, labels...)}
	if on.ClassPrior {
		s.factor = append(s.factor, float64(y))
	}
	each := func(is bool, f func(l int16) float64) {
		for _, l := range labels {
			if is {
				s.factor = append(s.factor, f(l))
			}
		}
	}
	votes := func(l int16) float64 {
		if l != 0 {
			return 1
		}
		return 0
	}
	each(true, func(l int16) float64 { return agree(k, l, y) })
	each(on.LFPrior, func(l int16) float64 { return float64(l) })
	each(on.LFPropensity, votes)
	each(on.LFClassPropensity, func(l int16) float64 { return votes(l) * float64(y) })
	return s
}

// probabilities are P(state) for the given learned weights.
func (w *world) probabilities(weights []float64) []float64 {
	p := make([]float64, len(w.states))
	sum := 0.0
	for i, s := range w.states {
		e := 0.0
		for a, f := range s.factor {
			e += f * (w.prior[a] + weights[a])
		}
		p[i] = math.Exp(e)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// sample is data for a world: for each candidate which states have its labels,
// and how its known label weighs each of them.
type sample [][]weighted

type weighted struct {
	state  int
	factor float64
}

func (w *world) sample(rows [][]int16, known []int16, labelWeight float64) sample {
	s := make(sample, len(rows))
	for i, row := range rows {
		for at, st := range w.states {
			same := true
			for j, l := range st.labels {
				same = same && l == row[j]
			}
			if same {
				evidence := 1.0
				if known != nil {
					evidence = math.Exp(labelWeight * agree(w.k, known[i], st.y))
				}
				s[i] = append(s[i], weighted{at, evidence})
			}
		}
	}
	return s
}

// gradient is mean_i E[φ | l_i] − E[φ] for each learned weight.
func (w *world) gradient(data sample, weights, out []float64) {
	p := w.probabilities(weights)
	clear(out)
	for i, s := range w.states {
		for a, f := range s.factor {
			out[a] -= p[i] * f
		}
	}
	for _, members := range data {
		sum := 0.0
		for _, m := range members {
			sum += p[m.state] * m.factor
		}
		for _, m := range members {
			q := p[m.state] * m.factor / sum / float64(len(data))
			for a, f := range w.states[m.state].factor {
				out[a] += q * f
			}
		}
	}
}

// learned takes the weights of a trained model in the world's order, without
// the priors.
func (w *world) learned(g *learning.GenerativeModel) []float64 {
	var v []float64
	add := func(is bool, weights ...float64) {
		if is {
			v = append(v, weights...)
		}
	}
	add(g.Options.ClassPrior, g.Weights.ClassPrior)
	add(true, g.Weights.LFAccuracy...)
	add(g.Options.LFPrior, g.Weights.LFPrior...)
	add(g.Options.LFPropensity, g.Weights.LFPropensity...)
	add(g.Options.LFClassPropensity, g.Weights.LFClassPropensity...)
	for a := range v {
		v[a] -= w.prior[a]
	}
	return v
}
