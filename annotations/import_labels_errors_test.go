package annotations_test

import (
	"errors"
	"testing"

	"workbench/annotations"
)

// Who imports a table can tell which option would have made it one.
func TestLabelImportErrorsTellTheOption(t *testing.T) {
	path := copyOracle(t, "CREATE TABLE enemy (id INTEGER PRIMARY KEY, person1_id INTEGER, person1_cid, person2_id INTEGER, person2_cid)",
		"DELETE FROM label", "INSERT INTO label (candidate_id, key_id, value) SELECT 7, id, 1 FROM label_key WHERE name = 'LF_husband_wife'")
	nine := labelImport{Abstain: -1, Cardinality: 2}
	for _, test := range []struct {
		opts  labelImport
		table string
		says  string
		is    error
	}{
		{labelImport{}, "candidate_id,a\n1,-1\n2,2\n",
			"L.csv:3: column a: unusable value: label 2 in a table that has both -1, which only two classes have, and labels from 2 up", annotations.ErrBothConventions},
		{nine, "candidate_id,a\n1,2\n", "L.csv:2: column a: unusable value: class 2 is not below the cardinality 2", annotations.ErrHighClass},
		{nine, "person1,person2,a\nx,y,1\n", "L.csv:1: the columns are arguments of several candidate classes: enemy, spouse", annotations.ErrSeveralClasses},
	} {
		err := refuses(t, path, test.opts, test.table)
		if err == nil || err.Error() != test.says || !errors.Is(err, test.is) {
			t.Errorf("got  %v\nwant %s", err, test.says)
		}
	}
	err := refuses(t, path, labelImport{}, "candidate_id,LF_husband_wife\n7,-1\n")
	stored, ok := errors.AsType[*annotations.StoredLabelError](err)
	if !ok || *stored != (annotations.StoredLabelError{Candidate: 7, Key: "LF_husband_wife"}) {
		t.Errorf("error %v", err)
	}
}

// A NUL would end the name where SQL reads it.
func TestNamesWithNULAreRefusedWithTheirLine(t *testing.T) {
	path := copyOracle(t)
	for _, table := range []string{"candidate_id,key,value\n1,LF_new,1\n2,LF_husband_wife\x00,1\n", "{\"candidate_id\": 1, \"key\": \"LF_new\", \"value\": 1}\n\n{\"candidate_id\": 2, \"key\": \"LF_new\\u0000\", \"value\": 1}\n"} {
		refuses(t, path, labelImport{}, table, "L.csv:3: the name \"LF_", "\\x00\" has a control character")
	}
}
