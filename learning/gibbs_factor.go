package learning

import "workbench/learning/dependency"

// The factors of the label model as numbskull 0.1.1 computes them, stated in
// its own values: y from 0 to K−1 and an LF's vote from 0 to K, where K is an
// abstention. For two classes 0 is the label −1 and 1 the label 1. Three of
// them misread this encoding, as the comments say; training by seed keeps that,
// since it exists to repeat old results.

// numbskullAccuracy is 1 for a right vote, −1 for a wrong one.
func numbskullAccuracy(y, vote, k int) int {
	switch vote {
	case k:
		return 0
	case y:
		return 1
	default:
		return -1
	}
}

// numbskullClass is the class prior's, and class propensity's where the LF votes.
func numbskullClass(y int) int {
	if y == 1 {
		return 1
	}
	return -1
}

// numbskullPrior is lf_prior's: it counts abstaining as the negative vote.
func numbskullPrior(vote int) int {
	switch vote {
	case 2:
		return -1
	case 0:
		return 0
	default:
		return 1
	}
}

// numbskullPropensity is 1 for any vote.
func numbskullPropensity(vote, k int) int {
	if vote == k {
		return 0
	}
	return 1
}

// priorFactor is lf_prior's: numbskull's reading of it, or the documented one.
func (g *gibbsModel) priorFactor(vote int) int {
	if g.documented {
		return [3]int{-1, 1, 0}[vote]
	}
	return numbskullPrior(vote)
}

// dependencyFactor is a dependency's, likewise.
func (g *gibbsModel) dependencyFactor(t dependency.Type, y, a, b, k int) int {
	if g.documented && t.Directed() && a == k {
		return numbskullPropensity(b, k) * -1
	}
	return numbskullDependency(t, y, a, b, k)
}

// numbskullDependency is the factor of a dependency of LFs that vote a and b.
// Fixing and reinforcing take b ≠ 1 for b voting.
func numbskullDependency(t dependency.Type, y, a, b, k int) int {
	switch {
	case t == dependency.Similar && a == b:
		return 1
	case t == dependency.Exclusive && a != k && b != k:
		return -1
	case t.Directed() && a == k && b != 1:
		return -1
	case t == dependency.Fixing && b == y && a == 1-y, t == dependency.Reinforcing && a == y && b == y:
		return 1
	default:
		return 0
	}
}
