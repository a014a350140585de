package candidates

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"workbench/candidates/pickle"
	"workbench/session"
)

// DocumentRef names a document that was written.
type DocumentRef struct {
	ID   int64
	name string
	next int // position of the next sentence
	end  int // offset behind the last sentence, in code points; −1 if there is none
}

// SentenceRef names a sentence that was written.
type SentenceRef struct {
	ID       int64
	document string
	start    int
	length   int // in code points
}

// spanID is the stable id of a span of the sentence.
func (s *SentenceRef) spanID(start, end int) string {
	return fmt.Sprintf("%s::span:%d:%d", s.document, s.start+start, s.start+end)
}

// Writer adds contexts and candidates within one transaction; see [Write]. It
// collects rows, so that what the file refuses, such as a context that exists
// already, may be the error of a later call or of Write.
type Writer struct {
	tx           *session.Tx
	abs          bool              // the file has sentence.abs_char_offsets; before 0.6 it had not
	arrays       []string          // the columns of sentence whose lists are not pickled
	at           Position          // where the record comes from that is being added
	contextIDs   *session.Sequence // ids of contexts
	candidateIDs *session.Sequence

	contexts, rawTexts, docs, sentences, spans, candidates *waitingRows
	tables                                                 []*waitingRows // all of them, in the order in which they may be written
	waiting, waitingBytes                                  int
	failed                                                 error                   // of a flush
	documents                                              map[string]*DocumentRef // those with rows that wait
	hasRawTexts                                            bool                    // the file has the table raw_text
}

// Write runs add in one transaction: all that it adds is there afterwards, or,
// when it fails, nothing.
func Write(ctx context.Context, s *session.Session, add func(w *Writer) error) error {
	return s.Update(ctx, func(tx *session.Tx) (err error) {
		w := newWriter(tx, s.HasColumn("sentence", "abs_char_offsets"))
		if w.contextIDs, err = tx.Sequence("context"); err != nil {
			return err
		}
		if w.candidateIDs, err = tx.Sequence("candidate"); err != nil {
			return err
		}
		if w.arrays, err = tx.Arrays("sentence"); err != nil {
			return err
		}
		if err := add(w); err != nil {
			return err
		}
		return w.flush()
	}, session.Once)
}

func newWriter(tx *session.Tx, abs bool) *Writer {
	w := &Writer{tx: tx, abs: abs, documents: make(map[string]*DocumentRef)}
	w.contexts = w.table("context", "id", "type", "stable_id")
	w.contexts.describe = func(row []any) string { return fmt.Sprintf("%s %q", row[1], row[2]) }
	w.docs = w.table("document", "id", "name", "meta")
	w.rawTexts = w.table("raw_text", "id", "name", "text")
	sentence := []string{"id", "document_id", "position", "text", "words", "char_offsets", "lemmas", "pos_tags",
		"ner_tags", "dep_parents", "dep_labels", "entity_cids", "entity_types"}
	if abs {
		sentence = append(sentence, "abs_char_offsets")
	}
	w.sentences = w.table("sentence", sentence...)
	w.sentences.describe = func(row []any) string { return fmt.Sprintf("sentence %d of document %d", row[2], row[1]) }
	w.spans = w.table("span", "id", "sentence_id", "char_start", "char_end", "meta")
	w.spans.describe = func(row []any) string { return fmt.Sprintf("the span from %d to %d of its sentence", row[2], row[3]) }
	w.candidates = w.table("candidate", "id", "type", "split")
	w.candidates.describe = func(row []any) string { return fmt.Sprintf("candidate %d", row[0]) }
	return w
}

func (w *Writer) addContext(typ, stableID string) (int64, error) {
	id := w.contextIDs.Next()
	return id, w.insert(w.contexts, id, typ, stableID)
}

// Document adds a document with optional metadata, as pairs of text. A name
// with :: or ~~ would make stable ids that cannot be taken apart, and is
// refused.
func (w *Writer) Document(name string, meta ...[2]string) (*DocumentRef, error) {
	if name == "" || strings.Contains(name, "::") || strings.Contains(name, "~~") {
		return nil, fmt.Errorf(`document name %q is empty or contains "::" or "~~", which stable ids need`, name)
	}
	if err := checkText("document name", name); err != nil {
		return nil, err
	}
	id, err := w.addContext("document", name+"::document:0:0")
	if err != nil {
		return nil, err
	}
	var pickled []byte
	if meta != nil {
		pickled = pickle.EncodeDict(meta)
	}
	if err := w.insert(w.docs, id, name, pickled); err != nil {
		return nil, err
	}
	d := &DocumentRef{ID: id, name: name, end: -1}
	w.documents[name] = d
	return d, nil
}

// Sentence adds the next sentence of a document. Its stable id counts from the
// document's start; one code point separates it from the sentence before.
func (w *Writer) Sentence(d *DocumentRef, s NewSentence) (*SentenceRef, error) {
	return w.addSentence(d, d.next, d.end+1, s)
}

// addSentence adds a sentence at a position, from a code point of its document
// on.
func (w *Writer) addSentence(d *DocumentRef, position, start int, s NewSentence) (*SentenceRef, error) {
	length := utf8.RuneCountInString(s.Text)
	if err := s.check(length); err != nil {
		return nil, fmt.Errorf("document %q, sentence %d: %w", d.name, position, err)
	}
	end := start + length
	id, err := w.addContext("sentence", fmt.Sprintf("%s::sentence:%d:%d", d.name, start, end))
	if err != nil {
		return nil, err
	}
	values := []any{id, d.ID, position, s.Text}
	if values, err = w.appendLists(values, s, start); err != nil {
		return nil, err
	}
	if err := w.insert(w.sentences, values...); err != nil {
		return nil, err
	}
	if position >= d.next {
		d.next, d.end = position+1, end
	}
	w.documents[d.name] = d
	return &SentenceRef{ID: id, document: d.name, start: start, length: length}, nil
}

// Span adds a span of a sentence, from code point start to end inclusive, and
// returns its context id. A span that does not lie in the sentence is refused.
func (w *Writer) Span(s *SentenceRef, start, end int) (int64, error) {
	if start < 0 || end < start || end >= s.length {
		return 0, fmt.Errorf("document %q: a span from %d to %d does not lie in a sentence of %d code points", s.document, start, end, s.length)
	}
	id, err := w.addContext("span", s.spanID(start, end))
	if err != nil {
		return 0, err
	}
	return id, w.insert(w.spans, id, s.ID, start, end, nil)
}

// Candidate adds a candidate of type c to a split; contexts are the context
// ids of its arguments, in order. It returns the candidate's id.
func (w *Writer) Candidate(c *Subclass, split int, contexts ...int64) (int64, error) {
	return w.CandidateWithCIDs(c, split, contexts, make([]string, len(contexts)))
}

// CandidateWithCIDs is [Writer.Candidate] with the canonical ids of the
// arguments; an empty one is stored as NULL.
func (w *Writer) CandidateWithCIDs(c *Subclass, split int, contexts []int64, cids []string) (int64, error) {
	if len(contexts) != len(c.Args) || len(cids) != len(c.Args) {
		return 0, fmt.Errorf("%s has %d arguments, got %d contexts and %d canonical ids", c.Name, len(c.Args), len(contexts), len(cids))
	}
	candidate := w.candidateIDs.Next()
	if err := w.insert(w.candidates, candidate, c.Table, split); err != nil {
		return 0, err
	}
	values := make([]any, 1, 1+2*len(c.Args))
	values[0] = candidate
	for i, id := range contexts {
		values = append(values, id, nil)
		if cids[i] != "" {
			if err := checkText(c.Args[i]+"_cid", cids[i]); err != nil {
				return 0, err
			}
			values[len(values)-1] = cids[i]
		}
	}
	return candidate, w.insert(w.subclass(c), values...)
}

// subclass returns the rows of a subclass's table.
func (w *Writer) subclass(c *Subclass) *waitingRows {
	for _, in := range w.tables {
		if in.rows.Table() == c.Table {
			return in
		}
	}
	columns := []string{"id"}
	for _, arg := range c.Args {
		columns = append(columns, arg+"_id", arg+"_cid")
	}
	in := w.table(c.Table, columns...)
	in.describe = func([]any) string { return "a candidate " + c.String() + " of these arguments" }
	return in
}
