package learning

import (
	"slices"
	"sync"
)

// LearnedLFStat is what a model believes of one labeling function, under its
// own distribution. Precision and Recall are of the positive class and exist
// for two classes only.
type LearnedLFStat struct {
	Name      string
	Accuracy  float64 // P(l_j = y | l_j ≠ 0)
	Coverage  float64 // P(l_j ≠ 0)
	Precision float64 // P(y = 1 | l_j = 1)
	Recall    float64 // P(l_j = 1 | y = 1)
}

// LearnedLFStats computes each LF's statistics exactly, in the order of the
// weights. Where candidates have ranges, they are those for each number of
// classes, weighted by how many of the candidates of training have it. Snorkel estimates the same by Gibbs sampling; so do we where too many
// LFs depend on each other for exact inference, with a fixed seed. A model that
// was trained or read computes them once.
func (g *GenerativeModel) LearnedLFStats() []LearnedLFStat {
	if s := g.learned; s != nil && s.isOf(g) {
		return slices.Clone(s.compute())
	}
	return g.learnedLFStats()
}

// learnedStats keeps the statistics of a model, with all that they depend on:
// a caller may change the model.
type learnedStats struct {
	of      *GenerativeModel // a copy
	compute func() []LearnedLFStat
}

func newLearnedStats(g *GenerativeModel) *learnedStats {
	of := &GenerativeModel{Cardinality: g.Cardinality, LFs: slices.Clone(g.LFs), Weights: newWeights(len(g.LFs))}
	of.Weights.Dependencies = slices.Clone(g.Weights.Dependencies)
	of.Training.RangeSizes = slices.Clone(g.Training.RangeSizes)
	for _, kind := range factorKinds() {
		kind.store(&of.Weights, kind.load(&g.Weights))
	}
	return &learnedStats{of: of, compute: sync.OnceValue(of.learnedLFStats)}
}

// isOf reports whether the statistics are those of g as it is now.
func (s *learnedStats) isOf(g *GenerativeModel) bool {
	for _, kind := range factorKinds() {
		if !slices.Equal(kind.load(&s.of.Weights), kind.load(&g.Weights)) {
			return false
		}
	}
	return s.of.Cardinality == g.Cardinality && slices.Equal(s.of.LFs, g.LFs) &&
		slices.Equal(s.of.Weights.Dependencies, g.Weights.Dependencies) &&
		slices.Equal(s.of.Training.RangeSizes, g.Training.RangeSizes)
}

func (g *GenerativeModel) learnedLFStats() []LearnedLFStat {
	if beyondExact(len(g.LFs), g.Weights.Dependencies, g.Cardinality) != nil {
		return g.sampledStats()
	}
	sizes := g.sizes()
	parts := make([][]LearnedLFStat, len(sizes))
	for i, size := range sizes {
		parts[i] = g.exactStats(size.Classes)
	}
	return mixed(parts, shares(sizes))
}

// exactStats are the statistics of candidates that can have so many classes.
func (g *GenerativeModel) exactStats(classes int) []LearnedLFStat {
	stats := make([]LearnedLFStat, len(g.LFs))
	for j, name := range g.LFs {
		stats[j].Name = name
	}
	l, theta := g.Weights.pack()
	m := newJoint(l, classes, g.Cardinality == 2)
	votes := m.votes(theta)
	for j := range stats {
		if g.Cardinality > 2 {
			right, wrong := votes[0][j].first, votes[0][j].other
			stats[j].Coverage = right + wrong
			stats[j].Accuracy = right / (right + wrong)
			continue
		}
		negative, positive := votes[0][j], votes[1][j] // given y = −1 and y = 1
		right := m.q[1]*positive.other + m.q[0]*negative.first
		wrong := m.q[1]*positive.first + m.q[0]*negative.other
		stats[j].Coverage = right + wrong
		stats[j].Accuracy = right / (right + wrong)
		stats[j].Precision = m.q[1] * positive.other / (m.q[1]*positive.other + m.q[0]*negative.other)
		stats[j].Recall = positive.other
	}
	return stats
}
