package matrix_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"workbench/annotations/matrix"
)

// packedWorld is a random label matrix, packed and not, with gold labels.
func packedWorld(t *testing.T, rows, cols, classes int, density float64) (*matrix.Packed, *matrix.LabelMatrix, []int16) {
	t.Helper()
	r := rand.New(rand.NewPCG(uint64(rows), uint64(classes)))
	label := func() int16 {
		if classes == 2 {
			return int16(2*r.IntN(2) - 1)
		}
		return int16(1 + r.IntN(classes))
	}
	ids, keys := make([]int64, rows), make([]matrix.Key, cols)
	for j := range keys {
		keys[j] = matrix.Key{ID: int64(j + 1), Name: string(rune('A' + j%26))}
	}
	var entries []matrix.Entry[int16]
	gold := make([]int16, rows)
	for i := range ids {
		ids[i] = int64(3*i + 1)
		if r.Float64() < 0.3 {
			gold[i] = label()
		}
		for j := range cols {
			if r.Float64() < density {
				entries = append(entries, matrix.Entry[int16]{Row: i, Col: j, Value: label()})
			}
		}
	}
	L, err := matrix.New(ids, keys, entries)
	if err != nil {
		t.Fatal(err)
	}
	p := matrix.NewPacked(rows, keys)
	r.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	for _, e := range entries {
		p.Set(e.Row, e.Col, e.Value)
	}
	return p, L, gold
}

// A packed matrix says what a label matrix does, for any number of classes and of words
// per row; and so do its statistics, of its distinct rows with their counts.
func TestPackedIsTheLabelMatrix(t *testing.T) {
	for _, world := range []struct {
		rows, cols, classes int
		density             float64
	}{{500, 5, 2, 0.3}, {300, 40, 2, 0.1}, {200, 70, 2, 0.6}, {400, 9, 3, 0.5}, {300, 30, 14, 0.3}, {100, 12, 300, 0.5}, {50, 1, 2, 0}, {3, 0, 2, 0}} {
		p, L, gold := packedWorld(t, world.rows, world.cols, world.classes, world.density)
		g := p.Group()
		counts := make([]int, g.Rows())
		var judged []matrix.Judged
		for i := range world.rows {
			d := int(g.Of[i])
			counts[d]++
			if gold[i] != 0 {
				judged = append(judged, matrix.Judged{Row: int32(d), Gold: gold[i]})
			}
			cols, vals := L.Row(i)
			gotCols, gotVals := p.Row(i, nil, nil)
			packedCols, packedVals := g.Row(d, nil, nil)
			if !slices.Equal(cols, gotCols) || !slices.Equal(vals, gotVals) || !slices.Equal(cols, packedCols) || !slices.Equal(vals, packedVals) {
				t.Fatalf("%v: row %d is %v %v and %v %v, want %v %v", world, i, gotCols, gotVals, packedCols, packedVals, cols, vals)
			}
			for j := range world.cols {
				if p.At(i, j) != L.At(i, j) {
					t.Fatalf("%v: label %d, %d is %d, want %d", world, i, j, p.At(i, j), L.At(i, j))
				}
			}
			if p.Any(i) != (len(vals) > 0) || int(g.First[d]) > i {
				t.Fatalf("%v: row %d: any %v, first %d", world, i, p.Any(i), g.First[d])
			}
			against, votes := p.Disagreement(i)
			if most := mostOf(vals); against != len(vals)-most || votes != len(vals) {
				t.Fatalf("%v: row %d: %d of %d against", world, i, against, votes)
			}
		}
		for d, n := range g.Counts {
			if int(n) != counts[d] {
				t.Fatalf("%v: pattern %d has %d rows, want %d", world, d, n, counts[d])
			}
		}
		if want := matrix.Group(L, nil).Len(); g.Rows() != want {
			t.Errorf("%v: %d distinct rows, want %d", world, g.Rows(), want)
		}
		same(t, g.LFStats(counts, judged, world.classes), matrix.LFStats(L, gold, world.classes))
		same(t, g.LFStats(counts, nil, world.classes), matrix.LFStats(L, nil, world.classes))
		same(t, g.PairStats(counts), matrix.PairStats(L))
		same(t, []matrix.Summary{g.Summarise(counts)}, []matrix.Summary{matrix.Summarise(L)})
		for j, times := range g.LabelCounts(counts) {
			total := 0
			for at, n := range times {
				total += n
				for i := range world.rows {
					if at != 1 && int(L.At(i, j)) == at-1 {
						n--
					}
				}
				if n != 0 {
					t.Errorf("%v: label %d of column %d is counted wrong by %d", world, at-1, j, n)
				}
			}
			if col := L.SelectCols([]int{j}); total != col.NNZ() {
				t.Errorf("%v: %d labels of column %d, want %d", world, total, j, col.NNZ())
			}
		}
		back, err := p.Matrix(0, world.rows, all(world.cols))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back.Entries(), L.Entries()) {
			t.Errorf("%v: the matrix is another one", world)
		}
	}
}

func all(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func mostOf(vals []int16) int {
	most, counts := 0, make(map[int16]int)
	for _, v := range vals {
		counts[v]++
		most = max(most, counts[v])
	}
	return most
}

// same compares statistics, in which NaN equals NaN.
func same[T any](t *testing.T, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d statistics, want %d", len(got), len(want))
	}
	for i := range got {
		a, b := reflect.ValueOf(got[i]), reflect.ValueOf(want[i])
		for f := range a.NumField() {
			x, y := a.Field(f).Interface(), b.Field(f).Interface()
			if isNaN(x) && isNaN(y) {
				continue
			}
			if x != y {
				t.Fatalf("%+v, want %+v", got[i], want[i])
			}
		}
	}
}

func isNaN(v any) bool { x, ok := v.(float64); return ok && x != x }

// Without a column the rows are those that the other columns tell apart.
func TestPackedWithoutColumn(t *testing.T) {
	p, L, _ := packedWorld(t, 400, 6, 2, 0.4)
	g := p.WithoutColumn(2)
	want := matrix.Group(L.SelectCols([]int{0, 1, 3, 4, 5}), nil)
	if g.Rows() != want.Len() {
		t.Fatalf("%d rows, want %d", g.Rows(), want.Len())
	}
	pairs := make(map[int32]int32)
	for i := range g.Of {
		if d, known := pairs[g.Of[i]]; known && d != want.Of[i] {
			t.Fatalf("row %d is with others", i)
		}
		pairs[g.Of[i]] = want.Of[i]
	}
}

func TestDisputed(t *testing.T) {
	L, err := matrix.New([]int64{5, 7, 9, 11}, []matrix.Key{{ID: 1}, {ID: 2}}, []matrix.Entry[int16]{
		{Row: 0, Col: 0, Value: 1}, {Row: 0, Col: 1, Value: -1}, {Row: 1, Col: 0, Value: 1}, {Row: 1, Col: 1, Value: 1}, {Row: 2, Col: 1, Value: 2}})
	if err != nil {
		t.Fatal(err)
	}
	if got := matrix.Disputed(L); !slices.Equal(got, []int64{5}) {
		t.Errorf("%v", got)
	}
}
