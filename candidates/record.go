package candidates

import (
	"errors"
	"fmt"
)

// Record is what one record of a file says, for [Import]: either a raw text,
// which has an ID and a Text and becomes one candidate, or a sentence of a
// Document with the candidates in it.
type Record struct {
	Position
	ID       string // of a raw text: its name and stable id
	Document string // of a sentence: the name of its document
	// Ordinal is the position of the sentence in its document, from 0, or nil:
	// then it follows the document's last sentence, or is that sentence if the
	// record before was about the same text.
	Ordinal *int
	// Start is the sentence's offset in the document in code points, or nil:
	// then one code point separates it from the sentence before.
	Start *int
	// Sentence has the text, of a raw text too. Without Words the text is
	// tokenized by [Tokenize].
	Sentence NewSentence
	// Candidates has a mention for each argument of the class, in order.
	Candidates [][]Mention
	// Gold is the gold label of the candidate as it is written, "" for none. A
	// record with one has one candidate.
	Gold string
}

// Mention is an argument of a candidate: code points Start to End of the
// sentence, End inclusive as span.char_end, and its canonical id, if any.
type Mention struct {
	Start, End int
	CID        string
}

// Position is where a record or a row of a table comes from: a line of a file,
// counted from 1. The zero Position is nowhere.
type Position struct {
	File string
	Line int
}

// String is FILE:LINE, or the line alone if the file has no name.
func (p Position) String() string {
	if p.File == "" {
		return fmt.Sprintf("line %d", p.Line)
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Wrap makes an error one about the record at p, a [*RecordError], unless it is
// about a record already or p is nowhere.
func (p Position) Wrap(err error) error {
	if err == nil || p == (Position{}) {
		return err
	}
	if _, done := errors.AsType[*RecordError](err); done {
		return err
	}
	return &RecordError{p, err}
}

// RecordError says what is wrong with a record or a row of a file.
type RecordError struct {
	Position
	Err error
}

// Error is FILE:LINE: and what is wrong.
func (e *RecordError) Error() string { return e.Position.String() + ": " + e.Err.Error() }

// Unwrap returns what is wrong.
func (e *RecordError) Unwrap() error { return e.Err }
