package learning

import (
	"math"

	"workbench/annotations/matrix"
)

// LFTest compares one labeling function with gold labels, as rows of the label
// matrix in ascending order. For two classes there are TP, FP, TN and FN; for
// more there are Correct and Incorrect. Candidates that it abstains on, and
// those without gold label, are in none of them.
type LFTest struct {
	Name               string
	Cardinality        int
	Coverage           float64 // share of candidates that it labels
	TP, FP, TN, FN     []int
	Correct, Incorrect []int
	Abstained          []int
	// Scores are over the candidates in the buckets: recall is that among the
	// positives that it labels. AccuracyAll is not set.
	Scores Scores
}

// TestLF compares the labeling function of column j of L with gold labels, one
// for each row, 0 where there is none (snorkel.lf_helpers.test_LF). Precision,
// recall and F1 of nothing are 0, and the accuracy is NaN.
func TestLF(L *matrix.LabelMatrix, j int, gold []int16, cardinality int) *LFTest {
	test := &LFTest{Name: L.Keys()[j].Name, Cardinality: cardinality}
	for i, y := range gold {
		v := L.At(i, j)
		switch {
		case v == 0:
			test.Abstained = append(test.Abstained, i)
		case y == 0:
		case cardinality > 2 && v == y:
			test.Correct = append(test.Correct, i)
		case cardinality > 2:
			test.Incorrect = append(test.Incorrect, i)
		case v == 1 && y == 1:
			test.TP = append(test.TP, i)
		case v == 1:
			test.FP = append(test.FP, i)
		case y == 1:
			test.FN = append(test.FN, i)
		default:
			test.TN = append(test.TN, i)
		}
	}
	test.Coverage = float64(L.Rows()-len(test.Abstained)) / float64(L.Rows())
	right, wrong := len(test.Correct), len(test.Incorrect)
	if cardinality == 2 {
		test.Scores = binaryScores(len(test.TP), len(test.FP), len(test.FN), 1)
		right, wrong = len(test.TP)+len(test.TN), len(test.FP)+len(test.FN)
	}
	test.Scores.Accuracy = float64(right) / float64(right+wrong)
	test.Scores.AccuracyAll = math.NaN()
	return test
}
