package candidates_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"workbench/candidates"
	"workbench/session"
)

// helperFigures is what Snorkel's helpers said of some sixty candidates.
type helperFigures struct {
	TokenKeys []string     `json:"token_keys"` // of the compact copy only
	Helpers   []helperCase `json:"helpers"`
	Odd       oddInputs    `json:"odd_inputs"`
	LFNames   []string     `json:"lf_names"`
	LFOutputs map[string]struct {
		IDs []int64 `json:"candidate_ids"`
		LFs [][]int
	} `json:"lf_outputs"`
}

type helperCase struct {
	ID               int64
	Split            int
	Sentence         string
	Words, Lemmas    []string
	NERTags          []string `json:"ner_tags"`
	CharOffsets      []int    `json:"char_offsets"`
	SentenceStableID string   `json:"sentence_stable_id"`
	Document         string
	Spans            []struct {
		ID              int64
		StableID        string `json:"stable_id"`
		RebuiltStableID string `json:"rebuilt_stable_id"`
		CharStart       int    `json:"char_start"`
		CharEnd         int    `json:"char_end"`
		WordStart       int    `json:"word_start"`
		WordEnd         int    `json:"word_end"`
		N, Len          int
		Span            string
		TokensWords     []string `json:"tokens_words"`
		TokensNER       []string `json:"tokens_ner"`
		SpanLemmas      string   `json:"span_lemmas"`
		SpanPOS         string   `json:"span_pos_sep_underscore"`
	}
	TextSplits     []string `json:"text_splits"`
	TaggedText     string   `json:"tagged_text"`
	TextBetween    string   `json:"text_between"`
	IsInverted     bool     `json:"is_inverted"`
	Tokens         tokenLists
	ContainsToken  [][]any `json:"contains_token"`       // token, attribute, case, result
	ContainsToken0 [][]any `json:"contains_token_span0"` // token, result
	Rules          map[string]int
	SentSpans      []int64 `json:"sent_candidate_span_ids"`
	DocSpans       []int64 `json:"doc_candidate_span_ids"`
	LFs            []int
}

// tokenLists are lists of tokens by name, or in the order of token_keys.
type tokenLists struct {
	named  map[string][]string
	listed [][]string
}

func (l *tokenLists) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		return json.Unmarshal(data, &l.listed)
	}
	return json.Unmarshal(data, &l.named)
}

func (l tokenLists) by(keys []string) map[string][]string {
	if l.named != nil {
		return l.named
	}
	named := make(map[string][]string, len(keys))
	for i, key := range keys {
		named[key] = l.listed[i]
	}
	return named
}

func helperOracle(t testing.TB) helperFigures {
	t.Helper()
	var f helperFigures
	readJSON(t, testdata+"oracle/helpers.json", &f)
	return f
}

// newsOracle reads the database of news text and its figures, which are kept
// beside the project.
func newsOracle(t testing.TB) (*session.Session, helperFigures) {
	t.Helper()
	path := shared(t, "spouse_small.db")
	var f helperFigures
	readJSON(t, strings.TrimSuffix(path, ".db")+".json", &f)
	return open(t, path), f
}

func TestHelpersAnswerAsSnorkelDoes(t *testing.T) {
	checkHelpers(t, oracleDB(t), helperOracle(t))
}

func TestHelpersAnswerAsSnorkelDoesOnNews(t *testing.T) {
	s, f := newsOracle(t)
	checkHelpers(t, s, f)
}

func checkHelpers(t *testing.T, s *session.Session, f helperFigures) {
	if len(f.Helpers) < 60 {
		t.Fatalf("only %d candidates in the oracle", len(f.Helpers))
	}
	for _, want := range f.Helpers {
		c, err := candidates.ByID(t.Context(), s, want.ID)
		must(t, err)
		t.Run(strconv.FormatInt(c.ID, 10), func(t *testing.T) {
			checkSpans(t, &c, want)
			checkTexts(t, &c, want)
			lists := want.Tokens.by(f.TokenKeys)
			if len(lists) != 231 {
				t.Errorf("%d lists of tokens, want 231", len(lists))
			}
			for key, tokens := range lists {
				got, err := window(&c, key)
				must(t, err)
				equal(t, key, got, tokens)
			}
			checkContains(t, &c, want)
			checkRules(t, &c, want)
			checkOtherSpans(t, s, &c, want)
		})
	}
}

func checkSpans(t *testing.T, c *candidates.Candidate, want helperCase) {
	t.Helper()
	sent, err := candidates.Parent(c)
	must(t, err)
	if sent.Text != want.Sentence || sent.StableID != want.SentenceStableID || sent.Document.Name != want.Document || c.Split != want.Split {
		t.Errorf("sentence %q (%s) of %s in split %d", sent.Text, sent.StableID, sent.Document.Name, c.Split)
	}
	offsets, err := sent.CharOffsets()
	must(t, err)
	equal(t, "char_offsets", offsets, want.CharOffsets)
	for attrib, list := range map[string][]string{"words": want.Words, "lemmas": want.Lemmas, "ner_tags": want.NERTags} {
		got, err := sent.Attrib(attrib)
		must(t, err)
		equal(t, attrib, got, list)
	}
	if len(c.Args) != len(want.Spans) {
		t.Fatalf("%d arguments, want %d", len(c.Args), len(want.Spans))
	}
	for i, w := range want.Spans {
		p := c.Args[i].Span
		start, end, err := p.WordRange()
		must(t, err)
		n, err := p.N()
		must(t, err)
		equal(t, "id, offsets, word range, n, len",
			[]int64{p.ID, int64(p.CharStart), int64(p.CharEnd), int64(start), int64(end), int64(n), int64(p.Len())},
			[]int64{w.ID, int64(w.CharStart), int64(w.CharEnd), int64(w.WordStart), int64(w.WordEnd), int64(w.N), int64(w.Len)})
		if p.Text() != w.Span || p.StableID != w.StableID || stableID(t, p) != w.RebuiltStableID {
			t.Errorf("argument %d: %q (%s, rebuilt %s), want %q (%s)", i, p.Text(), p.StableID, stableID(t, p), w.Span, w.StableID)
		}
		tokens, err := p.AttribTokens("words")
		must(t, err)
		equal(t, "words of the span", tokens, w.TokensWords)
		tokens, err = p.AttribTokens("ner_tags")
		must(t, err)
		equal(t, "ner_tags of the span", tokens, w.TokensNER)
		lemmas, err := p.AttribSpan("lemmas", " ")
		must(t, err)
		pos, err := p.AttribSpan("pos_tags", "_")
		must(t, err)
		equal(t, "lemmas and pos_tags of the span", []string{lemmas, pos}, []string{w.SpanLemmas, w.SpanPOS})
	}
}

// stableID makes the id of a span from that of its sentence.
func stableID(t *testing.T, p *candidates.Span) string {
	t.Helper()
	parts := strings.Split(p.Sentence.StableID, ":")
	start, err := strconv.Atoi(parts[len(parts)-2])
	must(t, err)
	return fmt.Sprintf("%s::span:%d:%d", p.Sentence.Document.Name, start+p.CharStart, start+p.CharEnd)
}

func checkTexts(t *testing.T, c *candidates.Candidate, want helperCase) {
	t.Helper()
	splits, err := candidates.TextSplits(c)
	must(t, err)
	equal(t, "text splits", splits, want.TextSplits)
	tagged, err := candidates.TaggedText(c)
	must(t, err)
	between, err := candidates.TextBetween(c)
	must(t, err)
	equal(t, "tagged text, text between", []string{tagged, between}, []string{want.TaggedText, want.TextBetween})
	inverted, err := candidates.IsInverted(c)
	if err != nil || inverted != want.IsInverted {
		t.Errorf("inverted: %v, %v; want %v", inverted, err, want.IsInverted)
	}
}

// window calls the helper that a key of the oracle names, such as
// left|span0|words|w=2|n_max=1|case=0, or left_default.
func window(c *candidates.Candidate, key string) ([]string, error) {
	if side, ok := strings.CutSuffix(key, "_default"); ok {
		key = side + "|cand|words|w=3|n_max=1|case=0"
		if side == "between" {
			key = side + "|words|n_max=1|case=0"
		}
	}
	part := strings.Split(key, "|")
	side, of := part[0], "cand"
	if side != "between" {
		of, part = part[1], part[1:]
	}
	attrib, number := part[1], make(map[string]int)
	for _, p := range part[2:] {
		name, value, _ := strings.Cut(p, "=")
		n, err := strconv.Atoi(value)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", key, err)
		}
		number[name] = n
	}
	tokens := candidates.Tokens{Attrib: attrib, NMax: number["n_max"], CaseSensitive: number["case"] == 1}
	var span *candidates.Span
	switch of {
	case "span0":
		span = c.Args[0].Span
	case "span1":
		span = c.Args[1].Span
	}
	switch {
	case side == "between":
		return candidates.BetweenTokens(c, tokens)
	case side == "left" && span == nil:
		return candidates.LeftTokens(c, number["w"], tokens)
	case side == "left":
		return span.LeftTokens(number["w"], tokens)
	case side == "right" && span == nil:
		return candidates.RightTokens(c, number["w"], tokens)
	case side == "right":
		return span.RightTokens(number["w"], tokens)
	}
	return nil, fmt.Errorf("key %s is unknown", key)
}

func checkContains(t *testing.T, c *candidates.Candidate, want helperCase) {
	t.Helper()
	for _, w := range want.ContainsToken {
		got, err := candidates.ContainsToken(c, w[0].(string), w[1].(string), w[2].(bool))
		if err != nil || got != w[3].(bool) {
			t.Errorf("contains %v: %v, %v", w, got, err)
		}
	}
	for _, w := range want.ContainsToken0 {
		got, err := c.Args[0].Span.ContainsToken(w[0].(string), "", false)
		if err != nil || got != w[1].(bool) {
			t.Errorf("the first argument contains %v: %v, %v", w, got, err)
		}
	}
	if len(want.ContainsToken) == 0 || len(want.ContainsToken0) == 0 {
		t.Error("the oracle has no cases of contains_token")
	}
}

func checkOtherSpans(t *testing.T, s *session.Session, c *candidates.Candidate, want helperCase) {
	t.Helper()
	ids := func(spans []*candidates.Span, err error) []int64 {
		must(t, err)
		var ids []int64
		for _, p := range spans {
			if p.Sentence == nil || p.Text() == "" || p.Sentence.Document == nil {
				t.Errorf("span %d is not complete", p.ID)
			}
			ids = append(ids, p.ID)
		}
		return ids
	}
	equal(t, "spans of the sentence", ids(candidates.SentenceCandidateSpans(t.Context(), s, c)), want.SentSpans)
	equal(t, "spans of the document", ids(candidates.DocumentCandidateSpans(t.Context(), s, c)), want.DocSpans)
	if slices.Contains(want.SentSpans, c.Args[0].Span.ID) {
		t.Error("the oracle lists the span itself")
	}
}
