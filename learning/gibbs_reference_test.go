package learning_test

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext/prng"

	"workbench/learning"
	"workbench/learning/dependency"
)

// plainGibbs is Snorkel's training stated plainly: a factor
// graph over all candidates, each variable with the list of its factors, every
// exponential computed when it is needed. It shares no code with the sampler
// and is there to be compared on what the oracle has no runs of.
type plainGibbs struct {
	state   [2][]int // clamped and free chain
	classes []int    // variable → its number of values
	factors []plainFactor
	touches [][]int // variable → factors, by number
	weights []float64
	fixed   []bool
	draws   *prng.MT19937
	coins   *prng.MT19937
}

type plainFactor struct {
	kind   string
	weight int
	vars   []int
	none   int // value that is an abstention
}

func plainTwister(seed uint32) *prng.MT19937 {
	mt := prng.NewMT19937()
	mt.Seed(uint64(seed))
	return mt
}

// plainSample is numpy's random_sample.
func plainSample(mt *prng.MT19937) float64 {
	a, b := mt.Uint32()>>5, mt.Uint32()>>6
	return (float64(a)*67108864 + float64(b)) / 9007199254740992
}

// plainInterval is numpy's random_interval(top).
func plainInterval(mt *prng.MT19937, top int) int {
	mask := 0
	for mask < top {
		mask = mask<<1 | 1
	}
	for top > 0 {
		if v := int(mt.Uint32()) & mask; v <= top {
			return v
		}
	}
	return 0
}

func (f *plainFactor) value(v []int) float64 {
	sign := func(yes bool) float64 {
		if yes {
			return 1
		}
		return -1
	}
	switch f.kind {
	case "class_prior":
		return sign(v[0] == 1)
	case "lf_prior":
		return []float64{0, 1, -1}[v[0]]
	case "propensity":
		if v[0] != f.none {
			return 1
		}
	case "accuracy":
		if v[1] != f.none {
			return sign(v[0] == v[1])
		}
	case "class_propensity":
		if v[1] != f.none {
			return sign(v[0] == 1)
		}
	case "similar":
		if v[0] == v[1] {
			return 1
		}
	case "exclusive":
		if v[0] != f.none && v[1] != f.none {
			return -1
		}
	case "fixing", "reinforcing":
		if v[1] == f.none {
			if v[2] != 1 {
				return -1
			}
			return 0
		}
		want := [][]int{{0, 0, 0}, {1, 1, 1}}
		if f.kind == "fixing" {
			want = [][]int{{0, 1, 0}, {1, 0, 1}}
		}
		if slices.Equal(v, want[0]) || slices.Equal(v, want[1]) {
			return 1
		}
	}
	return 0
}

func (p *plainGibbs) add(kind string, weight, none int, vars ...int) {
	for _, v := range vars {
		p.touches[v] = append(p.touches[v], len(p.factors))
	}
	p.factors = append(p.factors, plainFactor{kind, weight, vars, none})
}

// at is a factor's value with variable v at x.
func (p *plainGibbs) at(f *plainFactor, chain, v, x int) float64 {
	values := make([]int, len(f.vars))
	for i, u := range f.vars {
		values[i] = p.state[chain][u]
		if u == v {
			values[i] = x
		}
	}
	return f.value(values)
}

func (p *plainGibbs) draw(chain, v int) int {
	var sums []float64
	total := 0.0
	for x := range p.classes[v] {
		e := 0.0
		for _, f := range p.touches[v] {
			e += p.weights[p.factors[f].weight] * p.at(&p.factors[f], chain, v, x)
		}
		total += math.Exp(e)
		sums = append(sums, total)
	}
	z := plainSample(p.draws) * total
	return max(0, slices.IndexFunc(sums, func(s float64) bool { return s >= z }))
}

// graph builds the factors for candidates with the given numbers of classes.
func (p *plainGibbs) graph(m, n int, classes []int, c *plainCase, accuracies [][]int, class int, optional map[string][]int, deps []int) {
	vote := func(i, j int) int { return m + n*i + j }
	p.factors, p.touches, p.classes = nil, make([][]int, m+m*n), make([]int, m+m*n)
	for i, k := range classes {
		p.classes[i] = k
		for j := range n {
			p.classes[vote(i, j)] = k + 1
		}
	}
	if class >= 0 {
		for i, k := range classes {
			p.add("class_prior", class, k, i)
		}
	}
	for i, k := range classes {
		for j := range n {
			for _, w := range accuracies[j] {
				p.add("accuracy", w, k, i, vote(i, j))
			}
		}
	}
	for _, kind := range []string{"lf_prior", "propensity", "class_propensity"} {
		for i, k := range classes {
			for j, w := range optional[kind] {
				if kind == "class_propensity" {
					p.add(kind, w, k, i, vote(i, j))
				} else {
					p.add(kind, w, k, vote(i, j))
				}
			}
		}
	}
	for d, dep := range c.deps {
		for i, k := range classes {
			vars := []int{vote(i, dep.J), vote(i, dep.K)}
			if dep.Type.Directed() {
				vars = append([]int{i}, vars...)
			}
			p.add(dep.Type.String(), deps[d], k, vars...)
		}
	}
}

// plainCase is what to train, with dependencies in normal order.
type plainCase struct {
	rows    [][]int16
	k       int
	model   learning.ModelOptions
	options learning.TrainOptions
	deps    []dependency.Dependency
	gibbs   learning.GibbsOptions
}

// train returns the weights and, if asked for, of the samples for statistics
// the shares in which each LF votes for the class and abstains.
func (c *plainCase) train(stats bool) (weights, right, silent []float64) {
	o, seed := &c.options, c.gibbs.Seed
	m, n := len(c.rows), len(c.rows[0])
	p := &plainGibbs{draws: plainTwister(seed), coins: plainTwister(seed)}
	start := plainTwister(seed)
	order := make([]int, m)
	for i := range order {
		order[i] = i
	}
	for i := m - 1; i > 0; i-- {
		j := plainInterval(start, i)
		order[i], order[j] = order[j], order[i]
	}
	columns := n
	if o.Labels != nil {
		columns++
	}
	// Weights, in vector order.
	weight := func(x float64, fixed bool) int {
		p.weights, p.fixed = append(p.weights, x), append(p.fixed, fixed)
		return len(p.weights) - 1
	}
	class := -1
	if c.model.ClassPrior {
		class = weight(o.InitClassPrior, false)
	}
	accuracies := make([][]int, columns)
	for j := range accuracies {
		prior := o.LFAccPriorWeightDefault
		if j == n {
			prior = o.LabelPriorWeight
		} else if o.LFAccPriorWeights != nil {
			prior = o.LFAccPriorWeights[j]
		}
		if prior != 0 {
			accuracies[j] = append(accuracies[j], weight(prior, true))
		}
		if j < n {
			accuracies[j] = append(accuracies[j], weight(0, false))
		}
	}
	optional := make(map[string][]int)
	for _, kind := range []struct {
		name string
		on   bool
	}{{"lf_prior", c.model.LFPrior}, {"propensity", c.model.LFPropensity}, {"class_propensity", c.model.LFClassPropensity}} {
		for range columns {
			if kind.on {
				optional[kind.name] = append(optional[kind.name], weight(o.InitDeps, false))
			}
		}
	}
	var deps []int
	for range c.deps {
		deps = append(deps, weight(o.InitDeps, false))
	}
	// Values.
	classes, widest := make([]int, m), 0
	for i, row := range order {
		classes[i] = c.k
		if o.CandidateRanges != nil {
			classes[i] = len(o.CandidateRanges[row])
		}
		widest = max(widest, classes[i])
	}
	var values []int
	for i := range order {
		values = append(values, plainInterval(start, classes[i]-1))
	}
	for i, row := range order {
		labels := slices.Clone(c.rows[row])
		if o.Labels != nil {
			labels = append(labels, o.Labels[row])
		}
		for _, v := range labels {
			switch {
			case c.k == 2:
				values = append(values, map[int16]int{-1: 0, 1: 1, 0: 2}[v])
			case v == 0:
				values = append(values, classes[i])
			case o.CandidateRanges != nil:
				values = append(values, slices.Index(o.CandidateRanges[row], v))
			default:
				values = append(values, int(v)-1)
			}
		}
	}
	p.state = [2][]int{slices.Clone(values), slices.Clone(values)}
	p.graph(m, columns, classes, c, accuracies, class, optional, deps)
	for range c.gibbs.BurnIn {
		for v := range values {
			p.state[1][v] = p.draw(1, v)
		}
	}
	step := o.StepSize
	for range o.Epochs {
		for v := range values {
			if v < m {
				p.state[0][v] = p.draw(0, v)
			}
			p.state[1][v] = p.draw(1, v)
			cut := o.RegType == learning.RegL1 && plainSample(p.coins) < 1/float64(c.gibbs.Truncation)
			for _, f := range p.touches[v] {
				f := &p.factors[f]
				if p.fixed[f.weight] {
					continue
				}
				w := &p.weights[f.weight]
				if o.RegType == learning.RegL2 {
					*w *= 1 / (1 + o.RegParam*step)
				}
				*w -= step * (p.at(f, 1, v, p.state[1][v]) - p.at(f, 0, v, p.state[0][v]))
				if d := o.RegParam * step * float64(c.gibbs.Truncation); cut {
					*w = math.Copysign(max(0, math.Abs(*w)-d), *w)
				}
			}
		}
		step *= o.Decay
	}
	if !stats {
		return p.weights, nil, nil
	}
	// Statistics, of one candidate.
	p.graph(1, columns, []int{widest}, c, accuracies, class, optional, deps)
	right, silent = make([]float64, columns), make([]float64, columns)
	for start := range widest {
		p.state[1] = slices.Repeat([]int{start}, 1+columns)
		for trial := range 5500 {
			for v := range p.state[1] {
				p.state[1][v] = p.draw(1, v)
			}
			for j, vote := range p.state[1][1:] {
				if trial >= 500 && vote == p.state[1][0] {
					right[j] += 1 / float64(5000*widest)
				}
				if trial >= 500 && vote == widest {
					silent[j] += 1 / float64(5000*widest)
				}
			}
		}
	}
	return p.weights, right, silent
}
