package learning

import "math"

// curvature is the Jacobian of the gradient at one point, kept as what it takes
// to multiply by it: votes couple the weights of the LFs that vote together,
// the model couples the weights of each LF with each other, and of two classes
// all weights by how far their means differ between the classes. It takes room
// for the votes and the weights, not for every pair of weights. Models with
// dependencies have none.
type curvature struct {
	e       *expectation
	spread  []float64                     // of two classes: pattern → share times the variance of y
	q       []float64                     // of more: P(y) of the class of each vote
	own     [][numKinds][numKinds]float64 // LF → covariance of its factors under the model
	between float64                       // of two classes: variance of y under the model
	apart   []float64                     // of two classes: how far the means of each factor differ
	slots   []float64                     // scratch
}

func newCurvature(e *expectation) *curvature {
	c := &curvature{e: e, own: make([][numKinds][numKinds]float64, e.n)}
	if e.cardinality == 2 {
		if e.indptr == nil {
			e.setFeatures()
		}
		c.spread, c.apart = make([]float64, e.patterns.len()), make([]float64, e.size)
	} else {
		c.q, c.slots = make([]float64, len(e.patterns.vals)), make([]float64, e.cardinality)
	}
	return c
}

// at takes the curvature at w.
func (c *curvature) at(w []float64) {
	e := c.e
	e.moveTo(w)
	for p := range e.patterns.len() {
		if e.cardinality == 2 {
			mu := math.Tanh(e.half(p))
			c.spread[p] = e.patterns.share[p] * (1 - mu*mu)
			continue
		}
		q, slot, _, _ := e.posterior(&e.lanes[0], p)
		of := c.q[e.patterns.indptr[p]:]
		for k, s := range slot {
			of[k] = q[s]
		}
	}
	clear(c.own)
	for _, s := range e.scopes {
		m := s.joint
		m.expect(e.theta)
		for state, q := range m.q {
			for _, j := range m.singles {
				cov := m.singleCov(e.theta, j, state)
				for _, a := range m.ofLFs {
					for _, b := range m.ofLFs {
						c.own[j][a][b] += s.share * q * cov[a][b]
					}
				}
			}
		}
		if len(m.q) == 2 {
			c.between = s.share * m.q[0] * m.q[1]
			for a := range c.apart {
				c.apart[a] = m.mean[1][a] - m.mean[0][a]
			}
		}
	}
}

// times writes the product with x.
func (c *curvature) times(x, out []float64) {
	e := c.e
	clear(out)
	for p := range e.patterns.len() {
		if e.cardinality == 2 {
			feature, z := e.features(p)
			sum := 0.0
			for k, a := range feature {
				sum += z[k] * x[a]
			}
			sum *= c.spread[p]
			for k, a := range feature {
				out[a] += sum * z[k]
			}
			continue
		}
		c.timesVotes(p, x[e.at[accuracyKind]:], out[e.at[accuracyKind]:])
	}
	for j := range c.own {
		for _, a := range e.ofLFs {
			sum := 0.0
			for _, b := range e.ofLFs {
				sum += c.own[j][a][b] * x[e.at[b]+j]
			}
			out[e.at[a]+j] -= sum
		}
	}
	if c.between == 0 {
		return
	}
	sum := c.between * dot(c.apart, x)
	for a, d := range c.apart {
		out[a] -= sum * d
	}
}

// timesVotes adds what the votes of one pattern of more than two classes give:
// the accuracies' factors are 1 for the class that is voted for, else −1.
func (c *curvature) timesVotes(p int, x, out []float64) {
	e := c.e
	cols, _ := e.patterns.row(p)
	from := e.patterns.indptr[p]
	q, slot := c.q[from:], e.slot[from:]
	sums := c.slots[:e.slots[p]]
	clear(sums)
	mean := 0.0
	for k, j := range cols {
		sums[slot[k]] += x[j]
		mean += q[k] * x[j]
	}
	for k, j := range cols {
		out[j] += 4 * e.patterns.share[p] * q[k] * (sums[slot[k]] - mean)
	}
}

// diagonal writes the curvature along each weight.
func (c *curvature) diagonal(out []float64) {
	e := c.e
	clear(out)
	for p := range e.patterns.len() {
		if e.cardinality == 2 {
			feature, z := e.features(p)
			for k, a := range feature {
				out[a] += c.spread[p] * z[k] * z[k]
			}
			continue
		}
		cols, _ := e.patterns.row(p)
		q := c.q[e.patterns.indptr[p]:]
		for k, j := range cols {
			out[e.at[accuracyKind]+int(j)] += 4 * e.patterns.share[p] * q[k] * (1 - q[k])
		}
	}
	for j := range c.own {
		for _, a := range e.ofLFs {
			out[e.at[a]+j] -= c.own[j][a][a]
		}
	}
	for a, d := range c.apart {
		out[a] -= c.between * d * d
	}
}

func dot(x, y []float64) float64 {
	sum := 0.0
	for a := range x {
		sum += x[a] * y[a]
	}
	return sum
}
