package learning_test

import (
	"testing"

	"workbench/learning"
	"workbench/learning/dependency"
)

// BenchmarkTrainDependencies trains on 10,000 candidates × 20 LFs with five
// separate dependencies, with LFs in chains, and with LFs that all depend on
// each other: as many as are exact are twelve of two classes, ten of three.
func BenchmarkTrainDependencies(b *testing.B) {
	chain := func(n int) (list []dependency.Dependency) {
		for j := range n - 1 {
			list = append(list, dependency.Dependency{J: j, K: j + 1, Type: dependency.Similar})
		}
		return list
	}
	tail := append(clique(9), dependency.Dependency{J: 8, K: 9, Type: dependency.Similar}, dependency.Dependency{J: 9, K: 10, Type: dependency.Similar})
	for _, c := range []struct {
		name string
		k    int
		deps []dependency.Dependency
	}{
		{"one", 2, chain(2)},
		{"five", 2, deps([][3]int{{0, 1, 0}, {2, 3, 0}, {4, 5, 1}, {6, 7, 2}, {8, 9, 3}})},
		{"chain12", 2, chain(12)},
		{"chain20", 2, chain(20)},
		{"clique4", 2, clique(4)},
		{"clique6", 2, clique(6)},
		{"clique9", 2, clique(9)},
		{"tail9", 2, tail},
		{"clique11", 2, clique(11)},
		{"clique12", 2, clique(12)},
		{"K3clique4", 3, clique(4)},
		{"K3clique7", 3, clique(7)},
		{"K3clique10", 3, clique(10)},
		{"K5clique6", 5, clique(6)},
	} {
		b.Run(c.name, func(b *testing.B) {
			L, _ := synthetic(b, 10_000, 20, c.k, 0.2, 3)
			o := learning.DefaultTrainOptions()
			o.Deps, o.Cardinality = c.deps, c.k
			for b.Loop() {
				train(b, L, learning.ModelOptions{LFPropensity: true}, o)
			}
		})
	}
}
