package candidates_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"workbench/candidates"
	"workbench/session"
)

// sentence writes a sentence with these words, found in the text one behind
// the other, and reads it back.
func sentence(t testing.TB, text string, words ...string) *candidates.Sentence {
	t.Helper()
	offsets := make([]int, len(words))
	at := 0
	for i, word := range words {
		found := strings.Index(text[at:], word)
		if found < 0 {
			t.Fatalf("%q has no word %q behind byte %d", text, word, at)
		}
		at += found
		offsets[i] = utf8.RuneCountInString(text[:at])
		at += len(word)
	}
	return written(t, candidates.NewSentence{Text: text, Words: words, CharOffsets: offsets})
}

func written(t testing.TB, sent candidates.NewSentence) *candidates.Sentence {
	t.Helper()
	s := create(t)
	one, err := candidates.CandidateSubclass("Person", []string{"who"})
	must(t, err)
	must(t, one.Create(t.Context(), s))
	must(t, candidates.Write(t.Context(), s, func(w *candidates.Writer) error {
		doc, err := w.Document("doc")
		if err != nil {
			return err
		}
		ref, err := w.Sentence(doc, sent)
		if err != nil {
			return err
		}
		_, err = w.Candidate(one, 0, ref.ID)
		return err
	}))
	cands, err := candidates.Load(t.Context(), s, candidates.Query{})
	must(t, err)
	return cands[0].Args[0].Sentence
}

// pairOf makes a candidate of spans of a sentence, whose arguments are named
// a, b, …
func pairOf(sent *candidates.Sentence, spans ...[2]int) *candidates.Candidate {
	c := &candidates.Candidate{ID: 17, Type: "pair"}
	for i, sp := range spans {
		p := &candidates.Span{Sentence: sent, CharStart: sp[0], CharEnd: sp[1]}
		c.Args = append(c.Args, candidates.Argument{Name: string('a' + rune(i)), Span: p, Sentence: sent})
	}
	return c
}

func TestTextsCountCodePoints(t *testing.T) {
	sent := sentence(t, "👨‍👩‍👧 Zoë née Åsa 😀 met Bo.", "👨‍👩‍👧", "Zoë", "née", "Åsa", "😀", "met", "Bo", ".")
	c := pairOf(sent, [2]int{6, 8}, [2]int{24, 25})
	splits, err := candidates.TextSplits(c)
	must(t, err)
	equal(t, "splits", splits, []string{"👨‍👩‍👧 ", "{{A}}", " née Åsa 😀 met ", "{{B}}", "."})
	between, err := candidates.TextBetween(c)
	must(t, err)
	tokens, err := candidates.BetweenTokens(c, candidates.Tokens{})
	must(t, err)
	equal(t, "between", append(tokens, between), []string{"née", "åsa", "😀", "met", " née Åsa 😀 met "})
}

// Python computed the expectations: text[:start], text[end+1:next start],
// text[end+1:], with sorted (start, end, letter).
func TestTextsFollowPythonOutsideOfTheSentence(t *testing.T) {
	sent := sentence(t, "añb cd", "añb", "cd")
	for _, test := range []struct {
		spans [][2]int
		want  []string
	}{
		{[][2]int{{-2, -1}}, []string{"añb ", "{{A}}", "añb cd"}},
		{[][2]int{{4, 9}}, []string{"añb ", "{{A}}", ""}},
		{[][2]int{{9, 12}}, []string{"añb cd", "{{A}}", ""}},
		{[][2]int{{0, 0}, {-1, 4}}, []string{"añb c", "{{B}}", "", "{{A}}", "ñb cd"}},
		{[][2]int{{4, 5}, {0, -4}}, []string{"", "{{B}}", " ", "{{A}}", ""}},
		{[][2]int{{2, 4}, {2, 3}, {2, 2}}, []string{"añ", "{{C}}", "", "{{B}}", "", "{{A}}", "d"}},
		{[][2]int{{2, 2}, {2, 2}}, []string{"añ", "{{A}}", "", "{{B}}", " cd"}},
	} {
		c := pairOf(sent, test.spans...)
		splits, err := candidates.TextSplits(c)
		must(t, err)
		equal(t, "splits", splits, test.want)
		tagged, err := candidates.TaggedText(c)
		if err != nil || tagged != strings.Join(test.want, "") {
			t.Errorf("%v: tagged text %q, %v", test.spans, tagged, err)
		}
		if len(test.spans) == 2 {
			between, err := candidates.TextBetween(c)
			if err != nil || between != test.want[2] {
				t.Errorf("%v: between %q, %v", test.spans, between, err)
			}
		}
	}
}

// asked calls every helper that takes a candidate, and returns the errors.
func asked(c *candidates.Candidate) map[string]error {
	errs := make(map[string]error)
	_, errs["TextSplits"] = candidates.TextSplits(c)
	_, errs["TaggedText"] = candidates.TaggedText(c)
	_, errs["TextBetween"] = candidates.TextBetween(c)
	_, errs["IsInverted"] = candidates.IsInverted(c)
	_, errs["Parent"] = candidates.Parent(c)
	_, errs["BetweenTokens"] = candidates.BetweenTokens(c, candidates.Tokens{})
	_, errs["LeftTokens"] = candidates.LeftTokens(c, 3, candidates.Tokens{})
	_, errs["RightTokens"] = candidates.RightTokens(c, 3, candidates.Tokens{})
	_, errs["ContainsToken"] = candidates.ContainsToken(c, "x", "words", false)
	_, errs["RuleTextBetween"] = candidates.RuleTextBetween(c, "x")
	_, errs["RuleTextInSpan"] = candidates.RuleTextInSpan(c, "x", 0)
	rule, err := candidates.RuleRegexSearchTaggedText("x")
	if err == nil {
		_, err = rule.Search(c)
	}
	errs["RuleRegexSearchTaggedText"] = err
	return errs
}

// refused checks that the helpers fail with an error of one line about the
// candidate, except the named ones, which must not.
func refused(t *testing.T, c *candidates.Candidate, kind error, says string, except ...string) {
	t.Helper()
	for name, err := range asked(c) {
		if slices.Contains(except, name) {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if !errors.Is(err, kind) || !strings.HasPrefix(err.Error(), "candidate 17: ") || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want one with %q of the kind: %v", name, err, says, kind)
		}
	}
}

func TestHelpersRefuseOrphans(t *testing.T) {
	refused(t, &candidates.Candidate{ID: 17, Type: "spouse"}, candidates.ErrOrphan, "gone")
	path := copyOracle(t, "DELETE FROM context WHERE id = (SELECT person1_id FROM spouse WHERE id = 240)")
	s := open(t, path)
	c, err := candidates.ByID(t.Context(), s, 240)
	must(t, err)
	for name, err := range asked(&c) {
		if !errors.Is(err, candidates.ErrOrphan) || !strings.HasPrefix(err.Error(), "candidate 240: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, others := range []func() error{
		func() error { _, err := candidates.SentenceCandidateSpans(t.Context(), s, &c); return err },
		func() error { _, err := candidates.DocumentCandidateSpans(t.Context(), s, &c); return err },
	} {
		if err := others(); !errors.Is(err, candidates.ErrOrphan) {
			t.Errorf("other spans: %v", err)
		}
	}
}

func TestHelpersRefuseWhatIsNoSpan(t *testing.T) {
	sent := sentence(t, "Ann met Bo .", "Ann", "met", "Bo", ".")
	c := pairOf(sent, [2]int{0, 2}, [2]int{8, 9})
	c.Args[1] = candidates.Argument{Name: "b", Sentence: sent,
		Context: candidates.Context{ID: sent.ID, Type: "sentence", StableID: sent.StableID}}
	refused(t, c, candidates.ErrNoSpan, "argument b (doc::sentence:0:12)", "LeftTokens", "RuleTextInSpan")
	c.Args[0], c.Args[1] = c.Args[1], c.Args[0]
	refused(t, c, candidates.ErrNoSpan, "argument b (doc::sentence:0:12)", "RightTokens")
	// The context of an argument may be NULL, or gone.
	c.Args[0] = candidates.Argument{Name: "who", Context: candidates.Context{ID: 424242}}
	refused(t, c, candidates.ErrNoSpan, "argument who (context 424242)", "RightTokens")
}

func TestOnlyPairsHaveTextBetween(t *testing.T) {
	sent := sentence(t, "Ann met Bo .", "Ann", "met", "Bo", ".")
	binary := []string{"TextBetween", "IsInverted", "BetweenTokens", "RuleTextBetween"}
	for _, c := range []*candidates.Candidate{
		pairOf(sent, [2]int{0, 2}),
		pairOf(sent, [2]int{0, 2}, [2]int{4, 6}, [2]int{8, 9}),
	} {
		for name, err := range asked(c) {
			if want := slices.Contains(binary, name); errors.Is(err, candidates.ErrNotBinary) != want || (err != nil) != want {
				t.Errorf("%d arguments, %s: error %v", len(c.Args), name, err)
			} else if want && !strings.HasPrefix(err.Error(), "candidate 17: ") {
				t.Errorf("%s: %v does not say which candidate", name, err)
			}
		}
	}
}

// Snorkel takes the sentence of the last argument for all of them.
func TestArgumentsInDifferentSentencesAreRefused(t *testing.T) {
	one, two := sentence(t, "Ann left .", "Ann", "left", "."), sentence(t, "Then Bo left .", "Then", "Bo", "left", ".")
	two.ID = one.ID + 1 // they come from two files
	c := pairOf(one, [2]int{0, 2}, [2]int{5, 6})
	c.Args[1].Span.Sentence = two
	refused(t, c, candidates.ErrSentences, "different sentences", "LeftTokens", "RightTokens", "ContainsToken", "RuleTextInSpan")
	left, err := candidates.LeftTokens(c, 3, candidates.Tokens{})
	must(t, err)
	right, err := candidates.RightTokens(c, 3, candidates.Tokens{})
	must(t, err)
	equal(t, "left of the first", left, nil)
	equal(t, "right of the last", right, []string{"left", "."})
	// A copy of the sentence is the same sentence, unless none of both has an id.
	two.ID = one.ID
	if _, err := candidates.TextSplits(c); err != nil {
		t.Errorf("two copies of a sentence: %v", err)
	}
	one.ID, two.ID = 0, 0
	refused(t, c, candidates.ErrSentences, "different sentences", "LeftTokens", "RightTokens", "ContainsToken", "RuleTextInSpan")
}

func TestMoreThanTwentySixArgumentsGoOnAsInPython(t *testing.T) {
	sent := sentence(t, strings.Repeat("x", 30), strings.Repeat("x", 30))
	var spans [][2]int
	for i := range 28 {
		spans = append(spans, [2]int{i, i})
	}
	splits, err := candidates.TextSplits(pairOf(sent, spans...))
	must(t, err)
	if len(splits) != 57 || splits[1] != "{{A}}" || splits[51] != "{{Z}}" || splits[53] != "{{[}}" || splits[55] != `{{\}}` || splits[56] != "xx" {
		t.Errorf("splits %q", splits)
	}
}

// Every candidate of the databases, against slices of code points and of
// words written down as Snorkel's rules say them.
func TestHelpersFollowTheRulesOnEveryCandidate(t *testing.T) {
	t.Run("made-up text", func(t *testing.T) { everyCandidate(t, oracleDB(t)) })
	t.Run("news", func(t *testing.T) { everyCandidate(t, open(t, shared(t, "spouse_small.db"))) })
}

func everyCandidate(t *testing.T, s *session.Session) {
	inverted := 0
	for split := range 3 {
		must(t, candidates.Each(t.Context(), s, candidates.Query{Split: split}, func(batch []candidates.Candidate) error {
			for i := range batch {
				c := &batch[i]
				text := []rune(c.Args[0].Sentence.Text)
				left, right, tagged := c.Args[0].Span, c.Args[1].Span, [2]string{"{{A}}", "{{B}}"}
				if left.CharStart > right.CharStart || left.CharStart == right.CharStart && left.CharEnd > right.CharEnd {
					left, right, tagged = right, left, [2]string{"{{B}}", "{{A}}"}
				}
				middle := string(text[min(left.CharEnd+1, right.CharStart):right.CharStart])
				want := string(text[:left.CharStart]) + tagged[0] + middle + tagged[1] + string(text[right.CharEnd+1:])
				got, err := candidates.TaggedText(c)
				must(t, err)
				between, err := candidates.TextBetween(c)
				must(t, err)
				if got != want || between != middle {
					t.Errorf("candidate %d: %q with %q, want %q with %q", c.ID, got, between, want, middle)
				}
				words, err := left.Sentence.Words()
				must(t, err)
				end, err := left.WordEnd()
				must(t, err)
				start, err := right.WordStart()
				must(t, err)
				tokens, err := candidates.BetweenTokens(c, candidates.Tokens{CaseSensitive: true})
				must(t, err)
				equal(t, "between", tokens, words[min(end+1, start):start])
				if is, err := candidates.IsInverted(c); err != nil {
					t.Error(err)
				} else if is {
					inverted++
				}
			}
			return nil
		}))
	}
	if inverted == 0 {
		t.Error("no candidate is inverted")
	}
}
