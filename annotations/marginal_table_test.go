package annotations_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
)

// spelledMarginals reads marginals and writes them as line=candidate:class=p.
func spelledMarginals(r io.Reader, format annotations.MarginalFormat) (string, error) {
	var rows []string
	for row, err := range annotations.ReadMarginals("L", r, format) {
		if err != nil {
			return strings.Join(rows, " "), err
		}
		line := fmt.Sprintf("%d=%d:", row.Line, row.Candidate)
		if row.Class != nil {
			line = fmt.Sprintf("%d=%q:", row.Line, row.StableIDs)
		}
		for k, p := range row.P {
			line += fmt.Sprintf("%d=%v,", row.Values[k], p)
		}
		rows = append(rows, line)
	}
	return strings.Join(rows, " "), nil
}

func TestReadMarginals(t *testing.T) {
	spam := annotations.MarginalFormat{Names: []string{"HAM", "SPAM"}}
	three := annotations.MarginalFormat{Names: []string{"A", "B", "C_C"}}
	rows := annotations.MarginalFormat{Candidates: []int64{7, 9}}
	texts := annotations.MarginalFormat{Classes: []*candidates.Subclass{{Table: "tweet", Args: []string{"tweet"}}}}
	for _, test := range []struct {
		file   string
		format annotations.MarginalFormat
		want   string
	}{
		{"candidate_id,probability\n7,0.25\n9,1\n", annotations.MarginalFormat{}, "2=7:1=0.25, 3=9:1=1,"},
		{"candidate_id;p\n7;0,25\n9;1e-3\n", annotations.MarginalFormat{}, "2=7:1=0.25, 3=9:1=0.001,"},
		{"marginal\ttext\tcandidate_id\n\ta, b\t7\n0.5\t\t9.0\n", annotations.MarginalFormat{}, "2=7: 3=9:1=0.5,"},
		{`{"candidate_id":7,"probability_1_SPAM":0.25}`, annotations.MarginalFormat{}, "1=7:1=0.25,"},
		{`[{"candidate_id":7,"p":0.25},{"candidate_id":9,"p":null}]`, annotations.MarginalFormat{}, "1=7:1=0.25, 2=9:"},
		{"candidate_id,p_1,p_-1\n7,0.25,0.75\n", annotations.MarginalFormat{}, "2=7:0=0.75,1=0.25,"},
		{"candidate_id,p_SPAM,p_HAM,p_value\n7,0.25,0.75,3\n", spam, "2=7:0=0.75,1=0.25,"},
		{"candidate_id,SPAM,HAM\n7,0.25,0.75\n", spam, "2=7:0=0.75,1=0.25,"},
		{"candidate_id,marginal_3_C_C,marginal_A,marginal_2\n7,0.25,0.5,0.25\n", three, "2=7:0=0.5,1=0.25,2=0.25,"},
		{"candidate_id,probability_1_x,probability_2_y,probability_3_z\n7,0.25,0.5,0.25\n", annotations.MarginalFormat{}, "2=7:0=0.25,1=0.5,2=0.25,"},
		// value is a class beside probability, but a labeling function in an export.
		{"candidate_id,value,probability\n7,2,0.25\n7,1,0.5\n", annotations.MarginalFormat{}, "2=7:2=0.25, 3=7:1=0.5,"},
		{"candidate_id,value,probability\n7,SPAM,0.25\n7,HAM,0.75\n", spam, "2=7:1=0.25, 3=7:0=0.75,"},
		{"candidate_id,value,marginal\n7,-1,0.25\n", annotations.MarginalFormat{}, "2=7:1=0.25,"},
		{"stable_id,p\nx,0.25\n", texts, `2=["x"]:1=0.25,`},
		{"id,p\nx,0.25\n", texts, `2=["x"]:1=0.25,`},
		{"tweet,tweet_stable_id,marginal\na text,x,0.25\n", texts, `2=["x"]:1=0.25,`},
		{string(npy(t, "<f4", "(2,)", false, []float32{0.25, 1})), rows, "1=7:1=0.25, 2=9:1=1,"},
		{string(npy(t, "<f8", "(2, 1)", false, []float64{0.25, 1})), rows, "1=7:1=0.25, 2=9:1=1,"},
		{string(npy(t, "<f8", "(2, 2)", true, []float64{0.25, 1, 0.75, 0})), rows, "1=7:0=0.25,1=0.75, 2=9:0=1,1=0,"},
		{string(npy(t, "<f8", "(2, 3)", false, []float64{0.25, 0.5, 0.25, 0, 0, 1})), rows, "1=7:0=0.25,1=0.5,2=0.25, 2=9:0=0,1=0,2=1,"},
		{string(npz(t, member{"proba", npy(t, "<f8", "(2,)", false, []float64{0.25, 1})})), rows, "1=7:1=0.25, 2=9:1=1,"},
		{string(npz(t, member{"marginals", npy(t, "<f8", "(2,)", false, []float64{0.25, 1})}, member{"other", npy(t, "<i8", "(1,)", false, []int64{1})},
			member{"candidate_ids", npy(t, "<i8", "(2,)", false, []int64{4, 3})})), rows, "1=4:1=0.25, 2=3:1=1,"},
	} {
		got, err := spelledMarginals(strings.NewReader(test.file), test.format)
		if got != test.want || err != nil {
			t.Errorf("%q: %q, %v, want %q", test.file, got, err, test.want)
		}
	}
}

func TestMarginalsThatCannotBeRead(t *testing.T) {
	spam := []string{"HAM", "SPAM"}
	three := []string{"A", "B", "C"}
	for _, test := range []struct {
		file  string
		names []string
		want  string
	}{
		{"", nil, "L:1: the file is empty"},
		{"candidate_id,p\n", nil, "L:1: there are no probabilities"},
		{"candidate_id,p\n1,\n", nil, "L:1: there are no probabilities"},
		{"p\n1\n", nil, "L:1: no column candidate_id"},
		{"candidate_id,q\n1,1\n", nil, "L:1: no column of probabilities"},
		{"candidate_id,p,p\n1,1,1\n", nil, "L:1: column p is there twice"},
		{"candidate_id,p,marginal\n1,1,1\n", nil, "L:1: columns marginal and p both could be probabilities"},
		{"candidate_id,p,p_1\n1,1,1\n", nil, "L:1: columns p and p_1 both could be probabilities"},
		{"candidate_id,p_1,p_1_SPAM\n1,1,1\n", nil, "L:1: columns p_1 and p_1_SPAM are about the same class"},
		{"candidate_id,p_0,p_1\n1,1,1\n", nil, "L:1: columns p_0 to p_1: of two classes the labels are -1 and 1, and of more they count from 1"},
		{"candidate_id,p_1,p_2\n1,1,1\n", nil, "L:1: columns p_1 and p_2: of two classes the labels are -1 and 1, and p_1 would be the second"},
		{"candidate_id,p_-1\n1,1\n", nil, "L:1: column p_-1 is that of the first of two classes"},
		{"candidate_id,HAM\n1,1\n", spam, "L:1: column HAM is that of the first of two classes"},
		{"candidate_id,p_1,p_2,p_4\n1,1,1,1\n", nil, "L:1: no column for label 3 beside p_1"},
		{"candidate_id,p_A,p_B\n1,1,1\n", three, "L:1: no column for label 3 beside p_A"},
		{"candidate_id,p_A\n1,1\n", three, "L:1: no column for label 2 beside p_A"},
		{"candidate_id,p_1,p_2,p_3,p_4\n1,1,1,1,1\n", three, "L:1: column p_4 is of no class; the classes are A is 1, B is 2, C is 3"},
		{"candidate_id,p_1_HAM\n1,1\n", spam, "L:1: column p_1_HAM: label 1: beside it stands the name of another class: HAM is -1"},
		{"candidate_id,p_1_EGGS\n1,1\n", spam, "L:1: column p_1_EGGS: label 1 is not called \"EGGS\"; the classes are HAM is -1, SPAM is 1"},
		{"candidate_id,p\n1,1.5\n", nil, `L:2: column p: "1.5" is not a probability`},
		{"candidate_id,p\n1,-0.1\n", nil, `L:2: column p: "-0.1" is not a probability`},
		{"candidate_id,p\n1,NaN\n", nil, `L:2: column p: "NaN" is not a probability`},
		{"candidate_id,p\n1,0x1p-2\n", nil, `L:2: column p: "0x1p-2" is not a probability`},
		{"candidate_id,p\n1,1\nx,1\n", nil, `L:3: column candidate_id: "x" is no candidate id`},
		{"candidate_id,p_-1,p_1\n1,,1\n", nil, "L:2: column p_-1 is empty, and others of the row are not"},
		{"candidate_id,value,p\n1,-1,1\n", nil, `L:2: column value: "-1" is neither a class, counted from 0`},
		{"candidate_id,value,p\n1,32767,1\n", nil, `L:2: column value: "32767" is neither a class`},
		{string(npy(t, "<f8", "(1,)", false, []float64{1})), nil, "L:1: the array has 1 rows, and there are 2 candidates"},
		{string(npy(t, "<f8", "()", false, []float64{1})), nil, "L:1: marginals have 1 dimension, candidates, or 2"},
		{string(npy(t, "<U1", "(2,)", false, []rune("ab"))), nil, "L:1: the array holds texts"},
		{string(npy(t, "<f8", "(2, 0)", false, []float64{})), nil, "L:1: the array has 0 columns"},
		{string(npy(t, "<f8", "(2,)", false, []float64{1})), nil, "L:1: the array is cut off"},
		{string(csr(t, "csr", []int32{0, 1, 3}, []int32{1, 0, 1})), nil, "L:1: the archive has a sparse matrix"},
		{string(npz(t, member{"a", npy(t, "<f8", "(2,)", false, []float64{1, 1})}, member{"b", npy(t, "<f8", "(2,)", false, []float64{1, 1})})), nil,
			"L:1: the archive has 2 arrays that could be marginals, and not one"},
	} {
		_, err := spelledMarginals(strings.NewReader(test.file), annotations.MarginalFormat{Names: test.names, Candidates: []int64{7, 9}})
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%q: %v, want %s", test.file, err, test.want)
		}
	}
	_, err := spelledMarginals(strings.NewReader("candidate_id,p\n1,2\n"), annotations.MarginalFormat{})
	if !errors.Is(err, matrix.ErrBadMarginal) {
		t.Errorf("%v is not ErrBadMarginal", err)
	}
}
