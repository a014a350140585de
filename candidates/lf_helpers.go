package candidates

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"workbench/candidates/python"
)

// The helpers for labeling functions follow snorkel.lf_helpers. Each error
// begins with the id of the candidate.
var (
	// ErrOrphan says that a candidate has no arguments: the row of its
	// subclass is gone.
	ErrOrphan = errors.New("has no arguments: the row of its subclass is gone")
	// ErrNoSpan says that an argument is not a span of a sentence of the file,
	// and no text that can be taken as one.
	ErrNoSpan = errors.New("is not a span of a sentence in this file")
	// ErrNotBinary says that a candidate has not got the two arguments that a
	// helper needs.
	ErrNotBinary = errors.New("only candidates with two have that")
	// ErrSentences says that the arguments of a candidate lie in different
	// sentences.
	ErrSentences = errors.New("the arguments lie in different sentences")
)

// TextSplits cuts the sentence of a candidate around its arguments
// (get_text_splits): text, {{A}}, text, {{B}}, … , text. The arguments come in
// the order of their offsets, char_start first, then char_end; the letter says
// which argument it is. The text between arguments that overlap is empty.
func TextSplits(c *Candidate) ([]string, error) {
	var room [4]placed
	args, err := c.placed(room[:0])
	if err != nil {
		return nil, err
	}
	splits := append(make([]string, 0, 2*len(args)+1), before(args))
	for i, p := range args {
		splits = append(splits, "{{"+string(p.letter)+"}}", behind(args, i))
	}
	return splits, nil
}

// TaggedText is the text of the sentence with the arguments replaced by
// {{A}}, {{B}}, … (get_tagged_text). See [TextSplits].
func TaggedText(c *Candidate) (string, error) {
	var room [4]placed
	args, err := c.placed(room[:0])
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.Grow(len(args[0].Sentence.Text) + len("{{A}}")*len(args))
	b.WriteString(before(args))
	for i, p := range args {
		b.WriteString("{{")
		b.WriteRune(p.letter)
		b.WriteString("}}")
		b.WriteString(behind(args, i))
	}
	return b.String(), nil
}

// TextBetween is the text between the two arguments of a candidate
// (get_text_between), whichever comes first, "" if they overlap.
func TextBetween(c *Candidate) (string, error) {
	if err := c.binary(); err != nil {
		return "", err
	}
	var room [4]placed
	args, err := c.placed(room[:0])
	if err != nil {
		return "", err
	}
	return between(args[0].Span, args[1].Span), nil
}

// IsInverted reports whether the second argument of a candidate starts in a
// word before the one that the first starts in (is_inverted). Arguments that
// start in one word are not inverted.
func IsInverted(c *Candidate) (bool, error) {
	a, b, err := c.pair()
	if err != nil {
		return false, err
	}
	first, err := a.WordStart()
	if err != nil {
		return false, c.error(err)
	}
	second, err := b.WordStart()
	if err != nil {
		return false, c.error(err)
	}
	return first > second, nil
}

// Parent returns the sentence that all arguments of a candidate lie in
// (get_parent).
func Parent(c *Candidate) (*Sentence, error) {
	first, err := c.span(0)
	if err != nil {
		return nil, err
	}
	for i := 1; i < len(c.Args); i++ {
		p, err := c.span(i)
		if err != nil {
			return nil, err
		}
		if !sameSentence(p, first) {
			return nil, c.error(ErrSentences)
		}
	}
	return first.Sentence, nil
}

// placed is a span, and the letter of its argument.
type placed struct {
	*Span
	letter rune
}

// placed appends the spans of a candidate to room, in the order of their
// offsets. Snorkel takes the text of the last span's sentence for all of them;
// here they must lie in one.
func (c *Candidate) placed(room []placed) ([]placed, error) {
	if _, err := Parent(c); err != nil {
		return nil, err
	}
	for i := range c.Args {
		room = append(room, placed{c.Args[i].AsSpan(), 'A' + rune(i)})
	}
	slices.SortStableFunc(room, func(a, b placed) int {
		if a.CharStart != b.CharStart {
			return a.CharStart - b.CharStart
		}
		return a.CharEnd - b.CharEnd
	})
	return room, nil
}

// before is the text before sorted spans.
func before(args []placed) string { return python.Slice(args[0].Sentence.Text, 0, args[0].CharStart) }

// behind is the text behind span i of sorted spans, up to the next.
func behind(args []placed, i int) string {
	if i+1 < len(args) {
		return between(args[i].Span, args[i+1].Span)
	}
	return python.Slice(args[i].Sentence.Text, args[i].CharEnd+1, math.MaxInt)
}

// between is the text behind one span and before the next.
func between(left, right *Span) string {
	return python.Slice(left.Sentence.Text, left.CharEnd+1, right.CharStart)
}

// sameSentence compares ids, for candidates that were read apart have copies
// of their sentence; sentences that are not from a file have no id. Texts alone
// have stable ids only.
func sameSentence(a, b *Span) bool {
	if a, b := a.Sentence, b.Sentence; a.alone && b.alone {
		return a == b || a.StableID == b.StableID && a.StableID != ""
	}
	return a.Sentence == b.Sentence || a.Sentence.ID == b.Sentence.ID && a.Sentence.ID != 0
}

// span returns the span that argument i is.
func (c *Candidate) span(i int) (*Span, error) {
	if len(c.Args) == 0 {
		return nil, c.error(ErrOrphan)
	}
	a := &c.Args[i]
	if p := a.AsSpan(); p != nil {
		return p, nil
	}
	what := a.Context.StableID
	if what == "" {
		what = fmt.Sprintf("context %d", a.Context.ID)
	}
	return nil, c.error(fmt.Errorf("argument %s (%s) %w", a.Name, what, ErrNoSpan))
}

func (c *Candidate) binary() error {
	switch len(c.Args) {
	case 0:
		return c.error(ErrOrphan)
	case 2:
		return nil
	}
	arguments := "1 argument"
	if n := len(c.Args); n > 1 {
		arguments = fmt.Sprintf("%d arguments", n)
	}
	return c.error(fmt.Errorf("it has %s: %w", arguments, ErrNotBinary))
}

// pair returns the two spans of a binary candidate, of one sentence.
func (c *Candidate) pair() (a, b *Span, err error) {
	if err := c.binary(); err != nil {
		return nil, nil, err
	}
	if _, err := Parent(c); err != nil {
		return nil, nil, err
	}
	return c.Args[0].AsSpan(), c.Args[1].AsSpan(), nil
}

// error says which candidate an error is about.
func (c *Candidate) error(err error) error { return fmt.Errorf("candidate %d: %w", c.ID, err) }
