package learning_test

import (
	"math"
	"testing"

	"workbench/learning"
)

func TestRosenbrockMethodHasOrder4(t *testing.T) {
	t.Parallel()
	// x' = −x² from 1 is x = 1/(1 + τ). It feeds y' = x·y − y², a Bernoulli
	// equation, whose solution is y = y₀(1 + τ) / (1 + y₀(τ + τ²/2)).
	f := func(w, out []float64) {
		out[0] = -w[0] * w[0]
		out[1] = w[0]*w[1] - w[1]*w[1]
	}
	jacobian := func(w, out []float64) {
		copy(out, []float64{-2 * w[0], 0, w[1], w[0] - 2*w[1]})
	}
	const y0, end = 3.0, 2.0
	exact := []float64{1 / (1 + end), y0 * (1 + end) / (1 + y0*(end+end*end/2))}
	failure := func(steps int) float64 {
		got, err := learning.Integrate(f, jacobian, []float64{1, y0}, end, steps)
		if err != nil {
			t.Fatal(err)
		}
		return distance(got, exact)
	}
	// A method of order 4 divides the error by 16 when the step halves, one of
	// order 3 by 8 and one of order 5 by 32; the next term of the error makes
	// it a little different from 16 at these steps.
	const least, most = 14.5, 17.5
	for steps := 32; steps <= 256; steps *= 2 {
		coarse, fine := failure(steps), failure(2*steps)
		if ratio := coarse / fine; ratio < least || ratio > most {
			t.Errorf("from %d to %d steps the error falls from %.2e to %.2e, by %.1f, want 16", steps, 2*steps, coarse, fine, ratio)
		}
	}
}

func TestRosenbrockMethodSolvesAStiffLinearSystem(t *testing.T) {
	t.Parallel()
	// Eigenvalues −1 and −1e6 with the eigenvectors (1, 1) and (1, −1): an
	// explicit method would need half a million steps.
	const slow, fast = -1.0, -1e6
	a, b := (slow+fast)/2, (slow-fast)/2
	f := func(w, out []float64) { out[0], out[1] = a*w[0]+b*w[1], b*w[0]+a*w[1] }
	jacobian := func(_, out []float64) { copy(out, []float64{a, b, b, a}) }
	got, err := learning.Integrate(f, jacobian, []float64{2, 0}, 1, 40)
	if err != nil {
		t.Fatal(err)
	}
	// The slow part errs by about (1/40)⁴/400 ≈ 1e-9; the fast part dies out in
	// the first step, as the method is L-stable.
	want := math.Exp(-1)
	if d := distance(got, []float64{want, want}); d > 1e-8 {
		t.Errorf("%v, want %v twice: %.1e apart", got, want, d)
	}
}
