package learning

import (
	"errors"
	"math"
)

// rosenbrock integrates an autonomous system w' = f(w) with the method RODAS
// of order 4 (Hairer and Wanner, Solving Ordinary Differential Equations II,
// section IV.7): six stages, one Jacobian per step, L-stable. The mean path of
// training is stiff: some weights settle within a unit of time while others
// drift for thousands, and an explicit method would have to follow the fast
// ones all the way.
type rosenbrock struct {
	size   int
	f      func(w, out []float64)
	linear linear

	stages      [6][]float64
	point, rate []float64
}

// Coefficients of RODAS for the transformed stages U, in the order of the book.
const rodasGamma = 0.25

func rodasA() [5][4]float64 {
	return [5][4]float64{
		{1.544},
		{0.9466785280815826, 0.2557011698983284},
		{3.314825187068521, 2.896124015972201, 0.9986419139977817},
		{1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950},
		{1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950}, // and 1 × U5
	}
}

func rodasC() [5][5]float64 {
	return [5][5]float64{
		{-5.6688},
		{-2.430093356833875, -0.2063599157091915},
		{-0.1073529058151375, -9.594562251023355, -20.47028614809616},
		{7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160},
		{8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054},
	}
}

func newRosenbrock(size int, f func(w, out []float64), l linear) *rosenbrock {
	r := &rosenbrock{size: size, f: f, linear: l, point: make([]float64, size), rate: make([]float64, size)}
	for i := range r.stages {
		r.stages[i] = make([]float64, size)
	}
	return r
}

// try makes one step of length h from w and writes the new point; r.linear must
// have the Jacobian at w. It returns the estimated error relative to tol,
// infinite if the step is too long for its systems to be solved.
func (r *rosenbrock) try(w []float64, h, tol float64, next []float64) (float64, error) {
	r.linear.shift(1 / (h * rodasGamma))
	a, c := rodasA(), rodasC()
	for s := range r.stages {
		copy(r.point, w)
		if s > 0 {
			for q := range min(s, 4) {
				axpy(r.point, a[s-1][q], r.stages[q])
			}
		}
		if s == 5 {
			axpy(r.point, 1, r.stages[4])
		}
		r.f(r.point, r.rate)
		if s > 0 {
			for q := range s {
				axpy(r.rate, c[s-1][q]/h, r.stages[q])
			}
		}
		switch err := r.linear.solve(r.stages[s], r.rate); {
		case errors.Is(err, errStep):
			return math.Inf(1), nil
		case err != nil:
			return 0, err
		}
	}
	worst := 0.0
	for i := range next {
		next[i] = r.point[i] + r.stages[5][i] // the last stage is the error estimate too
		scale := tol * (1 + math.Abs(next[i]))
		worst = math.Max(worst, math.Abs(r.stages[5][i])/scale)
	}
	if math.IsNaN(worst) {
		worst = math.Inf(1)
	}
	return worst, nil
}

// axpy adds x times v to sum.
func axpy(sum []float64, x float64, v []float64) {
	for i := range sum {
		sum[i] += x * v[i]
	}
}

// stretch is by how much the step may change after an error estimate: the
// error of the embedded formula goes with the fourth power of the step.
func stretch(err float64) float64 {
	const safety, least, most = 0.9, 0.2, 6
	return min(most, max(least, safety*math.Pow(err, -0.25)))
}
