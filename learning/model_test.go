package learning_test

import (
	"bytes"
	"errors"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"workbench/learning"
	"workbench/learning/dependency"
	"workbench/learning/option"
)

// bothModels are a generative model and a fitted one of the same matrix.
func bothModels(t *testing.T) (*learning.GenerativeModel, *learning.LabelModel) {
	t.Helper()
	L, _ := synthetic(t, 400, 5, 3, 0.6, 7)
	o := quick(3)
	o.Deps = []dependency.Dependency{{J: 0, K: 1, Type: dependency.Similar}}
	m, err := learning.Fit(t.Context(), L, learning.FitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return train(t, L, learning.ModelOptions{}, o), m
}

func TestModelsOfBothKindsAreReadByOneFunction(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 400, 5, 3, 0.6, 7)
	g, m := bothModels(t)
	if n := g.Summary().Dependencies; n != 1 {
		t.Errorf("%d dependencies, want 1", n)
	}
	for _, model := range []learning.Model{g, m} {
		var b bytes.Buffer
		if _, err := model.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		read, err := learning.ReadAnyModel(&b)
		if err != nil {
			t.Fatal(err)
		}
		about := read.Summary()
		if about.Cardinality != 3 || about.KeyGroup != 0 || about.Dependencies != model.Summary().Dependencies || !slices.Equal(about.LFs, lfNames(5)) {
			t.Errorf("%T: the summary is %+v", read, about)
		}
		if got, want := read.LFAccuracies(), model.LFAccuracies(); !slices.Equal(got, want) || len(got) != 5 {
			t.Errorf("%T: accuracies %v, want %v", read, got, want)
		}
		want, err := model.Marginals(L)
		if err != nil {
			t.Fatal(err)
		}
		got, err := read.Marginals(L)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.P, want.P) {
			t.Errorf("%T: other marginals", read)
		}
	}
}

// A model of the other kind is no damaged file, and the error says what it is.
func TestModelsOfTheOtherKindAreNamed(t *testing.T) {
	t.Parallel()
	g, m := bothModels(t)
	var classic, fitted bytes.Buffer
	if _, err := g.WriteTo(&classic); err != nil {
		t.Fatal(err)
	}
	if _, err := m.WriteTo(&fitted); err != nil {
		t.Fatal(err)
	}
	_, err := learning.ReadModel(&fitted)
	if !errors.Is(err, learning.ErrModelFile) || err.Error() != "is a label model, not a generative model" {
		t.Error(err)
	}
	_, err = learning.ReadLabelModel(&classic)
	if !errors.Is(err, learning.ErrModelFile) || err.Error() != "is a generative model, not a label model" {
		t.Error(err)
	}
	for _, text := range []string{"", "{}", "[]", `{"format": "workbench label model", "version": 7}`} {
		if _, err := learning.ReadAnyModel(strings.NewReader(text)); !errors.Is(err, learning.ErrModelFile) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestFittedModelsKeepCandidatesWithinTheirRanges(t *testing.T) {
	t.Parallel()
	L := labels(t, 3, [][]int16{{1, 2, 1}, {2, 2, 0}, {0, 3, 3}, {1, 1, 2}})
	m, err := learning.Fit(t.Context(), L, learning.FitOptions{Cardinality: 3})
	if err != nil {
		t.Fatal(err)
	}
	free, err := m.Marginals(L)
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.MarginalsWithin(L, [][]int16{{2, 1}, nil, {3}, {1, 2, 3}})
	if err != nil {
		t.Fatal(err)
	}
	sum := free.Prob(0, 0) + free.Prob(0, 1)
	for i, want := range [][]float64{
		{free.Prob(0, 0) / sum, free.Prob(0, 1) / sum, 0}, free.Row(1), {0, 0, 1}, free.Row(3),
	} {
		for y, x := range want {
			if math.Abs(p.Prob(i, y)-x) > 1e-12 {
				t.Errorf("candidate %d: %v, want %v", i, p.Row(i), want)
			}
		}
	}
	for _, ranges := range [][][]int16{{{1}}, {{1}, {2}, {3}, {1}}, {{4}, nil, nil, nil}} {
		if _, err := m.MarginalsWithin(L, ranges); err == nil {
			t.Errorf("%v are no error", ranges)
		}
	}
}

// What is known of gold labels enters the fit, and how good the fit is without
// them is said of the fit without them.
func TestEffectOfGold(t *testing.T) {
	t.Parallel()
	L, truth := synthetic(t, 600, 5, 2, 0.7, 3)
	o := learning.FitOptions{Gold: make([]int16, 600)}
	copy(o.Gold, truth[:50])
	m, err := learning.Fit(t.Context(), L, o)
	if err != nil {
		t.Fatal(err)
	}
	effect, err := learning.EffectOfGold(t.Context(), m, L, o)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := learning.Fit(t.Context(), L, learning.FitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := plain.Marginals(L)
	if err != nil {
		t.Fatal(err)
	}
	want, err := learning.Evaluate(p, o.Gold)
	if err != nil {
		t.Fatal(err)
	}
	if effect.Labelled != 50 || effect.Evaluation.Labelled != 50 || effect.Evaluation.Accuracy != want.Accuracy || effect.Evaluation.LogLoss != want.LogLoss {
		t.Errorf("%d labelled, %+v, want %+v", effect.Labelled, effect.Evaluation, want)
	}
	if !slices.Equal(effect.Without.ClassPrior, plain.ClassPrior) || slices.Equal(m.ClassPrior, plain.ClassPrior) {
		t.Errorf("class priors with %v, without %v, plain %v", m.ClassPrior, effect.Without.ClassPrior, plain.ClassPrior)
	}
	with, err := m.MarginalsGiven(L, o.Gold)
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	for i := 50; i < 600; i++ {
		if (with.P[i] > 0.5) != (p.P[i] > 0.5) {
			changed++
		}
	}
	if effect.Changed != changed {
		t.Errorf("%d changed, want %d", effect.Changed, changed)
	}
	o.Gold = nil
	var refused *option.Error
	if _, err := learning.EffectOfGold(t.Context(), m, L, o); !errors.As(err, &refused) {
		t.Error(err)
	}
}

func TestDamagedLabelModelsAreRefused(t *testing.T) {
	t.Parallel()
	_, m := bothModels(t)
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	whole := b.String()
	for _, damage := range []struct{ expr, by, says string }{
		{`"cardinality": 3`, `"cardinality": 1`, "its cardinality is 1"},
		{`"class_prior": \[`, `"class_prior": [0, `, "a class prior of 4 numbers for 3 classes"},
		{`"dependencies": \[[^\]]*\]`, `"dependencies": [{"j": 1, "k": 5}]`, "a dependency of the LFs 1 and 5 of 5"},
		{`"dependencies": \[[^\]]*\]`, `"dependencies": [{"j": 1, "k": 1}]`, "a dependency of the LFs 1 and 1 of 5"},
		{`"dependencies": \[[^\]]*\]`, `"dependencies": [{"j": -1, "k": 1}]`, "a dependency of the LFs -1 and 1 of 5"},
		{`"j": 4,\n      "acc`, `"j": 7, "acc`, "is number 7 and not 4"},
		{`"polarity": \[\s*1`, `"polarity": [9`, "gives 9, which is no label of 3 classes"},
		{`"polarity": \[\s*1`, `"polarity": [0`, "gives 0, which is no label of 3 classes"},
		{`(?s)"members": \[.*`, `"members": []}`, "it has no members"},
		{`(?s)"members": \[.*`, `"members": [null]}`, "it has no members"},
		{`(?s)"members": \[.*`, `"members": [{"kind": "x"}]}`, `a member of kind "x"`},
		{`"family": `, `"families": `, "unknown field"},
	} {
		text := regexp.MustCompile(damage.expr).ReplaceAllString(whole, damage.by)
		if text == whole {
			t.Fatalf("%s is not in the document:\n%s", damage.expr, whole)
		}
		_, err := learning.ReadLabelModel(strings.NewReader(text))
		if !errors.Is(err, learning.ErrModelFile) || !strings.Contains(err.Error(), damage.says) {
			t.Errorf("%s: %v", damage.by, err)
		}
	}
}
