package matrix

import (
	"errors"
	"fmt"
	"math"
)

// Marginals holds the class probabilities of m candidates.
type Marginals struct {
	Candidates  []int64 // m candidate ids
	Cardinality int     // K classes
	// P has, for K = 2, one probability of the positive class per candidate;
	// for K > 2, K probabilities per candidate, row after row, the first class
	// first.
	P []float64
}

// Width is how many probabilities P has per candidate: 1 for K = 2, else K.
func (p *Marginals) Width() int {
	if p.Cardinality == 2 {
		return 1
	}
	return p.Cardinality
}

// Row returns the probabilities that P has for candidate i.
func (p *Marginals) Row(i int) []float64 { return p.P[i*p.Width() : (i+1)*p.Width()] }

// Prob returns the probability of class k (from 0) for candidate i. Of a
// binary candidate class 1 is the positive one.
func (p *Marginals) Prob(i, k int) float64 {
	switch {
	case p.Cardinality > 2:
		return p.P[i*p.Cardinality+k]
	case k == 1:
		return p.P[i]
	default:
		return 1 - p.P[i]
	}
}

// Label returns the label of the most probable class of candidate i: of two −1 or
// 1, of more 1..K. Where several are the most probable it is 0.
func (p *Marginals) Label(i int) int16 {
	best, tied := 0, false
	for k := 1; k < p.Cardinality; k++ {
		switch x, most := p.Prob(i, k), p.Prob(i, best); {
		case x > most:
			best, tied = k, false
		case x == most:
			tied = true
		}
	}
	switch {
	case tied:
		return 0
	case p.Cardinality > 2:
		return int16(best + 1)
	default:
		return int16(2*best - 1)
	}
}

// ErrBadMarginal says that a probability cannot be one.
var ErrBadMarginal = errors.New("not a probability")

// Check reports the first probability that is NaN or outside [0, 1], and for
// K > 2 the first row that does not sum to 1 within 1e-6: the first class is
// stored only as what the others leave.
func (p *Marginals) Check() error {
	if p.Cardinality < 2 || len(p.P) != len(p.Candidates)*p.Width() {
		return fmt.Errorf("marginals: %d probabilities do not fit %d candidates of cardinality %d", len(p.P), len(p.Candidates), p.Cardinality)
	}
	const tolerance = 1e-6
	for i, id := range p.Candidates {
		sum := 0.0
		for k, x := range p.Row(i) {
			if math.IsNaN(x) || x < 0 || x > 1 {
				return fmt.Errorf("candidate %d: marginal %v of column %d is %w", id, x, k, ErrBadMarginal)
			}
			sum += x
		}
		if p.Cardinality > 2 && math.Abs(sum-1) > tolerance {
			return fmt.Errorf("candidate %d: its marginals sum to %v and are %w", id, sum, ErrBadMarginal)
		}
	}
	return nil
}
