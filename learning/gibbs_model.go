package learning

import (
	"math"
	"slices"

	"workbench/learning/dependency"
)

// gibbsModel has the weights of the label model and draws from it.
type gibbsModel struct {
	n     int // LFs, with the labels' column if there is one
	learn int // LFs with a learned accuracy: all but that column

	// documented reads lf_prior, fixing and reinforcing as they are documented
	// and as exact inference does, and not as numbskull does.
	documented bool

	class      *gibbsWeight // nil if there is none
	accuracy   []gibbsWeight
	prior      []gibbsWeight // of LFs; empty if there are none, as the next two
	propensity []gibbsWeight
	classPro   []gibbsWeight
	deps       []dependency.Dependency
	dep        []gibbsWeight
	directed   []int         // dependencies that y takes part in
	links      [][]gibbsLink // column → its dependencies, in their order

	random *uniforms
	step   gibbsStep

	// limit is the largest |weight| whose exponential may be a factor in the
	// weight of an outcome. margin is how close to a boundary between outcomes,
	// relative to the sum of all, a draw with approximate exponentials may be;
	// what is closer is left to exactClass and exactVote.
	limit, margin float64

	// Scratch: K+1 sums; n votes; weights of up to four outcomes of each LF;
	// whether L1 cuts what each LF has touched.
	sums    []float64
	votes   []int
	weights [4][]float64
	cuts    []bool
}

// gibbsLink is a dependency as one of its LFs sees it.
type gibbsLink struct {
	dep   int // its number among the dependencies
	other int // the column of the other LF
	first bool
	kind  dependency.Type
}

// Bounds within which the weights of outcomes are right to the margin.
const (
	// marginPerFactor is four times the error of one exponential of expsOf.
	marginPerFactor = 4e-8
	// widestExponent keeps exponentials far from overflow and underflow.
	widestExponent = 600
	// widestSpan bounds the sum of the |weights| on y: the rounding errors of a
	// sum of exponents stay far below the margin.
	widestSpan = 1e4
	// tinySum is far above the numbers that lose digits by underflow.
	tinySum = 1e-290
)

// newGibbsModel gives every weight its start value. Here n counts the labels'
// column, which comes last, too.
func newGibbsModel(k, n int, m ModelOptions, o *TrainOptions, deps []dependency.Dependency) *gibbsModel {
	g := &gibbsModel{n: n, learn: n, deps: deps, links: make([][]gibbsLink, n),
		sums: make([]float64, k+1), votes: make([]int, n), cuts: make([]bool, n)}
	for i := range g.weights {
		g.weights[i] = make([]float64, n)
	}
	if m.ClassPrior {
		g.class = &gibbsWeight{learned: o.InitClassPrior}
	}
	start := func(on bool, count int, value float64) []gibbsWeight {
		if !on {
			return nil
		}
		return slices.Repeat([]gibbsWeight{{learned: value, at: math.Inf(1)}}, count)
	}
	g.accuracy = start(true, n, 0)
	g.prior = start(m.LFPrior, n, o.InitDeps)
	g.propensity = start(m.LFPropensity, n, o.InitDeps)
	g.classPro = start(m.LFClassPropensity, n, o.InitDeps)
	g.dep = start(true, len(deps), o.InitDeps)
	if o.Labels != nil {
		g.learn--
		g.accuracy[g.learn].prior = o.LabelPriorWeight
	}
	for j, p := range o.priors(g.learn) {
		g.accuracy[j].prior = p
	}
	most := 0
	for i, d := range deps {
		g.links[d.J] = append(g.links[d.J], gibbsLink{dep: i, other: d.K, first: true, kind: d.Type})
		g.links[d.K] = append(g.links[d.K], gibbsLink{dep: i, other: d.J, kind: d.Type})
		most = max(most, len(g.links[d.J]), len(g.links[d.K]))
		if d.Type.Directed() {
			g.directed = append(g.directed, i)
		}
	}
	// A vote's weight is the product of at most four exponentials and those of
	// the LF's dependencies; no part of the product may overflow.
	factors := float64(4 + most)
	g.limit, g.margin = widestExponent/factors, marginPerFactor*factors
	return g
}

// pickOutcome picks one of some outcomes by the uniform number r: the first whose
// running sum of exponentials reaches r times the whole one, and the first of
// all if none does because of an overflow. The exponents are lost.
func pickOutcome(exponents []float64, r float64) int {
	total := 0.0
	for q, p := range exponents {
		total += math.Exp(p)
		exponents[q] = total
	}
	z := r * total
	for q, sum := range exponents {
		if sum >= z {
			return q
		}
	}
	return 0
}

// exactClass draws y given the votes of all LFs, from k classes. It and
// exactVote add up the factors in numbskull's order and define what all draws
// must be; other ways to draw are only faster.
func (g *gibbsModel) exactClass(k int, votes []int, r float64) int {
	exponents := g.sums[:k]
	for y := range exponents {
		p := 0.0
		if g.class != nil {
			p += g.class.learned * float64(numbskullClass(y))
		}
		for j := range g.accuracy {
			f := float64(numbskullAccuracy(y, votes[j], k))
			p += float64(g.accuracy[j].prior * f)
			p += float64(g.accuracy[j].learned * f)
		}
		for j := range g.classPro {
			p += float64(g.classPro[j].learned * float64(numbskullClass(y)*numbskullPropensity(votes[j], k)))
		}
		for _, d := range g.directed {
			t := &g.deps[d]
			p += float64(g.dep[d].learned * float64(g.dependencyFactor(t.Type, y, votes[t.J], votes[t.K], k)))
		}
		exponents[y] = p
	}
	return pickOutcome(exponents, r)
}

// exactVote draws the vote of LF j given y and the votes of the others.
func (g *gibbsModel) exactVote(j, k, y int, votes []int, r float64) int {
	exponents := g.sums[:k+1]
	for vote := range exponents {
		f := float64(numbskullAccuracy(y, vote, k))
		p := float64(g.accuracy[j].prior * f)
		p += float64(g.accuracy[j].learned * f)
		if len(g.prior) > 0 {
			p += float64(g.prior[j].learned * float64(g.priorFactor(vote)))
		}
		if len(g.propensity) > 0 {
			p += float64(g.propensity[j].learned * float64(numbskullPropensity(vote, k)))
		}
		if len(g.classPro) > 0 {
			p += float64(g.classPro[j].learned * float64(numbskullClass(y)*numbskullPropensity(vote, k)))
		}
		for _, l := range g.links[j] {
			a, b := vote, votes[l.other]
			if !l.first {
				a, b = b, a
			}
			p += float64(g.dep[l.dep].learned * float64(g.dependencyFactor(l.kind, y, a, b, k)))
		}
		exponents[vote] = p
	}
	return pickOutcome(exponents, r)
}

// shrinkClass cuts the weights that y touches.
func (g *gibbsModel) shrinkClass() {
	if g.class != nil {
		g.step.shrink(g.class)
	}
	for j := range g.learn {
		g.step.shrink(&g.accuracy[j])
	}
	for j := range g.classPro {
		g.step.shrink(&g.classPro[j])
	}
	for _, d := range g.directed {
		g.step.shrink(&g.dep[d])
	}
}

// shrinkVotes cuts the weights that the votes have touched, as far as coins say.
// Those of dependencies are cut in turn with the draws.
func (g *gibbsModel) shrinkVotes() {
	for j, cut := range g.cuts {
		if !cut {
			continue
		}
		if j < g.learn {
			g.step.shrink(&g.accuracy[j])
		}
		for _, kind := range [][]gibbsWeight{g.prior, g.propensity, g.classPro} {
			if len(kind) > 0 {
				g.step.shrink(&kind[j])
			}
		}
	}
}

// dependencyExps returns exp(−w) and exp(w) of dependency d.
func (g *gibbsModel) dependencyExps(d int) (down, up float64) {
	var both [2][1]float64
	expsOf(g.dep[d:d+1], g.limit, both[0][:], both[1][:])
	return both[0][0], both[1][0]
}
