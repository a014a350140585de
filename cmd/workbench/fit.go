package main

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/session"
)

func (e *env) fit() *cli.Command {
	return e.command(command{
		name:  "fit",
		usage: "find the model that the votes of a split or a table allow, without options to tune",
		args:  "[FILE]",
		description: "It chooses by itself how accurate each labeling function is and on what that depends, which of them\n" +
			"depend on each other, and how frequent each class is; train is Snorkel's model with its options.\n\n" +
			"With --gold the labels of an annotator are evidence about their candidates, which --gold-split adds to\n" +
			"those of the split. How good the fit is without them, on these candidates, is said too.\n\n" +
			"--save-marginals stores training marginals, as save-marginals does, together with the model of --save.\n\n" +
			tableDescription(),
		examples: []string{
			"workbench fit labels.csv --out train.parquet",
			"workbench fit votes.csv --id question --worker who --label answer --out train.csv",
			"workbench fit --split 0",
			"workbench fit --split 0 --save fitted --save-marginals",
			"workbench fit --split 0 --class-balance 0.9,0.1 --out model.json",
			"workbench fit --split 0 --gold gold --gold-split 1 --format json",
		},
		flags: slices.Concat(selectionFlags(), patternFlags(), fitFlags(), labelTableFlags(), trainingFlags(), []cli.Flag{
			&cli.StringFlag{Name: "gold", Usage: "use the gold labels of this `ANNOTATOR`, or of a table in this column, as evidence"},
			truthFlag(),
			&cli.GenericFlag{Name: "gold-split", Usage: "split of these gold labels; its candidates that have one are fitted, too", DefaultText: "that of --split", Value: new(splitNumber)},
			&cli.StringFlag{Name: "out", Usage: "write the model as JSON to `FILE`, or the training labels of a table; its ending tells their format"},
			saveFlag(), forceFlag(),
			&cli.BoolFlag{Name: "save-marginals", Usage: "store the training marginals of the split, too"},
			keepOtherSplitsFlag(), deleteOtherSplitsFlag()}),
		formats: []string{"json", "csv", "tsv", "jsonl", "parquet"},
		writes:  true,
		action: func(c *call) error {
			if c.NArg() > 0 {
				return c.fitTableOfFile()
			}
			return c.fitSplit()
		},
	})
}

// fitFlags are what a fit may be told.
func fitFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "class-balance", Usage: "share of each class, separated by commas, of two classes that of -1 first", DefaultText: "learned"},
		&cli.StringFlag{Name: "abstain-informative", Usage: "`WHETHER` a missing vote is evidence: yes, of labeling functions, which saw the candidate; no, of people who were not asked; or auto", Value: "auto"},
	}
}

// fitOptions reads the flags of the fit itself.
func (c *call) fitOptions() (o learning.FitOptions, err error) {
	if c.IsSet("class-balance") {
		fields, err := c.list("class-balance")
		if err != nil {
			return o, err
		}
		for _, f := range fields {
			p, err := strconv.ParseFloat(strings.TrimSpace(f), 64)
			if err != nil {
				return o, usagef("%s: --class-balance: %q is not a number", c.Command.Name, f)
			}
			o.ClassBalance = append(o.ClassBalance, p)
		}
	}
	switch text := c.String("abstain-informative"); text {
	case "auto":
	case "yes":
		o.Abstentions = learning.AbstentionsInformative
	case "no":
		o.Abstentions = learning.AbstentionsIgnored
	default:
		return o, usagef("%s: --abstain-informative %q is none of auto, yes, no", c.Command.Name, text)
	}
	return o, nil
}

// checkFit refuses flags that do not go together.
func (c *call) checkFit() error {
	if err := c.refuse("a table", append(tableOnlyFlags("classes"), "report", "labelled")); err != nil {
		return err
	}
	if !slices.Contains([]string{defaultFormat, "json", "csv"}, c.format) {
		return usagef("fit: --format %s is for the training labels of a table; of a database, marginals writes them", c.format)
	}
	for _, name := range []string{"keep-other-splits", "yes"} {
		if c.IsSet(name) && !c.Bool("save-marginals") {
			return usagef("fit: %s goes with --save-marginals", dashed(name))
		}
	}
	if c.IsSet("sample") && c.Bool("save-marginals") {
		return usagef("fit: --save-marginals stores those of all candidates, and --sample takes some; --save keeps the model for save-marginals")
	}
	if c.IsSet("force") && !c.IsSet("save") {
		return usagef("fit: --force goes with --save")
	}
	if c.IsSet("gold-split") && !c.IsSet("gold") {
		return usagef("fit: --gold-split goes with --gold")
	}
	ending := strings.ToLower(strings.TrimPrefix(filepath.Ext(c.String("out")), "."))
	if slices.Contains([]string{"csv", "tsv", "jsonl", "ndjson", "parquet", "npz", "npy"}, ending) {
		return usagef("fit: --out %s: it writes the model, as JSON; marginals --model FILE --out %s writes its marginals", c.String("out"), c.String("out"))
	}
	return nil
}

// fitted is a fit of a split, and what belongs to it.
type fitted struct {
	model   *learning.LabelModel
	sel     annotations.Selection
	rows    *annotations.Patterns // of the split; nil for a table
	L       *matrix.LabelMatrix   // of its candidates; nil if it does not matter which have them
	known   *matrix.LabelMatrix   // gold labels, nil without any
	train   *matrix.LabelMatrix   // what is fitted: L, and candidates with gold labels of another split
	options learning.FitOptions   // for train
	classes *annotations.Classes  // to be remembered; nil if nothing is known
	isNew   bool                  // the database does not remember them yet
	gold    *learning.GoldEffect  // nil without gold labels
	saved   *annotations.Saved    // marginals; nil if none were
}

// names are those of the classes, nil if they have none.
func (f *fitted) names() *annotations.Classes {
	if !f.classes.Fits(f.model.Cardinality) {
		return nil
	}
	return f.classes
}

func (c *call) fitSplit() error {
	if err := c.checkFit(); err != nil {
		return err
	}
	options, err := c.fitOptions()
	if err != nil {
		return err
	}
	saving, err := c.saveOptions()
	if err != nil {
		return err
	}
	s, err := c.openFor("save", "save-marginals")
	if err != nil {
		return err
	}
	defer s.Close()
	f := &fitted{options: options}
	if err := c.loadFit(s, f); err != nil {
		return err
	}
	if err := c.runFit(f); err != nil {
		return c.asUsage(err)
	}
	c.env.term.notes(f.model.Warnings)
	if err := c.keepFit(s, f, saving); err != nil {
		return err
	}
	return c.emitFitted(f.model, f.names(), f)
}

// loadFit loads what is fitted.
func (c *call) loadFit(s *session.Session, f *fitted) (err error) {
	each := c.IsSet("gold")
	if f.rows, err = c.patterns(s, nil, each); err != nil {
		return err
	}
	f.sel = f.rows.Selection
	if each {
		f.L = f.rows.L
	}
	typ, err := c.typeOf(s, f.sel)
	if err != nil {
		return err
	}
	if typ == "" && c.IsSet("classes") {
		return usagef("fit: --classes needs --type, for candidates of several types")
	}
	if f.classes, f.isNew, err = c.classes(s, typ, nil); err != nil {
		return err
	}
	given, err := c.givenClasses(typ, nil)
	if err != nil {
		return err
	}
	f.train = f.L
	if c.IsSet("gold") {
		if err := c.loadEvidence(s, f); err != nil {
			return err
		}
	}
	if f.train == nil || f.train == f.L {
		f.options.Cardinality, err = f.rows.ChooseCardinality(c.Context.Context, given.Len(), 0, f.known)
	} else {
		f.options.Cardinality, err = annotations.ChooseCardinality(c.Context.Context, s, given.Len(), 0, f.train, f.known)
	}
	return err
}

// loadEvidence loads the gold labels, and the labels of their candidates if these
// are of another split.
func (c *call) loadEvidence(s *session.Session, f *fitted) (err error) {
	sel := f.sel
	if c.IsSet("gold-split") {
		sel.Split, sel.Sample = c.Int("gold-split"), 0
	}
	if f.known, f.options.Gold, err = c.needGold(s, f.L, sel); err != nil || sel.Split == f.sel.Split {
		return err
	}
	sel.CandidateIDs = slices.Clone(f.L.Candidates())
	for _, e := range f.known.Entries() {
		sel.CandidateIDs = append(sel.CandidateIDs, f.known.Candidates()[e.Row])
	}
	err = c.env.term.long("loading labels", func(func(float64)) error {
		f.train, err = annotations.LabelAnnotator{}.LoadMatrix(c.Context.Context, s, sel)
		return err
	})
	if err == nil {
		f.options.Gold = matrix.Align(f.train, f.known)
	}
	return err
}

// runFit fits, with gold labels also without them.
func (c *call) runFit(f *fitted) error {
	fit := func(what string, run func(ctx context.Context, o learning.FitOptions) error) error {
		return c.env.term.long(what, func(report func(float64)) error {
			o := f.options
			o.Progress = func(done, total int) { report(float64(done) / float64(total)) }
			return run(c.Context.Context, o)
		})
	}
	err := fit("fitting", func(ctx context.Context, o learning.FitOptions) (err error) {
		if f.train == nil {
			f.model, err = learning.FitPatterns(ctx, f.rows.Group(), o)
		} else {
			f.model, err = learning.Fit(ctx, f.train, o)
		}
		return err
	})
	if err != nil || f.options.Gold == nil {
		return err
	}
	return fit("fitting without gold labels", func(ctx context.Context, o learning.FitOptions) (err error) {
		f.gold, err = learning.EffectOfGold(ctx, f.model, f.train, o)
		return err
	})
}

// keepFit keeps the model where --out and --save say, and its marginals, in one
// transaction.
func (c *call) keepFit(s *session.Session, f *fitted, saving annotations.SaveOptions) error {
	if err := c.writeModel(f.model); err != nil {
		return err
	}
	var stored session.Model
	if c.IsSet("save") {
		document, err := documentOf(f.model)
		if err != nil {
			return err
		}
		stored = session.Model{Name: c.String("save"), Kind: session.KindLabelModel, Document: document}
	}
	if !c.Bool("save-marginals") {
		if stored.Name == "" {
			return nil
		}
		err := c.keep(s, stored, f.classes)
		if err == nil && f.isNew {
			c.noteClasses(f.classes)
		}
		return err
	}
	var gold []int16
	if f.known != nil {
		gold = matrix.Align(f.L, f.known)
	}
	p, err := f.model.MarginalsGiven(f.rows.L, gold)
	if err != nil {
		return err
	}
	saving.Classes = f.classes
	if stored.Name != "" {
		saving.With = func(tx *session.Tx) error { return s.PutModel(tx, stored, c.Bool("force")) }
	}
	saved, err := c.saveRows(f.rows, p, saving, f.isNew)
	if err != nil {
		return err
	}
	if stored.Name != "" {
		c.noteKept(s, stored.Name)
	}
	f.saved = &saved
	return nil
}
