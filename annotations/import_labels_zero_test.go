package annotations_test

import (
	"errors"
	"strings"
	"testing"

	"workbench/annotations"
)

// Where 0 may be an abstention or the first class, both readings are the error;
// what only one of them can have written is read.
func TestZeroAmongMissingLabels(t *testing.T) {
	zero, minusOne := new(int), new(int)
	*minusOne = -1
	for _, test := range []struct {
		name, text string
		notation   annotations.Notation
		line       int // of the error, 0 for none
	}{
		{"a cell is empty", "candidate_id,a,b\n1,2,\n2,1,0\n", annotations.Notation{}, 3},
		{"a cell is NaN", "candidate_id,a,b\n1,0,nan\n2,1,2\n", annotations.Notation{}, 2},
		{"of two classes", "candidate_id,a,b\n1,0,\n2,1,1\n", annotations.Notation{Cardinality: 2}, 2},
		{"of three", "candidate_id,a,b\n1,0,\n2,1,2\n", annotations.Notation{Cardinality: 3}, 2},
		{"with names", "candidate_id,a,b\n1,0,\n2,1,2\n", annotations.Notation{Names: []string{"a", "b", "c"}}, 2},
		{"of a list", `[{"candidate_id":1,"a":2,"b":null},{"candidate_id":2,"a":1,"b":0}]`, annotations.Notation{}, 2},
		{"of Parquet", string(parquetOf(t, gappy{ID: 1, A: new(int64(2)), B: new(int64(0))}, gappy{ID: 2, A: new(int64(1))})), annotations.Notation{}, 1},
		{"of Parquet, told", string(parquetOf(t, gappy{ID: 1, A: new(int64(2)), B: new(int64(0))}, gappy{ID: 2, A: new(int64(1))})), annotations.Notation{Abstain: zero}, 0},
		{"a row is 0", "candidate_id,key,value\n1,a,2\n2,a,0\n", annotations.Notation{}, 3},
		{"class 3 of three", "candidate_id,a,b\n1,0,\n2,1,3\n", annotations.Notation{Cardinality: 3}, 0},
		{"numbers in all cells", "candidate_id,a,b\n1,0,1\n2,2,0\n", annotations.Notation{}, 0},
		{"no 0", "candidate_id,a,b\n1,,1\n2,2,\n", annotations.Notation{}, 0},
		{"names in the other cells", "candidate_id,a,b\n1,x,\n2,0,y\n", annotations.Notation{Names: []string{"x", "y"}}, 0},
		{"nothing but 0", "candidate_id,a,b\n1,0,\n", annotations.Notation{}, 0},
		{"-1 and 0", "candidate_id,a,b\n1,0,\n2,-1,\n", annotations.Notation{}, 0},
		{"told 0", "candidate_id,key,value\n1,a,2\n2,a,0\n", annotations.Notation{Abstain: zero}, 0},
		{"told -1", "candidate_id,a,b\n1,2,\n2,1,0\n", annotations.Notation{Abstain: minusOne, Cardinality: 3}, 0},
	} {
		var err error
		for _, failed := range annotations.ReadLabels("L", strings.NewReader(test.text), annotations.LabelFormat{Notation: test.notation}) {
			err = failed
		}
		want := "L:" + string(rune('0'+test.line)) + ": "
		if wrong := errors.Is(err, annotations.ErrZeroLabel); wrong != (test.line > 0) || wrong && !strings.HasPrefix(err.Error(), want) || !wrong && err != nil {
			t.Errorf("%s: error %v, want one of line %d", test.name, err, test.line)
		}
	}
}

// gappy is a row of Parquet with labels that may be missing.
type gappy struct {
	ID int64  `parquet:"candidate_id"`
	A  *int64 `parquet:"a,optional"`
	B  *int64 `parquet:"b,optional"`
}
