package candidates

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"workbench/candidates/pickle"
	"workbench/session"
)

// NewSentence is a sentence to be written, with its words. CharOffsets has the code
// point offset of each word in Text; the other lists have one entry per word,
// or are nil and then stored as NULL.
type NewSentence struct {
	Text        string
	Words       []string
	CharOffsets []int
	Lemmas      []string
	POSTags     []string
	NERTags     []string
}

// DocumentRef names a document that was written.
type DocumentRef struct {
	ID   int64
	name string
	next int // position of the next sentence
	end  int // code points so far
}

// SentenceRef names a sentence that was written.
type SentenceRef struct {
	ID       int64
	document string
	start    int
	length   int // in code points
}

// Writer adds contexts and candidates within one transaction; see [Write].
type Writer struct {
	ctx     context.Context
	tx      *sqlx.Tx
	stmts   map[string]*sqlx.Stmt
	context int64 // the last context id
	abs     bool  // the file has sentence.abs_char_offsets; before 0.6.3 it had not
}

// Write runs add in one transaction: all that it adds is there afterwards, or,
// when it fails, nothing.
func Write(ctx context.Context, s *session.Session, add func(w *Writer) error) error {
	return s.Update(ctx, func(tx *sqlx.Tx) error {
		w := &Writer{ctx: ctx, tx: tx, stmts: make(map[string]*sqlx.Stmt), abs: s.HasColumn("sentence", "abs_char_offsets")}
		if err := tx.GetContext(ctx, &w.context, "SELECT coalesce(max(id), 0) FROM context"); err != nil {
			return err
		}
		return add(w)
	})
}

// exec runs a statement that is prepared on its first use.
func (w *Writer) exec(query string, args ...any) error {
	stmt := w.stmts[query]
	if stmt == nil {
		var err error
		if stmt, err = w.tx.PreparexContext(w.ctx, query); err != nil {
			return err
		}
		w.stmts[query] = stmt
	}
	_, err := stmt.ExecContext(w.ctx, args...)
	return err
}

func (w *Writer) addContext(typ, stableID string) (int64, error) {
	w.context++
	if err := w.exec("INSERT INTO context (id, type, stable_id) VALUES (?, ?, ?)", w.context, typ, stableID); err != nil {
		return 0, fmt.Errorf("%s %s: %w", typ, stableID, err)
	}
	return w.context, nil
}

// Document adds a document with optional metadata, as pairs of text. A name
// with :: would make stable ids that cannot be taken apart, and is refused.
func (w *Writer) Document(name string, meta ...[2]string) (*DocumentRef, error) {
	if name == "" || strings.Contains(name, "::") {
		return nil, fmt.Errorf("document name %q is empty or contains \"::\"", name)
	}
	id, err := w.addContext("document", name+"::document:0:0")
	if err != nil {
		return nil, err
	}
	var pickled []byte
	if meta != nil {
		pickled = pickle.EncodeDict(meta)
	}
	err = w.exec("INSERT INTO document (id, name, meta) VALUES (?, ?, ?)", id, name, pickled)
	return &DocumentRef{ID: id, name: name}, err
}

// Sentence adds the next sentence of a document. Its stable id counts from the
// document's start; one code point separates it from the sentence before.
func (w *Writer) Sentence(d *DocumentRef, s NewSentence) (*SentenceRef, error) {
	if len(s.Words) != len(s.CharOffsets) {
		return nil, fmt.Errorf("document %s, sentence %d: %d words but %d offsets", d.name, d.next, len(s.Words), len(s.CharOffsets))
	}
	start, end := d.end, d.end+utf8.RuneCountInString(s.Text)
	id, err := w.addContext("sentence", fmt.Sprintf("%s::sentence:%d:%d", d.name, start, end))
	if err != nil {
		return nil, err
	}
	offsets, err := pickle.EncodeInts(s.CharOffsets)
	if err != nil {
		return nil, err
	}
	columns, marks := "id, document_id, position, text, words, char_offsets, lemmas, pos_tags, ner_tags", "?, ?, ?, ?, ?, ?, ?, ?, ?"
	values := []any{id, d.ID, d.next, s.Text, pickle.EncodeTexts(s.Words), offsets,
		optional(s.Lemmas), optional(s.POSTags), optional(s.NERTags)}
	if w.abs {
		abs := make([]int, len(s.CharOffsets))
		for i, offset := range s.CharOffsets {
			abs[i] = start + offset
		}
		absOffsets, err := pickle.EncodeInts(abs)
		if err != nil {
			return nil, err
		}
		columns, marks, values = columns+", abs_char_offsets", marks+", ?", append(values, absOffsets)
	}
	err = w.exec("INSERT INTO sentence ("+columns+") VALUES ("+marks+")", values...)
	d.next++
	d.end = end + 1
	return &SentenceRef{ID: id, document: d.name, start: start, length: end - start}, err
}

func optional(list []string) []byte {
	if list == nil {
		return nil
	}
	return pickle.EncodeTexts(list)
}

// Span adds a span of a sentence, from code point start to end inclusive, and
// returns its context id. A span that does not lie in the sentence is refused.
func (w *Writer) Span(s *SentenceRef, start, end int) (int64, error) {
	if start < 0 || end < start || end >= s.length {
		return 0, fmt.Errorf("document %s: a span from %d to %d does not lie in a sentence of %d code points", s.document, start, end, s.length)
	}
	id, err := w.addContext("span", fmt.Sprintf("%s::span:%d:%d", s.document, s.start+start, s.start+end))
	if err != nil {
		return 0, err
	}
	return id, w.exec("INSERT INTO span (id, sentence_id, char_start, char_end, meta) VALUES (?, ?, ?, ?, NULL)",
		id, s.ID, start, end)
}

// Candidate adds a candidate of type c to a split; contexts are the context
// ids of its arguments, in order. It returns the candidate's id.
func (w *Writer) Candidate(c *Subclass, split int, contexts ...int64) (int64, error) {
	if len(contexts) != len(c.Args) {
		return 0, fmt.Errorf("%s has %d arguments, got %d contexts", c.Name, len(c.Args), len(contexts))
	}
	if err := w.exec("INSERT INTO candidate (type, split) VALUES (?, ?)", c.Table, split); err != nil {
		return 0, err
	}
	var id int64
	if err := w.tx.GetContext(w.ctx, &id, "SELECT last_insert_rowid()"); err != nil {
		return 0, err
	}
	columns, marks := "id", "?"
	values := []any{id}
	for i, arg := range c.Args {
		columns += ", " + quote(arg+"_id")
		marks += ", ?"
		values = append(values, contexts[i])
	}
	return id, w.exec(fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", quote(c.Table), columns, marks), values...)
}
