package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/session"
)

func (e *env) loadMatrix() *cli.Command {
	return e.command(command{
		name:  "load-matrix",
		usage: "the label matrix of a split",
		examples: []string{
			"workbench load-matrix --split 0",
			"workbench load-matrix --split 1 --keys LF_a,LF_b --format csv",
			"workbench load-matrix --split 0 --out L.npz",
			"workbench load-matrix --split 0 --out L.npy",
		},
		flags: append(selectionFlags(), resultFlag(),
			&cli.BoolFlag{Name: "zero-one", Usage: "keep the labels that are 1 and drop the others"}),
		formats: matrixFormats(), outFormat: true,
		action: func(c *call) error {
			if err := c.needOut(); err != nil {
				return err
			}
			s, err := c.open()
			if err != nil {
				return err
			}
			defer s.Close()
			sel, err := c.selection()
			if err != nil {
				return err
			}
			sel.ZeroOne = c.Bool("zero-one")
			L, err := c.load(s, sel)
			if err != nil {
				return err
			}
			if c.IsSet("cardinality") { // a check only: a matrix can be shown without
				if _, err := c.cardinality(s, nil, L); err != nil {
					return err
				}
			}
			return c.emitMatrix(s, "label matrix", sel, L)
		},
	})
}

func (e *env) loadGoldLabels() *cli.Command {
	return e.command(command{
		name:  "load-gold-labels",
		usage: "the gold labels of an annotator for a split",
		examples: []string{
			"workbench load-gold-labels --annotator gold --split 1",
			"workbench load-gold-labels --annotator gold --split 1 --format csv",
		},
		flags: append(splitFlags(), resultFlag(),
			&cli.StringFlag{Name: "annotator", Usage: "`NAME` of the annotator"}),
		formats: matrixFormats(), outFormat: true,
		action: func(c *call) error {
			if err := c.needOut(); err != nil {
				return err
			}
			annotator := c.String("annotator")
			if annotator == "" {
				return usagef("load-gold-labels: --annotator NAME is missing; workbench info lists the annotators")
			}
			s, err := c.open()
			if err != nil {
				return err
			}
			defer s.Close()
			sel := annotations.Selection{Split: c.Int("split"), Type: c.String("type")}
			gold, err := annotations.LoadGoldLabels(c.Context.Context, s, annotator, sel)
			if err != nil {
				return err
			}
			c.env.term.notes(gold.Warnings)
			return c.emitMatrix(s, "gold labels", sel, gold)
		},
	})
}

// matrixFormats are the formats of a matrix beside a table. All of csv, jsonl
// and parquet have one row per stored label; npy is dense, and 0 abstains. All but
// npy have the names of classes beside their labels.
func matrixFormats() []string { return []string{"json", "jsonl", "csv", "parquet", "npz", "npy"} }

// emitMatrix writes a matrix in the call's format, to --out or stdout.
func (c *call) emitMatrix(s *session.Session, what string, sel annotations.Selection, m *matrix.LabelMatrix) error {
	names, err := c.shownClasses(s, sel)
	if err != nil {
		return err
	}
	if names != nil && c.format == "npy" {
		c.env.term.note("note: an array has no names of classes: %s", names)
	}
	return c.writeOut(func(w io.Writer) error {
		switch c.format {
		case "json":
			return writeMatrixJSON(w, sel.Split, m, names)
		case "csv", "jsonl", "parquet":
			return writeEntries(w, c.format, m, names)
		case "npz":
			return writeNPZ(w, m, names)
		case "npy":
			return writeDense(w, m)
		default:
			return previewMatrix(w, what, sel.Split, m, names)
		}
	})
}

// writeEntries writes one row per stored label.
func writeEntries(w io.Writer, format string, m *matrix.LabelMatrix, names *annotations.Classes) error {
	columns := []annotations.TableColumn{
		{Name: "candidate_id", Kind: annotations.IntegerColumn}, {Name: "key", Kind: annotations.TextColumn}, {Name: "value", Kind: annotations.IntegerColumn},
	}
	if names != nil {
		columns = append(columns, annotations.TableColumn{Name: "class", Kind: annotations.TextColumn})
	}
	cells := make([]annotations.Cell, len(columns))
	keys := m.Keys()
	return writeRows(w, format, columns, func(write func(cells []annotations.Cell) error) error {
		for i, id := range m.Candidates() {
			cells[0] = annotations.IntegerCell(id)
			cols, vals := m.Row(i)
			for k, j := range cols {
				cells[1], cells[2] = annotations.TextCell(keys[j].Name), annotations.IntegerCell(int64(vals[k]))
				if names != nil {
					cells[3] = annotations.Cell{}
					if name := names.Name(vals[k]); name != "" {
						cells[3] = annotations.TextCell(name)
					}
				}
				if err := write(cells); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// writeMatrixJSON writes a matrix as one object. Its entries, of which there may be
// many millions, go out one by one.
func writeMatrixJSON(w io.Writer, split int, m *matrix.LabelMatrix, names *annotations.Classes) error {
	var r record
	r.set("split", split)
	r.set("rows", m.Rows())
	r.set("cols", m.Cols())
	r.set("nnz", m.NNZ())
	r.set("candidate_ids", m.Candidates())
	r.set("keys", m.Keys())
	start, err := marshal(r)
	if err != nil {
		return err
	}
	const together = 1 << 16
	out := bufio.NewWriterSize(w, together) // keeps a failure until Flush
	out.Write(bytes.TrimSuffix(start, []byte("}")))
	out.WriteString(`,"entries":`)
	between := byte('[')
	for i := range m.Rows() {
		cols, vals := m.Row(i)
		for k, j := range cols {
			entry := append(out.AvailableBuffer(), between, '[')
			entry = append(strconv.AppendInt(entry, int64(i), 10), ',')
			entry = append(strconv.AppendInt(entry, int64(j), 10), ',')
			out.Write(append(strconv.AppendInt(entry, int64(vals[k]), 10), ']'))
			between = ','
		}
	}
	if m.NNZ() == 0 {
		out.WriteByte('[')
	}
	out.WriteByte(']')
	if names != nil {
		classes, err := marshal(classRecords(names))
		if err != nil {
			return err
		}
		out.WriteString(`,"classes":`)
		out.Write(classes)
	}
	out.WriteString("}\n")
	return out.Flush()
}

// countLabels counts the labels of each value and of each key.
func countLabels(m *matrix.LabelMatrix) (values map[int16]int, keys []int) {
	var counts []int // of each value from −1 on
	keys = make([]int, m.Cols())
	for i := range m.Rows() {
		cols, vals := m.Row(i)
		for k, v := range vals {
			at := int(v) + 1
			if at >= len(counts) {
				counts = append(counts, make([]int, at+1-len(counts))...)
			}
			counts[at]++
			keys[cols[k]]++
		}
	}
	values = make(map[int16]int)
	for at, n := range counts {
		if n > 0 {
			values[int16(at-1)] = n
		}
	}
	return values, keys
}

// previewMatrix shows the shape, the columns, and the first rows that have
// labels.
func previewMatrix(w io.Writer, what string, split int, m *matrix.LabelMatrix, names *annotations.Classes) error {
	const fewRows, fewCols = 10, 12
	sum := matrix.Summarise(m)
	density := ""
	if m.Rows() > 0 && m.Cols() > 0 {
		density = fmt.Sprintf(", density %.4f", sum.Density)
	}
	fmt.Fprintf(w, "%s of split %d: %d candidates × %d keys, %d labels%s\n", what, split, m.Rows(), m.Cols(), m.NNZ(), density)
	fmt.Fprintf(w, "candidates with a label: %.4f, with several: %.4f, with labels that differ: %.4f\n\n", sum.Coverage, sum.Overlap, sum.Conflict)
	counts, perKey := countLabels(m)
	values := slices.Sorted(maps.Keys(counts))
	for _, v := range values {
		class := ""
		if name := names.Name(v); name != "" {
			class = " (" + printable(name) + ")"
		}
		fmt.Fprintf(w, "label %2d%s: %d times\n", v, class, counts[v])
	}
	if len(values) > 0 {
		fmt.Fprintln(w)
	}
	keys := &table{columns: []column{{"column", "", false}, {"key id", "", false}, {"key", "", true}, {"labels", "", false}}}
	for j, k := range m.Keys() {
		if j == fewCols && m.Cols() > fewCols+1 {
			keys.add("…", "", fmt.Sprintf("and %d more", m.Cols()-fewCols), "")
			break
		}
		keys.add(j, k.ID, k.Name, perKey[j])
	}
	if err := keys.writeText(w); err != nil {
		return err
	}
	t := &table{columns: []column{{"candidate", "", false}}}
	shown := min(m.Cols(), fewCols)
	for j := range shown {
		t.columns = append(t.columns, column{title: fmt.Sprint(j)})
	}
	if m.Cols() > shown {
		t.columns = append(t.columns, column{title: "…"})
	}
	for i := 0; i < m.Rows() && len(t.rows) < fewRows; i++ {
		cols, vals := m.Row(i)
		if len(cols) == 0 {
			continue
		}
		row := make([]any, len(t.columns))
		row[0] = m.Candidates()[i]
		for j := range shown {
			row[1+j] = "."
		}
		for k, j := range cols {
			if int(j) < shown {
				row[1+j] = int(vals[k])
			} else {
				row[1+shown] = "…"
			}
		}
		t.add(row...)
	}
	if len(t.rows) == 0 {
		return nil
	}
	fmt.Fprintf(w, "\nthe first candidates with labels (. abstains):\n")
	return t.writeText(w)
}
