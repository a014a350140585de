package annotations_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/candidates/records"
)

// labelRecords labels the records of a table, and checks that no file is left.
func labelRecords(ctx context.Context, t *testing.T, class, table string, a annotations.LabelAnnotator, o annotations.RecordOptions) (*annotations.LabelTable, error) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	c, err := candidates.ParseSubclass(class)
	must(t, err)
	r, err := records.NewReader("t", strings.NewReader(table), records.Options{Class: c, Numbered: true, Gold: "gold"})
	must(t, err)
	got, err := a.LabelRecords(ctx, c, r.Records(), o)
	left, readErr := os.ReadDir(os.Getenv("TMPDIR"))
	must(t, readErr)
	if len(left) > 0 {
		t.Errorf("%s is left", left[0].Name())
	}
	return got, err
}

// has labels texts in which a word stands.
func has(name, word string, label annotations.Label) annotations.LF {
	return annotations.LF{Name: name, Func: func(c *candidates.Candidate) (annotations.Label, error) {
		if text, _ := c.InText(); strings.Contains(text, word) {
			return label, nil
		}
		return annotations.Abstain, nil
	}}
}

func TestLabelRecords(t *testing.T) {
	lfs := []annotations.LF{has("good", "good", 1), has("bad", "bad", -1),
		{Name: "long", Query: "SELECT candidate.id AS candidate_id, 1 AS value FROM candidate JOIN example ON example.id = candidate.id JOIN raw_text ON raw_text.id = text_id WHERE length(text) > 8"}}
	const texts = "text,gold\ngood,pos\nnot good,\nbad but good,neg\n"
	names := &annotations.Classes{Type: "example", Names: []string{"neg", "pos"}}
	got, err := labelRecords(t.Context(), t, "Example(text)", texts, annotations.LabelAnnotator{LFs: lfs, Classes: names}, annotations.RecordOptions{})
	must(t, err)
	if is, want := spelledTable(got), `1:good=1=1"good" 2:good=1=0"not good" 3:good=1,bad=-1,long=1=-1"bad but good" K=2(neg,pos)`; is != want {
		t.Errorf("%s, want %s", is, want)
	}
	if key := got.L.Keys()[2]; key.ID != 3 || got.L.Candidates()[2] != 3 {
		t.Errorf("%+v of candidates %v", key, got.L.Candidates())
	}
	got, err = labelRecords(t.Context(), t, "Example(text)", "id,text\nx,good\ny,a\n", annotations.LabelAnnotator{LFs: lfs}, annotations.RecordOptions{KeyNames: []string{"bad", "good"}})
	must(t, err)
	if is, want := spelledTable(got), `x:good=1"good" y:"a" K=2`; is != want {
		t.Errorf("%s, want %s", is, want)
	}
}

// Sentences have their candidates' numbers, and as many texts.
func TestLabelRecordsOfSentences(t *testing.T) {
	got, err := labelRecords(t.Context(), t, "Spouse(a, b)", `{"document": "d", "text": "Bo met Al", "candidates": [{"a": [0, 1], "b": [7, 8]}, {"a": [7, 8], "b": [0, 1]}]}`+"\n"+
		`{"document": "e", "text": "Al knew Bo", "candidates": [{"a": [0, 1], "b": [8, 9]}]}`, annotations.LabelAnnotator{LFs: []annotations.LF{has("met", "met", 1)}}, annotations.RecordOptions{})
	must(t, err)
	if is, want := spelledTable(got), `1:met=1"Bo met Al" 2:met=1"Bo met Al" 3:"Al knew Bo" K=2`; is != want {
		t.Errorf("%s, want %s", is, want)
	}
}

func TestLabelRecordsThatFail(t *testing.T) {
	good := annotations.LabelAnnotator{LFs: []annotations.LF{has("good", "good", 1)}}
	other, err := candidates.ParseSubclass("Other(text)")
	must(t, err)
	for _, test := range []struct {
		name, table string
		annotator   annotations.LabelAnnotator
		says        string
	}{
		{"a word for gold", "text,gold\ngood,pos\n", good, `t:2: label "pos" is no integer`},
		{"an id twice", "id,text\nx,good\nx,bad\n", good, "t:3: "},
		{"no text", "id,text\nx,\n", good, "t:2: text is missing or empty"},
		{"another class", "text\ngood\n", annotations.LabelAnnotator{LFs: good.LFs, Subclass: other}, "of type other, and not example"},
		{"no labeling functions", "text\ngood\n", annotations.LabelAnnotator{}, "no labeling function"},
		{"one that fails", "text\ngood\n", annotations.LabelAnnotator{LFs: []annotations.LF{{Name: "panics", Func: func(*candidates.Candidate) (annotations.Label, error) { panic("oh") }}}}, "oh"},
	} {
		_, err := labelRecords(t.Context(), t, "Example(text)", test.table, test.annotator, annotations.RecordOptions{})
		wantError(t, test.name, err, test.says)
	}
	if _, err := labelRecords(t.Context(), t, "Example(text)", "text\ngood\n", annotations.LabelAnnotator{LFs: []annotations.LF{has("good", "good", 2)}}, annotations.RecordOptions{}); !errors.Is(err, matrix.ErrCardinality) {
		t.Error(err)
	}
	// What ends the process ends the context first.
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ends := annotations.LF{Name: "ends", Func: func(*candidates.Candidate) (annotations.Label, error) { cancel(); return 0, nil }}
	if _, err := labelRecords(ctx, t, "Example(text)", "text\ngood\nbad\n", annotations.LabelAnnotator{LFs: []annotations.LF{ends}}, annotations.RecordOptions{}); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := labelRecords(cancelledContext(t), t, "Example(text)", "text\ngood\n", good, annotations.RecordOptions{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
