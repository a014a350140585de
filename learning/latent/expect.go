package latent

import (
	"math"
	"slices"
)

// expect computes the posterior of each distinct row, the expected counts and
// the log likelihood.
func (m *model) expect() {
	k := m.k
	for y, p := range m.class {
		m.base[y] = math.Log(p)
	}
	for _, c := range m.comps {
		ref := c.logp[c.ref*k : c.ref*k+k]
		for y, x := range ref {
			m.base[y] += x
		}
		for s := range c.states {
			at := c.offset + s*k
			d := m.delta[at : at+k]
			for y := range k {
				d[y] = c.logp[s*k+y] - ref[y]
			}
			if k == 2 {
				m.factor[at] = math.Exp(d[1] - d[0])
				continue
			}
			m.scale[at] = slices.Max(d)
			for y, x := range d {
				m.factor[at+y] = math.Exp(x - m.scale[at])
			}
		}
	}
	m.top = slices.Max(m.base)
	for y, x := range m.base {
		m.start0[y] = math.Exp(x - m.top)
	}
	m.each(func(p *part) {
		clear(p.ny)
		clear(p.cnt)
		p.ll = 0
		if k == 2 {
			m.expectTwo(p)
		} else {
			m.expectMany(p)
		}
	})
	m.ll = 0
	clear(m.ny)
	clear(m.cnt)
	for i := range m.parts {
		p := &m.parts[i]
		m.ll += p.ll
		for y, x := range p.ny {
			m.ny[y] += x
		}
		for c, x := range p.cnt {
			m.cnt[c] += x
		}
	}
	if k == 2 {
		m.complete()
	}
	if m.truncated {
		if none := m.noVotes(); none < 1 {
			m.ll -= m.r.covered * math.Log1p(-none)
		}
	}
}

// noVotes is the probability of a candidate without any label.
func (m *model) noVotes() float64 {
	lp := m.abstained()
	if lp == nil {
		return 0
	}
	p := 0.0
	for _, x := range lp {
		p += math.Exp(x)
	}
	return min(p, 1)
}

// abstained returns log P(y, no label), nil if there always is one.
func (m *model) abstained() []float64 {
	lp := make([]float64, m.k)
	for y := range lp {
		lp[y] = math.Log(m.class[y])
	}
	for _, c := range m.comps {
		s := c.silent(m.lfs)
		if s < 0 {
			return nil
		}
		for y := range lp {
			lp[y] += c.logp[s*m.k+y]
		}
	}
	return lp
}

// whole returns how many candidates of each class are expected and how many
// there are in all; of a truncated model with as many that have no label as it
// expects beside those that have one.
func (m *model) whole() (ny []float64, total float64) {
	if !m.truncated {
		return m.ny, m.r.total
	}
	none := m.noVotes()
	if none < 1e-12 || none > 0.999 {
		return m.ny, m.r.covered
	}
	unseen := m.r.covered * none / (1 - none)
	p := make([]float64, m.k)
	normalize(m.abstained(), p)
	ny = append([]float64(nil), m.ny...)
	for y := range ny {
		ny[y] += unseen * p[y]
	}
	return ny, m.r.covered + unseen
}

// passed reports whether a truncated model passes over a distinct row.
func (m *model) passed(d int) bool { return m.truncated && m.r.ptr[d] == m.r.ptr[d+1] }

// A logSum adds up weighted logarithms. Those of small weights are taken of
// products of their numbers, which costs a multiplication instead.
type logSum struct{ sum, product float64 }

func (l *logSum) add(x, w float64) {
	if w > 8 || x < 1e-30 {
		l.sum += w * math.Log(x)
		return
	}
	for range int(w) {
		l.product *= x
	}
	if l.product < 1e-60 || l.product > 1e60 {
		l.sum += math.Log(l.product)
		l.product = 1
	}
}

func (l *logSum) total() float64 { return l.sum + math.Log(l.product) }

// expectTwo is expectMany for two classes. What depends on the second class alone
// is enough: the odds of a row are one product, and how many candidates are in a
// state is known, so that complete adds the rest.
func (m *model) expectTwo(p *part) {
	odds := math.Exp(m.base[1] - m.base[0])
	factor, cnt := m.factor, p.cnt
	logs := logSum{product: 1}
	ll, n1 := 0.0, 0.0
	for d := p.lo; d < p.hi; d++ {
		row := m.entries[m.start[d]:m.start[d+1]]
		q := odds
		for _, off := range row {
			q *= factor[off]
		}
		w := m.r.weight[d]
		passed := m.passed(d)
		var p1 float64
		if m.r.gold[d] > 0 || !(q > 1e-250 && q < 1e250) {
			var x float64
			p1, x = m.exactTwo(d, row)
			if !passed {
				ll += w * x
			}
		} else {
			if !passed {
				logs.add(1+q, w)
			}
			p1 = q / (1 + q)
		}
		m.post[2*d], m.post[2*d+1] = 1-p1, p1
		if passed {
			continue
		}
		p1 *= w
		n1 += p1
		for _, off := range row {
			cnt[off+1] += p1
		}
	}
	p.ll = ll + logs.total()
	p.ny[1] = n1
}

// exactTwo returns the probability of the second class of a distinct row and the
// logarithm of the sum of its odds and one, of known classes that of their side.
func (m *model) exactTwo(d int, row []int32) (p1, x float64) {
	l := m.base[1] - m.base[0]
	for _, off := range row {
		l += m.delta[off+1] - m.delta[off]
	}
	switch {
	case m.r.gold[d] == 1:
		return 0, 0
	case m.r.gold[d] == 2:
		return 1, l
	case l > 0:
		e := math.Exp(-l)
		return 1 / (1 + e), l + math.Log1p(e)
	}
	e := math.Exp(l)
	return e / (1 + e), math.Log1p(e)
}

// complete adds to the sums of expectTwo what it leaves out.
func (m *model) complete() {
	total := m.covered()
	m.ll += total * m.base[0]
	m.ny[0] = max(total-m.ny[1], 0)
	for at := 0; at < len(m.cnt); at += 2 {
		m.ll += m.held[at/2] * m.delta[at]
		m.cnt[at] = max(m.held[at/2]-m.cnt[at+1], 0)
	}
}

// expectMany computes the posterior of the rows of a part as products of
// probabilities, scaled to 1 for the largest class in each table; what they are
// too small for is computed in logarithms.
func (m *model) expectMany(p *part) {
	k := m.k
	logs := logSum{product: 1}
	for d := p.lo; d < p.hi; d++ {
		row := m.entries[m.start[d]:m.start[d+1]]
		post := m.post[d*k : d*k+k]
		copy(post, m.start0)
		z := m.top
		for _, off := range row {
			f := m.factor[off : int(off)+k]
			for y := range post {
				post[y] *= f[y]
			}
			z += m.scale[off]
		}
		sum := 0.0
		for _, x := range post {
			sum += x
		}
		w := m.r.weight[d]
		passed := m.passed(d)
		if m.r.gold[d] > 0 || !(sum > 1e-250) {
			z := m.exactRow(d, row, post)
			if !passed {
				p.ll += w * z
			}
		} else {
			if !passed {
				p.ll += w * z
				logs.add(sum, w)
			}
			inverse := 1 / sum
			for y := range post {
				post[y] *= inverse
			}
		}
		m.gather(p, d)
	}
	p.ll += logs.total()
}

// exactRow computes the posterior of a distinct row in logarithms, and returns
// its log likelihood.
func (m *model) exactRow(d int, row []int32, post []float64) float64 {
	k := m.k
	lp := append([]float64(nil), m.base...)
	for _, off := range row {
		for y, x := range m.delta[off : int(off)+k] {
			lp[y] += x
		}
	}
	if g := m.r.gold[d]; g > 0 {
		clear(post)
		post[g-1] = 1
		return lp[g-1]
	}
	return normalize(lp, post)
}

// normalize writes the probabilities of log weights to p and returns the
// logarithm of their sum.
func normalize(lp, p []float64) float64 {
	top := lp[0]
	for _, x := range lp[1:] {
		top = max(top, x)
	}
	sum := 0.0
	for y, x := range lp {
		p[y] = math.Exp(x - top)
		sum += p[y]
	}
	for y := range p {
		p[y] /= sum
	}
	return top + math.Log(sum)
}

// gather adds the posterior of a distinct row to the expected counts.
func (m *model) gather(p *part, d int) {
	if m.passed(d) {
		return
	}
	k := m.k
	w := m.r.weight[d]
	post := m.post[d*k : d*k+k]
	for y, x := range post {
		p.ny[y] += w * x
	}
	for _, off := range m.entries[m.start[d]:m.start[d+1]] {
		q := p.cnt[off : int(off)+k]
		for y, x := range post {
			q[y] += w * x
		}
	}
}

// gatherAll takes the posterior for given and computes its expected counts.
func (m *model) gatherAll() {
	m.each(func(p *part) {
		clear(p.ny)
		clear(p.cnt)
		for d := p.lo; d < p.hi; d++ {
			m.gather(p, d)
		}
	})
	clear(m.ny)
	clear(m.cnt)
	for i := range m.parts {
		for y, x := range m.parts[i].ny {
			m.ny[y] += x
		}
		for c, x := range m.parts[i].cnt {
			m.cnt[c] += x
		}
	}
}
