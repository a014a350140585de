package main

import (
	"slices"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/lfs"
	"workbench/candidates"
	"workbench/candidates/records"
)

func (e *env) label() *cli.Command {
	return e.command(command{
		name:  "label",
		usage: "make training labels of texts and labeling functions",
		args:  "FILE",
		description: "It labels the candidates of a file with the labeling functions of --lfs, fits their votes as fit does, and\n" +
			"writes training labels. No database is left. The file is CSV, TSV or JSON lines, as import takes it;\n" +
			"workbench import --help says what its columns are. Raw texts need no ids.\n\n" +
			"A column of gold labels is no evidence unless --gold names it; without that it tells how good the\n" +
			"training labels are. " + trainingDescription(),
		examples: []string{
			"workbench label reviews.csv --text text --lfs lfs.yaml --out train.jsonl",
			"workbench label tweets.jsonl --text body --id name --lfs lfs.yaml --labelled --out train.parquet",
			"workbench label reviews.csv --text text --lfs lfs.yaml --format json",
		},
		flags: slices.Concat(lfFlags(), columnFlags(), []cli.Flag{
			&cli.StringFlag{Name: "gold", Usage: "use the gold labels of this `COLUMN` as evidence"},
			candidateFlag(), cardinalityFlagOr("what the file of labeling functions says, or inferred"),
		}, runFlags(), fitFlags(), trainingFlags(), []cli.Flag{resultFlag()}),
		formats: []string{"json", "csv", "tsv", "jsonl", "parquet"},
		action:  (*call).labelFile,
	})
}

func (c *call) labelFile() error {
	path, err := c.tablePath()
	if err != nil {
		return err
	}
	if err := c.checkColumnFlags(); err != nil {
		return err
	}
	return c.fitTable(path, func() (*annotations.LabelTable, error) { return c.labelRecords(path) })
}

// labelRecords labels the records of a file.
func (c *call) labelRecords(path string) (*annotations.LabelTable, error) {
	draft, _, err := c.readAnnotator()
	if err != nil {
		return nil, err
	}
	class, err := c.recordClass(draft)
	if err != nil {
		return nil, err
	}
	classes, err := c.givenClasses(class.Table, draft.Classes(class.Table))
	if err != nil {
		return nil, err
	}
	file, annotator, err := c.annotatorOf(draft, classes)
	if err != nil {
		return nil, err
	}
	var o annotations.RecordOptions
	if o.Gold, err = c.notation(); err != nil {
		return nil, err
	}
	o.Gold = o.Gold.WithClasses(classes)
	if c.IsSet("lf") {
		if o.KeyNames, err = c.list("lf"); err != nil {
			return nil, err
		}
	}
	in, err := c.openInput(nil, path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	r, err := records.NewReader(in.name, in, c.recordFormat(class, true))
	if err != nil {
		return nil, err
	}
	var t *annotations.LabelTable
	err = c.env.term.items("labelling", "candidates", func(progress func(done, total int)) error {
		o.Progress = progress
		t, err = annotator.LabelRecords(c.Context.Context, class, r.Records(), o)
		return err
	})
	if err != nil {
		return nil, c.withoutGold(c.notApplied(file, err))
	}
	c.noteRecords(r)
	return t, nil
}

// recordClass is the class of the candidates: that of --candidate, or the one that
// the labeling functions say they label.
func (c *call) recordClass(draft *lfs.Draft) (*candidates.Subclass, error) {
	if class := draft.Subclass(); class != nil && !c.IsSet("candidate") {
		return class, nil
	}
	class, err := candidates.ParseSubclass(c.String("candidate"))
	if err != nil {
		return nil, usagef("%s: --candidate: %v", c.Command.Name, err)
	}
	return class, nil
}
