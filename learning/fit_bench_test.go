package learning_test

import (
	"math/rand/v2"
	"testing"

	"workbench/learning"
)

// copying is a world of n LFs that each vote on a tenth of the candidates, with
// accuracies from 0.55 to 0.95, and pairs of which the second copies the first with
// probability 0.6, as the generated matrices of docs/label-models.md are made.
func copying(n int, prior []float64, copies int) *votingWorld {
	r := rand.New(rand.NewPCG(70, 1))
	w := voters(n, prior, func(int) [][]float64 {
		return coin(len(prior), []float64{between(r, .02, .18)}, []float64{between(r, .55, .95)})
	})
	for c := range copies {
		w.copy(2*c+1, 2*c, .6)
	}
	return w
}

// BenchmarkFit fits matrices whose posterior is known, and reports accuracy and log
// loss beside those of that posterior. The first two have as many candidates as
// WORKBENCH_BENCH_ROWS says.
func BenchmarkFit(b *testing.B) {
	rows := benchRows(b)
	for _, c := range []struct {
		name string
		make func() *sampled
	}{
		{"20LFs", func() *sampled { return copying(20, []float64{.6, .4}, 3).draw(b, rows, 1) }},
		{"20LFs,K=5", func() *sampled { return copying(20, []float64{.3, .25, .2, .15, .1}, 3).draw(b, rows, 2) }},
		{"20LFs,K=20", func() *sampled { return copying(20, evenly(20), 0).draw(b, 50_000, 3) }},
		{"200LFs", func() *sampled { return copying(200, []float64{.6, .4}, 0).draw(b, 20_000, 4) }},
		{"1000annotators", func() *sampled { return crowd(b, 20_000, 1000, 5, 4) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			d := c.make()
			k := d.bayes.Cardinality
			var m *learning.LabelModel
			b.ReportAllocs()
			for b.Loop() {
				m = fitModel(b, d.L, learning.FitOptions{Cardinality: k})
			}
			got, best := evaluation(b, fitMarginals(b, m, d.L), d.gold), evaluation(b, d.bayes, d.gold)
			b.ReportMetric(got.Accuracy, "accuracy")
			b.ReportMetric(best.Accuracy, "bayes-accuracy")
			b.ReportMetric(got.LogLoss, "logloss")
			b.ReportMetric(best.LogLoss, "bayes-logloss")
			b.ReportMetric(float64(len(m.Dependencies)), "dependencies")
		})
	}
}
