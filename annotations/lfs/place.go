package lfs

import (
	"fmt"
	"slices"
	"strings"

	"workbench/candidates"
	"workbench/candidates/python"
	"workbench/candidates/spelling"
)

// The places of a candidate in which a condition can look.
const (
	inBetween  = "between"
	inLeft     = "left"
	inRight    = "right"
	inSentence = "sentence"
	inTagged   = "tagged"
	inSpan     = "span"
)

// placeKeys are the keys that say where a condition looks.
const placeKeys = "in of window attribute attrib case_sensitive"

// place is where a condition looks. It may be several places: left of one
// argument or of another.
type place struct {
	arguments
	in     string
	given  bool // in was given: else it is the sentence where a candidate has one argument
	window int  // of left and right
	tokens candidates.Tokens
}

// place reads in, of, window, attribute and case_sensitive.
func (p *parser) place(n *node) (place, error) {
	pl := place{arguments: arguments{file: n.file, line: n.line}, in: inBetween, window: 3}
	if in := n.get("in"); in != nil {
		text, err := in.str("in")
		if err != nil {
			return pl, err
		}
		if text == "tagged text" {
			text = inTagged
		}
		places := []string{inBetween, inLeft, inRight, inSentence, inTagged, inSpan}
		if !slices.Contains(places, text) {
			return pl, in.errorf("in: must be one of %s, not %q%s", strings.Join(places, ", "), text, spelling.Hint(text, places))
		}
		pl.in, pl.given = text, true
	} else if p.subclass != nil && len(p.subclass.Args) == 1 && n.get("of") == nil {
		pl.in = inSentence
	} else if p.subclass != nil && len(p.subclass.Args) != 2 && n.get("of") == nil {
		return pl, n.errorf("in: is needed, for between is only where candidates have two arguments and %s has %d", p.subclass.Name, len(p.subclass.Args))
	}
	var err error
	if pl.of, err = p.of(n); err != nil {
		return pl, err
	}
	if of := n.get("of"); of != nil {
		switch {
		case pl.in == inSentence || pl.in == inTagged:
			return pl, of.errorf("of: says nothing with in: %s", pl.in)
		case pl.in == inBetween && len(pl.of) != 2:
			return pl, of.errorf("of: must be two arguments with in: between, not %d", len(pl.of))
		}
	} else if pl.in == inBetween && p.subclass != nil && len(p.subclass.Args) != 2 {
		return pl, n.errorf("in: between is only where candidates have two arguments, and %s has %d; name two by of:", p.subclass.Name, len(p.subclass.Args))
	}
	if w := n.get("window"); w != nil {
		if pl.in != inLeft && pl.in != inRight {
			return pl, w.errorf("window: says nothing with in: %s, only with left and right", pl.in)
		}
		if pl.window, err = w.integer("window", 0); err != nil {
			return pl, err
		}
	}
	if pl.tokens.Attrib, err = attribute(n); err != nil {
		return pl, err
	}
	if key, a := n.first("attribute", "attrib"); a != nil && pl.in == inTagged {
		return pl, a.errorf("%s: says nothing with in: tagged, which is text", key)
	}
	pl.tokens.CaseSensitive, err = flag(n, "case_sensitive", false)
	return pl, err
}

// attribute reads the attribute of the sentences that tokens are taken from.
func attribute(n *node) (string, error) {
	key, a := n.first("attribute", "attrib")
	if a == nil {
		return "words", nil
	}
	if key == "attribute" && n.get("attrib") != nil {
		return "", n.get("attrib").errorf("attribute: and attrib: are the same; give one of them")
	}
	return a.oneOf(key, candidates.Attributes()...)
}

// where is in for a candidate.
func (pl *place) where(c *candidates.Candidate) string {
	if pl.in == inBetween && !pl.given && pl.of == nil && len(c.Args) == 1 {
		return inSentence
	}
	return pl.in
}

// flag reads true or false.
func flag(n *node, key string, otherwise bool) (bool, error) {
	if v := n.get(key); v != nil {
		return v.boolean(key)
	}
	return otherwise, nil
}

// count returns how many places there are for a candidate.
func (pl *place) count(c *candidates.Candidate) int {
	switch {
	case len(c.Args) == 0 || pl.in == inBetween || pl.in == inSentence || pl.in == inTagged:
		return 1
	case pl.of != nil:
		return len(pl.of)
	case pl.in == inSpan:
		return len(c.Args)
	}
	return 1
}

// argument returns the one that place k belongs to: without of the first for
// left, the last for right, and each for span.
func (pl *place) argument(c *candidates.Candidate, k int) (*candidates.Argument, error) {
	switch {
	case len(c.Args) == 0:
		return nil, fmt.Errorf("candidate %d: %w", c.ID, candidates.ErrOrphan)
	case pl.of != nil:
		return pl.named(c, pl.of[k])
	case pl.in == inSpan:
		return &c.Args[k], nil
	case pl.in == inRight:
		return &c.Args[len(c.Args)-1], nil
	}
	return &c.Args[0], nil
}

// words returns the tokens of place k: single ones, whatever n-grams are
// wanted of them. They may be shared.
func (pl *place) words(c *candidates.Candidate, k int) ([]string, error) {
	switch pl.where(c) {
	case inBetween:
		c, err := pl.binary(c)
		if err != nil {
			return nil, err
		}
		return candidates.BetweenTokens(c, pl.tokens)
	case inSentence:
		s, err := sentence(c)
		if err != nil {
			return nil, err
		}
		return pl.list(c, s)
	}
	p, err := pl.span(c, k)
	if err != nil {
		return nil, err
	}
	if p.Sentence.Alone() { // nothing stands beside it
		if pl.in != inSpan {
			return nil, nil
		}
		return pl.list(c, p.Sentence)
	}
	var words []string
	switch pl.in {
	case inLeft:
		words, err = p.LeftTokens(pl.window, pl.tokens)
	case inRight:
		words, err = p.RightTokens(pl.window, pl.tokens)
	default:
		var start, end int
		if start, end, err = p.WordRange(); err == nil {
			words, err = pl.list(c, p.Sentence)
			words = python.SliceOf(words, start, end+1)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("candidate %d: %w", c.ID, err)
	}
	return words, nil
}

// list is the whole attribute of a sentence.
func (pl *place) list(c *candidates.Candidate, s *candidates.Sentence) (words []string, err error) {
	if pl.tokens.CaseSensitive {
		words, err = s.Attrib(pl.tokens.Attrib)
	} else {
		words, err = s.LowerAttrib(pl.tokens.Attrib)
	}
	if err != nil {
		return nil, fmt.Errorf("candidate %d: %w", c.ID, err)
	}
	return words, nil
}

// text returns the text of place k: of words, where there is text, that, and
// otherwise the tokens joined by a space.
func (pl *place) text(c *candidates.Candidate, k int) (string, error) {
	if pl.in == inTagged {
		return candidates.TaggedText(c)
	}
	if pl.tokens.Attrib == "words" {
		switch pl.where(c) {
		case inBetween:
			c, err := pl.binary(c)
			if err != nil {
				return "", err
			}
			return candidates.TextBetween(c)
		case inSentence:
			s, err := sentence(c)
			if err != nil {
				return "", err
			}
			return s.Text, nil
		case inSpan:
			a, err := pl.argument(c, k)
			if err != nil {
				return "", err
			}
			return textOf(c, a)
		}
	}
	words, err := pl.words(c, k)
	return strings.Join(words, " "), err
}

// span returns the span that place k belongs to.
func (pl *place) span(c *candidates.Candidate, k int) (*candidates.Span, error) {
	a, err := pl.argument(c, k)
	if err != nil {
		return nil, err
	}
	p := a.AsSpan()
	if p == nil {
		return nil, fmt.Errorf("candidate %d: argument %s (%s) %w", c.ID, a.Name, a.Context.StableID, candidates.ErrNoSpan)
	}
	return p, nil
}

// sentence returns the sentence that the arguments lie in, or that the only
// argument is; of a text alone that is the text.
func sentence(c *candidates.Candidate) (*candidates.Sentence, error) {
	if len(c.Args) == 1 && c.Args[0].Span == nil && c.Args[0].Sentence != nil {
		return c.Args[0].Sentence, nil
	}
	return candidates.Parent(c)
}
