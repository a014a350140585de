package matrix_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"workbench/annotations/matrix"
)

// slowPairs compares every two columns of dense rows, as the definitions say.
func slowPairs(rows [][]int16) []matrix.PairStat {
	var stats []matrix.PairStat
	m := float64(len(rows))
	for j := range rows[0] {
		for k := j + 1; k < len(rows[0]); k++ {
			s := matrix.PairStat{NameJ: fmt.Sprint("LF", j), NameK: fmt.Sprint("LF", k), J: j, K: k}
			for _, row := range rows {
				switch {
				case row[j] == 0 || row[k] == 0:
					continue
				case row[j] == row[k]:
					s.Agreement += 1 / m
				default:
					s.Conflict += 1 / m
				}
				s.Overlap += 1 / m
			}
			stats = append(stats, s)
		}
	}
	return stats
}

func comparePairs(t *testing.T, what string, got, want []matrix.PairStat) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d pairs, want %d", what, len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if g.NameJ != w.NameJ || g.NameK != w.NameK || g.J != w.J || g.K != w.K ||
			!near(g.Overlap, w.Overlap) || !near(g.Agreement, w.Agreement) || !near(g.Conflict, w.Conflict) {
			t.Errorf("%s: pair %d is\n got %+v\nwant %+v", what, i, g, w)
		}
	}
}

func TestPairStatsAreThoseOfADenseLoop(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 1))
	for _, c := range []struct {
		m, n     int
		labels   []int16
		coverage float64
	}{
		{1, 2, []int16{-1, 1}, 1},
		{40, 6, []int16{-1, 1}, 0.5},
		{200, 9, []int16{1, 2, 3, 4, 5}, 0.3},
		{300, 4, []int16{-1, 1}, 0.02},
		{50, 5, []int16{1}, 1},
		{5000, 7, []int16{-1, 1}, 0.9},
		{5000, 70, []int16{-1, 1}, 0.6},
		{5000, 66, []int16{1, 2, 3, 4, 5, 6, 7, 8, 300}, 0.8},
		{20_000, 5, []int16{-1, 1, 2}, 0.8},
	} {
		rows := make([][]int16, c.m)
		for i := range rows {
			rows[i] = make([]int16, c.n)
			for j := range rows[i] {
				if random.Float64() < c.coverage {
					rows[i][j] = c.labels[random.IntN(len(c.labels))]
				}
			}
		}
		comparePairs(t, fmt.Sprintf("%+v", c), matrix.PairStats(fromRows(t, rows)), slowPairs(rows))
	}
}

func TestPairStatsOfFewerThanTwoLFsAreNone(t *testing.T) {
	for _, n := range []int{0, 1} {
		if got := matrix.PairStats(fromRows(t, [][]int16{make([]int16, n)})); len(got) != 0 {
			t.Errorf("%d LFs: %v", n, got)
		}
	}
}

// How often an LF overlaps with any other is at least its overlap with each.
func TestPairStatsFitLFStats(t *testing.T) {
	L := loaded(t, 1, 0)
	stats := matrix.LFStats(L, nil, 2)
	pairs := matrix.PairStats(L)
	if want := L.Cols() * (L.Cols() - 1) / 2; len(pairs) != want {
		t.Fatalf("%d pairs, want %d", len(pairs), want)
	}
	for _, p := range pairs {
		for _, s := range []matrix.LFStat{stats[p.J], stats[p.K]} {
			if p.Overlap > s.Overlaps || p.Conflict > s.Conflicts || !near(p.Overlap, p.Agreement+p.Conflict) {
				t.Errorf("%+v does not fit %+v", p, s)
			}
		}
	}
}
