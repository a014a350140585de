package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/learning/chart"
	"workbench/session"
)

func (e *env) compare() *cli.Command {
	return e.command(command{
		name:  "compare",
		usage: "how good the labels of several methods are, side by side, against gold labels",
		args:  "[FILE]",
		description: "A row for each method: majority vote, a vote that is weighted by agreement with the majority, Dawid and\n" +
			"Skene's model, and, trained on --train-split, the generative model with Snorkel's defaults and that of fit;\n" +
			"with --search also the best model of a search, and with --model one that was trained before. Only candidates with a gold label count; where\n" +
			"several classes are the most probable they share the candidate. Coverage is how many have just one.\n\n" +
			"With a FILE the labels are those of a table, as fit reads it, and no database is needed. Its gold labels\n" +
			"stand in a column of it, which --gold names, or in a file of their own, which --truth names; methods\n" +
			"learn from the table itself.",
		examples: []string{
			"workbench compare --split 1 --gold gold",
			"workbench compare --split 2 --gold gold --search --dev-split 1",
			"workbench compare --split 1 --gold gold --per-class --confusion",
			"workbench compare --split 1 --gold gold --reliability believed.png",
			"workbench compare --split 1 --gold gold --model best --timings --format json",
			"workbench compare labels.csv --gold label",
			"workbench compare votes.csv.gz --truth truth.csv --per-class",
		},
		flags: slices.Concat(selectionFlags(), labelTableFlags(), []cli.Flag{
			&cli.StringFlag{Name: "gold", Usage: "compare with the gold labels of this `ANNOTATOR`, or of a table in this column"},
			truthFlag(),
			splitFlag("train-split", "split that models are trained on", 0),
			maxPatternsFlag(),
			modelFlag(),
			&cli.BoolFlag{Name: "search", Usage: "also search the hyperparameters of Snorkel's model, at random"},
			&cli.GenericFlag{Name: "dev-split", Usage: "split that the trials of the search are scored on", DefaultText: "that of --split", Value: new(splitNumber)},
			&cli.StringSliceFlag{Name: "param", Usage: "`NAME=V1,V2,…`: values for the search to try; repeat it for each parameter", DefaultText: "those of Snorkel's workshop"},
			&cli.IntFlag{Name: "n", Usage: "number of trials", Value: 10},
			&cli.Uint64Flag{Name: "seed", Usage: "seed of the draws", Value: 123},
			&cli.BoolFlag{Name: "per-class", Usage: "scores of each class, too"},
			&cli.BoolFlag{Name: "confusion", Usage: "confusion matrices, too"},
			pictureFlag("reliability", "draw how often probabilities come true"),
			&cli.BoolFlag{Name: "timings", Usage: "the seconds that each method took, too, which are others each time"}}),
		formats: []string{"json", "csv"},
		action:  (*call).compareMethods,
	})
}

func (c *call) compareMethods() error {
	if c.format == "csv" && c.Bool("per-class") && c.Bool("confusion") {
		return usagef("compare: --format csv holds one table; give --per-class or --confusion")
	}
	for _, name := range []string{"dev-split", "param", "n", "seed"} {
		if c.IsSet(name) && !c.Bool("search") {
			return usagef("compare: %s goes with --search", dashed(name))
		}
	}
	if err := c.checkPicture("reliability"); err != nil {
		return err
	}
	if c.NArg() > 0 {
		return c.compareTable()
	}
	if err := c.refuse("a table", tableOnlyFlags()); err != nil {
		return err
	}
	s, err := c.open()
	if err != nil {
		return err
	}
	defer s.Close()
	comparison, sel, err := c.comparison(s)
	if err != nil {
		return err
	}
	names, err := c.shownClasses(s, sel)
	if err != nil {
		return err
	}
	list, err := c.runComparison(comparison)
	if err != nil {
		return err
	}
	return c.showComparison(&compared{list: list, names: names, split: &sel.Split, where: fmt.Sprintf("split %d", sel.Split)})
}

// compareTable compares on the table of the argument.
func (c *call) compareTable() error {
	path, err := c.tablePath("split", "type", "key-group", "train-split", "dev-split", "model", "search", "max-patterns")
	if err != nil {
		return err
	}
	t, err := c.readLabelTable(path)
	if err != nil {
		return err
	}
	if !t.HasGold() {
		return fmt.Errorf("%s: %w; --gold names their column, or --truth a file that has them", path, errNoGoldInFile)
	}
	list, err := c.runComparison(&learning.Comparison{Labels: t.L, Gold: t.Gold, Cardinality: t.Cardinality, Approaches: learning.Approaches()})
	if err != nil {
		return err
	}
	return c.showComparison(&compared{list: list, names: t.Classes, where: filepath.Base(path)})
}

// runComparison compares.
func (c *call) runComparison(comparison *learning.Comparison) (list []learning.Compared, err error) {
	err = c.env.term.long("comparing", func(report func(float64)) error {
		comparison.Progress = report
		list, err = comparison.Run(c.Context.Context)
		return err
	})
	if errors.Is(err, learning.ErrOtherLFs) {
		err = c.otherLFs(errors.Unwrap(err)) // without the method, which has the model's name
	}
	if err != nil {
		return nil, c.asUsage(err)
	}
	for _, one := range list {
		for _, warning := range one.Warnings {
			c.env.term.note("note: %s: %s", one.Approach, warning)
		}
	}
	return list, nil
}

// compared is a comparison that was run.
type compared struct {
	list  []learning.Compared
	names *annotations.Classes // nil without any
	split *int                 // nil for a table
	where string               // for titles
}

// showComparison draws and writes it.
func (c *call) showComparison(done *compared) error {
	if out := c.String("reliability"); out != "" {
		picture, err := chart.Reliability(done.list, chart.ReliabilityOptions{Title: "How often probabilities come true in " + done.where})
		if err != nil {
			return err
		}
		if err := writePicture(out, picture); err != nil {
			return err
		}
	}
	if !done.names.Fits(done.list[0].Evaluation.Cardinality) {
		done.names = nil
	}
	return c.emitComparison(done)
}

// comparison reads what is compared.
func (c *call) comparison(s *session.Session) (*learning.Comparison, annotations.Selection, error) {
	if c.String("model") == majorityVoteModel {
		return nil, annotations.Selection{}, usagef("compare: the majority vote is always compared; leave --model out")
	}
	model, err := c.model(s)
	if err != nil {
		return nil, annotations.Selection{}, err
	}
	L, sel, err := c.labels(s, model)
	if err != nil {
		return nil, sel, err
	}
	goldMatrix, gold, err := c.needGold(s, L, sel)
	if err != nil {
		return nil, sel, err
	}
	comparison := &learning.Comparison{Labels: L, Gold: gold, Train: L, Approaches: learning.Approaches()}
	labels := L.NNZ()
	choose := func() (int, error) { return c.cardinality(s, model, L, goldMatrix) }
	if split := c.Int("train-split"); split != sel.Split {
		trainSel := sel
		trainSel.Split = split
		train, err := c.loadPatterns(s, trainSel, false)
		if err != nil {
			return nil, sel, err
		}
		comparison.TrainPatterns, labels = train.Group(), train.Labels()
		choose = func() (int, error) { return c.cardinalityOf(train, model, L, goldMatrix) }
	}
	if labels == 0 {
		return nil, sel, fmt.Errorf("%s: split %d has no labels to train on; --train-split names another", s.Path(), c.Int("train-split"))
	}
	if comparison.Cardinality, err = choose(); err != nil {
		return nil, sel, err
	}
	if model != nil {
		name := c.String("model")
		if slices.ContainsFunc(comparison.Approaches, func(a learning.Approach) bool { return a.Name == name }) {
			name = "model " + name // as it may be kept
		}
		comparison.Approaches = append(comparison.Approaches, learning.ModelApproach(name, model))
	}
	if c.Bool("search") {
		approach, err := c.searchApproach(s, L, sel, gold)
		if err != nil {
			return nil, sel, err
		}
		comparison.Approaches = append(comparison.Approaches, approach)
	}
	return comparison, sel, nil
}

// searchApproach is the search that --search asks for; L and gold are of the
// split that is compared on.
func (c *call) searchApproach(s *session.Session, L *matrix.LabelMatrix, sel annotations.Selection, gold []int16) (a learning.Approach, err error) {
	params := learning.WorkshopParams()
	if c.IsSet("param") {
		if params, err = c.params(); err != nil {
			return a, err
		}
	}
	seed, err := c.seed("seed")
	if err != nil {
		return a, err
	}
	search, err := learning.RandomSearch(params, learning.ModelOptions{}, learning.DefaultTrainOptions(), c.Int("n"), seed)
	if err != nil {
		return a, c.asParam(params, err)
	}
	devSel := sel
	devSel.Split = c.Int("dev-split")
	if !c.IsSet("dev-split") || devSel.Split == sel.Split {
		c.env.term.note("note: the search chose its model by the gold labels that score it here; --dev-split names others")
		return learning.SearchApproach(search, L, gold, learning.DefaultScoreOptions()), nil
	}
	dev, err := c.load(s, devSel)
	if err != nil {
		return a, err
	}
	_, devGold, err := c.needGold(s, dev, devSel)
	return learning.SearchApproach(search, dev, devGold, learning.DefaultScoreOptions()), err
}
