package main

import (
	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/session"
)

// goldFlags say whose labels of which candidates a file has.
func goldFlags(split string) []cli.Flag {
	only := splitFlag("split", split, 0)
	only.DefaultText = "every split"
	return []cli.Flag{
		&cli.StringFlag{Name: "annotator", Usage: "`NAME` of the annotator"},
		only,
		&cli.StringFlag{Name: "type", Usage: "type of the candidates (the table of their class)", DefaultText: "the only one"},
	}
}

func (e *env) importGold() *cli.Command {
	return e.command(command{
		name:  "import-gold",
		usage: "take gold labels from a TSV or CSV file of stable ids",
		args:  "FILE",
		description: "The table has a header with the names of the arguments and label: the stable id of the context\n" +
			"of each argument, and −1 or 1 (false or true), of more classes 1..K; 1.0 is 1; --classes gives names\n" +
			"to write instead. 0 needs --abstain: with -1 the classes are 0..K-1, and a row with −1 has no label;\n" +
			"with 0 it is stored, as none. Other columns are passed over, and so are rows whose label is empty or\n" +
			"NaN. workbench export-gold --template writes such a table to fill in.\n\n" +
			"Each label becomes a stable label of the annotator and the gold label of the candidate with these\n" +
			"contexts in this order. Labels that exist are changed with --replace only. The report names by line\n" +
			"what has no context, no candidate, or another label already.",
		examples: []string{
			"workbench import-gold gold_labels.tsv --annotator gold --symmetric",
			"workbench import-gold dev.csv --annotator gold --split 1",
			"workbench import-gold dev.csv --annotator gold --abstain -1 --replace",
		},
		flags: append(goldFlags("label candidates of this split, and give it to the stable labels; without it "+
			"a stable label gets the split of its candidate, or 0 if there is none"),
			&cli.BoolFlag{Name: "symmetric", Usage: "store each label in both orders of the two arguments"},
			&cli.BoolFlag{Name: "replace", Usage: "correct stable labels and gold labels that are stored with another value"},
			abstainFlag(), classesFlag(),
			cardinalityFlagOr("what it remembers, or 2 with --abstain -1, else whatever fits the labels")),
		formats: []string{"json", "csv"},
		writes:  true,
		action: func(c *call) error {
			if _, err := c.inputName(); err != nil {
				return err
			}
			how, err := c.notation()
			if err != nil {
				return err
			}
			s, err := c.openToWrite()
			if err != nil {
				return err
			}
			defer s.Close()
			subclass, split, err := c.goldSubclass(s)
			if err != nil {
				return err
			}
			names, isNew, err := c.classes(s, subclass.Table, nil)
			if err != nil {
				return err
			}
			how = how.WithClasses(names)
			opts := annotations.GoldImportOptions{Classes: names, Annotator: c.String("annotator"), Subclass: subclass, Split: split, Symmetric: c.Bool("symmetric"), Replace: c.Bool("replace")}
			if n := len(subclass.Args); opts.Symmetric && n != 2 {
				return usagef("import-gold: --symmetric is for candidates with two arguments; %s has %d", subclass.Table, n)
			}
			report, err := c.importFile(s, how, opts)
			if err != nil {
				return err
			}
			if isNew {
				c.noteClasses(names)
			}
			if g := report.Gold; report.Rows > report.Unlabelled && g.Added+g.Present+g.Different+g.Replaced == 0 {
				c.env.term.note("note: no row found its candidate; workbench export-gold --template lists the stable ids of the candidates")
			}
			return c.emitGoldReport(report, subclass.Args)
		},
	})
}

// goldSubclass finds the class that --type names, or else the only one, and the
// split of --split, nil for every one.
func (c *call) goldSubclass(s *session.Session) (*candidates.Subclass, *int, error) {
	if c.String("annotator") == "" {
		return nil, nil, usagef("%s: --annotator NAME is missing; workbench info lists the annotators", c.Command.Name)
	}
	var split *int
	if c.IsSet("split") {
		n := c.Int("split")
		split = &n
	}
	subclass, err := c.class(s)
	return subclass, split, err
}

// importFile imports the file of the call.
func (c *call) importFile(s *session.Session, how annotations.Notation, opts annotations.GoldImportOptions) (*annotations.ImportedGold, error) {
	in, err := c.input(s)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var report *annotations.ImportedGold
	err = c.env.term.long("importing gold labels", func(progress func(float64)) error {
		in.report = progress
		format := annotations.GoldFormat{Args: opts.Subclass.Args, Notation: how}
		report, err = annotations.ImportGold(c.Context.Context, s, annotations.ReadGold(in.name, in, format), opts)
		return err
	})
	return report, err
}

func (c *call) emitGoldReport(r *annotations.ImportedGold, args []string) error {
	switch c.format {
	case "json":
		return c.emitJSON(goldReportRecord(r, args, c.Bool("replace")))
	case "csv":
		return c.emit(goldProblemTable(r, args), nil)
	}
	c.printf("rows           %d: %d labelled, %d repeated, %d without a label\n", r.Rows, r.Rows-r.Unlabelled-r.Repeated, r.Repeated, r.Unlabelled)
	for _, l := range []struct {
		name string
		annotations.LabelCounts
	}{{"stable labels", r.Stable}, {"gold labels", r.Gold}} {
		other, n := "there with another label", l.Different
		if c.Bool("replace") {
			other, n = "replaced", l.Replaced
		}
		c.printf("%-13s  %d added, %d already there, %d %s\n", l.name, l.Added, l.Present, n, other)
	}
	if r.Earlier > 0 {
		c.printf("besides        %d gold labels added for stable labels that were stored before\n", r.Earlier)
	}
	c.printf("missing        %d rows without a context, %d rows without a candidate\n", r.MissingContexts, r.MissingCandidates)
	for _, p := range r.Problems {
		c.printf("line %d: %s\n", p.Line, printable(p.String()))
	}
	return nil
}

// goldReportRecord has the counts, and a list for each kind of problem.
func goldReportRecord(r *annotations.ImportedGold, args []string, replace bool) record {
	lists := map[annotations.ProblemKind][]record{
		annotations.NoContext: {}, annotations.NoCandidate: {}, annotations.OtherLabel: {},
	}
	for _, p := range r.Problems {
		var ids, entry record
		for i, arg := range args {
			ids.set(arg, p.StableIDs[i])
		}
		entry.set("line", p.Line)
		entry.set("stable_ids", ids)
		entry.set("label", p.Label)
		switch p.Kind {
		case annotations.NoContext:
			entry.set("missing", p.Context)
		case annotations.NoCandidate:
			entry.set("split", orNil(p.Other))
		case annotations.OtherLabel:
			entry.set("stable_label", orNil(p.Stable))
			entry.set("gold_label", orNil(p.Gold))
		}
		lists[p.Kind] = append(lists[p.Kind], entry)
	}
	var out record
	out.set("rows", r.Rows)
	out.set("repeated", r.Repeated)
	out.set("unlabelled", r.Unlabelled)
	for _, l := range []struct {
		name string
		annotations.LabelCounts
	}{{"stable_labels", r.Stable}, {"gold_labels", r.Gold}} {
		var counts record
		counts.set("added", l.Added)
		counts.set("present", l.Present)
		counts.set("different", l.Different)
		if replace {
			counts.set("replaced", l.Replaced)
		}
		out.set(l.name, counts)
	}
	out.set("gold_labels_of_earlier", r.Earlier)
	out.set("missing_contexts", lists[annotations.NoContext])
	out.set("missing_candidates", lists[annotations.NoCandidate])
	out.set("different_labels", lists[annotations.OtherLabel])
	return out
}

// goldProblemTable has the problems, one per row.
func goldProblemTable(r *annotations.ImportedGold, args []string) *table {
	t := &table{}
	for _, name := range append(append([]string{"line", "problem"}, args...), "label", "missing", "other_split", "stable_label", "gold_label") {
		t.columns = append(t.columns, column{name: name})
	}
	for _, p := range r.Problems {
		row := []any{p.Line, string(p.Kind)}
		for _, id := range p.StableIDs {
			row = append(row, id)
		}
		t.add(append(row, p.Label, optional(p.Context, p.Context != ""), orNil(p.Other), orNil(p.Stable), orNil(p.Gold))...)
	}
	return t
}

// orNil is the value that p points to, or nil.
func orNil[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// optional is a text, or nil where there is none.
func optional(s string, has bool) any {
	if !has {
		return nil
	}
	return s
}
