package annotations

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"workbench/candidates/delimited"
)

const parquetMagic = "PAR1"

// parquetRows are the rows of a Parquet file, each value as a text; null is empty.
// Columns that hold more than a number, a truth or a text are passed over.
type parquetRows struct {
	names  []string
	place  []int              // among them, of each column of the file; −1 of what is passed over
	others []string           // the names of what is passed over
	groups []parquet.RowGroup // that are still to come
	rows   parquet.Rows       // of the one before, nil at its end
	batch  []parquet.Row
	next   int // in the batch
	fields []string
	row    int
}

// openParquet reads the description of a file, which stands at its end.
func openParquet(file sizedFile) (p *parquetRows, err error) {
	defer catchDamage(&err)
	if err := checkFooter(file); err != nil {
		return nil, err
	}
	f, err := parquet.OpenFile(file, file.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, damagedParquet(err)
	}
	if err := checkPages(file, f.Metadata()); err != nil {
		return nil, err
	}
	p = &parquetRows{groups: f.RowGroups()}
	for _, path := range f.Schema().Columns() {
		at := -1
		if column := f.Root().Column(path[0]); len(path) == 1 && isPlain(column) {
			at = len(p.names)
			p.names = append(p.names, path[0])
		} else {
			p.others = append(p.others, strings.Join(path, "."))
		}
		p.place = append(p.place, at)
	}
	p.fields = make([]string, len(p.names))
	return p, nil
}

// isPlain reports whether a column has one number, truth or text in each row.
func isPlain(c *parquet.Column) bool {
	plain := []parquet.Kind{parquet.Boolean, parquet.Int32, parquet.Int64, parquet.Float, parquet.Double, parquet.ByteArray}
	if c == nil || !c.Leaf() || c.Repeated() || !slices.Contains(plain, c.Type().Kind()) {
		return false
	}
	logical := c.Type().LogicalType()
	if logical == nil {
		return true
	}
	_, decimal := logical.Value.(*format.DecimalType)
	return !decimal
}

// Names are the columns.
func (p *parquetRows) Names() []string { return p.names }

// Line stands for the header, which has no line of its own.
func (p *parquetRows) Line() int { return 1 }

// Unique is an error about a name that two columns have.
func (p *parquetRows) Unique() error { return uniqueNames(p.names, 1) }

// Next returns the next row and its number, from 1.
func (p *parquetRows) Next() (fields []string, line int, err error) {
	if p.next == len(p.batch) {
		if err = p.fill(); err == io.EOF {
			return nil, p.row, err
		}
	}
	p.row++
	if err == nil {
		err = p.spell(p.batch[p.next])
		p.next++
	}
	if err != nil {
		return nil, p.row, &delimited.Error{Kind: delimited.Unreadable, Line: p.row, At: p.row, Err: err}
	}
	return p.fields, p.row, nil
}

// fill reads the next rows, or returns io.EOF.
func (p *parquetRows) fill() (err error) {
	defer catchDamage(&err)
	const together = 256
	if p.batch == nil {
		p.batch = make([]parquet.Row, together)
	}
	p.batch, p.next = p.batch[:0], 0
	for len(p.batch) == 0 {
		if p.rows == nil {
			if len(p.groups) == 0 {
				return io.EOF
			}
			p.rows, p.groups = p.groups[0].Rows(), p.groups[1:]
		}
		n, err := p.rows.ReadRows(p.batch[:cap(p.batch)])
		if p.batch = p.batch[:n]; errors.Is(err, io.EOF) {
			err = p.rows.Close()
			p.rows = nil
		} else if err == nil && n == 0 {
			err = io.ErrNoProgress
		}
		if err != nil {
			return damagedParquet(err)
		}
	}
	return nil
}

// spell writes the values of a row as texts.
func (p *parquetRows) spell(row parquet.Row) error {
	clear(p.fields)
	for _, v := range row {
		i := v.Column()
		if i < 0 || i >= len(p.place) {
			return damagedParquet(fmt.Errorf("a row has a column %d", i))
		}
		if at := p.place[i]; at >= 0 {
			p.fields[at] = parquetText(v)
		}
	}
	return nil
}

func parquetText(v parquet.Value) string {
	switch {
	case v.IsNull():
		return ""
	case v.Kind() == parquet.Boolean:
		return strconv.FormatBool(v.Boolean())
	case v.Kind() == parquet.Int32:
		return strconv.FormatInt(int64(v.Int32()), 10)
	case v.Kind() == parquet.Int64:
		return strconv.FormatInt(v.Int64(), 10)
	case v.Kind() == parquet.Float:
		return floatText(float64(v.Float()))
	case v.Kind() == parquet.Double:
		return floatText(v.Double())
	}
	return strings.ToValidUTF8(string(v.ByteArray()), "\ufffd")
}

// floatText is a float64 as a label or an id may be written, too.
func floatText(x float64) string {
	if math.IsNaN(x) {
		return "nan"
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// catchDamage turns a panic, with which the library may meet what no program
// writes, into an error.
func catchDamage(err *error) {
	if r := recover(); r != nil {
		*err = damagedParquet(fmt.Errorf("%v", r))
	}
}

func damagedParquet(err error) error { return fmt.Errorf("the Parquet file is damaged: %w", err) }
