package records

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"workbench/candidates"
	"workbench/candidates/delimited"
)

// Options say what the records are.
type Options struct {
	Class *candidates.Subclass
	// Text and ID name the columns of raw texts. If both are empty, they are
	// "text" and "id" in a file that has both and no offsets of arguments; other
	// files have sentences. With an ID alone that is the text too: for texts
	// that are known elsewhere, and here by name only.
	Text, ID string
	// Numbered lets raw texts do without ids: without an ID that is named and without
	// a column "id" they are numbered, from 1 for the first record.
	Numbered bool
	// Gold names the column with gold labels, if there is one; with NeedGold
	// there must be. It is no column of a text or an argument.
	Gold     string
	NeedGold bool
	// SkipEmpty leaves out records without a text, which are otherwise
	// [ErrNoText].
	SkipEmpty bool
	// RawTexts says how such columns are named, for who has a file of neither.
	RawTexts string
}

// ErrNoText says that a record has no text, or an empty one.
var ErrNoText = errors.New("is missing or empty")

// maxRecord bounds the bytes of one record: a quote that is never closed would
// take the rest of a file for one field.
const maxRecord = 64 << 20

// Reader reads the records of one file.
type Reader struct {
	name    string
	options Options
	raw     bool // raw texts, not sentences
	named   bool // their columns were named
	idAlone bool // only that of the id was
	ignored []string
	source  source
	read    int
	skipped int
	gold    bool // a record has the column of gold labels
}

// source is one of the formats.
type source interface {
	// next moves to the next record and returns its line; io.EOF at the end.
	next() (line int, err error)
	// has reports whether the record has a field of that name, even an empty
	// one.
	has(name string) bool
	// text, number and list return a field. One that is empty is absent.
	text(name string) (value string, present bool, err error)
	number(name string) (value int, present bool, err error)
	list(name string) (array []byte, present bool, err error)
	// label returns a label as it is written, "" for none.
	label(name string) (string, error)
	// mentions returns the candidates of the record if it has them in a form
	// that only this format knows.
	mentions(class *candidates.Subclass) (list [][]candidates.Mention, present bool, err error)
}

// NewReader finds out the format of a file and, if it has a header, reads that.
// name stands in messages; its extension counts only for JSON lines, to explain
// what does not look like them.
func NewReader(name string, r io.Reader, o Options) (*Reader, error) {
	if o.Text != "" && o.ID == "" && !o.Numbered {
		return nil, errors.New("raw texts need the name of the column with the id")
	}
	rd := &Reader{name: name, options: o, named: o.ID != "" || o.Text != "", idAlone: o.Text == "" && o.ID != ""}
	rd.options.Text = cmp.Or(o.Text, o.ID)
	text, err := delimited.Open(r, maxRecord)
	if err != nil {
		return nil, rd.error(1, err)
	}
	first := bytes.TrimLeft(text.Head(), " \t\r\n")
	ext := strings.ToLower(filepath.Ext(name))
	switch isJSON := slices.Contains([]string{".json", ".jsonl", ".ndjson"}, ext); {
	case len(first) == 0:
		return nil, rd.error(1, errors.New("the file is empty"))
	case first[0] == '{':
		rd.source = &jsonLines{file: text}
		return rd, nil
	case isJSON || first[0] == '[' && ext != ".csv" && ext != ".tsv":
		return nil, rd.error(1, errors.New("a file of JSON lines has one object per line, and begins with {"))
	}
	d, err := newTable(text)
	if err != nil {
		return nil, rd.error(1, err)
	}
	rd.source = d
	if err := rd.setUp(d.rows.Line()); err != nil {
		return nil, err
	}
	rd.ignored = d.others(rd.known())
	return rd, nil
}

// Records are the records of the file, once, for [candidates.Import]. An error
// among them names the file and the line, and ends the reading.
func (rd *Reader) Records() iter.Seq2[candidates.Record, error] {
	return func(yield func(candidates.Record, error) bool) {
		for {
			rec, err := rd.next()
			if err == io.EOF || !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

// Gold reports whether there is a column of gold labels, as far as was read.
func (rd *Reader) Gold() bool { return rd.gold }

// Skipped is how many records without a text were left out so far.
func (rd *Reader) Skipped() int { return rd.skipped }

// next returns the next record, or io.EOF.
func (rd *Reader) next() (candidates.Record, error) {
	for {
		rec, err := rd.readRecord()
		if !rd.options.SkipEmpty || !errors.Is(err, ErrNoText) {
			return rec, err
		}
		rd.skipped++
	}
}

func (rd *Reader) readRecord() (candidates.Record, error) {
	line, err := rd.source.next()
	switch {
	case errors.Is(err, io.EOF) && rd.read == 0 && rd.skipped > 0:
		return candidates.Record{}, rd.error(line, errors.New("there is no record with a text"))
	case errors.Is(err, io.EOF) && rd.read == 0:
		return candidates.Record{}, rd.error(line, errors.New("there are no records"))
	case errors.Is(err, io.EOF) && rd.options.NeedGold && !rd.gold:
		return candidates.Record{}, rd.error(line, fmt.Errorf("there is no key %q for the gold labels in any record", rd.options.Gold))
	case errors.Is(err, io.EOF):
		return candidates.Record{}, io.EOF
	case err != nil:
		return candidates.Record{}, rd.error(line, err)
	}
	if j, ok := rd.source.(*jsonLines); ok {
		if rd.read+rd.skipped == 0 {
			err = rd.setUp(line)
		}
		if err == nil {
			err = rd.checkKeys(j)
		}
	}
	rec := candidates.Record{}
	if err == nil {
		rec, err = rd.record()
	}
	if err != nil {
		return candidates.Record{}, rd.error(line, err)
	}
	rd.read++
	rec.Position = candidates.Position{File: rd.name, Line: line}
	return rec, nil
}

// Ignored lists the columns that no record used so far.
func (rd *Reader) Ignored() []string { return slices.Clone(rd.ignored) }

func (rd *Reader) error(line int, err error) error {
	if _, done := errors.AsType[*candidates.RecordError](err); done {
		return err
	}
	if wrong, ok := errors.AsType[*delimited.Error](err); ok {
		line = wrong.Line
	}
	if long, ok := errors.AsType[*delimited.LongError](err); ok {
		err = fmt.Errorf("the record is longer than %d MiB; is a quote not closed?", long.Longest>>20)
	}
	return &candidates.RecordError{Position: candidates.Position{File: rd.name, Line: max(line, 1)}, Err: err}
}

// setUp decides by the columns, which begin at a line, what the records are,
// and checks that nothing is missing.
func (rd *Reader) setUp(line int) error {
	o, src, class := &rd.options, rd.source, rd.options.Class
	offsets := src.has("arguments") || src.has("candidates")
	for _, arg := range class.Args {
		for _, suffix := range []string{"_start", "_end", "_char_start", "_char_end"} {
			offsets = offsets || src.has(arg+suffix)
		}
	}
	switch {
	case o.Text != "":
		rd.raw = true
	case !offsets && src.has("text") && src.has("id"):
		rd.raw, o.Text, o.ID = true, "text", "id"
	case !offsets && o.Numbered && src.has("text"):
		rd.raw, rd.named, o.Text = true, true, "text"
	}
	if rd.raw && o.ID == "" && o.Text != "id" && src.has("id") {
		o.ID = "id"
	}
	if rd.raw && len(class.Args) != 1 {
		return rd.error(line, fmt.Errorf("rows of raw text make candidates of one argument, and %s has %d; sentences need %s_start, %s_end and so on",
			class, len(class.Args), class.Args[0], class.Args[0]))
	}
	if slices.Contains(rd.columns(), o.Gold) {
		if o.NeedGold {
			return rd.error(line, fmt.Errorf("the column %q has no gold labels, it means something else", o.Gold))
		}
		o.Gold = ""
	}
	if _, ok := src.(*table); ok {
		return rd.checkHeader(line)
	}
	return nil
}

// known lists the columns that mean something.
func (rd *Reader) known() []string {
	if rd.options.Gold != "" {
		return append(rd.columns(), rd.options.Gold)
	}
	return rd.columns()
}

// columns lists those of the text and the arguments.
func (rd *Reader) columns() []string {
	switch {
	case rd.raw && rd.options.ID == "":
		return []string{rd.options.Text}
	case rd.raw:
		return []string{rd.options.Text, rd.options.ID}
	}
	names := append([]string{"document", "text", "sentence", "position", "sentence_start"}, listNames()...)
	for _, arg := range rd.options.Class.Args {
		names = append(names, arg+"_start", arg+"_end", arg+"_char_start", arg+"_char_end", arg+"_cid")
	}
	return names
}
