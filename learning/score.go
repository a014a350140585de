package learning

import (
	"math"

	"workbench/annotations/matrix"
	"workbench/learning/option"
)

// ScoreOptions are the arguments of scoring. [DefaultScoreOptions] has Snorkel's
// defaults, from which callers start: a zero means zero, and scoring refuses
// options that have one everywhere.
type ScoreOptions struct {
	Threshold      float64 // b: above it a marginal predicts the positive class, 0.5
	Beta           float64 // of the F score, 1
	DropUnlabelled bool    // leave candidates without gold label out; else they count as negative
}

// DefaultScoreOptions returns Snorkel's defaults.
func DefaultScoreOptions() ScoreOptions { return ScoreOptions{Threshold: 0.5, Beta: 1} }

// check validates the options, for a number of candidates with gold labels.
func (o ScoreOptions) check(candidates int, gold []int16) error {
	switch {
	case o == ScoreOptions{}:
		return option.Errorf("threshold", "neither it nor other options of scoring are set: start from DefaultScoreOptions")
	case !(o.Threshold >= 0 && o.Threshold <= 1):
		return option.Errorf("threshold", "%v is not a probability", o.Threshold)
	case len(gold) != candidates:
		return option.Errorf("gold", "%d labels for %d candidates", len(gold), candidates)
	}
	return option.CheckNumber("beta", o.Beta, 0)
}

// Scores compare predictions with gold labels. Precision, Recall and FBeta are
// of the positive class and for two classes only. For more classes there is
// Accuracy, over the candidates that have a gold label, and AccuracyAll, which
// counts those without one as wrong, as Snorkel's score does. A share of
// nothing is 0 for two classes and NaN for more.
type Scores struct {
	Precision, Recall, FBeta float64
	Accuracy, AccuracyAll    float64
}

// objective is what a search maximises: FBeta for two classes, and for more
// Snorkel's figure, AccuracyAll, which orders trials as Accuracy does.
func (s Scores) objective(cardinality int) float64 {
	if cardinality > 2 {
		return s.AccuracyAll
	}
	return s.FBeta
}

// Score compares marginals with gold labels, m each and 0 where there is none,
// for the same candidates in the same order (see matrix.Align). A binary
// marginal equal to the threshold predicts neither class. Options that make no
// sense, and another number of gold labels, are an [option.Error].
// (snorkel.learning.classifier.Classifier.score)
func Score(p *matrix.Marginals, gold []int16, o ScoreOptions) (Scores, error) {
	if err := o.check(len(p.Candidates), gold); err != nil {
		return Scores{}, err
	}
	return score(p, gold, o), nil
}

// score is Score with options that were checked.
func score(p *matrix.Marginals, gold []int16, o ScoreOptions) Scores {
	predicted := Predictions(p, o.Threshold)
	if p.Cardinality > 2 {
		var right, labelled int
		for i, y := range gold {
			if y != 0 {
				labelled++
				if predicted[i] == y {
					right++
				}
			}
		}
		return Scores{Accuracy: float64(right) / float64(labelled), AccuracyAll: float64(right) / float64(len(gold))}
	}
	var tp, fp, pos int
	for i, y := range gold {
		if y == 0 && o.DropUnlabelled {
			continue
		}
		if y == 1 {
			pos++
		}
		if predicted[i] == 1 {
			if y == 1 {
				tp++
			} else {
				fp++
			}
		}
	}
	return binaryScores(tp, fp, pos-tp, o.Beta)
}

// binaryScores computes precision, recall and F-beta from counts; each is 0
// where it would divide by 0.
func binaryScores(tp, fp, fn int, beta float64) Scores {
	s := Scores{Precision: ratio(tp, tp+fp), Recall: ratio(tp, tp+fn)}
	if s.Precision+s.Recall > 0 {
		b := beta * beta
		s.FBeta = (1 + b) * (s.Precision * s.Recall / (b*s.Precision + s.Recall))
	}
	s.Accuracy, s.AccuracyAll = math.NaN(), math.NaN()
	return s
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
