package learning

import (
	"context"
	"slices"

	"workbench/learning/option"
)

// GibbsOptions are what Snorkel's own training needs besides [TrainOptions].
// [DefaultGibbsOptions] has Snorkel's defaults, from which callers start: a zero
// means zero, and a Truncation of 0 is refused.
type GibbsOptions struct {
	// Seed starts all random draws, as the seed of Snorkel's constructor does;
	// 271828.
	Seed uint32
	// BurnIn is how often the free chain is drawn before training; 5.
	BurnIn int
	// Truncation makes L1 cut weights at one touch in so many only, and so many
	// times as far; 10. The other regularizations have no use for it.
	Truncation int

	// documented reads the factors as exact inference does, for estimates.
	documented bool
}

// DefaultGibbsOptions returns Snorkel's defaults.
func DefaultGibbsOptions() GibbsOptions {
	return GibbsOptions{Seed: 271828, BurnIn: 5, Truncation: 10}
}

func (g *GibbsOptions) check() error {
	switch {
	case g.BurnIn < 0:
		return option.Errorf("burn_in", "%d is negative", g.BurnIn)
	case g.Truncation < 1:
		return option.Errorf("truncation", "%d is less than 1", g.Truncation)
	}
	return nil
}

// gibbsResult is a model as Snorkel's own training leaves it.
type gibbsResult struct {
	Cardinality int
	Weights     Weights // of the n LFs and of the dependencies

	classes int // of the model that statistics are sampled from
	names   []string
	model   *gibbsModel
}

// gibbsTrain repeats Snorkel's own training draw for draw: stochastic gradient
// steps on samples of two Gibbs chains, one clamped to the votes of the data,
// one free (snorkel.learning.gen_learning and numbskull). The same seed
// gives the weights of Snorkel 0.7 on numbskull 0.1.1 to the last bit.
//
// Three streams of random numbers start from the seed: one shuffles the
// candidates and sets the classes that the chains start from, one makes all
// draws of the chains, one tosses the coins of L1.
//
// Here, and only here, lf_prior, fixing and reinforcing are as numbskull reads
// them, and the labels are one more LF behind the others, whose accuracy weight
// is fixed and which has optional weights of its own; the result is about the n
// LFs without it.
func gibbsTrain(ctx context.Context, t *task, o *TrainOptions, g GibbsOptions) (*gibbsResult, error) {
	data := &gibbsData{L: t.L, labels: o.Labels, ranges: o.CandidateRanges, k: t.k}
	model := newGibbsModel(t.k, data.columns(), t.model, o, t.deps, g.documented)
	model.random = newUniforms(g.Seed)
	model.step = gibbsStep{l1: o.RegType == RegL1, chance: 1 / float64(g.Truncation), coins: newUniforms(g.Seed)}
	run := &gibbsRun{m: t.L.Rows(), chains: newGibbsChains(model, data, newMersenne(g.Seed)),
		total: 2 * float64(t.L.Rows()) * (float64(g.BurnIn) + float64(o.Epochs)), progress: o.Progress}
	if err := run.train(ctx, o, &g, &model.step); err != nil {
		return nil, err
	}
	return newGibbsResult(model, data), nil
}

// newGibbsResult reads the weights off the model.
func newGibbsResult(model *gibbsModel, data *gibbsData) *gibbsResult {
	n := data.L.Cols()
	r := &gibbsResult{Cardinality: data.k, Weights: newWeights(n), classes: data.widest(), model: model}
	for _, key := range data.L.Keys() {
		r.names = append(r.names, key.Name)
	}
	for kind, of := range model.weights {
		if len(of) == 0 {
			continue
		}
		values := make([]float64, len(of))
		for j := range of {
			values[j] = of[j].value()
		}
		model.kinds[kind].store(&r.Weights, values) // of the labels' column there is no room for
	}
	r.Weights.Dependencies = slices.Clone(model.deps)
	for i := range model.dep {
		r.Weights.Dependencies[i].Weight = model.dep[i].learned
	}
	return r
}

// gibbsChains are the two chains over all candidates, for one kind of labels.
type gibbsChains interface {
	drawClass(i int)              // draws y of candidate i in the free chain
	drawVotes(i int)              // draws its votes in the free chain
	learnClass(i int)             // draws y in both chains and learns from it
	learnVotes(i int)             // the same for the votes, which the data clamp
	reset(value int)              // sets all of the free chain, in numbskull's values
	values(i int, into []int) int // the votes of the free chain and y, likewise
}

// gibbsRun goes through training.
type gibbsRun struct {
	m        int
	chains   gibbsChains
	progress func(float64)

	done, total float64 // passes over single candidates
	told        float64 // share done at the last report
}

// train burns in and learns.
func (r *gibbsRun) train(ctx context.Context, o *TrainOptions, g *GibbsOptions, s *gibbsStep) error {
	for range g.BurnIn {
		if err := r.sweep(ctx, r.chains.drawClass, r.chains.drawVotes); err != nil {
			return err
		}
	}
	step := o.StepSize
	for range o.Epochs {
		s.set(step, o, g)
		if err := r.sweep(ctx, r.chains.learnClass, r.chains.learnVotes); err != nil {
			return err
		}
		step *= o.Decay
	}
	return ctx.Err()
}

// sweep passes over all candidates with each function: all classes come before
// all votes, as the variables of Snorkel's factor graph do.
func (r *gibbsRun) sweep(ctx context.Context, passes ...func(i int)) error {
	const block = 1024 // candidates between two looks at the context
	for _, pass := range passes {
		for lo := 0; lo < r.m; lo += block {
			if err := ctx.Err(); err != nil {
				return err
			}
			hi := min(lo+block, r.m)
			for i := lo; i < hi; i++ {
				pass(i)
			}
			r.report(hi - lo)
		}
	}
	return nil
}

// report tells the share done, in steps of about a hundredth.
func (r *gibbsRun) report(candidates int) {
	r.done += float64(candidates)
	share := r.done / r.total
	if r.progress != nil && (share-r.told >= 0.01 || share == 1) {
		r.told = share
		r.progress(share)
	}
}
