package learning_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"workbench/learning"
	"workbench/learning/dependency"
	"workbench/learning/option"
)

// slopeByEnumeration adds up the gradient of the mean log likelihood of some rows, and
// its Jacobian, over all states of all labels and of y.
func slopeByEnumeration(w *world, d []dependency.Dependency, rows [][]int16, theta []float64) (gradient, jacobian []float64) {
	size := len(theta)
	gradient, jacobian = make([]float64, size), make([]float64, size*size)
	energy, factors := make([]float64, len(w.states)), make([][]float64, len(w.states))
	for i, s := range w.states {
		factors[i] = append(factors[i], s.factor...)
		for _, x := range d {
			factors[i] = append(factors[i], factorOf(x, s.labels, s.y))
		}
		for a, f := range factors[i] {
			energy[i] += f * theta[a]
		}
	}
	add := func(share float64, possible func(s state) bool) {
		top, sum, mean := math.Inf(-1), 0.0, make([]float64, size)
		for i, s := range w.states {
			if possible(s) {
				top = max(top, energy[i])
			}
		}
		p := make([]float64, len(w.states))
		for i, s := range w.states {
			if possible(s) {
				p[i] = math.Exp(energy[i] - top)
				sum += p[i]
			}
		}
		for i := range p {
			p[i] /= sum
			for a, f := range factors[i] {
				mean[a] += p[i] * f
			}
		}
		for i, q := range p {
			if q == 0 {
				continue
			}
			for a, f := range factors[i] {
				x := share * q * (f - mean[a])
				for b, g := range factors[i] {
					jacobian[a*size+b] += x * (g - mean[b])
				}
			}
		}
		for a := range gradient {
			gradient[a] += share * mean[a]
		}
	}
	add(-1, func(state) bool { return true })
	for _, row := range rows {
		add(1/float64(len(rows)), func(s state) bool { return fmt.Sprint(s.labels) == fmt.Sprint(row) })
	}
	return gradient, jacobian
}

// graph draws dependencies among n LFs: each pair of edges has one or several.
func graph(random *rand.Rand, k int, edges [][2]int) (list []dependency.Dependency) {
	types := []dependency.Type{dependency.Similar, dependency.Exclusive}
	if k == 2 {
		types = append(types, dependency.Fixing, dependency.Reinforcing)
	}
	for _, e := range edges {
		for again := true; again; again = random.IntN(3) == 0 {
			if random.IntN(2) == 0 {
				e[0], e[1] = e[1], e[0]
			}
			list = append(list, dependency.Dependency{J: e[0], K: e[1], Type: types[random.IntN(len(types))]})
		}
	}
	return list
}

// among are all pairs of some LFs.
func among(lfs ...int) (edges [][2]int) {
	for i, j := range lfs {
		for _, k := range lfs[:i] {
			edges = append(edges, [2]int{k, j})
		}
	}
	return edges
}

// checkSlope compares gradient and Jacobian with enumeration, at random weights.
func checkSlope(t *testing.T, random *rand.Rand, k, n int, on learning.ModelOptions, list []dependency.Dependency, spread float64) {
	t.Helper()
	const tolerance = 1e-12 // sums of thousands of states, each to 1e-16 of its size
	d, err := dependency.Normalize(list, n, k)
	if err != nil {
		t.Fatal(err)
	}
	rows := make([][]int16, 2)
	for i := range rows {
		rows[i] = make([]int16, n)
		for j := range rows[i] {
			if c := random.IntN(k + 1); c > 0 {
				rows[i][j] = classLabel(c-1, k)
			}
		}
	}
	o := learning.DefaultTrainOptions()
	o.LFAccPriorWeightDefault, o.Deps = 0, d
	gradient, jacobian, size := learning.Slope(labels(t, n, rows), k, on, o)
	theta := make([]float64, size)
	for a := range theta {
		theta[a] = spread * random.NormFloat64()
	}
	got, gotJacobian := make([]float64, size), make([]float64, size*size)
	gradient(theta, got)
	jacobian(theta, gotJacobian)
	want, wantJacobian := slopeByEnumeration(newWorld(k, make([]float64, n), on), d, rows, theta)
	if x := distance(got, want); x > tolerance {
		t.Errorf("%d classes, %v: the gradient is %.1e away from enumeration", k, d, x)
	}
	if x := distance(gotJacobian, wantJacobian); x > tolerance {
		t.Errorf("%d classes, %v: the Jacobian is %.1e away from enumeration", k, d, x)
	}
}

func TestSlopesWithDependenciesAgreeWithEnumeration(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ k, most, graphs int }{{2, 6, 30}, {3, 5, 20}, {4, 4, 15}} {
		for seed := range c.graphs {
			random := rand.New(rand.NewPCG(uint64(seed), uint64(c.k)))
			n := 2 + random.IntN(c.most-1)
			var edges [][2]int
			density := random.Float64()
			for _, e := range among(random.Perm(n)...) {
				if random.Float64() < density {
					edges = append(edges, e)
				}
			}
			options := everyOption(c.k)
			checkSlope(t, random, c.k, n, options[random.IntN(len(options))], graph(random, c.k, edges), 1)
		}
	}
}

// Several maximal cliques in a row or around one, with separators of one to
// three LFs.
func TestSlopesOfFactorsOfDistantCliquesAgreeWithEnumeration(t *testing.T) {
	t.Parallel()
	join := func(lists ...[][2]int) (all [][2]int) {
		for _, l := range lists {
			all = append(all, l...)
		}
		return all
	}
	for name, c := range map[string]struct {
		n     int
		edges [][2]int
	}{
		"a chain":              {7, [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}}},
		"a star":               {7, [][2]int{{3, 0}, {3, 1}, {3, 2}, {3, 4}, {3, 5}, {3, 6}}},
		"a ring":               {7, [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {6, 0}}},
		"cliques on one LF":    {8, join(among(0, 1, 2, 3), among(3, 4, 5), among(3, 6, 7))},
		"cliques on an edge":   {7, join(among(0, 1, 2, 3), among(2, 3, 4), among(4, 5, 6))},
		"a clique with a tail": {8, join(among(0, 2, 4, 6, 7), [][2]int{{4, 5}, {5, 3}, {3, 1}})},
		"wide separators":      {8, join(among(0, 1, 2, 3, 4), among(2, 3, 4, 5, 6), among(4, 5, 6, 7))},
		"nearly a clique":      {6, among(0, 1, 2, 3, 4, 5)[1:]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(5, uint64(len(c.edges))))
			checkSlope(t, random, 2, c.n, learning.ModelOptions{}, graph(random, 2, c.edges), 1)
		})
	}
}

func TestSlopesAtLargeWeightsAgreeWithEnumeration(t *testing.T) {
	t.Parallel()
	// Energies of thousands: their exponentials span more than a float64 does.
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 7))
		checkSlope(t, random, 2, 6, learning.ModelOptions{}, graph(random, 2, among(0, 1, 2, 3, 4, 5)), 300)
	}
}

func TestSlopesOfCliquesDoNotDependOnProcessors(t *testing.T) {
	L, _ := synthetic(t, 3000, 16, 2, 0.4, 71)
	o := learning.DefaultTrainOptions()
	o.Deps = clique(8)
	for _, d := range clique(8) {
		o.Deps = append(o.Deps, dependency.Dependency{J: d.J + 8, K: d.K + 8, Type: dependency.Fixing})
	}
	slope := func(processors int) []float64 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		gradient, jacobian, size := learning.Slope(L, 2, learning.ModelOptions{LFPropensity: true}, o)
		w, out := make([]float64, size), make([]float64, size+size*size)
		for a := range w {
			w[a] = math.Sin(float64(a))
		}
		gradient(w, out[:size])
		jacobian(w, out[size:])
		return out
	}
	one := slope(1)
	for _, processors := range []int{2, 8} {
		if !sameBits(slope(processors), one) {
			t.Errorf("GOMAXPROCS %d gives another slope", processors)
		}
	}
}

func TestSlopesWithDependenciesAllocateNothing(t *testing.T) {
	L, _ := synthetic(t, 200, 9, 2, 0.4, 71)
	o := learning.DefaultTrainOptions()
	o.Deps = append(clique(6), deps([][3]int{{5, 6, 1}, {6, 7, 2}})...)
	gradient, jacobian, size := learning.Slope(L, 2, learning.ModelOptions{LFPropensity: true}, o)
	w, out := make([]float64, size), make([]float64, size*size)
	if n := testing.AllocsPerRun(3, func() {
		w[0]++
		gradient(w, out[:size])
		jacobian(w, out)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestTheLimitOfExactInferenceIsOneOfLabelStates(t *testing.T) {
	t.Parallel()
	for k, most := range map[int]int{2: 12, 3: 10, 4: 8, 5: 7, 9: 6, 31: 4} {
		t.Run(fmt.Sprint("K=", k), func(t *testing.T) {
			t.Parallel()
			L, _ := synthetic(t, 60, 14, k, 0.5, 6)
			o := learning.DefaultTrainOptions()
			o.Cardinality, o.Epochs, o.StepSize, o.Deps = k, 1, 1e-6, clique(most)
			g := train(t, L, learning.ModelOptions{LFPropensity: true}, o)
			if g.Status != learning.PathEnd || g.Training.Method != learning.MeanPath {
				t.Errorf("status %q and method %q with %d LFs that depend on each other", g.Status, g.Training.Method, most)
			}
			o.Converge, o.Deps = true, clique(most+1)
			err := learning.NewGenerativeModel(learning.ModelOptions{}).Train(t.Context(), L, o)
			want := fmt.Sprintf("%d LFs depend on each other, which is beyond exact inference", most+1)
			var refused *option.Error
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), want) {
				t.Errorf("%d LFs that depend on each other: %v, want %q", most+1, err, want)
			}
		})
	}
}
