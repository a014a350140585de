package annotations

import "math"

// Cell is a value in a row of a table: an integer, a float, a text, or none, which
// is what the zero Cell has. It lies in its row whole, where a value in an interface
// would need memory of its own.
type Cell struct {
	has    bool
	kind   ColumnKind
	number uint64 // an integer, or the bits of a float
	text   string
}

// IntegerCell is a cell with an integer.
func IntegerCell(v int64) Cell { return Cell{has: true, kind: IntegerColumn, number: uint64(v)} }

// FloatCell is a cell with a float. NaN is none.
func FloatCell(x float64) Cell {
	if math.IsNaN(x) {
		return Cell{}
	}
	return Cell{has: true, kind: FloatColumn, number: math.Float64bits(x)}
}

// TextCell is a cell with a text.
func TextCell(text string) Cell { return Cell{has: true, kind: TextColumn, text: text} }

// Value is what the cell has: an int64, a float64, a string, or nil.
func (c Cell) Value() any {
	switch {
	case !c.has:
		return nil
	case c.kind == IntegerColumn:
		return c.integer()
	case c.kind == FloatColumn:
		return c.float()
	}
	return c.text
}

func (c Cell) integer() int64 { return int64(c.number) }
func (c Cell) float() float64 { return math.Float64frombits(c.number) }
