package learning_test

import (
	"context"
	"fmt"
	"log"

	"workbench/annotations/matrix"
	"workbench/learning"
)

// votes makes the label matrix of three labeling functions on some candidates.
func votes(rows [][]int16) *matrix.LabelMatrix {
	keys := []matrix.Key{{ID: 1, Name: "LF_spouse_words"}, {ID: 2, Name: "LF_same_last_name"}, {ID: 3, Name: "LF_family"}}
	candidates := make([]int64, len(rows))
	var entries []matrix.Entry[int16]
	for i, row := range rows {
		candidates[i] = int64(i + 1)
		for j, label := range row {
			entries = append(entries, matrix.Entry[int16]{Row: i, Col: j, Value: label})
		}
	}
	L, err := matrix.New(candidates, keys, entries)
	if err != nil {
		log.Fatal(err)
	}
	return L
}

// Train a model on the labels of six candidates, and see what it believes of
// them. Labels are 1 and −1; 0 abstains.
func Example() {
	L := votes([][]int16{
		{1, 1, 0},
		{1, 1, 1},
		{-1, 0, -1},
		{-1, -1, -1},
		{1, -1, 1},
		{0, -1, -1},
	})
	o := learning.DefaultTrainOptions()
	o.StepSize = 1e-2 // for so few candidates
	g := learning.NewGenerativeModel(learning.ModelOptions{LFPropensity: true})
	if err := g.Train(context.Background(), L, o); err != nil {
		log.Fatal(err)
	}
	for _, s := range g.LearnedLFStats() {
		fmt.Printf("%-17s accuracy %.2f, coverage %.2f\n", s.Name, s.Accuracy, s.Coverage)
	}
	p, err := g.Marginals(L)
	if err != nil {
		log.Fatal(err)
	}
	for i, label := range learning.Predictions(p, 0.5) {
		fmt.Printf("candidate %d: P(y = 1) = %.2f, so %d\n", p.Candidates[i], p.P[i], label)
	}
	// Output:
	// LF_spouse_words   accuracy 0.94, coverage 0.82
	// LF_same_last_name accuracy 0.85, coverage 0.76
	// LF_family         accuracy 0.94, coverage 0.82
	// candidate 1: P(y = 1) = 0.99, so 1
	// candidate 2: P(y = 1) = 1.00, so 1
	// candidate 3: P(y = 1) = 0.00, so -1
	// candidate 4: P(y = 1) = 0.00, so -1
	// candidate 5: P(y = 1) = 0.98, so 1
	// candidate 6: P(y = 1) = 0.01, so -1
}

// Search hyperparameters on candidates with gold labels. Without a prior accuracy
// nothing tells the classes apart, so that no candidate is found positive.
func ExampleRandomSearch() {
	train := votes([][]int16{{1, 1, 0}, {1, 1, 1}, {-1, 0, -1}, {-1, -1, -1}, {1, -1, 1}, {0, -1, -1}})
	dev := votes([][]int16{{1, -1, 0}, {0, 1, -1}, {1, -1, -1}, {-1, -1, 1}, {1, 0, 1}})
	gold := []int16{1, -1, -1, -1, 1}
	params := []learning.Param{
		{Name: "step_size", Values: []float64{1e-1, 1e-2, 1e-4}},
		{Name: "LF_acc_prior_weight_default", Values: []float64{0, 1}},
	}
	s, err := learning.RandomSearch(params, learning.ModelOptions{LFPropensity: true}, learning.DefaultTrainOptions(), 4, 7)
	if err != nil {
		log.Fatal(err)
	}
	result, err := s.Fit(context.Background(), train, dev, gold, learning.DefaultScoreOptions())
	if err != nil {
		log.Fatal(err)
	}
	for _, trial := range result.Trials {
		fmt.Printf("run %d: step size %v, prior %v: F1 %.2f\n", trial.Run, trial.Values[0], trial.Values[1], trial.Scores.FBeta)
	}
	fmt.Printf("the best model has step size %v\n", result.Best.Training.StepSize)
	// Output:
	// run 0: step size 0.1, prior 1: F1 1.00
	// run 2: step size 0.0001, prior 1: F1 1.00
	// run 1: step size 0.01, prior 0: F1 0.00
	// run 3: step size 0.1, prior 0: F1 0.00
	// the best model has step size 0.1
}

// Put the ways to marginals side by side on candidates that have gold labels. The
// last labeling function contradicts the others, and its votes weigh nothing.
func ExampleComparison() {
	c := learning.Comparison{
		Labels: votes([][]int16{{1, 1, 0}, {1, 1, -1}, {-1, 0, 1}, {-1, -1, 0}, {-1, -1, 1}, {1, 0, 0}}),
		Gold:   []int16{1, 1, -1, -1, -1, 1},
	}
	list, err := c.Run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, one := range list {
		e := one.Evaluation
		fmt.Printf("%-17s accuracy %.2f, F1 %.2f, log loss %.2f\n", one.Approach, e.Accuracy, e.F1, e.LogLoss)
	}
	// Output:
	// majority vote     accuracy 0.92, F1 1.00, log loss 0.12
	// weighted vote     accuracy 1.00, F1 1.00, log loss 0.00
	// Dawid–Skene       accuracy 1.00, F1 1.00, log loss 0.00
	// Snorkel's default accuracy 1.00, F1 1.00, log loss 0.18
	// fit               accuracy 0.83, F1 0.86, log loss 0.30
}
