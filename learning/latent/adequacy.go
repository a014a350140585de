package latent

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// An Adequacy says whether a model with few dependencies describes a matrix, so
// that its posterior can be believed as it stands.
type Adequacy struct {
	// Evidence is how many distinct rows there are for each parameter.
	Evidence float64 `json:"evidence"`
	// Residual is the share of pairs of LFs, among those that the model takes
	// for independent, whose score statistic is beyond the 95 % quantile.
	Residual float64 `json:"residual"`
	// Spread is the variance of the number of labels of a candidate over that
	// of the model. People who are given a fixed number of tasks make it small.
	Spread float64 `json:"spread"`
}

// minEvidence is how many distinct rows a parameter needs: two or three LFs fit
// nearly any votes.
const minEvidence = 2.5

// TooFew reports whether the votes are too few to tell one model.
func (a Adequacy) TooFew() bool { return a.Evidence < minEvidence }

// Adequate reports whether a matrix of so many candidates has evidence enough for
// each parameter, and what is left of it looks like chance: a variance over m
// candidates is known to √(2/m) of it, and counts are not quite normal.
func (a Adequacy) Adequate(candidates float64) bool {
	return !a.TooFew() && a.Residual <= mostResidual && math.Abs(a.Spread-1) < 0.05+2*math.Sqrt(2/candidates)
}

// mostResidual is far above what is left by chance, 5 % of the pairs, and far
// below what real labeling functions leave that are not as independent as the
// model has them, from 20 % on.
const mostResidual = 0.12

// Dependent reports whether LFs depend on each other in more ways than the model
// has.
func (a Adequacy) Dependent() bool { return a.Residual > mostResidual }

func (m *model) adequacy(pc *pairCounts) Adequacy {
	var a Adequacy
	a.Evidence = m.evidence()
	scores := m.scores(pc)
	over := 0
	for _, c := range scores {
		if c.stat > (distuv.ChiSquared{K: float64(c.df)}).Quantile(0.95) {
			over++
		}
	}
	// one pair of three is no share to speak of
	if len(scores) > 0 {
		a.Residual = max(0, float64(over)-1) / float64(len(scores))
	}
	a.Spread = m.spread()
	return a
}

// evidence is how many distinct rows there are for each parameter.
func (m *model) evidence() float64 { return float64(m.r.len()) / float64(max(m.parameters(), 1)) }

// spread compares, of candidates that have a label where the model is of these,
// the variance of the number of labels of a candidate with what
// the model makes of it; 1 where both are none.
func (m *model) spread() float64 {
	r := m.r
	mean, square := 0.0, 0.0
	for d := range r.len() {
		n := 0.0
		for _, j := range r.col[r.ptr[d]:r.ptr[d+1]] {
			if m.lfs[j].family != Silent {
				n++
			}
		}
		mean += r.weight[d] * n
		square += r.weight[d] * n * n
	}
	mean /= r.total
	seen := square/r.total - mean*mean

	k := m.k
	e, e2, within := 0.0, 0.0, 0.0
	for y := range k {
		ey, vy := 0.0, 0.0
		for _, c := range m.comps {
			a, b := 0.0, 0.0
			for s := range c.states {
				n := 0.0
				for i, j := range c.lfs {
					if l := &m.lfs[j]; l.family != Silent && l.answers[c.at(m.lfs, i, s)] != 0 {
						n++
					}
				}
				p := math.Exp(c.logp[s*k+y])
				a += p * n
				b += p * n * n
			}
			ey += a
			vy += b - a*a
		}
		e += m.class[y] * ey
		e2 += m.class[y] * ey * ey
		within += m.class[y] * vy
	}
	second := within + e2 // the mean square
	if m.truncated {
		some := max(1-m.noVotes(), 1e-9)
		e /= some
		second /= some
	}
	expected := second - e*e
	if expected < 1e-9 && seen < 1e-9 {
		return 1
	}
	return seen / max(expected, 1e-9)
}
