package annotations

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"workbench/candidates/delimited"
)

// LabelColumn is the name of the column with the labels in a file of gold
// labels.
const LabelColumn = "label"

// ReadGold reads a file of gold labels for a subclass with the arguments args:
// a header line, then a row for each label, separated by tabs if the header
// line has one and else by commas, quoted as RFC 4180 says. A column for each
// argument, by its name, has stable ids; the column label (or value) has an
// integer from −1 on, true or false for 1 and −1, or nothing if there is no
// label yet. Other columns are passed over.
//
// What cannot be read ends the rows with a [*GoldRowError]; so does text that
// is not UTF-8. A byte order mark is skipped.
func ReadGold(r io.Reader, args []string) iter.Seq2[GoldRow, error] {
	return func(yield func(GoldRow, error) bool) {
		g := &goldReader{args: args}
		err := g.open(r)
		for err == nil {
			var row GoldRow
			if row, err = g.next(); err == nil && !yield(row, nil) {
				return
			}
		}
		if !errors.Is(err, io.EOF) {
			yield(GoldRow{}, err)
		}
	}
}

// goldReader reads rows; at has the place of each argument's column, and last
// that of the label.
type goldReader struct {
	args    []string
	rows    *delimited.Reader
	columns int
	at      []int
}

// open reads the header.
func (g *goldReader) open(r io.Reader) error {
	text, err := delimited.Open(r, longestRow)
	if err != nil {
		return err
	}
	if head := text.Head(); len(head) == delimited.Ahead && !bytes.Contains(bytes.TrimLeft(head, "\r\n"), []byte("\n")) {
		return &GoldRowError{1, fmt.Errorf("the header line does not end within %d bytes; this is no table of labels", delimited.Ahead)}
	}
	g.rows = text.Records(text.Separator())
	header, at, err := g.record()
	if errors.Is(err, io.EOF) {
		return &GoldRowError{1, errors.New("the file is empty; it needs a header line")}
	}
	if err != nil {
		return err
	}
	if err := g.findColumns(header); err != nil {
		return &GoldRowError{at, err}
	}
	return nil
}

// findColumns finds the columns by the header.
func (g *goldReader) findColumns(header []string) error {
	names := make([]string, len(header))
	for i, name := range header {
		names[i] = strings.TrimSpace(name)
	}
	g.columns = len(names)
	label := labelColumn(g.args)
	if label == LabelColumn && !slices.Contains(names, label) && !slices.Contains(g.args, valueColumn) && slices.Contains(names, valueColumn) {
		label = valueColumn
	}
	for _, want := range append(slices.Clone(g.args), label) {
		i := slices.Index(names, want)
		switch {
		case i < 0:
			return fmt.Errorf("no column %s; the header has %s, and must name %s and %s",
				want, strings.Join(names, ", "), strings.Join(g.args, ", "), label)
		case slices.Contains(names[i+1:], want):
			return fmt.Errorf("the header names the column %s twice", want)
		}
		g.at = append(g.at, i)
	}
	return nil
}

// valueColumn is the name of the label column in files that call it as
// Snorkel's tables do, or whose subclass has an argument called label.
const valueColumn = "value"

// labelColumn is the name of the label column beside certain arguments.
func labelColumn(args []string) string {
	if slices.Contains(args, LabelColumn) {
		return unusedName(valueColumn, args)
	}
	return LabelColumn
}

// unusedName makes a name for a column that is not taken.
func unusedName(name string, taken []string) string {
	for slices.Contains(taken, name) {
		name += "_"
	}
	return name
}

// record reads the next record that is UTF-8, and its line.
func (g *goldReader) record() ([]string, int, error) {
	fields, line, err := g.rows.Read()
	var parse *csv.ParseError
	var long *delimited.LongError
	switch {
	case errors.As(err, &parse):
		return nil, 0, &GoldRowError{parse.Line, fmt.Errorf("%w; a field that holds quotes stands in quotes and doubles them", parse.Err)}
	case errors.As(err, &long):
		return nil, 0, &GoldRowError{line, err}
	case err != nil:
		return nil, 0, err
	}
	for i, text := range fields {
		if !utf8.ValidString(text) {
			return nil, 0, &GoldRowError{g.rows.FieldLine(i), errors.New("the text is not UTF-8; save the file in that encoding")}
		}
	}
	return fields, line, nil
}

// next reads one row.
func (g *goldReader) next() (GoldRow, error) {
	fields, line, err := g.record()
	if err != nil {
		return GoldRow{}, err
	}
	if len(fields) != g.columns {
		return GoldRow{}, &GoldRowError{line, fmt.Errorf("%d fields, but the header names %d columns", len(fields), g.columns)}
	}
	row := GoldRow{Line: line, StableIDs: make([]string, len(g.args))}
	for i := range g.args {
		row.StableIDs[i] = fields[g.at[i]]
	}
	text := strings.TrimSpace(fields[g.at[len(g.args)]])
	if row.Unlabelled = text == ""; row.Unlabelled {
		return row, nil
	}
	if row.Label, err = parseLabel(text); err != nil {
		return GoldRow{}, &GoldRowError{line, err}
	}
	return row, nil
}

// parseLabel reads a label as people write it.
func parseLabel(text string) (int16, error) {
	switch strings.ToLower(text) {
	case "true":
		return 1, nil
	case "false":
		return -1, nil
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("label %q is no integer, and not true or false", text)
	}
	return checkLabel(v)
}

// GoldWriter writes a file of gold labels that [ReadGold] reads.
type GoldWriter struct {
	csv      *csv.Writer
	template bool
}

// NewGoldWriter starts a file whose fields are separated by comma: '\t' or ','.
// A template has columns with the text of each argument and with its sentence,
// for people.
func NewGoldWriter(w io.Writer, comma rune, args []string, template bool) *GoldWriter {
	g := &GoldWriter{csv: csv.NewWriter(w), template: template}
	g.csv.Comma = comma
	g.csv.Write(GoldHeader(args, template)) // a failure is kept until Flush
	return g
}

// Write adds a row.
func (g *GoldWriter) Write(row GoldRow) error { return g.csv.Write(row.Fields(g.template)) }

// Flush ends the file.
func (g *GoldWriter) Flush() error {
	g.csv.Flush()
	return g.csv.Error()
}

// GoldHeader names the columns of a file of gold labels: the arguments, then
// label; of a template also ARG_text for each argument, and sentence.
func GoldHeader(args []string, template bool) []string {
	names := append(slices.Clone(args), labelColumn(args))
	if !template {
		return names
	}
	for _, arg := range args {
		names = append(names, unusedName(arg+"_text", names))
	}
	return append(names, unusedName("sentence", names))
}

// Fields are the row's fields in the order of [GoldHeader].
func (r GoldRow) Fields(template bool) []string {
	label := ""
	if !r.Unlabelled {
		label = strconv.Itoa(int(r.Label))
	}
	fields := append(slices.Clone(r.StableIDs), label)
	if template {
		fields = append(append(fields, r.Texts...), r.Sentence)
	}
	return fields
}
