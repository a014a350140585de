package annotations_test

import (
	"errors"
	"strings"
	"testing"

	"workbench/annotations"
)

// A long table may have the name of its class beside each label.
func TestClassBesideLabel(t *testing.T) {
	format := annotations.LabelFormat{Notation: annotations.Notation{Names: []string{"HAM", "SPAM"}}}
	for text, want := range map[string]error{
		"candidate_id,key,value,class\n1,a,1,SPAM\n2,a,-1,HAM\n3,a,1,\n4,a,1,other\n":                                  nil,
		"class,candidate_id,value,key\nSPAM,1,SPAM,a\n":                                                                nil,
		"candidate_id,key,value,class\n1,a,1,SPAM\n2,a,1,HAM\n":                                                        annotations.ErrOtherName,
		`[{"candidate_id":1,"key":"a","value":1,"class":"SPAM"}]`:                                                      nil,
		`[{"candidate_id":1,"key":"a","value":1,"class":"SPAM"},{"candidate_id":2,"key":"a","value":1,"class":"HAM"}]`: annotations.ErrOtherName,
		string(parquetOf(t, classed{1, "a", 1, "SPAM"})):                                                               nil,
		string(parquetOf(t, classed{1, "a", 1, "SPAM"}, classed{2, "a", 1, "HAM"})):                                    annotations.ErrOtherName,
	} {
		var err error
		rows := 0
		for row, failed := range annotations.ReadLabels("L", strings.NewReader(text), format) {
			if err = failed; err == nil {
				rows++
				if len(row.LFs) != 1 || row.LFs[0] != "a" {
					t.Errorf("%q: labeling functions %v", text, row.LFs)
				}
			}
		}
		if !errors.Is(err, want) || want == nil && err != nil || rows == 0 {
			t.Errorf("%q: %d rows, error %v, want %v", text, rows, err, want)
		}
	}
}

// classed is a row of Parquet with a label and the name beside it.
type classed struct {
	ID    int64  `parquet:"candidate_id"`
	Key   string `parquet:"key"`
	Value int64  `parquet:"value"`
	Class string `parquet:"class"`
}
