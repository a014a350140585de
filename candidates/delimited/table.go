package delimited

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Table reads the rows of a table. They are UTF-8, and each has as many fields
// as the first.
type Table struct {
	rows  rows
	names []string
	line  int
	width int
}

// rows are the records of a table, quoted or not.
type rows interface {
	read() (fields []string, line int, err error)
	fieldLine(i int) int
}

// Table takes the text as a table whose first row has the names of the columns,
// with the [Text.Separator] that this row tells.
func (t *Text) Table() (*Table, error) { return t.TableOf(t.Separator()) }

// TableOf does so with a given separator.
func (t *Text) TableOf(separator rune) (*Table, error) {
	tb := t.Rows(separator)
	names, line, err := tb.Next()
	if errors.Is(err, io.EOF) {
		return nil, &Error{Kind: Empty, Line: 1, At: 1}
	}
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		if strings.IndexByte(name, 0) >= 0 {
			return nil, &Error{Kind: Nul, Line: line, At: line, Field: i + 1}
		}
	}
	tb.names, tb.line = slices.Clone(names), line
	return tb, nil
}

// Rows takes the text as a table without names.
func (t *Text) Rows(separator rune) *Table { return &Table{rows: t.quoted(separator)} }

// Unquoted takes the text as a table without names in which quotation marks
// mean nothing, so that a row is a line. Without a separator, "", a row is one
// field.
func (t *Text) Unquoted(separator string) *Table {
	return &Table{rows: &lines{text: t, separator: separator}}
}

// Names are the names of the columns, as they are written.
func (t *Table) Names() []string { return t.names }

// Line is where the row with the names begins.
func (t *Table) Line() int { return t.line }

// Unique is an [*Error] about the first name that several columns have, if one
// is.
func (t *Table) Unique() error {
	known := make(map[string]bool, len(t.names))
	for i, name := range t.names {
		if known[name] {
			return &Error{Kind: Twice, Line: t.line, At: t.line, Field: i + 1, Column: name}
		}
		known[name] = true
	}
	return nil
}

// Next returns the fields of the next row, which are good until the next call,
// the texts in them for ever, and the line where it begins. At the end the error
// is io.EOF; others are an [*Error], and end the reading.
func (t *Table) Next() (fields []string, line int, err error) {
	fields, line, err = t.rows.read()
	if err != nil {
		if !errors.Is(err, io.EOF) {
			err = failed(line, err)
		}
		return nil, line, err
	}
	if t.width == 0 {
		t.width = len(fields)
	}
	if len(fields) != t.width {
		return nil, line, &Error{Kind: Count, Line: line, At: line, Fields: len(fields), Width: t.width}
	}
	for i, field := range fields {
		if !utf8.ValidString(field) {
			e := &Error{Kind: Encoding, Line: line, At: t.rows.fieldLine(i), Field: i + 1}
			if t.names != nil {
				e.Column = t.names[i]
			}
			return nil, line, e
		}
	}
	return fields, line, nil
}

// failed tells what kind of error comes out of reading a row.
func failed(line int, err error) *Error {
	e := &Error{Kind: Unreadable, Line: line, At: line, Err: err}
	if _, ok := errors.AsType[*LongError](err); ok {
		e.Kind = Long
	}
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		e.At, e.Err = wrong.Line, wrong.Err
		switch wrong.Err {
		case csv.ErrBareQuote:
			e.Kind = BareQuote
		case csv.ErrQuote:
			e.Kind = OpenQuote
		}
	}
	return e
}
