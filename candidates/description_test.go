package candidates_test

import (
	"context"
	"encoding/json"
	"testing"

	"workbench/candidates"
)

// The JSON of a candidate is read by programs: keys, their order and what is
// null do not change.
func TestCandidateAsJSON(t *testing.T) {
	s := &candidates.Sentence{StableID: "news::sentence:0:8", Text: "Al <left", Document: &candidates.Document{Name: "news"}}
	c := candidates.Candidate{ID: 7, Type: "person", Split: 1, Args: []candidates.Argument{{
		Name: "who", CID: "Q1", Context: candidates.Context{ID: 3, Type: "span", StableID: "news::span:0:1", Text: "Al", HasText: true},
		Span: &candidates.Span{Sentence: s, CharStart: 0, CharEnd: 1}, Sentence: s, Document: s.Document,
	}}}
	orphan := candidates.Candidate{ID: 8, Type: "person"}
	for _, test := range []struct {
		value any
		want  string
	}{
		{c.Outline(), `{"id":7,"type":"person","split":1,"arguments":[{"name":"who","context_id":3,"context_type":"span","stable_id":"news::span:0:1","cid":"Q1","text":"Al"}]}`},
		{c.Describe(), `{"id":7,"type":"person","split":1,"tagged_text":"{{A}} \u003cleft","marked_text":"[A: Al] \u003cleft","arguments":[{"name":"who","context_id":3,` +
			`"context_type":"span","stable_id":"news::span:0:1","cid":"Q1","text":"Al","char_start":0,"char_end":1,"sentence":"news::sentence:0:8","document":"news"}]}`},
		{orphan.Outline(), `{"id":8,"type":"person","split":0,"arguments":[]}`},
		{orphan.Describe(), `{"id":8,"type":"person","split":0,"tagged_text":null,"marked_text":null,"arguments":[]}`},
	} {
		got, err := json.Marshal(test.value)
		must(t, err)
		if string(got) != test.want {
			t.Errorf("got %s\nwant %s", got, test.want)
		}
	}
	stored, err := candidates.ByID(context.Background(), oracleDB(t), 1)
	must(t, err)
	start, end, ok := stored.Args[0].WordRange()
	if d := stored.Describe().Arguments[0]; !ok || d.WordStart == nil || *d.WordStart != start || *d.WordEnd != end {
		t.Errorf("words %v to %v, want %d to %d", d.WordStart, d.WordEnd, start, end)
	}
}
