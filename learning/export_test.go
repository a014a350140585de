package learning

import (
	"context"

	"workbench/annotations/matrix"
	"workbench/learning/dependency"
)

// Choices draws from one RandomState(seed), once for each pair of a list's
// length and the number of draws.
func Choices(seed uint32, pairs ...[2]int) [][]int {
	r := newMersenne(seed)
	var picks [][]int
	for _, p := range pairs {
		picks = append(picks, r.choice(p[0], p[1]))
	}
	return picks
}

// Slope gives the gradient of the mean log likelihood of L and its Jacobian,
// as functions of the learned weights, and how many of those there are.
func Slope(L *matrix.LabelMatrix, k int, m ModelOptions, o TrainOptions) (gradient, jacobian func(w, out []float64), size int) {
	deps, err := dependency.Normalize(o.Deps, L.Cols(), k)
	if err != nil {
		panic(err) // the test's own mistake
	}
	e := newExpectation(newPatterns(compress(L, o.Labels, o.CandidateRanges), k), newLayout(L.Cols(), m, deps...), k, &o)
	return e.gradient, e.jacobian, e.size
}

// SlopeByFeatures is Slope of two classes on the plain path of the data's side.
func SlopeByFeatures(L *matrix.LabelMatrix, m ModelOptions, o TrainOptions) (gradient, jacobian func(w, out []float64), size int) {
	e := newExpectation(newPatterns(compress(L, o.Labels, o.CandidateRanges), 2), newLayout(L.Cols(), m), 2, &o)
	e.setFeatures()
	e.votes = nil
	return e.gradient, e.jacobian, e.size
}

// Integrate follows w' = f(w) from w in equal steps of the Rosenbrock method
// and returns where it ends.
func Integrate(f, jacobian func(w, out []float64), w []float64, duration float64, steps int) ([]float64, error) {
	r := newRosenbrock(len(w), f, newDenseLinear(len(w), jacobian))
	at, next := append([]float64{}, w...), make([]float64, len(w))
	for range steps {
		r.linear.at(at)
		if _, err := r.try(at, duration/float64(steps), 1, next); err != nil {
			return nil, err
		}
		copy(at, next)
	}
	return at, nil
}

// EstimateModel estimates the weights of a model that exact inference could
// compute, too.
func EstimateModel(ctx context.Context, L *matrix.LabelMatrix, m ModelOptions, o TrainOptions) (*GenerativeModel, error) {
	t, err := newTask(L, m, &o)
	if err != nil {
		return nil, err
	}
	result, err := estimate(ctx, t, &o)
	return &GenerativeModel{Options: m, Weights: result.weights, Cardinality: 2}, err
}

// Objective is what a search maximises.
func Objective(s Scores, k int) float64 { return s.objective(k) }

// IsWhole reports whether a hyperparameter takes whole numbers only.
func IsWhole(name string) bool { return isWhole(name) }

// Space draws the points that a search tries next.
func Space(s *Search) [][]float64 { return s.space() }

// SampledStats are the statistics that take the place of exact ones where too
// many LFs depend on each other.
func SampledStats(g *GenerativeModel) []LearnedLFStat { return g.sampledStats() }

// Product multiplies the Jacobian of the same gradient at w by x, without the
// matrix; its diagonal comes beside it.
func Product(L *matrix.LabelMatrix, k int, m ModelOptions, o TrainOptions) func(w, x []float64) (product, diagonal []float64) {
	e := newExpectation(newPatterns(compress(L, o.Labels, ascending(o.CandidateRanges)), k), newLayout(L.Cols(), m), k, &o)
	c := newCurvature(e)
	return func(w, x []float64) (product, diagonal []float64) {
		product, diagonal = make([]float64, e.size), make([]float64, e.size)
		c.at(w)
		c.times(x, product)
		c.diagonal(diagonal)
		return product, diagonal
	}
}

// Follow follows the mean path to its end with the whole Jacobian, or without.
func Follow(ctx context.Context, L *matrix.LabelMatrix, k int, m ModelOptions, o TrainOptions, whole bool) ([]float64, error) {
	l := newLayout(L.Cols(), m)
	e := newExpectation(newPatterns(compress(L, o.Labels, ascending(o.CandidateRanges)), k), l, k, &o)
	f := newFlow(e, o.RegParam, o.RegType)
	f.solver.linear = newSparseLinear(f)
	if whole {
		f.solver.linear = newDenseLinear(e.size, f.jacobian)
	}
	w := l.starts(&o)
	_, err := f.run(ctx, w, o.duration(L.Rows()), nil)
	return w, err
}

// Ends follows the mean path to its end twice: the long way, and by the point of
// rest where it gets there, of which it says whether it does.
func Ends(ctx context.Context, L *matrix.LabelMatrix, k int, m ModelOptions, o TrainOptions) (long, short []float64, rests bool, err error) {
	deps, err := dependency.Normalize(o.Deps, L.Cols(), k)
	if err != nil {
		return nil, nil, false, err
	}
	l := newLayout(L.Cols(), m, deps...)
	f := newFlow(newExpectation(newPatterns(compress(L, o.Labels, ascending(o.CandidateRanges)), k), l, k, &o), o.RegParam, o.RegType)
	long, short = l.starts(&o), l.starts(&o)
	if _, err = f.run(ctx, long, o.duration(L.Rows()), nil); err != nil {
		return nil, nil, false, err
	}
	rests, err = f.rest(ctx, short, o.duration(L.Rows()), nil)
	return long, short, rests, err
}
