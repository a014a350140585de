package matrix_test

import (
	"reflect"
	"testing"

	"workbench/annotations/matrix"
)

// threeRows is a matrix of the candidates 10, 20 and 30.
func threeRows(t testing.TB) *matrix.LabelMatrix {
	t.Helper()
	L, err := matrix.New([]int64{10, 20, 30}, []matrix.Key{{ID: 1, Name: "LF"}}, []matrix.Entry[int16]{})
	must(t, err)
	return L
}

func wantLists(t testing.TB, r *matrix.Ranges, want [][]int16) {
	t.Helper()
	got := r.Lists()
	if len(got) != len(want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for i := range want {
		if len(got[i]) != len(want[i]) || len(want[i]) > 0 && !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("row %d: %v, want %v", i, got[i], want[i])
		}
	}
}

func TestRangesAreInTheOrderOfTheRowsAndClassesAsGiven(t *testing.T) {
	r := matrix.NewRanges(threeRows(t))
	wantLists(t, r, [][]int16{nil, nil, nil})
	for _, x := range [][2]int{{30, 5}, {10, 2}, {30, 1}, {30, 32767}, {99, 3}, {-1, 3}} { // 99 and −1 are of another split
		must(t, r.Add(int64(x[0]), x[1]))
	}
	wantLists(t, r, [][]int16{{2}, nil, {5, 1, 32767}})
}

func TestClassesThatCannotBeInARangeAreRefused(t *testing.T) {
	r := matrix.NewRanges(threeRows(t))
	must(t, r.Add(10, 4))
	wantError(t, "twice", r.Add(10, 4), "candidate 10", "class 4 is given twice")
	for _, class := range []int{0, -1, 32768, 1 << 40} {
		wantError(t, "class", r.Add(20, class), "candidate 20", "is not a label of a categorical candidate")
		wantError(t, "class of another split", r.Add(99, class), "candidate 99")
	}
	wantLists(t, r, [][]int16{{4}, nil, nil})
}
