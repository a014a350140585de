package lfs

import (
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"workbench/candidates/delimited"
	"workbench/candidates/python"
)

// table is a file that holds a set. Two equal ones hold the same.
type table struct {
	path      string
	delimiter string    // "" goes by the name of the file
	columns   [2]column // the first so many
	named     int       // as were given
	header    bool      // the first line holds the names of the columns
	hasHeader bool      // header: was given
}

// readTerms reads one term per line, or a column of a table.
func (t table) readTerms() ([]string, error) {
	if t.named == 2 {
		return nil, fmt.Errorf("%s: columns: is for pairs; terms need column: with one", t.path)
	}
	if t.named == 0 {
		t.columns[0].number = 1
	}
	var list []string
	err := t.read(1, func(fields []string) {
		if fields[0] != "" {
			list = append(list, strings.Clone(fields[0]))
		}
	})
	return list, err
}

// readPairs reads two columns of a table. Pairs with an empty text, which no
// argument can have, are left out.
func (t table) readPairs() ([]pair, error) {
	switch t.named {
	case 0:
		t.columns[0].number, t.columns[1].number = 1, 2
	case 1:
		return nil, fmt.Errorf("%s: column: is for terms; pairs need columns: with two", t.path)
	}
	if t.delimiter == "" && !t.isTable() {
		t.delimiter = ","
	}
	var list []pair
	err := t.read(2, func(fields []string) {
		if fields[0] != "" && fields[1] != "" {
			list = append(list, pair{strings.Clone(fields[0]), strings.Clone(fields[1])})
		}
	})
	return list, err
}

// failed says that the file cannot be read.
func (t table) failed(err error) error {
	if wrong, ok := errors.AsType[*fs.PathError](err); ok {
		err = wrong.Err
	}
	return fmt.Errorf("%s: %w", t.path, err)
}

// base is the name of the file without the endings of compressed files.
func (t table) base() string {
	name := strings.ToLower(filepath.Base(t.path))
	return strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".bz2")
}

// isTable reports whether lines have several fields.
func (t table) isTable() bool {
	ext := filepath.Ext(t.base())
	return t.delimiter != "" || t.named > 0 || t.hasHeader || ext == ".csv" || ext == ".tsv" || ext == ".tab"
}

// read passes on the first n of the wanted columns of each line. Every error
// names the file and, where there is one, the line.
func (t table) read(n int, visit func(fields []string)) error {
	return t.readUpTo(longestList, n, visit)
}

// readUpTo reads a list of at most so many bytes.
func (t table) readUpTo(most, n int, visit func(fields []string)) error {
	switch filepath.Ext(t.base()) {
	case ".db", ".sqlite", ".sqlite3":
		return fmt.Errorf("%s: is a database, not a list; a query: can ask it", t.path)
	}
	info, err := os.Stat(t.path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("is not a file")
	}
	if err != nil {
		return t.failed(err)
	}
	f, err := os.Open(t.path)
	if err != nil {
		return t.failed(err)
	}
	defer f.Close()
	r, err := decompress(f, t.path)
	if err != nil {
		return t.failed(err)
	}
	r = &bounded{r, most, most}
	text, err := delimited.Open(r, longestLine)
	if err != nil {
		return t.failed(err)
	}
	rows, count := t.rows(text), 0
	var numbers []int
	fields := make([]string, n)
	for {
		record, line, err := rows.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return t.misread(err)
		}
		if count++; count > mostEntries {
			return at(t.path, line, "the list has more than %d entries", mostEntries)
		}
		first := numbers == nil
		if first {
			if numbers, err = pick(t.columns[:n], record); err != nil {
				return at(t.path, line, "%w", err)
			}
		}
		for i, number := range numbers {
			fields[i] = python.Strip(record[number-1])
		}
		if !first || !t.header {
			visit(fields)
		}
	}
}

// misread words what is wrong with a line: the first one need not be a header.
func (t table) misread(err error) error {
	wrong, ok := errors.AsType[*delimited.Error](err)
	if !ok {
		return t.failed(err)
	}
	switch wrong.Kind {
	case delimited.Count:
		err = fmt.Errorf("the number of fields is %d, but %d in the first line", wrong.Fields, wrong.Width)
	case delimited.Encoding:
		err = errors.New("the text is not UTF-8")
	default:
		err = wrong.Err
	}
	return at(t.path, wrong.At, "%w", err)
}

// longestLine is how many bytes one line or record may have.
const longestLine = 16 << 20

// How much a list may hold, for all of it is held in memory, and little of a
// compressed file can become much.
const (
	longestList = 512 << 20 // bytes
	mostEntries = 2_000_000
)

// bounded fails when more than most bytes are read.
type bounded struct {
	r          io.Reader
	most, left int
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, fmt.Errorf("the list has more than %d MiB", b.most>>20)
	}
	return n, err
}

// decompress undoes the compression that the name of a file tells.
func decompress(r io.Reader, path string) (io.Reader, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".gz":
		return gzip.NewReader(r)
	case ".bz2":
		return bzip2.NewReader(r), nil
	}
	return r, nil
}

// rows reads the lines. The fields of a table with tabs are not quoted.
func (t table) rows(text *delimited.Text) *delimited.Table {
	delimiter := t.delimiter
	if ext := filepath.Ext(t.base()); delimiter == "" && t.isTable() {
		delimiter = ","
		if ext == ".tsv" || ext == ".tab" {
			delimiter = "\t"
		}
	}
	if delimiter == "" || delimiter == "\t" {
		return text.Unquoted(delimiter)
	}
	comma, _ := utf8.DecodeRuneInString(delimiter)
	return text.Rows(comma)
}
