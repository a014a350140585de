package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/session"
)

func (e *env) marginals() *cli.Command {
	return e.command(command{
		name:  "marginals",
		usage: "what a model believes of the candidates of a split",
		examples: []string{
			"workbench marginals --split 0 --model model.json --format csv",
			"workbench marginals --split 0 --model model.json --out marginals.npz",
		},
		flags:   append(slices.Concat(selectionFlags(), rangeFlags()), resultFlag(), modelFlag(), maxPatternsFlag()),
		formats: marginalFormats(), outFormat: true,
		action: func(c *call) error {
			if err := c.needOut(); err != nil {
				return err
			}
			s, err := c.open()
			if err != nil {
				return err
			}
			defer s.Close()
			_, rows, p, err := c.believeRows(s, c.needsCandidates())
			if err != nil {
				return err
			}
			names, err := c.shownClasses(s, rows.Selection)
			if err != nil {
				return err
			}
			each := func(visit func(id int64, row int) error) error { return rows.Each(c.Context.Context, visit) }
			if slices.Contains(rowFormats(), c.format) {
				return c.writeOut(func(w io.Writer) error { return writeMarginalRows(w, c.format, p, each, names) })
			}
			if p, err = rows.Scatter(c.Context.Context, p); err != nil {
				return err
			}
			return c.emitMarginals(p, names)
		},
	})
}

// marginalFormats are the formats of marginals beside a table.
func marginalFormats() []string { return append(rowFormats(), "npz", "npy") }

// rowFormats are those that are written row by row.
func rowFormats() []string { return []string{"json", "jsonl", "csv", "parquet"} }

// emitMarginals writes marginals in the call's format, to --out or stdout.
func (c *call) emitMarginals(p *matrix.Marginals, names *annotations.Classes) error {
	if names.Fits(p.Cardinality) && c.format == "npy" {
		c.env.term.note("note: an array has no names of classes: %s", names)
	}
	return c.writeOut(func(w io.Writer) error {
		switch {
		case slices.Contains(rowFormats(), c.format):
			return writeMarginalRows(w, c.format, p, func(visit func(id int64, row int) error) error {
				for i, id := range p.Candidates {
					if err := visit(id, i); err != nil {
						return err
					}
				}
				return nil
			}, names)
		case c.format == "npz":
			return writeMarginalsNPZ(w, p, names)
		case c.format == "npy":
			return writeNPY(w, probabilities(p))
		default:
			return marginalsTable(p, names).writeText(w)
		}
	})
}

// writeMarginalRows writes the rows of marginalsTable: each calls visit for each candidate
// with the place of its probabilities in p.
func writeMarginalRows(w io.Writer, format string, p *matrix.Marginals, each func(visit func(id int64, row int) error) error,
	names *annotations.Classes) error {
	columns := []annotations.TableColumn{{Name: "candidate_id", Kind: annotations.IntegerColumn}}
	for _, c := range marginalColumns(p, names)[1:] {
		columns = append(columns, annotations.TableColumn{Name: c.name, Kind: annotations.FloatColumn})
	}
	cells := make([]annotations.Cell, len(columns))
	return writeRows(w, format, columns, func(write func(cells []annotations.Cell) error) error {
		return each(func(id int64, row int) error {
			cells[0] = annotations.IntegerCell(id)
			for k, x := range p.Row(row) {
				cells[1+k] = annotations.FloatCell(x)
			}
			return write(cells)
		})
	})
}

// marginalsTable has one row per candidate: the probability of the positive
// class, or for more than two classes one column per label. It makes them when they
// are written.
func marginalsTable(p *matrix.Marginals, names *annotations.Classes) *table {
	var row []any
	return &table{columns: marginalColumns(p, names), lazy: func(yield func([]any) bool) {
		for i, id := range p.Candidates {
			row = append(row[:0], id)
			for _, x := range p.Row(i) {
				row = append(row, x)
			}
			if !yield(row) {
				return
			}
		}
	}}
}

// marginalColumns are its columns. Where classes have names these stand in them,
// beside the label.
func marginalColumns(p *matrix.Marginals, names *annotations.Classes) []column {
	columns := []column{{"candidate_id", "candidate_id", false}}
	if !names.Fits(p.Cardinality) {
		names = nil
	}
	add := func(name string, label int16) {
		if names != nil {
			_, suffix := classTitle(names, label)
			name = "probability" + suffix
		}
		columns = append(columns, column{name, name, false})
	}
	if p.Cardinality == 2 {
		add("probability", 1)
	} else {
		for k := range p.Cardinality {
			add(fmt.Sprintf("probability_%d", k+1), int16(k+1))
		}
	}
	return columns
}

func (e *env) loadMarginals() *cli.Command {
	return e.command(command{
		name:  "load-marginals",
		usage: "the marginals that are stored for a split",
		examples: []string{
			"workbench load-marginals --split 0",
			"workbench load-marginals --split 1 --predicted --format csv",
		},
		flags:   append(splitFlags(), resultFlag(), predictedFlag(), cardinalityFlag()),
		formats: marginalFormats(), outFormat: true,
		action: func(c *call) error {
			if err := c.needOut(); err != nil {
				return err
			}
			p, names, err := c.stored()
			if err != nil {
				return err
			}
			return c.emitMarginals(p, names)
		},
	})
}

func predictedFlag() cli.Flag {
	return &cli.BoolFlag{Name: "predicted", Usage: "the end model's predictions instead of the training marginals"}
}

// marginalKind is what the two kinds of stored marginals are called.
func marginalKind(training bool) string {
	if training {
		return "training"
	}
	return "predicted"
}

// stored loads the saved marginals of the split flags, and the names of their
// classes.
func (c *call) stored() (*matrix.Marginals, *annotations.Classes, error) {
	k, err := c.givenCardinality()
	if err != nil {
		return nil, nil, err
	}
	s, err := c.open()
	if err != nil {
		return nil, nil, err
	}
	defer s.Close()
	return c.storedIn(s, k)
}

// storedIn loads them from a database that is open; k is the cardinality, or 0.
func (c *call) storedIn(s *session.Session, k int) (*matrix.Marginals, *annotations.Classes, error) {
	sel := c.splitSelection()
	p, err := annotations.LoadMarginals(c.Context.Context, s, sel, !c.Bool("predicted"), k)
	if err != nil {
		return nil, nil, err
	}
	names, err := c.shownClasses(s, sel)
	return p, names, err
}

// splitSelection is what the split flags select.
func (c *call) splitSelection() annotations.Selection {
	return annotations.Selection{Split: c.Int("split"), AllSplits: c.allSplits(), Type: c.String("type")}
}

// onlyOfModel refuses flags that select what a model reads, where there is none.
func (c *call) onlyOfModel() error {
	for _, flag := range []string{"keys", "key-group", "candidate-ranges", "candidate-ranges-table"} {
		if c.IsSet(flag) {
			return usagef("%s: --%s selects labels for --model; stored marginals have none", c.Command.Name, flag)
		}
	}
	return nil
}
