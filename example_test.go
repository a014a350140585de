package workbench_test

import (
	"context"
	"fmt"
	"log"

	"workbench/annotations"
	"workbench/learning"
	"workbench/session"
)

// The way from a Snorkel database to scores: load the labels of the train
// split, train, and compare with the gold labels of the dev split.
func Example() {
	ctx := context.Background()
	s, err := session.Open(ctx, "testdata/oracle/snorkel07.db")
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()

	var annotator annotations.LabelAnnotator
	train, err := annotator.LoadMatrix(ctx, s, annotations.Selection{Split: 0})
	if err != nil {
		log.Fatal(err)
	}
	model := learning.NewGenerativeModel(learning.ModelOptions{})
	if err := model.Train(ctx, train, learning.DefaultTrainOptions()); err != nil {
		log.Fatal(err)
	}

	dev := annotations.Selection{Split: 1}
	L, err := annotator.LoadMatrix(ctx, s, dev)
	if err != nil {
		log.Fatal(err)
	}
	gold, err := annotations.LoadGoldLabels(ctx, s, "gold", dev)
	if err != nil {
		log.Fatal(err)
	}
	p, err := model.Marginals(L)
	if err != nil {
		log.Fatal(err)
	}
	scores := learning.Score(p, annotations.Align(L, gold), learning.DefaultScoreOptions())
	fmt.Printf("%d candidates, %d labeling functions\n", L.Rows(), L.Cols())
	fmt.Printf("precision %.3f, recall %.3f, F1 %.3f\n", scores.Precision, scores.Recall, scores.FBeta)
	// Output:
	// 86 candidates, 9 labeling functions
	// precision 0.755, recall 0.902, F1 0.822
}
