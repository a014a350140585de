package matrix_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"workbench/annotations/matrix"

	"gonum.org/v1/gonum/mat"
)

// keys makes n keys with ids 10, 20, ….
func keys(n int) []matrix.Key {
	all := make([]matrix.Key, n)
	for j := range all {
		all[j] = matrix.Key{ID: int64(j+1) * 10, Name: fmt.Sprint("LF", j)}
	}
	return all
}

// ids makes m candidate ids 100, 101, ….
func ids(m int) []int64 {
	all := make([]int64, m)
	for i := range all {
		all[i] = int64(100 + i)
	}
	return all
}

// fromRows makes a label matrix out of dense rows.
func fromRows(t testing.TB, rows [][]int16) *matrix.LabelMatrix {
	t.Helper()
	var entries []matrix.Entry[int16]
	for i, row := range rows {
		for j, v := range row {
			entries = append(entries, matrix.Entry[int16]{Row: i, Col: j, Value: v})
		}
	}
	L, err := matrix.New(ids(len(rows)), keys(len(rows[0])), entries)
	must(t, err)
	return L
}

// drawn makes m × n labels between −1 and top, about half of them 0.
func drawn(random *rand.Rand, m, n int, top int) [][]int16 {
	rows := make([][]int16, m)
	for i := range rows {
		rows[i] = make([]int16, n)
		for j := range rows[i] {
			if random.IntN(2) == 0 {
				rows[i][j] = int16(random.IntN(top+2) - 1)
			}
		}
	}
	return rows
}

// toRows reads a matrix element by element.
func toRows(L *matrix.LabelMatrix) [][]int16 {
	rows := make([][]int16, L.Rows())
	for i := range rows {
		rows[i] = make([]int16, L.Cols())
		for j := range rows[i] {
			rows[i][j] = L.At(i, j)
		}
	}
	return rows
}

func TestMatrixHoldsWhatItWasMadeOf(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, shape := range [][2]int{{1, 1}, {7, 3}, {40, 6}, {3, 100}, {5, 1}} {
		rows := drawn(random, shape[0], shape[1], 4)
		var entries []matrix.Entry[int16]
		nonzero := 0
		for i := range rows {
			for j, v := range rows[i] {
				entries = append(entries, matrix.Entry[int16]{Row: i, Col: j, Value: v})
				if v != 0 {
					nonzero++
				}
			}
		}
		random.Shuffle(len(entries), func(a, b int) { entries[a], entries[b] = entries[b], entries[a] })
		L, err := matrix.New(ids(shape[0]), keys(shape[1]), entries)
		must(t, err)
		if got := toRows(L); fmt.Sprint(got) != fmt.Sprint(rows) {
			t.Errorf("%v: got %v, want %v", shape, got, rows)
		}
		if L.NNZ() != nonzero || L.Rows() != shape[0] || L.Cols() != shape[1] {
			t.Errorf("%v: %d × %d with %d entries, want %d", shape, L.Rows(), L.Cols(), L.NNZ(), nonzero)
		}
		// The raw arrays tell the same, each row by ascending column.
		indptr, cols, vals := L.CSR()
		if len(indptr) != shape[0]+1 || indptr[shape[0]] != nonzero || len(cols) != nonzero || len(vals) != nonzero {
			t.Errorf("%v: CSR has %d, %d and %d elements", shape, len(indptr), len(cols), len(vals))
		}
		for i := range rows {
			if row, _ := L.Row(i); !slices.IsSorted(row) {
				t.Errorf("%v: row %d has columns %v", shape, i, row)
			}
		}
		dense, err := matrix.FromDense[int16](L.Dense(), L.Candidates(), L.Keys())
		if shape[0] > 0 {
			must(t, err)
			equal(t, "entries after a round trip through a dense matrix", dense.Entries(), L.Entries())
		}
	}
}

func TestMatrixRefusesImpossibleEntries(t *testing.T) {
	type entry = matrix.Entry[int16]
	for what, entries := range map[string][]entry{
		"row before the first":    {{Row: -1, Col: 0, Value: 1}},
		"row after the last":      {{Row: 2, Col: 0, Value: 1}},
		"column before the first": {{Row: 0, Col: -1, Value: 1}},
		"column after the last":   {{Row: 0, Col: 3, Value: 1}},
		"a zero outside":          {{Row: 5, Col: 0, Value: 0}},
		"two at one place":        {{Row: 1, Col: 2, Value: 1}, {Row: 0, Col: 0, Value: 1}, {Row: 1, Col: 2, Value: -1}},
		"the same twice":          {{Row: 1, Col: 2, Value: 1}, {Row: 1, Col: 2, Value: 1}},
	} {
		if L, err := matrix.New(ids(2), keys(3), entries); err == nil {
			t.Errorf("%s: made %v", what, L.Entries())
		}
	}
}

func TestMatrixDoesNotShareSlicesWithItsMaker(t *testing.T) {
	candidates, names := ids(2), keys(2)
	L, err := matrix.New[int16](candidates, names, nil)
	must(t, err)
	dense, err := matrix.FromDense[int16](mat.NewDense(2, 2, nil), candidates, names)
	must(t, err)
	candidates[0], names[0].Name = 7, "changed"
	for _, m := range []*matrix.LabelMatrix{L, dense} {
		if m.Candidates()[0] != 100 || m.Keys()[0].Name != "LF0" {
			t.Errorf("the matrix changed with its maker's slices: %v, %v", m.Candidates(), m.Keys())
		}
	}
}

func TestFromDenseTakesIntegersThatFit(t *testing.T) {
	for _, x := range []float64{0.5, -1.9, 32768, -32769, 1e300, math.NaN(), math.Inf(1), math.Inf(-1)} {
		d := mat.NewDense(2, 2, []float64{1, 0, 0, x})
		if _, err := matrix.FromDense[int16](d, ids(2), keys(2)); err == nil || !strings.Contains(err.Error(), "(1, 1)") {
			t.Errorf("%v: error %v, want one about element (1, 1)", x, err)
		}
	}
	for _, x := range []float64{-1, 1, 5, 32767, 0, math.Copysign(0, -1)} {
		L, err := matrix.FromDense[int16](mat.NewDense(1, 1, []float64{x}), ids(1), keys(1))
		if err != nil || float64(L.At(0, 0)) != x || x == 0 && L.NNZ() != 0 {
			t.Errorf("%v: %v, %v", x, L, err)
		}
	}
	F, err := matrix.FromDense[float64](mat.NewDense(1, 2, []float64{0.25, 0}), ids(1), keys(2))
	if err != nil || F.At(0, 0) != 0.25 || F.NNZ() != 1 {
		t.Errorf("features: %v, %v", F, err)
	}
	for _, shape := range [][2]int{{1, 2}, {2, 1}, {3, 2}} {
		if _, err := matrix.FromDense[int16](mat.NewDense(2, 2, nil), ids(shape[0]), keys(shape[1])); err == nil {
			t.Errorf("a 2 × 2 matrix fits %d candidates and %d keys", shape[0], shape[1])
		}
	}
}

func TestSlicesAreTheSameRowsAndColumns(t *testing.T) {
	rows := drawn(rand.New(rand.NewPCG(7, 8)), 12, 40, 3)
	L := fromRows(t, rows)
	for _, picked := range [][]int{{0}, {11, 0, 5}, {3, 3, 3, 2, 3}, {}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}} {
		byRow, byCol := L.SelectRows(picked), L.SelectCols(picked)
		if byRow.Rows() != len(picked) || byRow.Cols() != 40 || byCol.Rows() != 12 || byCol.Cols() != len(picked) {
			t.Fatalf("%v: %d × %d and %d × %d", picked, byRow.Rows(), byRow.Cols(), byCol.Rows(), byCol.Cols())
		}
		for k, p := range picked {
			for j := range 40 {
				if byRow.At(k, j) != rows[p][j] {
					t.Errorf("rows %v: (%d, %d) is %d, want %d", picked, k, j, byRow.At(k, j), rows[p][j])
				}
			}
			for i := range 12 {
				if byCol.At(i, k) != rows[i][p] {
					t.Errorf("columns %v: (%d, %d) is %d, want %d", picked, i, k, byCol.At(i, k), rows[i][p])
				}
			}
			if byRow.Candidates()[k] != int64(100+p) || byCol.Keys()[k].ID != int64(p+1)*10 {
				t.Errorf("%v: candidate %d and key %d at %d", picked, byRow.Candidates()[k], byCol.Keys()[k].ID, k)
			}
		}
	}
	if got := L.SliceRows(4, 4); got.Rows() != 0 || got.Cols() != 40 || got.NNZ() != 0 {
		t.Errorf("an empty slice is %d × %d", got.Rows(), got.Cols())
	}
	if got := toRows(L); fmt.Sprint(got) != fmt.Sprint(rows) {
		t.Error("slicing changed the matrix")
	}
}

func TestRowsAndColumnsAreFoundByTheirIDs(t *testing.T) {
	L := fromRows(t, [][]int16{{1, 0}, {0, 1}, {-1, 1}})
	shuffled := L.SelectRows([]int{2, 0, 1})
	for id, want := range map[int64][2]int{100: {0, 1}, 101: {1, 2}, 102: {2, 0}} {
		for k, m := range []*matrix.LabelMatrix{L, shuffled} {
			if row, ok := m.RowOf(id); !ok || row != want[k] {
				t.Errorf("candidate %d is in row %d (%t), want %d", id, row, ok, want[k])
			}
		}
	}
	for _, id := range []int64{99, 103, 0, -1} {
		for _, m := range []*matrix.LabelMatrix{L, shuffled, L.SelectRows(nil)} {
			if row, ok := m.RowOf(id); ok || row != 0 {
				t.Errorf("candidate %d is in row %d (%t), want none", id, row, ok)
			}
		}
	}
	if j, ok := L.ColOf(20); !ok || j != 1 {
		t.Errorf("key 20 is in column %d (%t)", j, ok)
	}
	if j, ok := L.ColNamed("LF1"); !ok || j != 1 {
		t.Errorf("LF1 is in column %d (%t)", j, ok)
	}
	if _, ok := L.ColOf(30); ok {
		t.Error("key 30 has a column")
	}
	if _, ok := L.ColNamed("LF9"); ok {
		t.Error("LF9 has a column")
	}
}

func TestExtremesOfALabelMatrix(t *testing.T) {
	for _, test := range []struct {
		rows     [][]int16
		min, max int16
	}{
		{[][]int16{{0, 0}, {0, 0}}, 0, 0},
		{[][]int16{{1, -1}, {0, 0}}, -1, 1},
		{[][]int16{{3, 5}, {0, 2}}, 2, 5},
		{[][]int16{{-1, 0}}, -1, -1},
	} {
		L := fromRows(t, test.rows)
		if L.MinLabel() != test.min || L.MaxLabel() != test.max {
			t.Errorf("%v: %d to %d, want %d to %d", test.rows, L.MinLabel(), L.MaxLabel(), test.min, test.max)
		}
	}
}

func TestAlignMatchesByCandidate(t *testing.T) {
	L := fromRows(t, [][]int16{{1}, {1}, {-1}, {0}}) // candidates 100 to 103
	gold, err := matrix.New([]int64{50, 101, 102, 200}, keys(1), []matrix.Entry[int16]{
		{Row: 0, Value: 1}, {Row: 1, Value: -1}, {Row: 2, Value: 1}, {Row: 3, Value: 1}})
	must(t, err)
	equal(t, "other candidates", matrix.Align(L, gold), []int16{0, -1, 1, 0})
	equal(t, "another order", matrix.Align(L, gold.SelectRows([]int{3, 2, 1, 0})), []int16{0, -1, 1, 0})
	equal(t, "the same rows", matrix.Align(L, L), []int16{1, 1, -1, 0})
	equal(t, "reordered rows of L", matrix.Align(L.SelectRows([]int{2, 1}), gold), []int16{1, -1})
	equal(t, "fewer rows", matrix.Align(L, L.SliceRows(0, 1)), []int16{1, 0, 0, 0})
	equal(t, "no rows", matrix.Align(L, L.SelectRows(nil)), []int16{0, 0, 0, 0})
	equal(t, "no columns", matrix.Align(L, L.SelectCols(nil)), []int16{0, 0, 0, 0})
}

// Gold labels of other candidates cost a search each, not a look at every row:
// 200,000 times 200,000 rows would take the better part of a minute.
func TestAlignOfOtherCandidatesIsQuick(t *testing.T) {
	const m = 200_000
	rows, others := make([]int64, m), make([]int64, m)
	for i := range rows {
		rows[i], others[i] = int64(2*i), int64(2*i+1)
	}
	L, err := matrix.New[int16](rows, keys(1), nil)
	must(t, err)
	gold, err := matrix.New[int16](others, keys(1), nil)
	must(t, err)
	started := time.Now()
	matrix.Align(L, gold)
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("aligning %d rows took %s", m, took)
	}
}

func TestMatrixWithOtherKeysLeavesTheFirstAsItIs(t *testing.T) {
	L := fromRows(t, [][]int16{{1, 0}, {0, -1}})
	renamed, err := L.WithKeys([]matrix.Key{{ID: 7, Name: "a"}, {ID: 8, Name: "b"}})
	must(t, err)
	equal(t, "entries", renamed.Entries(), L.Entries())
	equal(t, "keys of the first", L.Keys(), keys(2))
	if renamed.Keys()[1].ID != 8 {
		t.Errorf("keys %v", renamed.Keys())
	}
	_, err = L.WithKeys(keys(3))
	wantError(t, "three keys for two columns", err, "3 keys for 2 columns")
}

func TestBuildersAreJoined(t *testing.T) {
	var a, b matrix.Builder[int16]
	a.Add(1, 0, 1)
	b.Add(0, 1, -1)
	b.Add(0, 0, 0)
	a.Append(&b)
	if a.Len() != 2 {
		t.Errorf("%d entries, want 2", a.Len())
	}
	L, err := a.Matrix(ids(2), keys(2))
	must(t, err)
	equal(t, "entries", L.Entries(), []matrix.Entry[int16]{{Row: 0, Col: 1, Value: -1}, {Row: 1, Col: 0, Value: 1}})
	if a.Len() != 0 {
		t.Error("the builder is not empty afterwards")
	}
}

func TestIndexFindsPositions(t *testing.T) {
	for _, ids := range [][]int64{nil, {5}, {1, 2, 3}, {-3, 10, 11}, {1, 1 << 40, 1<<62 + 1}} {
		x := matrix.NewIndex(ids)
		for i, id := range ids {
			if got := x.Find(id); int(got) != i {
				t.Errorf("%v: %d is at %d, want %d", ids, id, got, i)
			}
		}
		for _, id := range []int64{0, 4, -1 << 62, 1 << 61} {
			if got := x.Find(id); got != -1 {
				t.Errorf("%v: %d is at %d", ids, id, got)
			}
		}
	}
}
