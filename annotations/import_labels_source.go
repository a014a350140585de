package annotations

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"workbench/annotations/numpy"
	"workbench/candidates/delimited"
)

// labelRows are the rows of a table of labels in one of its formats:
// [delimited.Table], [delimited.Objects] or arrayRows.
type labelRows interface {
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

// openLabelRows tells the format of a table by how it begins.
func openLabelRows(r io.Reader, o LabelFormat) (labelRows, error) {
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
	switch {
	case string(head) == numpy.Magic:
		return openArray(start, file, o)
	case strings.HasPrefix(string(head), numpy.ArchiveMagic) && file == nil:
		return nil, errors.New("an archive of arrays is read from a file, and not from a stream")
	case strings.HasPrefix(string(head), numpy.ArchiveMagic):
		return openArchive(file, o)
	}
	text, err := delimited.Open(start, longestRow)
	if err != nil {
		return nil, err
	}
	if o.LFs != nil || o.Candidates != nil {
		return nil, errors.New("the table names its candidates and labeling functions itself")
	}
	switch first := bytes.TrimLeft(text.Head(), " \t\r\n"); {
	case bytes.HasPrefix(first, []byte("{")):
		return typed(text.Objects())
	case bytes.HasPrefix(first, []byte("[")):
		return nil, errors.New("it begins with [; JSON lines have one object per line (of pandas: to_json with orient='records', lines=True)")
	}
	return typed(text.TableOf(text.WideSeparator()))
}

// typed makes rows of what a reader returns with its error.
func typed[R labelRows](rows R, err error) (labelRows, error) {
	if err != nil {
		return nil, err
	}
	return rows, nil
}
