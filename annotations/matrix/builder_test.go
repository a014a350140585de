package matrix_test

import (
	"fmt"
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
