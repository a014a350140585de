package learning

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"

	"workbench/learning/dependency"
)

// estimates is how many sampled trainings an estimate is the mean of: enough to
// state a standard error, few enough to wait for.
const estimates = 4

// beyondExact returns the LFs of the largest component of the dependency graph
// that exact inference cannot handle (see maxTable), nil if there is none.
func beyondExact(n int, deps []dependency.Dependency, k int) []int {
	var worst []int
	for _, lfs := range connected(n, deps) {
		if len(lfs) > len(worst) && tooLarge(lfs, deps, k) {
			worst = lfs
		}
	}
	return worst
}

// estimate replaces the mean path where it cannot be computed: it averages the
// weights of Snorkel's sampled training over fixed seeds, with the factors as
// they are documented, and states the largest standard error among them.
func estimate(ctx context.Context, t *task, o *TrainOptions) (fit, error) {
	results := make([]*gibbsResult, estimates)
	errs := make([]error, estimates)
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for i := range estimates {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			sampler := DefaultGibbsOptions()
			sampler.Seed += uint32(i)
			sampler.documented = true
			one := *o
			if i > 0 {
				one.Progress = nil // the first one speaks for all
			}
			results[i], errs[i] = gibbsTrain(ctx, t, &one, sampler)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return fit{}, err
		}
	}
	l, mean := results[0].Weights.pack()
	square := make([]float64, l.size)
	clear(mean)
	for _, r := range results {
		_, theta := r.Weights.pack()
		for a, x := range theta {
			mean[a] += x / estimates
			square[a] += x * x / estimates
		}
	}
	worst := 0.0
	for a, m := range mean {
		variance := math.Max(0, square[a]-m*m) * estimates / (estimates - 1)
		worst = math.Max(worst, math.Sqrt(variance/estimates))
	}
	return fit{weights: l.unpack(mean), status: Estimated, standardError: worst}, nil
}

// sampledStats estimates LearnedLFStats where exact inference cannot compute
// them, from draws with a fixed seed.
func (g *GenerativeModel) sampledStats() []LearnedLFStat {
	w := &g.Weights
	model := newGibbsModel(g.Cardinality, len(g.LFs), everyKind(g.Cardinality), &TrainOptions{}, w.Dependencies, true)
	model.random = newUniforms(DefaultGibbsOptions().Seed)
	for kind := range model.kinds {
		for j, x := range model.kinds[kind].load(w)[:len(model.weights[kind])] {
			model.weights[kind][j].learned = x
		}
	}
	for i, d := range w.Dependencies {
		model.dep[i].learned = d.Weight
	}
	sizes := g.sizes()
	parts := make([][]LearnedLFStat, len(sizes))
	for i, size := range sizes {
		r := &gibbsResult{Cardinality: g.Cardinality, classes: size.Classes, names: g.LFs, model: model}
		tallies := r.newTallies()
		for start := range r.classes {
			r.tally(start, tallies)
		}
		parts[i] = r.named(r.shares(tallies))
	}
	return mixed(parts, shares(sizes))
}

// SampleLFStats draws the model's statistics of each LF as Snorkel's
// learned_lf_stats does after training with the same seed: the draws go on
// where training stopped. Only a model that was just trained with
// [TrainOptions].Gibbs can do that; [GenerativeModel.LearnedLFStats] computes
// the same exactly and for every model.
func (g *GenerativeModel) SampleLFStats(ctx context.Context) ([]LearnedLFStat, error) {
	if g.sampler == nil {
		return nil, fmt.Errorf("%w by sampling, so there are no draws to go on with", ErrUntrained)
	}
	return g.sampler.lfStats(ctx)
}
