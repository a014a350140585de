package matrix

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Value is what a matrix holds: labels (−1, 1 or 1..K) or feature values.
type Value interface{ int16 | float64 }

// Matrix is a sparse matrix in compressed rows, m candidates × n keys. It is
// not changed after it is made; the slices that its methods return must not be
// written to.
type Matrix[V Value] struct {
	// Warnings are notes about the data that a person should see once.
	Warnings []string

	candidates []int64 // m ids
	ascending  bool    // whether they are in order
	keys       []Key   // n
	indptr     []int   // m+1: row i is cols/vals[indptr[i]:indptr[i+1]]
	cols       []int32
	vals       []V
}

// LabelMatrix is the matrix of labels L: −1 or 1 for binary, 1..K for
// categorical candidates, 0 (not stored) for an abstention.
type LabelMatrix = Matrix[int16]

// FeatureMatrix is a matrix of features.
type FeatureMatrix = Matrix[float64]

// Entry is one stored value of a matrix.
type Entry[V Value] struct {
	Row, Col int
	Value    V
}

// New makes a matrix with the given rows and columns from its entries, in any
// order; zeros among them are left out. An entry outside the matrix, or two at
// one place, is an error.
func New[V Value](candidates []int64, keys []Key, entries []Entry[V]) (*Matrix[V], error) {
	var b Builder[V]
	for _, e := range entries {
		if e.Row < 0 || e.Row >= len(candidates) || e.Col < 0 || e.Col >= len(keys) {
			return nil, fmt.Errorf("entry (%d, %d) is outside a matrix of %d × %d", e.Row, e.Col, len(candidates), len(keys))
		}
		b.Add(int32(e.Row), int32(e.Col), e.Value)
	}
	return b.Matrix(slices.Clone(candidates), slices.Clone(keys))
}

// FromDense makes a matrix from a dense one, whose rows and columns get the
// given candidates and keys. For a label matrix every element must be an
// integer that fits.
func FromDense[V Value](d mat.Matrix, candidates []int64, keys []Key) (*Matrix[V], error) {
	m, n := d.Dims()
	if m != len(candidates) || n != len(keys) {
		return nil, fmt.Errorf("a dense matrix of %d × %d does not fit %d candidates and %d keys", m, n, len(candidates), len(keys))
	}
	var b Builder[V]
	for i := range m {
		for j := range n {
			x := d.At(i, j)
			v := V(x)
			if float64(v) != x {
				return nil, fmt.Errorf("element (%d, %d) is %v, not an integer that can be a label", i, j, x)
			}
			b.Add(int32(i), int32(j), v)
		}
	}
	return b.Matrix(slices.Clone(candidates), slices.Clone(keys))
}

// Rows returns m, the number of candidates.
func (m *Matrix[V]) Rows() int { return len(m.candidates) }

// Cols returns n, the number of keys.
func (m *Matrix[V]) Cols() int { return len(m.keys) }

// NNZ returns how many values are stored.
func (m *Matrix[V]) NNZ() int { return len(m.vals) }

// Candidates returns the candidate ids of the rows, in row order.
func (m *Matrix[V]) Candidates() []int64 { return m.candidates }

// Keys returns the keys of the columns, in column order.
func (m *Matrix[V]) Keys() []Key { return m.keys }

// Row returns the columns and the values stored in row i, by ascending column.
func (m *Matrix[V]) Row(i int) (cols []int32, vals []V) {
	lo, hi := m.indptr[i], m.indptr[i+1]
	return m.cols[lo:hi], m.vals[lo:hi]
}

// At returns the value at row i and column j, 0 where none is stored.
func (m *Matrix[V]) At(i, j int) V {
	cols, vals := m.Row(i)
	if k, ok := slices.BinarySearch(cols, int32(j)); ok {
		return vals[k]
	}
	return 0
}

// RowOf returns the row of a candidate id, and false if it has none. Matrices
// that were loaded are ordered by id, so this takes log m steps; after a
// reordering slice it looks at every row.
func (m *Matrix[V]) RowOf(candidate int64) (int, bool) {
	if !m.ascending {
		i := slices.Index(m.candidates, candidate)
		return max(i, 0), i >= 0
	}
	i, ok := slices.BinarySearch(m.candidates, candidate)
	if !ok {
		i = 0
	}
	return i, ok
}

// ColOf returns the column of a key id, and false if it has none.
func (m *Matrix[V]) ColOf(key int64) (int, bool) {
	j := slices.IndexFunc(m.keys, func(k Key) bool { return k.ID == key })
	return max(j, 0), j >= 0
}

// ColNamed returns the column of a key by its name, and false if it has none.
func (m *Matrix[V]) ColNamed(name string) (int, bool) {
	j := slices.IndexFunc(m.keys, func(k Key) bool { return k.Name == name })
	return max(j, 0), j >= 0
}

// SelectRows returns the matrix of the given rows, in the given order.
func (m *Matrix[V]) SelectRows(rows []int) *Matrix[V] {
	n := 0
	for _, i := range rows {
		n += m.indptr[i+1] - m.indptr[i]
	}
	s := &Matrix[V]{Warnings: m.Warnings, keys: m.keys, candidates: make([]int64, 0, len(rows)), indptr: make([]int, 1, len(rows)+1),
		cols: make([]int32, 0, n), vals: make([]V, 0, n)}
	for _, i := range rows {
		cols, vals := m.Row(i)
		s.candidates = append(s.candidates, m.candidates[i])
		s.cols = append(s.cols, cols...)
		s.vals = append(s.vals, vals...)
		s.indptr = append(s.indptr, len(s.vals))
	}
	s.ascending = slices.IsSorted(s.candidates)
	return s
}

// SliceRows returns the matrix of the rows from lo up to, but without, hi.
func (m *Matrix[V]) SliceRows(lo, hi int) *Matrix[V] {
	rows := make([]int, 0, hi-lo)
	for i := lo; i < hi; i++ {
		rows = append(rows, i)
	}
	return m.SelectRows(rows)
}

// SelectCols returns the matrix of the given columns, in the given order; one
// may be given more than once.
func (m *Matrix[V]) SelectCols(cols []int) *Matrix[V] {
	to := make([][]int32, m.Cols())
	s := &Matrix[V]{Warnings: m.Warnings, candidates: m.candidates, ascending: m.ascending, keys: make([]Key, len(cols)),
		indptr: make([]int, 1, len(m.indptr))}
	for k, j := range cols {
		to[j] = append(to[j], int32(k))
		s.keys[k] = m.keys[j]
	}
	n := 0
	for _, j := range m.cols {
		n += len(to[j])
	}
	s.cols, s.vals = make([]int32, 0, n), make([]V, 0, n)
	for i := range m.Rows() {
		from, vals := m.Row(i)
		first := len(s.cols)
		for k, j := range from {
			for _, col := range to[j] {
				s.cols = append(s.cols, col)
				s.vals = append(s.vals, vals[k])
			}
		}
		sortRow(s.cols[first:], s.vals[first:])
		s.indptr = append(s.indptr, len(s.cols))
	}
	return s
}

// WithKeys returns the same matrix with other keys for its columns, as many as
// it has.
func (m *Matrix[V]) WithKeys(keys []Key) (*Matrix[V], error) {
	if len(keys) != m.Cols() {
		return nil, fmt.Errorf("%d keys for %d columns", len(keys), m.Cols())
	}
	other := *m
	other.keys = slices.Clone(keys)
	return &other, nil
}

// WithValues returns the same matrix with other values, none of them 0, for those
// that are stored: as many, in the order of [Matrix.CSR]. It keeps vals.
func (m *Matrix[V]) WithValues(vals []V) *Matrix[V] {
	other := *m
	other.vals = vals[:len(m.vals):len(m.vals)]
	return &other
}

// Dense returns the matrix as a dense one, m × n; nil if it has no rows or no
// columns, which gonum cannot represent.
func (m *Matrix[V]) Dense() *mat.Dense {
	if m.Rows() == 0 || m.Cols() == 0 {
		return nil
	}
	d := mat.NewDense(m.Rows(), m.Cols(), nil)
	for i := range m.Rows() {
		cols, vals := m.Row(i)
		row := d.RawRowView(i)
		for k, j := range cols {
			row[j] = float64(vals[k])
		}
	}
	return d
}

// Entries returns the stored values in row-major order.
func (m *Matrix[V]) Entries() []Entry[V] {
	entries := make([]Entry[V], 0, m.NNZ())
	for i := range m.Rows() {
		cols, vals := m.Row(i)
		for k, j := range cols {
			entries = append(entries, Entry[V]{i, int(j), vals[k]})
		}
	}
	return entries
}

// CSR returns the raw arrays of the compressed rows, to be read only: row i
// has columns cols[indptr[i]:indptr[i+1]] and the values at the same places.
func (m *Matrix[V]) CSR() (indptr []int, cols []int32, vals []V) { return m.indptr, m.cols, m.vals }

// MaxLabel returns the largest stored value, 0 if there is none.
func (m *Matrix[V]) MaxLabel() V {
	if len(m.vals) == 0 {
		return 0
	}
	return slices.Max(m.vals)
}

// MinLabel returns the smallest stored value, 0 if there is none.
func (m *Matrix[V]) MinLabel() V {
	if len(m.vals) == 0 {
		return 0
	}
	return slices.Min(m.vals)
}
