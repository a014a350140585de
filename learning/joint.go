package learning

import (
	"math"
	"slices"
)

// joint computes expectations under the model's own distribution P(y, l): given
// each state of y the LFs fall into independent parts, single LFs and the
// connected components of the dependency graph, whose expectations are exact.
//
// For two classes the states of y are −1 and 1. For more classes the model is
// the same for every class, so one state is enough: y is the first class.
type joint struct {
	layout
	cardinality int
	binary      bool
	ys          []int                  // the states of y
	singles     []int                  // LFs without dependencies
	components  [][]*component         // state of y → connected LFs
	all         []*component           // of all states of y
	entries     int                    // of all their tables
	cases       [][3][numKinds]float64 // state of y → factors of a single LF, see setCases
	logCount    [3]float64

	q    []float64   // P(y)
	mean [][]float64 // state of y → E[φ | y] of each weight's factor
	logZ []float64   // state of y → log Σ_l exp(Σ weight × factor)
	last []float64   // the weights that these are of, nil before there are any
}

// newJoint makes the distribution for a number of classes. Two classes are
// binary, with the labels −1 and 1, unless they are what a candidate's range
// leaves of more.
func newJoint(l layout, cardinality int, binary bool) *joint {
	m := &joint{layout: l, cardinality: cardinality, binary: binary, ys: []int{1}}
	if binary {
		m.ys = []int{-1, 1}
	}
	m.setCases()
	for range m.ys {
		m.mean = append(m.mean, make([]float64, l.size))
	}
	m.q, m.logZ = make([]float64, len(m.ys)), make([]float64, len(m.ys))
	m.components = make([][]*component, len(m.ys))
	for _, lfs := range connected(l.n, l.dependencies) {
		if len(lfs) == 1 {
			m.singles = append(m.singles, lfs[0])
		} else {
			for s, y := range m.ys {
				c := newComponent(m, lfs, y)
				m.components[s], m.all = append(m.components[s], c), append(m.all, c)
				for i := range c.tree.cliques {
					m.entries += len(c.tree.cliques[i].table)
				}
			}
		}
	}
	return m
}

// single is the distribution of one LF given y over three cases: it abstains,
// or votes −1 or 1; for more classes, it abstains, is right, or is wrong in one
// of K − 1 ways.
type single struct {
	value *[3][numKinds]float64 // case → factor of each kind
	p     [3]float64
	logZ  float64
}

// setCases tabulates the factors of each kind in the cases of a single LF, and
// the logarithm of how many labels each case stands for.
func (m *joint) setCases() {
	labels := [3]int{0, -1, 1}
	if !m.binary {
		labels = [3]int{0, 1, 2}
		m.logCount[2] = math.Log(float64(m.cardinality - 1))
	}
	for _, y := range m.ys {
		var value [3][numKinds]float64
		for c, label := range labels {
			for _, kind := range m.ofLFs {
				value[c][kind] = float64(m.kinds[kind].value(y, label))
			}
		}
		m.cases = append(m.cases, value)
	}
}

func (m *joint) single(theta []float64, j, s int) (one single) {
	score := m.logCount
	one.value = &m.cases[s]
	top := math.Inf(-1)
	for c := range score {
		for _, kind := range m.ofLFs {
			score[c] += theta[m.at[kind]+j] * one.value[c][kind]
		}
		top = math.Max(top, score[c])
	}
	sum := 0.0
	for c := range score {
		one.p[c] = math.Exp(score[c] - top)
		sum += one.p[c]
	}
	for c := range one.p {
		one.p[c] /= sum
	}
	one.logZ = top + math.Log(sum)
	return one
}

// expect computes P(y) and the means of all factors given y.
func (m *joint) expect(theta []float64) {
	if m.last != nil && slices.Equal(m.last, theta) {
		return
	}
	m.last = append(m.last[:0], theta...)
	for _, c := range m.all {
		c.theta = m.last
	}
	m.eachComponent((*component).expect)
	for s, y := range m.ys {
		mean := m.mean[s]
		clear(mean)
		m.logZ[s] = 0
		for kind := range m.kinds {
			f, at := &m.kinds[kind], m.at[kind]
			if f.each == nil && at >= 0 {
				mean[at] = float64(f.value(y, 0))
				m.logZ[s] += theta[at] * mean[at]
			}
		}
		for _, j := range m.singles {
			one := m.single(theta, j, s)
			m.logZ[s] += one.logZ
			for _, kind := range m.ofLFs {
				mean[m.at[kind]+j] = one.p[0]*one.value[0][kind] + one.p[1]*one.value[1][kind] + one.p[2]*one.value[2][kind]
			}
		}
		for _, c := range m.components[s] {
			c.setMeans(mean)
			m.logZ[s] += c.logZ
		}
	}
	if len(m.q) == 1 {
		m.q[0] = 1
		return
	}
	m.q[0] = 1 / (1 + math.Exp(m.logZ[1]-m.logZ[0]))
	m.q[1] = 1 / (1 + math.Exp(m.logZ[0]-m.logZ[1]))
}

// componentWork is what is to be done for each of some components.
type componentWork struct {
	all []*component
	do  func(c *component)
}

// eachComponent calls do for each component and state of y, several at a time
// where that pays. Each call works on its own.
func (m *joint) eachComponent(do func(c *component)) {
	const worthwhile = 1 << 13 // table entries
	if m.entries < worthwhile {
		for _, c := range m.all {
			do(c)
		}
		return
	}
	spread(len(m.all), componentWork{m.all, do}, func(w componentWork, i int) { w.do(w.all[i]) })
}

// subtractMean takes share times E[φ] off grad.
func (m *joint) subtractMean(theta []float64, share float64, grad []float64) {
	m.expect(theta)
	for s, q := range m.q {
		for a, x := range m.mean[s] {
			grad[a] -= share * q * x
		}
	}
}

// subtractCov takes share times the factors' covariance off jac, size × size: within
// each state of y, and between the two states by the law of total covariance.
func (m *joint) subtractCov(theta []float64, share float64, jac []float64) {
	m.expect(theta)
	m.eachComponent((*component).sumCov)
	for s := range m.ys {
		for _, j := range m.singles {
			m.subtractSingle(theta, j, s, share*m.q[s], jac)
		}
		for _, c := range m.components[s] {
			c.cov.subtract(share*m.q[s], jac, m.size)
		}
	}
	if len(m.q) == 1 {
		return
	}
	between := share * m.q[0] * m.q[1]
	for a := range m.size {
		x := between * (m.mean[1][a] - m.mean[0][a])
		if x == 0 {
			continue
		}
		row := jac[a*m.size : (a+1)*m.size]
		for b := range row {
			row[b] -= x * (m.mean[1][b] - m.mean[0][b])
		}
	}
}

func (m *joint) subtractSingle(theta []float64, j, s int, q float64, jac []float64) {
	cov := m.singleCov(theta, j, s)
	for _, a := range m.ofLFs {
		for _, b := range m.ofLFs {
			jac[(m.at[a]+j)*m.size+m.at[b]+j] -= q * cov[a][b]
		}
	}
}

// singleCov is the covariance of the factors of one LF given a state of y, by
// their kinds.
func (m *joint) singleCov(theta []float64, j, s int) (cov [numKinds][numKinds]float64) {
	one := m.single(theta, j, s)
	var mean [numKinds]float64
	for c, p := range one.p {
		for _, kind := range m.ofLFs {
			mean[kind] += p * one.value[c][kind]
		}
	}
	for _, a := range m.ofLFs {
		for _, b := range m.ofLFs {
			product := 0.0
			for c, p := range one.p {
				product += p * one.value[c][a] * one.value[c][b]
			}
			cov[a][b] = product - mean[a]*mean[b]
		}
	}
	return cov
}

// vote is the distribution of one LF's vote given y: that it abstains, votes
// for the first class or, of two classes, for −1, and votes for another class
// or for 1.
type vote struct{ abstain, first, other float64 }

// votes returns each LF's vote for each state of y; expect is called first.
func (m *joint) votes(theta []float64) [][]vote {
	m.expect(theta)
	all := make([][]vote, len(m.ys))
	for s := range m.ys {
		all[s] = make([]vote, m.n)
		for _, j := range m.singles {
			p := m.single(theta, j, s).p
			all[s][j] = vote{p[0], p[1], p[2]}
		}
		for _, c := range m.components[s] {
			c.votes(all[s])
		}
	}
	return all
}

// logNormaliser is log Σ over y and l of exp(Σ weight × factor), up to a
// constant; expect is called first.
func (m *joint) logNormaliser() float64 {
	if len(m.logZ) == 1 {
		return m.logZ[0] // each of the K classes gives the same
	}
	top := math.Max(m.logZ[0], m.logZ[1])
	return top + math.Log(math.Exp(m.logZ[0]-top)+math.Exp(m.logZ[1]-top))
}
