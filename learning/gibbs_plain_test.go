package learning_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"workbench/learning"
	"workbench/learning/dependency"
)

// randomCase draws a case: few candidates, any options, and steps up to such as
// no exponential survives.
func randomCase(random *rand.Rand) *plainCase {
	coin := func() bool { return random.IntN(2) == 0 }
	pick := func(x ...float64) float64 { return x[random.IntN(len(x))] }
	k := []int{2, 2, 3, 4, 9}[random.IntN(5)]
	m, n := 1+random.IntN(30), 1+random.IntN(5)
	c := &plainCase{k: k, options: learning.DefaultTrainOptions(), gibbs: learning.DefaultGibbsOptions()}
	c.model.LFPropensity = coin()
	if k == 2 {
		c.model.ClassPrior, c.model.LFPrior, c.model.LFClassPropensity = coin(), coin(), coin()
	}
	o := &c.options
	o.Cardinality = k
	if k > 2 && coin() {
		for range m {
			var scope []int16
			for _, v := range random.Perm(k)[:1+random.IntN(k)] {
				scope = append(scope, int16(v+1))
			}
			o.CandidateRanges = append(o.CandidateRanges, scope)
		}
	}
	label := func(i int) int16 {
		switch {
		case random.Float64() < 0.4:
			return 0
		case o.CandidateRanges != nil:
			return o.CandidateRanges[i][random.IntN(len(o.CandidateRanges[i]))]
		default:
			return classLabel(random.IntN(k), k)
		}
	}
	for i := range m {
		row := make([]int16, n)
		for j := range row {
			row[j] = label(i)
		}
		c.rows = append(c.rows, row)
	}
	if coin() {
		for i := range m {
			o.Labels = append(o.Labels, label(i))
		}
	}
	if coin() {
		for range n {
			o.LFAccPriorWeights = append(o.LFAccPriorWeights, pick(0, 1, -0.5, 3, 120))
		}
	}
	o.LabelPriorWeight = pick(5, 0, 1, 800)
	o.InitDeps, o.InitClassPrior = pick(0, 0.5, -1), pick(-1, 0, 2)
	o.StepSize, o.Decay = pick(1e-4, 1e-3, 1e-2, 0.3, 20, 1e4), pick(1, 0.9)
	o.RegType, o.RegParam = random.IntN(3), pick(0.1, 1e-3, 2)
	o.Epochs = random.IntN(12)
	c.gibbs = learning.GibbsOptions{Seed: random.Uint32(), BurnIn: random.IntN(4), Truncation: 1 + random.IntN(10)}
	for range random.IntN(5) {
		j, l, t := random.IntN(n), random.IntN(n), dependency.Type(random.IntN(4))
		if j != l && (k == 2 || !t.Directed()) {
			c.deps = append(c.deps, dependency.Dependency{J: j, K: l, Type: t})
		}
	}
	return c
}

func TestTrainingBySeedIsThePlainStatementOfIt(t *testing.T) {
	t.Parallel()
	const cases, withStats = 100, 8
	seed := uint64(1)
	scoped, wild := 0, 0
	for i := range cases {
		c := randomCase(rand.New(rand.NewPCG(seed, uint64(i))))
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			L := labels(t, len(c.rows[0]), c.rows)
			var err error
			if c.deps, err = dependency.Normalize(c.deps, L.Cols(), c.k); err != nil {
				t.Fatal(err)
			}
			weights, right, silent := c.train(i < withStats)
			r, err := learning.GibbsTrain(t.Context(), L, c.model, c.options, c.deps, c.gibbs)
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Vector(); !slices.Equal(got, weights) {
				t.Errorf("%+v\nthe weights are %v, want %v", c, got, weights)
			}
			if i < withStats {
				stats, err := r.ColumnStats(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				for j, s := range stats {
					// The reference adds up its shares in another order.
					want := []float64{right[j], silent[j]}
					if s.Coverage == 0 {
						want[0] = math.NaN() // nothing to be accurate about
					}
					if d := distance([]float64{s.Accuracy * s.Coverage, 1 - s.Coverage}, want); !(d <= 1e-9) {
						t.Errorf("%+v\ncolumn %d: coverage and accuracy are %v and %v; right and silent are %v", c, j, s.Coverage, s.Accuracy, want)
					}
				}
			}
			if c.options.CandidateRanges != nil {
				scoped++
			}
			if slices.ContainsFunc(weights, func(w float64) bool { return math.Abs(w) > 100 }) {
				wild++
			}
		})
	}
	if scoped < 10 || wild < 10 {
		t.Errorf("of %d cases %d had ranges and %d weights above 100, want at least 10 of each", cases, scoped, wild)
	}
}
