package learning_test

import (
	"fmt"
	"testing"

	"workbench/learning"
	"workbench/learning/dependency"
)

// BenchmarkGibbs trains by seed with Snorkel's defaults, 30 epochs. ns/draw is
// the time per sampled variable, burn-in included.
func BenchmarkGibbs(b *testing.B) {
	for _, c := range []struct {
		m, n, k int
		options learning.ModelOptions
		deps    []dependency.Dependency
		name    string
	}{
		{m: 10_000, n: 10, k: 2},
		{m: 100_000, n: 20, k: 2},
		{m: 10_000, n: 10, k: 2, options: learning.ModelOptions{LFPropensity: true}, name: "propensity"},
		{m: 10_000, n: 10, k: 2, name: "dependencies", deps: []dependency.Dependency{
			{J: 0, K: 1, Type: dependency.Similar}, {J: 2, K: 3, Type: dependency.Fixing},
			{J: 4, K: 5, Type: dependency.Reinforcing}, {J: 6, K: 7, Type: dependency.Exclusive},
		}},
		{m: 10_000, n: 10, k: 5},
		{m: 10_000, n: 10, k: 5, name: "dependencies", deps: []dependency.Dependency{
			{J: 0, K: 1, Type: dependency.Similar}, {J: 6, K: 7, Type: dependency.Exclusive},
		}},
	} {
		name := fmt.Sprintf("%dx%d/classes=%d", c.m, c.n, c.k)
		if c.name != "" {
			name += "/" + c.name
		}
		b.Run(name, func(b *testing.B) {
			const coverage = 0.1
			L, _ := synthetic(b, c.m, c.n, c.k, coverage, 1)
			o := learning.DefaultTrainOptions()
			o.Cardinality = c.k
			for b.Loop() {
				gibbs(b, L, c.options, o, c.deps, 271828)
			}
			draws := float64(c.m) * float64(35*(c.n+1)+30)
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/draws, "ns/draw")
		})
	}
}
