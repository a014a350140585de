package matrix_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"workbench/annotations/matrix"
)

// randomMatrix has rows drawn from so many, so that some are equal, with labels
// up to k at a density, and a mark for each if marked.
func randomMatrix(t testing.TB, seed uint64, m, n, k, distinct int, density float64, marked bool) (*matrix.LabelMatrix, []uint32) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 5))
	ids, keys := make([]int64, m), make([]matrix.Key, n)
	var marks []uint32
	var b matrix.Builder[int16]
	for i := range ids {
		ids[i] = int64(i + 1)
		if marked {
			marks = append(marks, r.Uint32N(3))
		}
		row := rand.New(rand.NewPCG(seed, r.Uint64N(uint64(distinct))))
		for votes := int(density*float64(n)*2*row.Float64() + 0.5); votes > 0; votes-- {
			b.Add(int32(i), row.Int32N(int32(n)), label(row, k))
		}
	}
	b.Unique(m, n, func(int, int) bool { return false })
	L, err := b.Matrix(ids, keys)
	must(t, err)
	return L, marks
}

func label(r *rand.Rand, k int) int16 {
	if k == 2 {
		return int16(2*r.IntN(2) - 1)
	}
	return int16(1 + r.IntN(k))
}

// checkGroups holds groups to a plain map of what rows say.
func checkGroups(t *testing.T, L *matrix.LabelMatrix, marks []uint32, g *matrix.Groups) {
	t.Helper()
	says := func(L *matrix.LabelMatrix, i int, mark uint32) string {
		cols, vals := L.Row(i)
		return fmt.Sprint(cols, vals, mark)
	}
	count := make(map[string]int)
	for i := range L.Rows() {
		mark := uint32(0)
		if marks != nil {
			mark = marks[i]
		}
		row := says(L, i, mark)
		count[row]++
		if of := says(g.Distinct, int(g.Of[i]), g.Mark(int(g.Of[i]))); of != row {
			t.Fatalf("row %d is %s, its pattern %s", i, row, of)
		}
	}
	if g.Len() != len(count) || g.Total() != L.Rows() || g.Distinct.Rows() != g.Len() {
		t.Fatalf("%d patterns of %d candidates, want %d of %d", g.Len(), g.Total(), len(count), L.Rows())
	}
	for d, n := range g.Counts {
		if want := count[says(g.Distinct, d, g.Mark(d))]; n != want {
			t.Errorf("pattern %d has %d candidates, want %d", d, n, want)
		}
		if first := slices.Index(g.Of, int32(d)); g.Distinct.Candidates()[d] != L.Candidates()[first] {
			t.Errorf("pattern %d is said to be that of candidate %d, not %d", d, g.Distinct.Candidates()[d], L.Candidates()[first])
		}
	}
}

func sameGroups(t *testing.T, what string, a, b *matrix.Groups) {
	t.Helper()
	samePatterns(t, what, a.Patterns, b.Patterns)
	if !slices.Equal(a.Of, b.Of) || !slices.Equal(a.Distinct.Candidates(), b.Distinct.Candidates()) {
		t.Errorf("%s: other patterns of the rows", what)
	}
}

func samePatterns(t *testing.T, what string, a, b *matrix.Patterns) {
	t.Helper()
	same := slices.Equal(a.Counts, b.Counts) && slices.Equal(a.Marks, b.Marks) && a.Distinct.Rows() == b.Distinct.Rows()
	for i := 0; same && i < a.Distinct.Rows(); i++ {
		cols, labels := a.Distinct.Row(i)
		otherCols, others := b.Distinct.Row(i)
		same = slices.Equal(cols, otherCols) && slices.Equal(labels, others)
	}
	if !same {
		t.Errorf("%s: other patterns", what)
	}
}

// TestGroup: rows are in one group exactly if they say the same, whatever the
// path and the number of processors.
func TestGroup(t *testing.T) {
	for _, c := range []struct {
		name              string
		m, n, k, distinct int
		density           float64
		marked            bool
	}{
		{"no rows", 0, 3, 2, 1, .5, false},
		{"no columns", 40, 1, 2, 1, 0, true},
		{"binary", 3000, 5, 2, 200, .4, false},
		{"binary with known classes", 3000, 5, 2, 200, .4, true},
		{"one pattern", 70_000, 4, 2, 1, .9, false},
		{"all distinct", 70_000, 20, 2, 1 << 40, .5, false},
		{"many classes", 40_000, 12, 30_000, 5000, .3, true},
		{"wide", 5000, 40_000, 3, 900, .0002, false},
		{"mostly empty", 60_000, 10, 2, 300, .03, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			L, marks := randomMatrix(t, 9, c.m, c.n, c.k, c.distinct, c.density, c.marked)
			g := matrix.Group(L, marks)
			if c.m <= 5000 {
				checkGroups(t, L, marks, g)
			}
			sameGroups(t, "by sorting", g, matrix.GroupBySorting(L, marks))
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			sameGroups(t, "on one processor", g, matrix.Group(L, marks))
			runtime.GOMAXPROCS(7)
			sameGroups(t, "on seven processors", g, matrix.Group(L, marks))
		})
	}
}

// TestGroupCollision: rows with one hash that say different things are different
// patterns.
func TestGroupCollision(t *testing.T) {
	// The hash of a row is that of its first labels, changed by the last: two rows
	// whose hashes differ in the last bits only are made alike by one label more of
	// each, which differ in the same bits.
	const rows, column = 1 << 20, 1 << 14
	r := rand.New(rand.NewPCG(12, 1))
	var b matrix.Builder[int16]
	for i := range int32(rows) {
		b.Add(i, 0, int16(1+r.IntN(1<<15-1)))
		b.Add(i, 1, int16(1+r.IntN(1<<15-1)))
	}
	L, err := b.Matrix(make([]int64, rows), make([]matrix.Key, 2*column))
	must(t, err)
	hash, order := make([]uint64, rows), make([]int, rows)
	for i := range order {
		hash[i], order[i] = matrix.RowHash(L, i), i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(hash[a], hash[b]) })
	for x := 1; x < rows; x++ {
		differ := hash[order[x-1]] ^ hash[order[x]]
		last := differ ^ (column<<16 | 1<<14)
		if differ == 0 || differ>>30 != 0 || int16(last) <= 0 { // no column, or no label
			continue
		}
		for i, from := range []int{order[x-1], order[x], order[x], order[x-1]} {
			cols, vals := L.Row(from)
			for e, j := range cols {
				b.Add(int32(i), j, vals[e])
			}
			if from == order[x] {
				b.Add(int32(i), int32(last>>16), int16(last))
			} else {
				b.Add(int32(i), column, 1<<14)
			}
		}
		L, err := b.Matrix([]int64{1, 2, 3, 4}, L.Keys())
		must(t, err)
		if matrix.RowHash(L, 0) != matrix.RowHash(L, 1) {
			t.Fatal("the rows were to have one hash")
		}
		g := matrix.Group(L, nil)
		checkGroups(t, L, nil, g)
		sameGroups(t, "by sorting", g, matrix.GroupBySorting(L, nil))
		return
	}
	t.Fatal("no two rows with one hash were found")
}

// TestPatterns: patterns that are made of patterns are those of the matrix that
// they stand for.
func TestPatterns(t *testing.T) {
	L, marks := randomMatrix(t, 10, 4000, 6, 3, 400, .4, true)
	p := matrix.Group(L, marks).Patterns
	again, err := matrix.NewPatterns(p.Distinct, p.Counts, p.Marks)
	must(t, err)
	samePatterns(t, "of patterns", again, p)
	if p.Total() != L.Rows() {
		t.Errorf("%d candidates, want %d", p.Total(), L.Rows())
	}

	order := []int{4, 0, 5}
	samePatterns(t, "of some columns", p.SelectCols(order), matrix.Group(L.SelectCols(order), marks).Patterns)

	var kept []matrix.Entry[int16]
	skip := []bool{false, true, false, false, true, false}
	for _, e := range L.Entries() {
		if !skip[e.Col] {
			kept = append(kept, e)
		}
	}
	fewer, err := matrix.New(L.Candidates(), L.Keys(), kept)
	must(t, err)
	samePatterns(t, "without columns", p.Without(skip), matrix.Group(fewer, marks).Patterns)

	if some := p.Thin(1000); some.Total() < 990 || some.Total() > 1000 {
		t.Errorf("a quarter of the candidates are %d, want 1000", some.Total())
	}
	_, err = matrix.NewPatterns(p.Distinct, p.Counts[1:], p.Marks)
	wantError(t, "a count too few", err, "counts")
	_, err = matrix.NewPatterns(p.Distinct, make([]int, p.Len()), p.Marks)
	wantError(t, "no candidates", err, "row 0", "0 candidates")
}
