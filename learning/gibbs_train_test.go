package learning_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"workbench/learning"
	"workbench/learning/dependency"
	"workbench/learning/option"
)

// gibbsEverything is a model with every option of a binary one.
func gibbsEverything() learning.ModelOptions {
	return learning.ModelOptions{ClassPrior: true, LFPrior: true, LFPropensity: true, LFClassPropensity: true}
}

func TestOneSeedGivesTheSameBitsAndAnotherOtherWeights(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 200, 6, 2, 0.5, 1)
	o := learning.DefaultTrainOptions()
	o.RegType = learning.RegL1
	deps := []dependency.Dependency{{J: 0, K: 1, Type: dependency.Similar}, {J: 2, K: 1, Type: dependency.Fixing}}
	a := gibbs(t, L, gibbsEverything(), o, deps, 7)
	b := gibbs(t, L, gibbsEverything(), o, deps, 7)
	other := gibbs(t, L, gibbsEverything(), o, deps, 8)
	if !sameBits(a.Vector(), b.Vector()) {
		t.Errorf("seed 7 gives %v and then %v", a.Vector(), b.Vector())
	}
	if d := distance(a.Vector(), other.Vector()); d == 0 {
		t.Error("seeds 7 and 8 give the same weights")
	}
}

func TestTrainingBySeedReportsTheLFsWithoutTheLabels(t *testing.T) {
	t.Parallel()
	const n = 3
	L, gold := synthetic(t, 100, n, 2, 0.5, 1)
	o := learning.DefaultTrainOptions()
	o.Labels = gold
	deps := []dependency.Dependency{{J: 2, K: 0, Type: dependency.Similar, Weight: 7}, {J: 0, K: 1, Type: dependency.Fixing}}
	r := gibbs(t, L, gibbsEverything(), o, deps, 1)
	w, vector := r.Weights, r.Vector()
	// Snorkel's vector: class prior, n priors and learned accuracies, the
	// labels' accuracy, three options of n + 1 weights, two dependencies.
	if len(vector) != 1+2*n+1+3*(n+1)+2 {
		t.Fatalf("the vector is %v", vector)
	}
	at := 1
	for j := range n {
		if w.LFAccuracy[j] != vector[at]+vector[at+1] {
			t.Errorf("accuracy %d is %v, want %v + %v", j, w.LFAccuracy[j], vector[at], vector[at+1])
		}
		at += 2
	}
	at++
	for i, kind := range [][]float64{w.LFPrior, w.LFPropensity, w.LFClassPropensity} {
		if !slices.Equal(kind, vector[at:at+n]) {
			t.Errorf("option %d is %v, want the first of %v", i, kind, vector[at:at+n+1])
		}
		at += n + 1
	}
	want := []dependency.Dependency{
		{J: 0, K: 2, Type: dependency.Similar, Weight: vector[at]}, {J: 0, K: 1, Type: dependency.Fixing, Weight: vector[at+1]},
	}
	if w.ClassPrior != vector[0] || !slices.Equal(w.Dependencies, want) || r.Cardinality != 2 {
		t.Errorf("class prior %v, dependencies %v, cardinality %d; want %v, %v, 2", w.ClassPrior, w.Dependencies, r.Cardinality, vector[0], want)
	}
	stats, err := r.LFStats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(stats) != n || stats[2].Name != "LF_2" {
		t.Errorf("the statistics are %v, want those of LF_0 to LF_2", stats)
	}
	again, err := r.LFStats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// 10,000 trials: the standard error of a share is at most 0.005.
	for j := range stats {
		if d := math.Abs(stats[j].Coverage - again[j].Coverage); d == 0 || d > 0.05 {
			t.Errorf("coverage of LF %d is %v and then %v, want another sample of the same", j, stats[j].Coverage, again[j].Coverage)
		}
	}
}

func TestTrainingBySeedStopsWhenItsContextDoes(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 3000, 5, 2, 0.5, 1)
	ctx, cancel := context.WithCancel(t.Context())
	o := learning.DefaultTrainOptions()
	reports := 0
	o.Progress = func(done float64) {
		if reports++; done > 0.2 {
			cancel()
		}
		if done > 0.3 {
			t.Errorf("training went on to %v", done)
		}
	}
	if _, err := learning.GibbsTrain(ctx, L, learning.ModelOptions{}, o, nil, learning.DefaultGibbsOptions()); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want that the context was cancelled", err)
	}
	if reports == 0 {
		t.Error("no progress was reported")
	}
	r := gibbs(t, L, learning.ModelOptions{}, learning.DefaultTrainOptions(), nil, 1)
	if _, err := r.LFStats(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("the statistics' error is %v, want that the context was cancelled", err)
	}
}

func TestTrainingBySeedReportsProgressUpToItsEnd(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 2500, 5, 2, 0.5, 1)
	o := learning.DefaultTrainOptions()
	var shares []float64
	o.Progress = func(done float64) { shares = append(shares, done) }
	gibbs(t, L, learning.ModelOptions{}, o, nil, 1)
	if !slices.IsSorted(shares) || len(shares) < 20 || len(shares) > 101 || shares[len(shares)-1] != 1 {
		t.Errorf("the reports are %v, want up to 101 that rise to 1", shares)
	}
}

func TestTrainingBySeedRefusesBadOptions(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 20, 3, 2, 0.5, 1)
	L3, _ := synthetic(t, 20, 3, 3, 0.5, 1)
	for _, c := range []struct {
		option string
		change func(m *learning.ModelOptions, o *learning.TrainOptions, g *learning.GibbsOptions)
		three  bool
	}{
		{option: "burn_in", change: func(_ *learning.ModelOptions, _ *learning.TrainOptions, g *learning.GibbsOptions) { g.BurnIn = -1 }},
		{option: "truncation", change: func(_ *learning.ModelOptions, _ *learning.TrainOptions, g *learning.GibbsOptions) { g.Truncation = 0 }},
		{option: "epochs", change: func(_ *learning.ModelOptions, o *learning.TrainOptions, _ *learning.GibbsOptions) { o.Epochs = -1 }},
		{option: "labels", change: func(_ *learning.ModelOptions, o *learning.TrainOptions, _ *learning.GibbsOptions) {
			o.Labels = []int16{1}
		}},
		{option: "class_prior", three: true, change: func(m *learning.ModelOptions, _ *learning.TrainOptions, _ *learning.GibbsOptions) {
			m.ClassPrior = true
		}},
		{option: "candidate_ranges", change: func(_ *learning.ModelOptions, o *learning.TrainOptions, _ *learning.GibbsOptions) {
			o.CandidateRanges = make([][]int16, 20)
		}},
	} {
		t.Run(c.option, func(t *testing.T) {
			m, o, g := learning.ModelOptions{}, learning.DefaultTrainOptions(), learning.DefaultGibbsOptions()
			c.change(&m, &o, &g)
			L := L
			if c.three {
				L, o.Cardinality = L3, 3
			}
			_, err := learning.GibbsTrain(t.Context(), L, m, o, nil, g)
			var option *option.Error
			if !errors.As(err, &option) || option.Name != c.option {
				t.Errorf("the error is %v, want one about %s", err, c.option)
			}
		})
	}
	for name, d := range map[string]dependency.Dependency{
		"itself":      {J: 1, K: 1},
		"out of L":    {J: 1, K: 3},
		"binary only": {J: 1, K: 2, Type: dependency.Fixing},
	} {
		o := learning.DefaultTrainOptions()
		o.Cardinality = 3
		_, err := learning.GibbsTrain(t.Context(), L3, learning.ModelOptions{}, o, []dependency.Dependency{d}, learning.DefaultGibbsOptions())
		if !errors.Is(err, dependency.ErrUnusable) {
			t.Errorf("%s: the error is %v, want ErrDependency", name, err)
		}
	}
}

func TestTrainingBySeedOfDegenerateMatrices(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{0, 0}, {0, 3}, {1, 0}, {1, 1}, {50, 0}, {50, 500}} {
		for _, k := range []int{2, 3, 300} {
			L, _ := synthetic(t, size[0], size[1], k, 0.2, 1)
			o := learning.DefaultTrainOptions()
			o.Cardinality, o.Epochs = k, 3
			r := gibbs(t, L, learning.ModelOptions{LFPropensity: true}, o, nil, 1)
			if got := len(r.Vector()); got != 3*size[1] {
				t.Errorf("%v, %d classes: %d weights, want %d", size, k, got, 3*size[1])
			}
			for _, w := range r.Vector() {
				if math.IsNaN(w) || math.IsInf(w, 0) {
					t.Errorf("%v, %d classes: a weight is %v", size, k, w)
				}
			}
		}
	}
}

func TestTrainingBySeedDoesNotAllocatePerCandidate(t *testing.T) {
	allocations := func(epochs int) float64 {
		L, _ := synthetic(t, 500, 5, 2, 0.5, 1)
		o := learning.DefaultTrainOptions()
		o.Epochs = epochs
		deps := []dependency.Dependency{{J: 0, K: 1, Type: dependency.Similar}}
		return testing.AllocsPerRun(3, func() { gibbs(t, L, gibbsEverything(), o, deps, 1) })
	}
	// An epoch passes over 500 candidates; it makes a closure for each pass.
	few, many := allocations(1), allocations(11)
	if per := (many - few) / 10; per > 10 {
		t.Errorf("an epoch allocates %v times", per)
	}
}
