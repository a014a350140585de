package candidates_test

import (
	"errors"
	"strings"
	"testing"

	"workbench/candidates"
	"workbench/candidates/python"
)

// checkRules asks the rules for what the oracle has recorded. It does not keep
// the patterns; these give every recorded value of both databases. One
// boundary of .{0,40} is hit from both sides: 36 and 43 would fail.
func checkRules(t *testing.T, c *candidates.Candidate, want helperCase) {
	t.Helper()
	if len(want.Rules) != 7 {
		t.Fatalf("%d rules in the oracle, want 7", len(want.Rules))
	}
	check := func(name string, got bool, err error, sign int) {
		t.Helper()
		value := 0
		if got {
			value = sign
		}
		if err != nil || value != want.Rules[name] {
			t.Errorf("%s: %d, %v; want %d", name, value, err, want.Rules[name])
		}
	}
	got, err := candidates.RuleTextBetween(c, "and")
	check("text_btw_and", got, err, 1)
	got, err = candidates.RuleTextInSpan(c, "an", 0)
	check("text_in_span0_an", got, err, -1)
	for name, rule := range map[string]*candidates.RegexRule{
		"tagged_re": compiled(t, candidates.RuleRegexSearchTaggedText, "{{A}}.*(and|wife).*{{B}}"),
		"btw_AB":    compiled(t, candidates.RuleRegexSearchBetweenAB, ".{0,40}"),
		"btw_BA":    compiled(t, candidates.RuleRegexSearchBetweenBA, ".{0,40}"),
		"before_A":  compiled(t, candidates.RuleRegexSearchBeforeA, `\w+.*`),
		"before_B":  compiled(t, candidates.RuleRegexSearchBeforeB, `\w+.*`),
	} {
		got, err := rule.Search(c)
		check(name, got, err, 1)
	}
}

func compiled(t testing.TB, rule func(string) (*candidates.RegexRule, error), pattern string) *candidates.RegexRule {
	t.Helper()
	r, err := rule(pattern)
	must(t, err)
	return r
}

// The tagged text is "Zoë {{A}} met {{B}} AND\nleft .", or inverted.
func TestRulesSearchAroundTheArguments(t *testing.T) {
	sent := sentence(t, "Zoë Ann met Bo-Anna AND\nleft .", "Zoë", "Ann", "met", "Bo-Anna", "AND", "left", ".")
	ab := pairOf(sent, [2]int{4, 6}, [2]int{12, 18})
	ba := pairOf(sent, [2]int{12, 18}, [2]int{4, 6})
	for _, test := range []struct {
		name    string
		rule    func(string) (*candidates.RegexRule, error)
		pattern string
		ab, ba  bool
	}{
		{"tagged", candidates.RuleRegexSearchTaggedText, "MET", true, true},
		{"tagged", candidates.RuleRegexSearchTaggedText, "ann", false, false}, // the arguments are cut out
		{"tagged", candidates.RuleRegexSearchTaggedText, "^ZOË {{a}}", true, false},
		{"tagged", candidates.RuleRegexSearchTaggedText, "and.left", false, false}, // . is no line break
		{"tagged", candidates.RuleRegexSearchTaggedText, `and\sleft`, true, true},
		{"AB", candidates.RuleRegexSearchBetweenAB, " met ", true, false},
		{"AB", candidates.RuleRegexSearchBetweenAB, "met", false, false}, // not all of the text between
		{"AB", candidates.RuleRegexSearchBetweenAB, ".*met.*", true, false},
		{"AB", candidates.RuleRegexSearchBetweenAB, " m|x", true, false}, // joined as text: "{{A}} m" or "x{{B}}"
		{"BA", candidates.RuleRegexSearchBetweenBA, " met ", false, true},
		{"BA", candidates.RuleRegexSearchBetweenBA, ".*zoë.*", false, false},
		{"before A", candidates.RuleRegexSearchBeforeA, "zoë ", true, false},
		{"before A", candidates.RuleRegexSearchBeforeA, "met ", false, false},
		{"before B", candidates.RuleRegexSearchBeforeB, "zoë ", false, true},
		{"before B", candidates.RuleRegexSearchBeforeB, "zoë", false, false}, // a space stands before the argument
	} {
		rule := compiled(t, test.rule, test.pattern)
		for c, want := range map[*candidates.Candidate]bool{ab: test.ab, ba: test.ba} {
			got, err := rule.Search(c)
			if err != nil || got != want {
				text, _ := candidates.TaggedText(c)
				t.Errorf("%s %q in %q: %v, %v; want %v", test.name, test.pattern, text, got, err, want)
			}
		}
	}
}

func TestTextRulesHeedCaseAsSnorkelDoes(t *testing.T) {
	c := pairOf(sentence(t, "Bo AND bo met ANNA ÅSA", "Bo", "AND", "bo", "met", "ANNA", "ÅSA"), [2]int{0, 1}, [2]int{14, 21})
	for text, want := range map[string]bool{"AND": true, "and": false, " AND bo met ": true, "Bo": false, "": true} {
		if got, err := candidates.RuleTextBetween(c, text); err != nil || got != want {
			t.Errorf("between, %q: %v, %v; want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]bool{"anna": true, "ANNA": false, "anna å": true, "bo": false, "": true} {
		if got, err := candidates.RuleTextInSpan(c, text, 1); err != nil || got != want {
			t.Errorf("in the second argument, %q: %v, %v; want %v", text, got, err, want)
		}
	}
	if got, err := candidates.RuleTextInSpan(c, "bo", 0); err != nil || !got {
		t.Errorf("in the first argument: %v, %v", got, err)
	}
	for _, arg := range []int{-1, 2} {
		_, err := candidates.RuleTextInSpan(c, "bo", arg)
		if err == nil || !strings.HasPrefix(err.Error(), "candidate 17: ") {
			t.Errorf("argument %d: error %v", arg, err)
		}
	}
}

func TestRulesRefuseWhatDoesNotCompile(t *testing.T) {
	for quoted, rule := range map[string]func(string) (*candidates.RegexRule, error){
		`"(wife"`:             candidates.RuleRegexSearchTaggedText,
		`"{{A}}(wife{{B}}"`:   candidates.RuleRegexSearchBetweenAB,
		`"{{B}}(wife{{A}}"`:   candidates.RuleRegexSearchBetweenBA,
		`"(wife{{A}}.*{{B}}"`: candidates.RuleRegexSearchBeforeA,
		`"(wife{{B}}.*{{A}}"`: candidates.RuleRegexSearchBeforeB,
	} {
		r, err := rule("(wife")
		if err == nil || r != nil || !strings.Contains(err.Error(), quoted) {
			t.Errorf("rule %v, error %v; want one that quotes %s", r, err, quoted)
		}
	}
}

func TestARuleGivesUp(t *testing.T) {
	text := strings.Repeat("a ", 70_000)
	sent := sentence(t, text, "a", "a")
	c := pairOf(sent, [2]int{0, 0}, [2]int{10, 10})
	rule := compiled(t, candidates.RuleRegexSearchTaggedText, strings.Repeat(`\b`, 1000)+"$") // of all patterns its steps are the shortest
	if found, err := rule.Search(c); found || !errors.Is(err, python.ErrWork) || !strings.HasPrefix(err.Error(), "candidate ") {
		t.Errorf("got %v, %v", found, err)
	}
}
