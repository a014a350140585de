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
// is ready for use. It takes 10 bytes per label.
type Builder[V Value] struct {
	row   []int32
	col   []int32
	value []V
}

// Add adds one entry. A value of 0 is left out.
func (b *Builder[V]) Add(row, col int32, v V) {
	if v == 0 {
		return
	}
	b.row = append(b.row, row)
	b.col = append(b.col, col)
	b.value = append(b.value, v)
}

// Append adds the entries of another builder.
func (b *Builder[V]) Append(other *Builder[V]) {
	b.row = append(b.row, other.row...)
	b.col = append(b.col, other.col...)
	b.value = append(b.value, other.value...)
}

// Len returns how many entries there are.
func (b *Builder[V]) Len() int { return len(b.row) }

// Entry returns the k-th entry that was added and not left out.
func (b *Builder[V]) Entry(k int) Entry[V] {
	return Entry[V]{int(b.row[k]), int(b.col[k]), b.value[k]}
}

// Map replaces every value by what f makes of it, which is not 0.
func (b *Builder[V]) Map(f func(V) V) {
	for k, v := range b.value {
		b.value[k] = f(v)
	}
}

// Unique leaves one entry at each place of a matrix with so many rows and
// columns, which has all entries. For each entry whose place has one already,
// later is called with the numbers of both, as for [Builder.Entry], and says
// whether the second one takes the place; it is called row by row. Numbers change
// when Unique returns. It takes 4 bytes per label on top.
func (b *Builder[V]) Unique(rows, cols int, later func(first, second int) bool) {
	start := make([]int, rows+1)
	for _, r := range b.row {
		start[r+1]++
	}
	for i := range rows {
		start[i+1] += start[i]
	}
	order := make([]uint32, len(b.row)) // the entries by row, those of one as they came
	for k, r := range b.row {
		order[start[r]] = uint32(k)
		start[r]++
	}
	at := make([]int, cols) // one more than the last entry of a column
	dropped := false
	for _, next := range order {
		k := int(next)
		place := &at[b.col[k]]
		if first := *place - 1; first >= 0 && b.row[first] == b.row[k] {
			dropped = true
			if !later(first, k) {
				b.value[k] = 0
				continue
			}
			b.value[first] = 0
		}
		*place = k + 1
	}
	if dropped {
		b.dropZeros()
	}
}

func (b *Builder[V]) dropZeros() {
	n := 0
	for k, v := range b.value {
		if v == 0 {
			continue
		}
		b.row[n], b.col[n], b.value[n] = b.row[k], b.col[k], v
		n++
	}
	b.row, b.col, b.value = b.row[:n], b.col[:n], b.value[:n]
}

// Matrix makes the matrix with the given rows and columns, which it keeps, and
// empties the builder. An entry outside the matrix, or two at one place, is an
// error.
func (b *Builder[V]) Matrix(candidates []int64, keys []Key) (*Matrix[V], error) {
	if len(candidates) > MaxRows {
		return nil, fmt.Errorf("%d candidates are more than a matrix can have (%d)", len(candidates), MaxRows)
	}
	rows, cols := uint32(len(candidates)), uint32(len(keys))
	m := &Matrix[V]{candidates: candidates, ascending: slices.IsSorted(candidates), keys: keys, indptr: make([]int, len(candidates)+1)}
	for k, r := range b.row {
		if uint32(r) >= rows || uint32(b.col[k]) >= cols {
			return nil, fmt.Errorf("entry (%d, %d) is outside a matrix of %d × %d", r, b.col[k], rows, cols)
		}
		m.indptr[r+1]++
	}
	for i := range candidates {
		m.indptr[i+1] += m.indptr[i]
	}
	m.cols = make([]int32, len(b.col))
	m.vals = make([]V, len(b.value))
	next := slices.Clone(m.indptr[:len(candidates)])
	for k, r := range b.row {
		p := next[r]
		next[r]++
		m.cols[p], m.vals[p] = b.col[k], b.value[k]
	}
	*b = Builder[V]{}
	for i := range candidates {
		lo, hi := m.indptr[i], m.indptr[i+1]
		if col, twice := sortRow(m.cols[lo:hi], m.vals[lo:hi]); twice {
			return nil, fmt.Errorf("two entries at (%d, %d): candidate %d, key %s", i, col, candidates[i], keys[col].Name)
		}
	}
	return m, nil
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
