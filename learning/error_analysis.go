package learning

import "workbench/annotations/matrix"

// Analysis puts candidates into buckets by prediction and gold label, as rows
// of the marginals in ascending order. For two classes there are TP, FP, TN
// and FN; for more there are Correct and Incorrect.
type Analysis struct {
	Cardinality        int
	TP, FP, TN, FN     []int
	Correct, Incorrect []int
	Scores             Scores
	PosAcc, NegAcc     float64 // shares of the gold positives and negatives predicted as such
}

// ErrorAnalysis buckets the candidates of p by their gold labels, m labels in
// the same order, 0 where there is none. For two classes a marginal above the
// threshold is a positive prediction and any other a negative one, and
// candidates without gold label count as negative unless they are dropped. For
// more classes only candidates with a gold label count. Options that make no
// sense, and another number of gold labels, are an [option.Error].
// (snorkel.learning.utils.MentionScorer)
func ErrorAnalysis(p *matrix.Marginals, gold []int16, o ScoreOptions) (*Analysis, error) {
	if err := o.check(len(p.Candidates), gold); err != nil {
		return nil, err
	}
	a := &Analysis{Cardinality: p.Cardinality}
	if p.Cardinality > 2 {
		predicted := Predictions(p, o.Threshold)
		for i, y := range gold {
			switch {
			case y == 0:
			case y == predicted[i]:
				a.Correct = append(a.Correct, i)
			default:
				a.Incorrect = append(a.Incorrect, i)
			}
		}
		a.Scores = score(p, gold, o)
		return a, nil
	}
	for i, y := range gold {
		if y == 0 && o.DropUnlabelled {
			continue
		}
		positive := p.P[i] > o.Threshold
		switch {
		case positive && y == 1:
			a.TP = append(a.TP, i)
		case positive:
			a.FP = append(a.FP, i)
		case y == 1:
			a.FN = append(a.FN, i)
		default:
			a.TN = append(a.TN, i)
		}
	}
	a.Scores = binaryScores(len(a.TP), len(a.FP), len(a.FN), o.Beta)
	a.PosAcc = ratio(len(a.TP), len(a.TP)+len(a.FN))
	a.NegAcc = ratio(len(a.TN), len(a.TN)+len(a.FP))
	return a, nil
}
