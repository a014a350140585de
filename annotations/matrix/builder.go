package matrix

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// MaxRows is how many rows a matrix can have: row numbers take 4 bytes while it
// is built.
const MaxRows = math.MaxInt32

// Builder collects entries in any order and makes a matrix of them by a
// counting sort: two passes, no comparison between rows, no map. The zero value
// is ready for use. It takes 6 bytes per entry while columns are below 256 and
// values are small integers, as labels are, and else 8 and the size of a value.
type Builder[V Value] struct {
	chunks []chunk[V] // of chunkSize entries, but for the last
	wide   bool       // columns and values are in col and value
}

// chunk is some entries: their columns and values are in one of two widths.
type chunk[V Value] struct {
	row    []int32
	narrow []narrow
	col    []int32
	value  []V
}

// narrow is a column and a value that take a byte each.
type narrow struct {
	col   uint8
	value int8
}

// chunkSize is how many entries come together, so that nothing is copied as their
// number grows.
const chunkSize = 1 << 16

// Add adds one entry. A value of 0 is left out.
func (b *Builder[V]) Add(row, col int32, v V) {
	if v == 0 {
		return
	}
	if len(b.chunks) == 0 || len(b.chunks[len(b.chunks)-1].row) == chunkSize {
		b.begin()
	}
	c := &b.chunks[len(b.chunks)-1]
	small := narrow{uint8(col), int8(v)}
	if !b.wide && (int32(small.col) != col || V(small.value) != v) {
		b.widen()
	}
	c.row = append(c.row, row)
	if b.wide {
		c.col, c.value = append(c.col, col), append(c.value, v)
	} else {
		c.narrow = append(c.narrow, small)
	}
}

// begin begins a chunk: the first grows as needed, others will be full.
func (b *Builder[V]) begin() {
	var c chunk[V]
	if len(b.chunks) > 0 {
		c.row = make([]int32, 0, chunkSize)
		if b.wide {
			c.col, c.value = make([]int32, 0, chunkSize), make([]V, 0, chunkSize)
		} else {
			c.narrow = make([]narrow, 0, chunkSize)
		}
	}
	b.chunks = append(b.chunks, c)
}

// widen makes room for columns and values of any size.
func (b *Builder[V]) widen() {
	b.wide = true
	for i := range b.chunks {
		c := &b.chunks[i]
		c.col, c.value = make([]int32, len(c.row), cap(c.row)), make([]V, len(c.row), cap(c.row))
		for k, small := range c.narrow {
			c.col[k], c.value[k] = int32(small.col), V(small.value)
		}
		c.narrow = nil
	}
}

// Append adds the entries of another builder.
func (b *Builder[V]) Append(other *Builder[V]) {
	for k := range other.Len() {
		b.Add(other.entry(k))
	}
}

// Len returns how many entries there are.
func (b *Builder[V]) Len() int {
	if len(b.chunks) == 0 {
		return 0
	}
	return (len(b.chunks)-1)*chunkSize + len(b.chunks[len(b.chunks)-1].row)
}

// entry returns the k-th entry.
func (b *Builder[V]) entry(k int) (row, col int32, v V) {
	c, k := &b.chunks[k/chunkSize], k%chunkSize
	if b.wide {
		return c.row[k], c.col[k], c.value[k]
	}
	return c.row[k], int32(c.narrow[k].col), V(c.narrow[k].value)
}

func (b *Builder[V]) rowOf(k int) int32 { return b.chunks[k/chunkSize].row[k%chunkSize] }

// Entry returns the k-th entry that was added and not left out.
func (b *Builder[V]) Entry(k int) Entry[V] {
	row, col, v := b.entry(k)
	return Entry[V]{int(row), int(col), v}
}

// Map replaces every value by what f makes of it, which is not 0.
func (b *Builder[V]) Map(f func(V) V) {
	b.filter(func(_ int, v V) V { return f(v) })
}

// filter replaces every value by what f makes of it, and leaves out those of 0.
func (b *Builder[V]) filter(f func(k int, v V) V) {
	var kept Builder[V]
	for k := range b.Len() {
		row, col, v := b.entry(k)
		kept.Add(row, col, f(k, v))
		if k%chunkSize == chunkSize-1 {
			b.chunks[k/chunkSize] = chunk[V]{} // it is not needed any more
		}
	}
	*b = kept
}

// Unique leaves one entry at each place of a matrix with so many rows and
// columns, which has all entries. For each entry whose place has one already,
// later is called with the numbers of both, as for [Builder.Entry], and says
// whether the second one takes the place; it is called row by row. Numbers change
// when Unique returns. It takes 5 bytes per entry on top.
func (b *Builder[V]) Unique(rows, cols int, later func(first, second int) bool) {
	start := make([]int, rows+1)
	for _, c := range b.chunks {
		for _, r := range c.row {
			start[r+1]++
		}
	}
	for i := range rows {
		start[i+1] += start[i]
	}
	order := make([]uint32, b.Len()) // the entries by row, those of one as they came
	for k := range order {
		r := b.rowOf(k)
		order[start[r]] = uint32(k)
		start[r]++
	}
	at := make([]int, cols) // one more than the last entry of a column
	var drop []bool         // nil while each is in a place of its own
	for _, next := range order {
		k := int(next)
		row, col, _ := b.entry(k)
		place := &at[col]
		if first := *place - 1; first >= 0 && b.rowOf(first) == row {
			if drop == nil {
				drop = make([]bool, len(order))
			}
			if !later(first, k) {
				drop[k] = true
				continue
			}
			drop[first] = true
		}
		*place = k + 1
	}
	if drop != nil {
		b.filter(func(k int, v V) V {
			if drop[k] {
				return 0
			}
			return v
		})
	}
}

// Matrix makes the matrix with the given rows and columns, which it keeps, and
// empties the builder. An entry outside the matrix, or two at one place, is an
// error.
func (b *Builder[V]) Matrix(candidates []int64, keys []Key) (*Matrix[V], error) {
	if len(candidates) > MaxRows {
		return nil, fmt.Errorf("%d candidates are more than a matrix can have (%d)", len(candidates), MaxRows)
	}
	n := b.Len()
	m := &Matrix[V]{candidates: candidates, ascending: slices.IsSorted(candidates), keys: keys,
		indptr: make([]int, len(candidates)+1), cols: make([]int32, n), vals: make([]V, n)}
	if err := b.count(m); err != nil {
		return nil, err
	}
	b.fill(m)
	*b = Builder[V]{}
	for i := range candidates {
		lo, hi := m.indptr[i], m.indptr[i+1]
		if col, twice := sortRow(m.cols[lo:hi], m.vals[lo:hi]); twice {
			return nil, fmt.Errorf("two entries at (%d, %d): candidate %d, key %s", i, col, candidates[i], keys[col].Name)
		}
	}
	return m, nil
}

// count sets indptr[i] to where row i begins.
func (b *Builder[V]) count(m *Matrix[V]) error {
	rows, cols := uint32(len(m.candidates)), uint32(len(m.keys))
	for k := range b.Len() {
		r, col, _ := b.entry(k)
		if uint32(r) >= rows || uint32(col) >= cols {
			return fmt.Errorf("entry (%d, %d) is outside a matrix of %d × %d", r, col, rows, cols)
		}
		m.indptr[r]++
	}
	begin := 0
	for i, n := range m.indptr {
		m.indptr[i] = begin
		begin += n
	}
	return nil
}

// fill puts the entries into their rows as they come, and gives the memory of the
// builder back on the way. While it does, indptr[i] is where the next entry of row i
// goes: in the end, where the row after it begins.
func (b *Builder[V]) fill(m *Matrix[V]) {
	for i := range b.chunks {
		c := &b.chunks[i]
		for k, r := range c.row {
			p := m.indptr[r]
			m.indptr[r]++
			if b.wide {
				m.cols[p], m.vals[p] = c.col[k], c.value[k]
			} else {
				m.cols[p], m.vals[p] = int32(c.narrow[k].col), V(c.narrow[k].value)
			}
		}
		*c = chunk[V]{}
	}
	copy(m.indptr[1:], m.indptr)
	m.indptr[0] = 0
}

// sortRow orders one row by column, and finds a column that stands there twice.
// Rows are mostly short or in order already; insertion is the fastest there.
func sortRow[V Value](cols []int32, vals []V) (col int32, twice bool) {
	const long = 32
	if len(cols) > long && !slices.IsSorted(cols) {
		sort.Sort(&rowSorter[V]{cols, vals})
	}
	for k := 1; k < len(cols); k++ {
		p := k
		for ; p > 0 && cols[p] < cols[p-1]; p-- {
			cols[p], cols[p-1] = cols[p-1], cols[p]
			vals[p], vals[p-1] = vals[p-1], vals[p]
		}
		if p > 0 && cols[p] == cols[p-1] {
			return cols[p], true
		}
	}
	return 0, false
}

type rowSorter[V Value] struct {
	cols []int32
	vals []V
}

func (r *rowSorter[V]) Len() int           { return len(r.cols) }
func (r *rowSorter[V]) Less(i, j int) bool { return r.cols[i] < r.cols[j] }
func (r *rowSorter[V]) Swap(i, j int) {
	r.cols[i], r.cols[j] = r.cols[j], r.cols[i]
	r.vals[i], r.vals[j] = r.vals[j], r.vals[i]
}
