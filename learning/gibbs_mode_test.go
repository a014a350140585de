package learning_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"workbench/learning"
	"workbench/learning/dependency"
	"workbench/learning/option"
)

func TestSampledTrainingIsAMethodOfTrain(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 400, 4, 2, 0.6, 8)
	o := learning.DefaultTrainOptions()
	sampler := learning.DefaultGibbsOptions()
	o.StepSize, o.Gibbs, o.Deps = 1e-3, &sampler, deps([][3]int{{0, 1, 0}})
	on := learning.ModelOptions{LFPropensity: true}
	g := train(t, L, on, o)
	if g.Status != learning.Sampled || g.Training.Method != learning.Gibbs || *g.Training.Seed != sampler.Seed {
		t.Errorf("status %q, training %+v", g.Status, g.Training)
	}
	if again := train(t, L, on, o); !sameBits(learnedPart(again), learnedPart(g)) {
		t.Error("the same seed gives other weights")
	}
	o.Gibbs = nil
	path := train(t, L, on, o)
	// Snorkel's weights scatter around the mean path by a few hundredths.
	if d := distance(learnedPart(path), learnedPart(g)); d == 0 || d > 0.5 {
		t.Errorf("the mean path ends %v away from a sampled training", d)
	}
	stats, err := g.SampleLFStats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for j, exact := range g.LearnedLFStats() {
		// 10,000 correlated draws
		if math.Abs(stats[j].Coverage-exact.Coverage) > 0.05 {
			t.Errorf("LF %d: coverage %v sampled, %v exactly", j, stats[j].Coverage, exact.Coverage)
		}
	}
	if _, err := path.SampleLFStats(t.Context()); !errors.Is(err, learning.ErrUntrained) {
		t.Errorf("sampling after another training: %v, want ErrUntrained", err)
	}
}

// clique makes every two of n LFs similar.
func clique(n int) (list []dependency.Dependency) {
	for j := range n {
		for k := j + 1; k < n; k++ {
			list = append(list, dependency.Dependency{J: j, K: k, Type: dependency.Similar})
		}
	}
	return list
}

func TestTooManyDependentLFsAreEstimated(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 300, 14, 2, 0.5, 6)
	o := learning.DefaultTrainOptions()
	o.Deps, o.StepSize = clique(14), 1e-3
	g := train(t, L, learning.ModelOptions{LFPropensity: true}, o)
	if g.Status != learning.Estimated || g.Training.Method != learning.Estimate || !(g.Training.StandardError > 0) {
		t.Errorf("status %q, training %+v", g.Status, g.Training)
	}
	if len(g.Warnings) == 0 || !strings.Contains(g.Warnings[len(g.Warnings)-1], "beyond exact inference") {
		t.Errorf("warnings %q say nothing about the estimate", g.Warnings)
	}
	checkSound(t, g, L)
	o.Converge = true
	var option *option.Error
	if err := learning.NewGenerativeModel(learning.ModelOptions{}).Train(t.Context(), L, o); !errors.As(err, &option) {
		t.Errorf("converging beyond exact inference: %v, want an option.Error", err)
	}
}

func TestEstimatesAgreeWithExactInference(t *testing.T) {
	t.Parallel()
	// One small model in both ways.
	L, _ := synthetic(t, 500, 5, 2, 0.6, 9)
	o := learning.DefaultTrainOptions()
	o.StepSize, o.Deps = 1e-3, deps([][3]int{{0, 1, 1}, {2, 1, 2}, {3, 4, 0}})
	on := learning.ModelOptions{LFPropensity: true, LFPrior: true}
	exact := train(t, L, on, o)
	estimate, err := learning.EstimateModel(t.Context(), L, on, o)
	if err != nil {
		t.Fatal(err)
	}
	// Four trainings scatter by some hundredths each.
	if d := distance(learnedPart(estimate), learnedPart(exact)); d > 0.15 {
		t.Errorf("the estimate is %v away from exact inference", d)
	}
	for j, s := range learning.SampledStats(exact) {
		e := exact.LearnedLFStats()[j]
		if math.Abs(s.Accuracy-e.Accuracy) > 0.05 || math.Abs(s.Coverage-e.Coverage) > 0.05 { // 10,000 correlated draws
			t.Errorf("LF %d: sampled %+v, exactly %+v", j, s, e)
		}
	}
}

func TestAChainOfManyLFsIsExact(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 300, 40, 2, 0.2, 6)
	o := learning.DefaultTrainOptions()
	for j := range 39 {
		o.Deps = append(o.Deps, dependency.Dependency{J: j, K: j + 1, Type: dependency.Similar})
	}
	if g := train(t, L, learning.ModelOptions{LFPropensity: true}, o); g.Status != learning.PathEnd {
		t.Errorf("status %q, want the end of the path", g.Status)
	}
}
