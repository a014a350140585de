package candidates_test

import (
	"encoding/json"
	"testing"

	"workbench/candidates"
)

// oddInputs is what Snorkel makes of arguments in odd places of one sentence.
type oddInputs map[string]json.RawMessage

func (o oddInputs) read(t *testing.T, key string, into any) {
	t.Helper()
	if o[key] == nil {
		t.Fatalf("the oracle lacks %q", key)
	}
	must(t, json.Unmarshal(o[key], into))
}

func TestOddArgumentsGiveWhatSnorkelGives(t *testing.T) {
	odd := helperOracle(t).Odd
	var text string
	var words []string
	odd.read(t, "sentence", &text)
	odd.read(t, "words", &words)
	sent := sentence(t, text, words...)
	for name, spans := range map[string][][2]int{
		"adjacent":     {{10, 19}, {21, 26}},
		"overlap":      {{10, 22}, {15, 33}},
		"nested":       {{10, 33}, {21, 22}},
		"same span":    {{15, 22}, {15, 22}},
		"same start":   {{15, 19}, {15, 33}},
		"inverted":     {{34, 40}, {10, 19}},
		"at the edges": {{0, 4}, {122, 122}},
	} {
		var want struct {
			WordRanges  [][]int `json:"word_ranges"`
			Between     []string
			TextBetween string `json:"text_between"`
			Tagged      string
			Inverted    bool
			Left, Right []string
			Left0       []string `json:"left w=0"`
			LeftMinus   []string `json:"left w=-1"`
			RightMinus  []string `json:"right w=-1"`
			RightNone   []string `json:"right n_max=0"`
			Left5       []string `json:"left n_max=5 w=3"`
		}
		odd.read(t, name, &want)
		c := pairOf(sent, spans...)
		for i, a := range c.Args {
			start, end, err := a.Span.WordRange()
			must(t, err)
			equal(t, name+": word range", []int{start, end}, want.WordRanges[i])
		}
		tagged, err := candidates.TaggedText(c)
		must(t, err)
		between, err := candidates.TextBetween(c)
		must(t, err)
		equal(t, name+": texts", []string{tagged, between}, []string{want.Tagged, want.TextBetween})
		inverted, err := candidates.IsInverted(c)
		if err != nil || inverted != want.Inverted {
			t.Errorf("%s: inverted: %v, %v", name, inverted, err)
		}
		tokens := func(tokens []string, err error) []string { must(t, err); return tokens }
		one, five := candidates.Tokens{}, candidates.Tokens{NMax: 5}
		equal(t, name+": between", tokens(candidates.BetweenTokens(c, one)), want.Between)
		equal(t, name+": left", tokens(candidates.LeftTokens(c, 3, one)), want.Left)
		equal(t, name+": right", tokens(candidates.RightTokens(c, 3, one)), want.Right)
		equal(t, name+": left 0", tokens(candidates.LeftTokens(c, 0, one)), want.Left0)
		equal(t, name+": left -1", tokens(candidates.LeftTokens(c, -1, one)), want.LeftMinus)
		equal(t, name+": right -1", tokens(candidates.RightTokens(c, -1, one)), want.RightMinus)
		equal(t, name+": no n-grams", tokens(candidates.RightTokens(c, 3, candidates.Tokens{NMax: -1})), want.RightNone)
		equal(t, name+": n-grams", tokens(candidates.LeftTokens(c, 3, five)), want.Left5)
	}

	unary, triple := pairOf(sent, [2]int{10, 19}), pairOf(sent, [2]int{24, 26}, [2]int{6, 13}, [2]int{36, 52})
	for key, c := range map[string]*candidates.Candidate{"unary: splits": unary, "triple: splits": triple} {
		var want []string
		odd.read(t, key, &want)
		got, err := candidates.TextSplits(c)
		must(t, err)
		equal(t, key, got, want)
	}
	var left []string
	odd.read(t, "unary: left", &left)
	got, err := candidates.LeftTokens(unary, 3, candidates.Tokens{})
	must(t, err)
	equal(t, "unary: left", got, left)
	var sides [][]string
	odd.read(t, "triple: left (first argument), right (last argument)", &sides)
	got, err = candidates.LeftTokens(triple, 3, candidates.Tokens{})
	must(t, err)
	equal(t, "triple: left", got, sides[0])
	got, err = candidates.RightTokens(triple, 3, candidates.Tokens{})
	must(t, err)
	equal(t, "triple: right", got, sides[1])
	var tagged string
	odd.read(t, "triple: tagged", &tagged)
	if got, err := candidates.TaggedText(triple); err != nil || got != tagged {
		t.Errorf("triple: tagged text %q, %v", got, err)
	}
}

func TestOffsetsBetweenWordsBelongToTheWordBefore(t *testing.T) {
	odd := helperOracle(t).Odd
	var text string
	var words, tokens []string
	var at [][2]int
	odd.read(t, "sentence", &text)
	odd.read(t, "words", &words)
	odd.read(t, "char_to_word_index", &at)
	sent := sentence(t, text, words...)
	for _, w := range at {
		got, err := (&candidates.Span{Sentence: sent, CharStart: w[0]}).WordStart()
		if err != nil || got != w[1] {
			t.Errorf("offset %d: word %d, %v; want %d", w[0], got, err, w[1])
		}
	}
	var mid struct {
		Chars, Words []int
		Span         string
		Tokens       []string
	}
	odd.read(t, "mid-token span", &mid)
	p := pairOf(sent, [2]int{mid.Chars[0], mid.Chars[1]}).Args[0].Span
	start, end, err := p.WordRange()
	must(t, err)
	equal(t, "words", []int{start, end}, mid.Words)
	tokens, err = p.AttribTokens("words")
	must(t, err)
	equal(t, "text and tokens", append([]string{p.Text()}, tokens...), append([]string{mid.Span}, mid.Tokens...))
}
