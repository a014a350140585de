package learning_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/learning/option"
)

// learnedPart puts the learned parts of a model's weights into the order that
// Slope has: accuracies without their prior of 1.
func learnedPart(g *learning.GenerativeModel) []float64 {
	var w []float64
	if g.Options.ClassPrior {
		w = append(w, g.Weights.ClassPrior)
	}
	for _, a := range g.Weights.LFAccuracy {
		w = append(w, a-1)
	}
	for _, kind := range []struct {
		on bool
		w  []float64
	}{{g.Options.LFPrior, g.Weights.LFPrior}, {g.Options.LFPropensity, g.Weights.LFPropensity}, {g.Options.LFClassPropensity, g.Weights.LFClassPropensity}} {
		if kind.on {
			w = append(w, kind.w...)
		}
	}
	for _, d := range g.Weights.Dependencies {
		w = append(w, d.Weight)
	}
	return w
}

func TestConvergedWeightsAreAMaximum(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		k, reg int
		deps   [][3]int
		on     learning.ModelOptions
	}{
		{2, learning.RegL2, nil, learning.ModelOptions{LFPropensity: true}},
		{2, learning.RegL2, [][3]int{{0, 1, 0}, {2, 1, 1}, {3, 4, 3}}, learning.ModelOptions{LFPropensity: true, ClassPrior: true}},
		{2, learning.RegL1, [][3]int{{0, 1, 0}, {2, 3, 0}}, learning.ModelOptions{LFPropensity: true}},
		{2, learning.RegNone, nil, learning.ModelOptions{LFPropensity: true}},
		{3, learning.RegL2, [][3]int{{0, 1, 0}, {1, 2, 3}}, learning.ModelOptions{LFPropensity: true}},
	} {
		t.Run(fmt.Sprint("K=", c.k, " reg_type ", c.reg, " ", c.deps), func(t *testing.T) {
			L, _ := synthetic(t, 4000, 6, c.k, 0.5, 12)
			o := learning.DefaultTrainOptions()
			o.Cardinality, o.RegType, o.RegParam, o.Deps, o.Converge = c.k, c.reg, 0.01, deps(c.deps), true
			g := train(t, L, c.on, o)
			if g.Status != learning.Converged {
				t.Fatalf("status %q", g.Status)
			}
			gradient, _, size := learning.Slope(L, c.k, c.on, o)
			w, grad := learnedPart(g), make([]float64, size)
			gradient(w, grad)
			// Newton's method squares the error in its last steps; rounding in
			// the sum over the rows is about 1e-12.
			const tolerance = 1e-7
			for a, x := range w {
				rest := grad[a]
				switch {
				case c.reg == learning.RegL2:
					rest -= o.RegParam * x
				case c.reg == learning.RegL1 && x != 0:
					rest -= math.Copysign(o.RegParam, x)
				case c.reg == learning.RegL1:
					rest = math.Max(0, math.Abs(rest)-o.RegParam)
				}
				if math.Abs(rest) > tolerance {
					t.Errorf("weight %d = %v: the objective still rises by %v", a, x, rest)
				}
			}
		})
	}
}

func TestConvergedWeightsDependOnDistinctRowsOnly(t *testing.T) {
	L, _ := synthetic(t, 800, 5, 2, 0.6, 3)
	o := learning.DefaultTrainOptions()
	o.Converge, o.Deps = true, deps([][3]int{{0, 1, 0}})
	on := learning.ModelOptions{LFPropensity: true, ClassPrior: true}
	once := train(t, L, on, o)
	var twice []int
	for i := range 2 * L.Rows() {
		twice = append(twice, i%L.Rows())
	}
	if g := train(t, L.SelectRows(twice), on, o); !sameBits(learnedPart(g), learnedPart(once)) {
		t.Error("every candidate twice changes the converged weights")
	}
	backwards := make([]int, L.Rows())
	for i := range backwards {
		backwards[i] = L.Rows() - 1 - i
	}
	if g := train(t, L.SelectRows(backwards), on, o); !sameBits(learnedPart(g), learnedPart(once)) {
		t.Error("the order of the candidates changes the converged weights")
	}
	for _, processors := range []int{1, 2, 8} {
		before := runtime.GOMAXPROCS(processors)
		g := train(t, L, on, o)
		runtime.GOMAXPROCS(before)
		if !sameBits(learnedPart(g), learnedPart(once)) {
			t.Errorf("GOMAXPROCS %d gives other converged weights", processors)
		}
	}
	order := []int{3, 1, 4, 0, 2}
	o.Deps = deps([][3]int{{3, 1, 0}}) // columns 0 and 1 of before
	g := train(t, L.SelectCols(order), on, o)
	for j, old := range order {
		// Both are within the optimizer's gradient threshold of the same point.
		if math.Abs(g.Weights.LFAccuracy[j]-once.Weights.LFAccuracy[old]) > 1e-9 {
			t.Errorf("column %d: %v, in its old place %v", j, g.Weights.LFAccuracy[j], once.Weights.LFAccuracy[old])
		}
	}
}

func TestConvergedFitRecoversAccuracies(t *testing.T) {
	t.Parallel()
	const n, coverage = 10, 0.5
	for _, k := range []int{2, 3} {
		for _, m := range []int{2_000, 20_000} {
			t.Run(fmt.Sprint("K=", k, " m=", m), func(t *testing.T) {
				t.Parallel()
				L, _ := synthetic(t, m, n, k, coverage, 99)
				o := learning.DefaultTrainOptions()
				o.Cardinality, o.Converge, o.RegParam = k, true, 1e-6
				g := train(t, L, learning.ModelOptions{LFPropensity: true}, o)
				for j, s := range g.LearnedLFStats() {
					want := 0.6 + 0.3*float64(j)/(n-1)
					// An accuracy seen on m·coverage votes would be this uncertain;
					// not knowing the class costs up to about twice as much.
					sd := math.Sqrt(want * (1 - want) / (float64(m) * coverage))
					if math.Abs(s.Accuracy-want) > 8*sd {
						t.Errorf("LF %d has accuracy %.4f, want %.4f ± %.4f", j, s.Accuracy, want, 8*sd)
					}
				}
			})
		}
	}
}

func TestMoreThanAHundredClassesCanBeTrained(t *testing.T) {
	t.Parallel()
	const k = 130 // more than a byte with a sign
	L, gold := synthetic(t, 120, 5, k, 0.7, 17)
	o := learning.DefaultTrainOptions()
	o.Cardinality, o.StepSize, o.Epochs, o.Deps = k, 1e-3, 5, deps([][3]int{{0, 1, 0}, {1, 0, 3}})
	g := train(t, L, learning.ModelOptions{LFPropensity: true}, o)
	checkSound(t, g, L)
	p := marginals(t, g, L)
	// The best LF is right in nine of ten votes and the others agree by chance
	// in one of 130 only, so nearly every candidate with votes is found.
	if s := scoresOf(t, p, gold, learning.DefaultScoreOptions()); s.Accuracy < 0.9 {
		t.Errorf("accuracy %v", s.Accuracy)
	}
}

func TestConvergeStopsWithItsContext(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 2000, 6, 2, 0.5, 5)
	ctx, cancel := context.WithCancel(t.Context())
	o := learning.DefaultTrainOptions()
	o.Converge = true
	o.Progress = func(float64) { cancel() }
	if err := learning.NewGenerativeModel(learning.ModelOptions{LFPropensity: true}).Train(ctx, L, o); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

// scoped draws labels of candidates that can have only some of k classes.
func scoped(t *testing.T, m, n, k int) (*matrix.LabelMatrix, [][]int16) {
	random := rand.New(rand.NewPCG(21, 2))
	ranges, rows := make([][]int16, m), make([][]int16, m)
	for i := range rows {
		for _, c := range random.Perm(k)[:1+random.IntN(k)] {
			ranges[i] = append(ranges[i], int16(c+1))
		}
		rows[i] = make([]int16, n)
		for j := range n {
			if random.Float64() < 0.6 {
				rows[i][j] = ranges[i][0]
				if random.Float64() > 0.75 {
					rows[i][j] = ranges[i][random.IntN(len(ranges[i]))]
				}
			}
		}
	}
	return labels(t, n, rows), ranges
}

func TestScopedMarginalsAreSnorkels(t *testing.T) {
	t.Parallel()
	var oracle struct {
		Scoped struct {
			L      [][]int16
			Ranges [][]int16      `json:"candidate_ranges"`
			Want   [][][2]float64 `json:"per_candidate_value_probability_before_the_broken_assembly"`
		} `json:"scoped_categorical"`
	}
	readOracle(t, "model.json", &oracle)
	// The oracle does not say which weights it used; the ratios of its
	// probabilities do: 0.5, 0.9 and 0.2.
	g := fixed(4, 0.5, 0.9, 0.2)
	p, err := g.MarginalsWithin(labels(t, 3, oracle.Scoped.L), oracle.Scoped.Ranges)
	if err != nil {
		t.Fatal(err)
	}
	for i, list := range oracle.Scoped.Want {
		want := make([]float64, 4)
		for _, x := range list {
			want[int(x[0])-1] = x[1]
		}
		if distance(p.Row(i), want) > 1e-12 { // another exp
			t.Errorf("candidate %d: %v, want %v", i, p.Row(i), want)
		}
	}
}

func TestScopedTrainingKnowsOnlyTheClassesOfEachCandidate(t *testing.T) {
	t.Parallel()
	L, ranges := scoped(t, 400, 4, 4)
	o := learning.DefaultTrainOptions()
	o.Cardinality, o.StepSize, o.Deps = 4, 1e-3, deps([][3]int{{0, 1, 0}})
	on := learning.ModelOptions{LFPropensity: true}
	free := train(t, L, on, o)

	o.CandidateRanges = make([][]int16, L.Rows())
	if g := train(t, L, on, o); !sameBits(learnedPart(g), learnedPart(free)) {
		t.Error("empty ranges change the weights")
	}
	o.CandidateRanges = ranges
	limited := train(t, L, on, o)
	if distance(learnedPart(limited), learnedPart(free)) < 1e-3 {
		t.Error("ranges change nothing")
	}
	// Which classes they are does not matter, only how many and which are equal:
	// give each candidate's classes the numbers from 1.
	rows := dense(L)
	renamed := make([][]int16, len(ranges))
	for i, scope := range ranges {
		for x := range scope {
			renamed[i] = append(renamed[i], int16(x+1))
		}
		for j, v := range rows[i] {
			for x, c := range scope {
				if v == c {
					rows[i][j] = int16(x + 1)
				}
			}
		}
	}
	o.CandidateRanges = renamed
	if g := train(t, labels(t, 4, rows), on, o); distance(learnedPart(g), learnedPart(limited)) > 1e-12 {
		t.Error("the numbers of the classes change the weights")
	}
	p, err := limited.MarginalsWithin(L, ranges)
	if err != nil {
		t.Fatal(err)
	}
	for i, scope := range ranges {
		sum := 0.0
		for _, c := range scope {
			sum += p.Row(i)[c-1]
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Fatalf("candidate %d: the classes of its range have together %v", i, sum)
		}
	}
}

func TestUnusableRangesAreRefused(t *testing.T) {
	t.Parallel()
	L, ranges := scoped(t, 5, 2, 3)
	full := []int16{1, 2, 3}
	for name, c := range map[string]struct {
		k      int
		ranges [][]int16
		option bool
	}{
		"too few":       {3, ranges[:4], true},
		"two classes":   {2, [][]int16{nil, nil, nil, nil, nil}, true},
		"class 4 of 3":  {3, [][]int16{{1, 2, 3, 4}, full, full, full, full}, true},
		"a class twice": {3, [][]int16{{1, 1, 2, 3}, full, full, full, full}, true},
	} {
		o := learning.DefaultTrainOptions()
		o.Cardinality, o.CandidateRanges = c.k, c.ranges
		labels := L
		if c.k == 2 {
			labels, _ = synthetic(t, 5, 2, 2, 0.9, 1)
		}
		err := learning.NewGenerativeModel(learning.ModelOptions{}).Train(t.Context(), labels, o)
		var option *option.Error
		if !errors.As(err, &option) || option.Name != "candidate_ranges" {
			t.Errorf("%s: error %v, want one about candidate_ranges", name, err)
		}
	}
	o := learning.DefaultTrainOptions()
	o.Cardinality, o.CandidateRanges = 3, [][]int16{{1}, {1}}
	err := learning.NewGenerativeModel(learning.ModelOptions{}).Train(t.Context(), labels(t, 1, [][]int16{{1}, {2}}), o)
	if !errors.Is(err, matrix.ErrBadLabel) {
		t.Errorf("a label outside its range: error %v, want ErrBadLabel", err)
	}
}
