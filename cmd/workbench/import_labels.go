package main

import (
	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/session"
)

func (e *env) importLabels() *cli.Command {
	split := splitFlag("split", "split of the rows of a matrix that does not name its candidates", 0)
	split.DefaultText = "the matrix names them"
	return e.command(command{
		name:  "import-labels",
		usage: "store labels that exist already, from a table",
		args:  "FILE",
		description: "The table is CSV or TSV, or separated by semicolons, with a header. Its columns candidate_id, or one\n" +
			"for each argument with the stable id of its context (of one argument also called stable_id or id), name\n" +
			"the candidate. Then either there is one column for each labeling function, or there are the columns key\n" +
			"and value (and class, the name), with one label in each row, as load-matrix --format csv writes them.\n" +
			"What is empty or NaN abstains. JSON has an object for each row, in lines or as a list, with the names of\n" +
			"the columns. Any of them may be packed by gzip. Parquet is a table with the same columns.\n\n" +
			"It may also be a matrix of candidates × labeling functions, as numpy and scipy write them: .npz, which\n" +
			"names both if load-matrix wrote it, or .npy. What is not named there, --split and --keys tell: the rows\n" +
			"are the candidates of the split in the order of their ids, and the columns the keys.\n\n" +
			"Labels are −1, 0, 1 of two classes and 0..K of more, where 0 abstains; with --abstain -1 they are\n" +
			"0..K-1, and −1 abstains. A table with −1, 0 and 1 may be either, and needs --abstain; so does one with\n" +
			"0 and without −1 where other labels are missing, or each row is a label. 1.0 is 1, and false and true\n" +
			"are −1 and 1 of two classes; --classes gives names to write instead. Keys that the group does not have\n" +
			"are added.\n\n" +
			"If one row is wrong, nothing is stored.",
		examples: []string{
			"workbench import-labels L.csv --abstain 0",
			"workbench import-labels L_train.tsv --abstain -1 --cardinality 3",
			"workbench import-labels L.csv --classes HAM,SPAM",
			"workbench import-labels L.npz",
			"workbench import-labels L_train.npy --split train --keys LF_a,LF_b --abstain -1",
			"workbench import-labels - --key-group 1 --replace < L.csv",
		},
		flags: []cli.Flag{
			&cli.IntFlag{Name: "key-group", Usage: "group of the label keys"},
			abstainFlag(), classesFlag(),
			cardinalityFlagOr("what it remembers, or 2 with --abstain -1, else whatever fits the labels"),
			&cli.BoolFlag{Name: "replace", Usage: "replace labels that are stored already; an abstention deletes them"},
			&cli.StringFlag{Name: "type", Usage: "only candidates of this type (the table of their class)"},
			split,
			&cli.StringFlag{Name: "keys", Usage: "the labeling functions of the columns of a matrix that does not name them, separated by commas"},
		},
		formats: []string{"json", "csv"},
		writes:  true,
		action: func(c *call) error {
			how, err := c.notation()
			if err != nil {
				return err
			}
			var format annotations.LabelFormat
			s, in, err := c.openImport()
			if err != nil {
				return err
			}
			defer s.Close()
			defer in.Close()
			if format.Classes, err = c.labelClasses(s); err != nil {
				return err
			}
			if c.IsSet("keys") {
				if format.LFs, err = c.list("keys"); err != nil {
					return err
				}
			}
			if c.IsSet("split") {
				sel := annotations.Selection{Split: c.Int("split"), Type: c.String("type")}
				if format.Candidates, err = annotations.CandidateIDs(c.Context.Context, s, sel); err != nil {
					return err
				}
			}
			names, isNew, err := c.importClasses(s, onlyType(s, c.String("type")))
			if err != nil {
				return err
			}
			format.Notation = how.WithClasses(names)
			opts := annotations.LabelImportOptions{Type: c.String("type"), KeyGroup: c.Int("key-group"), Replace: c.Bool("replace"), Classes: names}
			var done annotations.ImportedLabels
			err = c.env.term.long("importing labels", func(report func(float64)) error {
				in.report = report
				done, err = annotations.ImportLabels(c.Context.Context, s, annotations.ReadLabels(in.name, in, format), opts)
				return err
			})
			if err != nil {
				return err
			}
			if isNew {
				c.noteClasses(names)
			}
			return c.emitImported(done)
		},
	})
}

// labelClasses lists the classes whose arguments may name candidates: that of
// --type, or all.
func (c *call) labelClasses(s *session.Session) ([]*candidates.Subclass, error) {
	if typ := c.String("type"); typ != "" {
		class, err := candidates.Lookup(s, typ)
		return []*candidates.Subclass{class}, err
	}
	return candidates.Subclasses(s), nil
}

// importClasses are the classes of what is imported for candidates of a type. Names
// that --classes gives need one.
func (c *call) importClasses(s *session.Session, typ string) (*annotations.Classes, bool, error) {
	if c.IsSet("classes") && typ == "" {
		class, err := c.class(s)
		if err != nil {
			return nil, false, err
		}
		typ = class.Table
	}
	return c.classes(s, typ, nil)
}

func (c *call) emitImported(done annotations.ImportedLabels) error {
	if done.Replaced > 0 || done.Deleted > 0 {
		c.env.term.note("replaced %d labels that were stored before, and deleted %d where the file abstains", done.Replaced, done.Deleted)
	}
	if c.format == "table" {
		c.printf("Imported %s of %s by %s\n", count(done.Labels, "label"), count(done.Candidates, "candidate"), count(done.KeysCreated+done.KeysReused, "labeling function"))
		return nil
	}
	var r record
	r.set("labels", done.Labels)
	r.set("candidates", done.Candidates)
	r.set("keys_created", done.KeysCreated)
	r.set("keys_reused", done.KeysReused)
	r.set("replaced", done.Replaced)
	r.set("deleted", done.Deleted)
	return c.emitRecord(r)
}
