package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
)

// column is a column of a table: its title for people, and its name for
// programs (csv header and json key). Numbers stand on the right.
type column struct {
	title, name string
	left        bool
}

// table is a result of rows. Cells are string, int, int64, float64, bool, blob
// or nil; NaN prints as NaN, is empty in csv and null in json.
type table struct {
	columns []column
	rows    [][]any
	lazy    iter.Seq[[]any] // the rows where they are made each time, each good until the next
}

func (t *table) add(cells ...any) { t.rows = append(t.rows, cells) }

// cell writes a value for people; floats have six decimals, as pandas prints
// them.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		if math.IsNaN(v) {
			return "NaN"
		}
		return strconv.FormatFloat(v, 'f', 6, 64)
	case string:
		return printable(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case blob:
		return v.String()
	default:
		return fmt.Sprint(v)
	}
}

// raw writes a value for programs, with all its digits.
func raw(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		if math.IsNaN(v) {
			return ""
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	case blob:
		return v.String()
	default:
		return fmt.Sprint(v)
	}
}

// each are the rows.
func (t *table) each() iter.Seq[[]any] {
	if t.lazy != nil {
		return t.lazy
	}
	return slices.Values(t.rows)
}

// writeText writes the table in aligned columns, two spaces apart. Into a terminal
// it fits, if it can. It goes through the rows twice: for their widths, and to write
// them.
func (t *table) writeText(w io.Writer) error {
	together := 1 << 12 // few rows are made before they are written, and many are not
	if t.lazy != nil {
		together = 1 << 16
	}
	out := bufio.NewWriterSize(w, together)
	titles := make([]string, len(t.columns))
	for i, c := range t.columns {
		titles[i] = printable(c.title)
	}
	width := t.widths(titles, columnsOf(w))
	line := make([]string, len(t.columns))
	t.writeLine(out, titles, width)
	for row := range t.each() {
		for i, v := range row {
			line[i] = cell(v)
		}
		if err := t.writeLine(out, line[:len(row)], width); err != nil {
			return err
		}
	}
	return out.Flush()
}

// writeLine writes one line of it, whose texts are cut to the widths.
func (t *table) writeLine(w *bufio.Writer, line []string, width []int) error {
	b := w.AvailableBuffer()
	for i, text := range line {
		if i > 0 {
			b = append(b, gap...)
		}
		text = cutTo(text, width[i])
		pad := width[i] - textWidth(text)
		if t.columns[i].left {
			b = append(b, text...)
		}
		for range pad {
			b = append(b, ' ')
		}
		if !t.columns[i].left {
			b = append(b, text...)
		}
	}
	_, err := w.Write(append(bytes.TrimRight(b, " "), '\n'))
	return err
}

func (t *table) writeCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	line := make([]string, len(t.columns))
	for i, col := range t.columns {
		line[i] = col.name
	}
	c.Write(line) // a failure is kept until Error
	for row := range t.each() {
		for i, v := range row {
			line[i] = raw(v)
		}
		c.Write(line)
	}
	c.Flush()
	return c.Error()
}

// record is a JSON object whose keys keep their order.
type record struct {
	names  []string
	values []any
}

func (r *record) set(name string, v any) {
	r.names, r.values = append(r.names, name), append(r.values, v)
}

// MarshalJSON writes the object; NaN becomes null.
func (r record) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range r.names {
		if i > 0 {
			b.WriteByte(',')
		}
		for k, v := range []any{name, r.values[i]} {
			if f, ok := v.(float64); ok && math.IsNaN(f) {
				v = nil
			}
			text, err := marshal(v)
			if err != nil {
				return nil, err
			}
			b.Write(text)
			if k == 0 {
				b.WriteByte(':')
			}
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// marshal is json.Marshal without escapes for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// records is the table as JSON: an array of objects named by the columns.
func (t *table) records() []record {
	list := make([]record, 0, len(t.rows))
	for row := range t.each() {
		var r record
		for k, v := range row {
			r.set(t.columns[k].name, v)
		}
		list = append(list, r)
	}
	return list
}

// emit writes a result in the call's format. asJSON is the JSON value; nil
// means the records of the table.
func (c *call) emit(t *table, asJSON any) error {
	switch c.format {
	case "json":
		if asJSON == nil {
			asJSON = t.records()
		}
		return c.emitJSON(asJSON)
	case "csv":
		return t.writeCSV(c.env.out)
	default:
		return t.writeText(c.env.out)
	}
}

func (c *call) emitJSON(v any) error { return writeJSON(c.env.out, v) }

func writeJSON(w io.Writer, v any) error {
	text, err := marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// printf writes to stdout.
func (c *call) printf(format string, args ...any) {
	fmt.Fprintf(c.env.out, format, args...) // a failure comes back from the final flush
}

// emitRecord writes one record as JSON, or as csv with one line.
func (c *call) emitRecord(r record) error {
	if c.format == "json" {
		return c.emitJSON(r)
	}
	t := &table{}
	for _, name := range r.names {
		t.columns = append(t.columns, column{name, name, false})
	}
	t.add(r.values...)
	return c.emit(t, nil)
}
