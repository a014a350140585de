package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"

	"workbench/annotations"
)

// rowSink takes the rows of an export, one after the other.
type rowSink interface {
	write(cells []any) error
	close() error
}

func newRowSink(w io.Writer, format string, columns []annotations.TableColumn) (rowSink, error) {
	switch format {
	case "csv":
		s := &csvSink{w: csv.NewWriter(w)}
		for _, c := range columns {
			s.line = append(s.line, c.Name)
		}
		return s, s.w.Write(s.line)
	case "jsonl":
		s := &jsonlSink{w: w}
		for _, c := range columns {
			name, err := marshal(c.Name)
			if err != nil {
				return nil, err
			}
			s.names = append(s.names, append(name, ':'))
		}
		return s, nil
	case "parquet":
		return newParquetSink(w, columns), nil
	default:
		s := &previewSink{w: w, columns: columns}
		for _, c := range columns {
			if !c.Detail {
				s.table.columns = append(s.table.columns, column{c.Name, c.Name, c.Kind == annotations.TextColumn})
			}
		}
		return s, nil
	}
}

// writeRows writes rows whole, in one of the formats for programs. The cells of
// a row may be used again for the next.
func writeRows(w io.Writer, format string, columns []annotations.TableColumn, rows func(write func(cells ...any) error) error) error {
	sink, err := newRowSink(w, format, columns)
	if err != nil {
		return err
	}
	if err := rows(func(cells ...any) error { return sink.write(cells) }); err != nil {
		return err
	}
	return sink.close()
}

// csvSink writes a line per row; nil is empty.
type csvSink struct {
	w    *csv.Writer
	line []string
}

func (s *csvSink) write(cells []any) error {
	for i, v := range cells {
		s.line[i] = raw(v)
	}
	return s.w.Write(s.line)
}

func (s *csvSink) close() error {
	s.w.Flush()
	return s.w.Error()
}

// jsonlSink writes an object per row.
type jsonlSink struct {
	w     io.Writer
	names [][]byte // as JSON, each with its colon
	line  []byte
}

func (s *jsonlSink) write(cells []any) error {
	s.line = append(s.line[:0], '{')
	for i, v := range cells {
		if i > 0 {
			s.line = append(s.line, ',')
		}
		s.line = append(s.line, s.names[i]...)
		switch v := v.(type) { // most cells need no encoder
		case nil:
			s.line = append(s.line, "null"...)
		case int64:
			s.line = strconv.AppendInt(s.line, v, 10)
		default:
			if f, ok := v.(float64); ok && math.IsNaN(f) {
				s.line = append(s.line, "null"...)
				continue
			}
			text, err := marshal(v)
			if err != nil {
				return err
			}
			s.line = append(s.line, text...)
		}
	}
	s.line = append(s.line, '}', '\n')
	_, err := s.w.Write(s.line)
	return err
}

func (s *jsonlSink) close() error { return nil }

// previewSink shows a person the first rows.
type previewSink struct {
	w       io.Writer
	columns []annotations.TableColumn
	table   table
	rows    int
}

func (s *previewSink) write(cells []any) error {
	const few, longest = 10, 60
	if s.rows++; s.rows > few {
		return nil
	}
	var row []any
	for i, v := range cells {
		if s.columns[i].Detail {
			continue
		}
		if text, ok := v.(string); ok {
			if runes := []rune(text); len(runes) > longest {
				v = string(runes[:longest]) + "…"
			}
		}
		row = append(row, v)
	}
	s.table.add(row...)
	return nil
}

func (s *previewSink) close() error {
	if err := s.table.writeText(s.w); err != nil {
		return err
	}
	if more := s.rows - len(s.table.rows); more > 0 {
		_, err := fmt.Fprintf(s.w, "\nand %d more; --format csv or jsonl, or --out FILE.parquet, writes all of them whole\n", more)
		return err
	}
	return nil
}

// parquetSink writes a Parquet file with flat columns.
type parquetSink struct {
	w       *parquet.GenericWriter[any]
	columns []annotations.TableColumn
	rows    []parquet.Row
}

func newParquetSink(w io.Writer, columns []annotations.TableColumn) *parquetSink {
	root := orderedGroup{}
	for _, c := range columns {
		leaf := map[annotations.ColumnKind]parquet.Node{
			annotations.IntegerColumn: parquet.Int(64), annotations.TextColumn: parquet.String(), annotations.FloatColumn: parquet.Leaf(parquet.DoubleType),
		}[c.Kind]
		root.fields = append(root.fields, groupField{parquet.Compressed(parquet.Optional(leaf), &parquet.Snappy), c.Name})
	}
	const group = 100_000 // rows of a group stay in memory until it is full
	return &parquetSink{w: parquet.NewGenericWriter[any](w, parquet.NewSchema("candidates", root), parquet.MaxRowsPerRowGroup(group)), columns: columns}
}

func (s *parquetSink) write(cells []any) error {
	row := make(parquet.Row, len(cells))
	for i, v := range cells {
		const present = 1 // definition level of an optional value
		switch v := v.(type) {
		case int64:
			row[i] = parquet.Int64Value(v).Level(0, present, i)
		case string:
			row[i] = parquet.ByteArrayValue([]byte(strings.ToValidUTF8(v, "\ufffd"))).Level(0, present, i)
		case float64:
			if math.IsNaN(v) {
				row[i] = parquet.NullValue().Level(0, 0, i)
				continue
			}
			row[i] = parquet.DoubleValue(v).Level(0, present, i)
		default:
			row[i] = parquet.NullValue().Level(0, 0, i)
		}
	}
	const together = 256
	if s.rows = append(s.rows, row); len(s.rows) < together {
		return nil
	}
	return s.flush()
}

func (s *parquetSink) flush() error {
	_, err := s.w.WriteRows(s.rows)
	s.rows = s.rows[:0]
	return err
}

func (s *parquetSink) close() error {
	if err := s.flush(); err != nil {
		return err
	}
	return s.w.Close()
}

// orderedGroup is a group of columns in their own order; parquet.Group, a map,
// would sort them by name.
type orderedGroup struct {
	parquet.Group
	fields []parquet.Field
}

// Fields returns the columns in order.
func (g orderedGroup) Fields() []parquet.Field { return g.fields }

// groupField is a column with its name.
type groupField struct {
	parquet.Node
	name string
}

// Name returns the name of the column.
func (f groupField) Name() string { return f.name }

// Value is not called: rows are written as values, not as Go structs.
func (f groupField) Value(base reflect.Value) reflect.Value { return base }
