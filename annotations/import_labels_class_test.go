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
		"candidate_id,key,value,class\n1,a,1,SPAM\n2,a,-1,HAM\n3,a,1,\n4,a,1,other\n": nil,
		"class,candidate_id,value,key\nSPAM,1,SPAM,a\n":                               nil,
		"candidate_id,key,value,class\n1,a,1,SPAM\n2,a,1,HAM\n":                       annotations.ErrOtherName,
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
