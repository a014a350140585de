package learning

import (
	"fmt"
	"math"

	"workbench/annotations/matrix"
	"workbench/learning/option"
)

const (
	// tieTolerance is how far probabilities may differ and still be the same:
	// a tie must not depend on rounding.
	tieTolerance = 1e-9
	// leastProbability bounds what log loss makes of a class that was held for
	// impossible, −ln 1e-6 ≈ 13.8.
	leastProbability = 1e-6
	// reliabilityBins is their number over [0, 1].
	reliabilityBins = 10
)

// Evaluation says how good the marginals p of K classes are on the candidates
// that have a gold label; the others do not count. Classes count from 0, and of
// two 0 is that of label −1 and 1 that of label 1. All figures are NaN where no
// candidate has a gold label.
//
// The marginals choose the class of the largest probability. Where several are
// the largest, within 1e-9, each is chosen in equal parts: of t classes a t-th of
// a candidate counts for each.
type Evaluation struct {
	Cardinality int // K
	Candidates  int // m
	Labelled    int // of them with a gold label

	// Coverage is the share of the candidates of which a single class is chosen.
	Coverage float64
	// Accuracy is the share of the candidates of which the class of the gold
	// label is chosen: the trace of Confusion over Labelled.
	Accuracy float64

	// Precision, Recall and F1 are of the positive class for K = 2, as [Score]
	// computes them without unlabelled candidates: an even chance predicts
	// nothing. A share of nothing is 0. For more classes they are the macro ones.
	Precision, Recall, F1 float64
	// MacroPrecision, MacroRecall and MacroF1 are means of Classes, over all K.
	MacroPrecision, MacroRecall, MacroF1 float64

	// LogLoss is the mean of −ln p of the gold class in nats, where a p below 1e-6
	// counts as that.
	LogLoss float64
	// Brier is the mean of (p − y)², p the probability of the positive class and y
	// whether that is the gold one, for K = 2: from 0 to 1. For more classes it is
	// the mean of the sum of that over all classes: from 0 to 2 (G. W. Brier, 1950;
	// so does scikit-learn's brier_score_loss).
	Brier float64
	// CalibrationError is the expected calibration error: the mean, over the
	// candidates, of |Confidence − Accuracy| of the bin that each is in (Naeini,
	// Cooper and Hauskrecht, 2015; Guo, Pleiss, Sun and Weinberger, 2017).
	CalibrationError float64
	// AUC is the area under the receiver operating characteristic of the
	// probability of the positive class: how probable it is that a positive
	// candidate has a larger one than a negative, ties counted half. For more
	// classes it is the mean of that for each class against all others, over the
	// classes that some candidates have and some have not. It is NaN where there
	// are none.
	AUC float64

	// Confusion[g][k] counts the candidates with gold class g for which k is
	// chosen, in parts where several are.
	Confusion [][]float64
	Classes   []ClassScores    // by class, from Confusion
	Bins      []ReliabilityBin // ten
}

// ClassScores are the scores of one class against all others. A share of nothing
// is 0.
type ClassScores struct {
	Gold, Predicted       float64 // candidates
	Precision, Recall, F1 float64
}

// ReliabilityBin holds the candidates whose largest probability is in [Lo, Hi);
// that of 1 includes 1.
type ReliabilityBin struct {
	Lo, Hi     float64
	Candidates int
	Confidence float64 // mean of the largest probabilities, NaN of none
	Accuracy   float64 // share of which the chosen class is right, NaN of none
}

// Evaluate compares marginals with gold labels, m each and 0 where there is
// none, for the same candidates in the same order (see matrix.Align). Another
// number of gold labels is an [option.Error], a gold label that is none of the
// classes [matrix.ErrBadLabel], and what is no probability [matrix.ErrBadMarginal].
func Evaluate(p *matrix.Marginals, gold []int16) (*Evaluation, error) {
	if len(gold) != len(p.Candidates) {
		return nil, option.Errorf("gold", "%d labels for %d candidates", len(gold), len(p.Candidates))
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	for i, y := range gold {
		if y != 0 && !matrix.Fits(y, p.Cardinality) {
			return nil, fmt.Errorf("gold: candidate %d: %w: %d with cardinality %d, which allows %s",
				p.Candidates[i], matrix.ErrBadLabel, y, p.Cardinality, matrix.Allowed(p.Cardinality))
		}
	}
	e := newEvaluation(p)
	for i, y := range gold {
		if y != 0 {
			e.add(p, i, classIndex(y, p.Cardinality))
		}
	}
	e.finish()
	e.AUC = areaUnderROC(p, gold)
	switch {
	case e.Labelled == 0:
		for _, x := range []*float64{&e.Precision, &e.Recall, &e.F1, &e.MacroPrecision, &e.MacroRecall, &e.MacroF1} {
			*x = math.NaN()
		}
	case e.Cardinality == 2:
		s := score(p, gold, ScoreOptions{Threshold: 0.5, Beta: 1, DropUnlabelled: true})
		e.Precision, e.Recall, e.F1 = s.Precision, s.Recall, s.FBeta
	}
	return e, nil
}

// classIndex is the class, counted from 0, of a label that does not abstain.
func classIndex(label int16, k int) int {
	if k == 2 {
		return (int(label) + 1) / 2
	}
	return int(label) - 1
}

func newEvaluation(p *matrix.Marginals) *Evaluation {
	k := p.Cardinality
	e := &Evaluation{Cardinality: k, Candidates: len(p.Candidates),
		Confusion: make([][]float64, k), Classes: make([]ClassScores, k), Bins: make([]ReliabilityBin, reliabilityBins)}
	for g := range e.Confusion {
		e.Confusion[g] = make([]float64, k)
	}
	for b := range e.Bins {
		e.Bins[b].Lo, e.Bins[b].Hi = float64(b)/reliabilityBins, float64(b+1)/reliabilityBins
	}
	return e
}

// add counts candidate i of gold class g. Means are sums until finish.
func (e *Evaluation) add(p *matrix.Marginals, i, g int) {
	top := 0.0
	for k := range e.Cardinality {
		top = max(top, p.Prob(i, k))
	}
	chosen := 0
	for k := range e.Cardinality {
		if p.Prob(i, k) >= top-tieTolerance {
			chosen++
		}
	}
	hit, part := 0.0, 1/float64(chosen)
	for k := range e.Cardinality {
		x := p.Prob(i, k)
		if x >= top-tieTolerance {
			e.Confusion[g][k] += part
			if k == g {
				hit = part
			}
		}
		if k == g {
			e.LogLoss -= math.Log(max(x, leastProbability))
			x--
		}
		if k == 1 || e.Cardinality > 2 {
			e.Brier += x * x
		}
	}
	e.Labelled++
	e.Accuracy += hit
	if chosen == 1 {
		e.Coverage++
	}
	// The tolerance puts a probability of 0.7 into its bin, however it was rounded.
	bin := &e.Bins[min(int((top+tieTolerance)*reliabilityBins), reliabilityBins-1)]
	bin.Candidates++
	bin.Confidence += top
	bin.Accuracy += hit
}

// finish makes means of the sums, and scores of the counts.
func (e *Evaluation) finish() {
	n := float64(e.Labelled)
	for b := range e.Bins {
		bin := &e.Bins[b]
		e.CalibrationError += math.Abs(bin.Confidence - bin.Accuracy)
		bin.Confidence /= float64(bin.Candidates)
		bin.Accuracy /= float64(bin.Candidates)
	}
	for _, mean := range []*float64{&e.Coverage, &e.Accuracy, &e.LogLoss, &e.Brier, &e.CalibrationError} {
		*mean /= n
	}
	// Three thirds are a whole candidate, however their sum was rounded.
	const rounding = 1e-6
	for _, row := range e.Confusion {
		for k, n := range row {
			if whole := math.Round(n); math.Abs(n-whole) < rounding {
				row[k] = whole
			}
		}
	}
	for k := range e.Classes {
		c := &e.Classes[k]
		for g, row := range e.Confusion {
			c.Gold += e.Confusion[k][g]
			c.Predicted += row[k]
		}
		c.Gold = math.Round(c.Gold)
		c.Precision, c.Recall = share(e.Confusion[k][k], c.Predicted), share(e.Confusion[k][k], c.Gold)
		c.F1 = share(2*e.Confusion[k][k], c.Gold+c.Predicted)
		e.MacroPrecision += c.Precision / float64(e.Cardinality)
		e.MacroRecall += c.Recall / float64(e.Cardinality)
		e.MacroF1 += c.F1 / float64(e.Cardinality)
	}
	e.Precision, e.Recall, e.F1 = e.MacroPrecision, e.MacroRecall, e.MacroF1
}

func share(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}
