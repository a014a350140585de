package annotations

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"workbench/candidates"
	"workbench/candidates/delimited"
)

// labelTable reads a table of labels row by row. A long one has the columns
// key and value beside those of the candidate, a wide one a column per
// labeling function.
type labelTable struct {
	name   string // for messages
	rows   *delimited.Reader
	header []string
	line   int // where the last row began

	refs       []int                // the candidate's columns
	class      *candidates.Subclass // whose arguments they are; nil for candidate_id
	key, value int                  // of a long table, else −1
	lfs        []int                // the labeling functions' columns of a wide one
}

// The columns that mean something by their name.
const (
	columnCandidate = "candidate_id"
	columnText      = "id" // of a raw text that is a candidate's only argument
	columnKey       = "key"
	columnValue     = "value"
)

// errorf is an error about one line of the table.
func (t *labelTable) errorf(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", t.name, line, fmt.Errorf(format, args...))
}

// newLabelTable reads the header. classes are the candidate subclasses whose
// arguments may name the candidates.
func newLabelTable(name string, r io.Reader, classes []*candidates.Subclass) (*labelTable, error) {
	t := &labelTable{name: name, key: -1, value: -1}
	text, err := delimited.Open(r, longestRow)
	if err != nil {
		return nil, t.errorf(1, "%w", err)
	}
	t.rows = text.Records(text.Separator())
	header, err := t.read()
	if err == io.EOF {
		return nil, t.errorf(1, "the file is empty; a header line and rows are wanted")
	}
	if err != nil {
		return nil, err
	}
	t.header = slices.Clone(header)
	if err := t.checkHeader(); err != nil {
		return nil, err
	}
	if err := t.findCandidate(classes); err != nil {
		return nil, err
	}
	return t, t.findLabels()
}

func (t *labelTable) checkHeader() error {
	known := make(map[string]bool, len(t.header))
	for i, name := range t.header {
		switch {
		case !utf8.ValidString(name):
			return t.errorf(t.line, "column %d: the name is not UTF-8; save the file as UTF-8", i+1)
		case name == "":
			return t.errorf(t.line, "column %d has no name (pandas writes its index so: use to_csv with index=False)", i+1)
		case known[name]:
			return t.errorf(t.line, "column %s is there twice", name)
		}
		known[name] = true
	}
	return nil
}

// findCandidate finds the columns that name the candidate of a row.
func (t *labelTable) findCandidate(classes []*candidates.Subclass) error {
	if i := slices.Index(t.header, columnCandidate); i >= 0 {
		t.refs = []int{i}
		return nil
	}
	var found, wanted []string
	for _, class := range classes {
		wanted = append(wanted, fmt.Sprintf("%s (%s)", class.Table, strings.Join(class.Args, ", ")))
		refs := t.argumentColumns(class)
		if refs != nil {
			found = append(found, class.Table)
			t.refs, t.class = refs, class
		}
	}
	switch {
	case wanted == nil:
		return t.errorf(t.line, "no column %s, and the database has no candidate class whose arguments could name the candidates", columnCandidate)
	case found == nil:
		return t.errorf(t.line, "no column %s, nor one for each argument of a candidate class: %s", columnCandidate, strings.Join(wanted, "; "))
	case len(found) > 1:
		return t.errorf(t.line, "the columns are arguments of several candidate classes: %s; say --type", strings.Join(found, ", "))
	}
	return nil
}

// argumentColumns returns the column of each argument of a class, or nil. The
// only argument may also be called id, as in an imported table of raw texts.
func (t *labelTable) argumentColumns(class *candidates.Subclass) []int {
	var refs []int
	for _, arg := range class.Args {
		i := slices.Index(t.header, arg)
		if i < 0 && len(class.Args) == 1 {
			i = slices.Index(t.header, columnText)
		}
		if i < 0 {
			return nil
		}
		refs = append(refs, i)
	}
	return refs
}

func (t *labelTable) findLabels() error {
	for i := range t.header {
		if !slices.Contains(t.refs, i) {
			t.lfs = append(t.lfs, i)
		}
	}
	if len(t.lfs) == 0 {
		return t.errorf(t.line, "no column of a labeling function beside %s", strings.Join(t.header, ", "))
	}
	if t.hasKeyAndValue() && len(t.lfs) == 2 {
		t.key, t.value, t.lfs = slices.Index(t.header, columnKey), slices.Index(t.header, columnValue), nil
	}
	return nil
}

func (t *labelTable) hasKeyAndValue() bool {
	names := func(name string) bool {
		return slices.ContainsFunc(t.lfs, func(i int) bool { return t.header[i] == name })
	}
	return names(columnKey) && names(columnValue)
}

// next returns the fields of the next row, or io.EOF. They are good until the
// next call, the texts in them for ever.
func (t *labelTable) next() ([]string, error) {
	fields, err := t.read()
	if err == nil && len(fields) != len(t.header) {
		err = t.errorf(t.line, "%d fields, but the header has %d", len(fields), len(t.header))
	}
	return fields, err
}

// read reads a record, the header or a row.
func (t *labelTable) read() (fields []string, err error) {
	fields, t.line, err = t.rows.Read()
	if err == nil || err == io.EOF {
		return fields, err
	}
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		err = wrong.Err
	}
	return nil, t.errorf(t.line, "%w", err)
}

// checkText refuses what can name nothing.
func (t *labelTable) checkText(column int, text string) error {
	switch {
	case text == "":
		return t.errorf(t.line, "column %s is empty", t.header[column])
	case !utf8.ValidString(text):
		return t.errorf(t.line, "column %s: %q is not UTF-8; save the file as UTF-8", t.header[column], text)
	}
	return nil
}

// longestRow is how many bytes one row of a file may have.
const longestRow = 16 << 20
