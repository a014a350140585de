package learning_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"workbench/learning"
	"workbench/learning/dependency"
)

// deps reads [j, k, type] as the oracle writes dependencies.
func deps(list [][3]int) []dependency.Dependency {
	var d []dependency.Dependency
	for _, x := range list {
		d = append(d, dependency.Dependency{J: x[0], K: x[1], Type: dependency.Type(x[2])})
	}
	return d
}

func TestTrainingWithDependenciesEndsWhereTheOraclesPathEnds(t *testing.T) {
	t.Parallel()
	var oracle struct{ Cases []flowCase }
	readOracle(t, "flow.json", &oracle)
	// 1e-6 is promised; the oracle is right to 1e-8 and the integrator's error
	// is below that.
	const tolerance = 1e-7
	ran := 0
	for _, c := range oracle.Cases {
		if c.Train.Deps == nil {
			continue
		}
		ran++
		t.Run(c.Name, func(t *testing.T) {
			L := labels(t, len(c.L[0]), c.L)
			o := c.options()
			o.Deps = deps(c.Train.Deps)
			g := train(t, L, c.Train.ModelOptions, o)
			got := named(g)
			for _, d := range g.Weights.Dependencies {
				got[fmt.Sprintf("d%d%d%d", d.J, d.K, int(d.Type))] = d.Weight
			}
			if len(got) != len(c.Weights) {
				t.Fatalf("the model has the weights %v, the oracle %v", got, c.Weights)
			}
			for name, want := range c.Weights {
				if x, ok := got[name]; !ok || !(math.Abs(x-want) <= tolerance) {
					t.Errorf("%s = %v, want %v", name, x, want)
				}
			}
		})
	}
	if ran < 8 {
		t.Errorf("%d cases with dependencies ran, want 8", ran)
	}
}

// factorOf is a dependency's factor as DependencyType documents it.
func factorOf(d dependency.Dependency, labels []int16, y int16) float64 {
	a, b := labels[d.J], labels[d.K]
	switch {
	case d.Type == dependency.Similar && a == b:
		return 1
	case d.Type == dependency.Exclusive && a != 0 && b != 0:
		return -1
	case !d.Type.Directed():
		return 0
	case a == 0 && b != 0:
		return -1
	case d.Type == dependency.Fixing && a == -y && b == y:
		return 1
	case d.Type == dependency.Reinforcing && a == y && b == y:
		return 1
	}
	return 0
}

// drawn is a model of n LFs with random weights and the given dependencies.
func drawn(random *rand.Rand, k, n int, on learning.ModelOptions, d []dependency.Dependency) *learning.GenerativeModel {
	weight := func(is bool, x *float64) {
		if is {
			*x = 3 * (random.Float64() - 0.5)
		}
	}
	g := fixed(k, make([]float64, n)...)
	g.Options = on
	weight(on.ClassPrior, &g.Weights.ClassPrior)
	for j := range n {
		weight(true, &g.Weights.LFAccuracy[j])
		weight(on.LFPrior, &g.Weights.LFPrior[j])
		weight(on.LFPropensity, &g.Weights.LFPropensity[j])
		weight(on.LFClassPropensity, &g.Weights.LFClassPropensity[j])
	}
	for _, x := range d {
		weight(true, &x.Weight)
		g.Weights.Dependencies = append(g.Weights.Dependencies, x)
	}
	return g
}

// probabilitiesWith are the probabilities of a world's states under a model
// with dependencies, by adding up.
func probabilitiesWith(w *world, g *learning.GenerativeModel) []float64 {
	p := w.probabilities(w.learned(g))
	sum := 0.0
	for i, s := range w.states {
		energy := 0.0
		for _, d := range g.Weights.Dependencies {
			energy += d.Weight * factorOf(d, s.labels, s.y)
		}
		p[i] *= math.Exp(energy)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

func TestLearnedLFStatsWithDependenciesAgreeWithEnumeration(t *testing.T) {
	t.Parallel()
	const tolerance = 1e-9 // thousands of states are added up, each to 1e-15
	similar, fixing, reinforcing, exclusive := dependency.Similar, dependency.Fixing, dependency.Reinforcing, dependency.Exclusive
	every := learning.ModelOptions{ClassPrior: true, LFPrior: true, LFPropensity: true, LFClassPropensity: true}
	for _, c := range []struct {
		name string
		k, n int
		on   learning.ModelOptions
		deps [][3]int
	}{
		{"a pair", 2, 3, every, [][3]int{{0, 2, int(similar)}}},
		{"both directions", 2, 3, every, [][3]int{{0, 1, int(fixing)}, {1, 0, int(fixing)}, {1, 2, int(reinforcing)}}},
		{"a chain", 2, 6, every, [][3]int{{0, 1, int(similar)}, {1, 2, int(exclusive)}, {2, 3, int(reinforcing)}, {3, 4, int(fixing)}, {4, 5, int(similar)}}},
		{"a ring", 2, 5, every, [][3]int{{0, 1, int(similar)}, {1, 2, int(similar)}, {2, 3, int(similar)}, {3, 4, int(similar)}, {0, 4, int(similar)}}},
		{"all pairs", 2, 4, every, [][3]int{{0, 1, 0}, {0, 2, 0}, {0, 3, 0}, {1, 2, 0}, {1, 3, 0}, {2, 3, 0}, {0, 1, 3}, {3, 2, 1}}},
		{"two parts", 2, 5, every, [][3]int{{0, 3, int(fixing)}, {1, 4, int(similar)}, {4, 1, int(reinforcing)}}},
		{"three classes", 3, 4, learning.ModelOptions{LFPropensity: true}, [][3]int{{0, 1, int(similar)}, {1, 2, int(exclusive)}, {0, 2, int(similar)}}},
		{"five classes", 5, 3, learning.ModelOptions{LFPropensity: true}, [][3]int{{0, 2, int(similar)}, {0, 2, int(exclusive)}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := drawn(rand.New(rand.NewPCG(9, uint64(c.n))), c.k, c.n, c.on, deps(c.deps))
			w := newWorld(c.k, make([]float64, c.n), c.on)
			want, got := enumerated(w, probabilitiesWith(w, g)), g.LearnedLFStats()
			for j := range want {
				a, b := []float64{got[j].Accuracy, got[j].Coverage}, []float64{want[j].Accuracy, want[j].Coverage}
				if c.k == 2 {
					a, b = append(a, got[j].Precision, got[j].Recall), append(b, want[j].Precision, want[j].Recall)
				}
				if distance(a, b) > tolerance {
					t.Errorf("LF %d: %+v, want %+v", j, got[j], want[j])
				}
			}
		})
	}
}

func TestMarginalsWithDependenciesAreThoseOfTheJointDistribution(t *testing.T) {
	t.Parallel()
	const tolerance = 1e-12 // 2 states of y for each row
	on := learning.ModelOptions{ClassPrior: true, LFPrior: true, LFPropensity: true, LFClassPropensity: true}
	d := deps([][3]int{{0, 1, 0}, {0, 2, 1}, {2, 0, 1}, {1, 3, 2}, {3, 1, 2}, {2, 3, 3}})
	g := drawn(rand.New(rand.NewPCG(3, 1)), 2, 4, on, d)
	w := newWorld(2, make([]float64, 4), on)
	p := probabilitiesWith(w, g)
	seen := make(map[string][2]float64)
	for i, s := range w.states {
		sums := seen[fmt.Sprint(s.labels)]
		if s.y == 1 {
			sums[0] += p[i]
		}
		sums[1] += p[i]
		seen[fmt.Sprint(s.labels)] = sums
	}
	var rows [][]int16
	for _, s := range w.states[:len(w.states)/2] {
		rows = append(rows, s.labels)
	}
	got := marginals(t, g, labels(t, 4, rows))
	for i, row := range rows {
		sums := seen[fmt.Sprint(row)]
		if want := sums[0] / sums[1]; math.Abs(got.P[i]-want) > tolerance {
			t.Errorf("labels %v: P = %v, want %v", row, got.P[i], want)
		}
	}
}

func TestMarginalsWithDependenciesAreSnorkels(t *testing.T) {
	t.Parallel()
	const tolerance = 1e-12 // another exp
	var oracle struct {
		Matrices map[string]struct{ L [][]int16 } `json:"binary_matrices"`
		Cases    []struct {
			Matrix  string
			Weights struct {
				LFAccuracy        []float64    `json:"lf_accuracy"`
				ClassPrior        float64      `json:"class_prior"`
				LFClassPropensity []float64    `json:"lf_class_propensity"`
				Fixing            [][3]float64 `json:"dep_fixing"`
				Reinforcing       [][3]float64 `json:"dep_reinforcing"`
				Similar           [][3]float64 `json:"dep_similar"`
				Exclusive         [][3]float64 `json:"dep_exclusive"`
			}
			Marginals []number
		} `json:"binary_cases"`
	}
	readOracle(t, "model.json", &oracle)
	ran := 0
	for i, c := range oracle.Cases {
		g := fixed(2, c.Weights.LFAccuracy...)
		g.Weights.ClassPrior = c.Weights.ClassPrior
		if c.Weights.LFClassPropensity != nil {
			g.Weights.LFClassPropensity = c.Weights.LFClassPropensity
		}
		for kind, list := range [][][3]float64{c.Weights.Similar, c.Weights.Fixing, c.Weights.Reinforcing, c.Weights.Exclusive} {
			for _, x := range list {
				g.Weights.Dependencies = append(g.Weights.Dependencies,
					dependency.Dependency{J: int(x[0]), K: int(x[1]), Type: dependency.Type(kind), Weight: x[2]})
			}
		}
		self := func(d dependency.Dependency) bool { return d.J == d.K } // Snorkel ignores them, we refuse them
		if g.Weights.Dependencies == nil || slices.ContainsFunc(g.Weights.Dependencies, self) {
			continue
		}
		ran++
		rows := oracle.Matrices[c.Matrix].L
		p := marginals(t, g, labels(t, len(rows[0]), rows))
		for r, want := range c.Marginals {
			if math.Abs(p.P[r]-float64(want)) > tolerance {
				t.Errorf("case %d, row %d: %v, want %v", i, r, p.P[r], want)
			}
		}
	}
	if ran == 0 {
		t.Error("no case with dependencies")
	}
}

func TestTrainingWithDependenciesDoesNotDependOnOrderOrProcessors(t *testing.T) {
	L, _ := synthetic(t, 2200, 14, 2, 0.4, 71)
	o := learning.DefaultTrainOptions()
	o.Epochs, o.StepSize, o.Deps = 2, 1e-3, deps([][3]int{{0, 1, 0}, {1, 2, 0}, {4, 5, 1}, {6, 5, 2}, {7, 8, 3}})
	on := learning.ModelOptions{LFPropensity: true, ClassPrior: true}
	first := train(t, L, on, o)
	all := func(g *learning.GenerativeModel) []float64 {
		w := allWeights(g)
		for _, d := range g.Weights.Dependencies {
			w = append(w, d.Weight)
		}
		return w
	}
	for _, processors := range []int{1, 8} {
		before := runtime.GOMAXPROCS(processors)
		g := train(t, L, on, o)
		runtime.GOMAXPROCS(before)
		if !sameBits(all(g), all(first)) {
			t.Errorf("GOMAXPROCS %d gives other weights", processors)
		}
	}
	backwards := make([]int, L.Rows())
	for i := range backwards {
		backwards[i] = L.Rows() - 1 - i
	}
	if g := train(t, L.SelectRows(backwards), on, o); !sameBits(all(g), all(first)) {
		t.Error("the order of the candidates changes the weights")
	}
	order := rand.New(rand.NewPCG(4, 4)).Perm(L.Cols()) // new column j is old column order[j]
	at := make([]int, len(order))
	for j, old := range order {
		at[old] = j
	}
	moved := o
	moved.Deps = slices.Clone(o.Deps)
	for i, d := range moved.Deps {
		moved.Deps[i].J, moved.Deps[i].K = at[d.J], at[d.K]
	}
	g := train(t, L.SelectCols(order), on, moved)
	for j, old := range order {
		// The sums are added up in another order.
		if math.Abs(g.Weights.LFAccuracy[j]-first.Weights.LFAccuracy[old]) > 1e-9 {
			t.Errorf("column %d: %v, in its old place %v", j, g.Weights.LFAccuracy[j], first.Weights.LFAccuracy[old])
		}
	}
}

func TestUnusableDependenciesAreRefused(t *testing.T) {
	t.Parallel()
	three, _ := synthetic(t, 50, 3, 3, 0.8, 1)
	two, _ := synthetic(t, 50, 3, 2, 0.8, 1)
	for name, c := range map[string]struct {
		dep   [3]int
		k     int
		words string
	}{
		"on itself":            {[3]int{1, 1, 0}, 2, "on itself"},
		"no such column":       {[3]int{0, 3, 0}, 2, "outside 0..2"},
		"negative column":      {[3]int{-1, 2, 0}, 2, "outside 0..2"},
		"unknown type":         {[3]int{0, 1, 4}, 2, "type 4"},
		"fixing of three":      {[3]int{0, 1, 1}, 3, "two classes only"},
		"reinforcing of three": {[3]int{0, 1, 2}, 3, "two classes only"},
	} {
		t.Run(name, func(t *testing.T) {
			L := two
			if c.k == 3 {
				L = three
			}
			o := learning.DefaultTrainOptions()
			o.Cardinality, o.Deps = c.k, deps([][3]int{c.dep})
			err := learning.NewGenerativeModel(learning.ModelOptions{}).Train(t.Context(), L, o)
			if !errors.Is(err, dependency.ErrUnusable) || !strings.Contains(err.Error(), c.words) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want ErrUnusable with %q", err, c.words)
			}
		})
	}
}

func TestTheSameDependencyTwiceIsOne(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 300, 3, 2, 0.8, 1)
	o := learning.DefaultTrainOptions()
	o.Deps = deps([][3]int{{1, 0, 0}, {0, 1, 0}, {0, 1, 1}, {1, 0, 1}, {0, 1, 1}})
	g := train(t, L, learning.ModelOptions{}, o)
	var got [][3]int
	for _, d := range g.Weights.Dependencies {
		got = append(got, [3]int{d.J, d.K, int(d.Type)})
	}
	if want := [][3]int{{0, 1, 0}, {0, 1, 1}, {1, 0, 1}}; !slices.Equal(got, want) {
		t.Errorf("dependencies %v, want %v", got, want)
	}
}
