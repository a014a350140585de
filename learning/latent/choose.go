package latent

import "math"

// chooseFamilies gives each LF the family that the Bayesian information
// criterion prefers for its expected counts, and reports whether one changed.
// What a family gains in expected log likelihood is a lower bound of what it
// gains in log likelihood.
func (m *model) chooseFamilies() bool {
	k := m.k
	half := math.Log(m.r.total) / 2
	changed := false
	for _, c := range m.comps {
		for i, j := range c.lfs {
			l := &m.lfs[j]
			count := c.marginalCount(m.lfs, i, k)
			best, choice := math.Inf(-1), l.family
			old := *l
			logp := make([]float64, len(count))
			for f := Coin; f <= Table; f++ {
				l.setFamily(f, k)
				l.fit(count, logp, k)
				v := -half * float64(l.parameters(k))
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
		all = all && m.lfs[j].family == Table
	}
	if all {
		return
	}
	s, bic := m.snapshot(), m.bic()
	for _, c := range m.comps {
		for i, j := range c.lfs {
			l := &m.lfs[j]
			count := c.marginalCount(m.lfs, i, m.k)
			l.setFamily(Table, m.k)
			l.fit(count, make([]float64, len(count)), m.k)
		}
	}
	m.prepare()
	m.expect()
	m.alternate(tol)
	if m.bic() >= bic {
		m.restore(s)
	}
}

func (m *model) alternate(tol float64) {
	for range 5 {
		m.run(tol, 100)
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
