package learning_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"workbench/learning"
)

// benchRows is 100,000 candidates, or what WORKBENCH_BENCH_ROWS says (a million
// is a good number).
func benchRows(b *testing.B) int {
	text := os.Getenv("WORKBENCH_BENCH_ROWS")
	if text == "" {
		return 100_000
	}
	rows, err := strconv.Atoi(text)
	if err != nil || rows < 1 {
		b.Fatalf("WORKBENCH_BENCH_ROWS is %q, not a number of rows", text)
	}
	return rows
}

// Twenty LFs that each vote on a tenth of the candidates, as in a real project.
const (
	benchLFs      = 20
	benchCoverage = 0.1
)

func benchTrain(b *testing.B, k int) {
	L, _ := synthetic(b, benchRows(b), benchLFs, k, benchCoverage, 60)
	// The duration of Snorkel's defaults on ten thousand candidates: more steps
	// of it would only let the weights decay further.
	o := learning.DefaultTrainOptions()
	o.Cardinality = k
	o.StepSize *= 10_000 / float64(L.Rows())
	for _, on := range []learning.ModelOptions{{}, {LFPropensity: true}} {
		b.Run(fmt.Sprint("lf_propensity=", on.LFPropensity), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				train(b, L, on, o)
			}
			b.ReportMetric(float64(L.Rows())*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkTrainDefaults trains with Snorkel's defaults, by the point of rest where
// the path gets there, which for a million candidates takes the grouping of the
// rows and a dozen passes over the patterns. Rows of two labels have 20 bytes, which
// grouping reads three times, 6 ms for a million at 10 GB/s. They have 100,000
// patterns, and a dozen passes with a hyperbolic tangent of 20 ns for each are 24 ms. A
// processor takes 0.2 to 0.3 s: not for bytes, but for hashing rows and finding equal
// ones. The long way is the whole path, to be compared with it.
func BenchmarkTrainDefaults(b *testing.B) {
	L, _ := synthetic(b, benchRows(b), benchLFs, 2, benchCoverage, 60)
	o := learning.DefaultTrainOptions()
	b.Run("train", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			train(b, L, learning.ModelOptions{}, o)
		}
	})
	b.Run("long way", func(b *testing.B) {
		for b.Loop() {
			if _, err := learning.Follow(b.Context(), L, 2, learning.ModelOptions{}, o, true); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkTrain(b *testing.B)            { benchTrain(b, 2) }
func BenchmarkTrainCategorical(b *testing.B) { benchTrain(b, 5) }

// BenchmarkMarginals reads 20 bytes of a row of two labels and writes 8, 3 ms for a
// million rows at 10 GB/s, or 40 of five classes, 6 ms. What is measured is the
// arithmetic: 44 ns of a processor for a row of two classes, one exponential and a
// division, and 155 for one of five.
func BenchmarkMarginals(b *testing.B) {
	for _, k := range []int{2, 5} {
		b.Run(fmt.Sprint("K=", k), func(b *testing.B) {
			L, _ := synthetic(b, benchRows(b), benchLFs, k, benchCoverage, 61)
			weights := make([]float64, benchLFs)
			for j := range weights {
				weights[j] = float64(j) / benchLFs
			}
			g := fixed(k, weights...)
			b.ReportAllocs()
			for b.Loop() {
				marginals(b, g, L)
			}
			b.ReportMetric(float64(L.Rows())*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkVoteMarginals moves as many bytes, and takes 35 ns of a processor for a row:
// its loop over two labels, and a division.
func BenchmarkVoteMarginals(b *testing.B) {
	L, _ := synthetic(b, benchRows(b), benchLFs, 2, benchCoverage, 61)
	b.ReportAllocs()
	for b.Loop() {
		learning.VoteMarginals(L, 2)
	}
	b.ReportMetric(float64(L.Rows())*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkRandomSearch(b *testing.B) {
	L, _ := synthetic(b, benchRows(b)/10, benchLFs, 2, benchCoverage, 62)
	dev, gold := synthetic(b, 1000, benchLFs, 2, benchCoverage, 63)
	params := []learning.Param{ // those of Snorkel's workshop
		{Name: "step_size", Values: []float64{1e-3, 1e-4, 1e-5, 1e-6}},
		{Name: "decay", Values: []float64{0.9, 0.95}},
		{Name: "epochs", Values: []float64{50, 100}},
		{Name: "reg_param", Values: []float64{1e-3}},
	}
	b.ReportAllocs()
	for b.Loop() {
		s, err := learning.RandomSearch(params, learning.ModelOptions{}, learning.DefaultTrainOptions(), 20, 123)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Fit(b.Context(), L, dev, gold, learning.DefaultScoreOptions()); err != nil {
			b.Fatal(err)
		}
	}
}
