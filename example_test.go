package workbench_test

import (
	"context"
	"fmt"
	"log"
	"slices"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
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
	scores, err := learning.Score(p, matrix.Align(L, gold), learning.DefaultScoreOptions())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d candidates, %d labeling functions\n", L.Rows(), L.Cols())
	fmt.Printf("precision %.3f, recall %.3f, F1 %.3f\n", scores.Precision, scores.Recall, scores.FBeta)
	// Output:
	// 86 candidates, 9 labeling functions
	// precision 0.755, recall 0.902, F1 0.822
}

// A labeling function in Go: one of Snorkel's workshop, over one of Snorkel's
// helpers. Labels runs it without storing anything; Apply stores what it says.
func Example_labelingFunction() {
	ctx := context.Background()
	s, err := session.Open(ctx, "testdata/oracle/snorkel07.db")
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()

	husbandWife := func(c *candidates.Candidate) (annotations.Label, error) {
		words, err := candidates.BetweenTokens(c, candidates.Tokens{})
		if err != nil {
			return annotations.Abstain, err
		}
		for _, spouse := range []string{"spouse", "wife", "husband", "ex-wife", "ex-husband"} {
			if slices.Contains(words, spouse) {
				return annotations.Positive, nil
			}
		}
		return annotations.Abstain, nil
	}
	annotator := annotations.LabelAnnotator{LFs: []annotations.LF{{Name: "LF_husband_wife", Func: husbandWife}}}
	L, err := annotator.Labels(ctx, s, annotations.ApplyOptions{Selection: annotations.Selection{Split: 0}})
	if err != nil {
		log.Fatal(err)
	}
	stored, err := annotations.LabelAnnotator{}.LoadMatrix(ctx, s, annotations.Selection{Split: 0, KeyNames: []string{"LF_husband_wife"}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d labels; Snorkel's are the same: %t\n", L.NNZ(), slices.Equal(L.Entries(), stored.Entries()))
	// Output:
	// 63 labels; Snorkel's are the same: true
}
