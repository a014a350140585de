package matrix_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"workbench/annotations/matrix"
)

// Of entries at one place one stays: the first, the last, or whichever is told.
func TestBuilderUnique(t *testing.T) {
	type place struct{ row, col int32 }
	added := []struct {
		place
		value int16
	}{{place{2, 1}, 1}, {place{0, 0}, 1}, {place{2, 1}, 2}, {place{0, 1}, 3}, {place{1, 1}, 0}, {place{0, 0}, 1}, {place{2, 1}, 3}}
	for _, test := range []struct {
		name  string
		later func(first, second int16) bool
		want  []matrix.Entry[int16]
	}{
		{"first", func(_, _ int16) bool { return false }, []matrix.Entry[int16]{{0, 0, 1}, {0, 1, 3}, {2, 1, 1}}},
		{"last", func(_, _ int16) bool { return true }, []matrix.Entry[int16]{{0, 0, 1}, {0, 1, 3}, {2, 1, 3}}},
		{"two", func(_, second int16) bool { return second == 2 }, []matrix.Entry[int16]{{0, 0, 1}, {0, 1, 3}, {2, 1, 2}}},
	} {
		var b matrix.Builder[int16]
		for _, e := range added {
			b.Add(e.row, e.col, e.value)
		}
		var asked []string
		b.Unique(3, 2, func(first, second int) bool {
			x, y := b.Entry(first), b.Entry(second)
			if x.Row != y.Row || x.Col != y.Col {
				t.Errorf("%s: %v and %v stand at two places", test.name, x, y)
			}
			asked = append(asked, fmt.Sprint(first, "-", second))
			return test.later(x.Value, y.Value)
		})
		if len(asked) != 3 {
			t.Errorf("%s: asked %v", test.name, asked)
		}
		m, err := b.Matrix([]int64{1, 2, 3}, []matrix.Key{{ID: 1, Name: "a"}, {ID: 2, Name: "b"}})
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if got := m.Entries(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestBuilderMap(t *testing.T) {
	var b matrix.Builder[int16]
	b.Add(0, 0, 1)
	b.Add(0, 1, 2)
	b.Map(func(v int16) int16 { return 2*v - 3 })
	m, err := b.Matrix([]int64{1}, []matrix.Key{{ID: 1, Name: "a"}, {ID: 2, Name: "b"}})
	if err != nil || m.At(0, 0) != -1 || m.At(0, 1) != 1 {
		t.Errorf("%v %v", m, err)
	}
}

// Whatever columns and values are, of one byte or of more from some entry on, in one
// piece or in several, the matrix is that of a plain list.
func TestBuilderTakesEveryWidth(t *testing.T) {
	keys := make([]matrix.Key, 300)
	for j := range keys {
		keys[j].ID, keys[j].Name = int64(j+1), fmt.Sprint(j)
	}
	ids := make([]int64, 1000)
	for i := range ids {
		ids[i] = int64(i + 1)
	}
	for _, n := range []int{1, 1 << 16, 1<<16 + 1, 150_000} {
		for _, test := range []struct {
			name string
			wide int // the entry from which on they take more
			col  int32
			v    int16
		}{{"bytes", n, 1, 1}, {"columns", n / 2, 299, 1}, {"values", n / 2, 1, 300}, {"both at the end", n - 1, 256, 128}, {"a negative value", n / 3, 0, -129}} {
			var b matrix.Builder[int16]
			want := make([]map[int32]int16, len(ids))
			for k := range n {
				row, col, v := int32(k*7919%len(ids)), int32(k/len(ids)), int16(k%255-127)
				if k == test.wide {
					col, v = test.col, test.v
				}
				if want[row] == nil {
					want[row] = make(map[int32]int16)
				}
				if _, ok := want[row][col]; ok || v == 0 {
					continue
				}
				want[row][col] = v
				b.Add(row, col, v)
			}
			total := b.Len()
			m, err := b.Matrix(ids, keys)
			if err != nil || m.NNZ() != total || b.Len() != 0 {
				t.Fatalf("%s of %d: %d of %d entries, %d left, %v", test.name, n, m.NNZ(), total, b.Len(), err)
			}
			for i := range m.Rows() {
				cols, vals := m.Row(i)
				if len(cols) != len(want[i]) || !slices.IsSorted(cols) {
					t.Fatalf("%s of %d: row %d is %v, %v", test.name, n, i, cols, vals)
				}
				for k, j := range cols {
					if vals[k] != want[i][j] {
						t.Fatalf("%s of %d: (%d, %d) is %d, want %d", test.name, n, i, j, vals[k], want[i][j])
					}
				}
			}
		}
	}
}

func TestBuilderKeepsNumbers(t *testing.T) {
	values := []float64{1, -1, 127, 128, 0.5, math.Inf(1), -128, 1e300, math.NaN()}
	var b matrix.Builder[float64]
	keys := make([]matrix.Key, len(values))
	for j, v := range values {
		b.Add(0, int32(j), v)
	}
	m, err := b.Matrix([]int64{1}, keys)
	if err != nil {
		t.Fatal(err)
	}
	if _, vals := m.Row(0); fmt.Sprint(vals) != fmt.Sprint(values) {
		t.Errorf("%v, want %v", vals, values)
	}
}
