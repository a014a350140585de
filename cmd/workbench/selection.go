package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/session"
)

// splitFlags select candidates.
func splitFlags() []cli.Flag {
	return []cli.Flag{
		splitFlag("split", "split of the candidates: train, dev, test, or a number (by Snorkel's convention 0 train, 1 dev, 2 test)", 0),
		typeFlag(),
	}
}

// allSplitFlags are splitFlags where --split may be all.
func allSplitFlags() []cli.Flag {
	return []cli.Flag{
		&cli.GenericFlag{Name: "split", Usage: "split of the candidates: train, dev, test, a number, or all", Value: &splitChoice{}},
		typeFlag(),
	}
}

func typeFlag() cli.Flag {
	return &cli.StringFlag{Name: "type", Usage: "only candidates of this type (the table of their class)"}
}

// selectionFlags select a label matrix; every command that reads one has them.
func selectionFlags() []cli.Flag { return append(splitFlags(), keyFlags()...) }

// keyFlags select the labels of those candidates.
func keyFlags() []cli.Flag {
	return []cli.Flag{
		&cli.IntFlag{Name: "key-group", Usage: "group of the label keys", DefaultText: "the model's, or 0"},
		&cli.StringFlag{Name: "keys", Usage: "only these labeling functions, separated by commas (quote a name that has one)"},
		cardinalityFlag(),
	}
}

func cardinalityFlag() cli.Flag {
	return cardinalityFlagOr("the model's, what the database remembers, or inferred")
}

// cardinalityFlagOr is the same with what holds without the flag.
func cardinalityFlagOr(otherwise string) cli.Flag {
	return &cli.IntFlag{Name: "cardinality", Usage: "number of classes; the database remembers it when labels, marginals or a model are stored", DefaultText: otherwise}
}

func goldFlag() cli.Flag {
	return &cli.StringFlag{Name: "gold", Usage: "compare with the gold labels of this `ANNOTATOR`"}
}

func modelFlag() cli.Flag {
	return &cli.StringFlag{Name: "model", Usage: "`MODEL` of fit, train or a search: its name in the database, or its file; or majority-vote"}
}

// selection reads the selection flags.
func (c *call) selection() (sel annotations.Selection, err error) {
	if sel, err = c.selectionBy("keys"); err == nil {
		sel.Sample, err = c.sample()
	}
	return sel, err
}

// selectionBy reads them where another flag names the labeling functions.
func (c *call) selectionBy(names string) (sel annotations.Selection, err error) {
	sel = annotations.Selection{Split: c.Int("split"), AllSplits: c.allSplits(), Type: c.String("type"), KeyGroup: c.Int("key-group")}
	if c.IsSet(names) {
		sel.KeyNames, err = c.list(names)
	}
	return sel, err
}

// list reads a flag whose value is a list, as a line of csv.
func (c *call) list(flag string) ([]string, error) {
	if strings.TrimSpace(c.String(flag)) == "" {
		return nil, usagef("--%s is empty; fill it or leave it out", flag)
	}
	return parseList("--"+flag, c.String(flag))
}

// parseList reads a list, as a line of csv; what is its name in messages.
func parseList(what, text string) ([]string, error) {
	items, err := listItems(text)
	if err != nil {
		return nil, usagef("%s: cannot be read as a list: %v", what, err)
	}
	return items, nil
}

// labels loads the label matrix of the selection flags. With a model its key
// group is the default, and another one is refused.
func (c *call) labels(s *session.Session, model learning.Model) (*matrix.LabelMatrix, annotations.Selection, error) {
	sel, err := c.selectionFor(model)
	if err != nil {
		return nil, sel, err
	}
	L, err := c.load(s, sel)
	return L, sel, err
}

// selectionFor reads the selection flags, where a model tells its key group.
func (c *call) selectionFor(model learning.Model) (annotations.Selection, error) {
	sel, err := c.selection()
	if err == nil && model != nil {
		group := model.Summary().KeyGroup
		switch {
		case !c.IsSet("key-group"):
			sel.KeyGroup = group
		case sel.KeyGroup != group:
			err = fmt.Errorf("%s: the model belongs to key group %d, not %d", c.String("model"), group, sel.KeyGroup)
		}
	}
	return sel, err
}

func (c *call) load(s *session.Session, sel annotations.Selection) (L *matrix.LabelMatrix, err error) {
	err = c.env.term.long("loading labels", func(func(float64)) error {
		L, err = annotations.LabelAnnotator{}.LoadMatrix(c.Context.Context, s, sel)
		return err
	})
	if err != nil {
		return nil, err
	}
	c.env.term.notes(L.Warnings)
	return L, nil
}

// gold loads the gold labels of --gold for the rows of sel and returns them in
// the order of L's rows.
func (c *call) gold(s *session.Session, L *matrix.LabelMatrix, sel annotations.Selection) (*matrix.LabelMatrix, []int16, error) {
	return c.goldOf(s, "gold", L, sel)
}

// goldOf does the same for the annotator that another flag names.
func (c *call) goldOf(s *session.Session, flag string, L *matrix.LabelMatrix, sel annotations.Selection) (*matrix.LabelMatrix, []int16, error) {
	gold, err := c.goldMatrix(s, flag, sel)
	if err != nil {
		return nil, nil, err
	}
	return gold, matrix.Align(L, gold), nil
}

// goldMatrix loads the gold labels of the annotator that a flag names.
func (c *call) goldMatrix(s *session.Session, flag string, sel annotations.Selection) (*matrix.LabelMatrix, error) {
	gold, err := c.loadGold(s, flag, sel)
	if err == nil {
		c.noteNoGold(c.String(flag), gold, sel)
	}
	return gold, err
}

func (c *call) noteNoGold(annotator string, gold *matrix.LabelMatrix, sel annotations.Selection) {
	if gold.NNZ() == 0 {
		c.env.term.note("note: annotator %s has no labels in split %d", annotator, sel.Split)
	}
}

// needGoldFlag is the error for a flag that names no annotator.
func (c *call) needGoldFlag(flag string) error {
	return usagef("%s: --%s ANNOTATOR is missing; workbench info lists the annotators", c.Command.Name, flag)
}

// needGold loads the gold labels of --gold for what cannot do without any.
func (c *call) needGold(s *session.Session, L *matrix.LabelMatrix, sel annotations.Selection) (*matrix.LabelMatrix, []int16, error) {
	gold, err := c.loadGold(s, "gold", sel)
	if err != nil {
		return nil, nil, err
	}
	if gold.NNZ() == 0 {
		return nil, nil, annotations.NoGold(c.Context.Context, s, c.String("gold"), sel)
	}
	return gold, matrix.Align(L, gold), nil
}

func (c *call) loadGold(s *session.Session, flag string, sel annotations.Selection) (*matrix.LabelMatrix, error) {
	annotator := c.String(flag)
	if annotator == "" {
		return nil, c.needGoldFlag(flag)
	}
	gold, err := annotations.LoadGoldLabels(c.Context.Context, s, annotator, sel)
	if err != nil {
		return nil, err
	}
	c.env.term.notes(gold.Warnings)
	return gold, nil
}

// cardinality finds the number of classes of the given label matrices: what
// --cardinality says, else the model's, else what they and the database show.
// Every label must fit it.
func (c *call) cardinality(s *session.Session, model learning.Model, matrices ...*matrix.LabelMatrix) (int, error) {
	return c.chosenCardinality(model, func(given, models int) (int, error) {
		return annotations.ChooseCardinality(c.Context.Context, s, given, models, matrices...)
	})
}

// cardinalityOf is cardinality for label rows and matrices.
func (c *call) cardinalityOf(p *annotations.Patterns, model learning.Model, matrices ...*matrix.LabelMatrix) (int, error) {
	return c.chosenCardinality(model, func(given, models int) (int, error) {
		return p.ChooseCardinality(c.Context.Context, given, models, matrices...)
	})
}

func (c *call) chosenCardinality(model learning.Model, choose func(given, models int) (int, error)) (int, error) {
	given, err := c.givenCardinality()
	if err != nil {
		return 0, err
	}
	models := 0
	if model != nil {
		models = model.Summary().Cardinality
	}
	k, err := choose(given, models)
	if other, ok := errors.AsType[*annotations.OtherCardinalityError](err); ok {
		return 0, fmt.Errorf("%s: %w", c.String("model"), other)
	}
	return k, err
}

// givenCardinality is what --cardinality says, 0 if it is not given.
func (c *call) givenCardinality() (int, error) {
	k := c.Int("cardinality")
	if c.IsSet("cardinality") && k < 2 {
		return 0, usagef("--cardinality %d is less than 2", k)
	}
	return k, nil
}

// model reads the model of --model, a stored name or a file; nil if the flag is
// not given.
func (c *call) model(s *session.Session) (learning.Model, error) {
	name := c.String("model")
	if name == "" {
		if c.IsSet("model") {
			return nil, usagef("%s: --model names no file and no stored model", c.Command.Name)
		}
		return nil, nil
	}
	text, err := c.document(s, name)
	if err != nil {
		return nil, err
	}
	m, err := learning.ReadAnyModel(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s %w", name, err)
	}
	return m, nil
}

// needModel is model for commands that cannot do without.
func (c *call) needModel(s *session.Session) (learning.Model, error) {
	if c.String("model") == "" {
		return nil, usagef("%s: --model MODEL is missing; workbench fit --save NAME makes one", c.Command.Name)
	}
	return c.model(s)
}

// believe loads the label matrix of the selection flags and computes the
// marginals that the model of --model gives it.
func (c *call) believe(s *session.Session) (learning.Model, *matrix.LabelMatrix, annotations.Selection, *matrix.Marginals, error) {
	model, rows, p, err := c.believeRows(s, true)
	if err != nil {
		return nil, nil, annotations.Selection{}, nil, err
	}
	return model, rows.L, rows.Selection, p, nil
}

// believeRows loads label rows, those of each candidate if it matters which has them, and
// computes their marginals. The majority vote is no model.
func (c *call) believeRows(s *session.Session, ofCandidates bool) (model learning.Model, rows *annotations.Patterns, p *matrix.Marginals, err error) {
	votes := c.String("model") == majorityVoteModel
	switch {
	case !votes:
		model, err = c.needModel(s)
	case c.IsSet("candidate-ranges"):
		err = usagef("%s: --candidate-ranges says nothing to --model %s", c.Command.Name, majorityVoteModel)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	if rows, err = c.patterns(s, model, ofCandidates); err != nil {
		return nil, nil, nil, err
	}
	k, err := c.cardinalityOf(rows, model)
	if err != nil {
		return nil, nil, nil, err
	}
	if votes {
		return nil, rows, learning.VoteMarginals(rows.L, k), nil
	}
	ranges, err := c.ranges(s, rows.L)
	if err != nil {
		return nil, nil, nil, err
	}
	p, err = model.MarginalsWithin(rows.L, ranges)
	if errors.Is(err, learning.ErrOtherLFs) {
		err = c.otherLFs(err)
	}
	return model, rows, p, c.asUsage(err)
}

// majorityVoteModel is what --model calls the majority vote, also if a model is
// kept under that name. A file of that name is ./majority-vote.
const majorityVoteModel = "majority-vote"

// otherLFs names the model's file in the error that it does not fit a matrix.
func (c *call) otherLFs(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w; select the same with --keys and --key-group", c.String("model"), err)
}
