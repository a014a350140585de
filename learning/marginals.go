package learning

import (
	"math"

	"workbench/annotations"
)

// Marginals returns P(y | l) for each of the m candidates of L, whose LFs are
// matched to the model's by name. For two classes half the log-odds of y = 1
// are the class prior plus Σ over the votes of accuracy · l + class propensity;
// for more classes P is the softmax of 2 Σ accuracy over the votes for each
// class. Other weights cancel (REFERENCE: snorkel.learning.gen_learning,
// marginals). A label that is none of the model's classes is [ErrBadLabel].
func (g *GenerativeModel) Marginals(L *annotations.LabelMatrix) (*annotations.Marginals, error) {
	columns, err := g.columns(L)
	if err != nil {
		return nil, err
	}
	if err := CheckLabels(L, g.Cardinality); err != nil {
		return nil, err
	}
	p := &annotations.Marginals{Candidates: L.Candidates(), Cardinality: g.Cardinality}
	p.P = make([]float64, L.Rows()*p.Width())
	w := &g.Weights
	for i := range L.Rows() {
		cols, vals := L.Row(i)
		if g.Cardinality == 2 {
			half := w.ClassPrior
			for k, j := range cols {
				c := columns[j]
				half += w.LFAccuracy[c]*float64(vals[k]) + w.LFClassPropensity[c]
			}
			p.P[i] = 1 / (1 + math.Exp(-2*half))
			continue
		}
		row := p.Row(i)
		for k, j := range cols {
			row[vals[k]-1] += 2 * w.LFAccuracy[columns[j]]
		}
		softmax(row)
	}
	return p, nil
}

// Predictions turns marginals into labels. For two classes it is 1 where
// P > b, −1 where P < b and 0 where P = b; for more it is the class of the
// largest probability, the first of equals, and b does not count.
func Predictions(p *annotations.Marginals, b float64) []int16 {
	labels := make([]int16, len(p.Candidates))
	for i := range labels {
		row := p.Row(i)
		switch {
		case p.Cardinality > 2:
			best := 0
			for k, x := range row {
				if x > row[best] {
					best = k
				}
			}
			labels[i] = int16(best + 1)
		case row[0] > b:
			labels[i] = 1
		case row[0] < b:
			labels[i] = -1
		}
	}
	return labels
}
