package candidates

import (
	"errors"
	"fmt"
	"strings"

	"workbench/candidates/python"
)

// Span is a piece of a sentence, in code points from CharStart to CharEnd,
// both relative to the sentence and inclusive (snorkel.models.Span).
type Span struct {
	ID                 int64
	StableID           string
	Sentence           *Sentence
	CharStart, CharEnd int
	meta               []byte
}

// ErrNoWords says that a sentence has no words, so that no word can be at an
// offset.
var ErrNoWords = errors.New("has no words")

// Text returns the text of the span (get_span): text[char_start : char_end+1]
// in code points, by Python's rules for offsets that lie outside.
func (p *Span) Text() string { return python.Slice(p.Sentence.Text, p.CharStart, p.CharEnd+1) }

// Len returns how many code points the span's offsets cover.
func (p *Span) Len() int { return p.CharEnd - p.CharStart + 1 }

// WordStart returns the index of the word that the span starts in: the last
// one whose offset is not behind it, −1 before the first.
func (p *Span) WordStart() (int, error) { return p.wordAt(p.CharStart) }

// WordEnd returns the index of the word that the span ends in.
func (p *Span) WordEnd() (int, error) { return p.wordAt(p.CharEnd) }

// WordRange returns both, first and last word inclusive.
func (p *Span) WordRange() (start, end int, err error) {
	if start, err = p.WordStart(); err == nil {
		end, err = p.WordEnd()
	}
	return start, end, err
}

// N returns how many words the span covers (get_n).
func (p *Span) N() (int, error) {
	start, end, err := p.WordRange()
	return end - start + 1, err
}

// wordAt is Snorkel's char_to_word_index. It looks at the offsets one after
// the other, as Snorkel does, so that it agrees on offsets out of order too.
func (p *Span) wordAt(char int) (int, error) {
	offsets, err := p.Sentence.CharOffsets()
	if err != nil {
		return 0, err
	}
	if len(offsets) == 0 {
		return 0, fmt.Errorf("sentence %d (%s) %w", p.Sentence.ID, p.Sentence.StableID, ErrNoWords)
	}
	for i, offset := range offsets {
		if char == offset {
			return i, nil
		}
		if char < offset {
			return i - 1, nil
		}
	}
	return len(offsets) - 1, nil
}

// AttribTokens returns the entries of an attribute for the words of the span
// (get_attrib_tokens); see [Sentence.Attrib].
func (p *Span) AttribTokens(attrib string) ([]string, error) {
	tokens, err := p.Sentence.Attrib(attrib)
	if err != nil {
		return nil, err
	}
	start, end, err := p.WordRange()
	if err != nil {
		return nil, err
	}
	return python.SliceOf(tokens, start, end+1), nil
}

// AttribSpan joins them by sep; of words it is the text itself
// (get_attrib_span).
func (p *Span) AttribSpan(attrib, sep string) (string, error) {
	if attrib == "words" {
		return p.Text(), nil
	}
	tokens, err := p.AttribTokens(attrib)
	return strings.Join(tokens, sep), err
}

// Meta decodes the metadata of the span, nil if there is none.
func (p *Span) Meta() (any, error) {
	v, err := decodeMeta(p.meta)
	if err != nil {
		return nil, fmt.Errorf("span %d (%s), column meta: %w", p.ID, p.StableID, err)
	}
	return v, nil
}
