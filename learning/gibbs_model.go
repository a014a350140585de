package learning

import (
	"math"
	"slices"

	"workbench/learning/dependency"
)

// gibbsModel has the weights of the label model and draws from it.
//
// Here y runs from 0 to K−1 and an LF's vote from 0 to K, where K is an
// abstention, as in numbskull; of two classes 0 is the label −1 and 1 the label
// 1.
type gibbsModel struct {
	n      int // LFs, with the labels' column if there is one
	binary bool

	// documented reads the factors as they are documented and as exact inference
	// does, and not as numbskull does.
	documented bool

	kinds    [numKinds]factorKind
	weights  [numKinds][]gibbsWeight // none of kinds that are absent
	learned  [numKinds][]gibbsWeight // those of them that learn: not the labels' accuracy
	ofY      []weightKind            // kinds that are there and depend on y alone
	ofBoth   []weightKind            // those that depend on y and votes; accuracy is the first
	ofVotes  []weightKind            // those that depend on votes alone
	deps     []dependency.Dependency
	dep      []gibbsWeight
	directed []int         // dependencies that y takes part in
	links    [][]gibbsLink // column → its dependencies, in their order

	random *uniforms
	step   gibbsStep

	// limit is the largest |weight| whose exponential may be a factor in the
	// weight of an outcome. margin is how close to a boundary between outcomes,
	// relative to the sum of all, a draw with approximate exponentials may be;
	// what is closer is left to exactClass and exactVote.
	limit, margin float64

	// Scratch: K+1 sums; n votes; weights of up to three outcomes of each LF and
	// two exponentials of its weight of one kind; whether L1 cuts what each LF
	// has touched.
	sums     []float64
	votes    []int
	outcomes [3][]float64
	down, up []float64
	cuts     []bool
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
func newGibbsModel(k, n int, m ModelOptions, o *TrainOptions, deps []dependency.Dependency, documented bool) *gibbsModel {
	g := &gibbsModel{n: n, binary: k == 2, documented: documented, kinds: factorKinds(), deps: deps, links: make([][]gibbsLink, n),
		sums: make([]float64, k+1), votes: make([]int, n), down: make([]float64, n), up: make([]float64, n), cuts: make([]bool, n)}
	for i := range g.outcomes {
		g.outcomes[i] = make([]float64, n)
	}
	start := func(count int, value float64) []gibbsWeight {
		return slices.Repeat([]gibbsWeight{{learned: value, at: math.Inf(1)}}, count)
	}
	for i := range g.kinds {
		f, kind := &g.kinds[i], weightKind(i)
		if !f.on(m) {
			continue
		}
		g.weights[kind] = start(f.count(n), f.start(o))
		g.learned[kind] = g.weights[kind]
		g.addPriors(kind, o)
		switch {
		case f.each == nil:
			g.ofY = append(g.ofY, kind)
		case f.y:
			g.ofBoth = append(g.ofBoth, kind)
		default:
			g.ofVotes = append(g.ofVotes, kind)
		}
	}
	g.dep = start(len(deps), o.InitDeps)
	most := 0
	for i, d := range deps {
		g.links[d.J] = append(g.links[d.J], gibbsLink{dep: i, other: d.K, first: true, kind: d.Type})
		g.links[d.K] = append(g.links[d.K], gibbsLink{dep: i, other: d.J, kind: d.Type})
		most = max(most, len(g.links[d.J]), len(g.links[d.K]))
		if d.Type.Directed() {
			g.directed = append(g.directed, i)
		}
	}
	// A vote's weight is the product of at most one exponential per kind and
	// those of the LF's dependencies; no part of the product may overflow.
	factors := float64(int(numKinds) - 1 + most)
	g.limit, g.margin = widestExponent/factors, marginPerFactor*factors
	return g
}

// addPriors adds the fixed parts of weights of one kind. What the labels' column
// has one for is fixed altogether.
func (g *gibbsModel) addPriors(kind weightKind, o *TrainOptions) {
	prior := g.kinds[kind].prior
	if prior == nil {
		return
	}
	if o.Labels != nil {
		last := g.n - 1
		g.weights[kind][last].prior = o.LabelPriorWeight
		g.learned[kind] = g.weights[kind][:last]
	}
	for j := range g.learned[kind] {
		g.learned[kind][j].prior = prior(o, j)
	}
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
		for _, kind := range g.ofY {
			p = g.weights[kind][0].addTo(p, g.factor(kind, y, k, k))
		}
		for _, kind := range g.ofBoth {
			for j := range g.weights[kind] {
				p = g.weights[kind][j].addTo(p, g.factor(kind, y, votes[j], k))
			}
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
		p := 0.0
		for kind := range g.kinds {
			if of := g.weights[kind]; len(of) > 0 && g.kinds[kind].each != nil {
				p = of[j].addTo(p, g.factor(weightKind(kind), y, vote, k))
			}
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
	for _, kinds := range [][]weightKind{g.ofY, g.ofBoth} {
		for _, kind := range kinds {
			for j := range g.learned[kind] {
				g.step.shrink(&g.learned[kind][j])
			}
		}
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
		for _, kinds := range [][]weightKind{g.ofBoth, g.ofVotes} {
			for _, kind := range kinds {
				if of := g.learned[kind]; j < len(of) {
					g.step.shrink(&of[j])
				}
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
