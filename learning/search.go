package learning

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"workbench/annotations/matrix"
	"workbench/learning/option"
)

// Param is one hyperparameter of a search, by Snorkel's name, with the values
// to try. [ParamNames] lists the names.
type Param struct {
	Name   string
	Values []float64
}

// setters maps each hyperparameter to what it sets.
func setters() map[string]func(o *TrainOptions, v float64) {
	return map[string]func(o *TrainOptions, v float64){
		"step_size":                   func(o *TrainOptions, v float64) { o.StepSize = v },
		"decay":                       func(o *TrainOptions, v float64) { o.Decay = v },
		"epochs":                      func(o *TrainOptions, v float64) { o.Epochs = int(v) },
		"reg_param":                   func(o *TrainOptions, v float64) { o.RegParam = v },
		"reg_type":                    func(o *TrainOptions, v float64) { o.RegType = int(v) },
		"LF_acc_prior_weight_default": func(o *TrainOptions, v float64) { o.LFAccPriorWeightDefault = v },
		"label_prior_weight":          func(o *TrainOptions, v float64) { o.LabelPriorWeight = v },
		"init_deps":                   func(o *TrainOptions, v float64) { o.InitDeps = v },
		"init_class_prior":            func(o *TrainOptions, v float64) { o.InitClassPrior = v },
	}
}

// ParamNames lists the hyperparameters that can be searched over, sorted.
func ParamNames() []string {
	var names []string
	for name := range setters() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// isWhole reports whether a hyperparameter takes whole numbers only.
func isWhole(name string) bool { return name == "epochs" || name == "reg_type" }

// checkParams refuses a search space that cannot be searched.
func checkParams(params []Param) error {
	if len(params) == 0 {
		return option.Errorf("param", "the search space is empty")
	}
	known := setters()
	for i, p := range params {
		switch {
		case known[p.Name] == nil:
			return option.Errorf(p.Name, "is no hyperparameter of training")
		case len(p.Values) == 0:
			return option.Errorf(p.Name, "has no values to try")
		case slices.ContainsFunc(params[:i], func(q Param) bool { return q.Name == p.Name }):
			return option.Errorf(p.Name, "is given twice")
		}
		for _, v := range p.Values {
			if isWhole(p.Name) && v != float64(int(v)) {
				return option.Errorf(p.Name, "%v is not a whole number", v)
			}
		}
	}
	return nil
}

// Search trains one model for each point of a search space and keeps the one
// that scores best. It is what [GridSearch] and [RandomSearch] have in common.
type Search struct {
	Params []Param
	Model  ModelOptions // of every trial's model
	Train  TrainOptions // what the parameters do not set

	// DevRanges are the candidate ranges of the matrix that trials are scored
	// on; those of the training matrix are in Train.
	DevRanges [][]int16

	// Progress, if not nil, is called with the share of the trials that is done,
	// from 0 to 1; that of Train is not.
	Progress func(done float64)

	space func() [][]float64 // draws the points to try, one value per parameter each
}

// GridSearch tries every combination of values in the order of the parameters,
// the last one fastest (snorkel.learning.GridSearch).
func GridSearch(params []Param, model ModelOptions, train TrainOptions) (*Search, error) {
	if err := checkParams(params); err != nil {
		return nil, err
	}
	return &Search{Params: params, Model: model, Train: train, space: func() [][]float64 { return product(params) }}, nil
}

func product(params []Param) [][]float64 {
	points := [][]float64{{}}
	for _, p := range params {
		var longer [][]float64
		for _, point := range points {
			for _, v := range p.Values {
				longer = append(longer, append(slices.Clone(point), v))
			}
		}
		points = longer
	}
	return points
}

// RandomSearch tries n random combinations: for each parameter in order it
// draws n values with replacement, with numpy's RandomState(seed), and the
// i-th trial takes the i-th draw of each (snorkel.learning.RandomSearch, whose
// defaults are n = 10 and seed = 123). A second [Search.Fit] continues the
// stream.
func RandomSearch(params []Param, model ModelOptions, train TrainOptions, n int, seed uint32) (*Search, error) {
	if err := checkParams(params); err != nil {
		return nil, err
	}
	if n < 1 {
		return nil, option.Errorf("n", "%d trials are none", n)
	}
	random := newMersenne(seed)
	space := func() [][]float64 {
		points := make([][]float64, n)
		for _, p := range params {
			for i, pick := range random.choice(len(p.Values), n) {
				points[i] = append(points[i], p.Values[pick])
			}
		}
		return points
	}
	return &Search{Params: params, Model: model, Train: train, space: space}, nil
}

// Trial is one point of a search and how its model scored. Run is Snorkel's
// number of the trial, from 0.
type Trial struct {
	Run    int
	Values []float64 // in the order of the parameters
	Scores Scores
}

// Parameters encodes the trial's point as a JSON object, in alphabetical order
// of the names. Only values that are no finite numbers, which no training
// accepts, are an error.
func (t Trial) Parameters(params []Param) (string, error) {
	values := make(map[string]float64, len(params))
	for i, p := range params {
		values[p.Name] = t.Values[i]
	}
	text, err := json.Marshal(values)
	return string(text), err
}

// SearchResult holds the trials, best first and ties in the order of their
// runs, and the model of the best one.
type SearchResult struct {
	Trials []Trial
	Best   *GenerativeModel
}

// Fit trains a model on L for each point of the space and scores it on the
// rows of dev with gold labels (as many as dev has rows). Trials run on all
// processors; the result does not depend on that.
func (s *Search) Fit(ctx context.Context, L, dev *matrix.LabelMatrix, gold []int16, o ScoreOptions) (*SearchResult, error) {
	t, err := newTask(L, s.Model, &s.Train)
	if err != nil {
		return nil, err
	}
	return s.fit(ctx, t, dev, gold, o)
}

// FitPatterns is Fit on the patterns of a label matrix, as
// [GenerativeModel.TrainPatterns] trains on them.
func (s *Search) FitPatterns(ctx context.Context, p *matrix.Patterns, dev *matrix.LabelMatrix, gold []int16, o ScoreOptions) (*SearchResult, error) {
	t, err := newPatternTask(p, s.Model, &s.Train)
	if err != nil {
		return nil, err
	}
	return s.fit(ctx, t, dev, gold, o)
}

// fit tries the points of the space; the options of training were checked with the task.
func (s *Search) fit(ctx context.Context, t *task, dev *matrix.LabelMatrix, gold []int16, o ScoreOptions) (*SearchResult, error) {
	if err := matrix.CheckLabels(dev, t.k); err != nil {
		return nil, err
	}
	if err := o.check(dev.Rows(), gold); err != nil {
		return nil, err
	}
	points := s.space()
	models := make([]*GenerativeModel, len(points))
	trials := make([]Trial, len(points))
	errs := make([]error, len(points))
	var next, done atomic.Int32
	var wg sync.WaitGroup
	var report sync.Mutex
	for range min(len(points), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(points); i = int(next.Add(1)) - 1 {
				models[i], trials[i], errs[i] = s.trial(ctx, t, dev, gold, o, i, points[i])
				if s.Progress != nil {
					report.Lock()
					s.Progress(float64(done.Add(1)) / float64(len(points)))
					report.Unlock()
				}
			}
		})
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("trial %d: %w", i, err)
		}
	}
	slices.SortStableFunc(trials, func(a, b Trial) int {
		return cmp.Compare(b.Scores.objective(t.k), a.Scores.objective(t.k))
	})
	return &SearchResult{Trials: trials, Best: models[trials[0].Run]}, nil
}

// trial trains and scores one point.
func (s *Search) trial(ctx context.Context, t *task, dev *matrix.LabelMatrix, gold []int16, o ScoreOptions,
	run int, values []float64) (*GenerativeModel, Trial, error) {
	train := s.Train
	train.Progress = nil
	known := setters()
	for i, param := range s.Params {
		known[param.Name](&train, values[i])
	}
	g := NewGenerativeModel(s.Model)
	trial := Trial{Run: run, Values: values}
	if err := train.check(t.candidates, t.L.Cols()); err != nil {
		return nil, trial, err
	}
	if err := g.train(ctx, t, &train); err != nil {
		return nil, trial, err
	}
	marginals, err := g.MarginalsWithin(dev, s.DevRanges)
	if err != nil {
		return nil, trial, err
	}
	trial.Scores = score(marginals, gold, o)
	return g, trial, nil
}
