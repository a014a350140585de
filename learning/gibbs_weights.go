package learning

import "math"

// gibbsWeight is a weight of the sampler together with what is needed to have
// its exponential at once. Snorkel splits an accuracy into two weights on the
// same factor, a fixed prior and a learned part; both are here.
type gibbsWeight struct {
	learned float64 // moves from touch to touch
	prior   float64 // does not; 0 is no prior

	at  float64    // anchor: a recent value
	exp [2]float64 // exp(−at) and exp(at)
}

func (w *gibbsWeight) value() float64 { return w.prior + w.learned }

// addTo adds the weight times a factor to an exponent, each part on its own as
// numbskull does. The conversions keep compilers from fusing the operations,
// which would round differently.
func (w *gibbsWeight) addTo(p float64, factor int) float64 {
	p += float64(w.prior * float64(factor))
	p += float64(w.learned * float64(factor))
	return p
}

// anchorReach is how far a weight may move from its anchor. The exponential of
// a distance d within it is 1 + d + d²/2 to 1e-8.
const anchorReach = 1.0 / 256

// expsOf sets exp(−w) and exp(w) of some weights to 1e-8, relatively. Every
// touch moves a weight, mostly by less than 1e-3, so anchors seldom move. limit
// is the largest |w| that is handled; beyond it the results are NaN.
func expsOf(weights []gibbsWeight, limit float64, down, up []float64) {
	down, up = down[:len(weights)], up[:len(weights)]
	for j := range weights {
		w := &weights[j]
		d := w.prior + w.learned - w.at
		if !(math.Abs(d) <= anchorReach) {
			d = w.anchor(limit)
		}
		even := 1 + 0.5*d*d
		down[j], up[j] = w.exp[0]*(even-d), w.exp[1]*(even+d)
	}
}

// anchor moves the anchor to the weight and returns the distance between them.
//
//go:noinline
func (w *gibbsWeight) anchor(limit float64) float64 {
	w.at = w.value()
	w.exp = [2]float64{math.Exp(-w.at), math.Exp(w.at)}
	if !(math.Abs(w.at) <= limit) {
		w.exp = [2]float64{math.NaN(), math.NaN()}
	}
	return 0
}

// gibbsStep is what one touch does to a weight: w ← keep · w − step · g for a
// sampled gradient g from −2 to 2, and for L1 now and then a cut towards 0.
type gibbsStep struct {
	keep float64    // 1/(1 + reg_param · step) for L2, else 1
	move [8]float64 // step · g at g + 2; the rest keeps the compiler from checking

	l1     bool
	cut    float64 // of L1, reg_param · step · truncation
	chance float64 // of a cut, 1/truncation
	coins  *uniforms
}

// set prepares an epoch of the given step size.
func (s *gibbsStep) set(step float64, o *TrainOptions, g *GibbsOptions) {
	s.keep = 1
	if o.RegType == RegL2 {
		s.keep = 1 / (1 + float64(o.RegParam*step))
	}
	for i := range 5 {
		s.move[i] = step * float64(i-2)
	}
	s.cut = o.RegParam * step * float64(g.Truncation)
}

// touch applies the sampled gradient g to w. The conversion keeps compilers
// from fusing the operations, which would round differently.
func (s *gibbsStep) touch(w *gibbsWeight, g int) {
	w.learned = float64(w.learned*s.keep) - s.move[(g+2)&7]
}

// toss draws the coin of L1 for a variable: whether the weights that it has
// touched are cut.
func (s *gibbsStep) toss() bool { return s.coins.draw() < s.chance }

// shrink cuts a weight towards 0, at most up to it.
func (s *gibbsStep) shrink(w *gibbsWeight) {
	if w.learned > 0 {
		w.learned = max(0, w.learned-s.cut)
	} else {
		w.learned = min(0, w.learned+s.cut)
	}
}

// scaleBy multiplies a by b, element by element.
func scaleBy(a, b []float64) {
	b = b[:len(a)]
	for j := range a {
		a[j] *= b[j]
	}
}

// setAll sets all of a to x.
func setAll(a []float64, x float64) {
	for j := range a {
		a[j] = x
	}
}
