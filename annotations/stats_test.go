package annotations_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
)

// near compares figures that are quotients of two counts. Both sides divide
// the same integers, but Snorkel sums shares of rows in another order for some
// of them, which moves the last digits: 1e-9 is far above that and far below
// the smallest step of a count, 1/m.
func near(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-9
}

// compareTable checks statistics against a table of the oracle's, without the
// conflicts where stored zeros disturb Snorkel's.
func compareTable(t *testing.T, what string, got []matrix.LFStat, want table, zeros int) {
	t.Helper()
	if len(got) != len(want.Data) || len(got) == 0 {
		t.Fatalf("%s: %d rows, want %d", what, len(got), len(want.Data))
	}
	for j, row := range want.Data {
		if got[j].Name != want.Index[j] {
			t.Errorf("%s: LF %d is %s, want %s", what, j, got[j].Name, want.Index[j])
		}
		figures := map[string]float64{"j": float64(got[j].J), "Coverage": got[j].Coverage, "Overlaps": got[j].Overlaps,
			"Conflicts": got[j].Conflicts, "TP": float64(got[j].TP), "FP": float64(got[j].FP), "FN": float64(got[j].FN),
			"TN": float64(got[j].TN), "Empirical Acc.": got[j].EmpiricalAcc}
		for k, column := range want.Columns {
			if column == "Conflicts" && zeros > 0 {
				continue
			}
			figure, known := figures[column]
			if wanted := number(row[k]); !known || !near(figure, wanted) {
				t.Errorf("%s: %s of %s is %v, want %v", what, column, want.Index[j], figure, wanted)
			}
		}
	}
}

// number reads a figure of the oracle's, which writes NaN as a text.
func number(v any) float64 {
	if x, ok := v.(float64); ok {
		return x
	}
	return math.NaN()
}

func TestLFStatsAreSnorkels(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		for _, split := range db.Splits {
			want := db.BySplit[fmt.Sprint(split)]
			for group, m := range []*labels{{wantMatrix: want.L.wantMatrix, Stats: &want.Stats}, want.L1} {
				if m == nil {
					continue
				}
				what := fmt.Sprintf("split %d, group %d", split, group)
				L, err := label.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: split, KeyGroup: group})
				must(t, err)
				cardinality := max(2, int(L.MaxLabel()))
				compareTable(t, what, matrix.LFStats(L, nil, cardinality), *m.Stats, m.zeros())
				for _, s := range matrix.LFStats(L, nil, cardinality) {
					if !math.IsNaN(s.EmpiricalAcc) || s.TP+s.FP+s.FN+s.TN != 0 {
						t.Errorf("%s: without gold labels %s has %+v", what, s.Name, s)
					}
				}
				if m.StatsGold != nil {
					gold, err := annotations.LoadGoldLabels(t.Context(), db.s, "gold", annotations.Selection{Split: split})
					must(t, err)
					compareTable(t, what+" with gold", matrix.LFStats(L, matrix.Align(L, gold), cardinality), *m.StatsGold, m.zeros())
				}
			}
			for annotator, g := range want.Gold {
				if g.Stats == nil {
					continue
				}
				L, err := label.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: split})
				must(t, err)
				gold, err := annotations.LoadGoldLabels(t.Context(), db.s, annotator, annotations.Selection{Split: split})
				must(t, err)
				compareTable(t, fmt.Sprintf("split %d against %s", split, annotator), matrix.LFStats(L, matrix.Align(L, gold), 2), *g.Stats, 0)
			}
		}
	})
}

// A zero in the table makes Snorkel see a conflict with the labels beside it.
func TestStoredZeroIsNoConflict(t *testing.T) {
	path := copyOracle(t, "INSERT INTO label (value, key_id, candidate_id) SELECT 0, 4, id FROM candidate WHERE split = 1 ON CONFLICT DO NOTHING")
	with, err := label.LoadMatrix(t.Context(), open(t, path), annotations.Selection{Split: 1})
	must(t, err)
	without, err := label.LoadMatrix(t.Context(), oracleDB(t), annotations.Selection{Split: 1})
	must(t, err)
	for j, s := range matrix.LFStats(without, nil, 2) {
		got := matrix.LFStats(with, nil, 2)[j]
		if got.EmpiricalAcc, s.EmpiricalAcc = 0, 0; got != s { // both are NaN
			t.Errorf("with zeros %+v, without %+v", got, s)
		}
	}
	if matrix.Summarise(with) != matrix.Summarise(without) {
		t.Errorf("with zeros %+v, without %+v", matrix.Summarise(with), matrix.Summarise(without))
	}
}

func TestSummariesAreSnorkels(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		for _, split := range db.Splits {
			want := db.BySplit[fmt.Sprint(split)]
			L, err := label.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: split})
			must(t, err)
			got := matrix.Summarise(L)
			if !near(got.Coverage, want.Summary.Coverage) {
				t.Errorf("split %d: coverage %v, want %v", split, got.Coverage, want.Summary.Coverage)
			}
			// Snorkel adds up values, which counts right for ±1 only.
			if L.MaxLabel() <= 1 && (!near(got.Overlap, want.Summary.Overlap) || !near(got.Conflict, want.Summary.Conflict)) {
				t.Errorf("split %d: %+v, want %+v", split, got, want.Summary)
			}
			if density := float64(len(want.L.nonzero())) / float64(L.Rows()*L.Cols()); !near(got.Density, density) {
				t.Errorf("split %d: density %v, want %v", split, got.Density, density)
			}
		}
	})
}

func TestOracleStoresNaNAsText(t *testing.T) {
	var rows [][]any
	must(t, json.Unmarshal([]byte(`[["NaN", 1.5]]`), &rows))
	if !math.IsNaN(number(rows[0][0])) || number(rows[0][1]) != 1.5 {
		t.Error("number misreads the oracle")
	}
}
