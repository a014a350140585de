package delimited

import (
	"encoding/csv"
	"errors"
	"strings"
)

// quoted reads the records of a table, quoted as RFC 4180 says. They may differ
// in their number of fields.
type quoted struct {
	csv       *csv.Reader
	text      *Text
	following int // the line behind the last record
}

// quoted takes the text as a table with this separator.
func (t *Text) quoted(separator rune) *quoted {
	r := &quoted{csv: csv.NewReader(t), text: t, following: 1}
	r.csv.Comma = separator
	r.csv.ReuseRecord = true
	r.csv.FieldsPerRecord = -1
	return r
}

// read returns the fields of the next record, which are good until the next
// call, the texts in them for ever, and the line where it begins. Empty lines
// are passed over. At the end the error is io.EOF, for what is no table a
// [*csv.ParseError], for a record that is too long a [*LongError], and else
// that of the file; the line is then that where the record would begin.
func (r *quoted) read() (fields []string, line int, err error) {
	r.text.Begin()
	fields, err = r.csv.Read()
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, wrong.StartLine, err
	}
	if err != nil {
		return nil, r.following, err
	}
	last := len(fields) - 1
	r.following = r.fieldLine(last) + strings.Count(fields[last], "\n") + 1
	return fields, r.fieldLine(0), nil
}

// fieldLine is the line where field i of the last record begins.
func (r *quoted) fieldLine(i int) int {
	line, _ := r.csv.FieldPos(i)
	return line
}
