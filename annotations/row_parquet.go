package annotations

import (
	"io"
	"reflect"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// parquetWriter writes a Parquet file with flat columns.
type parquetWriter struct {
	w       *parquet.GenericWriter[any]
	columns []TableColumn
	rows    []parquet.Row
}

func newParquetWriter(w io.Writer, columns []TableColumn) *parquetWriter {
	root := orderedGroup{}
	for _, c := range columns {
		leaf := map[ColumnKind]parquet.Node{
			IntegerColumn: parquet.Int(64), TextColumn: parquet.String(), FloatColumn: parquet.Leaf(parquet.DoubleType),
		}[c.Kind]
		root.fields = append(root.fields, groupField{parquet.Compressed(parquet.Optional(leaf), &parquet.Snappy), c.Name})
	}
	const group = 100_000 // rows of a group stay in memory until it is full
	return &parquetWriter{w: parquet.NewGenericWriter[any](w, parquet.NewSchema("candidates", root), parquet.MaxRowsPerRowGroup(group)), columns: columns}
}

func (p *parquetWriter) Write(cells []Cell) error {
	row := make(parquet.Row, len(cells))
	for i, c := range cells {
		const present = 1 // definition level of an optional value
		switch {
		case !c.has:
			row[i] = parquet.NullValue().Level(0, 0, i)
		case c.kind == IntegerColumn:
			row[i] = parquet.Int64Value(c.integer()).Level(0, present, i)
		case c.kind == FloatColumn:
			row[i] = parquet.DoubleValue(c.float()).Level(0, present, i)
		default:
			row[i] = parquet.ByteArrayValue([]byte(strings.ToValidUTF8(c.text, "\ufffd"))).Level(0, present, i)
		}
	}
	const together = 256
	if p.rows = append(p.rows, row); len(p.rows) < together {
		return nil
	}
	return p.flush()
}

func (p *parquetWriter) flush() error {
	_, err := p.w.WriteRows(p.rows)
	p.rows = p.rows[:0]
	return err
}

func (p *parquetWriter) Close() error {
	if err := p.flush(); err != nil {
		return err
	}
	return p.w.Close()
}

// orderedGroup is a group of columns in their own order; parquet.Group, a map,
// would sort them by name.
type orderedGroup struct {
	parquet.Group
	fields []parquet.Field
}

// Fields returns the columns in order.
func (g orderedGroup) Fields() []parquet.Field { return g.fields }

// groupField is a column with its name.
type groupField struct {
	parquet.Node
	name string
}

// Name returns the name of the column.
func (f groupField) Name() string { return f.name }

// Value is not called: rows are written as values, not as Go structs.
func (f groupField) Value(base reflect.Value) reflect.Value { return base }
