package annotations

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
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
	if bytes.HasPrefix(text.Head(), []byte(numpy.Magic)) { // it was packed
		return arrays.openArray(text, nil)
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

// uniqueNames is an error about the first name that comes twice in columns from
// a given one on, counted from 1.
func uniqueNames(names []string, from int) error {
	known := make(map[string]bool, len(names))
	for i, name := range names {
		if known[name] {
			return &delimited.Error{Kind: delimited.Twice, Line: 1, At: 1, Field: from + i, Column: name}
		}
		known[name] = true
	}
	return nil
}

// fileRows are the rows of a file that has a name.
type fileRows struct {
	name string // for messages
	rows tableRows
}

// candidateRows are the rows of a file that are about candidates.
type candidateRows struct {
	fileRows
	candidate candidateColumns
}

// at is the position of a line.
func (f *fileRows) at(line int) candidates.Position {
	return candidates.Position{File: f.name, Line: line}
}

// wrong is an error about the header.
func (f *fileRows) wrong(err error) error { return f.at(f.rows.Line()).Wrap(err) }

// checkNames reports a column without a name, or with that of another.
func (f *fileRows) checkNames() error {
	if i := slices.Index(f.rows.Names(), ""); i >= 0 {
		return f.wrong(fmt.Errorf("column %d has no name (pandas writes its index so: use to_csv with index=False)", i+1))
	}
	if err := f.rows.Unique(); err != nil {
		return f.misread(err)
	}
	return nil
}

// next reads the next row, or returns io.EOF.
func (f *fileRows) next() (fields []string, at candidates.Position, err error) {
	fields, line, err := f.rows.Next()
	switch {
	case err == io.EOF:
		return nil, at, err
	case err != nil:
		return nil, at, f.misread(err)
	}
	return fields, f.at(line), nil
}

// misread words what is wrong with a file.
func (f *fileRows) misread(err error) error {
	wrong, ok := errors.AsType[*delimited.Error](err)
	if !ok {
		return f.at(1).Wrap(err)
	}
	switch wrong.Kind {
	case delimited.Empty:
		err = errors.New("the file is empty; a header line and rows are wanted")
	case delimited.Twice:
		err = errors.New("column " + wrong.Column + " is there twice")
	case delimited.BareQuote, delimited.OpenQuote:
		err = wrong.Err
	}
	return f.at(wrong.Line).Wrap(err)
}
