package learning

import (
	"context"

	"workbench/annotations/matrix"
	"workbench/learning/dependency"
)

// GibbsRun is what the tests see of training by seed.
type GibbsRun struct {
	*gibbsResult
}

// Vector lists the weights in the order of Snorkel's vector, with the labels'
// column and each prior in front of its learned part.
func (r GibbsRun) Vector() []float64 {
	g := r.model
	var v []float64
	for kind, of := range g.weights {
		for j, w := range of {
			if w.prior != 0 {
				v = append(v, w.prior)
			}
			if j < len(g.learned[kind]) {
				v = append(v, w.learned)
			}
		}
	}
	for _, w := range g.dep {
		v = append(v, w.learned)
	}
	return v
}

// LFStats samples the statistics of the n LFs.
func (r GibbsRun) LFStats(ctx context.Context) ([]LearnedLFStat, error) { return r.lfStats(ctx) }

// ColumnStats samples the statistics of all columns.
func (r GibbsRun) ColumnStats(ctx context.Context) ([]LearnedLFStat, error) {
	return r.columnStats(ctx)
}

// GibbsTrain trains by seed.
func GibbsTrain(ctx context.Context, L *matrix.LabelMatrix, m ModelOptions, o TrainOptions, deps []dependency.Dependency, g GibbsOptions) (GibbsRun, error) {
	o.Deps, o.Gibbs = deps, &g
	t, err := newTask(L, m, &o)
	if err != nil {
		return GibbsRun{}, err
	}
	r, err := gibbsTrain(ctx, t, &o, g)
	return GibbsRun{r}, err
}

// Uniforms returns the first n numbers of RandomState(seed).random_sample().
func Uniforms(seed uint32, n int) []float64 {
	u := newUniforms(seed)
	list := make([]float64, n)
	for i := range list {
		list[i] = u.draw()
	}
	return list
}

// Shuffle is RandomState(seed).permutation(n), followed by draws of randint(k).
func Shuffle(seed uint32, n, k, draws int) (order, numbers []int) {
	r := newMersenne(seed)
	order = r.permutation(n)
	for range draws {
		numbers = append(numbers, r.below(k))
	}
	return order, numbers
}

// MersenneWords returns the first n words of the generator.
func MersenneWords(seed uint32, n int) []uint32 {
	r := newMersenne(seed)
	list := make([]uint32, n)
	for i := range list {
		list[i] = r.word()
	}
	return list
}
