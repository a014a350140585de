package candidates_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"workbench/candidates"
)

func TestTextAsASpan(t *testing.T) {
	s := open(t, copyOracle(t,
		"CREATE TABLE raw_text (id INTEGER PRIMARY KEY, name VARCHAR, text VARCHAR)",
		"CREATE TABLE tweet (id INTEGER PRIMARY KEY, tweet_id INTEGER, tweet_cid VARCHAR)",
		"INSERT INTO context (id, type, stable_id) VALUES (9001, 'raw_text', 't1')",
		"INSERT INTO raw_text VALUES (9001, 't1', 'Nice ☀ weather')",
		"INSERT INTO candidate (id, type, split) VALUES (9001, 'tweet', 7)",
		"INSERT INTO tweet VALUES (9001, 9001, NULL)"))
	cands, err := candidates.Load(t.Context(), s, candidates.Query{Split: 7})
	if err != nil {
		t.Fatal(err)
	}
	c := &cands[0]
	if a := c.Args[0]; a.Span != nil || a.Sentence != nil {
		t.Errorf("the file has no span and no sentence for it: %+v", a)
	}
	// Whoever asks first, all get the same.
	spans := make([]*candidates.Span, 8)
	var all sync.WaitGroup
	for i := range spans {
		all.Go(func() { spans[i] = c.Args[0].AsSpan() })
	}
	all.Wait()
	for _, p := range spans {
		if p != spans[0] {
			t.Fatal("two spans of one text")
		}
	}
	p := spans[0]
	if p.Text() != "Nice ☀ weather" || p.ID != 0 || p.Sentence.ID != 0 || !p.Sentence.Alone() {
		t.Errorf("%+v", p)
	}
	if words, err := p.AttribTokens("words"); err != nil || !slices.Equal(words, []string{"Nice", "☀", "weather"}) {
		t.Errorf("words %q, %v", words, err)
	}
	if sentence, err := candidates.Parent(c); err != nil || sentence != p.Sentence {
		t.Errorf("parent %v, %v", sentence, err)
	}
	if text, err := candidates.TaggedText(c); err != nil || text != "{{A}}" {
		t.Errorf("tagged text %q, %v", text, err)
	}
	if in, err := candidates.ContainsToken(c, "NICE", "", false); err != nil || !in {
		t.Errorf("contains nice: %v, %v", in, err)
	}
	if _, err := p.Sentence.Attrib("lemmas"); !errors.Is(err, candidates.ErrNoAttribute) {
		t.Errorf("lemmas: %v", err)
	}
	if _, err := candidates.SentenceCandidateSpans(t.Context(), s, c); !errors.Is(err, candidates.ErrNoSpan) {
		t.Errorf("other spans of the sentence: %v", err)
	}
	if c, err := candidates.ByID(t.Context(), s, 1); err != nil || c.Args[0].AsSpan() != c.Args[0].Span {
		t.Errorf("the span of a span: %v", err)
	}
}
