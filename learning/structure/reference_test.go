package structure_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"workbench/learning/dependency"
	"workbench/learning/structure"
)

// state is a joint state of the class and of the label of the LF whose fit it
// is.
type state struct{ y, l int }

func states() []state { return []state{{-1, -1}, {-1, 0}, {-1, 1}, {1, -1}, {1, 0}, {1, 1}} }

// factor is the value of a dependency of LF j, which votes a, on LF k, which
// votes b, as dependency.Type documents it.
func factor(kind dependency.Type, y, a, b int) float64 {
	switch {
	case kind == dependency.Similar:
		if a == b {
			return 1
		}
	case a == 0 && b != 0:
		return -1
	case kind == dependency.Fixing && a == -y && b == y,
		kind == dependency.Reinforcing && a == y && b == y:
		return 1
	}
	return 0
}

// factors evaluates the factor of every weight in the fit of LF own: in
// Snorkel's order, in state s of own, for the labels of the others.
func factors(o *structure.DependencySelector, own int, labels []int16, s state, phi []float64) []float64 {
	phi = phi[:0]
	n := len(labels)
	for k := range n {
		if k == own {
			phi = append(phi, float64(s.y*s.l))
		} else {
			phi = append(phi, float64(s.y*int(labels[k])))
		}
	}
	pairs := func(kind dependency.Type, from bool) {
		for k := range n {
			a, b := s.l, int(labels[k])
			if from {
				a, b = b, a
			}
			if k == own {
				phi = append(phi, 0)
			} else {
				phi = append(phi, factor(kind, s.y, a, b))
			}
		}
	}
	pairs(dependency.Similar, false)
	if o.HigherOrder {
		pairs(dependency.Reinforcing, false)
		pairs(dependency.Reinforcing, true)
		pairs(dependency.Fixing, false)
		pairs(dependency.Fixing, true)
	}
	if o.Propensity {
		phi = append(phi, float64(s.l*s.l))
	}
	return phi
}

// reference is the estimator from its definition: for every row every weight
// moves by its factor's expectation given own's label, less that without it.
func reference(o *structure.DependencySelector, own int, dense [][]int16, n int) []float64 {
	w := factors(o, own, make([]int16, n), state{}, nil)
	for k := range w {
		w[k] = 0
		if k < n {
			w[k] = 1
		}
	}
	step := 1 / float64(len(dense))
	pull := o.Threshold * step * float64(o.Truncation)
	phi := make([][]float64, len(states()))
	for t := range 10 {
		for i, labels := range dense {
			var all, given [6]float64 // probabilities
			for x, s := range states() {
				phi[x] = factors(o, own, labels, s, phi[x])
				given[x] = math.Inf(-1)
				all[x] = 0
				for k, f := range phi[x] {
					all[x] += w[k] * f
				}
				if s.l == int(labels[own]) {
					given[x] = all[x]
				}
			}
			normalize(all[:])
			normalize(given[:])
			for x := range phi {
				for k, f := range phi[x] {
					w[k] += step * f * (given[x] - all[x])
				}
			}
			if (t*len(dense)+i)%o.Truncation == 0 {
				for k := range w {
					w[k] = math.Copysign(max(0, math.Abs(w[k])-pull), w[k])
				}
			}
		}
	}
	return w
}

// normalize turns log-weights into probabilities.
func normalize(log []float64) {
	top, sum := slices.Max(log), 0.0
	for x := range log {
		log[x] = math.Exp(log[x] - top)
		sum += log[x]
	}
	for x := range log {
		log[x] /= sum
	}
}

// The sparse fits do what the definition says, for all options and from
// nearly empty to full matrices. Low coverage with frequent truncation takes
// the lazy way, high coverage the other one.
func TestReference(t *testing.T) {
	t.Parallel()
	// As in TestOracle.
	const tolerance = 1e-11
	for _, c := range []struct {
		m, n       int
		coverage   float64
		threshold  float64
		truncation int
	}{
		{120, 7, 0.5, 0.05, 10},
		{150, 6, 1, 0.1, 10},
		{200, 9, 0.02, 0.05, 10},
		{200, 9, 0.02, 0.05, 1},
		{160, 8, 0.2, 0.03, 1},
		{90, 5, 0.3, 0.2, 7},
		{80, 5, 0.6, 0, 3},
		{60, 4, 0.5, 0.02, 100_000}, // one truncation, at the first row
		{3, 12, 0.4, 0.05, 2},
		{1, 3, 0.9, 0.05, 10},
	} {
		t.Run(fmt.Sprintf("%dx%d,coverage=%v", c.m, c.n, c.coverage), func(t *testing.T) {
			L := independent(t, c.m, c.n, c.coverage, uint64(c.m))
			for _, s := range everyOption() {
				s.Threshold, s.Truncation = c.threshold, c.truncation
				sel := pick(t, &s, L)
				dense := rows(L)
				for j, got := range sel.Weights {
					want := reference(&s, j, dense, c.n)
					if d := distance([][]float64{got}, [][]float64{want}); d > tolerance {
						t.Errorf("%s: weights of fit %d differ by %.1e", title(&s), j, d)
					}
				}
			}
		})
	}
}

// Hundreds of LFs that say the same drive log-weights to hundreds, where plain
// exponentials overflow and the shortcuts of the fits end.
func TestReferenceExtreme(t *testing.T) {
	t.Parallel()
	// Log-weights of 200 have errors of 300 · 1e-16 each, from several hundred
	// terms; they pass into probabilities and from there into 120 steps.
	const tolerance, m, n = 1e-9, 12, 200
	worst := 0.0
	for name, label := range map[string]func(i, j int) int16{
		"all alike": func(i, j int) int16 { return int16(1 - i%2*2) },
		"now and then": func(i, j int) int16 {
			if i%4 == 0 {
				return 1
			}
			return 0
		},
		"all but some": func(i, j int) int16 {
			if i == j%m {
				return 0
			}
			return int16(1 - i%2*2)
		},
		"against each other": func(i, j int) int16 { return int16(1 - (i+j)%2*2) },
		"once":               func(i, j int) int16 { return map[bool]int16{true: -1}[i == j%m] },
	} {
		dense := make([][]int16, m)
		for i := range dense {
			dense[i] = make([]int16, n)
			for j := range n {
				dense[i][j] = label(i, j)
			}
		}
		L := labels(t, n, dense)
		for _, s := range everyOption() {
			sel := pick(t, &s, L)
			for _, j := range []int{0, n - 1} {
				want := reference(&s, j, dense, n)
				d := distance([][]float64{sel.Weights[j]}, [][]float64{want})
				if d > tolerance {
					t.Errorf("%s: %s: weights of fit %d differ by %.1e", name, title(&s), j, d)
				}
				worst = max(worst, d)
			}
		}
	}
	t.Logf("largest difference of a weight: %.1e", worst)
}
