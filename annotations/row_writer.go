package annotations

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// RowWriter writes rows for programs, one after the other. A cell is an int64, a
// string or a float64, as its column says, or nil for none, as is NaN.
type RowWriter interface {
	// Write writes a row, which may be used again.
	Write(cells []any) error
	// Close ends what was written, and leaves what it was written to open.
	Close() error
}

// RowFormats are the formats that [NewRowWriter] knows.
func RowFormats() []string { return []string{"csv", "tsv", "jsonl", "parquet"} }

// NewRowWriter starts a table with these columns in one of the [RowFormats]. In
// csv and tsv nil is empty, in jsonl null.
func NewRowWriter(w io.Writer, format string, columns []TableColumn) (RowWriter, error) {
	switch format {
	case "csv", "tsv":
		return newTextWriter(w, format, columns)
	case "jsonl":
		return newObjectWriter(w, columns)
	case "parquet":
		return newParquetWriter(w, columns), nil
	}
	return nil, fmt.Errorf("the format %q of a table is none of %s", format, strings.Join(RowFormats(), ", "))
}

// textWriter writes a line per row.
type textWriter struct {
	w    *csv.Writer
	line []string
}

func newTextWriter(w io.Writer, format string, columns []TableColumn) (*textWriter, error) {
	t := &textWriter{w: csv.NewWriter(w)}
	if format == "tsv" {
		t.w.Comma = '\t'
	}
	for _, c := range columns {
		t.line = append(t.line, c.Name)
	}
	return t, t.w.Write(t.line)
}

func (t *textWriter) Write(cells []any) error {
	for i, v := range cells {
		t.line[i] = cellText(v)
	}
	return t.w.Write(t.line)
}

func (t *textWriter) Close() error {
	t.w.Flush()
	return t.w.Error()
}

// cellText is a value as a table of text has it: floats in full, nil and NaN
// empty.
func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		if math.IsNaN(v) {
			return ""
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return fmt.Sprint(v)
}

// objectWriter writes a JSON object per row.
type objectWriter struct {
	w     io.Writer
	names [][]byte // as JSON, each with its colon
	line  []byte
	text  bytes.Buffer
	enc   *json.Encoder // into text
}

func newObjectWriter(w io.Writer, columns []TableColumn) (*objectWriter, error) {
	o := &objectWriter{w: w}
	o.enc = json.NewEncoder(&o.text)
	o.enc.SetEscapeHTML(false)
	for _, c := range columns {
		name, err := o.encode(c.Name)
		if err != nil {
			return nil, err
		}
		o.names = append(o.names, append(bytes.Clone(name), ':'))
	}
	return o, nil
}

// encode is a value as JSON, which is good until the next one.
func (o *objectWriter) encode(v any) ([]byte, error) {
	o.text.Reset()
	err := o.enc.Encode(v)
	return bytes.TrimRight(o.text.Bytes(), "\n"), err
}

func (o *objectWriter) Write(cells []any) error {
	o.line = append(o.line[:0], '{')
	for i, v := range cells {
		if i > 0 {
			o.line = append(o.line, ',')
		}
		o.line = append(o.line, o.names[i]...)
		switch v := v.(type) { // most cells need no encoder
		case nil:
			o.line = append(o.line, "null"...)
		case int64:
			o.line = strconv.AppendInt(o.line, v, 10)
		default:
			if f, ok := v.(float64); ok && math.IsNaN(f) {
				o.line = append(o.line, "null"...)
				continue
			}
			text, err := o.encode(v)
			if err != nil {
				return err
			}
			o.line = append(o.line, text...)
		}
	}
	o.line = append(o.line, '}', '\n')
	_, err := o.w.Write(o.line)
	return err
}

func (o *objectWriter) Close() error { return nil }
