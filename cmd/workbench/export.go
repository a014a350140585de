package main

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/session"
)

func (e *env) export() *cli.Command {
	return e.command(command{
		name:  "export",
		usage: "candidates with text, labels and marginals, for the next tool",
		description: "Columns are candidate_id; for each argument ARG its text ARG, ARG_start and ARG_end (code points in the\n" +
			"sentence from 0, the end inclusive), and ARG_stable_id where there are raw texts; document, sentence,\n" +
			"gold; one for each labeling function, where 0 abstains; and marginal, the probability that the label is\n" +
			"1, or with K classes marginal_1 to marginal_K. What a candidate does not have is empty or null.\n\n" +
			"Where classes have names, gold_class follows gold, the names of marginals end with that of the class, and\n" +
			"with --hard-labels class follows label. With --split all the column split follows candidate_id.",
		examples: []string{
			"workbench export --split 0 --format csv > train.csv",
			"workbench export --split 0 --out train.parquet",
			"workbench export --split 0 --hard-labels --labelled --out train.csv",
			"workbench export --split all --out all.parquet",
			"workbench export --split 1 --gold gold --model model.json --format jsonl",
		},
		flags: append(append(allSplitFlags(), keyFlags()...),
			&cli.StringFlag{Name: "gold", Usage: "with the gold labels of this `ANNOTATOR`", DefaultText: "the only one"},
			&cli.StringFlag{Name: "model", Usage: "with the marginals by this `MODEL` of fit, train or a search, its name in the database or its file", DefaultText: "the stored marginals"},
			&cli.BoolFlag{Name: "hard-labels", Usage: "with a column label: the label of the most probable class by the marginals, and one with its name; empty where there is not one"},
			&cli.BoolFlag{Name: "labelled", Usage: "only candidates that a labeling function labels"},
			predictedFlag(), resultFlag()),
		formats:   []string{"csv", "jsonl", "parquet"},
		outFormat: true, needEnding: true,
		action: func(c *call) error {
			if err := c.needOut(); err != nil {
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
			t, L, err := c.exportTable(s)
			if err != nil {
				return err
			}
			rows := 0
			write := func(w io.Writer) error {
				sink, err := newRowWriter(w, c.format, t.Columns)
				if err != nil {
					return err
				}
				rows, err = c.writeRows(t, L, sink)
				if err == nil && t.Gone > 0 {
					c.env.term.note("note: %s without text: what an argument points to is gone; see workbench show", count(t.Gone, "candidate"))
				}
				return err
			}
			if out := c.String("out"); out != "" {
				if err := writeFile(out, write); err != nil {
					return err
				}
				c.env.term.note("wrote %d candidates to %s", rows, out)
				return nil
			}
			return write(c.env.out)
		},
	})
}

// selected are the candidates.
func (x *exported) selected() annotations.Selection {
	return annotations.Selection{Split: x.Split, AllSplits: x.AllSplits, Type: x.Type}
}

// exported is what an export loads before it reads the candidates.
type exported struct {
	call     *call
	session  *session.Session
	overview *session.Overview
	annotations.TableOptions
}

// exportTable loads everything but the candidates themselves.
func (c *call) exportTable(s *session.Session) (*annotations.CandidateTable, *matrix.LabelMatrix, error) {
	o, err := s.Overview(c.Context.Context)
	if err != nil {
		return nil, nil, err
	}
	x := &exported{call: c, session: s, overview: o}
	if err := x.loadLabels(); err != nil {
		return nil, nil, err
	}
	if err := x.loadGold(); err != nil {
		return nil, nil, err
	}
	if x.Marginals == nil {
		if err := x.loadMarginals(); err != nil {
			return nil, nil, err
		}
	}
	if x.Classes, err = c.shownClasses(s, x.selected()); err != nil {
		return nil, nil, err
	}
	x.HardLabels, x.LabelledOnly = c.Bool("hard-labels"), c.Bool("labelled")
	switch {
	case x.HardLabels && x.Marginals == nil:
		return nil, nil, usagef("export: --hard-labels needs marginals, of --model or stored by save-marginals")
	case x.LabelledOnly && x.Labels == nil:
		return nil, nil, usagef("export: --labelled needs labels, and the database has none")
	}
	t, err := annotations.NewCandidateTable(s, o, x.TableOptions)
	return t, x.Labels, err
}

// loadLabels loads the label matrix, and what --model believes of it. Without
// any labels in the file there are no columns for them.
func (x *exported) loadLabels() error {
	c := x.call
	if c.String("model") != "" {
		_, L, sel, p, err := c.believe(x.session)
		x.Split, x.AllSplits, x.Type, x.Labels, x.Marginals = sel.Split, sel.AllSplits, sel.Type, L, p
		return err
	}
	sel, err := c.selection()
	if err != nil {
		return err
	}
	x.Split, x.AllSplits, x.Type = sel.Split, sel.AllSplits, sel.Type
	hasKeys := slices.ContainsFunc(x.overview.KeyGroups, func(g session.KeyGroupCount) bool { return g.Table == "label" && g.Keys > 0 })
	if !hasKeys && !c.IsSet("key-group") && !c.IsSet("keys") {
		return nil
	}
	x.Labels, err = c.load(x.session, sel)
	return err
}

// loadGold loads the gold labels of --gold, or of the only annotator there is.
func (x *exported) loadGold() error {
	c, annotator := x.call, x.call.String("gold")
	if annotator == "" {
		var names []string
		for _, g := range x.overview.Annotators {
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
	gold, err := annotations.LoadGoldLabels(c.Context.Context, x.session, annotator, x.selected())
	if err != nil {
		return err
	}
	c.env.term.notes(gold.Warnings)
	x.Gold = gold
	return nil
}

// loadMarginals loads the stored marginals, if the split has any.
func (x *exported) loadMarginals() error {
	c, training := x.call, !x.call.Bool("predicted")
	stored := slices.ContainsFunc(x.overview.Marginals, func(m session.MarginalCount) bool {
		return m.Training == training && (m.Split == x.Split || x.AllSplits) && m.Candidates > 0
	})
	if !stored && training {
		return nil
	}
	k, err := c.givenCardinality()
	if err != nil {
		return err
	}
	x.Marginals, err = annotations.LoadMarginals(c.Context.Context, x.session, x.selected(), training, k)
	if training && errors.Is(err, annotations.ErrNoMarginals) {
		return nil // those of the split are of another type
	}
	return err
}

// writeRows writes a table as long as candidates come, and returns how many
// came; L tells how far it is.
func (c *call) writeRows(t *annotations.CandidateTable, L *matrix.LabelMatrix, sink annotations.RowWriter) (rows int, err error) {
	total := 1
	if L != nil {
		total = max(L.Rows(), 1)
	}
	const together = 1 << 10 // rows between two reports
	err = c.env.term.long("exporting", func(report func(float64)) error {
		err := t.Each(c.Context.Context, func(cells []annotations.Cell) error {
			if rows++; rows%together == 0 {
				report(float64(rows) / float64(total))
			}
			return sink.Write(cells)
		})
		if err != nil {
			return err
		}
		return sink.Close()
	})
	return rows, err
}
