package learning

import (
	"cmp"
	"slices"
)

// RangeSize says how many candidates could have so many classes.
type RangeSize struct {
	Classes    int `json:"classes"`
	Candidates int `json:"candidates"`
}

// rangeSizes counts candidates by how many of k classes their ranges leave, in
// ascending order of the classes; nil without ranges.
func rangeSizes(ranges [][]int16, k int) []RangeSize {
	count := make(map[int]int)
	for i := range ranges {
		classes := k
		if scope := rangeOf(ranges, i); scope != nil {
			classes = len(scope)
		}
		count[classes]++
	}
	var sizes []RangeSize
	for classes, candidates := range count {
		sizes = append(sizes, RangeSize{classes, candidates})
	}
	slices.SortFunc(sizes, func(a, b RangeSize) int { return cmp.Compare(a.Classes, b.Classes) })
	return sizes
}

// sizes are those of the candidates that a model was trained on: all have every
// class, unless the training says otherwise.
func (g *GenerativeModel) sizes() []RangeSize {
	if len(g.Training.RangeSizes) > 0 {
		return g.Training.RangeSizes
	}
	return []RangeSize{{g.Cardinality, 1}}
}

// shares are the shares of the candidates with each size.
func shares(sizes []RangeSize) []float64 {
	total := 0.0
	for _, s := range sizes {
		total += float64(s.Candidates)
	}
	of := make([]float64, len(sizes))
	for i, s := range sizes {
		of[i] = float64(s.Candidates) / total
	}
	return of
}

// chance is how often a guess is right.
func (g *GenerativeModel) chance() float64 {
	sizes := g.sizes()
	sum := 0.0
	for i, share := range shares(sizes) {
		sum += share / float64(sizes[i].Classes)
	}
	return sum
}

// mixed are the statistics over all candidates, of those for each part of them.
func mixed(parts [][]LearnedLFStat, share []float64) []LearnedLFStat {
	if len(parts) == 1 {
		return parts[0]
	}
	stats := make([]LearnedLFStat, len(parts[0]))
	for j := range stats {
		right := 0.0
		s := &stats[j]
		s.Name = parts[0][j].Name
		for i, part := range parts {
			if voted := share[i] * part[j].Coverage; voted > 0 {
				s.Coverage += voted
				right += voted * part[j].Accuracy
			}
		}
		s.Accuracy = right / s.Coverage
	}
	return stats
}
