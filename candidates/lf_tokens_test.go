package candidates_test

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"

	"workbench/candidates"
)

// letters is a sentence of six words, with room before the first.
func letters(t testing.TB) *candidates.Sentence {
	t.Helper()
	return sentence(t, "  a b c d e f", "a", "b", "c", "d", "e", "f")
}

// Python computed the expectations: words[max(0, i-w):i] for the first word i
// of the span, and words[j+1:j+1+w] for the last one j. A span before the
// first word has −1 for both.
func TestWindowsFollowPython(t *testing.T) {
	sent := letters(t)
	for _, test := range []struct {
		start, end, window int
		left, right        string
	}{
		{0, 0, -9, "", ""},
		{0, 0, -3, "c d e", "a b c"},
		{0, 0, -1, "a b c d e", "a b c d e"},
		{0, 0, 0, "a b c d e", ""},
		{0, 0, 2, "a b c d e", "a b"},
		{0, 0, 100, "a b c d e", "a b c d e f"},
		{0, 2, -3, "c d e", "b c d"},
		{0, 2, 1, "a b c d e", "b"},
		{2, 2, -3, "", "b c d"},
		{2, 2, -1, "", ""},
		{2, 2, 2, "", "b c"},
		{6, 8, -3, "", ""},
		{6, 8, 0, "", ""},
		{6, 8, 1, "b", "e"},
		{6, 8, 100, "a b", "e f"},
		{12, 12, 2, "d e", ""},
		{12, 30, 100, "a b c d e", ""},
		{0, 30, -2, "b c d e", ""},
		{8, 4, -3, "", "c d e"},
		{8, 4, 2, "b c", "c d"},
		{6, 8, math.MaxInt, "a b", "e f"},
		{6, 8, math.MinInt, "", ""},
		{0, 0, math.MaxInt, "a b c d e", "a b c d e f"},
		{0, 0, math.MinInt, "", ""},
	} {
		c := pairOf(sent, [2]int{test.start, test.end})
		left, err := candidates.LeftTokens(c, test.window, candidates.Tokens{})
		must(t, err)
		right, err := c.Args[0].Span.RightTokens(test.window, candidates.Tokens{})
		must(t, err)
		if l, r := strings.Join(left, " "), strings.Join(right, " "); l != test.left || r != test.right {
			t.Errorf("%d to %d, window %d: %q and %q, want %q and %q", test.start, test.end, test.window, l, r, test.left, test.right)
		}
	}
}

// Python computed these too: the right window of the span whose first word
// comes first, else of the second, as wide as the gap.
func TestBetweenFollowsPythonWhereSpansOverlap(t *testing.T) {
	sent := letters(t)
	for _, test := range []struct {
		a, b [2]int
		want string
	}{
		{[2]int{0, 0}, [2]int{4, 4}, "a"},
		{[2]int{4, 4}, [2]int{0, 0}, "a"},
		{[2]int{0, 1}, [2]int{0, 1}, "a b c d e"}, // −1 − −1 − 1 words behind word −1: words[0:-1]
		{[2]int{0, 0}, [2]int{1, 1}, "a b c d e"},
		{[2]int{2, 12}, [2]int{4, 4}, ""},
		{[2]int{4, 4}, [2]int{2, 12}, ""},
		{[2]int{4, 10}, [2]int{6, 8}, ""},
		{[2]int{2, 2}, [2]int{2, 8}, ""},
		{[2]int{2, 8}, [2]int{2, 2}, ""},
		{[2]int{0, 12}, [2]int{2, 2}, ""},
		{[2]int{4, 4}, [2]int{12, 12}, "c d e"},
		{[2]int{12, 12}, [2]int{4, 4}, "c d e"},
		{[2]int{10, 4}, [2]int{8, 8}, ""},
		{[2]int{4, 2}, [2]int{12, 12}, "b c d e"},
		{[2]int{0, 0}, [2]int{0, 12}, ""},
	} {
		got, err := candidates.BetweenTokens(pairOf(sent, test.a, test.b), candidates.Tokens{})
		must(t, err)
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("between %v and %v: %q, want %q", test.a, test.b, s, test.want)
		}
	}
}

func TestNGramsComeByStartThenLength(t *testing.T) {
	c := pairOf(sentence(t, "x A B c", "x", "A", "B", "c"), [2]int{0, 0})
	for nmax, want := range map[int][]string{
		-1: nil, // Snorkel's 0
		0:  {"A", "B", "c"},
		1:  {"A", "B", "c"},
		2:  {"A", "A B", "B", "B c", "c"},
		3:  {"A", "A B", "A B c", "B", "B c", "c"},
		9:  {"A", "A B", "A B c", "B", "B c", "c"},

		math.MaxInt: {"A", "A B", "A B c", "B", "B c", "c"},
		math.MinInt: nil,
	} {
		got, err := candidates.RightTokens(c, 3, candidates.Tokens{NMax: nmax, CaseSensitive: true})
		must(t, err)
		equal(t, "n-grams", got, want)
	}
}

// What a helper returns may be a part of the sentence's list. Appending to it
// must not change the sentence, and asking costs no memory.
func TestWindowsArePartsOfTheSentence(t *testing.T) {
	sent := letters(t)
	c := pairOf(sent, [2]int{4, 4}, [2]int{10, 10})
	between, err := candidates.BetweenTokens(c, candidates.Tokens{})
	must(t, err)
	between = append(between, "overwritten")
	again, err := candidates.BetweenTokens(pairOf(sent, [2]int{2, 2}, [2]int{12, 12}), candidates.Tokens{})
	must(t, err)
	equal(t, "words", again, []string{"b", "c", "d", "e"})
	equal(t, "appended", between, []string{"c", "d", "overwritten"})
	if n := testing.AllocsPerRun(100, func() {
		candidates.BetweenTokens(c, candidates.Tokens{})
		candidates.LeftTokens(c, 2, candidates.Tokens{CaseSensitive: true})
		c.Args[0].Span.RightTokens(2, candidates.Tokens{Attrib: "words"})
		candidates.ContainsToken(c, "d", "", false)
	}); n > 0 {
		t.Errorf("%v allocations for four windows of words", n)
	}
}

func TestHelpersMayBeCalledAtOnce(t *testing.T) {
	c, err := candidates.ByID(t.Context(), oracleDB(t), 1)
	must(t, err)
	rule := compiled(t, candidates.RuleRegexSearchTaggedText, "wife")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for _, attrib := range []string{"words", "lemmas", "ner_tags"} {
				tokens, err := candidates.BetweenTokens(&c, candidates.Tokens{Attrib: attrib, NMax: 2})
				if err != nil || len(tokens) != 5 {
					t.Errorf("between: %v, %v", tokens, err)
				}
			}
			if found, err := rule.Search(&c); err != nil || !found {
				t.Errorf("rule: %v, %v", found, err)
			}
		})
	}
	wait.Wait()
}

// Snorkel fails with KeyError, or with an AttributeError on lists of numbers.
func TestUnknownAttributesAreNamed(t *testing.T) {
	c, err := candidates.ByID(t.Context(), oracleDB(t), 1)
	must(t, err)
	p := c.Args[0].Span
	for _, attrib := range []string{"nope", "char_offsets", "abs_char_offsets", "dep_parents"} {
		for _, sensitive := range []bool{true, false} {
			tokens := candidates.Tokens{Attrib: attrib, CaseSensitive: sensitive}
			errs := make(map[string]error)
			_, errs["between"] = candidates.BetweenTokens(&c, tokens)
			_, errs["left"] = candidates.LeftTokens(&c, 1, tokens)
			_, errs["right"] = candidates.RightTokens(&c, 1, tokens)
			_, errs["contains"] = candidates.ContainsToken(&c, "x", attrib, sensitive)
			for name, err := range errs {
				if !errors.Is(err, candidates.ErrNoAttribute) || !strings.HasPrefix(err.Error(), "candidate 1: ") || !strings.Contains(err.Error(), attrib) {
					t.Errorf("%s: %v", name, err)
				}
			}
			clear(errs)
			_, errs["left"] = p.LeftTokens(1, tokens)
			_, errs["right"] = p.RightTokens(1, tokens)
			_, errs["contains"] = p.ContainsToken("x", attrib, sensitive)
			for name, err := range errs {
				if !errors.Is(err, candidates.ErrNoAttribute) || !strings.HasPrefix(err.Error(), "span 348 (doc-00::span:0:11): ") {
					t.Errorf("%s of the span: %v", name, err)
				}
			}
		}
	}
	// A sentence without lemmas has NULL there; one without words has no window.
	bare := pairOf(sentence(t, "Ann left .", "Ann", "left", "."), [2]int{0, 2})
	if _, err := candidates.LeftTokens(bare, 1, candidates.Tokens{Attrib: "lemmas"}); !errors.Is(err, candidates.ErrNoAttribute) {
		t.Errorf("lemmas that are NULL: %v", err)
	}
	empty := pairOf(written(t, candidates.NewSentence{Text: "?"}), [2]int{0, 0})
	for name, ask := range map[string]func() error{
		"left":     func() error { _, err := candidates.LeftTokens(empty, 1, candidates.Tokens{}); return err },
		"right":    func() error { _, err := candidates.RightTokens(empty, 1, candidates.Tokens{}); return err },
		"contains": func() error { _, err := candidates.ContainsToken(empty, "x", "", false); return err },
	} {
		if err := ask(); !errors.Is(err, candidates.ErrNoWords) || !strings.HasPrefix(err.Error(), "candidate 17: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// All arguments are checked, though one contains the token already.
func TestContainsTokenComparesWholeTokens(t *testing.T) {
	c := pairOf(sentence(t, "Anna STRASSE met İpek ΟΔΥΣΣΕΥΣ", "Anna", "STRASSE", "met", "İpek", "ΟΔΥΣΣΕΥΣ"), [2]int{0, 11}, [2]int{17, 29})
	for _, test := range []struct {
		token     string
		sensitive bool
		want      bool
	}{
		{"anna", false, true}, {"ANNA", false, true}, {"anna", true, false}, {"Anna", true, true},
		{"ann", false, false}, {"met", false, false}, {"", false, false},
		{"strasse", false, true}, {"straße", false, false},
		{"İPEK", false, true}, {"i̇pek", false, true}, {"ipek", false, false}, {"İpek", true, true},
		{"οδυσσευς", false, true}, {"οδυσσευσ", false, false}, {"ΟΔΥΣΣΕΥΣ", true, true},
	} {
		got, err := candidates.ContainsToken(c, test.token, "words", test.sensitive)
		if err != nil || got != test.want {
			t.Errorf("%q (case %v): %v, %v; want %v", test.token, test.sensitive, got, err, test.want)
		}
	}
}
