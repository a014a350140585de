package main

import (
	"io"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/session"
)

func (e *env) exportGold() *cli.Command {
	return e.command(command{
		name:  "export-gold",
		usage: "gold labels as a file for import-gold, or a template of it to fill in",
		description: "The file has a column for each argument with the stable id of its context, and label; where classes have\n" +
			"names, class has that of the label. A template has the text of each argument and the sentence beside it;\n" +
			"fill in label, as many as you like, and give the file to workbench import-gold.",
		examples: []string{
			"workbench export-gold --annotator gold --split 1 > gold.tsv",
			"workbench export-gold --annotator gold --split 1 --template --out dev.tsv",
		},
		flags: append(goldFlags("only candidates of this split"), resultFlag(),
			&cli.BoolFlag{Name: "template", Usage: "write the candidates that the annotator has not labelled, with an empty label, the text of the arguments and the sentence"}),
		formats:   []string{"tsv", "csv", "json"},
		outFormat: true,
		format:    "tsv", // the result is a file, and this is the form of Snorkel's gold_labels.tsv
		action: func(c *call) error {
			s, err := c.open()
			if err != nil {
				return err
			}
			defer s.Close()
			subclass, split, err := c.goldSubclass(s)
			if err != nil {
				return err
			}
			opts := annotations.GoldExportOptions{Annotator: c.String("annotator"), Subclass: subclass, Split: split, Template: c.Bool("template")}
			if opts.Classes, err = c.namesOf(s, subclass.Table); err != nil {
				return err
			}
			out := c.String("out")
			if out == "" {
				_, err := c.writeGold(s, c.env.out, opts)
				return err
			}
			rows := 0
			err = writeFile(out, func(w io.Writer) (err error) {
				rows, err = c.writeGold(s, w, opts)
				return err
			})
			if err != nil {
				return err
			}
			c.env.term.note("wrote %s to %s", count(rows, "row"), out)
			return nil
		},
	})
}

// writeGold writes gold labels in the call's format, says what it left out, and
// returns how many rows it wrote.
func (c *call) writeGold(s *session.Session, w io.Writer, opts annotations.GoldExportOptions) (rows int, err error) {
	var done annotations.ExportedGold
	err = c.env.term.long("exporting gold labels", func(func(float64)) (err error) {
		switch c.format {
		case "tsv", "csv":
			done, err = c.goldLines(s, w, opts)
		default:
			done, err = c.goldTable(s, w, opts)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	c.env.term.notes(done.Warnings)
	if done.Orphans > 0 {
		c.env.term.note("note: %d candidates were left out: their contexts are gone, and with them their stable ids", done.Orphans)
	}
	return done.Rows, nil
}

// goldLines writes a file that import-gold reads, row by row.
func (c *call) goldLines(s *session.Session, w io.Writer, opts annotations.GoldExportOptions) (annotations.ExportedGold, error) {
	comma := map[string]rune{"tsv": '\t', "csv": ','}[c.format]
	var file *annotations.GoldWriter
	start := func() {
		if file == nil {
			file = annotations.NewGoldWriter(w, comma, goldColumns(opts))
		}
	}
	done, err := annotations.ExportGold(c.Context.Context, s, opts, func(row annotations.GoldRow) error {
		start()
		return file.Write(row)
	})
	if err != nil {
		return done, err
	}
	start() // a file without rows has a header too
	return done, file.Flush()
}

// goldColumns are the columns of an export. A template has no labels that a name
// could stand beside.
func goldColumns(opts annotations.GoldExportOptions) annotations.GoldColumns {
	return annotations.GoldColumns{Args: opts.Subclass.Args, Class: opts.Classes != nil && !opts.Template, Template: opts.Template}
}

// goldTable writes the same for people, or as JSON.
func (c *call) goldTable(s *session.Session, w io.Writer, opts annotations.GoldExportOptions) (annotations.ExportedGold, error) {
	t, columns := &table{}, goldColumns(opts)
	label := len(opts.Subclass.Args)
	for i, name := range columns.Header() {
		t.columns = append(t.columns, column{name, name, i != label})
	}
	done, err := annotations.ExportGold(c.Context.Context, s, opts, func(row annotations.GoldRow) error {
		cells := make([]any, len(t.columns))
		for i, field := range columns.Fields(row) {
			cells[i] = field
		}
		cells[label] = nil
		if !row.Unlabelled {
			cells[label] = row.Label
		}
		if columns.Class {
			cells[label+1] = optional(row.Class, row.Class != "")
		}
		t.add(cells...)
		return nil
	})
	if err != nil {
		return done, err
	}
	if c.format != "json" {
		return done, t.writeText(w)
	}
	return done, writeJSON(w, t.records())
}
