package learning

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
// weights. Snorkel estimates the same by Gibbs sampling.
func (g *GenerativeModel) LearnedLFStats() []LearnedLFStat {
	stats := make([]LearnedLFStat, len(g.LFs))
	for j, name := range g.LFs {
		stats[j].Name = name
	}
	if g.Cardinality > 2 {
		for j := range stats {
			right, wrong := categoricalVote(&g.Weights, j, g.Cardinality)
			stats[j].Coverage = right + wrong
			stats[j].Accuracy = right / (right + wrong)
		}
		return stats
	}
	m := newBinaryModel(&g.Weights)
	for j := range stats {
		right := m.q[1]*m.plus[1][j] + m.q[0]*m.minus[0][j]
		wrong := m.q[1]*m.minus[1][j] + m.q[0]*m.plus[0][j]
		stats[j].Coverage = right + wrong
		stats[j].Accuracy = right / (right + wrong)
		stats[j].Precision = m.q[1] * m.plus[1][j] / (m.q[1]*m.plus[1][j] + m.q[0]*m.plus[0][j])
		stats[j].Recall = m.plus[1][j]
	}
	return stats
}
