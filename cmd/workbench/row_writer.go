package main

import (
	"fmt"
	"io"

	"workbench/annotations"
)

// newRowWriter starts what takes the rows of an export: for programs in one
// of their formats, or as a table for a person.
func newRowWriter(w io.Writer, format string, columns []annotations.TableColumn) (annotations.RowWriter, error) {
	if format != defaultFormat {
		return annotations.NewRowWriter(w, format, columns)
	}
	p := &preview{w: w, columns: columns}
	for _, c := range columns {
		if !c.Detail {
			p.table.columns = append(p.table.columns, column{c.Name, c.Name, c.Kind == annotations.TextColumn})
		}
	}
	return p, nil
}

// writeRows writes rows whole, in one of the formats for programs. The cells of
// a row may be used again for the next.
func writeRows(w io.Writer, format string, columns []annotations.TableColumn, rows func(write func(cells []annotations.Cell) error) error) error {
	sink, err := newRowWriter(w, format, columns)
	if err != nil {
		return err
	}
	if err := rows(sink.Write); err != nil {
		return err
	}
	return sink.Close()
}

// preview shows a person the first rows.
type preview struct {
	w       io.Writer
	columns []annotations.TableColumn
	table   table
	rows    int
}

func (p *preview) Write(cells []annotations.Cell) error {
	const few, longest = 10, 60
	if p.rows++; p.rows > few {
		return nil
	}
	var row []any
	for i, c := range cells {
		if p.columns[i].Detail {
			continue
		}
		v := c.Value()
		if text, ok := v.(string); ok {
			if runes := []rune(text); len(runes) > longest {
				v = string(runes[:longest]) + "…"
			}
		}
		row = append(row, v)
	}
	p.table.add(row...)
	return nil
}

func (p *preview) Close() error {
	if err := p.table.writeText(p.w); err != nil {
		return err
	}
	if more := p.rows - len(p.table.rows); more > 0 {
		_, err := fmt.Fprintf(p.w, "\nand %d more; --format csv or jsonl, or --out FILE.parquet, writes all of them whole\n", more)
		return err
	}
	return nil
}
