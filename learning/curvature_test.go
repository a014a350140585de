package learning_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/learning/option"
)

// shapes are trainings of every kind without dependencies.
func shapes(t *testing.T, check func(t *testing.T, L *matrix.LabelMatrix, k int, m learning.ModelOptions, o learning.TrainOptions)) {
	for _, k := range []int{2, 3, 5} {
		for _, on := range everyOption(k) {
			for _, reg := range []int{learning.RegNone, learning.RegL1, learning.RegL2} {
				t.Run(fmt.Sprint("K=", k, " ", on, " reg=", reg), func(t *testing.T) {
					t.Parallel()
					L, gold := synthetic(t, 60, 6, k, 0.5, 8)
					o := learning.DefaultTrainOptions()
					o.Cardinality, o.RegType, o.StepSize = k, reg, 1e-3
					o.Labels = make([]int16, len(gold))
					copy(o.Labels, gold[:20])
					check(t, L, k, on, o)
				})
			}
		}
	}
	t.Run("ranges", func(t *testing.T) {
		t.Parallel()
		L, ranges := scoped(t, 150, 5, 4)
		o := learning.DefaultTrainOptions()
		o.Cardinality, o.CandidateRanges, o.StepSize = 4, ranges, 1e-3
		check(t, L, 4, learning.ModelOptions{LFPropensity: true}, o)
	})
}

func TestProductsAreThoseOfTheJacobian(t *testing.T) {
	t.Parallel()
	shapes(t, func(t *testing.T, L *matrix.LabelMatrix, k int, m learning.ModelOptions, o learning.TrainOptions) {
		random := rand.New(rand.NewPCG(9, 9))
		_, jacobian, size := learning.Slope(L, k, m, o)
		product := learning.Product(L, k, m, o)
		w, x, jac := make([]float64, size), make([]float64, size), make([]float64, size*size)
		for a := range w {
			w[a], x[a] = random.NormFloat64(), random.NormFloat64()
		}
		jacobian(w, jac)
		got, diagonal := product(w, x)
		want, along := make([]float64, size), make([]float64, size)
		for a := range want {
			along[a] = jac[a*size+a]
			for b := range x {
				want[a] += jac[a*size+b] * x[b]
			}
		}
		if d := distance(got, want); d > 1e-12 {
			t.Errorf("the product is %.1e away from the Jacobian's", d)
		}
		if d := distance(diagonal, along); d > 1e-12 {
			t.Errorf("the diagonal is %.1e away from the Jacobian's", d)
		}
	})
}

func TestThePathDoesNotDependOnHowItsSystemsAreSolved(t *testing.T) {
	t.Parallel()
	shapes(t, func(t *testing.T, L *matrix.LabelMatrix, k int, m learning.ModelOptions, o learning.TrainOptions) {
		whole, err := learning.Follow(t.Context(), L, k, m, o, true)
		if err != nil {
			t.Fatal(err)
		}
		products, err := learning.Follow(t.Context(), L, k, m, o, false)
		if err != nil {
			t.Fatal(err)
		}
		// Both come within 1e-6 of the exact path, and to about 1e-9 in fact.
		if d := distance(whole, products); d > 1e-8 {
			t.Errorf("the ends are %.1e apart", d)
		}
	})
}

func TestManyLabelingFunctionsTrainInRoomForTheirVotes(t *testing.T) {
	t.Parallel()
	// Whole Jacobians of 8,000 weights take 0.5 GB each, and solving with one of them
	// a minute, which is done hundreds of times.
	const m, n, each = 400, 4000, 5
	random := rand.New(rand.NewPCG(4, 4))
	rows := make(map[[2]int]bool)
	var entries []matrix.Entry[int16]
	for i := range m {
		truth := int16(1 - 2*(i%2))
		for range each {
			j := random.IntN(n / 2) // the others never vote
			if rows[[2]int{i, j}] {
				continue
			}
			rows[[2]int{i, j}] = true
			vote := truth
			if random.Float64() < 0.2 {
				vote = -truth
			}
			entries = append(entries, matrix.Entry[int16]{Row: i, Col: j, Value: vote})
		}
	}
	L, err := matrix.New(ids(m), lfKeys(n), entries)
	if err != nil {
		t.Fatal(err)
	}
	g := train(t, L, learning.ModelOptions{LFPropensity: true}, learning.DefaultTrainOptions())
	for j := n/2 + 1; j < n; j++ {
		if w := g.Weights; w.LFAccuracy[j] != w.LFAccuracy[n/2] || w.LFPropensity[j] != w.LFPropensity[n/2] {
			t.Fatalf("LFs without votes have the weights %v and %v, others %v and %v", w.LFAccuracy[n/2], w.LFPropensity[n/2], w.LFAccuracy[j], w.LFPropensity[j])
		}
	}
	if p := marginals(t, g, L); len(p.P) != m {
		t.Errorf("%d marginals", len(p.P))
	}
}

func TestDependenciesOfTooManyLabelingFunctionsAreRefusedByNumbers(t *testing.T) {
	t.Parallel()
	const n = 20_000
	L, err := matrix.New(ids(2), lfKeys(n), []matrix.Entry[int16]{{Row: 0, Col: 0, Value: 1}, {Row: 1, Col: 1, Value: -1}})
	if err != nil {
		t.Fatal(err)
	}
	o := learning.DefaultTrainOptions()
	o.Deps = deps([][3]int{{0, 1, 0}})
	err = learning.NewGenerativeModel(learning.ModelOptions{}).Train(t.Context(), L, o)
	var wrong *option.Error
	if !errors.As(err, &wrong) || wrong.Name != "deps" || !strings.Contains(wrong.Reason, "20001 weights") || !strings.Contains(wrong.Reason, "12 GiB") {
		t.Errorf("error %v, want one of deps with numbers", err)
	}
}

func BenchmarkFollow(b *testing.B) {
	for _, n := range []int{100, 400} {
		L, _ := synthetic(b, 2000, n, 2, 0.1, 3)
		for _, whole := range []bool{true, false} {
			b.Run(fmt.Sprint(n, " whole=", whole), func(b *testing.B) {
				for b.Loop() {
					if _, err := learning.Follow(b.Context(), L, 2, learning.ModelOptions{LFPropensity: true}, learning.DefaultTrainOptions(), whole); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
