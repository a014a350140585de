package main

import (
	"io"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
)

// labelTableFlags say how a table of labels is read. Its command has --keys, --gold
// and --cardinality besides, which mean much the same of a database.
func labelTableFlags() []cli.Flag {
	return []cli.Flag{
		abstainFlag(), classesFlag(),
		&cli.StringFlag{Name: "missing", Usage: "`WORDS` of a table that are no labels, separated by commas"},
		&cli.StringFlag{Name: "id", Usage: "`COLUMN` of a table with the ids of the candidates or tasks", DefaultText: "by its name, else the number of the row"},
		&cli.StringFlag{Name: "worker", Usage: "`COLUMN` with the labeling function or worker, of a table with one label in each row", DefaultText: "by its name"},
		&cli.StringFlag{Name: "label", Usage: "`COLUMN` with its label", DefaultText: "by its name"},
		&cli.StringFlag{Name: "text", Usage: "`COLUMN` of a table with the texts", DefaultText: "text, if there is one"},
		&cli.StringFlag{Name: "keep-vote", Usage: "the `first` or last label counts where a worker has several for a task", DefaultText: "different ones are refused"},
	}
}

// labelTableOptions reads them.
func (c *call) labelTableOptions() (o annotations.LabelTableOptions, err error) {
	if o.Notation, err = c.notation(); err != nil {
		return o, err
	}
	given, err := c.givenClasses("", nil)
	if err != nil {
		return o, err
	}
	if given != nil {
		o.Names = given.Names
	}
	for flag, list := range map[string]*[]string{"missing": &o.Missing, "keys": &o.LFs} {
		if !c.IsSet(flag) {
			continue
		}
		if *list, err = c.list(flag); err != nil {
			return o, err
		}
	}
	o.TaskColumn, o.WorkerColumn, o.LabelColumn = c.String("id"), c.String("worker"), c.String("label")
	o.TextColumn, o.GoldColumn = c.String("text"), c.String("gold")
	o.NoGold = c.IsSet("gold") && o.GoldColumn == ""
	switch keep := c.String("keep-vote"); keep {
	case "":
	case "first":
		o.Conflicts = annotations.KeepFirst
	case "last":
		o.Conflicts = annotations.KeepLast
	default:
		return o, usagef("%s: --keep-vote %q is neither first nor last", c.Command.Name, keep)
	}
	return o, nil
}

// readLabelTable reads the table of labels at a path, or of stdin if that is "-",
// and notes how it was read.
func (c *call) readLabelTable(path string) (*annotations.LabelTable, error) {
	o, err := c.labelTableOptions()
	if err != nil {
		return nil, err
	}
	in, err := c.openInput(nil, path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var t *annotations.LabelTable
	err = c.env.term.long("reading labels", func(report func(float64)) error {
		in.report = report
		t, err = annotations.ReadLabelTable(c.Context.Context, in.name, in, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	c.env.term.notes(t.Warnings)
	return t, nil
}

// writeTrainingLabels writes what is believed of a table's candidates in the call's
// format, to --out or stdout.
func (c *call) writeTrainingLabels(t *annotations.LabelTable, p *matrix.Marginals, o annotations.TrainingOptions) error {
	labels, err := annotations.NewTrainingLabels(t, p, o)
	if err != nil {
		return err
	}
	return c.writeOut(func(w io.Writer) error {
		rows, err := newRowWriter(w, c.format, labels.Columns)
		if err != nil {
			return err
		}
		if err := labels.Each(rows.Write); err != nil {
			return err
		}
		return rows.Close()
	})
}
