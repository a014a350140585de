package latent

import (
	"cmp"
	"math"
	"slices"
)

// pairCounts has for each pair of LFs how many candidates both label, and how
// many they label alike.
type pairCounts struct {
	n           int
	both, alike []float64
	votes       []float64
}

func countPairs(r *rows) *pairCounts {
	n := r.lfs
	c := &pairCounts{n: n, both: make([]float64, n*n), alike: make([]float64, n*n), votes: make([]float64, n)}
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
