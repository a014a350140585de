package learning_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/session"
)

// idsOf are the candidates of some rows.
func idsOf(L *matrix.LabelMatrix, rows []int) []int64 {
	ids := make([]int64, len(rows))
	for k, i := range rows {
		ids[k] = L.Candidates()[i]
	}
	return ids
}

func TestBucketsOfLFsAreSnorkels(t *testing.T) {
	t.Parallel()
	var oracle struct {
		Buckets map[string]struct {
			Four [][]int64 `json:"lf_helpers.test_LF"`
		} `json:"test_LF"`
	}
	readOracle(t, "helpers.json", &oracle)
	s, err := session.Open(t.Context(), "../testdata/oracle/snorkel07.db")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	tested := 0
	for split := 1; split <= 2; split++ {
		sel := annotations.Selection{Split: split}
		L, err := annotations.LabelAnnotator{}.LoadMatrix(t.Context(), s, sel)
		if err != nil {
			t.Fatal(err)
		}
		gold, err := annotations.LoadGoldLabels(t.Context(), s, "gold", sel)
		if err != nil {
			t.Fatal(err)
		}
		stats := matrix.LFStats(L, matrix.Align(L, gold), 2)
		for j, k := range L.Keys() {
			want, ok := oracle.Buckets[fmt.Sprintf("%s,split=%d", k.Name, split)]
			if !ok || len(want.Four) != 4 {
				t.Errorf("the oracle has no buckets of %s", k.Name)
				continue
			}
			tested++
			got := learning.TestLF(L, j, matrix.Align(L, gold), 2)
			for b, rows := range [][]int{got.TP, got.FP, got.TN, got.FN} {
				if !slices.Equal(idsOf(L, rows), want.Four[b]) {
					t.Errorf("%s, split %d, bucket %d: %v, want %v", k.Name, split, b, idsOf(L, rows), want.Four[b])
				}
			}
			if a := stats[j].EmpiricalAcc; got.Scores.Accuracy != a && !(math.IsNaN(a) && math.IsNaN(got.Scores.Accuracy)) || got.Coverage != stats[j].Coverage {
				t.Errorf("%s: accuracy %v and coverage %v, want %v and %v", k.Name, got.Scores.Accuracy, got.Coverage, a, stats[j].Coverage)
			}
		}
	}
	if tested != 18 {
		t.Errorf("%d LFs tested", tested)
	}
}

// Ten candidates: gold and label of each, and what comes out by hand.
func TestScoresOfOneLF(t *testing.T) {
	t.Parallel()
	ids := []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	var entries []matrix.Entry[int16]
	for i, v := range []int16{1, 1, 1, -1, -1, 0, 0, 1, 0, -1} {
		entries = append(entries, matrix.Entry[int16]{Row: i, Value: v})
	}
	L, err := matrix.New(ids, []matrix.Key{{Name: "lf"}, {Name: "silent"}}, entries)
	if err != nil {
		t.Fatal(err)
	}
	gold := []int16{1, 1, -1, 1, -1, 1, -1, 0, 0, -1}
	got := learning.TestLF(L, 0, gold, 2)
	buckets := [][]int{got.TP, got.FP, got.FN, got.TN, got.Abstained}
	want := [][]int{{0, 1}, {2}, {3}, {4, 9}, {5, 6, 8}}
	for b := range want {
		if !slices.Equal(buckets[b], want[b]) {
			t.Errorf("bucket %d: %v, want %v", b, buckets[b], want[b])
		}
	}
	if s := got.Scores; s.Precision != 2./3 || s.Recall != 2./3 || s.FBeta != 2./3 || s.Accuracy != 4./6 || got.Coverage != 0.7 {
		t.Errorf("scores %+v, coverage %v", s, got.Coverage)
	}
	silent := learning.TestLF(L, 1, gold, 2)
	if s := silent.Scores; s.Precision != 0 || s.Recall != 0 || s.FBeta != 0 || !math.IsNaN(s.Accuracy) || len(silent.Abstained) != 10 || silent.Coverage != 0 {
		t.Errorf("an LF that abstains has %+v", silent)
	}
}

func TestBucketsOfMoreClasses(t *testing.T) {
	t.Parallel()
	var entries []matrix.Entry[int16]
	for i, v := range []int16{1, 2, 3, 0, 2} {
		entries = append(entries, matrix.Entry[int16]{Row: i, Value: v})
	}
	L, err := matrix.New([]int64{1, 2, 3, 4, 5}, []matrix.Key{{Name: "lf"}}, entries)
	if err != nil {
		t.Fatal(err)
	}
	got := learning.TestLF(L, 0, []int16{1, 2, 1, 1, 0}, 3)
	if !slices.Equal(got.Correct, []int{0, 1}) || !slices.Equal(got.Incorrect, []int{2}) || !slices.Equal(got.Abstained, []int{3}) ||
		got.TP != nil || got.Scores.Accuracy != 2./3 || got.Scores.Precision != 0 {
		t.Errorf("%+v", got)
	}
}
