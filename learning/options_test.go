package learning_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/learning/option"
)

func TestBadOptionIsNamedAsInSnorkel(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 20, 3, 2, 0.8, 30)
	type options = learning.TrainOptions
	cases := map[string][]func(o *options){
		"cardinality": {
			func(o *options) { o.Cardinality = 1 },
			func(o *options) { o.Cardinality = -2 },
			func(o *options) { o.Cardinality = 1 << 40 },
		},
		"epochs":   {func(o *options) { o.Epochs = -1 }},
		"reg_type": {func(o *options) { o.RegType = -1 }, func(o *options) { o.RegType = 3 }},
		"LF_acc_prior_weights": {
			func(o *options) { o.LFAccPriorWeights = []float64{1, 1} },
			func(o *options) { o.LFAccPriorWeights = []float64{} },
			func(o *options) { o.LFAccPriorWeights = []float64{1, 1, 1, 1} },
			func(o *options) { o.LFAccPriorWeights = []float64{1, math.NaN(), 1} },
			func(o *options) { o.LFAccPriorWeights = []float64{1, 1, math.Inf(-1)} },
			func(o *options) { o.LFAccPriorWeights = []float64{1, 1, 1e300} },
		},
		"labels": {
			func(o *options) { o.Labels = make([]int16, 19) },
			func(o *options) { o.Labels = []int16{} },
		},
		"step_size": {
			func(o *options) { o.StepSize = -1e-9 },
			func(o *options) { o.Decay, o.Epochs = 10, 1000 },     // a path of 10^1000
			func(o *options) { o.Epochs = math.MaxInt64 },         // of 2e16
			func(o *options) { o.StepSize, o.Epochs = 1e60, 100 }, // of 2e63
		},
		"decay":     {func(o *options) { o.Decay = -0.5 }},
		"reg_param": {func(o *options) { o.RegParam = -0.1 }},
	}
	numbers := map[string]func(o *options) *float64{
		"step_size":                   func(o *options) *float64 { return &o.StepSize },
		"decay":                       func(o *options) *float64 { return &o.Decay },
		"reg_param":                   func(o *options) *float64 { return &o.RegParam },
		"LF_acc_prior_weight_default": func(o *options) *float64 { return &o.LFAccPriorWeightDefault },
		"label_prior_weight":          func(o *options) *float64 { return &o.LabelPriorWeight },
		"init_deps":                   func(o *options) *float64 { return &o.InitDeps },
		"init_class_prior":            func(o *options) *float64 { return &o.InitClassPrior },
	}
	for name, at := range numbers {
		for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e308} {
			cases[name] = append(cases[name], func(o *options) { *at(o) = x })
		}
	}
	for _, name := range sortedKeys(cases) {
		for i, change := range cases[name] {
			o := learning.DefaultTrainOptions()
			change(&o)
			g := learning.NewGenerativeModel(learning.ModelOptions{})
			err := g.Train(t.Context(), L, o)
			var bad *option.Error
			if !errors.As(err, &bad) || bad.Name != name || !strings.HasPrefix(err.Error(), name+": ") {
				t.Errorf("%s, case %d: %v, want an option.Error of it", name, i, err)
			}
			if g.Cardinality != 0 {
				t.Errorf("%s, case %d: the model counts as trained", name, i)
			}
		}
	}
}

// Zero options would train to nothing and find every candidate positive. What
// they mean where only some are zero, other tests say.
func TestOptionsThatNobodySetAreRefused(t *testing.T) {
	t.Parallel()
	L, gold := synthetic(t, 20, 3, 2, 0.8, 30)
	refused := func(what, name, start string, err error) {
		t.Helper()
		var bad *option.Error
		if !errors.As(err, &bad) || bad.Name != name || !strings.Contains(bad.Reason, start) {
			t.Errorf("%s: %v, want an option.Error of %s that names %s", what, err, name, start)
		}
	}
	for what, o := range map[string]learning.TrainOptions{
		"zero": {}, "labels alone": {Labels: gold}, "converge alone": {Converge: true}, "a cardinality alone": {Cardinality: 2},
	} {
		g := learning.NewGenerativeModel(learning.ModelOptions{})
		refused("training, "+what, "epochs", "DefaultTrainOptions", g.Train(t.Context(), L, o))
		s, err := learning.GridSearch([]learning.Param{{Name: "epochs", Values: []float64{1}}}, learning.ModelOptions{}, o)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Fit(t.Context(), L, L, gold, learning.DefaultScoreOptions())
		refused("search, "+what, "epochs", "DefaultTrainOptions", err)
	}
	o := learning.DefaultTrainOptions()
	o.Gibbs = &learning.GibbsOptions{}
	refused("a sampled training", "truncation", "", learning.NewGenerativeModel(learning.ModelOptions{}).Train(t.Context(), L, o))

	o.Gibbs = nil
	p := marginals(t, train(t, L, learning.ModelOptions{}, o), L)
	for what, c := range map[string]struct {
		o     learning.ScoreOptions
		gold  []int16
		name  string
		start string
	}{
		"zero":          {learning.ScoreOptions{}, gold, "threshold", "DefaultScoreOptions"},
		"a threshold":   {learning.ScoreOptions{Threshold: 1.5, Beta: 1}, gold, "threshold", ""},
		"NaN":           {learning.ScoreOptions{Threshold: math.NaN(), Beta: 1}, gold, "threshold", ""},
		"a beta":        {learning.ScoreOptions{Threshold: 0.5, Beta: -1}, gold, "beta", ""},
		"too many gold": {learning.DefaultScoreOptions(), make([]int16, 21), "gold", ""},
	} {
		_, err := learning.Score(p, c.gold, c.o)
		refused("scoring, "+what, c.name, c.start, err)
		_, err = learning.ErrorAnalysis(p, c.gold, c.o)
		refused("error analysis, "+what, c.name, c.start, err)
	}
}

func TestDefaultsAreSnorkels(t *testing.T) {
	t.Parallel()
	o := learning.DefaultTrainOptions()
	got := []float64{float64(o.Epochs), o.StepSize, o.Decay, o.RegParam, float64(o.RegType), o.LFAccPriorWeightDefault,
		o.LabelPriorWeight, o.InitDeps, o.InitClassPrior, float64(o.Cardinality)}
	if want := []float64{30, 1e-4, 1, 0.1, 2, 1, 5, 0, -1, 0}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if s := learning.DefaultScoreOptions(); s != (learning.ScoreOptions{Threshold: 0.5, Beta: 1}) {
		t.Errorf("%+v", s)
	}
}

func TestOptionsOfTwoClassesAreRefusedForMore(t *testing.T) {
	t.Parallel()
	for _, k := range []int{3, 5} {
		L, gold := synthetic(t, 20, 3, k, 0.8, 31)
		for name, on := range map[string]learning.ModelOptions{
			"class_prior":         {ClassPrior: true, LFPropensity: true},
			"lf_prior":            {LFPrior: true},
			"lf_class_propensity": {LFClassPropensity: true},
		} {
			check := func(what string, err error) {
				var bad *option.Error
				if !errors.As(err, &bad) || bad.Name != name {
					t.Errorf("K=%d, %s: %s: %v, want an option.Error of it", k, name, what, err)
				}
			}
			check("Train", learning.NewGenerativeModel(on).Train(t.Context(), L, learning.DefaultTrainOptions()))
			s, err := learning.GridSearch([]learning.Param{{Name: "epochs", Values: []float64{1}}}, on, learning.DefaultTrainOptions())
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Fit(t.Context(), L, L, gold, learning.DefaultScoreOptions())
			check("Fit", err)
		}
		train(t, L, learning.ModelOptions{LFPropensity: true}, learning.DefaultTrainOptions())
	}
}

func TestKnownLabelsMustFitTheCardinality(t *testing.T) {
	t.Parallel()
	for k, label := range map[int]int16{2: 2, 3: 4, 4: -1} {
		L, _ := synthetic(t, 20, 3, k, 0.8, 32)
		o := learning.DefaultTrainOptions()
		o.Cardinality = k
		o.Labels = make([]int16, 20)
		o.Labels[7] = label
		err := learning.NewGenerativeModel(learning.ModelOptions{}).Train(t.Context(), L, o)
		if !errors.Is(err, matrix.ErrBadLabel) || !strings.Contains(err.Error(), "1007") {
			t.Errorf("K=%d, label %d: %v, want ErrBadLabel that names candidate 1007", k, label, err)
		}
	}
}

func TestExtremeOptionsEndInAModelOrAnErrorSoon(t *testing.T) {
	t.Parallel()
	L, gold := synthetic(t, 60, 3, 2, 0.5, 33)
	type options = learning.TrainOptions
	for name, change := range map[string]func(o *options){
		"prior":            func(o *options) { o.LFAccPriorWeightDefault = 1e100 },
		"negative prior":   func(o *options) { o.LFAccPriorWeightDefault = -1e100 },
		"init_deps":        func(o *options) { o.InitDeps = 1e100 },
		"init_class_prior": func(o *options) { o.InitClassPrior = -1e100 },
		"reg_param":        func(o *options) { o.RegParam = 1e100 },
		"label weight":     func(o *options) { o.Labels, o.LabelPriorWeight = gold, 1e100 },
		"long":             func(o *options) { o.Epochs = 1e14 }, // of 1e-4 for 100 candidates: 1e12
		"short":            func(o *options) { o.StepSize = 1e-100 },
	} {
		for _, kind := range []int{learning.RegNone, learning.RegL1, learning.RegL2} {
			o := learning.DefaultTrainOptions()
			o.RegType = kind
			change(&o)
			g := learning.NewGenerativeModel(full(2))
			if err := g.Train(t.Context(), L, o); err != nil {
				if !strings.Contains(err.Error(), "training failed") {
					t.Errorf("%s, reg_type %d: %v", name, kind, err)
				}
				continue
			}
			checkSound(t, g, L)
		}
	}
}

func TestAStepSizeOfZeroLearnsNothing(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 100, 3, 2, 0.8, 2)
	o := learning.DefaultTrainOptions()
	o.StepSize = 0 // Snorkel takes its default instead
	g := train(t, L, learning.ModelOptions{}, o)
	if !sameBits(g.Weights.LFAccuracy, []float64{1, 1, 1}) {
		t.Errorf("weights %v, want the priors", g.Weights.LFAccuracy)
	}
}
