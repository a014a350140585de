package learning_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

// checkSound fails the test if a model has a number that is none, or marginals
// that are no probabilities.
func checkSound(t *testing.T, g *learning.GenerativeModel, L *matrix.LabelMatrix) {
	t.Helper()
	for _, w := range allWeights(g) {
		if math.IsNaN(w) || math.IsInf(w, 0) {
			t.Fatalf("weights %v", allWeights(g))
		}
	}
	p := marginals(t, g, L)
	if err := p.Check(); err != nil { // within [0, 1], and rows of more classes sum to 1 within 1e-6
		t.Error(err)
	}
	for i := range p.Candidates {
		sum := 0.0
		for k := range p.Cardinality {
			sum += p.Prob(i, k)
		}
		if math.Abs(sum-1) > expTolerance {
			t.Errorf("row %d sums to %v", i, sum)
		}
	}
}

func TestDegenerateMatricesTrainWithAWarningWhereOneIsDue(t *testing.T) {
	t.Parallel()
	same := func(m int, row ...int16) [][]int16 { return slices.Repeat([][]int16{row}, m) }
	const none, single, few, chance, silent = "no labeling function voted", "no labeling functions", "fewer than three", "collapsed to chance", "never voted"
	const alone, worse = "every vote is for the class", "worse than chance"
	type degenerate struct {
		name     string
		k, n     int
		rows     [][]int16
		warnings []string // how they begin or what they contain
	}
	cases := []degenerate{
		{"no candidates", 2, 3, nil, []string{none}},
		{"no candidates, four classes", 4, 3, nil, []string{none}},
		{"no LFs", 2, 0, make([][]int16, 5), []string{single}},
		{"no LFs, three classes", 3, 0, make([][]int16, 5), []string{single}},
		{"neither candidates nor LFs", 2, 0, nil, []string{single}},
		{"one candidate", 2, 3, [][]int16{{1, -1, 1}}, nil},
		{"one LF", 2, 1, [][]int16{{1}, {-1}, {1}, {0}}, []string{few}},
		{"two LFs", 2, 2, [][]int16{{1, 1}, {-1, 0}, {1, -1}}, []string{few}},
		{"two LFs, three classes", 3, 2, [][]int16{{1, 1}, {3, 0}, {2, 3}}, []string{few}},
		{"all abstain", 2, 4, make0(20, 4), []string{none}},
		{"all abstain, five classes", 5, 4, make0(20, 4), []string{none}},
		{"an LF abstains", 2, 4, same(30, 1, 0, 1, -1), []string{silent + ": LF_1"}},
		{"one class only", 2, 3, same(40, 1, 1, 1), []string{alone}},
		{"one of three classes only", 3, 3, same(40, 2, 2, 2), []string{alone}},
		{"identical LFs", 2, 3, append(same(20, 1, 1, 1), same(25, -1, -1, -1)...), nil},
		{"contradictory LFs", 2, 3, append(same(20, 1, -1, 1), same(20, -1, 1, -1)...), nil},
		{"contradictory LFs, three classes", 3, 3, append(same(20, 1, 2, 3), same(20, 3, 1, 2)...), nil},
		{"a hundred thousand equal rows", 2, 3, same(100000, 1, 0, -1), []string{silent + ": LF_1"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			L := labels(t, c.n, c.rows)
			for _, on := range everyOption(c.k) {
				o := learning.DefaultTrainOptions()
				o.Cardinality = c.k
				g := train(t, L, on, o)
				checkSound(t, g, L)
				want := c.warnings
				if slices.ContainsFunc(g.Warnings, func(s string) bool { return strings.Contains(s, worse) }) {
					want = append(slices.Clone(want), worse) // of LFs that contradict each other one may be
				}
				if slices.ContainsFunc(g.Warnings, func(s string) bool { return strings.Contains(s, chance) }) {
					want = append(slices.Clone(want), chance) // may be due as well, depending on the options
					if on.LFPropensity {
						t.Errorf("%v: %q, though lf_propensity is on", on, g.Warnings)
					}
				}
				if len(g.Warnings) != len(want) {
					t.Fatalf("%v: warnings %q, want %d: %q", on, g.Warnings, len(want), want)
				}
				for i, part := range want {
					if !strings.Contains(g.Warnings[i], part) {
						t.Errorf("%v: warning %q does not say %q", on, g.Warnings[i], part)
					}
				}
				if (g.Status == learning.NoData) != (len(c.rows) == 0) {
					t.Errorf("%v: status %q of %d candidates", on, g.Status, len(c.rows))
				}
			}
		})
	}
}

func make0(m, n int) [][]int16 {
	rows := make([][]int16, m)
	for i := range rows {
		rows[i] = make([]int16, n)
	}
	return rows
}

func TestWithoutDataWeightsKeepTheirStart(t *testing.T) {
	t.Parallel()
	o := learning.DefaultTrainOptions()
	o.InitDeps, o.InitClassPrior, o.LFAccPriorWeights = 0.25, 0.5, []float64{1, 2}
	g := train(t, labels(t, 2, nil), full(2), o)
	if want := []float64{0.5, 1, 2, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25}; !slices.Equal(allWeights(g), want) {
		t.Errorf("%v, want %v", allWeights(g), want)
	}
}

func TestManyMoreLFsThanCandidates(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 50, 500, 2, 0.5, 20)
	o := learning.DefaultTrainOptions()
	o.StepSize = 1e-2
	checkSound(t, train(t, L, learning.ModelOptions{}, o), L)
}

func TestHugeStepsAndManyEpochsStaySound(t *testing.T) {
	t.Parallel()
	contradictory := append(slices.Repeat([][]int16{{1, -1, 1}}, 10), slices.Repeat([][]int16{{-1, 1, -1}}, 10)...)
	for _, k := range []int{2, 3} {
		random, _ := synthetic(t, 300, 5, k, 0.4, 21)
		for name, L := range map[string]*matrix.LabelMatrix{
			"random":        random,
			"one class":     labels(t, 3, slices.Repeat([][]int16{{1, 1, 1}}, 30)),
			"contradictory": labels(t, 3, contradictory),
			"all abstain":   labels(t, 3, make0(10, 3)),
		} {
			if k == 3 && name == "contradictory" {
				continue // has −1
			}
			for _, on := range []learning.ModelOptions{{}, full(k)} {
				for _, kind := range []int{learning.RegNone, learning.RegL1, learning.RegL2} {
					o := learning.DefaultTrainOptions()
					o.Epochs, o.StepSize, o.RegType, o.Cardinality = 10000, 1, kind, k
					checkSound(t, train(t, L, on, o), L)
				}
			}
		}
	}
}

func TestLongTrainingOfSparseLFsWarnsOfCollapse(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 1000, 6, 2, 0.05, 22)
	o := learning.DefaultTrainOptions()
	o.StepSize, o.Epochs, o.RegParam = 1e-2, 200, 0
	collapsed := func(g *learning.GenerativeModel) bool {
		return len(g.Warnings) == 1 && strings.Contains(g.Warnings[0], "collapsed to chance") && strings.Contains(g.Warnings[0], "lf_propensity")
	}
	if g := train(t, L, learning.ModelOptions{}, o); !collapsed(g) {
		t.Errorf("warnings %q of the accuracy weights %v", g.Warnings, g.Weights.LFAccuracy)
	}
	if g := train(t, L, learning.ModelOptions{LFPropensity: true}, o); len(g.Warnings) != 0 {
		t.Errorf("with lf_propensity: %q", g.Warnings)
	}
	o.LFAccPriorWeightDefault = 0.01 // chance already
	o.Epochs = 1
	if g := train(t, L, learning.ModelOptions{LFPropensity: true}, o); len(g.Warnings) != 0 {
		t.Errorf("with lf_propensity, at chance: %q recommends what is on", g.Warnings)
	}
	o.Epochs = 0 // training has not done it
	if g := train(t, L, learning.ModelOptions{}, o); len(g.Warnings) != 0 {
		t.Errorf("without epochs: %q", g.Warnings)
	}
}

func TestManySilentLFsAreNamedBriefly(t *testing.T) {
	t.Parallel()
	rows := make0(10, 12)
	for i := range rows {
		rows[i][0], rows[i][1], rows[i][2] = 1, 1, -1
	}
	g := train(t, labels(t, 12, rows), learning.ModelOptions{LFPropensity: true}, learning.DefaultTrainOptions())
	want := []string{"never voted: LF_3, LF_4, LF_5, LF_6, LF_7, and 4 more"}
	if !slices.Equal(g.Warnings, want) {
		t.Errorf("%q, want %q", g.Warnings, want)
	}
}

func TestSymmetricStartIsASaddle(t *testing.T) {
	t.Parallel()
	L, gold := synthetic(t, 300, 4, 2, 0.5, 23)
	empty := labels(t, 4, append(dense(L), make([]int16, 4))) // one candidate without votes
	onEmpty := make([]int16, empty.Rows())
	onEmpty[len(onEmpty)-1] = 1
	all := learning.ModelOptions{LFPrior: true, LFPropensity: true, LFClassPropensity: true}
	classPrior := learning.ModelOptions{ClassPrior: true}
	for _, c := range []struct {
		name   string
		on     learning.ModelOptions
		L      *matrix.LabelMatrix
		change func(o *learning.TrainOptions)
		want   learning.Status
	}{
		{"nothing", learning.ModelOptions{}, L, func(*learning.TrainOptions) {}, learning.Saddle},
		{"all optional weights at 0", all, L, func(*learning.TrainOptions) {}, learning.Saddle},
		{"class prior at 0", classPrior, L, func(o *learning.TrainOptions) { o.InitClassPrior = 0 }, learning.Saddle},
		{"labels of no weight", learning.ModelOptions{}, L, func(o *learning.TrainOptions) { o.Labels, o.LabelPriorWeight = gold, 0 }, learning.Saddle},
		{"a label where nothing voted", learning.ModelOptions{}, empty, func(o *learning.TrainOptions) { o.Labels = onEmpty }, learning.Saddle},
		{"a label where nothing voted, and a class prior", classPrior, empty,
			func(o *learning.TrainOptions) { o.Labels, o.InitClassPrior = onEmpty, 0 }, learning.PathEnd},
		{"class prior", classPrior, L, func(*learning.TrainOptions) {}, learning.PathEnd},
		{"class prior that L1 takes away", classPrior, L,
			func(o *learning.TrainOptions) { o.RegType, o.RegParam = learning.RegL1, 1 }, learning.PathEnd},
		{"labels", learning.ModelOptions{}, L, func(o *learning.TrainOptions) { o.Labels = gold }, learning.PathEnd},
		{"class propensities", all, L, func(o *learning.TrainOptions) { o.InitDeps = 0.1 }, learning.PathEnd},
		{"one prior", learning.ModelOptions{}, L, func(o *learning.TrainOptions) { o.LFAccPriorWeights = []float64{0, 0, 0.1, 0} }, learning.PathEnd},
	} {
		o := learning.DefaultTrainOptions()
		o.StepSize, o.LFAccPriorWeightDefault = 1e-3, 0
		c.change(&o)
		g := train(t, c.L, c.on, o)
		if g.Status != c.want {
			t.Errorf("%s: status %q, want %q", c.name, g.Status, c.want)
		}
		warned := slices.ContainsFunc(g.Warnings, func(s string) bool { return strings.Contains(s, "nothing told the classes apart") })
		if warned != (c.want == learning.Saddle) {
			t.Errorf("%s: warnings %q", c.name, g.Warnings)
		}
		if c.want == learning.Saddle && !slices.Equal(g.Weights.LFAccuracy, make([]float64, 4)) {
			t.Errorf("%s: accuracies %v left the saddle", c.name, g.Weights.LFAccuracy)
		}
	}
}

func TestCancelledTrainingFailsAndLeavesTheModelAsItWas(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 200, 4, 2, 0.5, 24)
	g := train(t, L, learning.ModelOptions{}, quick(2))
	before := allWeights(g)
	ctx, cancel := context.WithCancel(t.Context())
	o := quick(2)
	o.StepSize = 1
	o.Progress = func(float64) { cancel() }
	if err := g.Train(ctx, L, o); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled on the way: %v", err)
	}
	o.Epochs = 0 // nothing to do
	if err := g.Train(ctx, L, o); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before the start: %v", err)
	}
	if !sameBits(before, allWeights(g)) {
		t.Error("the weights changed")
	}
}
