package annotations_test

import (
	"reflect"
	"strings"
	"testing"

	"workbench/annotations"
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

func TestRangesComeFromATable(t *testing.T) {
	path := copyOracle(t, `CREATE TABLE "my ""scopes""" (note TEXT, value INTEGER, candidate_id INTEGER)`,
		`INSERT INTO "my ""scopes""" VALUES ('a', 3, 20), ('b', 1, 20), ('another split', 1, 77), ('c', 2, 10)`)
	r, err := annotations.LoadRanges(t.Context(), open(t, path), `my "scopes"`, threeRows(t))
	must(t, err)
	wantLists(t, r, [][]int16{{2}, {1, 3}, nil})
}

func TestTablesThatAreNoRangesAreRefused(t *testing.T) {
	for what, c := range map[string]struct {
		rows, says string
	}{
		"text":   {"(20, 'three')", `table scopes: ("20", "three") is not a candidate id and a class`},
		"null":   {"(NULL, 1)", "is not a candidate id and a class"},
		"real":   {"(20, 1.5)", `("20", "1.5") is not a candidate id and a class`},
		"twice":  {"(20, 1), (10, 1), (20, 1)", "table scopes: candidate 20: class 1 is given twice"},
		"zero":   {"(20, 0)", "table scopes: candidate 20: class 0 is not a label"},
		"beyond": {"(20, 70000)", "class 70000 is not a label"},
	} {
		path := copyOracle(t, "CREATE TABLE scopes (candidate_id, value)", "INSERT INTO scopes VALUES "+c.rows)
		r, err := annotations.LoadRanges(t.Context(), open(t, path), "scopes", threeRows(t))
		wantError(t, what, err, path, c.says)
		if r != nil {
			t.Errorf("%s: there are ranges", what)
		}
	}
	for _, table := range []string{"nowhere", "label_key", "scopes; DROP TABLE label", ""} {
		_, err := annotations.LoadRanges(t.Context(), oracleDB(t), table, threeRows(t))
		wantError(t, table, err, "there is no table "+table+" with the columns candidate_id and value")
	}
}

func TestRangesComeFromAFile(t *testing.T) {
	for _, text := range []string{
		"candidate_id,value\n20,3\n\n20,1\n77,1\n10, 2\n",
		"\ufeff20,3\r\n 20 ,1\r\n10,2",
		"candidate_id\tvalue\n20\t3\n\"20\"\t1\n10\t2\n",
	} {
		r, err := annotations.ReadRanges("r.csv", strings.NewReader(text), threeRows(t))
		must(t, err)
		wantLists(t, r, [][]int16{{2}, {3, 1}, nil})
	}
	for text, says := range map[string]string{
		"20,1\ncandidate_id,value\n": `r.csv, line 2: "candidate_id,value" is not a candidate id and a class`,
		"20,1.0\n":                   `r.csv, line 1: "20,1.0" is not a candidate id and a class`,
		"20,1\n20,1\n":               "r.csv, line 2: candidate 20: class 1 is given twice",
		"20\n":                       "r.csv: record on line 1: wrong number of fields",
		"20,1\n20,2,\n":              "r.csv: record on line 2: wrong number of fields",
		"20,1\n20,\"2\n":             "r.csv, line 2: a field in quotes does not end",
		"20,1\n20,\xff\n":            "r.csv, line 2: field 2 is not valid UTF-8",
	} {
		_, err := annotations.ReadRanges("r.csv", strings.NewReader(text), threeRows(t))
		wantError(t, text, err, says)
	}
}
