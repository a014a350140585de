package structure

import (
	"cmp"
	"math"
	"slices"

	"workbench/learning"
)

// Strongest returns at most a number of dependencies (all of them if it is
// negative): those with the largest |Weight|, strongest first, ties by J, K and
// Type. The slice that it is given stays as it is.
//
// The workshop keeps 5 of what was selected, any 5.
func Strongest(deps []learning.Dependency, most int) []learning.Dependency {
	list := slices.Clone(deps)
	slices.SortStableFunc(list, func(a, b learning.Dependency) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)), byColumns(a, b))
	})
	if most >= 0 && most < len(list) {
		list = slices.Clip(list[:most])
	}
	return list
}

// Above returns the dependencies with |Weight| above a threshold, in their
// order (snorkel.learning.structure.get_deps).
func Above(deps []learning.Dependency, threshold float64) []learning.Dependency {
	var list []learning.Dependency
	for _, d := range deps {
		if math.Abs(d.Weight) > threshold {
			list = append(list, d)
		}
	}
	return list
}

// All lists every dependency of the given types among n LFs, without weights:
// one type after the other, each by J and K. No LF depends on itself;
// undirected types have J below K only, directed ones both directions
// (snorkel.learning.structure.get_all_deps).
func All(n int, types ...learning.DependencyType) []learning.Dependency {
	var list []learning.Dependency
	for _, t := range types {
		for j := range n {
			from := 0
			if !t.Directed() {
				from = j + 1
			}
			for k := from; k < n; k++ {
				if k != j {
					list = append(list, learning.Dependency{J: j, K: k, Type: t})
				}
			}
		}
	}
	return list
}

// AllSimilar lists the n·(n−1)/2 pairs that could be [learning.Similar].
func AllSimilar(n int) []learning.Dependency { return All(n, learning.Similar) }

// AllExclusive lists the n·(n−1)/2 pairs that could be [learning.Exclusive].
func AllExclusive(n int) []learning.Dependency { return All(n, learning.Exclusive) }

// AllFixing lists the n·(n−1) ordered pairs that could be [learning.Fixing].
func AllFixing(n int) []learning.Dependency { return All(n, learning.Fixing) }

// AllReinforcing lists the n·(n−1) ordered pairs that could be
// [learning.Reinforcing].
func AllReinforcing(n int) []learning.Dependency { return All(n, learning.Reinforcing) }

// AllHigherOrder lists what [DependencySelector].HigherOrder adds to the
// search: all of [AllFixing] and [AllReinforcing].
func AllHigherOrder(n int) []learning.Dependency {
	return All(n, learning.Fixing, learning.Reinforcing)
}
