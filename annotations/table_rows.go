package annotations

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"workbench/annotations/numpy"
	"workbench/candidates"
	"workbench/candidates/delimited"
)

// tableRows are the rows of a table in one of its formats: [delimited.Table],
// [delimited.Objects], arrayRows or parquetRows.
type tableRows interface {
	Names() []string
	Line() int
	Unique() error
	Next() (fields []string, line int, err error)
}

// sizedFile can be read anywhere.
type sizedFile interface {
	io.ReaderAt
	Size() int64
}

// arrayFormat says what the arrays of numpy mean.
type arrayFormat interface {
	// openArray reads a single array; file is nil where it comes as a stream.
	openArray(r io.Reader, file sizedFile) (tableRows, error)
	openArchive(file sizedFile) (tableRows, error)
}

// openTable tells the format of a table by how it begins.
func openTable(r io.Reader, arrays arrayFormat) (tableRows, error) {
	const least = 16 // that bufio has
	start := bufio.NewReaderSize(r, least)
	head, err := start.Peek(len(numpy.Magic))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	file, _ := r.(sizedFile)
	if file != nil && file.Size() == 0 {
		file = nil
	}
	switch magic := string(head); {
	case magic == numpy.Magic:
		return arrays.openArray(start, file)
	case strings.HasPrefix(magic, numpy.ArchiveMagic) && file == nil:
		return nil, errors.New("an archive of arrays is read from a file, and not from a stream")
	case strings.HasPrefix(magic, numpy.ArchiveMagic):
		return arrays.openArchive(file)
	case strings.HasPrefix(magic, parquetMagic) && file == nil:
		return nil, errors.New("a table in Parquet is read from a file, and not from a stream")
	case strings.HasPrefix(magic, parquetMagic):
		return typed(openParquet(file))
	}
	text, err := delimited.Open(start, longestRow)
	if err != nil {
		return nil, err
	}
	switch first := bytes.TrimLeft(text.Head(), " \t\r\n"); {
	case bytes.HasPrefix(first, []byte("{")):
		return typed(text.Objects())
	case bytes.HasPrefix(first, []byte("[")):
		return typed(text.List())
	}
	return typed(text.TableOf(text.WideSeparator()))
}

// longestRow is how many bytes one row of a file may have.
const longestRow = 16 << 20

// typed makes rows of what a reader returns with its error.
func typed[R tableRows](rows R, err error) (tableRows, error) {
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// candidateRows are the rows of a file that are about candidates.
type candidateRows struct {
	name      string // of the file, for messages
	rows      tableRows
	candidate candidateColumns
}

// at is the position of a line.
func (c *candidateRows) at(line int) candidates.Position {
	return candidates.Position{File: c.name, Line: line}
}

// wrong is an error about the header.
func (c *candidateRows) wrong(err error) error { return c.at(c.rows.Line()).Wrap(err) }

// next reads the next row, or returns io.EOF.
func (c *candidateRows) next() (fields []string, at candidates.Position, err error) {
	fields, line, err := c.rows.Next()
	switch {
	case err == io.EOF:
		return nil, at, err
	case err != nil:
		return nil, at, c.misread(err)
	}
	return fields, c.at(line), nil
}

// misread words what is wrong with a file.
func (c *candidateRows) misread(err error) error {
	wrong, ok := errors.AsType[*delimited.Error](err)
	if !ok {
		return c.at(1).Wrap(err)
	}
	switch wrong.Kind {
	case delimited.Empty:
		err = errors.New("the file is empty; a header line and rows are wanted")
	case delimited.Twice:
		err = errors.New("column " + wrong.Column + " is there twice")
	case delimited.BareQuote, delimited.OpenQuote:
		err = wrong.Err
	}
	return c.at(wrong.Line).Wrap(err)
}
