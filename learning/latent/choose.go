package latent

import "math"

// price is what a parameter of a family must gain in log likelihood: that of the
// Bayesian information criterion, but never more than 3, six in likelihood ratio.
// A parameter too many costs half of one in a matrix of any size; one too few
// costs the more the larger it is, and shows as dependencies that are none.
func (m *model) price() float64 { return min(3, math.Log(m.r.total)/2) }

// chooseFamilies gives each LF the family that pays best for its
// expected counts, and reports whether one changed.
// What a family gains in expected log likelihood is a lower bound of what it
// gains in log likelihood.
func (m *model) chooseFamilies() bool {
	k := m.k
	price := m.price()
	changed := false
	for _, c := range m.comps {
		for i, j := range c.lfs {
			l := &m.lfs[j]
			if l.family == Silent {
				continue
			}
			count := c.marginalCount(m.lfs, i, k)
			best, choice := math.Inf(-1), l.family
			old := *l
			logp := make([]float64, len(count))
			for f := Coin; f <= Table; f++ {
				l.setFamily(f, k)
				l.fit(count, logp, k)
				v := -price * float64(l.parameters(k))
				for at, n := range count {
					v += n * logp[at]
				}
				if f == Coin || v > best+1e-9*math.Abs(best) {
					best, choice = v, f
				}
			}
			if choice == old.family {
				*l = old
				continue
			}
			changed = true
			l.setFamily(choice, k)
			l.fit(count, logp, k)
		}
	}
	if changed {
		m.prepare()
		m.expect()
	}
	return changed
}

// settle finds families and parameters. Choosing by expected counts changes a
// family only if that surely pays, so it is tried from both ends, from the
// families at hand and from full tables, and the better end is kept.
func (m *model) settle(tol float64) {
	m.alternate(tol)
	all := true
	for j := range m.lfs {
		all = all && m.lfs[j].family >= Table
	}
	if all {
		return
	}
	m.attempt(m.cost, func() {
		for _, c := range m.comps {
			for i, j := range c.lfs {
				l := &m.lfs[j]
				if l.family == Silent {
					continue
				}
				count := c.marginalCount(m.lfs, i, m.k)
				l.setFamily(Table, m.k)
				l.fit(count, make([]float64, len(count)), m.k)
			}
		}
		m.prepare()
		m.expect()
		m.alternate(tol)
	})
}

func (m *model) alternate(tol float64) {
	for range 5 {
		m.run(tol, 60)
		m.maximize(2) // the expected counts of every component
		if !m.chooseFamilies() {
			break
		}
	}
}

// marginalCount returns the expected counts of the answers of member i,
// answers × K.
func (c *component) marginalCount(all []lf, i, k int) []float64 {
	count := make([]float64, len(all[c.lfs[i]].answers)*k)
	for s := range c.states {
		a := c.at(all, i, s)
		for y := range k {
			count[a*k+y] += c.count[s*k+y]
		}
	}
	return count
}

// oneVoice takes the smoothed vote for the posterior, in which the LFs of a
// component have one voice together.
func (m *model) oneVoice() {
	m.post = m.r.voteBy(func(j int32) float64 { return 1 / float64(len(m.comps[m.of[j]].lfs)) })
	m.gatherAll()
	m.maximize(20)
}

// restart tries another start than where the maximization is: a model without a
// dependency may have taken for the class what LFs have in common, and
// maximization does not leave that when the dependency is there. The better end
// is kept.
func (m *model) restart(tol float64) {
	loss := func() float64 { return -m.ll }
	m.attempt(loss, func() {
		m.oneVoice()
		m.run(tol, 60)
	})
}

// again starts from the votes as if the families were not known.
func (m *model) again(tol float64) {
	for j := range m.lfs {
		if m.lfs[j].family != Silent {
			m.lfs[j].setFamily(Coin, m.k)
		}
	}
	m.prepare()
	m.oneVoice()
	m.alternate(tol)
}
