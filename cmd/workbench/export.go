package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

func (e *env) export() *cli.Command {
	return e.command(command{
		name:  "export",
		usage: "candidates with text, labels and marginals, for the next tool",
		description: "Columns are candidate_id; for each argument ARG its text ARG, ARG_start and ARG_end (code points in the\n" +
			"sentence from 0, the end inclusive), and ARG_stable_id where there are raw texts; document, sentence,\n" +
			"gold; one for each labeling function, where 0 abstains; and marginal, the probability that the label is\n" +
			"1, or with K classes marginal_1 to marginal_K. What a candidate does not have is empty or null.",
		examples: []string{
			"workbench export --split 0 --format csv > train.csv",
			"workbench export --split 0 --out train.parquet",
			"workbench export --split 1 --gold gold --model model.json --format jsonl",
		},
		flags: append(selectionFlags(),
			&cli.StringFlag{Name: "gold", Usage: "with the gold labels of this `ANNOTATOR`", DefaultText: "the only one"},
			&cli.StringFlag{Name: "model", Usage: "with the marginals by this `MODEL` of train or a search, its name in the database or its file", DefaultText: "the stored marginals"},
			predictedFlag(), resultFlag()),
		formats:   []string{"csv", "jsonl", "parquet"},
		outFormat: true,
		action: func(c *call) error {
			if err := c.checkFormat(); err != nil {
				return err
			}
			if c.String("model") != "" && c.Bool("predicted") {
				return usagef("export: --model computes marginals and --predicted reads stored ones; give one of them")
			}
			s, err := c.open()
			if err != nil {
				return err
			}
			defer s.Close()
			x, err := c.newExporter(s)
			if err != nil {
				return err
			}
			write := func(w io.Writer) error {
				sink, err := newRowSink(w, c.format, x.columns)
				if err != nil {
					return err
				}
				return c.env.term.long("exporting", func(report func(float64)) error { return x.run(sink, report) })
			}
			if out := c.String("out"); out != "" {
				if err := writeFile(out, write); err != nil {
					return err
				}
				c.env.term.note("wrote %d candidates to %s", x.rows, out)
				return nil
			}
			return write(c.env.out)
		},
	})
}

// checkFormat refuses a name of --out that does not tell the format where
// --format does not say it, and a Parquet file on a terminal or in a pipe that
// nobody asked for.
func (c *call) checkFormat() error {
	out := c.String("out")
	if given, _ := global(c.Context, "format").(string); given == "" && out != "" && c.format == defaultFormat {
		return usagef("export: --out %s: its ending is none of .csv, .jsonl, .parquet; say --format", out)
	}
	if c.format == "parquet" && out == "" {
		return usagef("export: --format parquet needs --out FILE")
	}
	return nil
}

// exporter puts the rows of an export together.
type exporter struct {
	call     *call
	session  *session.Session
	query    candidates.Query
	args     []string // names of the arguments
	ids      bool     // arguments have a column with their stable id
	labels   *matrix.LabelMatrix
	gold     *matrix.LabelMatrix // nil without
	believed *matrix.Marginals   // nil without
	columns  []dataColumn
	rows     int
}

// newExporter loads everything but the candidates themselves.
func (c *call) newExporter(s *session.Session) (*exporter, error) {
	x := &exporter{call: c, session: s}
	o, err := s.Overview(c.Context.Context)
	if err != nil {
		return nil, err
	}
	if err := x.loadLabels(o); err != nil {
		return nil, err
	}
	if err := x.loadGold(o); err != nil {
		return nil, err
	}
	if x.believed == nil {
		if err := x.loadMarginals(o); err != nil {
			return nil, err
		}
	}
	// A span is known by its document and offsets, other contexts only by that.
	x.ids = slices.ContainsFunc(o.Contexts, func(k session.ContextCount) bool {
		return k.Type != "document" && k.Type != "sentence" && k.Type != "span"
	})
	if err := x.nameArguments(o); err != nil {
		return nil, err
	}
	return x, x.nameColumns()
}

// loadLabels loads the label matrix, and what --model believes of it. Without
// any labels in the file there are no columns for them.
func (x *exporter) loadLabels(o *session.Overview) error {
	c := x.call
	if c.String("model") != "" {
		_, L, sel, p, err := c.believe(x.session)
		x.labels, x.believed = L, p
		x.query = candidates.Query{Split: sel.Split, Type: sel.Type}
		return err
	}
	sel, err := c.selection()
	if err != nil {
		return err
	}
	x.query = candidates.Query{Split: sel.Split, Type: sel.Type}
	hasKeys := slices.ContainsFunc(o.KeyGroups, func(g session.KeyGroupCount) bool { return g.Table == "label" && g.Keys > 0 })
	if !hasKeys && !c.IsSet("key-group") && !c.IsSet("keys") {
		return nil
	}
	x.labels, err = c.load(x.session, sel)
	return err
}

// loadGold loads the gold labels of --gold, or of the only annotator there is.
func (x *exporter) loadGold(o *session.Overview) error {
	c, annotator := x.call, x.call.String("gold")
	if annotator == "" {
		var names []string
		for _, g := range o.Annotators {
			if !slices.Contains(names, g.Annotator) {
				names = append(names, g.Annotator)
			}
		}
		switch len(names) {
		case 0:
			return nil
		case 1:
			annotator = names[0]
		default:
			c.env.term.note("note: no gold column; choose an annotator with --gold: %s", strings.Join(names, ", "))
			return nil
		}
	}
	gold, err := annotations.LoadGoldLabels(c.Context.Context, x.session, annotator,
		annotations.Selection{Split: x.query.Split, Type: x.query.Type})
	if err != nil {
		return err
	}
	c.env.term.notes(gold.Warnings)
	x.gold = gold
	return nil
}

// loadMarginals loads the stored marginals, if the split has any.
func (x *exporter) loadMarginals(o *session.Overview) error {
	c, training := x.call, !x.call.Bool("predicted")
	stored := slices.ContainsFunc(o.Marginals, func(m session.MarginalCount) bool {
		return m.Training == training && m.Split == x.query.Split && m.Candidates > 0
	})
	if !stored && training {
		return nil
	}
	k, err := c.givenCardinality()
	if err != nil {
		return err
	}
	p, err := annotations.LoadMarginals(c.Context.Context, x.session,
		annotations.Selection{Split: x.query.Split, Type: x.query.Type}, training, k)
	x.believed = p
	return err
}

// nameArguments collects the arguments of all types in the split.
func (x *exporter) nameArguments(o *session.Overview) error {
	for _, split := range o.Splits {
		if split.Split != x.query.Split || x.query.Type != "" && split.Type != x.query.Type {
			continue
		}
		if !x.session.HasTable(split.Type) {
			continue // all of them orphans
		}
		subclass, err := candidates.Lookup(x.session, split.Type)
		if err != nil {
			return err
		}
		for _, arg := range subclass.Args {
			if !slices.Contains(x.args, arg) {
				x.args = append(x.args, arg)
			}
		}
	}
	return nil
}

// nameColumns names the columns: what identifies a candidate, its arguments,
// its text, then one per labeling function, and last what is believed. A
// labeling function whose name another column has gets LF_ in front.
func (x *exporter) nameColumns() error {
	add := func(name string, kind dataKind) { x.columns = append(x.columns, dataColumn{name: name, kind: kind}) }
	detail := func(name string, kind dataKind) { x.columns = append(x.columns, dataColumn{name, kind, true}) }
	taken := func(name string) bool {
		return slices.ContainsFunc(x.columns, func(c dataColumn) bool { return c.name == name })
	}
	add("candidate_id", intData)
	for _, arg := range x.args {
		add(arg, textData)
		detail(arg+"_start", intData)
		detail(arg+"_end", intData)
		if x.ids {
			detail(arg+"_stable_id", textData)
		}
	}
	detail("document", textData)
	add("sentence", textData)
	if x.gold != nil {
		add("gold", intData)
	}
	var believed []string
	switch {
	case x.believed == nil:
	case x.believed.Cardinality == 2:
		believed = []string{"marginal"}
	default:
		for k := range x.believed.Cardinality {
			believed = append(believed, fmt.Sprintf("marginal_%d", k+1))
		}
	}
	if x.labels != nil {
		for _, key := range x.labels.Keys() {
			name := key.Name
			for taken(name) || slices.Contains(believed, name) {
				name = "LF_" + name
			}
			add(name, intData)
		}
	}
	for _, name := range believed {
		add(name, floatData)
	}
	for i, column := range x.columns {
		for _, other := range x.columns[:i] {
			if column.name == other.name {
				return fmt.Errorf("%s: two columns would be called %q; rename the argument", x.session.Path(), column.name)
			}
		}
	}
	return nil
}

// run writes all rows.
func (x *exporter) run(sink rowSink, report func(done float64)) error {
	total := 1
	if x.labels != nil {
		total = max(x.labels.Rows(), 1)
	}
	err := candidates.Each(x.call.Context.Context, x.session, x.query, func(batch []candidates.Candidate) error {
		for i := range batch {
			if err := sink.write(x.row(&batch[i])); err != nil {
				return err
			}
		}
		x.rows += len(batch)
		report(float64(x.rows) / float64(total))
		return nil
	})
	if err != nil {
		return err
	}
	return sink.close()
}

// row makes the cells of one candidate. What it does not have is nil.
func (x *exporter) row(c *candidates.Candidate) []any {
	cells := make([]any, 0, len(x.columns))
	cells = append(cells, c.ID)
	for _, name := range x.args {
		i := slices.IndexFunc(c.Args, func(a candidates.Argument) bool { return a.Name == name })
		switch {
		case i < 0:
			cells = append(cells, nil, nil, nil)
		case c.Args[i].Span == nil:
			cells = append(cells, c.Args[i].Context.TextOrID(), nil, nil)
		default:
			p := c.Args[i].Span
			cells = append(cells, p.Text(), int64(p.CharStart), int64(p.CharEnd))
		}
		if x.ids {
			var id any
			if i >= 0 && c.Args[i].Context.StableID != "" {
				id = c.Args[i].Context.StableID
			}
			cells = append(cells, id)
		}
	}
	cells = append(cells, documentOf(c), sentenceOf(c))
	if x.gold != nil {
		var label any
		if row, ok := x.gold.RowOf(c.ID); ok {
			if v := x.gold.At(row, 0); v != 0 {
				label = int64(v)
			}
		}
		cells = append(cells, label)
	}
	if x.labels != nil {
		row, ok := x.labels.RowOf(c.ID)
		first := len(cells)
		for range x.labels.Keys() {
			cells = append(cells, int64(0)) // abstains
		}
		if ok {
			cols, vals := x.labels.Row(row)
			for k, j := range cols {
				cells[first+int(j)] = int64(vals[k])
			}
		}
	}
	if x.believed != nil {
		row, ok := slices.BinarySearch(x.believed.Candidates, c.ID)
		for k := range x.believed.Width() {
			if !ok {
				cells = append(cells, nil)
				continue
			}
			cells = append(cells, x.believed.Row(row)[k])
		}
	}
	return cells
}

// documentOf is the name of the document that the arguments lie in; nil if they
// lie in none or in several.
func documentOf(c *candidates.Candidate) any {
	var name any
	for i := range c.Args {
		d := c.Args[i].Document
		switch {
		case d == nil:
			continue
		case name != nil && name != d.Name:
			return nil
		}
		name = d.Name
	}
	return name
}

// sentenceOf is the text that a candidate's arguments lie in: their sentence,
// or the raw text itself; nil if they have none, or lie in several.
func sentenceOf(c *candidates.Candidate) any {
	var whole any
	for i := range c.Args {
		var part any
		switch a := &c.Args[i]; {
		case a.Sentence != nil:
			part = a.Sentence.Text
		case a.Context.HasText:
			part = a.Context.Text
		default:
			continue
		}
		if whole != nil && whole != part {
			return nil
		}
		whole = part
	}
	return whole
}
