package latent

import "math"

// kinds are the ways in which two LFs can be alike beyond what the class makes
// of them: they abstain together, they are right together, they make the same
// error. An LF that copies another with some probability is exactly that.
const (
	bothAbstain = iota
	bothRight
	bothWrong
	kinds
)

// kindOf returns which kind of likeness two answers are if the class is y
// (from 0), or −1.
func kindOf(a, b int16, y int) int {
	switch {
	case a != b:
		return -1
	case a == 0:
		return bothAbstain
	case int(a) == y+1:
		return bothRight
	}
	return bothWrong
}

// A pair is a dependency of two LFs J < K with a weight for each kind.
type pair struct {
	j, k   int
	weight [kinds]float64
}

// ridge is the precision of the prior of a pair's weights, which keeps the
// weight of what hardly happens from running away: a standard deviation of 3.
const ridge = 1. / 9

// A component is a set of LFs whose answers depend on each other given the
// class: P(s | y) ∝ exp(Σ_j weight of the cell (s_j, y) + Σ pairs).
type component struct {
	lfs    []int
	stride []int // of each LF's answer in the number of a state
	states int
	ref    int
	pairs  []pair

	logp   []float64 // log P(s | y), states × K
	count  []float64 // expected counts, states × K
	offset int       // of its deltas among those of all components
}

func newComponent(all []lf, members []int) *component {
	c := &component{lfs: members, states: 1}
	for _, j := range members {
		c.stride = append(c.stride, c.states)
		c.ref += all[j].ref * c.states
		c.states *= len(all[j].answers)
	}
	return c
}

// at returns the answer of member i in state s, as its place in the alphabet.
func (c *component) at(all []lf, i, s int) int { return s / c.stride[i] % len(all[c.lfs[i]].answers) }

// silent returns the state in which all members abstain, −1 if one never does.
func (c *component) silent(all []lf) int {
	s := 0
	for i, j := range c.lfs {
		if all[j].state[0] < 0 {
			return -1
		}
		s += int(all[j].state[0]) * c.stride[i]
	}
	return s
}

// local returns the place of an LF among the members.
func (c *component) local(j int) int {
	for i, x := range c.lfs {
		if x == j {
			return i
		}
	}
	return -1
}

// likeness returns the kind of each cell for a pair, states × K.
func (c *component) likeness(all []lf, p pair, k int) []int8 {
	a, b := c.local(p.j), c.local(p.k)
	o := make([]int8, c.states*k)
	for s := range c.states {
		x, z := all[p.j].answers[c.at(all, a, s)], all[p.k].answers[c.at(all, b, s)]
		for y := range k {
			o[s*k+y] = int8(kindOf(x, z, y))
		}
	}
	return o
}

// table computes logp from the weights.
func (c *component) table(all []lf, k int) {
	if c.logp == nil {
		c.logp = make([]float64, c.states*k)
		c.count = make([]float64, c.states*k)
	}
	clear(c.logp)
	for i, j := range c.lfs {
		l := &all[j]
		for s := range c.states {
			g := l.group[c.at(all, i, s)*k:]
			for y := range k {
				c.logp[s*k+y] += l.weight[g[y]]
			}
		}
	}
	for _, p := range c.pairs {
		for at, kind := range c.likeness(all, p, k) {
			if kind >= 0 {
				c.logp[at] += p.weight[kind]
			}
		}
	}
	c.normalize(k)
}

func (c *component) normalize(k int) {
	for y := range k {
		top := math.Inf(-1)
		for s := range c.states {
			top = max(top, c.logp[s*k+y])
		}
		sum := 0.0
		for s := range c.states {
			sum += math.Exp(c.logp[s*k+y] - top)
		}
		z := top + math.Log(sum)
		for s := range c.states {
			c.logp[s*k+y] -= z
		}
	}
}

// marginal returns P(answer of member i | y), answers × K.
func (c *component) marginal(all []lf, i, k int) []float64 {
	p := make([]float64, len(all[c.lfs[i]].answers)*k)
	for s := range c.states {
		a := c.at(all, i, s)
		for y := range k {
			p[a*k+y] += math.Exp(c.logp[s*k+y])
		}
	}
	return p
}

// fit moves the weights towards the expected counts. A single LF has a closed
// form; more of them are fitted by iterative proportional fitting for their
// weights and Newton steps for those of the pairs, each of which raises the
// expected log likelihood.
func (c *component) fit(all []lf, k, cycles int) {
	if len(c.lfs) == 1 {
		all[c.lfs[0]].fit(c.count, c.logp, k)
		return
	}
	ny := make([]float64, k)
	for s := range c.states {
		for y := range k {
			ny[y] += c.count[s*k+y]
		}
	}
	p := make([]float64, len(c.logp))
	for i, x := range c.logp {
		p[i] = math.Exp(x)
	}
	norm := func() {
		for y := range k {
			sum := 0.0
			for s := y; s < len(p); s += k {
				sum += p[s]
			}
			for s := y; s < len(p); s += k {
				p[s] /= sum
			}
		}
	}
	for range cycles {
		moved := 0.0
		for i, j := range c.lfs {
			l := &all[j]
			cells := make([]float64, len(l.group))
			py := make([]float64, len(l.group))
			for s := range c.states {
				a := c.at(all, i, s) * k
				for y := range k {
					cells[a+y] += c.count[s*k+y]
					py[a+y] += p[s*k+y]
				}
			}
			obs := make([]float64, len(l.weight))
			exp := make([]float64, len(l.weight))
			for at, g := range l.group {
				x := l.pseudo[at]
				obs[g] += cells[at] + x
				exp[g] += (ny[at%k] + l.added[at%k]) * py[at]
			}
			step := make([]float64, len(l.weight))
			for g := range step {
				d := math.Log(max(obs[g], 1e-10)) - math.Log(max(exp[g], 1e-10))
				l.weight[g] = min(max(l.weight[g]+d, -40), 40)
				moved = max(moved, math.Abs(d))
				step[g] = math.Exp(d)
			}
			for s := range c.states {
				g := l.group[c.at(all, i, s)*k:]
				for y := range k {
					p[s*k+y] *= step[g[y]]
				}
			}
			norm()
		}
		for at := range c.pairs {
			pr := &c.pairs[at]
			like := c.likeness(all, *pr, k)
			var obs, exp, v, step [kinds]float64
			q := make([]float64, kinds*k)
			for at, kind := range like {
				if kind >= 0 {
					obs[kind] += c.count[at]
					q[int(kind)*k+at%k] += p[at]
				}
			}
			for kind := range kinds {
				for y := range k {
					x := q[kind*k+y]
					exp[kind] += ny[y] * x
					v[kind] += ny[y] * x * (1 - x)
				}
				w := pr.weight[kind]
				d := (obs[kind] - exp[kind] - ridge*w) / (v[kind] + ridge)
				d = min(max(d, -0.7), 0.7)
				pr.weight[kind] = w + d
				moved = max(moved, math.Abs(d))
				step[kind] = math.Exp(d)
			}
			for at, kind := range like {
				if kind >= 0 {
					p[at] *= step[kind]
				}
			}
			norm()
		}
		if moved < 1e-9 {
			break
		}
	}
	for i, x := range p {
		c.logp[i] = math.Log(max(x, 1e-300))
	}
}
