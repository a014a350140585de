package learning_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

// A comparison evaluates what the methods give by themselves, in their order.
func TestComparison(t *testing.T) {
	train, _ := synthetic(t, 500, 5, 2, 0.4, 1)
	L, gold := synthetic(t, 300, 5, 2, 0.4, 2)
	dev, devGold := synthetic(t, 300, 5, 2, 0.4, 3)
	search, err := learning.RandomSearch(learning.WorkshopParams(), learning.ModelOptions{}, learning.DefaultTrainOptions(), 3, 123)
	if err != nil {
		t.Fatal(err)
	}
	done := 0.0
	c := learning.Comparison{Labels: L, Gold: gold, Train: train, Progress: func(share float64) { done = share }}
	model := fixed(2, 1, 2, 3, 4, 5)
	c.Approaches = append(learning.Approaches(), learning.SearchApproach(search, dev, devGold, learning.DefaultScoreOptions()),
		learning.ModelApproach("mine", model))
	list, err := c.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, err := learning.RandomSearch(learning.WorkshopParams(), learning.ModelOptions{}, learning.DefaultTrainOptions(), 3, 123)
	if err != nil {
		t.Fatal(err)
	}
	best, err := again.Fit(t.Context(), train, dev, devGold, learning.DefaultScoreOptions())
	if err != nil {
		t.Fatal(err)
	}
	g := learning.NewGenerativeModel(learning.ModelOptions{})
	if err := g.Train(t.Context(), train, learning.DefaultTrainOptions()); err != nil {
		t.Fatal(err)
	}
	want := []struct {
		name string
		p    *matrix.Marginals
	}{
		{"majority vote", learning.VoteMarginals(L, 2)},
		{"weighted vote", weightedVote(t, L, 2)},
		{"Dawid–Skene", dawidSkene(t, L, 2)},
		{"Snorkel's default", marginals(t, g, L)},
		{"fit", fitted(t, train, L)},
		{"Snorkel's best of a search", marginals(t, best.Best, L)},
		{"mine", marginals(t, model, L)},
	}
	if len(list) != len(want) || done != 1 {
		t.Fatalf("%d methods, %v done", len(list), done)
	}
	for i, w := range want {
		got := list[i]
		if got.Approach != w.name {
			t.Errorf("method %d is %s, want %s", i, got.Approach, w.name)
		}
		if !sameBits(got.Marginals.P, w.p.P) {
			t.Errorf("%s: other marginals", w.name)
		}
		if e := evaluation(t, got.Marginals, gold); got.Evaluation.LogLoss != e.LogLoss {
			t.Errorf("%s: log loss %v, want %v", w.name, got.Evaluation.LogLoss, e.LogLoss)
		}
	}
}

// A method that fails is named.
func TestComparisonNamesWhatFails(t *testing.T) {
	L, gold := synthetic(t, 20, 3, 3, 0.5, 1)
	broken := errors.New("broken")
	c := learning.Comparison{Labels: L, Gold: gold, Approaches: []learning.Approach{{Name: "mine",
		Run: func(context.Context, *learning.ApproachTask) (*matrix.Marginals, []string, error) {
			return nil, nil, broken
		}}}}
	if _, err := c.Run(t.Context()); !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "mine: ") {
		t.Errorf("%v", err)
	}
	if _, err := (&learning.Comparison{Labels: L, Gold: gold[:3]}).Run(t.Context()); err == nil {
		t.Error("too few gold labels are taken")
	}
}
