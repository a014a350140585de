package candidates

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"unicode"
	"unicode/utf8"

	"workbench/session"
)

// Imported counts what [Import] added.
type Imported struct {
	Candidates, RawTexts, Documents, Sentences, Spans int
	// Continued is how many of the sentences went into documents that the file
	// had before.
	Continued int
	// EndInSpace is how many of the spans end in white space, as they do when
	// ends were counted exclusively.
	EndInSpace int
	// Misplaced is how many of the words that were given do not stand in the
	// text at their offset, and FirstMisplaced where the first of them is.
	Misplaced      int
	FirstMisplaced Position
}

// Import adds records as contexts and candidates of class c in a split, in one
// transaction: if a record is wrong, nothing is added, and the error is a
// [*RecordError] with its position; an error among the records comes out as it
// is. What is added gets Snorkel's stable ids.
//
// A raw text must have an id that the file does not have yet. Records about
// the same sentence share it: records in a row with equal document and text,
// or, whatever stands between them, with the same Ordinal. Equal spans of a
// sentence are one span. The tokens of a sentence are those of its first
// record; most of them must stand in its text. A document that the file has already is continued behind its last
// sentence. A candidate whose arguments another one of the class has is an
// error.
//
// Import keeps the current document and sentence in memory and no others.
func Import(ctx context.Context, s *session.Session, c *Subclass, split int, records iter.Seq2[Record, error]) (Imported, error) {
	return ImportWith(ctx, s, c, split, records, nil)
}

// Follower goes on with what an import adds, in the same transaction. Both
// functions are needed.
type Follower struct {
	// Added is told of each candidate with a gold label: the record that it is of,
	// and the stable ids of its arguments. It need not be in the file yet.
	Added func(rec *Record, stableIDs []string) error
	// Finish comes when all of them are in the file.
	Finish func(tx *session.Tx) error
}

// ImportWith is [Import] with what follows it, or nil. An error of
// Added is one about the record.
func ImportWith(ctx context.Context, s *session.Session, c *Subclass, split int, records iter.Seq2[Record, error], f *Follower) (Imported, error) {
	var done Imported
	err := Write(ctx, s, func(w *Writer) error {
		if err := w.tx.ExpectMany(); err != nil {
			return err
		}
		im := &importer{w: w, class: c, split: split, follower: f}
		err := im.all(ctx, records)
		if err != nil {
			// What is wrong with rows that still wait was wrong before.
			var before *RecordError
			if errors.As(w.flush(), &before) {
				return before
			}
		}
		if err == nil && f != nil {
			if err = w.flush(); err == nil {
				err = f.Finish(w.tx)
			}
		}
		done = im.done
		return err
	})
	if err != nil {
		return Imported{}, err
	}
	return done, nil
}

// importer knows the current document, and the current sentence with its
// spans.
type importer struct {
	w        *Writer
	class    *Subclass
	split    int
	follower *Follower
	done     Imported
	document *DocumentRef
	sentence *SentenceRef // nil until there is one
	ordinal  int
	text     string
	stored   bool             // the sentence may have spans that are not in spans
	spans    map[[2]int]int64 // context ids by start and end
}

// maxSpans bounds the memory for the spans of one sentence.
const maxSpans = 1 << 16

func (im *importer) all(ctx context.Context, records iter.Seq2[Record, error]) error {
	for rec, err := range records {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		}
		im.w.at = rec.Position
		if rec.Document != "" || rec.ID == "" {
			err = im.addSentence(&rec)
		} else {
			err = im.addRawText(&rec)
		}
		if err != nil {
			if errors.Is(err, im.w.failed) {
				return err // about the file, or about an earlier record
			}
			return rec.Position.Wrap(err)
		}
	}
	return nil
}

func (im *importer) addRawText(rec *Record) error {
	if len(im.class.Args) != 1 {
		return fmt.Errorf("a raw text is one argument, and %s has %d", im.class, len(im.class.Args))
	}
	id, err := im.w.RawText(rec.ID, rec.Sentence.Text)
	if err != nil {
		return err
	}
	im.done.RawTexts++
	if err := im.addCandidate([]int64{id}, []string{""}); err != nil || im.follower == nil || rec.Gold == "" {
		return err
	}
	return im.follower.Added(rec, []string{rec.ID})
}

func (im *importer) addCandidate(contexts []int64, cids []string) error {
	_, err := im.w.CandidateWithCIDs(im.class, im.split, contexts, cids)
	im.done.Candidates++
	return err
}

func (im *importer) addSentence(rec *Record) error {
	switch {
	case rec.Document == "":
		return errors.New("the name of the document is empty")
	case rec.Sentence.Text == "":
		return errors.New("the text is empty")
	}
	if err := im.openDocument(rec.Document); err != nil {
		return err
	}
	if err := im.openSentence(rec); err != nil {
		return err
	}
	contexts, cids := make([]int64, len(im.class.Args)), make([]string, len(im.class.Args))
	for _, mentions := range rec.Candidates {
		if len(mentions) != len(im.class.Args) {
			return fmt.Errorf("%d arguments given, but the class is %s", len(mentions), im.class)
		}
		for i, m := range mentions {
			id, err := im.span(im.class.Args[i], m)
			if err != nil {
				return err
			}
			contexts[i], cids[i] = id, m.CID
		}
		if err := im.addCandidate(contexts, cids); err != nil {
			return err
		}
		if im.follower != nil && rec.Gold != "" {
			if err := im.follower.Added(rec, im.stableIDs(mentions)); err != nil {
				return err
			}
		}
	}
	return nil
}

// stableIDs are those of spans of the current sentence.
func (im *importer) stableIDs(mentions []Mention) []string {
	ids := make([]string, len(mentions))
	for i, m := range mentions {
		ids[i] = im.sentence.spanID(m.Start, m.End)
	}
	return ids
}

// span returns the context id of a span of the current sentence, and adds it
// if it is new.
func (im *importer) span(arg string, m Mention) (int64, error) {
	switch {
	case m.Start >= 0 && m.End < m.Start:
		return 0, fmt.Errorf("%s ends at %d, before it starts at %d", arg, m.End, m.Start)
	case m.Start < 0 || m.End >= im.sentence.length:
		return 0, fmt.Errorf("%s from %d to %d does not lie in the text of %d code points, which ends at %d (ends are inclusive)",
			arg, m.Start, m.End, im.sentence.length, im.sentence.length-1)
	}
	key := [2]int{m.Start, m.End}
	if id, known := im.spans[key]; known {
		return id, nil
	}
	if len(im.spans) >= maxSpans {
		if err := im.w.flush(); err != nil {
			return 0, err
		}
		clear(im.spans)
		im.stored = true
	}
	if im.stored {
		id, found, err := im.w.findSpan(im.sentence, m.Start, m.End)
		if err != nil {
			return 0, err
		}
		if found {
			im.spans[key] = id
			return id, nil
		}
	}
	id, err := im.w.Span(im.sentence, m.Start, m.End)
	if err != nil {
		return 0, err
	}
	im.spans[key] = id
	im.done.Spans++
	if m.End > m.Start && unicode.IsSpace(codePoint(im.text, m.End)) {
		im.done.EndInSpace++
	}
	return id, nil
}

// codePoint returns code point n of a text that is long enough.
func codePoint(text string, n int) rune {
	for range n {
		_, size := utf8.DecodeRuneInString(text)
		text = text[size:]
	}
	r, _ := utf8.DecodeRuneInString(text)
	return r
}

// openDocument makes a document the current one: it is that already, it is
// written and continued, or it is new.
func (im *importer) openDocument(name string) error {
	if im.document != nil && im.document.name == name {
		return nil
	}
	d, err := im.w.findDocument(name)
	if err != nil {
		return err
	}
	if d == nil {
		if d, err = im.w.Document(name); err != nil {
			return err
		}
		im.done.Documents++
	}
	im.document, im.sentence = d, nil
	return nil
}
