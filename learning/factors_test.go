package learning

import (
	"fmt"
	"math"
	"testing"

	"workbench/learning/dependency"
)

func TestFactorsKeepTheRulesOfTheirTable(t *testing.T) {
	t.Parallel()
	for _, f := range factorKinds() {
		if (f.one == nil) == (f.each == nil) {
			t.Errorf("%s: a model keeps it in one place, want one of two", f.name)
		}
		for _, y := range []int{-1, 1} {
			if v := f.value(y, 0); f.each != nil && v != 0 {
				t.Errorf("%s: an abstention counts %d", f.name, v)
			}
			for label := -1; label <= 1; label++ {
				if v := f.value(y, label); v < -1 || v > 1 || !f.y && v != f.value(-y, label) {
					t.Errorf("%s: y = %d, label %d: %d", f.name, y, label, v)
				}
				if f.numbskull != nil {
					if v := f.numbskull(y, label); v < -1 || v > 1 || !f.y && v != f.numbskull(-y, label) {
						t.Errorf("%s, numbskull: y = %d, label %d: %d", f.name, y, label, v)
					}
				}
			}
		}
		if !f.manyClasses || f.name == factorKinds()[accuracyKind].name {
			continue
		}
		for label := 1; label <= 3; label++ {
			if f.y || f.value(1, label) != f.value(1, 1) || f.numbskull != nil {
				t.Errorf("%s: of three classes the label %d is not any vote", f.name, label)
			}
		}
	}
}

func TestFastAccuraciesAreThoseOfTheTable(t *testing.T) {
	t.Parallel()
	f := factorKinds()[accuracyKind]
	for _, y := range []int{-1, 1} {
		for label := -1; label <= 1; label++ {
			if got := f.value(y, label); got != y*label {
				t.Errorf("y = %d, label %d: %d", y, label, got)
			}
		}
	}
	const k = 4
	g := newGibbsModel(k, 1, ModelOptions{}, &TrainOptions{}, nil, false)
	for y := range k {
		for vote := range k + 1 {
			if got, want := agreement(int16(y), int16(vote), k), g.factor(accuracyKind, y, vote, k); got != want {
				t.Errorf("class %d, vote %d of %d: %d, want %d", y, vote, k, got, want)
			}
		}
	}
}

// binarySampler is a sampler with one LF, all kinds of weights, and the weight
// 0.1 · (1 + kind) of each.
func binarySampler(documented bool) *binaryChains {
	g := newGibbsModel(2, 1, everyKind(2), &TrainOptions{}, nil, documented)
	for kind := range g.weights {
		g.weights[kind][0].learned = 0.1 * float64(1+kind)
	}
	return newBinaryChains(g, make([]int16, 1))
}

func TestFastBinaryDrawsWeighVotesAsTheTableDoes(t *testing.T) {
	t.Parallel()
	for _, documented := range []bool{false, true} {
		c := binarySampler(documented)
		for y := range 2 {
			c.weigh(2*y - 1)
			exponent := func(label int) (p float64) {
				for kind := range c.kinds {
					if c.kinds[kind].each != nil {
						p = c.weights[kind][0].addTo(p, c.factor(weightKind(kind), y, binaryValue(int8(label)), 2))
					}
				}
				return p
			}
			for label := -1; label <= 1; label++ {
				got := math.Log(c.outcomes[label+1][0] / c.outcomes[1][0])
				// Exponentials are right to 1e-8.
				if want := exponent(label) - exponent(0); math.Abs(got-want) > 1e-7 {
					t.Errorf("documented %v, class %d, label %d: the log-odds to abstaining are %v, want %v", documented, y, label, got, want)
				}
			}
		}
	}
}

func TestFastBinaryGradientsAreTheTables(t *testing.T) {
	t.Parallel()
	for _, documented := range []bool{false, true} {
		c := binarySampler(documented)
		for kind := range weightKind(numKinds) {
			f := &c.kinds[kind]
			value := f.value
			if f.numbskull != nil && !documented {
				value = f.numbskull
			}
			for y := range 2 {
				for label := -1; label <= 1; label++ {
					split := c.splits[kind][label+1]
					if got, want := split[0]+split[1]*float64(2*y-1), float64(value(2*y-1, label)); got != want {
						t.Errorf("%s, class %d, label %d: constant + z · y = %v, want %v", f.name, y, label, got, want)
					}
					for yFree := range 2 {
						for free := -1; free <= 1; free++ {
							got := int(c.gradients[kind][y][yFree][pair(int8(label), int8(free))])
							if want := value(2*yFree-1, free) - value(2*y-1, label); got != want {
								t.Errorf("%s: from class %d and label %d to %d and %d: %d, want %d", f.name, y, label, yFree, free, got, want)
							}
						}
					}
				}
			}
		}
	}
}

func TestFastCategoricalDrawsWeighVotesAsTheTableDoes(t *testing.T) {
	t.Parallel()
	const k = 3
	g := newGibbsModel(k, 1, everyKind(k), &TrainOptions{}, nil, false)
	for kind, of := range g.weights {
		if len(of) > 0 {
			of[0].learned = 0.1 * float64(1+kind)
		}
	}
	g.random = newUniforms(1)
	c := newCategoricalChains(g, make([]int16, 1), []int16{k})
	for y := range k {
		c.pickVotes(k, y, []int16{k}, nil)
		for vote := range k {
			want := 0.0
			for kind, of := range g.weights {
				if len(of) > 0 {
					want = of[0].addTo(want, g.factor(weightKind(kind), y, vote, k))
				}
			}
			got := c.outcomes[0][0] // of a wrong vote
			if vote == y {
				got = c.outcomes[1][0]
			}
			if got = math.Log(got); math.Abs(got-want) > 1e-7 { // the log-odds to abstaining
				t.Errorf("class %d, vote %d: %v, want %v", y, vote, got, want)
			}
		}
	}
}

func TestSampledDependenciesAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	for _, documented := range []bool{false, true} {
		c := binarySampler(documented)
		for i := range 4 * 2 * 3 * 3 {
			kind, y, a, b := dependency.Type(i/18), i/9%2, i/3%3, i%3
			want := kind.Factor(a-1, b-1, 2*y-1)
			if kind.Directed() && a == 1 && !documented { // numbskull's reading
				want = map[int]int{0: -1, 1: -1, 2: 0}[b]
			}
			if got := int(c.effects[0][kind][y][b][a]); got != want {
				t.Errorf("documented %v, %v of first %d: %d, want %d", documented, kind, i, got, want)
			}
			if got := int(c.effects[1][kind][y][a][b]); got != want {
				t.Errorf("documented %v, %v of second %d: %d, want %d", documented, kind, i, got, want)
			}
		}
	}
}

// Votes for 1 are three times as likely as abstentions, and nine times as votes
// for −1.
func TestSampledStatisticsReadLFPriorAsDocumented(t *testing.T) {
	t.Parallel()
	w := newWeights(2)
	w.LFPrior[0], w.LFPrior[1] = math.Log(3), -math.Log(3)
	g := &GenerativeModel{Cardinality: 2, LFs: []string{"a", "b"}, Weights: w}
	for j, got := range g.sampledStats() {
		want := g.LearnedLFStats()[j]
		d := math.Max(math.Abs(got.Coverage-want.Coverage), math.Abs(got.Precision-want.Precision))
		if d = math.Max(d, math.Abs(got.Recall-want.Recall)); d > 0.03 { // 10,000 draws
			t.Errorf("%s: sampled %+v, exactly %+v", fmt.Sprint(j), got, want)
		}
	}
}
