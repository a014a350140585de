package candidates

import (
	"sync"
	"unicode/utf8"
)

// textAlone is the span that a text which lies in no sentence is of itself. It
// is made when it is first asked for: most candidates are read for their text.
type textAlone struct {
	once sync.Once
	span *Span
}

// AsSpan returns the span that an argument is. A text that lies in no
// sentence, such as a raw text, has none in the file: it is taken as a span
// over all of a sentence that is this text, with the words of [Tokenize] and
// no other attributes, and without ids. AsSpan is nil for anything else.
func (a *Argument) AsSpan() *Span {
	switch {
	case a.Span != nil && a.Span.Sentence != nil:
		return a.Span
	case a.Span != nil || a.Sentence != nil || !a.Context.HasText:
		return nil
	case a.alone == nil: // it was not loaded from a file
		return spanOfItself(&a.Context)
	}
	a.alone.once.Do(func() { a.alone.span = spanOfItself(&a.Context) })
	return a.alone.span
}

func spanOfItself(x *Context) *Span {
	s := &Sentence{StableID: x.StableID, Text: x.Text, alone: true}
	return &Span{StableID: x.StableID, Sentence: s, CharEnd: utf8.RuneCountInString(x.Text) - 1}
}

// Alone reports whether the sentence is none of the file, but a text that lies
// in no sentence; see [Argument.AsSpan].
func (s *Sentence) Alone() bool { return s.alone }

// tokenize makes the words of a text alone. The caller holds the lock.
func (s *Sentence) tokenize() {
	found, offsets := Tokenize(s.Text)
	s.lists[words] = list{decoded: true, texts: append([]string{}, found...)} // of no words they are empty, not missing
	s.lists[charOffsets] = list{decoded: true, ints: append([]int{}, offsets...)}
}
