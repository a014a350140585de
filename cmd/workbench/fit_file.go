package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/learning"
)

// tableDescription says what a fit of a table reads and writes.
func tableDescription() string {
	return "With a FILE the labels are those of a table, and no database is needed: CSV, TSV, JSON lines, Parquet, or\n" +
		"arrays of numpy. It has a column for each labeling function, or a vote in each row with the columns task,\n" +
		"worker and label; columns with the id, the text and a gold label are known by usual names, or named. " +
		trainingDescription()
}

// trainingDescription says what comes out.
func trainingDescription() string {
	return "The\ntraining labels have a row for each candidate: id, text, the most probable label and the name of its class,\n" +
		"the probability of each class, and the number of votes. What is believed of the labeling functions is\n" +
		"said on stderr, and written with --report, or with --format json to stdout instead of the labels."
}

// trainingFlags say which training labels are written, and where the report goes.
func trainingFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "labelled", Usage: "only training labels of candidates with a vote"},
		&cli.StringFlag{Name: "report", Usage: "write what is believed of the labeling functions to `FILE`, as JSON, and not to stderr"},
	}
}

// trainingFormat decides in which format the training labels are written, before
// they are made: the one that is asked for, or that of --out. With json the report is
// the result, and labels are only written to --out.
func (c *call) trainingFormat() (report bool, err error) {
	report = c.format == "json"
	given, _ := global(c.Context, "format").(string)
	if c.String("out") != "" && (report || given == "") {
		c.format, err = c.formatOfOut(&command{needEnding: true}, c.format, annotations.RowFormats())
	}
	if err == nil && !report {
		err = c.needOut()
	}
	return report, err
}

// fitTableOfFile fits the table of the argument.
func (c *call) fitTableOfFile() error {
	path, err := c.tablePath("split", "type", "key-group", "gold-split", "save", "force", "save-marginals", "keep-other-splits", "yes", "backup", "with-triggers",
		"sample", "max-patterns")
	if err != nil {
		return err
	}
	return c.fitTable(path, func() (*annotations.LabelTable, error) { return c.readLabelTable(path) })
}

var errNoGoldInFile = errors.New("no candidate has a gold label")

// evidence reports whether gold labels are to be used.
func (c *call) evidence() bool { return c.String("gold") != "" || c.String("truth") != "" }

// fitTable fits the labels of a table that is read of the file at path, and writes its
// training labels and what is believed.
func (c *call) fitTable(path string, read func() (*annotations.LabelTable, error)) error {
	report, err := c.trainingFormat()
	if err != nil {
		return err
	}
	o, err := c.fitOptions()
	if err != nil {
		return err
	}
	t, err := read()
	if err != nil {
		return err
	}
	if c.evidence() && !t.HasGold() {
		return fmt.Errorf("%s: %w", path, errNoGoldInFile)
	}
	o.Cardinality = t.Cardinality
	if c.evidence() {
		o.Gold = t.Gold
	}
	f := &fitted{L: t.L, train: t.L, options: o, classes: t.Classes}
	if err := c.runFit(f); err != nil {
		return c.asUsage(err)
	}
	c.env.term.notes(f.model.Warnings)
	p, err := f.model.MarginalsGiven(t.L, o.Gold)
	if err != nil {
		return err
	}
	if t.HasGold() && o.Gold == nil {
		e, err := learning.Evaluate(p, t.Gold)
		if err != nil {
			return err
		}
		c.env.term.note("accuracy %s and log loss %s on the %s with a gold label, which the fit did not know; --gold makes them evidence",
			threeDecimals(e.Accuracy), threeDecimals(e.LogLoss), count(e.Labelled, "candidate"))
	}
	if out := c.String("out"); out != "" || !report {
		n, err := c.writeTrainingLabels(t, p, annotations.TrainingOptions{LabelledOnly: c.Bool("labelled")})
		if err != nil {
			return err
		}
		if out != "" {
			c.env.term.note("wrote %s to %s", count(n, "training label"), out)
		}
	}
	return c.reportFit(f, report)
}

// reportFit writes what is believed of the labeling functions of a table: as JSON to
// stdout or --report, or to stderr for a person.
func (c *call) reportFit(f *fitted, stdout bool) error {
	record := fitRecord(f.model, f.names(), f)
	if out := c.String("report"); out != "" {
		if err := writeFile(out, func(w io.Writer) error { return writeJSON(w, record) }); err != nil {
			return err
		}
	}
	switch {
	case stdout:
		return c.emitJSON(record)
	case c.String("report") != "":
		return nil
	}
	const few = 30
	lfs := fittedText(f.model, f.names())
	more := len(lfs.rows) - few
	if more > 1 {
		lfs.rows = slices.Clip(lfs.rows[:few])
		lfs.add(fmt.Sprintf("… and %d more", more))
	}
	return c.env.term.text(func(w io.Writer) error { return writeFitted(w, lfs, f.model, f.names(), f) })
}
