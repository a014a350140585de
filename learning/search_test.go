package learning_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/learning/option"
)

// searchOracle is what the tests read of randomsearch.json.
type searchOracle struct {
	Ranges []struct {
		Name   string
		Order  []string
		Ranges map[string][]float64
	} `json:"param_ranges"`
	Random []struct {
		Ranges string
		N      int
		Seed   uint32
		First  [][]float64 `json:"first_call"`
		Second [][]float64 `json:"second_call_same_instance"`
	}
	Grid []struct {
		Ranges string
		Order  [][]float64
	}
	DefaultSeed uint32 `json:"random_default_seed"`
	Fits        []struct {
		Name   string
		Class  string
		Params struct {
			LFPropensity bool `json:"lf_propensity"`
		} `json:"model_class_params"`
		Args struct {
			N     int
			Seed  uint32
			Fixed struct {
				Epochs   *int     `json:"epochs"`
				RegParam *float64 `json:"reg_param"`
			} `json:"model_hyperparams"`
		} `json:"kwargs"`
		Fit struct {
			Beta  *float64 `json:"beta"`
			B     *float64 `json:"b"`
			AsNeg *bool    `json:"set_unlabeled_as_neg"`
		} `json:"fit_kwargs"`
		Stats struct {
			Index   []int
			Columns []string
			Rows    [][]float64
		} `json:"run_stats"`
	} `json:"fits_on_spouse_small"`
}

// params are a search space of the oracle in its order.
func (o *searchOracle) params(t *testing.T, name string) []learning.Param {
	t.Helper()
	var params []learning.Param
	for _, r := range o.Ranges {
		if r.Name == name {
			for _, p := range r.Order {
				params = append(params, learning.Param{Name: p, Values: r.Ranges[p]})
			}
		}
	}
	if params == nil {
		t.Fatalf("the oracle has no space %q", name)
	}
	return params
}

func samePoints(a, b [][]float64) bool { return slices.EqualFunc(a, b, slices.Equal[[]float64]) }

func TestRandomSearchDrawsSnorkelsTrials(t *testing.T) {
	t.Parallel()
	var oracle searchOracle
	readOracle(t, "randomsearch.json", &oracle)
	if len(oracle.Random) < 32 {
		t.Errorf("%d cases, want at least 32", len(oracle.Random))
	}
	for _, c := range oracle.Random {
		s, err := learning.RandomSearch(oracle.params(t, c.Ranges), learning.ModelOptions{}, learning.DefaultTrainOptions(), c.N, c.Seed)
		if err != nil {
			t.Fatal(err)
		}
		if got := learning.Space(s); !samePoints(got, c.First) {
			t.Errorf("%s, n %d, seed %d, first call: %v, want %v", c.Ranges, c.N, c.Seed, got, c.First)
		}
		if got := learning.Space(s); !samePoints(got, c.Second) {
			t.Errorf("%s, n %d, seed %d, second call: %v, want %v", c.Ranges, c.N, c.Seed, got, c.Second)
		}
	}
}

func TestGridSearchGoesThroughTheProductLastParameterFastest(t *testing.T) {
	t.Parallel()
	var oracle searchOracle
	readOracle(t, "randomsearch.json", &oracle)
	if len(oracle.Grid) < 2 {
		t.Errorf("%d cases, want at least 2", len(oracle.Grid))
	}
	for _, c := range oracle.Grid {
		s, err := learning.GridSearch(oracle.params(t, c.Ranges), learning.ModelOptions{}, learning.DefaultTrainOptions())
		if err != nil {
			t.Fatal(err)
		}
		if got := learning.Space(s); !samePoints(got, c.Order) || !samePoints(learning.Space(s), c.Order) {
			t.Errorf("%s: %v, want %v, at every call", c.Ranges, got, c.Order)
		}
	}
}

func TestBadSearchSpaceIsRefusedByName(t *testing.T) {
	t.Parallel()
	type params = []learning.Param
	epochs := learning.Param{Name: "epochs", Values: []float64{1}}
	for name, c := range map[string]struct {
		params params
		option string
	}{
		"no parameters":         {nil, "param"},
		"misspelt":              {params{{Name: "step_sise", Values: []float64{1}}}, "step_sise"},
		"of the constructor":    {params{{Name: "lf_propensity", Values: []float64{1}}}, "lf_propensity"},
		"no values":             {params{{Name: "decay"}}, "decay"},
		"twice":                 {params{epochs, {Name: "decay", Values: []float64{1}}, epochs}, "epochs"},
		"fractional epochs":     {params{{Name: "epochs", Values: []float64{10, 2.5}}}, "epochs"},
		"epochs beyond numbers": {params{{Name: "epochs", Values: []float64{1e300}}}, "epochs"},
		"NaN epochs":            {params{{Name: "epochs", Values: []float64{math.NaN()}}}, "epochs"},
		"fractional reg_type":   {params{{Name: "reg_type", Values: []float64{0.5}}}, "reg_type"},
	} {
		for kind, make := range map[string]func() (*learning.Search, error){
			"GridSearch": func() (*learning.Search, error) {
				return learning.GridSearch(c.params, learning.ModelOptions{}, learning.DefaultTrainOptions())
			},
			"RandomSearch": func() (*learning.Search, error) {
				return learning.RandomSearch(c.params, learning.ModelOptions{}, learning.DefaultTrainOptions(), 3, 1)
			},
		} {
			_, err := make()
			var bad *option.Error
			if !errors.As(err, &bad) || bad.Name != c.option {
				t.Errorf("%s, %s: %v, want an option.Error of %s", kind, name, err, c.option)
			}
		}
	}
	for _, n := range []int{0, -1} {
		_, err := learning.RandomSearch(params{epochs}, learning.ModelOptions{}, learning.DefaultTrainOptions(), n, 1)
		var bad *option.Error
		if !errors.As(err, &bad) || bad.Name != "n" {
			t.Errorf("n = %d: %v, want an option.Error of n", n, err)
		}
	}
}

// space is a small search space in which trials differ, and some tie.
func space() []learning.Param {
	return []learning.Param{
		{Name: "step_size", Values: []float64{1e-2, 1e-4, 1e-3}},
		{Name: "epochs", Values: []float64{5, 50}},
		{Name: "reg_param", Values: []float64{0.1, 0}},
	}
}

// apply sets by hand what a point of space sets.
func apply(o learning.TrainOptions, point []float64) learning.TrainOptions {
	o.StepSize, o.Epochs, o.RegParam = point[0], int(point[1]), point[2]
	return o
}

func TestSearchIsTrainingEachPointByHand(t *testing.T) {
	t.Parallel()
	for _, k := range []int{2, 3} {
		L, _ := synthetic(t, 300, 6, k, 0.2, 50)
		dev, gold := synthetic(t, 120, 6, k, 0.3, 51)
		gold[3], gold[70] = 0, 0
		o := learning.ScoreOptions{Threshold: 0.6, Beta: 0.5, DropUnlabelled: true}
		on := learning.ModelOptions{LFPropensity: true}
		base := learning.DefaultTrainOptions()
		base.Decay, base.Cardinality = 0.9, k
		s, err := learning.GridSearch(space(), on, base)
		if err != nil {
			t.Fatal(err)
		}
		result, err := s.Fit(t.Context(), L, dev, gold, o)
		if err != nil {
			t.Fatal(err)
		}
		points := learning.Space(s)
		if len(result.Trials) != len(points) {
			t.Fatalf("%d trials of %d points", len(result.Trials), len(points))
		}
		best, bestAt := math.Inf(-1), -1
		var bestWeights []float64
		byHand := make([]learning.Scores, len(points))
		for run, point := range points {
			g := train(t, L, on, apply(base, point))
			byHand[run] = scoresOf(t, marginals(t, g, dev), gold, o)
			if x := learning.Objective(byHand[run], k); x > best {
				best, bestAt, bestWeights = x, run, allWeights(g)
			}
		}
		seen := make(map[int]bool)
		for i, trial := range result.Trials {
			seen[trial.Run] = true
			if !slices.Equal(trial.Values, points[trial.Run]) {
				t.Errorf("K=%d, run %d: values %v, want %v", k, trial.Run, trial.Values, points[trial.Run])
			}
			a, b := trial.Scores, byHand[trial.Run]
			if !sameBits([]float64{a.Precision, a.Recall, a.FBeta, a.AccuracyAll}, []float64{b.Precision, b.Recall, b.FBeta, b.AccuracyAll}) {
				t.Errorf("K=%d, run %d: scores %+v, by hand %+v", k, trial.Run, a, b)
			}
			if i > 0 {
				before := result.Trials[i-1]
				x, y := learning.Objective(before.Scores, k), learning.Objective(trial.Scores, k)
				if x < y || x == y && before.Run > trial.Run {
					t.Errorf("K=%d: run %d with %v stands before run %d with %v", k, before.Run, x, trial.Run, y)
				}
			}
		}
		if len(seen) != len(points) {
			t.Errorf("K=%d: %d runs among %d trials", k, len(seen), len(points))
		}
		if result.Trials[0].Run != bestAt || !sameBits(allWeights(result.Best), bestWeights) {
			t.Errorf("K=%d: best is run %d, want the first best, %d, and its model", k, result.Trials[0].Run, bestAt)
		}
		if stats := result.Best.LearnedLFStats(); len(stats) != 6 {
			t.Errorf("K=%d: the best model has statistics of %d LFs", k, len(stats))
		}
	}
}

func TestFirstOfEqualTrialsIsBest(t *testing.T) {
	t.Parallel()
	L, gold := synthetic(t, 100, 4, 2, 0.6, 52)
	s, err := learning.GridSearch([]learning.Param{{Name: "epochs", Values: []float64{3, 3, 3}}}, learning.ModelOptions{}, learning.DefaultTrainOptions())
	if err != nil {
		t.Fatal(err)
	}
	result, err := s.Fit(t.Context(), L, L, gold, learning.DefaultScoreOptions())
	if err != nil {
		t.Fatal(err)
	}
	for i, trial := range result.Trials {
		if trial.Run != i {
			t.Errorf("place %d has run %d", i, trial.Run)
		}
	}
}

func TestSearchDoesNotDependOnTheNumberOfProcessors(t *testing.T) {
	L, gold := synthetic(t, 300, 6, 2, 0.2, 53)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first *learning.SearchResult
	for _, n := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(n)
		s, err := learning.RandomSearch(space(), full(2), learning.DefaultTrainOptions(), 10, 123)
		if err != nil {
			t.Fatal(err)
		}
		result, err := s.Fit(t.Context(), L, L, gold, learning.DefaultScoreOptions())
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = result
		}
		for i, trial := range result.Trials {
			want := first.Trials[i]
			if trial.Run != want.Run || trial.Scores.FBeta != want.Scores.FBeta || !slices.Equal(trial.Values, want.Values) {
				t.Errorf("%d processors, place %d: %+v, want %+v", n, i, trial, want)
			}
		}
		if !sameBits(allWeights(result.Best), allWeights(first.Best)) {
			t.Errorf("%d processors: another best model", n)
		}
	}
}

func TestSearchProgressNeverFallsAndEndsAtOne(t *testing.T) {
	t.Parallel()
	L, gold := synthetic(t, 100, 4, 2, 0.6, 54)
	s, err := learning.RandomSearch(space(), learning.ModelOptions{}, learning.DefaultTrainOptions(), 20, 1)
	if err != nil {
		t.Fatal(err)
	}
	last, calls := 0.0, 0
	s.Progress = func(done float64) {
		if !(done >= last && done <= 1) {
			t.Errorf("progress %v after %v", done, last)
		}
		last = done
		calls++
	}
	_, err = s.Fit(t.Context(), L, L, gold, learning.DefaultScoreOptions())
	if err != nil || last != 1 || calls != 20 {
		t.Errorf("%d reports, the last %v, error %v; want 20 that end at 1", calls, last, err)
	}
}

func TestCancelledSearchFails(t *testing.T) {
	t.Parallel()
	L, gold := synthetic(t, 100, 4, 2, 0.6, 55)
	s, err := learning.RandomSearch(space(), learning.ModelOptions{}, learning.DefaultTrainOptions(), 50, 1)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.Progress = func(float64) { cancel() }
	result, err := s.Fit(ctx, L, L, gold, learning.DefaultScoreOptions())
	if !errors.Is(err, context.Canceled) || result != nil {
		t.Errorf("%v, %v, want context.Canceled", result, err)
	}
}

func TestSearchRefusesWhatItCannotTrainOrScore(t *testing.T) {
	t.Parallel()
	L, gold := synthetic(t, 30, 3, 2, 0.8, 56)
	bad := labels(t, 3, [][]int16{{1, 2, 0}})
	grid := func(p ...learning.Param) *learning.Search {
		s, err := learning.GridSearch(p, learning.ModelOptions{}, learning.DefaultTrainOptions())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	one := grid(learning.Param{Name: "epochs", Values: []float64{1}})
	score := learning.DefaultScoreOptions()
	var option *option.Error
	if _, err := one.Fit(t.Context(), L, bad, gold[:1], score); !errors.Is(err, matrix.ErrBadLabel) {
		t.Errorf("dev labels of other classes: %v, want ErrBadLabel", err)
	}
	if _, err := one.Fit(t.Context(), L, L.SelectCols([]int{0, 1}), gold, score); !errors.Is(err, learning.ErrOtherLFs) {
		t.Errorf("dev matrix of other LFs: %v, want ErrOtherLFs", err)
	}
	for _, n := range []int{29, 31} {
		if _, err := one.Fit(t.Context(), L, L, make([]int16, n), score); !errors.As(err, &option) || option.Name != "gold" {
			t.Errorf("%d gold labels for 30 candidates: %v, want an option.Error of gold", n, err)
		}
	}
	two := grid(learning.Param{Name: "reg_type", Values: []float64{2, 7}})
	if _, err := two.Fit(t.Context(), L, L, gold, score); !errors.As(err, &option) || option.Name != "reg_type" || !strings.Contains(err.Error(), "trial 1") {
		t.Errorf("a bad value in the space: %v, want an option.Error of reg_type in trial 1", err)
	}
}

func TestEveryParameterOfASearchIsSet(t *testing.T) {
	t.Parallel()
	L, gold := synthetic(t, 200, 4, 2, 0.5, 57)
	base := learning.DefaultTrainOptions()
	base.StepSize, base.Decay = 1e-3, 0.9
	base.Labels = slices.Clone(gold)
	for i := range base.Labels {
		if i%4 != 0 {
			base.Labels[i] = 0
		}
	}
	values := map[string]float64{
		"step_size": 3e-3, "decay": 0.5, "epochs": 7, "reg_param": 0.4, "reg_type": 1, "LF_acc_prior_weight_default": 0.3,
		"label_prior_weight": 1, "init_deps": 0.2, "init_class_prior": 0.4,
	}
	if got := learning.ParamNames(); !slices.Equal(got, sortedKeys(values)) {
		t.Fatalf("parameters %v, want %v", got, sortedKeys(values))
	}
	byHand := map[string]func(o *learning.TrainOptions, v float64){
		"step_size":                   func(o *learning.TrainOptions, v float64) { o.StepSize = v },
		"decay":                       func(o *learning.TrainOptions, v float64) { o.Decay = v },
		"epochs":                      func(o *learning.TrainOptions, v float64) { o.Epochs = int(v) },
		"reg_param":                   func(o *learning.TrainOptions, v float64) { o.RegParam = v },
		"reg_type":                    func(o *learning.TrainOptions, v float64) { o.RegType = int(v) },
		"LF_acc_prior_weight_default": func(o *learning.TrainOptions, v float64) { o.LFAccPriorWeightDefault = v },
		"label_prior_weight":          func(o *learning.TrainOptions, v float64) { o.LabelPriorWeight = v },
		"init_deps":                   func(o *learning.TrainOptions, v float64) { o.InitDeps = v },
		"init_class_prior":            func(o *learning.TrainOptions, v float64) { o.InitClassPrior = v },
	}
	unchanged := allWeights(train(t, L, full(2), base))
	for name, v := range values {
		s, err := learning.GridSearch([]learning.Param{{Name: name, Values: []float64{v}}}, full(2), base)
		if err != nil {
			t.Fatal(err)
		}
		result, err := s.Fit(t.Context(), L, L, gold, learning.DefaultScoreOptions())
		if err != nil {
			t.Fatal(err)
		}
		o := base
		byHand[name](&o, v)
		if got := allWeights(result.Best); !sameBits(got, allWeights(train(t, L, full(2), o))) || sameBits(got, unchanged) {
			t.Errorf("%s = %v does not train as it does by hand, or changes nothing", name, v)
		}
		if learning.IsWhole(name) != (name == "epochs" || name == "reg_type") {
			t.Errorf("IsWhole(%q) = %v", name, learning.IsWhole(name))
		}
	}
}

func TestSearchOnSpouseSmallIsLaidOutAsInSnorkel(t *testing.T) {
	t.Parallel()
	db := openSession(t, shared+"/spouse_small.db")
	L, dev := loadLabels(t, db, 0), loadLabels(t, db, 1)
	gold := loadGold(t, db, "gold", 1, dev)
	var oracle searchOracle
	readOracle(t, "randomsearch.json", &oracle)
	for _, c := range oracle.Fits {
		t.Run(c.Name, func(t *testing.T) {
			train, score := learning.DefaultTrainOptions(), learning.DefaultScoreOptions()
			set(&train.Epochs, c.Args.Fixed.Epochs)
			set(&train.RegParam, c.Args.Fixed.RegParam)
			set(&score.Beta, c.Fit.Beta)
			set(&score.Threshold, c.Fit.B)
			if c.Fit.AsNeg != nil {
				score.DropUnlabelled = !*c.Fit.AsNeg
			}
			on := learning.ModelOptions{LFPropensity: c.Params.LFPropensity}
			width := len(c.Stats.Columns) - 3 // the last three are the scores
			// What the oracle's rows say in the order of their runs.
			want := make([][]float64, len(c.Stats.Rows))
			for i, run := range c.Stats.Index {
				want[run] = c.Stats.Rows[i][:width]
			}
			params := oracle.params(t, "R1")
			if c.Class == "GridSearch" {
				params = nil
				for x, name := range c.Stats.Columns[:width] {
					p := learning.Param{Name: name}
					for _, point := range want {
						if !slices.Contains(p.Values, point[x]) {
							p.Values = append(p.Values, point[x])
						}
					}
					params = append(params, p)
				}
			}
			var s *learning.Search
			var err error
			if c.Class == "GridSearch" {
				s, err = learning.GridSearch(params, on, train)
			} else {
				s, err = learning.RandomSearch(params, on, train, c.Args.N, c.Args.Seed)
			}
			if err != nil {
				t.Fatal(err)
			}
			result, err := s.Fit(t.Context(), L, dev, gold, score)
			if err != nil {
				t.Fatal(err)
			}
			for x, name := range c.Stats.Columns[:width] {
				if s.Params[x].Name != name {
					t.Errorf("column %d is %s, want %s", x, s.Params[x].Name, name)
				}
			}
			if len(result.Trials) != len(want) {
				t.Fatalf("%d trials, want %d", len(result.Trials), len(want))
			}
			for i, trial := range result.Trials {
				if !slices.Equal(trial.Values, want[trial.Run]) {
					t.Errorf("run %d: %v, want %v", trial.Run, trial.Values, want[trial.Run])
				}
				if i == 0 {
					continue
				}
				before := result.Trials[i-1]
				if before.Scores.FBeta < trial.Scores.FBeta || before.Scores.FBeta == trial.Scores.FBeta && before.Run > trial.Run {
					t.Errorf("run %d with %v stands before run %d with %v", before.Run, before.Scores.FBeta, trial.Run, trial.Scores.FBeta)
				}
			}
			// Snorkel's own rows keep the same rule.
			for i := 1; i < len(c.Stats.Rows); i++ {
				a, b := c.Stats.Rows[i-1][width+2], c.Stats.Rows[i][width+2]
				if a < b || a == b && c.Stats.Index[i-1] > c.Stats.Index[i] {
					t.Errorf("Snorkel's row %d breaks the order that ours is to have", i)
				}
			}
		})
	}
	if len(oracle.Fits) < 5 {
		t.Errorf("%d searches, want at least 5", len(oracle.Fits))
	}
}
