package learning_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

// slope is a small problem at a random point: its options with known labels
// and unequal priors, the label matrix and the point.
type slope struct {
	k      int
	on     learning.ModelOptions
	L      *matrix.LabelMatrix
	train  learning.TrainOptions
	random *rand.Rand
}

// eachSlope runs a test for every combination of options of two classes and of
// three.
func eachSlope(t *testing.T, test func(t *testing.T, s slope)) {
	for _, k := range []int{2, 3} {
		for _, on := range everyOption(k) {
			for _, known := range []bool{false, true} {
				t.Run(fmt.Sprint("K=", k, " ", on, " known labels ", known), func(t *testing.T) {
					s := slope{k: k, on: on, random: rand.New(rand.NewPCG(8, 8)), train: learning.DefaultTrainOptions()}
					L, gold := synthetic(t, 40, 3, k, 0.6, 6)
					s.L = L
					s.train.LFAccPriorWeights = []float64{1, 0.3, -0.4}
					s.train.LabelPriorWeight = 1.5
					if known {
						for i := range gold {
							if i%3 != 0 {
								gold[i] = 0
							}
						}
						s.train.Labels = gold
					}
					test(t, s)
				})
			}
		}
	}
}

func (s *slope) point(size int) []float64 {
	w := make([]float64, size)
	for a := range w {
		w[a] = 2 * (s.random.Float64() - 0.5)
	}
	return w
}

func TestGradientIsThatOfTheEnumeratedModel(t *testing.T) {
	t.Parallel()
	// Sums of a few hundred terms below 1, rounded in another order.
	const tolerance = 1e-13
	eachSlope(t, func(t *testing.T, s slope) {
		gradient, _, size := learning.Slope(s.L, s.k, s.on, s.train)
		w := newWorld(s.k, s.train.LFAccPriorWeights, s.on)
		if size != len(w.arity) {
			t.Fatalf("%d learned weights, want %d", size, len(w.arity))
		}
		data := w.sample(dense(s.L), s.train.Labels, s.train.LabelPriorWeight)
		got, want := make([]float64, size), make([]float64, size)
		for range 5 {
			at := s.point(size)
			gradient(at, got)
			w.gradient(data, at, want)
			if d := distance(got, want); d > tolerance {
				t.Fatalf("at %v: %v, want %v: %.1e apart", at, got, want, d)
			}
		}
	})
}

// TestSumsByVote: the sums by vote of two classes are those by features.
func TestSumsByVote(t *testing.T) {
	t.Parallel()
	const tolerance = 1e-14 // sums of numbers below 1 in another order
	eachSlope(t, func(t *testing.T, s slope) {
		if s.k != 2 {
			return
		}
		gradient, jacobian, size := learning.Slope(s.L, s.k, s.on, s.train)
		plainGradient, plainJacobian, _ := learning.SlopeByFeatures(s.L, s.on, s.train)
		got, want := make([]float64, size*size), make([]float64, size*size)
		for range 5 {
			at := s.point(size)
			gradient(at, got[:size])
			plainGradient(at, want[:size])
			if d := distance(got[:size], want[:size]); d > tolerance {
				t.Errorf("at %v: gradient %v, want %v: %.1e apart", at, got[:size], want[:size], d)
			}
			jacobian(at, got)
			plainJacobian(at, want)
			if d := distance(got, want); d > tolerance {
				t.Errorf("at %v: Jacobian %v, want %v: %.1e apart", at, got, want, d)
			}
		}
	})
}

func TestJacobianIsTheDerivativeOfTheGradient(t *testing.T) {
	t.Parallel()
	// Central differences of step h err by h²/6 times the third derivative,
	// here at most about 4, which is 7e-9 for h = 1e-4, plus rounding of
	// 1e-16/h = 1e-12.
	const h, tolerance = 1e-4, 3e-8
	eachSlope(t, func(t *testing.T, s slope) {
		gradient, jacobian, size := learning.Slope(s.L, s.k, s.on, s.train)
		at := s.point(size)
		jac := make([]float64, size*size)
		jacobian(at, jac)
		ahead, behind := make([]float64, size), make([]float64, size)
		for b := range size {
			x := at[b]
			at[b] = x + h
			gradient(at, ahead)
			at[b] = x - h
			gradient(at, behind)
			at[b] = x
			for a := range size {
				want := (ahead[a] - behind[a]) / (2 * h)
				if d := math.Abs(jac[a*size+b] - want); !(d <= tolerance) {
					t.Errorf("∂gradient[%d]/∂w[%d] = %v, want %v: %.1e apart", a, b, jac[a*size+b], want, d)
				}
			}
		}
	})
}
