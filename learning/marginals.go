package learning

import (
	"math"
	"slices"

	"workbench/annotations/matrix"
	"workbench/learning/dependency"
	"workbench/learning/option"
)

// Marginals returns P(y | l) for each of the m candidates of L, whose LFs are
// matched to the model's by name. For two classes half the log-odds of y = 1
// are the class prior plus Σ over the votes of accuracy · l + class propensity,
// plus half the weight times l_k of each fixing dependency with l_j = −l_k and
// each reinforcing one with l_j = l_k; for more classes P is the softmax of
// 2 Σ accuracy over the votes for each class. Other weights cancel
// (snorkel.learning.gen_learning, marginals). A label that is none of the model's classes is [matrix.ErrBadLabel].
func (g *GenerativeModel) Marginals(L *matrix.LabelMatrix) (*matrix.Marginals, error) {
	return g.MarginalsWithin(L, nil)
}

// MarginalsWithin is Marginals where each candidate can only have the classes
// in its range (see [TrainOptions]); the others get probability 0.
func (g *GenerativeModel) MarginalsWithin(L *matrix.LabelMatrix, ranges [][]int16) (*matrix.Marginals, error) {
	columns, err := g.columns(L)
	if err != nil {
		return nil, err
	}
	if err := matrix.CheckLabels(L, g.Cardinality); err != nil {
		return nil, err
	}
	if ranges != nil && len(ranges) != L.Rows() {
		return nil, option.Errorf("candidate_ranges", "%d ranges for %d candidates", len(ranges), L.Rows())
	}
	if err := checkRanges(L, ranges, g.Cardinality); err != nil {
		return nil, err
	}
	p := &matrix.Marginals{Candidates: L.Candidates(), Cardinality: g.Cardinality}
	p.P = make([]float64, L.Rows()*p.Width())
	overRows(L.Rows(), func(lo, hi int) {
		if g.Cardinality == 2 {
			g.binaryMarginals(L, columns, p.P, lo, hi)
		} else {
			g.categoricalMarginals(L, columns, ranges, p, lo, hi)
		}
	})
	return p, nil
}

// binaryMarginals writes those of some rows.
func (g *GenerativeModel) binaryMarginals(L *matrix.LabelMatrix, columns []int, p []float64, lo, hi int) {
	start, pull := g.Weights.pulls()
	directed := slices.DeleteFunc(slices.Clone(g.Weights.Dependencies), func(d dependency.Dependency) bool { return !d.Type.Directed() })
	labels := make([]int16, len(g.LFs)) // of one row, in the model's order
	for i := lo; i < hi; i++ {
		cols, vals := L.Row(i)
		half := start
		for k, j := range cols {
			half += pull[columns[j]][vals[k]+1]
		}
		if len(directed) > 0 {
			for k, j := range cols {
				labels[columns[j]] = vals[k]
			}
			for _, d := range directed {
				a, b := int(labels[d.J]), int(labels[d.K])
				_, z := halves(d.Type.Factor(a, b, 1), d.Type.Factor(a, b, -1))
				half += d.Weight * z
			}
			for _, j := range cols {
				labels[columns[j]] = 0
			}
		}
		p[i] = 1 / (1 + math.Exp(-2*half))
	}
}

// categoricalMarginals writes those of some rows of more than two classes.
func (g *GenerativeModel) categoricalMarginals(L *matrix.LabelMatrix, columns []int, ranges [][]int16, p *matrix.Marginals, lo, hi int) {
	for i := lo; i < hi; i++ {
		cols, vals := L.Row(i)
		row := p.Row(i)
		for k, j := range cols {
			row[vals[k]-1] += 2 * g.Weights.LFAccuracy[columns[j]]
		}
		if scope := rangeOf(ranges, i); scope != nil {
			for k := range row {
				if !slices.Contains(scope, int16(k+1)) {
					row[k] = math.Inf(-1)
				}
			}
		}
		softmax(row)
	}
}

// pulls says what half the log-odds of y = 1 of two classes are without votes,
// and what each LF's label, at label + 1, adds to it.
func (w *Weights) pulls() (start float64, pull [][3]float64) {
	pull = make([][3]float64, len(w.LFAccuracy))
	for _, f := range factorKinds() {
		for j, x := range f.load(w) {
			if f.each == nil {
				_, z := f.split(0)
				start += x * z
				continue
			}
			for label := range 3 {
				_, z := f.split(label - 1)
				pull[j][label] += x * z
			}
		}
	}
	return start, pull
}

// Predictions turns marginals into labels. For two classes it is 1 where
// P > b, −1 where P < b and 0 where P = b; for more it is the class of the
// largest probability, the first of equals, and b does not count.
func Predictions(p *matrix.Marginals, b float64) []int16 {
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
