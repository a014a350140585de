package structure

import (
	"cmp"
	"math"
	"slices"

	"workbench/learning/dependency"
)

// Strongest returns at most a number of dependencies (all of them if it is
// negative): those with the largest |Weight|, strongest first, ties by J, K and
// Type. The slice that it is given stays as it is.
//
// The workshop keeps 5 of what was selected, any 5.
func Strongest(deps []dependency.Dependency, most int) []dependency.Dependency {
	list := slices.Clone(deps)
	slices.SortStableFunc(list, func(a, b dependency.Dependency) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)), byColumns(a, b))
	})
	if most >= 0 && most < len(list) {
		list = slices.Clip(list[:most])
	}
	return list
}

// All lists every dependency of the given types among n LFs, without weights:
// one type after the other, each by J and K. No LF depends on itself;
// undirected types have J below K only, directed ones both directions
// (snorkel.learning.structure.get_all_deps).
func All(n int, types ...dependency.Type) []dependency.Dependency {
	var list []dependency.Dependency
	for _, t := range types {
		for j := range n {
			from := 0
			if !t.Directed() {
				from = j + 1
			}
			for k := from; k < n; k++ {
				if k != j {
					list = append(list, dependency.Dependency{J: j, K: k, Type: t})
				}
			}
		}
	}
	return list
}
