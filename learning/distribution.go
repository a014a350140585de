package learning

import "math"

// binaryModel is the distribution of a binary model: P(y), and each LF's vote
// given y. Index 0 stands for y = −1 and 1 for y = 1.
type binaryModel struct {
	q           [2]float64
	plus, minus [2][]float64 // P(l_j = 1 | y), P(l_j = −1 | y)
}

// newBinaryModel normalises the weights. Everything is computed from
// differences to the largest exponent, so that no weight overflows.
func newBinaryModel(w *Weights) *binaryModel {
	n := len(w.LFAccuracy)
	var m binaryModel
	var logZ [2]float64
	for s, y := range [2]float64{-1, 1} {
		m.plus[s], m.minus[s] = make([]float64, n), make([]float64, n)
		logZ[s] = y * w.ClassPrior
		for j := range n {
			both := w.LFPropensity[j] + y*w.LFClassPropensity[j]
			up := y*w.LFAccuracy[j] + w.LFPrior[j]
			p, q := both+up, both-up
			top := max(0, p, q)
			ep, eq, e0 := math.Exp(p-top), math.Exp(q-top), math.Exp(-top)
			z := ep + eq + e0
			m.plus[s][j], m.minus[s][j] = ep/z, eq/z
			logZ[s] += top + math.Log(z)
		}
	}
	m.q[1] = 1 / (1 + math.Exp(logZ[0]-logZ[1]))
	m.q[0] = 1 / (1 + math.Exp(logZ[1]-logZ[0]))
	return &m
}

// vote returns E[l_j | y] and P(l_j ≠ 0 | y) in state s of y.
func (m *binaryModel) vote(j, s int) (vote, votes float64) {
	return m.plus[s][j] - m.minus[s][j], m.plus[s][j] + m.minus[s][j]
}

// categoricalVote returns the probabilities that LF j of a model with k > 2
// classes votes for the true class, and for any other one. They are the same
// for every class.
func categoricalVote(w *Weights, j, k int) (right, wrong float64) {
	p, q := w.LFPropensity[j]+w.LFAccuracy[j], w.LFPropensity[j]-w.LFAccuracy[j]
	top := max(0, p, q)
	right = math.Exp(p - top)
	wrong = float64(k-1) * math.Exp(q-top)
	z := right + wrong + math.Exp(-top)
	return right / z, wrong / z
}
