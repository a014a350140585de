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

// attempt tries something and goes back if what it costs is not less.
func (m *model) attempt(cost func() float64, try func()) {
	s, before := m.snapshot(), cost()
	if try(); cost() >= before {
		m.restore(s)
	}
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
	m.attempt(m.cost, func() { m.again(tol()) })
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
