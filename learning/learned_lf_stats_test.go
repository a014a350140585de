package learning_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"workbench/learning"
)

// enumerated computes the statistics of each LF by adding up probabilities.
func enumerated(w *world, p []float64) []learning.LearnedLFStat {
	stats := make([]learning.LearnedLFStat, w.n)
	for j := range stats {
		var votes, right, up, upRight, positive float64
		for i, s := range w.states {
			l := s.labels[j]
			if l != 0 {
				votes += p[i]
			}
			if l != 0 && l == s.y {
				right += p[i]
			}
			if l == 1 {
				up += p[i]
			}
			if s.y == 1 {
				positive += p[i]
			}
			if l == 1 && s.y == 1 {
				upRight += p[i]
			}
		}
		stats[j] = learning.LearnedLFStat{
			Name: lfNames(w.n)[j], Accuracy: right / votes, Coverage: votes,
			Precision: upRight / up, Recall: upRight / positive,
		}
	}
	return stats
}

func TestLearnedLFStatsAgreeWithEnumeration(t *testing.T) {
	t.Parallel()
	// At most 2·3⁴ states are added up, each to about 1e-15; differences of
	// logarithms in the closed form lose another digit or two.
	const tolerance = 1e-9
	random := rand.New(rand.NewPCG(5, 1))
	for _, size := range []struct{ k, n int }{{2, 1}, {2, 4}, {3, 1}, {3, 3}, {4, 3}} {
		for _, on := range everyOption(size.k) {
			t.Run(fmt.Sprint("K=", size.k, " n=", size.n, " ", on), func(t *testing.T) {
				g := fixed(size.k, make([]float64, size.n)...)
				g.Options = on
				draw := func(is bool, x *float64) {
					if is {
						*x = 3 * (random.Float64() - 0.5)
					}
				}
				draw(on.ClassPrior, &g.Weights.ClassPrior)
				for j := range size.n {
					draw(true, &g.Weights.LFAccuracy[j])
					draw(on.LFPrior, &g.Weights.LFPrior[j])
					draw(on.LFPropensity, &g.Weights.LFPropensity[j])
					draw(on.LFClassPropensity, &g.Weights.LFClassPropensity[j])
				}
				w := newWorld(size.k, make([]float64, size.n), on)
				want := enumerated(w, w.probabilities(w.learned(g)))
				got := g.LearnedLFStats()
				for j := range want {
					a := []float64{got[j].Accuracy, got[j].Coverage}
					b := []float64{want[j].Accuracy, want[j].Coverage}
					if size.k == 2 {
						a, b = append(a, got[j].Precision, got[j].Recall), append(b, want[j].Precision, want[j].Recall)
					}
					if distance(a, b) > tolerance || got[j].Name != want[j].Name {
						t.Errorf("LF %d: %+v, want %+v", j, got[j], want[j])
					}
				}
			})
		}
	}
}

func TestLearnedLFStatsOfHugeWeightsAreLimits(t *testing.T) {
	t.Parallel()
	g := fixed(2, 1000, -1000, 0, 0)
	g.Weights.LFPropensity = []float64{0, 0, 1000, -1000}
	for j, want := range []learning.LearnedLFStat{
		{Name: "LF_0", Accuracy: 1, Coverage: 1, Precision: 1, Recall: 1},
		{Name: "LF_1", Accuracy: 0, Coverage: 1, Precision: 0, Recall: 0},
		{Name: "LF_2", Accuracy: 0.5, Coverage: 1, Precision: 0.5, Recall: 0.5},
		{Name: "LF_3", Accuracy: math.NaN(), Coverage: 0, Precision: math.NaN(), Recall: 0}, // it never votes
	} {
		got := g.LearnedLFStats()[j]
		a := []float64{got.Accuracy, got.Coverage, got.Precision, got.Recall}
		b := []float64{want.Accuracy, want.Coverage, want.Precision, want.Recall}
		if distance(a, b) > expTolerance {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	categorical := fixed(5, 1000, -1000)
	for j, want := range []float64{1, 0} {
		if got := categorical.LearnedLFStats()[j]; got.Accuracy != want || got.Coverage != 1 {
			t.Errorf("K=5: %+v, want accuracy %v and coverage 1", got, want)
		}
	}
}

func TestStatisticsAreOfTheWeightsThatAModelHasNow(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 200, 3, 2, 0.6, 4)
	g := train(t, L, learning.ModelOptions{LFPropensity: true}, learning.DefaultTrainOptions())
	before := g.LearnedLFStats()
	kept := slices.Clone(before)
	before[0].Accuracy = 7
	if got := g.LearnedLFStats(); !slices.Equal(got, kept) {
		t.Errorf("the caller's copy changes the model's statistics to %v", got)
	}
	g.Weights.LFAccuracy[1] = -3
	g.LFs[2] = "another name"
	want := (&learning.GenerativeModel{Cardinality: 2, LFs: g.LFs, Weights: g.Weights}).LearnedLFStats()
	if got := g.LearnedLFStats(); !slices.Equal(got, want) || slices.Equal(got, kept) {
		t.Errorf("after a change of the model: %v, want %v", got, want)
	}
}
