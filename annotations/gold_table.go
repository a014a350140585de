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

	"workbench/candidates"
	"workbench/candidates/delimited"
)

// goldColumn is the name of the column with the labels in a file of gold
// labels.
const goldColumn = "label"

// GoldFormat says how [ReadGold] reads a table: of which arguments it has columns,
// and how labels are written.
type GoldFormat struct {
	Args []string
	Notation
}

// ReadGold reads a table of gold labels for a subclass with certain arguments:
// a header line, then a row for each label, separated by tabs if the header
// line has one and else by commas, quoted as RFC 4180 says. A column for each
// argument, by its name, has stable ids; the column label (or value) has an
// integer from −1 on, also one written as 1.0, true or false for 1 and −1, the name
// of a class, or nothing or NaN if there is no label yet. Other columns are passed
// over, but for class, whose name must not be that of another class than the label's
// ([ErrOtherName]). 0 has two meanings, so that it is [ErrZeroGold] unless Abstain says which;
// if −1 abstains, a row with that label has none.
//
// What cannot be read ends the rows with a [*candidates.RecordError], in which
// name stands for the file; so does text that is not UTF-8. A byte order mark
// is skipped.
func ReadGold(name string, r io.Reader, f GoldFormat) iter.Seq2[GoldRow, error] {
	return func(yield func(GoldRow, error) bool) {
		g := &goldReader{name: name, args: f.Args}
		var err error
		if g.convention, err = f.convention(); err == nil {
			err = g.open(r)
		}
		for err == nil {
			var row GoldRow
			if row, err = g.next(); err == nil && !yield(row, nil) {
				return
			}
		}
		if err != io.EOF {
			yield(GoldRow{}, err)
		}
	}
}

// goldReader reads rows; at has the place of each argument's column, and last
// that of the label. That of the class is −1 where there is none.
type goldReader struct {
	name       string // for messages
	args       []string
	convention labelConvention
	rows       *delimited.Table
	at         []int
	class      int
}

// wrong is an error about a line.
func (g *goldReader) wrong(line int, err error) error {
	return candidates.Position{File: g.name, Line: line}.Wrap(err)
}

// open reads the header.
func (g *goldReader) open(r io.Reader) error {
	text, err := delimited.Open(r, longestRow)
	if err != nil {
		return g.wrong(1, err)
	}
	if head := text.Head(); len(head) == delimited.Ahead && !bytes.Contains(bytes.TrimLeft(head, "\r\n"), []byte("\n")) {
		return g.wrong(1, fmt.Errorf("the header line does not end within %d bytes; this is no table of labels", delimited.Ahead))
	}
	if g.rows, err = text.Table(); err != nil {
		return g.misread(err)
	}
	return g.wrong(g.rows.Line(), g.findColumns(g.rows.Names()))
}

// misread words what is wrong with a row.
func (g *goldReader) misread(err error) error {
	wrong, ok := errors.AsType[*delimited.Error](err)
	if !ok {
		return err
	}
	switch wrong.Kind {
	case delimited.Empty:
		err = errors.New("the file is empty; it needs a header line")
	case delimited.Count:
		err = fmt.Errorf("%d fields, but the header names %d columns", wrong.Fields, wrong.Width)
	case delimited.Encoding:
		err = errors.New("the text is not UTF-8; save the file in that encoding")
	case delimited.BareQuote, delimited.OpenQuote:
		err = fmt.Errorf("%w; a field that holds quotes stands in quotes and doubles them", wrong.Err)
	}
	return g.wrong(wrong.At, err)
}

// findColumns finds the columns by the header.
func (g *goldReader) findColumns(header []string) error {
	names := make([]string, len(header))
	for i, name := range header {
		names[i] = strings.TrimSpace(name)
	}
	label := labelColumn(g.args)
	if label == goldColumn && !slices.Contains(names, label) && !slices.Contains(g.args, valueColumn) && slices.Contains(names, valueColumn) {
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
	g.class = slices.Index(names, unusedName(classColumn, append(slices.Clone(g.args), label)))
	return nil
}

// classColumn is the name of the column with the name of the label's class.
const classColumn = "class"

// valueColumn is the name of the label column in files that call it as
// Snorkel's tables do, or whose subclass has an argument called label.
const valueColumn = "value"

// labelColumn is the name of the label column beside certain arguments.
func labelColumn(args []string) string {
	if slices.Contains(args, goldColumn) {
		return unusedName(valueColumn, args)
	}
	return goldColumn
}

// unusedName makes a name for a column that is not taken.
func unusedName(name string, taken []string) string {
	for slices.Contains(taken, name) {
		name += "_"
	}
	return name
}

// next reads one row.
func (g *goldReader) next() (GoldRow, error) {
	fields, line, err := g.rows.Next()
	if err != nil {
		return GoldRow{}, g.misread(err)
	}
	row := GoldRow{Position: candidates.Position{File: g.name, Line: line}, StableIDs: make([]string, len(g.args))}
	for i := range g.args {
		row.StableIDs[i] = fields[g.at[i]]
	}
	text := fields[g.at[len(g.args)]]
	row.Label, row.Unlabelled, err = g.convention.gold(text)
	if err == nil && g.class >= 0 && !row.Unlabelled {
		err = g.convention.beside(row.Label, fields[g.class])
	}
	if err != nil {
		return GoldRow{}, g.wrong(line, err)
	}
	return row, nil
}

// gold reads a gold label, and whether there is none yet.
func (c *labelConvention) gold(text string) (label int16, none bool, err error) {
	text = strings.TrimSpace(text)
	l, err := parseLabel(text)
	_, named := c.named(text)
	switch {
	case err != nil && !named && c.names == nil:
		return 0, false, fmt.Errorf("label %q is %w", text, ErrGoldWord)
	case err == nil && !l.truth && !l.none && l.value == 0 && !c.told:
		return 0, false, ErrZeroGold
	}
	label, err = c.label(text)
	return label, l.none || c.minusOneAbstains && label == 0, err
}

// GoldColumns are the columns of a file of gold labels.
type GoldColumns struct {
	Args []string // the arguments, whose columns have stable ids
	// Class asks for a column with the name of the label's class, and Template
	// for those with the text of each argument and with its sentence. Both are for
	// people.
	Class, Template bool
}

// Header names them: the arguments, then label; class; of a template ARG_text for
// each argument, and sentence.
func (c GoldColumns) Header() []string {
	names := append(slices.Clone(c.Args), labelColumn(c.Args))
	if c.Class {
		names = append(names, unusedName(classColumn, names))
	}
	if !c.Template {
		return names
	}
	for _, arg := range c.Args {
		names = append(names, unusedName(arg+"_text", names))
	}
	return append(names, unusedName("sentence", names))
}

// Fields are those of a row, in the order of [GoldColumns.Header].
func (c GoldColumns) Fields(row GoldRow) []string {
	label := ""
	if !row.Unlabelled {
		label = strconv.Itoa(int(row.Label))
	}
	fields := append(slices.Clone(row.StableIDs), label)
	if c.Class {
		fields = append(fields, row.Class)
	}
	if c.Template {
		fields = append(append(fields, row.Texts...), row.Sentence)
	}
	return fields
}

// GoldWriter writes a file of gold labels that [ReadGold] reads.
type GoldWriter struct {
	csv     *csv.Writer
	columns GoldColumns
}

// NewGoldWriter starts a file whose fields are separated by comma: '\t' or ','.
func NewGoldWriter(w io.Writer, comma rune, columns GoldColumns) *GoldWriter {
	g := &GoldWriter{csv: csv.NewWriter(w), columns: columns}
	g.csv.Comma = comma
	g.csv.Write(columns.Header()) // a failure is kept until Flush
	return g
}

// Write adds a row.
func (g *GoldWriter) Write(row GoldRow) error { return g.csv.Write(g.columns.Fields(row)) }

// Flush ends the file.
func (g *GoldWriter) Flush() error {
	g.csv.Flush()
	return g.csv.Error()
}
