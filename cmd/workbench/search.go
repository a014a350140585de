package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates/spelling"
	"workbench/learning"
	"workbench/learning/option"
	"workbench/session"
)

func searchFlags() []cli.Flag {
	flags := append(selectionFlags(),
		splitFlag("dev-split", "split that the trials are scored on", 1),
		goldFlag(),
		&cli.StringSliceFlag{Name: "param", Usage: "`NAME=V1,V2,…`: values to try; repeat it for each parameter, in Snorkel's order"},
	)
	return slices.Concat(flags, patternFlags(), scoreFlags(), trainFlags(), methodFlags("model-seed"), rangeFlags(), []cli.Flag{outFlag(), saveFlag(), forceFlag()})
}

// scoreFlags are the options of scoring.
func scoreFlags() []cli.Flag {
	o := learning.DefaultScoreOptions()
	return []cli.Flag{
		&cli.Float64Flag{Name: "threshold", Usage: "a marginal above it predicts the positive class", Value: o.Threshold},
		&cli.Float64Flag{Name: "beta", Usage: "beta of the F score", Value: o.Beta},
		&cli.BoolFlag{Name: "drop-unlabelled", Usage: "leave out candidates without gold label instead of counting them as negative"},
	}
}

func (c *call) scoreOptions() (learning.ScoreOptions, error) {
	o := learning.ScoreOptions{Threshold: c.Float64("threshold"), Beta: c.Float64("beta"), DropUnlabelled: c.Bool("drop-unlabelled")}
	switch {
	case !(o.Threshold >= 0 && o.Threshold <= 1):
		return o, usagef("--threshold %v is not a probability", o.Threshold)
	case !(o.Beta >= 0) || math.IsInf(o.Beta, 0):
		return o, usagef("--beta %v is not a usable number", o.Beta)
	}
	return o, nil
}

func (e *env) randomSearch() *cli.Command {
	return e.command(command{
		name:  "random-search",
		usage: "search hyperparameters at random, as Snorkel's RandomSearch",
		examples: []string{
			"workbench random-search --split 0 --dev-split 1 --gold gold -n 5 \\",
			"    --param step_size=1e-3,1e-4,1e-5,1e-6 --param decay=0.9,0.95 \\",
			"    --param epochs=50,100 --param reg_param=1e-3 --out model.json",
		},
		flags: append(searchFlags(),
			&cli.IntFlag{Name: "n", Usage: "number of trials", Value: 10},
			&cli.Uint64Flag{Name: "seed", Usage: "seed of the draws", Value: 123}),
		formats: []string{"json", "csv"},
		writes:  true,
		action: func(c *call) error {
			seed, err := c.seed("seed")
			if err != nil {
				return err
			}
			return c.search(func(params []learning.Param, model learning.ModelOptions, train learning.TrainOptions) (*learning.Search, error) {
				return learning.RandomSearch(params, model, train, c.Int("n"), seed)
			})
		},
	})
}

func (e *env) gridSearch() *cli.Command {
	return e.command(command{
		name:  "grid-search",
		usage: "search all combinations of hyperparameters, as Snorkel's GridSearch",
		examples: []string{
			"workbench grid-search --split 0 --dev-split 1 --gold gold \\",
			"    --param step_size=1e-4,1e-5 --param epochs=50,100 --lf-propensity --out model.json",
		},
		flags:   searchFlags(),
		formats: []string{"json", "csv"},
		writes:  true,
		action:  func(c *call) error { return c.search(learning.GridSearch) },
	})
}

// search runs a search and shows its trials.
func (c *call) search(build func([]learning.Param, learning.ModelOptions, learning.TrainOptions) (*learning.Search, error)) error {
	params, err := c.params()
	if err != nil {
		return err
	}
	score, err := c.scoreOptions()
	if err != nil {
		return err
	}
	s, err := c.openFor("save")
	if err != nil {
		return err
	}
	defer s.Close()
	p, err := c.patterns(s, nil, c.needsCandidates())
	if err != nil {
		return err
	}
	train, err := c.trainOptions(s, p)
	if err != nil {
		return err
	}
	if train.Gibbs, err = c.sampler("model-seed"); err != nil {
		return err
	}
	devSel := p.Selection
	devSel.Split, devSel.Sample = c.Int("dev-split"), 0
	dev, err := c.load(s, devSel)
	if err != nil {
		return err
	}
	goldMatrix, gold, err := c.needGold(s, dev, devSel)
	if err != nil {
		return err
	}
	k := train.Cardinality
	if _, err := annotations.ChooseCardinality(c.Context.Context, s, k, 0, dev, goldMatrix); err != nil {
		return err
	}
	search, err := build(params, c.modelOptions(), train)
	if err != nil {
		return c.asParam(params, err)
	}
	if search.DevRanges, err = c.ranges(s, dev); err != nil {
		return err
	}
	var result *learning.SearchResult
	err = c.env.term.long("searching", func(report func(float64)) error {
		search.Progress = report
		return c.onPatterns(p, func(p *matrix.Patterns) error {
			result, err = search.FitPatterns(c.Context.Context, p, dev, gold, score)
			return err
		}, func(L *matrix.LabelMatrix) error {
			result, err = search.Fit(c.Context.Context, L, dev, gold, score)
			return err
		})
	})
	if err != nil {
		return c.asParam(params, err)
	}
	c.env.term.notes(result.Best.Warnings)
	if c.String("out") == "" && !c.IsSet("save") {
		c.env.term.note("note: the best model is not kept; keep it with --out FILE or --save NAME")
	}
	rows, err := trialRows(params, result.Trials, k)
	if err != nil {
		return err
	}
	if err := c.saveModel(s, p.Selection, result.Best, rows); err != nil {
		return err
	}
	t := trialsTable(params, result.Trials, k, score.Beta)
	if c.format != "json" {
		return c.emit(t, nil)
	}
	trials := t.records()
	var r record
	r.set("trials", trials)
	r.set("best", trials[0])
	return c.emitJSON(r)
}

// asParam is asUsage for options that were given as --param.
func (c *call) asParam(params []learning.Param, err error) error {
	var o *option.Error
	if errors.As(err, &o) && slices.ContainsFunc(params, func(p learning.Param) bool { return p.Name == o.Name }) {
		return usagef("%s: --param %s: %s", c.Command.Name, o.Name, o.Reason)
	}
	return c.asUsage(err)
}

// trialRows are the trials of a search as a database keeps them.
func trialRows(params []learning.Param, trials []learning.Trial, k int) ([]session.Trial, error) {
	rows := make([]session.Trial, len(trials))
	for i, t := range trials {
		parameters, err := t.Parameters(params)
		if err != nil {
			return nil, err
		}
		rows[i] = session.Trial{Run: t.Run, Parameters: parameters}
		if k > 2 {
			rows[i].Accuracy, rows[i].AccuracyAll = finite(t.Scores.Accuracy), finite(t.Scores.AccuracyAll)
		} else {
			rows[i].Precision, rows[i].Recall, rows[i].FBeta = finite(t.Scores.Precision), finite(t.Scores.Recall), finite(t.Scores.FBeta)
		}
	}
	return rows, nil
}

// finite is nil for NaN, which SQLite cannot hold.
func finite(x float64) *float64 {
	if math.IsNaN(x) {
		return nil
	}
	return &x
}

// params reads the --param flags.
func (c *call) params() ([]learning.Param, error) {
	var params []learning.Param
	for _, text := range c.StringSlice("param") {
		name, values, ok := strings.Cut(text, "=")
		p := learning.Param{Name: optionOf(strings.TrimSpace(name))}
		if !ok {
			return nil, usagef("--param %q: write NAME=VALUE,VALUE,…", text)
		}
		if !slices.Contains(learning.ParamNames(), p.Name) {
			return nil, usagef("--param: there is no parameter %q%s; parameters: %s",
				name, spelling.Hint(p.Name, learning.ParamNames()), strings.Join(learning.ParamNames(), ", "))
		}
		for v := range strings.SplitSeq(values, ",") {
			x, err := number(p.Name, v)
			if err != nil {
				return nil, err
			}
			p.Values = append(p.Values, x)
		}
		params = append(params, p)
	}
	if params == nil {
		return nil, usagef("%s: no --param NAME=VALUE,… is given, so there is nothing to search", c.Command.Name)
	}
	return params, nil
}

// trialsTable is Snorkel's run_stats: the parameters and scores of each trial.
func trialsTable(params []learning.Param, trials []learning.Trial, k int, beta float64) *table {
	t := &table{columns: []column{{"", "run", false}}}
	for _, p := range params {
		t.columns = append(t.columns, column{p.Name, p.Name, false})
	}
	switch {
	case k > 2:
		t.columns = append(t.columns, column{"Acc.", "accuracy", false}, column{"Acc. of all", "accuracy_all", false})
	default:
		t.columns = append(t.columns, column{"Prec.", "precision", false}, column{"Rec.", "recall", false},
			column{fmt.Sprintf("F-%v", beta), fName(beta), false})
	}
	for _, trial := range trials {
		row := []any{trial.Run}
		for _, v := range trial.Values {
			row = append(row, exact(v))
		}
		if k > 2 {
			row = append(row, trial.Scores.Accuracy, trial.Scores.AccuracyAll)
		} else {
			row = append(row, trial.Scores.Precision, trial.Scores.Recall, trial.Scores.FBeta)
		}
		t.add(row...)
	}
	return t
}

// fName is the F score's name for programs.
func fName(beta float64) string {
	if beta == 1 {
		return "f1"
	}
	return "f_beta"
}

// exact is a number that people too see with all its digits.
type exact float64

func (x exact) String() string { return strconv.FormatFloat(float64(x), 'g', -1, 64) }
