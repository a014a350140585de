package learning

import (
	"context"

	"workbench/annotations"
)

// GibbsRun is what the tests see of training by seed.
type GibbsRun struct {
	*gibbsResult
}

// Vector is Snorkel's weight vector, with the labels' column.
func (r GibbsRun) Vector() []float64 { return r.model.vector() }

// LFStats samples the statistics of the n LFs.
func (r GibbsRun) LFStats(ctx context.Context) ([]LearnedLFStat, error) { return r.lfStats(ctx) }

// ColumnStats samples the statistics of all columns.
func (r GibbsRun) ColumnStats(ctx context.Context) ([]LearnedLFStat, error) {
	return r.columnStats(ctx)
}

// GibbsTrain trains by seed.
func GibbsTrain(ctx context.Context, L *annotations.LabelMatrix, m ModelOptions, o TrainOptions, deps []Dependency, g GibbsOptions) (GibbsRun, error) {
	r, err := gibbsTrain(ctx, L, m, o, deps, g)
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
