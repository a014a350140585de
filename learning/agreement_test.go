package learning_test

import (
	"math"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

// annotated makes a matrix of candidates × annotators from rows of labels.
func annotated(t *testing.T, rows [][]int16) *matrix.LabelMatrix {
	t.Helper()
	var entries []matrix.Entry[int16]
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = int64(i + 1)
		for j, v := range row {
			if v != 0 {
				entries = append(entries, matrix.Entry[int16]{Row: i, Col: j, Value: v})
			}
		}
	}
	keys := []matrix.Key{{ID: 1, Name: "a"}, {ID: 2, Name: "b"}, {ID: 3, Name: "c"}, {ID: 4, Name: "d"}}
	L, err := matrix.New(ids, keys[:len(rows[0])], entries)
	if err != nil {
		t.Fatal(err)
	}
	return L
}

// The example of Krippendorff's "Computing Krippendorff's Alpha-Reliability" (2011),
// section C: nominal data, four observers, missing values; 0.743.
func TestKrippendorffsExample(t *testing.T) {
	observers := [][]int16{
		{1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0},
		{1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3},
		{0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0},
		{1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0},
	}
	rows := make([][]int16, len(observers[0]))
	for i := range rows {
		for _, o := range observers {
			rows[i] = append(rows[i], o[i])
		}
	}
	if got := learning.KrippendorffAlpha(annotated(t, rows)); math.Abs(got-0.743421) > 1e-6 { // 0.743 in the paper
		t.Errorf("alpha is %v", got)
	}
}

// A table of two annotators: both yes 20, both no 15, the first alone yes 5, the second
// alone 10: kappa is 0.4.
func TestCohensKappa(t *testing.T) {
	var rows [][]int16
	for _, cell := range []struct {
		n    int
		a, b int16
	}{{20, 1, 1}, {5, 1, -1}, {10, -1, 1}, {15, -1, -1}, {7, 1, 0}, {3, 0, -1}} {
		for range cell.n {
			rows = append(rows, []int16{cell.a, cell.b, 0})
		}
	}
	list := learning.CohenKappas(annotated(t, rows))
	if len(list) != 3 {
		t.Fatalf("%d pairs", len(list))
	}
	if k := list[0]; k.Both != 50 || math.Abs(k.Agreement-0.7) > 1e-12 || math.Abs(k.Kappa-0.4) > 1e-12 || k.NameJ != "a" || k.NameK != "b" {
		t.Errorf("%+v", k)
	}
	if k := list[1]; k.Both != 0 || !math.IsNaN(k.Kappa) || !math.IsNaN(k.Agreement) {
		t.Errorf("%+v", k)
	}
}

// Of two annotators without missing labels alpha is near kappa's kin, Scott's pi, which it
// corrects for the sample: 1 − (1 − π)(n − 1)/n with n labels.
func TestAlphaOfTwo(t *testing.T) {
	rows := [][]int16{{1, 1}, {1, -1}, {-1, -1}, {-1, -1}, {1, 1}, {-1, 1}}
	agreed, share := 4.0/6, 6.0/12
	pi := (agreed - (share*share + (1-share)*(1-share))) / (1 - (share*share + (1-share)*(1-share)))
	if got, want := learning.KrippendorffAlpha(annotated(t, rows)), 1-(1-pi)*11/12; math.Abs(got-want) > 1e-12 {
		t.Errorf("alpha is %v, want %v", got, want)
	}
}

// Where nothing can be told it is NaN.
func TestAgreementOfNothing(t *testing.T) {
	for _, rows := range [][][]int16{{{1, 0}, {0, 1}}, {{1, 1}, {1, 1}}, {{0, 0}}} {
		if a := learning.KrippendorffAlpha(annotated(t, rows)); !math.IsNaN(a) {
			t.Errorf("%v: alpha is %v", rows, a)
		}
		if k := learning.CohenKappas(annotated(t, rows))[0].Kappa; !math.IsNaN(k) {
			t.Errorf("%v: kappa is %v", rows, k)
		}
	}
}
