package structure_test

import (
	"fmt"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning/structure"
)

// What Select costs; ns/step is the time of one step of one fit over all
// processors, of which there are 10·m·n.
func BenchmarkSelect(b *testing.B) {
	for _, c := range []struct {
		m, n     int
		coverage float64
		higher   bool
	}{
		{10_000, 30, 0.1, false},
		{10_000, 30, 1, false},
		{10_000, 30, 0.1, true},
		{10_000, 30, 1, true},
		{10_000, 300, 0.01, false},
		{100_000, 50, 0.1, false},
		{100_000, 50, 0.1, true},
	} {
		var L *matrix.LabelMatrix
		b.Run(fmt.Sprintf("%dx%d,coverage=%v,higher_order=%v", c.m, c.n, c.coverage, c.higher), func(b *testing.B) {
			if L == nil {
				L = independent(b, c.m, c.n, c.coverage, 1)
			}
			s := structure.NewDependencySelector()
			s.HigherOrder = c.higher
			steps := 0
			for b.Loop() {
				pick(b, s, L)
				steps += 10 * c.m * c.n
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
		})
	}
}
