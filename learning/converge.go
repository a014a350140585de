package learning

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// settleTime is how long the path is followed before the optimizer takes over.
// It leads from the start into the basin of the maximum that training heads
// for, and does not depend on the number of candidates.
const settleTime = 20

// converge drives w to the maximum of what training climbs: the mean log
// likelihood less reg_param/2 · |w|² (L2) or reg_param · |w| (L1). It returns
// the status with which it stopped.
//
// Where the path comes to rest, that point is the maximum. L1 has corners where
// weights are 0, which a smooth optimizer cannot handle, and for very many weights
// its matrices are too large; there the path itself is followed until it stands
// still.
func (f *flow) converge(ctx context.Context, w []float64, progress func(float64)) (Status, error) {
	if rests, err := f.rest(ctx, w, math.Inf(1), progress); err != nil || rests {
		return Converged, err
	}
	still, err := f.run(ctx, w, settleTime, progress)
	if err != nil || still {
		return Stationary, err
	}
	if f.kind == RegL1 || f.sparse() && f.e.size > mostNewton {
		return f.standStill(ctx, w)
	}
	return f.climb(ctx, w)
}

// mostNewton is how many weights Newton's method may have.
const mostNewton = 1000

// standStill follows the path for ever longer until no weight moves.
func (f *flow) standStill(ctx context.Context, w []float64) (Status, error) {
	const (
		quiet    = 1e-10
		longest  = 1e9
		stretchT = 10
	)
	rate := make([]float64, len(w))
	for duration := float64(settleTime); duration < longest; duration *= stretchT {
		if _, err := f.run(ctx, w, duration, nil); err != nil {
			return "", err
		}
		f.rate(w, rate)
		if maxAbs(rate) < quiet {
			return Converged, nil
		}
	}
	return IterationLimit, nil
}

// climb maximises the smooth objective with Newton's method.
func (f *flow) climb(ctx context.Context, w []float64) (Status, error) {
	l2 := 0.0
	if f.kind == RegL2 {
		l2 = f.strength
	}
	problem := optimize.Problem{
		Func: func(x []float64) float64 {
			penalty := 0.0
			for _, v := range x {
				penalty += v * v
			}
			return l2/2*penalty - f.e.objective(x)
		},
		Grad: func(grad, x []float64) {
			f.e.gradient(x, grad)
			for a := range grad {
				grad[a] = l2*x[a] - grad[a]
			}
		},
		Hess: func(hess *mat.SymDense, x []float64) {
			n := len(x)
			jac := make([]float64, n*n)
			f.e.jacobian(x, jac)
			for a := range n {
				for b := a; b < n; b++ {
					v := -jac[a*n+b]
					if a == b {
						v += l2
					}
					hess.SetSym(a, b, v)
				}
			}
		},
		Status: func() (optimize.Status, error) {
			if err := ctx.Err(); err != nil {
				return optimize.Failure, err
			}
			return optimize.NotTerminated, nil
		},
	}
	const (
		flat  = 1e-11 // of the gradient, per candidate
		close = 1e-7  // where rounding stops the line search, this is close enough
		most  = 500
	)
	result, err := optimize.Minimize(problem, w, &optimize.Settings{GradientThreshold: flat, MajorIterations: most,
		Converger: optimize.NeverTerminate{}}, &optimize.Newton{})
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if result == nil {
		return "", errors.Join(errPath, err)
	}
	copy(w, result.X)
	grad := make([]float64, len(w))
	problem.Grad(grad, w)
	switch {
	case maxAbs(grad) <= close:
		return Converged, nil
	case result.Status == optimize.IterationLimit:
		return IterationLimit, nil
	default:
		return Status(fmt.Sprintf("not converged (%s)", result.Status)), nil
	}
}
