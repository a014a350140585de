package learning_test

import (
	"testing"

	"workbench/learning"
	"workbench/learning/dependency"
)

// BenchmarkTrainDependencies trains on 10,000 candidates × 20 LFs with five
// separate dependencies, with twelve LFs in a chain, and with nine LFs that all
// depend on each other, the largest component that is still exact.
func BenchmarkTrainDependencies(b *testing.B) {
	L, _ := synthetic(b, 10_000, 20, 2, 0.2, 3)
	var chain []dependency.Dependency
	for j := range 11 {
		chain = append(chain, dependency.Dependency{J: j, K: j + 1, Type: dependency.Similar})
	}
	for _, c := range []struct {
		name string
		deps []dependency.Dependency
	}{
		{"five", deps([][3]int{{0, 1, 0}, {2, 3, 0}, {4, 5, 1}, {6, 7, 2}, {8, 9, 3}})},
		{"chain12", chain},
		{"clique9", clique(9)},
	} {
		b.Run(c.name, func(b *testing.B) {
			o := learning.DefaultTrainOptions()
			o.Deps = c.deps
			for b.Loop() {
				train(b, L, learning.ModelOptions{LFPropensity: true}, o)
			}
		})
	}
}
