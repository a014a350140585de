package annotations

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"workbench/candidates"
)

// labelTable reads a table of labels row by row. A long one has the columns
// key and value beside those of the candidate, a wide one a column per
// labeling function.
type labelTable struct {
	name   string // for messages
	csv    *csv.Reader
	source *boundedReader
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
	t := &labelTable{name: name, source: &boundedReader{r: r, left: longestRow}, key: -1, value: -1}
	const enough = 1 << 16 // for a tab in the header to be seen
	in := bufio.NewReaderSize(t.source, enough)
	start, err := in.Peek(enough)
	if err != nil && err != io.EOF {
		return nil, t.failure(err)
	}
	if mark := []byte("\ufeff"); bytes.HasPrefix(start, mark) {
		in.Discard(len(mark)) // it is in the buffer
		start = start[len(mark):]
	}
	t.csv = csv.NewReader(in)
	t.csv.ReuseRecord = true
	t.csv.FieldsPerRecord = -1 // compared with the header here
	if tabbed(start) {
		t.csv.Comma = '\t'
	}
	header, err := t.csv.Read()
	switch {
	case err == io.EOF:
		return nil, t.errorf(1, "the file is empty; a header line and rows are wanted")
	case err != nil:
		return nil, t.failure(err)
	}
	t.began()
	t.header = slices.Clone(header)
	if err := t.checkHeader(); err != nil {
		return nil, err
	}
	if err := t.findCandidate(classes); err != nil {
		return nil, err
	}
	return t, t.findLabels()
}

// tabbed reports whether the first line has a tab outside of quotation marks.
func tabbed(start []byte) bool {
	quoted, begun := false, false
	for _, c := range start {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\t' && !quoted:
			return true
		case c == '\n' && !quoted && begun:
			return false
		}
		begun = begun || c != '\n' && c != '\r' // empty lines before the header do not count
	}
	return false
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
	fields, err := t.csv.Read()
	if err == io.EOF {
		return nil, io.EOF
	}
	if err != nil {
		return nil, t.failure(err)
	}
	t.began()
	if len(fields) != len(t.header) {
		return nil, t.errorf(t.line, "%d fields, but the header has %d", len(fields), len(t.header))
	}
	return fields, nil
}

func (t *labelTable) began() {
	t.line, _ = t.csv.FieldPos(0)
	t.source.left = longestRow
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

// failure gives an error of reading its place.
func (t *labelTable) failure(err error) error {
	var syntax *csv.ParseError
	if errors.As(err, &syntax) {
		return t.errorf(syntax.StartLine, "%w", syntax.Err)
	}
	return t.errorf(t.line+1, "%w", err)
}

// longestRow is how many bytes one row may have: an open quotation mark must
// not draw the rest of a large file into memory.
const longestRow = 16 << 20

var errLongRow = fmt.Errorf("a row of more than %d MiB; is a quotation mark left open?", longestRow>>20)

// boundedReader fails when more than left bytes are read.
type boundedReader struct {
	r    io.Reader
	left int
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongRow
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
