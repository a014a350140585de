package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/rivo/uniseg"
)

// column is a column of a table: its title for people, and its name for
// programs (csv header and json key). Numbers stand on the right.
type column struct {
	title, name string
	left        bool
}

// table is a result of rows. Cells are string, int, int64, float64, bool or
// nil; NaN prints as NaN, is empty in csv and null in json.
type table struct {
	columns []column
	rows    [][]any
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
	default:
		return fmt.Sprint(v)
	}
}

// writeText writes the table in aligned columns, two spaces apart. Into a terminal
// it fits, if it can.
func (t *table) writeText(w io.Writer) error {
	width := make([]int, len(t.columns))
	lines := make([][]string, 0, len(t.rows)+1)
	titles := make([]string, len(t.columns))
	for i, c := range t.columns {
		titles[i] = printable(c.title)
	}
	lines = append(lines, titles)
	for _, row := range t.rows {
		line := make([]string, len(row))
		for i, v := range row {
			line[i] = cell(v)
		}
		lines = append(lines, line)
	}
	for _, line := range lines {
		for i, text := range line {
			width[i] = max(width[i], uniseg.StringWidth(text))
		}
	}
	t.fit(columnsOf(w), width, lines)
	var b strings.Builder
	for _, line := range lines {
		b.Reset()
		for i, text := range line {
			if i > 0 {
				b.WriteString(gap)
			}
			pad := strings.Repeat(" ", width[i]-uniseg.StringWidth(text))
			if t.columns[i].left {
				b.WriteString(text + pad)
			} else {
				b.WriteString(pad + text)
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) writeCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	line := make([]string, len(t.columns))
	for i, col := range t.columns {
		line[i] = col.name
	}
	c.Write(line) // a failure is kept until Error
	for _, row := range t.rows {
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
	list := make([]record, len(t.rows))
	for i, row := range t.rows {
		for k, v := range row {
			list[i].set(t.columns[k].name, v)
		}
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
