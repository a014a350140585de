package learning_test

import (
	"errors"
	"math"
	"reflect"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/learning/option"
)

// evaluation is that of marginals and gold labels that fit.
func evaluation(t testing.TB, p *matrix.Marginals, gold []int16) *learning.Evaluation {
	t.Helper()
	e, err := learning.Evaluate(p, gold)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// rowsOf are marginals of k classes.
func rowsOf(k int, p ...float64) *matrix.Marginals {
	width := k
	if k == 2 {
		width = 1
	}
	return &matrix.Marginals{Candidates: ids(len(p) / width), Cardinality: k, P: p}
}

// Of two classes: a hit, a miss, a tie, a class held for impossible, and one
// candidate without gold label.
func TestEvaluateTwoClasses(t *testing.T) {
	e := evaluation(t, rowsOf(2, 0.9, 0.7, 0.5, 0, 0.8), []int16{1, -1, 1, 1, 0})
	figures := []float64{e.Accuracy, e.Precision, e.Recall, e.F1, e.LogLoss, e.Brier, e.CalibrationError, e.AUC, e.Coverage,
		e.MacroPrecision, e.MacroRecall, e.MacroF1}
	want := []float64{
		1.5 / 4, // the tie is half a hit
		1. / 2,  // 0.9 and 0.7 are above 0.5
		1. / 3,  // of three positives
		2. / 5,  // 2·(1/2)(1/3)/(1/2+1/3)
		-(math.Log(0.9) + math.Log(0.3) + math.Log(0.5) + math.Log(1e-6)) / 4,
		(0.01 + 0.49 + 0.25 + 1) / 4,
		// 0.5 of one that is half right, 0.7 of a wrong one, and 1.9 of two of which one is right.
		(0 + 0.7 + 0.9) / 4,
		1. / 3, // the negative's 0.7 is below one positive of three
		3. / 4,
		// Chosen: class 0 by 1 + 1/2, none of them right; class 1 by 2.5, 1.5 right.
		(0 + 1.5/2.5) / 2, (0 + 1.5/3) / 2, (0 + 3/5.5) / 2,
	}
	if d := distance(figures, want); d > 1e-12 {
		t.Errorf("%v, want %v", figures, want)
	}
	if want := [][]float64{{0, 1}, {1.5, 1.5}}; !reflect.DeepEqual(e.Confusion, want) {
		t.Errorf("confusion %v, want %v", e.Confusion, want)
	}
	if e.Labelled != 4 || e.Candidates != 5 || e.Bins[9].Candidates != 2 || e.Bins[9].Accuracy != 0.5 || !math.IsNaN(e.Bins[0].Accuracy) {
		t.Errorf("%+v", e)
	}
}

// Of three classes, with ties of two and of all.
func TestEvaluateThreeClasses(t *testing.T) {
	third := 1. / 3
	e := evaluation(t, rowsOf(3,
		0.6, 0.3, 0.1,
		0.4, 0.4, 0.2,
		third, third, third,
		0.1, 0.2, 0.7), []int16{1, 2, 1, 2})
	figures := []float64{e.Accuracy, e.Precision, e.Recall, e.F1, e.LogLoss, e.Brier, e.AUC, e.Coverage}
	// Chosen: class 1 by 1 + 1/2 + 1/3, class 2 by 1/2 + 1/3, class 3 by 1/3 + 1.
	p1, r1, p2, r2 := (1+third)/(1.5+third), (1+third)/2, 0.5/(0.5+third), 0.5/2
	want := []float64{(1 + 0.5 + third) / 4, (p1 + p2) / 3, (r1 + r2) / 3,
		(2*p1*r1/(p1+r1) + 2*p2*r2/(p2+r2)) / 3,
		-(math.Log(0.6) + math.Log(0.4) + math.Log(third) + math.Log(0.2)) / 4,
		(0.26 + 0.56 + (4+1+1)/9. + 1.14) / 4,
		// Class 1: .6 and 1/3 against .4 and .1: 3 of 4 pairs; class 2: .4 and .2
		// against .3 and 1/3: 2 of 4. Nobody is of class 3.
		(0.75 + 0.5) / 2, 0.5}
	if d := distance(figures, want); d > 1e-12 {
		t.Errorf("%v, want %v", figures, want)
	}
	if c := e.Classes[2]; c.Gold != 0 || c.Precision != 0 || c.F1 != 0 || math.Abs(c.Predicted-4./3) > 1e-12 {
		t.Errorf("class 3: %+v", c)
	}
}

// Equal probabilities count half, and the positives' order does not matter.
func TestAUCOfTies(t *testing.T) {
	p := learning.VoteMarginals(labels(t, 1, [][]int16{{1}, {1}, {0}, {0}, {-1}}), 2)
	if e := evaluation(t, p, []int16{1, -1, 1, -1, -1}); math.Abs(e.AUC-(0.5+1+1+0+0.5+1)/6) > 1e-12 {
		t.Errorf("%v", e.AUC)
	}
	if e := evaluation(t, p, []int16{1, 1, 1, 1, 0}); !math.IsNaN(e.AUC) {
		t.Errorf("%v without negatives", e.AUC)
	}
}

// A calibrated model has an error of 0 and an overconfident one what it lacks.
func TestCalibrationError(t *testing.T) {
	var sure, fair []float64
	var gold []int16
	for i := range 100 {
		sure, fair = append(sure, 1), append(fair, 0.7)
		gold = append(gold, 1)
		if i < 30 {
			gold[i] = -1
		}
	}
	if e := evaluation(t, rowsOf(2, sure...), gold); math.Abs(e.CalibrationError-0.3) > 1e-12 {
		t.Errorf("%v, want 0.3", e.CalibrationError)
	}
	e := evaluation(t, rowsOf(2, fair...), gold)
	if e.CalibrationError > 1e-12 || e.Bins[7].Candidates != 100 {
		t.Errorf("%v, want 0, in the bin of 0.7: %+v", e.CalibrationError, e.Bins)
	}
}

func TestEvaluateWithoutGold(t *testing.T) {
	e := evaluation(t, rowsOf(2, 0.9), []int16{0})
	for _, x := range []float64{e.Accuracy, e.F1, e.MacroF1, e.LogLoss, e.Brier, e.CalibrationError, e.AUC, e.Coverage} {
		if !math.IsNaN(x) {
			t.Fatalf("%+v", e)
		}
	}
}

func TestEvaluateRefuses(t *testing.T) {
	_, err := learning.Evaluate(rowsOf(2, 0.9), nil)
	if _, ok := errors.AsType[*option.Error](err); !ok {
		t.Errorf("too few gold labels: %v", err)
	}
	if _, err := learning.Evaluate(rowsOf(2, 0.9), []int16{2}); !errors.Is(err, matrix.ErrBadLabel) {
		t.Errorf("a gold label of another cardinality: %v", err)
	}
	if _, err := learning.Evaluate(rowsOf(2, 1.9), []int16{1}); !errors.Is(err, matrix.ErrBadMarginal) {
		t.Errorf("no probability: %v", err)
	}
}
