// Package delimited reads text files of one record after the other: tables
// separated by commas, tabs or semicolons, JSON lines, and what stands in lines.
package delimited

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// Ahead is how many bytes of a file [Text.Head] has.
const Ahead = 64 << 10

// Text is a file without its byte order mark. A single record of it may not be
// longer than a bound: an open quotation mark would otherwise draw the rest of
// a large file into memory.
type Text struct {
	*bufio.Reader
	bounded *bounded
	head    []byte
}

// LongError says that a record is longer than so many bytes.
type LongError struct{ Longest int }

// Error says so in MiB.
func (e *LongError) Error() string {
	return fmt.Sprintf("a row of more than %d MiB; is a quotation mark left open?", e.Longest>>20)
}

// Open reads the beginning of a file, packed by gzip or not, whose records have at
// most longest bytes, give or take what is read ahead.
func Open(r io.Reader, longest int) (*Text, error) {
	r, err := unzipped(r)
	if err != nil {
		return nil, err
	}
	b := &bounded{r: r, left: longest, longest: longest}
	t := &Text{Reader: bufio.NewReaderSize(b, Ahead), bounded: b}
	const mark = "\ufeff"
	var start []byte
	start, err = t.Peek(len(mark))
	if string(start) == mark {
		t.Discard(len(mark)) // it is in the buffer
	}
	if err == nil || errors.Is(err, io.EOF) {
		t.head, err = t.Peek(Ahead)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return t, nil
}

// Head is the beginning of the file, until something is read.
func (t *Text) Head() []byte { return t.head }

// Begin says that a new record begins. A [Table] does so itself.
func (t *Text) Begin() { t.bounded.left = t.bounded.longest }

// Separator is a tab if the header line has one outside of quotation marks, or
// else a comma. Empty lines before the header do not count.
func (t *Text) Separator() rune {
	if t.headerHas('\t') {
		return '\t'
	}
	return ','
}

// WideSeparator is Separator, but a semicolon where the header line has one and
// neither of the others, as spreadsheets write where a comma is the decimal point.
func (t *Text) WideSeparator() rune {
	if !t.headerHas('\t') && !t.headerHas(',') && t.headerHas(';') {
		return ';'
	}
	return t.Separator()
}

// headerHas reports whether the header line has a character outside of quotation
// marks.
func (t *Text) headerHas(separator byte) bool {
	quoted, begun := false, false
	for _, c := range t.head {
		switch {
		case c == '"':
			quoted = !quoted
		case c == separator && !quoted:
			return true
		case c == '\n' && !quoted && begun:
			return false
		}
		begun = begun || c != '\n' && c != '\r'
	}
	return false
}

// bounded fails when more than left bytes are read.
type bounded struct {
	r             io.Reader
	left, longest int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, &LongError{b.longest}
	}
	n, err := b.r.Read(p)
	b.left -= n
	return n, err
}
