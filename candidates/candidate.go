package candidates

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"workbench/session"
)

// Candidate is one object to be labelled. An orphan, whose subclass row is
// gone, has no arguments.
type Candidate struct {
	ID    int64
	Type  string // the subclass's table
	Split int
	Args  []Argument
}

// Argument is one context of a candidate: Context says what it is, and the
// fields behind it lead to its text. They are shared between the candidates of
// a batch.
type Argument struct {
	Name    string
	CID     string // canonical id, "" when none was set
	Context Context

	EmptyCID bool // the canonical id was set, to ""

	Span     *Span     // if it is a span whose sentence is in the file, else nil
	Sentence *Sentence // the span's, or the sentence that it is
	Document *Document // the sentence's, or the document that it is
	Columns  []Column  // of any other type: what its own table holds

	lost  bool       // of any other type: its own table has no row of it
	alone *textAlone // of a text that is no span and no sentence, once it was loaded
}

// CanonicalID returns the canonical id, nil where none was set.
func (a *Argument) CanonicalID() *string { return present(a.CID, a.CID != "" || a.EmptyCID) }

// Gone reports whether the file has lost what the argument points to: its
// context, or the span, sentence, document or other row that this was. Deleting a sentence
// deletes its spans, but leaves their contexts and the candidates behind.
func (a Argument) Gone() bool {
	switch a.Context.Type {
	case "":
		return true
	case "span":
		return a.Span == nil
	case "sentence":
		return a.Sentence == nil
	case "document":
		return a.Document == nil
	}
	return a.lost
}

// Column is a value of a context whose type has a table of its own, such as
// raw_text with the columns name and text.
type Column struct {
	Name  string
	Value any // int64, float64, string, []byte or nil
}

// Context is what an argument points to.
type Context struct {
	ID       int64
	Type     string // document, sentence, span, raw_text, …
	StableID string
	Text     string // the text of a span, sentence or raw text; "" otherwise
	HasText  bool
}

// String writes the candidate as Snorkel does, with the arguments' text.
func (c Candidate) String() string {
	texts := make([]string, len(c.Args))
	for i, a := range c.Args {
		texts[i] = a.Context.String()
	}
	return c.Type + "(" + strings.Join(texts, ", ") + ")"
}

// String is the context's text in quotes, or its stable id if it has no text.
func (x Context) String() string {
	if x.HasText {
		return fmt.Sprintf("%q", x.Text)
	}
	return x.StableID
}

// TextOrID is the argument's text, or its stable id if it is of a type that has
// no text, such as a document; false if it is gone, of which nothing is left to
// show.
func (a Argument) TextOrID() (string, bool) {
	switch {
	case a.Context.HasText:
		return a.Context.Text, true
	case a.Gone():
		return "", false
	}
	return a.Context.StableID, true
}

// WordRange returns the first and last word of the sentence that the argument
// covers, false where that cannot be told.
func (a Argument) WordRange() (start, end int, ok bool) {
	if a.Span == nil {
		return 0, 0, false
	}
	start, end, err := a.Span.WordRange()
	return start, end, err == nil
}

// InDocument is the name of the document that the arguments lie in, false if
// they lie in none or in several.
func (c *Candidate) InDocument() (name string, ok bool) {
	for i := range c.Args {
		d := c.Args[i].Document
		switch {
		case d == nil:
			continue
		case ok && name != d.Name:
			return "", false
		}
		name, ok = d.Name, true
	}
	return name, ok
}

// InText is the text that the arguments lie in: their sentence, or the raw text
// itself; false if they have none, or lie in several.
func (c *Candidate) InText() (whole string, ok bool) {
	for i := range c.Args {
		part := ""
		switch a := &c.Args[i]; {
		case a.Sentence != nil:
			part = a.Sentence.Text
		case a.Context.HasText:
			part = a.Context.Text
		default:
			continue
		}
		if ok && whole != part {
			return "", false
		}
		whole, ok = part, true
	}
	return whole, ok
}

// Query selects candidates: those with the given ids, or those of a split, or of
// all of them if AllSplits is set, optionally of one type only. After and Limit make pages of them: the next
// Limit candidates (0 means all) whose ids are greater than After, which is the
// last id of the page before. However far on, a page takes as long as the first.
type Query struct {
	Split     int
	AllSplits bool
	Type      string
	IDs       []int64
	After     int64
	Limit     int
}

// ErrNoSplit says that a split has no candidates (of the wanted type).
var ErrNoSplit = errors.New("has no candidates")

// ErrNoCandidate says that a file has no candidate with an id.
var ErrNoCandidate = errors.New("no candidate with that id")

// NoSplit is the error for a split without candidates, listing what exists.
func NoSplit(ctx context.Context, s *session.Session, split int, typ string) error {
	counts, err := s.Splits(ctx)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("split %d", split)
	if typ != "" {
		what += fmt.Sprintf(" of type %q", typ)
	}
	have := make([]string, len(counts))
	for i, c := range counts {
		have[i] = fmt.Sprintf("%d (%d %s)", c.Split, c.Candidates, c.Type)
	}
	if len(have) == 0 {
		have = []string{"none"}
	}
	return fmt.Errorf("%s: %s %w; splits with candidates: %s", s.Path(), what, ErrNoSplit, strings.Join(have, ", "))
}

// none is the error for a query that finds nothing.
func (q Query) none(ctx context.Context, s *session.Session) error {
	switch {
	case !q.AllSplits:
		return NoSplit(ctx, s, q.Split, q.Type)
	case q.Type != "":
		return fmt.Errorf("%s: type %q %w", s.Path(), q.Type, ErrNoSplit)
	}
	return fmt.Errorf("%s: the database %w", s.Path(), ErrNoSplit)
}

// missing are the wanted ids that no candidate had yet. Ids may be repeated,
// so counting them does not tell.
type missing map[int64]bool

func newMissing(q Query) missing {
	m := make(missing, len(q.IDs))
	for _, id := range q.IDs {
		m[id] = true
	}
	return m
}

func (m missing) found(id int64) { delete(m, id) }

// error is about the first of q's ids that is missing; with a limit that is
// none. Those of earlier pages are not looked for.
func (m missing) error(s *session.Session, q Query) error {
	for _, id := range q.IDs {
		if m[id] && q.Limit == 0 && (q.After == 0 || id > q.After) {
			return fmt.Errorf("%s: candidate %d: %w", s.Path(), id, ErrNoCandidate)
		}
	}
	return nil
}
