package latent

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// A component has at most so many LFs and cells (states × K), and no more states
// than there are candidates.
const (
	maxMembers = 8
	maxCells   = 40_000
)

// pairCounts has for each pair of LFs how many candidates both label, and how
// many they label alike.
type pairCounts struct {
	n           int
	both, alike []float64
	votes       []float64
	total       float64
}

func countPairs(r *rows) *pairCounts {
	n := r.lfs
	c := &pairCounts{n: n, both: make([]float64, n*n), alike: make([]float64, n*n), votes: make([]float64, n), total: r.total}
	for d := range r.len() {
		lo, hi := r.ptr[d], r.ptr[d+1]
		w := r.weight[d]
		for e := lo; e < hi; e++ {
			c.votes[r.col[e]] += w
			b := c.both[int(r.col[e])*n:]
			a := c.alike[int(r.col[e])*n:]
			for f := e + 1; f < hi; f++ {
				b[r.col[f]] += w
				if r.class[e] == r.class[f] {
					a[r.col[f]] += w
				}
			}
		}
	}
	return c
}

// bothRight returns how many candidates two LFs are expected to label alike and
// right.
func (m *model) bothRight() []float64 {
	r := m.r
	n := r.lfs
	out := make([]float64, n*n)
	for d := range r.len() {
		lo, hi := r.ptr[d], r.ptr[d+1]
		w := r.weight[d]
		post := m.post[d*m.k : d*m.k+m.k]
		for e := lo; e < hi; e++ {
			o := out[int(r.col[e])*n:]
			x := w * post[r.class[e]-1]
			for f := e + 1; f < hi; f++ {
				if r.class[e] == r.class[f] {
					o[r.col[f]] += x
				}
			}
		}
	}
	return out
}

// degrees is how many weights of a pair can be told: none for two LFs that
// never abstain together, or never can make the same error.
func (m *model) degrees(p pair) int {
	a, b := &m.lfs[p.j], &m.lfs[p.k]
	n := 0
	if a.state[0] >= 0 && b.state[0] >= 0 {
		n++
	}
	shared := false
	for y := range m.k {
		if a.state[y+1] >= 0 && b.state[y+1] >= 0 {
			shared = true
		}
	}
	if shared {
		n += 2
	}
	return n
}

type scored struct {
	pair
	stat float64 // χ² with df degrees of freedom
	df   int
}

// scores tests each pair that the model does not have by the gradient of the
// log likelihood for its weights at zero and their variance. The variance is
// that of what the answers of the two LFs one by one do not explain, given the
// class; it is a bound, so that a large statistic is a dependency and a small
// one may be.
func (m *model) scores(pc *pairCounts) []scored {
	k := m.k
	marg := make([][]float64, len(m.lfs))
	has := map[[2]int]bool{}
	for _, c := range m.comps {
		for i, j := range c.lfs {
			marg[j] = c.marginal(m.lfs, i, k)
		}
		for _, p := range c.pairs {
			has[[2]int{p.j, p.k}] = true
		}
	}
	right := m.bothRight()
	ny, total := m.whole()
	var out []scored
	for j := range m.lfs {
		for q := j + 1; q < len(m.lfs); q++ {
			same := m.of[j] == m.of[q]
			if has[[2]int{j, q}] || m.lfs[j].family == Silent || m.lfs[q].family == Silent {
				continue
			}
			a, b := &m.lfs[j], &m.lfs[q]
			na, nb := len(a.answers), len(b.answers)
			var joint []float64
			if same {
				c := m.comps[m.of[j]]
				ij, iq := c.local(j), c.local(q)
				joint = make([]float64, na*nb*k)
				for s := range c.states {
					at := (c.at(m.lfs, ij, s)*nb + c.at(m.lfs, iq, s)) * k
					for y := range k {
						joint[at+y] += math.Exp(c.logp[s*k+y])
					}
				}
			}
			prob := func(s, t, y int) float64 {
				if joint != nil {
					return joint[(s*nb+t)*k+y]
				}
				return marg[j][s*k+y] * marg[q][t*k+y]
			}
			alike := pc.alike[j*pc.n+q]
			g := [kinds]float64{
				bothAbstain: total - pc.votes[j] - pc.votes[q] + pc.both[j*pc.n+q],
				bothRight:   right[j*pc.n+q],
			}
			g[bothWrong] = alike - g[bothRight]
			var v [kinds][kinds]float64
			ea := make([]float64, na*kinds)
			eb := make([]float64, nb*kinds)
			for y := range k {
				if ny[y] < 1e-6 {
					continue
				}
				clear(ea)
				clear(eb)
				var e [kinds]float64
				for s, x := range a.answers {
					if t := b.state[x]; t >= 0 {
						kind := kindOf(x, x, y)
						p := prob(s, int(t), y)
						e[kind] += p
						ea[s*kinds+kind] += p / max(marg[j][s*k+y], 1e-12)
						eb[int(t)*kinds+kind] += p / max(marg[q][int(t)*k+y], 1e-12)
					}
				}
				for kind := range kinds {
					g[kind] -= ny[y] * e[kind]
				}
				for s, x := range a.answers {
					for t, z := range b.answers {
						var d [kinds]float64
						for kind := range kinds {
							d[kind] = e[kind] - ea[s*kinds+kind] - eb[t*kinds+kind]
						}
						if kind := kindOf(x, z, y); kind >= 0 {
							d[kind]++
						}
						w := ny[y] * prob(s, t, y)
						for kind := range kinds {
							for other := range kinds {
								v[kind][other] += w * d[kind] * d[other]
							}
						}
					}
				}
			}
			df := m.degrees(pair{j: j, k: q})
			if df == 0 {
				continue
			}
			out = append(out, scored{pair{j: j, k: q}, quadratic(g, v), df})
		}
	}
	slices.SortStableFunc(out, func(a, b scored) int { return cmp.Compare(b.stat, a.stat) })
	return out
}

// quadratic returns gᵀ V⁺ g over the largest set of kinds whose variance is
// enough to tell them apart, by Gaussian elimination.
func quadratic(g [kinds]float64, v [kinds][kinds]float64) float64 {
	sum := 0.0
	var used [kinds]bool
	diag := [kinds]float64{v[0][0], v[1][1], v[2][2]}
	for range kinds {
		at := -1
		for i := range kinds {
			if !used[i] && v[i][i] > 1 && v[i][i] > 1e-3*diag[i] && (at < 0 || v[i][i] > v[at][at]) {
				at = i
			}
		}
		if at < 0 {
			break
		}
		used[at] = true
		sum += g[at] * g[at] / v[at][at]
		for i := range kinds {
			if used[i] {
				continue
			}
			f := v[i][at] / v[at][at]
			g[i] -= f * g[at]
			for o := range kinds {
				v[i][o] -= f * v[at][o]
			}
		}
	}
	return sum
}

func (m *model) joinable(j, q int) bool {
	a, b := m.comps[m.of[j]], m.comps[m.of[q]]
	states, members := a.states*b.states, len(a.lfs)+len(b.lfs)
	cells := maxCells
	if members <= 3 {
		cells *= 5 // few passes over many
	}
	return members <= maxMembers && states*m.k <= cells && float64(states) <= max(m.r.total, 1000)
}

// snapshot is all that a search changes, to come back to.
type snapshot struct {
	comps  []*component
	of     []int
	x      []float64
	family []Family
}

func (m *model) snapshot() *snapshot {
	s := &snapshot{of: slices.Clone(m.of), x: slices.Clone(m.vector(nil))}
	for _, c := range m.comps {
		d := *c
		d.pairs = slices.Clone(c.pairs)
		d.logp, d.count = nil, nil
		s.comps = append(s.comps, &d)
	}
	for j := range m.lfs {
		s.family = append(s.family, m.lfs[j].family)
	}
	return s
}

func (m *model) restore(s *snapshot) {
	m.of = slices.Clone(s.of)
	m.comps = nil
	for _, c := range s.comps {
		d := *c
		d.pairs = slices.Clone(c.pairs)
		m.comps = append(m.comps, &d)
	}
	for j := range m.lfs {
		if m.lfs[j].family != s.family[j] {
			m.lfs[j].setFamily(s.family[j], m.k)
		}
	}
	m.encode()
	m.setVector(s.x)
	m.expect()
}

// join adds a pair, in one component with its LFs.
func (m *model) join(p pair) {
	a, b := m.of[p.j], m.of[p.k]
	if a == b {
		m.comps[a].pairs = append(m.comps[a].pairs, p)
	} else {
		members := append(slices.Clone(m.comps[a].lfs), m.comps[b].lfs...)
		slices.Sort(members)
		c := newComponent(m.lfs, members)
		c.pairs = append(append(slices.Clone(m.comps[a].pairs), m.comps[b].pairs...), p)
		m.replace(c, a, b)
	}
}

// replace puts new components in place of old ones.
func (m *model) replace(c *component, old ...int) {
	var comps []*component
	for i, x := range m.comps {
		if !slices.Contains(old, i) {
			comps = append(comps, x)
		}
	}
	m.comps = append(comps, c)
	slices.SortFunc(m.comps, func(a, b *component) int { return cmp.Compare(a.lfs[0], b.lfs[0]) })
	for i, c := range m.comps {
		for _, j := range c.lfs {
			m.of[j] = i
		}
	}
}

// drop removes a pair, and splits its component if it falls apart.
func (m *model) drop(p pair) {
	at := m.of[p.j]
	c := m.comps[at]
	var pairs []pair
	for _, q := range c.pairs {
		if q.j != p.j || q.k != p.k {
			pairs = append(pairs, q)
		}
	}
	label := map[int]int{}
	for _, j := range c.lfs {
		label[j] = j
	}
	for range c.lfs {
		for _, q := range pairs {
			x := min(label[q.j], label[q.k])
			label[q.j], label[q.k] = x, x
		}
	}
	first := true
	for _, root := range c.lfs {
		var members []int
		for _, j := range c.lfs {
			if label[j] == root {
				members = append(members, j)
			}
		}
		if len(members) == 0 {
			continue
		}
		d := newComponent(m.lfs, members)
		for _, q := range pairs {
			if label[q.j] == root {
				d.pairs = append(d.pairs, q)
			}
		}
		if first {
			m.replace(d, at)
			first = false
		} else {
			m.replace(d)
		}
	}
}

// silence leaves the votes of one of two LFs out, which depend on each other and
// cannot be joined: what an LF says that is like others of a large group is known
// from these. It must be independent of others so far.
func (m *model) silence(j, k int) bool {
	if len(m.comps[m.of[k]].lfs) > 1 {
		j, k = k, j
	}
	if len(m.comps[m.of[k]].lfs) > 1 {
		return false
	}
	m.lfs[k].setFamily(Silent, m.k)
	m.comps[m.of[k]].fit(m.lfs, m.k, 1)
	m.prepare()
	m.expect()
	m.run(0.5, 40)
	return true
}

// refit prepares and runs after a change of the components.
func (m *model) refit(tol float64, limit int) {
	m.encode()
	m.prepare()
	m.expect()
	m.run(tol, limit)
}

// structure finds dependencies. When some are weak, as those are that make up
// for LFs which were taken for the class, it starts once more from the votes with
// the strongest of them alone, and keeps the better end.
func (m *model) structure(ctx context.Context, pc *pairCounts, tol func() float64) ([]Step, error) {
	path, weakest, err := m.grow(ctx, pc, tol)
	if err != nil || len(path) < 2 || weakest > 20 {
		return path, err
	}
	first := path[0]
	for _, s := range path {
		if s.Gain > first.Gain {
			first = s
		}
	}
	end, cost := m.snapshot(), m.cost()
	m.clear()
	m.join(pair{j: first.J, k: first.K})
	m.encode()
	m.again(tol())
	more, _, err := m.grow(ctx, pc, tol)
	if err != nil {
		return nil, err
	}
	if m.cost() >= cost {
		m.restore(end)
		return path, nil
	}
	return append([]Step{first}, more...), nil
}

// grow adds pairs, settles, and drops what is superfluous.
func (m *model) grow(ctx context.Context, pc *pairCounts, tol func() float64) ([]Step, float64, error) {
	path, err := m.findPairs(ctx, pc)
	if err != nil {
		return nil, 0, err
	}
	m.settle(tol())
	if len(path) == 0 {
		return nil, 0, nil
	}
	more, err := m.findPairs(ctx, pc)
	if err != nil {
		return nil, 0, err
	}
	path = append(path, more...)
	weakest, err := m.prune(ctx, path)
	if err != nil {
		return nil, 0, err
	}
	end, cost := m.snapshot(), m.cost()
	m.again(tol())
	if m.cost() >= cost {
		m.restore(end)
	}
	return path, weakest, nil
}

// clear takes all LFs for independent.
func (m *model) clear() {
	m.comps = nil
	for j := range m.lfs {
		m.of[j] = j
		m.comps = append(m.comps, newComponent(m.lfs, []int{j}))
	}
}

// A Step is a pair of LFs J < K that the search joined.
type Step struct {
	J, K int
	// Statistic is that of the score test, PValue its probability among
	// independent LFs, not corrected for the number of pairs, and Gain what the
	// log likelihood gained.
	Statistic, PValue, Gain float64
}

// need is how much log likelihood a pair with so many weights must gain: that
// of a likelihood ratio test at 1 % over all pairs, and of the Bayesian
// information criterion.
func (m *model) need(df int) float64 {
	tests := max(1, float64(m.r.lfs*(m.r.lfs-1))/2)
	chi := distuv.ChiSquared{K: float64(df)}.Quantile(1 - 0.01/tests)
	return max(chi, float64(df)*math.Log(m.r.total)) / 2
}

// findPairs adds pairs while they pay, and stops early when there are more than
// a model with few dependencies has.
func (m *model) findPairs(ctx context.Context, pc *pairCounts) ([]Step, error) {
	var steps []Step
	for len(steps) < 2*m.r.lfs {
		before := m.ll
		var s *snapshot
		found := false
		for i, c := range m.scores(pc) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			need := m.need(c.df)
			if c.stat/2 < need || i >= 3 {
				break
			}
			if m.of[c.j] != m.of[c.k] && !m.joinable(c.j, c.k) {
				if m.silence(c.j, c.k) {
					found = true
					break
				}
				continue
			}
			if s == nil {
				s = m.snapshot()
			}
			m.join(c.pair)
			m.refit(need/20, 60)
			m.restart(need / 20)
			if m.ll-before > need {
				p := 1 - distuv.ChiSquared{K: float64(c.df)}.CDF(c.stat)
				steps = append(steps, Step{c.j, c.k, c.stat, p, m.ll - before})
				found = true
				break
			}
			m.restore(s)
		}
		if !found {
			break
		}
	}
	return steps, nil
}

// prune drops pairs that others made superfluous, until none is, and returns
// how many times what a pair must gain the weakest of those left does. A pair
// that gained much when it was added, and without which its component falls
// apart, is not tried.
func (m *model) prune(ctx context.Context, path []Step) (float64, error) {
	const much = 30
	gain := map[[2]int]float64{}
	for _, s := range path {
		gain[[2]int{s.J, s.K}] = s.Gain
	}
	kept := map[[2]int]bool{}
	weakest := math.Inf(1)
	for {
		var p pair
		found := false
		for _, c := range m.comps {
			for _, q := range c.pairs {
				at := [2]int{q.j, q.k}
				if found || kept[at] {
					continue
				}
				if g := gain[at] / m.need(m.degrees(q)); g > much && len(c.pairs) < len(c.lfs) {
					kept[at] = true
					weakest = min(weakest, g)
					continue
				}
				p, found = q, true
			}
		}
		if !found {
			return weakest, nil
		}
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		before, s, need := m.ll, m.snapshot(), m.need(m.degrees(p))
		m.drop(p)
		// as exact as it takes to tell
		m.refit(need/4, 40)
		if before-m.ll < need {
			clear(kept)
			weakest = math.Inf(1)
			continue
		}
		weakest = min(weakest, (before-m.ll)/need)
		m.restore(s)
		kept[[2]int{p.j, p.k}] = true
	}
}
