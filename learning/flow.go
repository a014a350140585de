package learning

import (
	"context"
	"errors"
	"math"

	"workbench/learning/option"
)

// flow is the mean path of Snorkel's training, the differential equation
//
//	dw/dτ = arity · (mean_i E[φ | l_i] − E[φ] − reg(w))
//
// for each learned weight w with factor φ. Every factor is touched once per
// variable it has, hence the arity; reg(w) is reg_param · w for L2 and
// reg_param · sign(w) for L1.
//
// With L1 a weight at 0 stays there while its gradient lies within ±reg_param.
// The right-hand side then jumps where a weight reaches or leaves 0, so the
// path is integrated in pieces, each with fixed signs, that end at such events.
type flow struct {
	e        *expectation
	arity    []float64
	strength float64
	kind     int    // RegNone, RegL1 or RegL2
	sign     []int8 // L1: the sign of each weight, 0 for one held at 0
	solver   *rosenbrock
}

// pathTolerance bounds the error estimate per step, relative to 1 + |w|. The
// estimate is of lower order than the step itself, so the end of the path
// comes out well within the 1e-6 that is promised; the tests see about 1e-9.
const pathTolerance = 1e-8

func newFlow(e *expectation, strength float64, kind int) *flow {
	f := &flow{e: e, arity: e.layout.arity(), strength: strength, kind: kind, sign: make([]int8, e.size)}
	if f.sparse() {
		f.solver = newRosenbrock(e.size, f.rate, newSparseLinear(f))
	} else {
		f.solver = newRosenbrock(e.size, f.rate, newDenseLinear(e.size, f.jacobian))
	}
	return f
}

// mostDense is how many weights a whole Jacobian may have before training
// multiplies by it instead. Dependencies need the whole one.
const mostDense = 200

// checkRoom refuses to train where the matrices would take more than mostRoom:
// the Jacobian, the system, its factors, and one Jacobian for each lane.
func (e *expectation) checkRoom() error {
	const (
		mostRoom = 8 << 30
		gib      = 1 << 30
	)
	matrices := 3 + len(e.lanes)
	room := 8 * float64(matrices) * float64(e.size) * float64(e.size)
	if e.size <= mostDense || len(e.dependencies) == 0 || room <= mostRoom {
		return nil
	}
	return option.Errorf("deps", "training %d weights with dependencies takes %d matrices of that size squared, %.0f GiB of memory, and at most %d may be taken; train fewer labeling functions, or without dependencies",
		e.size, matrices, room/gib, mostRoom/gib)
}

// sparse reports whether the flow does without a whole Jacobian.
func (f *flow) sparse() bool { return f.e.size > mostDense && len(f.e.dependencies) == 0 }

// rate is the right-hand side, with the signs held fixed.
func (f *flow) rate(w, out []float64) {
	f.e.gradient(w, out)
	for a := range out {
		switch f.kind {
		case RegL2:
			out[a] -= f.strength * w[a]
		case RegL1:
			out[a] -= f.strength * float64(f.sign[a])
			if f.sign[a] == 0 {
				out[a] = 0
			}
		}
		out[a] *= f.arity[a]
	}
}

func (f *flow) jacobian(w, out []float64) {
	f.e.jacobian(w, out)
	n := len(w)
	for a := range n {
		row := out[a*n : (a+1)*n]
		if f.kind == RegL2 {
			row[a] -= f.strength
		}
		for b := range row {
			row[b] *= f.arity[a]
			if f.kind == RegL1 && f.sign[a] == 0 {
				row[b] = 0
			}
		}
	}
}

// mostTries bounds the steps of one path. Ordinary ones take a few hundred;
// more than this is a sign of options that no path can be followed with.
const mostTries = 20_000

// errPath says that the path could not be followed; it takes weights or steps
// so large that the numbers overflow.
var errPath = errors.New("training failed: the weights left the range of numbers; try a smaller step_size or fewer epochs")

// end leads w to the end of a path of the given duration.
func (f *flow) end(ctx context.Context, w []float64, duration float64, progress func(float64)) (Status, error) {
	if rests, err := f.rest(ctx, w, duration, progress); err != nil || rests {
		if rests && progress != nil {
			progress(1)
		}
		return PathEnd, err
	}
	if still, err := f.run(ctx, w, duration, progress); err != nil || still {
		return Stationary, err
	}
	return PathEnd, nil
}

// run follows the path from w for the given duration, in place. It returns
// whether the rate was 0 to begin with, so that nothing moved.
func (f *flow) run(ctx context.Context, w []float64, duration float64, progress func(float64)) (still bool, err error) {
	if f.kind == RegL1 {
		f.settle(w)
	}
	next := make([]float64, len(w))
	f.rate(w, next)
	norm := maxAbs(next)
	switch {
	case math.IsNaN(norm) || math.IsInf(norm, 0):
		return false, errPath
	case norm == 0 || duration == 0:
		return norm == 0, nil
	}
	// The first step is one that would move no weight by more than this.
	const firstMove = 1e-3
	h := min(duration, firstMove/norm)
	fresh := false // whether the solver has the Jacobian at w
	for now, tries := 0.0, 0; now < duration; tries++ {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if tries == mostTries {
			return false, errPath
		}
		if !fresh {
			f.solver.linear.at(w)
			fresh = true
		}
		step := min(h, duration-now)
		worst, err := f.solver.try(w, step, pathTolerance, next)
		if err != nil {
			return false, errors.Join(errPath, err)
		}
		if worst > 1 {
			h = step * stretch(worst)
			if !(now+h > now) { // too short to count, or NaN
				return false, errPath
			}
			continue
		}
		h = step * stretch(worst)
		if f.kind == RegL1 && f.event(next) {
			if step, err = f.locate(w, step, next); err != nil {
				return false, err
			}
			f.settle(next)
		}
		copy(w, next)
		fresh = false
		now += step
		if now+h > duration*(1-1e-15) && duration-now < 1e-12*duration {
			now = duration
		}
		if progress != nil {
			progress(now / duration)
		}
	}
	return false, nil
}

// event reports whether a weight has crossed 0 at w, or one held at 0 has a
// gradient that would move it.
func (f *flow) event(w []float64) bool {
	grad := make([]float64, len(w))
	f.e.gradient(w, grad)
	for a, s := range f.sign {
		if s != 0 && w[a]*float64(s) < 0 || s == 0 && math.Abs(grad[a]) > f.strength {
			return true
		}
	}
	return false
}

// locate shortens a step at whose end an event has happened until it ends
// right behind the event, and leaves that point in next.
func (f *flow) locate(w []float64, step float64, next []float64) (float64, error) {
	const precision = 1e-12 // of the step; weights move far less than that per unit
	lo, hi := 0.0, step
	for hi-lo > precision*step {
		mid := (lo + hi) / 2
		if _, err := f.solver.try(w, mid, pathTolerance, next); err != nil {
			return 0, errors.Join(errPath, err)
		}
		if f.event(next) {
			hi = mid
		} else {
			lo = mid
		}
	}
	_, err := f.solver.try(w, hi, pathTolerance, next)
	return hi, err
}

// settle gives every weight its sign: a weight that crossed 0 is put there, and
// a weight at 0 is released only if its gradient is stronger than the
// regularization.
func (f *flow) settle(w []float64) {
	for a, s := range f.sign {
		if float64(s)*w[a] < 0 {
			w[a] = 0
		}
	}
	grad := make([]float64, len(w))
	f.e.gradient(w, grad)
	for a, g := range grad {
		switch {
		case w[a] > 0:
			f.sign[a] = 1
		case w[a] < 0:
			f.sign[a] = -1
		case g > f.strength:
			f.sign[a] = 1
		case g < -f.strength:
			f.sign[a] = -1
		default:
			f.sign[a] = 0
		}
	}
}

func maxAbs(v []float64) float64 {
	top := 0.0
	for _, x := range v {
		top = math.Max(top, math.Abs(x))
	}
	return top
}
