package learning

import "workbench/learning/dependency"

// class is the label of a class, as the documented factors know it.
func (g *gibbsModel) class(y int) int {
	if g.binary {
		return 2*y - 1
	}
	return y + 1
}

// label is the label of a vote among k classes.
func (g *gibbsModel) label(vote, k int) int {
	if vote == k {
		return 0
	}
	return g.class(vote)
}

// factor is the factor of a kind of weight, for y and the vote of the LF.
func (g *gibbsModel) factor(kind weightKind, y, vote, k int) int {
	f := &g.kinds[kind]
	if f.numbskull != nil && !g.documented {
		return f.numbskull(g.class(y), g.label(vote, k))
	}
	return f.value(g.class(y), g.label(vote, k))
}

// dependencyFactor is the factor of a dependency of LFs that vote a and b.
func (g *gibbsModel) dependencyFactor(t dependency.Type, y, a, b, k int) int {
	if t.Directed() && a == k && !g.documented {
		return numbskullSilent(g.label(b, k))
	}
	return t.Factor(g.label(a, k), g.label(b, k), g.class(y))
}

// numbskullSilent is the factor of fixing and reinforcing where the first LF
// abstains and the second has the label b: numbskull takes b ≠ 1 for a vote.
func numbskullSilent(b int) int {
	if b == 1 {
		return 0
	}
	return -1
}
