package learning

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// rest takes the place of [flow.run] where the path comes to rest long before its
// end: then the end is the point of rest, and how the path came there need not be
// known exactly, only well enough to tell which point that is. It follows the
// path with loose steps until Newton's method can take over, and reports whether
// w is the end now; if not, it has not changed.
//
// Loose steps go over some of the candidates, corrected at the start of each step
// by what all of them say there. Where the flow does not contract, the bound on
// how far they are from the path grows, and with too large a bound the path is
// followed exactly.
func (f *flow) rest(ctx context.Context, w []float64, duration float64, progress func(float64)) (bool, error) {
	const (
		shortest = 20   // no path is at rest before
		loose    = 1e-3 // tolerance of a step
		most     = 120  // steps
		farthest = 0.1  // from the path
		near     = 0.02 // for Newton's method
	)
	if duration < shortest || f.kind == RegL1 || f.sparse() {
		return false, nil
	}
	some := f.someCandidates()
	at, next := append([]float64(nil), w...), make([]float64, len(w))
	rate, correction, before := make([]float64, len(w)), make([]float64, len(w)), make([]float64, len(w))
	if some != f {
		some.solver.f = func(w, out []float64) {
			some.rate(w, out)
			axpy(out, 1, correction)
		}
	}
	const firstMove = 1e-2
	h, distance := 0.0, 0.0
	for now, tries := 0.0, 0; now < duration/2 && tries < most; tries++ {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if progress != nil {
			progress(0) // of the path itself
		}
		f.rate(at, rate)
		if some != f {
			copy(before, correction)
			some.rate(at, correction)
			for a, x := range rate {
				correction[a] = x - correction[a]
			}
			if tries > 0 {
				axpy(before, -1, correction)
				distance += h * maxAbs(before)
			}
		}
		norm := maxAbs(rate)
		if !(norm > 0 && norm < math.MaxFloat64) {
			return false, nil // nothing moves, or too much does
		}
		if tries == 0 {
			h = firstMove / norm
		}
		jac := some.solver.linear.(*denseLinear)
		jac.at(at)
		growth := some.growth(jac)
		if growth <= 0 && jac.newton(at, rate, next) < near {
			if !f.toRest(ctx, next, duration-now) {
				return false, ctx.Err()
			}
			copy(w, next)
			return true, nil
		}
		for {
			worst, err := some.solver.try(at, h, loose, next)
			if err != nil {
				return false, nil
			}
			if worst <= 1 {
				distance = distance*math.Exp(max(growth, 0)*h) + worst*loose
				copy(at, next)
				now += h
				h *= stretch(worst)
				break
			}
			if h *= stretch(worst); !(now+h > now) {
				return false, nil
			}
		}
		if !(distance < farthest) {
			return false, nil
		}
	}
	return false, nil
}

// someCandidates is the flow over so few patterns that a step of it takes next to
// nothing, or the same one if it has no more.
func (f *flow) someCandidates() *flow {
	const few = 4096
	p := f.e.patterns
	if p.len() <= 2*few {
		return f
	}
	e := newExpectation(newPatterns(p.of.Thin(few), f.e.cardinality), f.e.layout, f.e.cardinality, f.e.options)
	e.scopes = f.e.scopes // the model is the same
	return newFlow(e, f.strength, f.kind)
}

// toRest leads w, which is near it, to the point of rest, and reports whether a
// path that has so long to go is there at its end.
func (f *flow) toRest(ctx context.Context, w []float64, rest float64) bool {
	const (
		contraction = 40    // e to minus that is nothing
		chord       = 1e-4  // from here on the Jacobian stays
		still       = 1e-11 // and here the next step would be nothing
		most        = 20
	)
	jac := f.solver.linear.(*denseLinear)
	rate, next := make([]float64, len(w)), make([]float64, len(w))
	move := 1.0
	for range most {
		if ctx.Err() != nil {
			return false
		}
		if move > chord {
			jac.at(w)
			if !f.contracts(jac, contraction/rest) {
				return false
			}
		}
		f.rate(w, rate)
		last := move
		move = jac.newton(w, rate, next)
		if !(move < last) {
			return false
		}
		copy(w, next)
		if move < still {
			return true
		}
	}
	return false
}

// newton writes where the linear system comes to rest, from w with the given rate,
// and returns how far that is.
func (d *denseLinear) newton(w, rate, next []float64) float64 {
	d.shift(0)
	if d.solve(next, rate) != nil {
		return math.Inf(1)
	}
	far := maxAbs(next)
	axpy(next, 1, w)
	return far
}

// symmetric is the Jacobian in coordinates in which it is symmetric: weights over
// the square roots of their arities.
func (f *flow) symmetric(d *denseLinear) *mat.SymDense {
	n := d.size
	s := mat.NewSymDense(n, nil)
	for a := range n {
		for b := a; b < n; b++ {
			s.SetSym(a, b, d.jac[a*n+b]*math.Sqrt(f.arity[b]/f.arity[a]))
		}
	}
	return s
}

// contracts reports whether neighbouring paths come nearer to each other at
// least at the given rate.
func (f *flow) contracts(d *denseLinear, rate float64) bool {
	s := f.symmetric(d)
	s.ScaleSym(-1, s)
	for a := range d.size {
		s.SetSym(a, a, s.At(a, a)-rate)
	}
	var c mat.Cholesky
	return c.Factorize(s)
}

// growth is the rate at which neighbouring paths part at most, 0 where they do not.
func (f *flow) growth(d *denseLinear) float64 {
	if f.contracts(d, 0) {
		return 0
	}
	var e mat.EigenSym
	if !e.Factorize(f.symmetric(d), false) {
		return math.Inf(1)
	}
	return max(0, slices.Max(e.Values(nil)))
}
