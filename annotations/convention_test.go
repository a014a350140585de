package annotations_test

import (
	"errors"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/candidates"
)

// A table with −1, 0 and 1 has two meanings; any other has one, or is told.
func TestTablesOfTwoMeaningsMustBeTold(t *testing.T) {
	zero, minusOne := 0, -1
	for _, test := range []struct {
		table   string
		abstain *int
		want    error
	}{
		{"candidate_id,a\n1,1\n2,0\n", nil, nil},
		{"candidate_id,a\n1,1\n2,-1\n3,\n4,NaN\n", nil, nil},
		{"candidate_id,a\n1,-1\n2,0\n3,true\n", nil, nil},
		{"candidate_id,a,b\n1,1,-1\n2,0,1\n", nil, annotations.ErrBothReadings},
		{"candidate_id,a\n1,1.0\n2,0.0\n3,-1.0\n", nil, annotations.ErrBothReadings},
		{"candidate_id,key,value\n1,a,1\n2,a,-1\n1,b,0\n", nil, annotations.ErrBothReadings},
		{"candidate_id,a\n1,1\n2,0\n3,2\n", nil, nil},
		{"candidate_id,a,b,c,d\n1,1,0,-1,2\n", nil, annotations.ErrBothConventions},
		{"candidate_id,a\n1,1\n2,0\n3,-1\n", &zero, nil},
		{"candidate_id,a\n1,1\n2,0\n3,-1\n", &minusOne, nil},
	} {
		_, err := readLabels(test.table, annotations.LabelFormat{Notation: annotations.Notation{Abstain: test.abstain}})
		if !errors.Is(err, test.want) {
			t.Errorf("%q: error %v, want %v", test.table, err, test.want)
		}
	}
}

func TestZeroAmongGoldLabelsMustBeTold(t *testing.T) {
	zero, minusOne := 0, -1
	for _, test := range []struct {
		label   string
		abstain *int
		want    int16
		none    bool
		err     error
	}{
		{"0", nil, 0, false, annotations.ErrZeroGold},
		{"0.0", nil, 0, false, annotations.ErrZeroGold},
		{"false", nil, -1, false, nil},
		{"0", &zero, 0, false, nil},
		{"-1", &zero, -1, false, nil},
		{"0", &minusOne, -1, false, nil},
		{"1", &minusOne, 1, false, nil},
		{"-1", &minusOne, 0, true, nil},
		{"2", &minusOne, 0, false, annotations.ErrHighClass},
	} {
		format := annotations.GoldFormat{Args: []string{"a"}, Notation: annotations.Notation{Abstain: test.abstain}}
		for row, err := range annotations.ReadGold("g.csv", strings.NewReader("a,label\nx,"+test.label+"\n"), format) {
			if !errors.Is(err, test.err) {
				t.Errorf("%s: error %v, want %v", test.label, err, test.err)
			}
			if err == nil && (row.Label != test.want || row.Unlabelled != test.none) {
				t.Errorf("%s: label %d, none %t", test.label, row.Label, row.Unlabelled)
			}
		}
	}
}

func TestNumbersOfSnorkel09(t *testing.T) {
	minusOne := -1
	for _, test := range []struct {
		k    int
		v    int64
		want annotations.Label
		err  error
	}{{0, 0, -1, nil}, {2, 1, 1, nil}, {3, 0, 1, nil}, {3, 2, 3, nil}, {3, -1, 0, nil}, {3, 3, 0, annotations.ErrHighClass}, {3, -2, 0, annotations.ErrBadValue}} {
		got, err := annotations.Notation{Abstain: &minusOne, Cardinality: test.k}.Number(test.v)
		if got != test.want || !errors.Is(err, test.err) {
			t.Errorf("%d of %d classes: %d and error %v, want %d and %v", test.v, test.k, got, err, test.want, test.err)
		}
	}
}

// Queries, too, are read in the convention that is said.
func TestQueriesMayCountClassesFromZero(t *testing.T) {
	minusOne := -1
	a := annotations.LabelAnnotator{Subclass: subclass(t, candidates.Cardinality(3)), LFs: []annotations.LF{
		{Name: "a", Query: "SELECT id AS candidate_id, id % 4 - 1 AS value FROM candidate", Abstain: &minusOne}}}
	a.Subclass.Table, a.Subclass.Args = "spouse", []string{"person1", "person2"}
	var o annotations.ApplyOptions
	o.Split = 1
	L, err := a.Labels(t.Context(), oracleDB(t), o)
	must(t, err)
	for i, id := range L.Candidates() {
		if want := int16(id % 4); L.At(i, 0) != want {
			t.Fatalf("candidate %d: label %d, want %d", id, L.At(i, 0), want)
		}
	}
}
