package matrix_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"workbench/annotations/matrix"
)

// near compares figures that are quotients of two counts. Both sides divide
// the same integers, but Snorkel sums shares of rows in another order for some
// of them, which moves the last digits: 1e-9 is far above that and far below
// the smallest step of a count, 1/m.
func near(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-9
}

// slow computes the statistics from dense rows, label by label, as their
// definitions say, with a zero, stored or not, as an abstention.
func slow(rows [][]int16, gold []int16, cardinality int) []matrix.LFStat {
	stats := make([]matrix.LFStat, len(rows[0]))
	m := float64(len(rows))
	for j := range stats {
		s := &stats[j]
		*s = matrix.LFStat{Name: fmt.Sprint("LF", j), J: j}
		equal, both := 0, 0
		for i, row := range rows {
			if row[j] == 0 {
				continue
			}
			s.Coverage += 1 / m
			overlaps, conflicts := false, false
			for k, other := range row {
				overlaps = overlaps || k != j && other != 0
				for _, third := range row {
					conflicts = conflicts || other != 0 && third != 0 && other != third
				}
			}
			if overlaps {
				s.Overlaps += 1 / m
			}
			if conflicts {
				s.Conflicts += 1 / m
			}
			if gold == nil || gold[i] == 0 {
				continue
			}
			both++
			if row[j] == gold[i] {
				equal++
			}
			if cardinality != 2 {
				continue
			}
			for _, c := range []struct {
				label, gold int16
				count       *int
			}{{1, 1, &s.TP}, {1, -1, &s.FP}, {-1, 1, &s.FN}, {-1, -1, &s.TN}} {
				if row[j] == c.label && gold[i] == c.gold {
					*c.count++
				}
			}
		}
		s.EmpiricalAcc = float64(equal) / float64(both)
	}
	return stats
}

func compareStats(t *testing.T, what string, got, want []matrix.LFStat) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d rows, want %d", what, len(got), len(want))
	}
	for j, w := range want {
		g := got[j]
		if g.J != j || w.Name != "" && g.Name != w.Name || !near(g.Coverage, w.Coverage) || !near(g.Overlaps, w.Overlaps) || !near(g.Conflicts, w.Conflicts) ||
			g.TP != w.TP || g.FP != w.FP || g.FN != w.FN || g.TN != w.TN || !near(g.EmpiricalAcc, w.EmpiricalAcc) {
			t.Errorf("%s: LF %d is\n got %+v\nwant %+v", what, j, g, w)
		}
	}
}

func TestStatisticsOfSmallMatricesAreSnorkels(t *testing.T) {
	var model struct {
		Binary map[string]struct{ L [][]int16 } `json:"binary_matrices"`
		Cat    []struct{ L [][]int16 }          `json:"categorical"`
		Stats  map[string]struct {
			Coverage        float64   `json:"candidate_coverage"`
			MatrixCoverage  []float64 `json:"matrix_coverage"`
			MatrixOverlaps  []float64 `json:"matrix_overlaps"`
			MatrixConflicts []float64 `json:"matrix_conflicts"`
			L               [][]int16
			Y               []int16
			TP              []int     `json:"matrix_tp"`
			FP              []int     `json:"matrix_fp"`
			TN              []int     `json:"matrix_tn"`
			FN              []int     `json:"matrix_fn"`
			TrainingSummary []float64 `json:"training_set_summary_stats"`
		}
	}
	readJSON(t, testdata+"oracle/model.json", &model)
	for _, name := range []string{"binary", "tiny", "explicit_zeros", "categorical_K3"} {
		want, ok := model.Stats[name]
		if !ok {
			t.Fatalf("the oracle has no statistics of %s", name)
		}
		cardinality := 2
		switch name {
		case "explicit_zeros":
			want.L = model.Binary[name].L
		case "categorical_K3":
			want.L, cardinality = model.Cat[0].L, 3
		}
		L := fromRows(t, want.L)
		got := matrix.LFStats(L, want.Y, cardinality)
		compareStats(t, name, got, slow(want.L, want.Y, cardinality))
		for j, s := range got {
			if !near(s.Coverage, want.MatrixCoverage[j]) || !near(s.Overlaps, want.MatrixOverlaps[j]) {
				t.Errorf("%s: LF %d has coverage %v and overlaps %v, want %v and %v", name, j, s.Coverage, s.Overlaps, want.MatrixCoverage[j], want.MatrixOverlaps[j])
			}
			if name != "explicit_zeros" && !near(s.Conflicts, want.MatrixConflicts[j]) {
				t.Errorf("%s: LF %d has conflicts %v, want %v", name, j, s.Conflicts, want.MatrixConflicts[j])
			}
			if want.TP != nil && (s.TP != want.TP[j] || s.FP != want.FP[j] || s.TN != want.TN[j] || s.FN != want.FN[j]) {
				t.Errorf("%s: LF %d counts %+v", name, j, s)
			}
		}
		summary := matrix.Summarise(L)
		if !near(summary.Coverage, want.Coverage) {
			t.Errorf("%s: %+v, want coverage %v", name, summary, want.Coverage)
		}
		if ts := want.TrainingSummary; ts != nil && (!near(summary.Coverage, ts[0]) || !near(summary.Overlap, ts[1]) || !near(summary.Conflict, ts[2])) {
			t.Errorf("%s: %+v, want %v", name, summary, ts)
		}
	}
}

func TestStatisticsFollowTheirDefinitions(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for trial := range 40 {
		top := 1 + trial%4
		rows := drawn(random, 1+random.IntN(30), 1+random.IntN(8), top)
		gold := make([]int16, len(rows))
		for i := range gold {
			gold[i] = int16(random.IntN(top+2) - 1)
		}
		cardinality := max(2, top)
		if cardinality > 2 { // classes are 1 to K
			for i := range rows {
				for j := range rows[i] {
					rows[i][j] = max(rows[i][j], 0)
				}
				gold[i] = max(gold[i], 0)
			}
		}
		if top == 2 { // and binary labels are ±1
			continue
		}
		compareStats(t, fmt.Sprint("trial ", trial), matrix.LFStats(fromRows(t, rows), gold, cardinality), slow(rows, gold, cardinality))
	}
}

func TestCategoricalAccuracyComparesClasses(t *testing.T) {
	L := fromRows(t, [][]int16{{1, 3, 0}, {2, 3, 0}, {3, 1, 0}, {1, 3, 0}})
	got := matrix.LFStats(L, []int16{1, 3, 3, 0}, 3)
	for j, want := range []float64{2.0 / 3, 1.0 / 3, math.NaN()} {
		if !near(got[j].EmpiricalAcc, want) {
			t.Errorf("LF %d: accuracy %v, want %v", j, got[j].EmpiricalAcc, want)
		}
		// True and false, positive and negative mean nothing among three classes.
		if got[j].TP+got[j].FP+got[j].FN+got[j].TN != 0 {
			t.Errorf("LF %d: %+v counts binary outcomes", j, got[j])
		}
	}
}

func TestSummaryCountsLabelsNotValues(t *testing.T) {
	// One categorical label of 2 is no overlap; Snorkel, which adds values, says so.
	got := matrix.Summarise(fromRows(t, [][]int16{{2, 0, 0}, {0, 0, 0}, {2, 2, 0}, {1, 3, 1}}))
	want := matrix.Summary{Coverage: 0.75, Overlap: 0.5, Conflict: 0.25, Density: 0.5}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// The same on matrices that were loaded, with stored zeros, one-sided and
// overlapping labeling functions.
func TestStatisticsOfLoadedMatricesFollowTheirDefinitions(t *testing.T) {
	for split := range 3 {
		for group := range 2 {
			L := loaded(t, split, group)
			cardinality := max(2, int(L.MaxLabel()))
			want := slow(toRows(L), nil, cardinality)
			for j := range want {
				want[j].Name = L.Keys()[j].Name
			}
			compareStats(t, fmt.Sprintf("split %d, group %d", split, group), matrix.LFStats(L, nil, cardinality), want)
		}
	}
}
