package main

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/learning/option"
	"workbench/session"
)

// trainFlags are the options of the model's constructor and of training, with
// Snorkel's defaults.
func trainFlags() []cli.Flag {
	o := learning.DefaultTrainOptions()
	return []cli.Flag{
		&cli.IntFlag{Name: "epochs", Usage: "number of epochs", Value: o.Epochs},
		&cli.Float64Flag{Name: "step-size", Usage: "step size of the first epoch", Value: o.StepSize},
		&cli.Float64Flag{Name: "decay", Usage: "factor on the step size after each epoch", Value: o.Decay},
		&cli.Float64Flag{Name: "reg-param", Usage: "strength of the regularization", Value: o.RegParam},
		&cli.IntFlag{Name: "reg-type", Usage: "regularization: 0 none, 1 L1, 2 L2", Value: o.RegType},
		&cli.Float64Flag{Name: "lf-acc-prior-weight-default", Usage: "prior accuracy weight of every LF", Value: o.LFAccPriorWeightDefault},
		&cli.StringFlag{Name: "lf-acc-prior-weights", Usage: "prior accuracy weight of each LF, separated by commas, in column order"},
		&cli.BoolFlag{Name: "class-prior", Usage: "learn a weight for the class prior"},
		&cli.Float64Flag{Name: "init-class-prior", Usage: "start of the class prior", Value: o.InitClassPrior},
		&cli.BoolFlag{Name: "lf-prior", Usage: "learn a weight for each LF's vote"},
		&cli.BoolFlag{Name: "lf-propensity", Usage: "learn a weight for each LF's voting at all"},
		&cli.BoolFlag{Name: "lf-class-propensity", Usage: "learn a weight for each LF's voting, dependent on the class"},
		&cli.StringFlag{Name: "labels", Usage: "use the gold labels of this `ANNOTATOR` in the training split as evidence"},
		&cli.Float64Flag{Name: "label-prior-weight", Usage: "weight of these labels", Value: o.LabelPriorWeight},
		&cli.Float64Flag{Name: "init-deps", Usage: "start of every optional and dependency weight", Value: o.InitDeps},
		&cli.StringFlag{Name: "deps", Usage: "learn a weight for each of these `DEPENDENCIES`: a name in the database, or a file of select-deps"},
		&cli.BoolFlag{Name: "converge", Usage: "drive the objective to its maximum; epochs, step size and decay do not count"},
	}
}

// methodFlags choose between the mean path and Snorkel's own sampled training.
// The flag of its seed has another name where --seed is a search's.
func methodFlags(seed string) []cli.Flag {
	o := learning.DefaultGibbsOptions()
	return []cli.Flag{
		&cli.StringFlag{Name: "method", Usage: "mean: the mean path of Snorkel's training; gibbs: its own sampled training, draw for draw", Value: string(learning.MeanPath)},
		&cli.Uint64Flag{Name: seed, Usage: "seed of the sampled training", Value: uint64(o.Seed)},
		&cli.IntFlag{Name: "burn-in", Usage: "gibbs: how often the free chain is drawn before training", Value: o.BurnIn},
		&cli.IntFlag{Name: "truncation", Usage: "gibbs: L1 cuts weights at one touch in so many", Value: o.Truncation},
	}
}

// sampler reads the flags of methodFlags, nil for the mean path.
func (c *call) sampler(seed string) (*learning.GibbsOptions, error) {
	switch method := c.String("method"); method {
	case string(learning.MeanPath):
		for _, name := range []string{"burn-in", "truncation", seed} {
			if c.IsSet(name) {
				return nil, usagef("%s: --%s goes with --method gibbs", c.Command.Name, name)
			}
		}
		return nil, nil
	case string(learning.Gibbs):
	default:
		return nil, usagef("%s: --method %q is none of mean, gibbs", c.Command.Name, method)
	}
	o := learning.DefaultGibbsOptions()
	s, err := c.seed(seed)
	o.Seed, o.BurnIn, o.Truncation = s, c.Int("burn-in"), c.Int("truncation")
	return &o, err
}

// seed reads a flag that is a seed of numpy's.
func (c *call) seed(name string) (uint32, error) {
	seed := c.Uint64(name)
	if seed > math.MaxUint32 {
		return 0, usagef("%s: --%s %d is more than numpy takes (%d)", c.Command.Name, name, seed, uint32(math.MaxUint32))
	}
	return uint32(seed), nil
}

// rangeFlags limit the classes that candidates can have.
func rangeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "candidate-ranges", Usage: "csv `FILE` candidate_id,value of the classes that each candidate can have"},
		&cli.StringFlag{Name: "candidate-ranges-table", Usage: "the same from a `TABLE` of the database"},
	}
}

func outFlag() cli.Flag {
	return &cli.StringFlag{Name: "out", Usage: "write the model to `FILE`, as JSON"}
}

func (c *call) modelOptions() learning.ModelOptions {
	return learning.ModelOptions{ClassPrior: c.Bool("class-prior"), LFPrior: c.Bool("lf-prior"),
		LFPropensity: c.Bool("lf-propensity"), LFClassPropensity: c.Bool("lf-class-propensity")}
}

// trainOptions reads the flags of training; p is what to train on.
func (c *call) trainOptions(s *session.Session, p *annotations.Patterns) (learning.TrainOptions, error) {
	o := learning.TrainOptions{
		Epochs: c.Int("epochs"), StepSize: c.Float64("step-size"), Decay: c.Float64("decay"),
		RegParam: c.Float64("reg-param"), RegType: c.Int("reg-type"),
		LFAccPriorWeightDefault: c.Float64("lf-acc-prior-weight-default"),
		LabelPriorWeight:        c.Float64("label-prior-weight"),
		InitDeps:                c.Float64("init-deps"), InitClassPrior: c.Float64("init-class-prior"),
	}
	if c.IsSet("lf-acc-prior-weights") {
		fields, err := c.list("lf-acc-prior-weights")
		if err != nil {
			return o, err
		}
		for _, f := range fields {
			w, err := strconv.ParseFloat(f, 64)
			if err != nil {
				return o, usagef("--lf-acc-prior-weights: %q is not a number", f)
			}
			o.LFAccPriorWeights = append(o.LFAccPriorWeights, w)
		}
	}
	var matrices []*matrix.LabelMatrix
	if c.IsSet("labels") {
		known, labels, err := c.goldOf(s, "labels", p.L, p.Selection)
		if err != nil {
			return o, err
		}
		o.Labels = labels
		matrices = append(matrices, known)
	}
	var err error
	if o.Cardinality, err = c.cardinalityOf(p, nil, matrices...); err != nil {
		return o, err
	}
	if o.Deps, err = c.dependencies(s, p.L, o.Cardinality); err != nil {
		return o, err
	}
	o.Converge = c.Bool("converge")
	o.CandidateRanges, err = c.ranges(s, p.L)
	return o, err
}

func (e *env) train() *cli.Command {
	return e.command(command{
		name:  "train",
		usage: "train the generative model on a split",
		examples: []string{
			"workbench train --split 0 --out model.json",
			"workbench train --split 0 --epochs 100 --decay 0.95 --step-size 1e-5 --reg-param 1e-3 --out model.json",
			"workbench train --split 0 --lf-propensity --class-prior --format json",
			"workbench train --split 0 --lf-propensity --deps deps.json --converge --save best",
			"workbench train --split 0 --method gibbs --seed 271828",
		},
		flags:   slices.Concat(selectionFlags(), patternFlags(), trainFlags(), methodFlags("seed"), rangeFlags(), []cli.Flag{outFlag(), saveFlag(), forceFlag()}),
		formats: []string{"json", "csv"},
		writes:  true,
		action: func(c *call) error {
			s, err := c.openFor("save")
			if err != nil {
				return err
			}
			defer s.Close()
			p, err := c.patterns(s, nil, c.needsCandidates())
			if err != nil {
				return err
			}
			o, err := c.trainOptions(s, p)
			if err != nil {
				return err
			}
			if o.Gibbs, err = c.sampler("seed"); err != nil {
				return err
			}
			g := learning.NewGenerativeModel(c.modelOptions())
			err = c.env.term.long("training", func(report func(float64)) error {
				o.Progress = report
				return c.onPatterns(p, func(p *matrix.Patterns) error { return g.TrainPatterns(c.Context.Context, p, o) },
					func(L *matrix.LabelMatrix) error { return g.Train(c.Context.Context, L, o) })
			})
			if err != nil {
				return c.asUsage(err)
			}
			c.env.term.notes(g.Warnings)
			if err := c.saveModel(s, p.Selection, g, nil); err != nil {
				return err
			}
			if c.format == "json" {
				_, err := g.WriteTo(c.env.out)
				return err
			}
			if c.format == "csv" {
				return c.emit(weightsTable(g, false), nil)
			}
			return c.printModel(g)
		},
	})
}

// weightsTable lists the weights that a model has, with what they mean for
// each LF. For two classes it has precision and recall of the positive one: for
// people only where they say something, for a model that treats the classes alike
// has its accuracy as precision and accuracy times coverage as recall.
func weightsTable(g *learning.GenerativeModel, forPeople bool) *table {
	w, stats := g.Weights, g.LearnedLFStats()
	all := g.Cardinality == 2 && (!forPeople || slices.ContainsFunc(stats, func(s learning.LearnedLFStat) bool {
		const shown = 1e-6 // the last digit that is printed
		return math.Abs(s.Precision-s.Accuracy) >= shown || math.Abs(s.Recall-s.Accuracy*s.Coverage) >= shown
	}))
	t := &table{columns: []column{{"", "lf", true}, {"j", "j", false}, {"Accuracy weight", "lf_accuracy", false}}}
	kinds := []struct {
		on      bool
		column  column
		weights []float64
	}{
		{g.Options.LFPrior, column{"Prior weight", "lf_prior", false}, w.LFPrior},
		{g.Options.LFPropensity, column{"Propensity weight", "lf_propensity", false}, w.LFPropensity},
		{g.Options.LFClassPropensity, column{"Class propensity weight", "lf_class_propensity", false}, w.LFClassPropensity},
	}
	for _, x := range kinds {
		if x.on {
			t.columns = append(t.columns, x.column)
		}
	}
	t.columns = append(t.columns, column{"Learned Acc.", "learned_acc", false}, column{"Learned Coverage", "learned_coverage", false})
	if all {
		t.columns = append(t.columns, column{"Learned Prec.", "learned_precision", false}, column{"Learned Recall", "learned_recall", false})
	}
	for j, stat := range stats {
		row := []any{stat.Name, j, w.LFAccuracy[j]}
		for _, x := range kinds {
			if x.on {
				row = append(row, x.weights[j])
			}
		}
		row = append(row, stat.Accuracy, stat.Coverage)
		if all {
			row = append(row, stat.Precision, stat.Recall)
		}
		t.add(row...)
	}
	return t
}

// printModel shows a model to a person.
func (c *call) printModel(g *learning.GenerativeModel) error {
	if err := weightsTable(g, true).writeText(c.env.out); err != nil {
		return err
	}
	c.printf("\n")
	if g.Options.ClassPrior {
		c.printf("class prior weight: %s\n", cell(g.Weights.ClassPrior))
	}
	for _, d := range g.Weights.Dependencies {
		c.printf("%s %s – %s: %s\n", d.Type, printable(g.LFs[d.J]), printable(g.LFs[d.K]), cell(d.Weight))
	}
	c.printf("cardinality %d, status: %s\n", g.Cardinality, g.Status)
	return nil
}

// learnedAccuracies returns the accuracy that a model believes each LF of L to
// have, by name. Model and matrix must have the same LFs.
func learnedAccuracies(m learning.Model, L *matrix.LabelMatrix) (map[string]float64, error) {
	if _, err := m.Marginals(L); err != nil {
		return nil, err
	}
	accuracies, names := make(map[string]float64), m.Summary().LFs
	for j, accuracy := range m.LFAccuracies() {
		accuracies[names[j]] = accuracy
	}
	return accuracies, nil
}

// asUsage turns an option that makes no sense into wrong usage, named as the
// flag is.
func (c *call) asUsage(err error) error {
	var o *option.Error
	if errors.As(err, &o) {
		return usagef("%s: %s: %s", c.Command.Name, dashed(flagOf(o.Name)), o.Reason)
	}
	return err
}

// flagOf is the flag for one of Snorkel's option names.
func flagOf(option string) string {
	return strings.ToLower(strings.ReplaceAll(option, "_", "-"))
}

// optionOf is Snorkel's name for what was typed, which may be the flag's.
func optionOf(typed string) string {
	typed = strings.ReplaceAll(typed, "-", "_")
	for _, name := range learning.ParamNames() {
		if strings.EqualFold(name, typed) {
			return name
		}
	}
	return typed
}

// number reads a value of a parameter.
func number(param, text string) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return 0, usagef("--param %s: %q is not a number", param, text)
	}
	return v, nil
}
