package annotations

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// RowWriter writes rows for programs, one after the other. Each cell is of the kind
// of its column, or none.
type RowWriter interface {
	// Write writes a row, which may be used again.
	Write(cells []Cell) error
	// Close ends what was written, and leaves what it was written to open.
	Close() error
}

// RowFormats are the formats of files of rows that [NewRowWriter] knows.
func RowFormats() []string { return []string{"csv", "tsv", "jsonl", "parquet"} }

// NewRowWriter starts a table with these columns in one of the [RowFormats], or in
// json, as one array of the objects of jsonl. In csv and tsv no value is empty, in
// json and jsonl null. What is written last may wait for Close.
func NewRowWriter(w io.Writer, format string, columns []TableColumn) (RowWriter, error) {
	switch format {
	case "csv":
		return newTextWriter(w, ',', columns)
	case "tsv":
		return newTextWriter(w, '\t', columns)
	case "json":
		return newObjectWriter(w, listMarks{begin: "[", between: ",", end: "]\n"}, columns)
	case "jsonl":
		return newObjectWriter(w, listMarks{after: "\n"}, columns)
	case "parquet":
		return newParquetWriter(w, columns), nil
	}
	return nil, fmt.Errorf("the format %q of a table is none of %s", format, strings.Join(RowFormats(), ", "))
}

// together is how many bytes of rows are handed on at once.
const together = 1 << 16

// textWriter writes a line per row.
type textWriter struct {
	w      *bufio.Writer
	comma  byte
	quoted bytes.Buffer
	quote  *csv.Writer // into quoted
}

func newTextWriter(w io.Writer, comma byte, columns []TableColumn) (*textWriter, error) {
	t := &textWriter{w: bufio.NewWriterSize(w, together), comma: comma}
	t.quote = csv.NewWriter(&t.quoted)
	t.quote.Comma = rune(comma)
	names := make([]Cell, len(columns))
	for i, c := range columns {
		names[i] = TextCell(c.Name)
	}
	return t, t.Write(names)
}

func (t *textWriter) Write(cells []Cell) error {
	line := t.w.AvailableBuffer()
	for i, c := range cells {
		if i > 0 {
			line = append(line, t.comma)
		}
		switch {
		case !c.has:
		case c.kind == IntegerColumn:
			line = strconv.AppendInt(line, c.integer(), 10)
		case c.kind == FloatColumn:
			line = strconv.AppendFloat(line, c.float(), 'g', -1, 64)
		case isWord(c.text):
			line = append(line, c.text...)
		default:
			text, err := t.asField(c.text)
			if err != nil {
				return err
			}
			line = append(line, text...)
		}
	}
	_, err := t.w.Write(append(line, '\n'))
	return err
}

// asField is a text as a field, which is good until the next one.
func (t *textWriter) asField(text string) ([]byte, error) {
	t.quoted.Reset()
	if err := t.quote.Write([]string{text}); err != nil {
		return nil, err
	}
	t.quote.Flush()
	return bytes.TrimSuffix(t.quoted.Bytes(), []byte("\n")), t.quote.Error()
}

func (t *textWriter) Close() error { return t.w.Flush() }

// objectWriter writes a JSON object per row.
type objectWriter struct {
	w     *bufio.Writer
	names [][]byte // as JSON, each with its colon
	list  listMarks
	rows  int
	text  bytes.Buffer
	enc   *json.Encoder // into text
}

// listMarks are what stands before the first object, between two, behind each, and
// behind the last.
type listMarks struct{ begin, between, after, end string }

func newObjectWriter(w io.Writer, list listMarks, columns []TableColumn) (*objectWriter, error) {
	o := &objectWriter{w: bufio.NewWriterSize(w, together), list: list}
	o.enc = json.NewEncoder(&o.text)
	o.enc.SetEscapeHTML(false)
	for _, c := range columns {
		name, err := o.encode(c.Name)
		if err != nil {
			return nil, err
		}
		o.names = append(o.names, append(bytes.Clone(name), ':'))
	}
	_, err := o.w.WriteString(list.begin)
	return o, err
}

// encode is a value as JSON, which is good until the next one.
func (o *objectWriter) encode(v any) ([]byte, error) {
	o.text.Reset()
	err := o.enc.Encode(v)
	return bytes.TrimRight(o.text.Bytes(), "\n"), err
}

func (o *objectWriter) Write(cells []Cell) (err error) {
	line := o.w.AvailableBuffer()
	if o.rows++; o.rows > 1 {
		line = append(line, o.list.between...)
	}
	line = append(line, '{')
	for i, c := range cells {
		if i > 0 {
			line = append(line, ',')
		}
		line = append(line, o.names[i]...)
		if line, err = o.appendCell(line, c); err != nil {
			return err
		}
	}
	line = append(line, '}')
	_, err = o.w.Write(append(line, o.list.after...))
	return err
}

// appendCell appends a cell. Most need no encoder.
func (o *objectWriter) appendCell(line []byte, c Cell) ([]byte, error) {
	switch {
	case !c.has:
		return append(line, "null"...), nil
	case c.kind == IntegerColumn:
		return strconv.AppendInt(line, c.integer(), 10), nil
	case c.kind == FloatColumn && isDecimal(c.float()):
		return strconv.AppendFloat(line, c.float(), 'f', -1, 64), nil
	case c.kind == TextColumn && isWord(c.text):
		line = append(line, '"')
		line = append(line, c.text...)
		return append(line, '"'), nil
	}
	text, err := o.encode(c.Value())
	return append(line, text...), err
}

func (o *objectWriter) Close() error {
	o.w.WriteString(o.list.end) // a failure is kept until Flush
	return o.w.Flush()
}

// isWord reports whether a text is written as it is by all formats: letters, digits,
// and signs that mean nothing to them.
func isWord(text string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case c <= ' ', c > '~', c == '"', c == '\\', c == ',':
			return false
		}
	}
	return true
}

// isDecimal reports whether JSON has a float without an exponent, as JavaScript
// writes it.
func isDecimal(x float64) bool {
	abs := math.Abs(x)
	return abs == 0 || abs >= 1e-6 && abs < 1e21
}
