package learning

import (
	"context"
	"fmt"

	"workbench/annotations/matrix"
	"workbench/learning/dependency"
	"workbench/learning/latent"
)

// FoundDependencies are those that [FindDependencies] finds.
type FoundDependencies struct {
	// Path are the steps of the search, in order. A later step can make an
	// earlier one superfluous, so that not all of them stay.
	Path []DependencyStep
	// Dependencies are the pairs that stay, similar ones, by j and k. Weights are
	// the [FittedDependency].Weight of them: start values for another model.
	Dependencies []dependency.Dependency
}

// FindDependencies finds the pairs of LFs of L (m × n) that are alike more often
// than the class explains, as [Fit] does, by likelihood: the pair with the largest
// score statistic is joined if a likelihood ratio test at 1 % over all pairs and
// the Bayesian information criterion agree, until none is. Unlike Snorkel's
// selector (package structure) it knows more than two classes and has no
// threshold. More than [latent.MostLFs] LFs are an error.
func FindDependencies(ctx context.Context, L *matrix.LabelMatrix, o FitOptions) (*FoundDependencies, error) {
	k, gold, err := o.check(L)
	if err != nil {
		return nil, err
	}
	if err := checkPairs(L); err != nil {
		return nil, err
	}
	return findDependencies(ctx, matrix.Group(L, classMarks(gold)).Patterns, k, o)
}

// FindPatternDependencies is [FindDependencies] on the patterns of a label matrix, as
// [FitPatterns] fits them.
func FindPatternDependencies(ctx context.Context, p *matrix.Patterns, o FitOptions) (*FoundDependencies, error) {
	k, err := o.checkPatterns(p)
	if err != nil {
		return nil, err
	}
	if err := checkPairs(p.Distinct); err != nil {
		return nil, err
	}
	return findDependencies(ctx, p, k, o)
}

// checkPairs refuses more LFs than can be searched for pairs.
func checkPairs(L *matrix.LabelMatrix) error {
	if L.Cols() > latent.MostLFs {
		return fmt.Errorf("pairs are searched among %d labeling functions at most, here are %d", latent.MostLFs, L.Cols())
	}
	return nil
}

// findDependencies finds them among patterns whose marks are known classes.
func findDependencies(ctx context.Context, rows *matrix.Patterns, k int, o FitOptions) (*FoundDependencies, error) {
	res, err := latent.Dependencies(ctx, rows, k, latent.Options{ClassBalance: o.ClassBalance})
	if err != nil {
		return nil, err
	}
	found := &FoundDependencies{Path: []DependencyStep{}, Dependencies: []dependency.Dependency{}}
	for _, p := range res.Path {
		found.Path = append(found.Path, DependencyStep{p.J, p.K, p.Statistic, p.PValue, p.Gain})
	}
	model := &LabelModel{Cardinality: k, members: res.Members}
	believed, err := model.patternMarginals(rows)
	if err != nil {
		return nil, err
	}
	for _, p := range res.Pairs {
		d := fittedDependency(rows, believed, p)
		found.Dependencies = append(found.Dependencies, dependency.Dependency{J: d.J, K: d.K, Type: dependency.Similar, Weight: d.Weight})
	}
	return found, nil
}
