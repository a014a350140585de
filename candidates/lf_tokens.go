package candidates

import (
	"fmt"
	"slices"
	"strings"

	"workbench/candidates/python"
)

// Tokens says which tokens of a window a helper returns. The zero value is
// Snorkel's default: single words in lower case.
type Tokens struct {
	// Attrib is the attribute of the sentence, see [Attributes]; "" is words.
	Attrib string
	// NMax is the length of the longest n-grams; 0 is 1, single tokens. A
	// negative one gives none, as Snorkel's n_max=0.
	NMax int
	// CaseSensitive leaves the tokens as they are; otherwise they are in lower
	// case.
	CaseSensitive bool
}

// BetweenTokens returns the tokens between the two arguments of a candidate
// (get_between_tokens): the right window of the one whose first word comes
// first, as wide as the gap. If both start in the same word it is the second.
// Like all helpers that return tokens it gives n-grams by start, then by
// length, their tokens joined by a space. The slice may be shared and must not
// be written to.
func BetweenTokens(c *Candidate, t Tokens) ([]string, error) {
	a, b, err := c.pair()
	if err != nil {
		return nil, err
	}
	tokens, err := betweenTokens(a, b, t)
	if err != nil {
		return nil, c.error(err)
	}
	return tokens, nil
}

// LeftTokens returns the tokens of the window words before the first argument
// of a candidate (get_left_tokens; Snorkel's default window is 3), as
// [BetweenTokens] does.
func LeftTokens(c *Candidate, window int, t Tokens) ([]string, error) {
	p, err := c.span(0)
	if err != nil {
		return nil, err
	}
	tokens, err := p.left(window, t)
	if err != nil {
		return nil, c.error(err)
	}
	return tokens, nil
}

// RightTokens returns the tokens of the window words behind the last argument
// of a candidate (get_right_tokens), as [LeftTokens] does.
func RightTokens(c *Candidate, window int, t Tokens) ([]string, error) {
	p, err := c.span(len(c.Args) - 1)
	if err != nil {
		return nil, err
	}
	tokens, err := p.right(window, t)
	if err != nil {
		return nil, c.error(err)
	}
	return tokens, nil
}

// ContainsToken reports whether a token stands in one of the arguments of a
// candidate (contains_token). attrib is as in [Tokens]. Unless caseSensitive,
// both sides are compared in lower case.
func ContainsToken(c *Candidate, token, attrib string, caseSensitive bool) (bool, error) {
	if len(c.Args) == 0 {
		return false, c.error(ErrOrphan)
	}
	if !caseSensitive {
		token = python.Lower(token)
	}
	contains := false
	for i := range c.Args {
		p, err := c.span(i)
		if err != nil {
			return false, err
		}
		in, err := p.contains(token, attrib, caseSensitive)
		if err != nil {
			return false, c.error(err)
		}
		contains = contains || in
	}
	return contains, nil
}

// LeftTokens returns the tokens of the window words before the span, as
// [BetweenTokens] does.
func (p *Span) LeftTokens(window int, t Tokens) ([]string, error) {
	tokens, err := p.left(window, t)
	if err != nil {
		return nil, p.error(err)
	}
	return tokens, nil
}

// RightTokens returns the tokens of the window words behind the span.
func (p *Span) RightTokens(window int, t Tokens) ([]string, error) {
	tokens, err := p.right(window, t)
	if err != nil {
		return nil, p.error(err)
	}
	return tokens, nil
}

// ContainsToken is [ContainsToken] of one span.
func (p *Span) ContainsToken(token, attrib string, caseSensitive bool) (bool, error) {
	if !caseSensitive {
		token = python.Lower(token)
	}
	in, err := p.contains(token, attrib, caseSensitive)
	if err != nil {
		return false, p.error(err)
	}
	return in, nil
}

// betweenTokens gives a negative width to the right window of spans that
// overlap, as Snorkel does.
func betweenTokens(a, b *Span, t Tokens) ([]string, error) {
	aStart, aEnd, err := a.WordRange()
	if err != nil {
		return nil, err
	}
	bStart, bEnd, err := b.WordRange()
	if err != nil {
		return nil, err
	}
	tokens, err := a.Sentence.tokens(t.Attrib, t.CaseSensitive)
	if err != nil {
		return nil, err
	}
	if aStart < bStart {
		return t.ngrams(rightOf(tokens, aEnd, bStart-aEnd-1)), nil
	}
	return t.ngrams(rightOf(tokens, bEnd, aStart-bEnd-1)), nil
}

func (p *Span) left(window int, t Tokens) ([]string, error) {
	start, err := p.WordStart()
	if err != nil {
		return nil, err
	}
	tokens, err := p.Sentence.tokens(t.Attrib, t.CaseSensitive)
	if err != nil {
		return nil, err
	}
	from := max(0, start-inReach(window, tokens))
	return t.ngrams(python.SliceOf(tokens, from, start)), nil
}

func (p *Span) right(window int, t Tokens) ([]string, error) {
	end, err := p.WordEnd()
	if err != nil {
		return nil, err
	}
	tokens, err := p.Sentence.tokens(t.Attrib, t.CaseSensitive)
	if err != nil {
		return nil, err
	}
	return t.ngrams(rightOf(tokens, end, window)), nil
}

// rightOf returns the window tokens behind word end, by Python's rules: an end
// of the window below 0 counts from the end of the sentence.
func rightOf(tokens []string, end, window int) []string {
	return python.SliceOf(tokens, end+1, end+1+inReach(window, tokens))
}

// inReach cuts windows off that reach far beyond the sentence, so that no sum
// overflows. It changes no window.
func inReach(window int, tokens []string) int {
	const far = 1 << 20
	return min(max(window, -len(tokens)-far), len(tokens)+far)
}

func (p *Span) contains(token, attrib string, caseSensitive bool) (bool, error) {
	start, end, err := p.WordRange()
	if err != nil {
		return false, err
	}
	tokens, err := p.Sentence.tokens(attrib, caseSensitive)
	if err != nil {
		return false, err
	}
	return slices.Contains(python.SliceOf(tokens, start, end+1), token), nil
}

// tokens is the whole list that the windows are cut from.
func (s *Sentence) tokens(attrib string, caseSensitive bool) ([]string, error) {
	if attrib == "" {
		attrib = "words"
	}
	if caseSensitive {
		return s.Attrib(attrib)
	}
	return s.LowerAttrib(attrib)
}

// ngrams are tokens_to_ngrams: of up to NMax tokens, by start, then length.
func (t Tokens) ngrams(tokens []string) []string {
	most := t.NMax
	switch {
	case most < 0 || len(tokens) == 0:
		return nil
	case most <= 1:
		return tokens // a window by SliceOf: appending to it leaves the sentence alone
	}
	most = min(most, len(tokens))
	ngrams := make([]string, 0, most*len(tokens)-most*(most-1)/2)
	for i := range tokens {
		for n := 1; n <= min(most, len(tokens)-i); n++ {
			if n == 1 {
				ngrams = append(ngrams, tokens[i])
			} else {
				ngrams = append(ngrams, strings.Join(tokens[i:i+n], " "))
			}
		}
	}
	return ngrams
}

// error says which span an error is about.
func (p *Span) error(err error) error {
	return fmt.Errorf("span %d (%s): %w", p.ID, p.StableID, err)
}
