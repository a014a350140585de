package annotations_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"workbench/annotations"
	"workbench/annotations/matrix"
)

// trainingLabels joins a table with probabilities.
func trainingLabels(t testing.TB, table string, o annotations.LabelTableOptions, p []float64) *annotations.TrainingLabels {
	t.Helper()
	read, err := readTable(t, strings.NewReader(table), o)
	must(t, err)
	r, err := annotations.NewTrainingLabels(read, &matrix.Marginals{Candidates: read.L.Candidates(), Cardinality: read.Cardinality, P: p}, annotations.TrainingOptions{})
	must(t, err)
	return r
}

func TestTrainingLabels(t *testing.T) {
	for _, test := range []struct {
		name, table, format string
		abstain             *int
		p                   []float64
		want                string
	}{
		{"two classes in words", "id,text,a,b\nx,\"Buy, now\",spam,\ny,Hi,ham,ham\nz,?,,\n", "csv", nil, []float64{0.75, 0.25, 0.5},
			"id,text,label,class,probability_ham,probability_spam,votes\nx,\"Buy, now\",1,spam,0.25,0.75,1\ny,Hi,-1,ham,0.75,0.25,2\nz,?,,,0.5,0.5,0\n"},
		{"two classes", "a,b\n1,-1\n1,\n", "tsv", nil, []float64{1, 0.25},
			"id\tlabel\tclass\tprobability_-1\tprobability_1\tvotes\n1\t1\t1\t0\t1\t2\n2\t-1\t-1\t0.75\t0.25\t1\n"},
		{"classes from 0", "task,worker,label\nx,w,0\ny,w,2\n", "jsonl", pointer(-1), []float64{0.5, 0.25, 0.25, 0.25, 0.25, 0.5},
			`{"id":"x","label":1,"class":"0","probability_0":0.5,"probability_1":0.25,"probability_2":0.25,"votes":1}` + "\n" +
				`{"id":"y","label":3,"class":"2","probability_0":0.25,"probability_1":0.25,"probability_2":0.5,"votes":1}` + "\n"},
	} {
		r := trainingLabels(t, test.table, annotations.LabelTableOptions{Notation: annotations.Notation{Abstain: test.abstain}}, test.p)
		var b strings.Builder
		must(t, annotations.WriteTrainingLabels(&b, test.format, r))
		if b.String() != test.want {
			t.Errorf("%s: %q\nwant %q", test.name, b.String(), test.want)
		}
	}
}

// A Parquet file of them is a table of labels again.
func TestTrainingLabelsInParquet(t *testing.T) {
	r := trainingLabels(t, "id,a\nx,1\ny,-1\n", annotations.LabelTableOptions{}, []float64{0.75, 0.25})
	var b bytes.Buffer
	must(t, annotations.WriteTrainingLabels(&b, "parquet", r))
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	must(t, err)
	if f.NumRows() != 2 {
		t.Errorf("%d rows", f.NumRows())
	}
	again, err := readTable(t, bytes.NewReader(b.Bytes()), annotations.LabelTableOptions{LFs: []string{"label"}})
	must(t, err)
	if text := spelledTable(again); text != "x:label=1 y:label=-1 K=2" {
		t.Error(text)
	}
}

func TestTrainingLabelsOfSomeRows(t *testing.T) {
	read, err := readTable(t, strings.NewReader("a,b\n1,-1\n,\n-1,\n"), annotations.LabelTableOptions{})
	must(t, err)
	p := &matrix.Marginals{Candidates: read.L.Candidates(), Cardinality: 2, P: []float64{0.5, 0.5, 0.125}}
	r, err := annotations.NewTrainingLabels(read, p, annotations.TrainingOptions{LabelledOnly: true})
	must(t, err)
	var ids []any
	must(t, r.Each(func(cells []annotations.Cell) error { ids = append(ids, cells[0].Value()); return nil }))
	if len(ids) != 2 || ids[0] != "1" || ids[1] != "3" {
		t.Error(ids)
	}
	if err := r.Each(func([]annotations.Cell) error { return io.ErrShortWrite }); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
	for what, p := range map[string]*matrix.Marginals{
		"of 2 candidates do not fit a table of 3": {Candidates: []int64{1, 2}, Cardinality: 2, P: []float64{1, 1}},
		"of 3 classes do not fit a table of 2":    {Candidates: read.L.Candidates(), Cardinality: 3, P: make([]float64, 9)},
		"not in the order":                        {Candidates: []int64{1, 3, 2}, Cardinality: 2, P: make([]float64, 3)},
	} {
		_, err := annotations.NewTrainingLabels(read, p, annotations.TrainingOptions{})
		wantError(t, what, err, what)
	}
}
