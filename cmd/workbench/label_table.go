package main

import (
	"io"
	"slices"

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

// truthFlag is for commands that take a table's gold labels from elsewhere.
func truthFlag() cli.Flag {
	return &cli.StringFlag{Name: "truth", Usage: "`FILE` with the gold labels of a table, found by the ids; --gold names the column there"}
}

// tableOnlyFlags are those that say nothing of labels in a database, but for some.
func tableOnlyFlags(but ...string) []string {
	return slices.DeleteFunc(flagNames(append(labelTableFlags(), truthFlag())), func(name string) bool { return slices.Contains(but, name) })
}

// refuse refuses flags that only go with something else.
func (c *call) refuse(without string, flags []string) error {
	for _, name := range flags {
		if c.IsSet(name) {
			return usagef("%s: %s goes with %s", c.Command.Name, dashed(name), without)
		}
	}
	return nil
}

// tablePath is the argument, which names a table of labels; flags that only go with a
// database are refused, and files to write that are the table.
func (c *call) tablePath(databaseOnly ...string) (string, error) {
	path, err := c.inputName()
	db, _ := global(c.Context, "db").(string)
	switch {
	case err != nil:
		return "", err
	case db != "":
		return "", usagef("%s: labels are read from %s or from the database; leave the file or --db out", c.Command.Name, path)
	case isDatabase(path, ""):
		return "", usagef("%s: %s is a database; name it with --db %s", c.Command.Name, path, path)
	}
	if err := c.refuse("a database", databaseOnly); err != nil {
		return "", err
	}
	for _, flag := range append(pictureFlags(), "out", "report") {
		if out := c.String(flag); out != "" && (sameFile(out, path) || sameFile(out, c.String("truth"))) {
			return "", usagef("%s: --%s %s is a file that is read; choose another name", c.Command.Name, flag, out)
		}
	}
	return path, c.badOut
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
	if name := c.String("truth"); name != "" {
		if name == "-" && path == "-" {
			return nil, usagef("%s: stdin is the table, or --truth, but not both", c.Command.Name)
		}
		truth, err := c.openInput(nil, name)
		if err != nil {
			return nil, err
		}
		defer truth.Close()
		o.Truth, o.TruthName = truth, truth.name
	}
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
// format, to --out or stdout, and returns of how many.
func (c *call) writeTrainingLabels(t *annotations.LabelTable, p *matrix.Marginals, o annotations.TrainingOptions) (n int, err error) {
	labels, err := annotations.NewTrainingLabels(t, p, o)
	if err != nil {
		return 0, err
	}
	return n, c.writeOut(func(w io.Writer) error {
		rows, err := newRowWriter(w, c.format, labels.Columns)
		if err != nil {
			return err
		}
		err = labels.Each(func(cells []annotations.Cell) error {
			n++
			return rows.Write(cells)
		})
		if err != nil {
			return err
		}
		return rows.Close()
	})
}
