package learning_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

// quick are options with which a thousand candidates move all weights clearly.
func quick(k int) learning.TrainOptions {
	o := learning.DefaultTrainOptions()
	o.StepSize, o.Epochs, o.Decay, o.Cardinality = 1e-3, 10, 0.95, k
	return o
}

// full are all optional weights that k classes can have.
func full(k int) learning.ModelOptions { return everyOption(k)[len(everyOption(k))-1] }

func TestOrderOfCandidatesChangesNoBit(t *testing.T) {
	t.Parallel()
	for _, k := range []int{2, 4} {
		L, gold := synthetic(t, 2000, 7, k, 0.5, 11)
		order := rand.New(rand.NewPCG(1, 1)).Perm(L.Rows())
		o := quick(k)
		o.Labels = slices.Clone(gold)
		for i := range o.Labels {
			if i%5 != 0 {
				o.Labels[i] = 0
			}
		}
		shuffled := o
		shuffled.Labels = make([]int16, len(order))
		for to, from := range order {
			shuffled.Labels[to] = o.Labels[from]
		}
		a, b := train(t, L, full(k), o), train(t, L.SelectRows(order), full(k), shuffled)
		if !sameBits(allWeights(a), allWeights(b)) {
			t.Errorf("K=%d: weights %v, after shuffling %v", k, allWeights(a), allWeights(b))
		}
	}
}

func TestOrderOfLFsOrdersTheWeights(t *testing.T) {
	t.Parallel()
	// Another order of the columns is another order of sums and of pivots, and
	// the path does not amplify rounding here.
	const tolerance = 1e-9
	for _, k := range []int{2, 4} {
		L, _ := synthetic(t, 2000, 7, k, 0.5, 12)
		order := []int{4, 2, 6, 0, 1, 5, 3}
		o := quick(k)
		o.LFAccPriorWeights = []float64{1, 0.9, 1.2, 0.5, 1, 0.7, 0.2}
		a := train(t, L, full(k), o)
		permuted := o
		permuted.LFAccPriorWeights = make([]float64, 7)
		for to, from := range order {
			permuted.LFAccPriorWeights[to] = o.LFAccPriorWeights[from]
		}
		b := train(t, L.SelectCols(order), full(k), permuted)
		for to, from := range order {
			if b.LFs[to] != a.LFs[from] {
				t.Fatalf("column %d is %s, want %s", to, b.LFs[to], a.LFs[from])
			}
			got := []float64{b.Weights.LFAccuracy[to], b.Weights.LFPrior[to], b.Weights.LFPropensity[to], b.Weights.LFClassPropensity[to]}
			want := []float64{a.Weights.LFAccuracy[from], a.Weights.LFPrior[from], a.Weights.LFPropensity[from], a.Weights.LFClassPropensity[from]}
			if d := distance(got, want); d > tolerance {
				t.Errorf("K=%d, %s: %v, want %v: %.1e apart", k, a.LFs[from], got, want, d)
			}
		}
	}
}

func TestNumberOfProcessorsChangesNoBit(t *testing.T) {
	L, _ := synthetic(t, 11000, 12, 2, 0.7, 13)
	if n := distinctRows(L); n <= 7*1024 {
		t.Fatalf("%d distinct rows, want more than seven blocks of 1024, so that all lanes have work", n)
	}
	o := quick(2)
	o.Epochs = 2 // every sum and every step of the solver is made in each
	ofWide := o
	o.StepSize = 1e-4
	on := learning.ModelOptions{ClassPrior: true, LFPropensity: true}
	wide, _ := synthetic(t, 300, 90, 2, 0.3, 14) // enough columns for gonum to use several processors
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first, firstWide []float64
	for _, n := range []int{1, 8} {
		runtime.GOMAXPROCS(n)
		got := allWeights(train(t, L, on, o))
		gotWide := allWeights(train(t, wide, on, ofWide))
		if first == nil {
			first, firstWide = got, gotWide
		}
		if !sameBits(got, first) {
			t.Errorf("%d processors give other bits than one: %v, %v", n, got, first)
		}
		if !sameBits(gotWide, firstWide) {
			t.Errorf("90 LFs: %d processors give other bits than one", n)
		}
	}
}

func distinctRows(L *matrix.LabelMatrix) int {
	seen := make(map[string]bool)
	for i := range L.Rows() {
		cols, vals := L.Row(i)
		seen[fmt.Sprint(cols, vals)] = true
	}
	return len(seen)
}

func TestTwiceTheCandidatesAtHalfTheStepChangesNothing(t *testing.T) {
	t.Parallel()
	// Shares of rows and the duration stay the same; only their rounding may
	// differ.
	const tolerance = 1e-9
	for _, k := range []int{2, 3} {
		L, _ := synthetic(t, 700, 5, k, 0.6, 15)
		twice := make([]int, 0, 2*L.Rows())
		for i := range L.Rows() {
			twice = append(twice, i, i)
		}
		o := quick(k)
		a := train(t, L, full(k), o)
		doubled := o
		doubled.StepSize /= 2
		b := train(t, L.SelectRows(twice), full(k), doubled)
		if d := distance(allWeights(a), allWeights(b)); d > tolerance {
			t.Errorf("K=%d: %.1e apart", k, d)
		}
		c := train(t, L.SelectRows(twice), full(k), o)
		if d := distance(allWeights(a), allWeights(c)); d < 1e-3 {
			t.Errorf("K=%d: without halving the step only %.1e apart, so the duration does not count", k, d)
		}
	}
}

func TestEpochsAreOneAfterTheOther(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 500, 4, 2, 0.6, 16)
	for _, c := range []struct {
		decay    float64
		epochs   int
		duration float64 // in steps of the first epoch
	}{
		{1, 7, 7}, {0.5, 3, 1.75}, {2, 4, 15}, {0, 9, 1}, {0.9, 0, 0}, {0.999999, 2, 1.999999},
	} {
		o := quick(2)
		o.Decay, o.Epochs = c.decay, c.epochs
		a := train(t, L, full(2), o)
		o.Decay, o.Epochs, o.StepSize = 1, 1, o.StepSize*c.duration
		b := train(t, L, full(2), o)
		// The durations agree to rounding.
		if d := distance(allWeights(a), allWeights(b)); d > 1e-12 {
			t.Errorf("decay %v, %d epochs: not as long as %v first epochs, %.1e apart", c.decay, c.epochs, c.duration, d)
		}
	}
}

func TestTrainingLeavesItsInputAlone(t *testing.T) {
	t.Parallel()
	L, gold := synthetic(t, 200, 4, 2, 0.6, 17)
	before := dense(L)
	o := quick(2)
	o.LFAccPriorWeights, o.Labels = []float64{1, 2, 3, 4}, slices.Clone(gold)
	g := train(t, L, full(2), o)
	marginals(t, g, L)
	if !slices.Equal(o.LFAccPriorWeights, []float64{1, 2, 3, 4}) || !slices.Equal(o.Labels, gold) {
		t.Error("the options' lists were changed")
	}
	if !slices.EqualFunc(before, dense(L), slices.Equal[[]int16]) {
		t.Error("the matrix was changed")
	}
}

func TestTrainingTwiceGivesTheSameModel(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 500, 5, 2, 0.6, 18)
	g := train(t, L, full(2), quick(2))
	first := allWeights(g)
	if err := g.Train(t.Context(), L, quick(2)); err != nil {
		t.Fatal(err)
	}
	if !sameBits(first, allWeights(g)) {
		t.Error("training a trained model does not start afresh")
	}
}

func TestKnownLabelsPullTheWeightsTowardsTheTruth(t *testing.T) {
	t.Parallel()
	// LF_0 is always wrong. Without labels its prior hides that in a short
	// training; with labels it does not.
	L := labels(t, 1, slices.Repeat([][]int16{{1}, {-1}}, 50))
	o := learning.DefaultTrainOptions()
	o.StepSize = 1e-2
	without := train(t, L, learning.ModelOptions{}, o).Weights.LFAccuracy[0]
	o.Labels = slices.Repeat([]int16{-1, 1}, 50)
	with := train(t, L, learning.ModelOptions{}, o).Weights.LFAccuracy[0]
	if without <= 0 || with >= 0 {
		t.Errorf("accuracy weight %v without labels, %v with; want it positive and negative", without, with)
	}
}

func TestProgressNeverFallsAndEndsAtOne(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 500, 5, 2, 0.6, 19)
	for _, kind := range []int{learning.RegNone, learning.RegL1, learning.RegL2} {
		o := quick(2)
		o.RegType = kind
		last, calls := 0.0, 0
		o.Progress = func(done float64) {
			if !(done >= last && done <= 1) {
				t.Errorf("reg_type %d: progress %v after %v", kind, done, last)
			}
			last = done
			calls++
		}
		train(t, L, full(2), o)
		if last != 1 || calls < 2 {
			t.Errorf("reg_type %d: %d reports of progress, the last %v", kind, calls, last)
		}
	}
}
