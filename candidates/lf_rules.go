package candidates

import (
	"fmt"
	"strings"

	"workbench/candidates/python"
)

// RuleTextBetween reports whether a text occurs between the two arguments of a
// candidate (rule_text_btw). Case matters.
func RuleTextBetween(c *Candidate, text string) (bool, error) {
	between, err := TextBetween(c)
	return err == nil && strings.Contains(between, text), err
}

// RuleTextInSpan reports whether a text occurs in an argument of a candidate
// (rule_text_in_span), counted from 0. The argument is compared in lower case
// and the text as it is, so that a text with capitals is never found.
func RuleTextInSpan(c *Candidate, text string, arg int) (bool, error) {
	if len(c.Args) > 0 && (arg < 0 || arg >= len(c.Args)) {
		return false, c.error(fmt.Errorf("it has %d arguments, none with index %d", len(c.Args), arg))
	}
	p, err := c.span(arg)
	return err == nil && strings.Contains(python.Lower(p.Text()), text), err
}

// RegexRule searches a regular expression in the tagged text of candidates
// ([TaggedText]), whatever the case. It is compiled once, and safe for
// concurrent use.
type RegexRule struct{ pattern *python.Pattern }

// RuleRegexSearchTaggedText searches the pattern anywhere
// (rule_regex_search_tagged_text). The expression is one of Python's re
// module; see [python.Compile] for what is refused.
func RuleRegexSearchTaggedText(pattern string) (*RegexRule, error) {
	return compileRule("", pattern, "")
}

// RuleRegexSearchBetweenAB searches {{A}}pattern{{B}}: the pattern must match
// all that stands between the first argument and the second behind it
// (rule_regex_search_btw_AB). As in Snorkel the expressions are joined as
// text: put alternatives into parentheses.
func RuleRegexSearchBetweenAB(pattern string) (*RegexRule, error) {
	return compileRule("{{A}}", pattern, "{{B}}")
}

// RuleRegexSearchBetweenBA searches {{B}}pattern{{A}}
// (rule_regex_search_btw_BA), as [RuleRegexSearchBetweenAB] does.
func RuleRegexSearchBetweenBA(pattern string) (*RegexRule, error) {
	return compileRule("{{B}}", pattern, "{{A}}")
}

// RuleRegexSearchBeforeA searches pattern{{A}}.*{{B}}: the pattern must match
// up to the first argument, with the second one behind it
// (rule_regex_search_before_A).
func RuleRegexSearchBeforeA(pattern string) (*RegexRule, error) {
	return compileRule("", pattern, "{{A}}.*{{B}}")
}

// RuleRegexSearchBeforeB searches pattern{{B}}.*{{A}}
// (rule_regex_search_before_B), as [RuleRegexSearchBeforeA] does.
func RuleRegexSearchBeforeB(pattern string) (*RegexRule, error) {
	return compileRule("", pattern, "{{B}}.*{{A}}")
}

func compileRule(before, pattern, after string) (*RegexRule, error) {
	expr := before + pattern + after // positions in an error count from here
	p, err := python.Compile(expr, python.IgnoreCase)
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", expr, err)
	}
	return &RegexRule{p}, nil
}

// Search reports whether the expression occurs in the candidate's tagged text.
// Searching may take too many steps; see [python.Pattern.Search].
func (r *RegexRule) Search(c *Candidate) (bool, error) {
	text, err := TaggedText(c)
	if err != nil {
		return false, err
	}
	found, err := r.pattern.Search(text)
	if err != nil {
		return false, c.error(err)
	}
	return found, nil
}
