package candidates

import (
	"errors"
	"fmt"
	"math"
)

// openSentence makes the record's sentence the current one. It is that
// already, it is written, or it is new.
func (im *importer) openSentence(rec *Record) error {
	d := im.document
	position, start := d.next, d.end+1
	if rec.Ordinal != nil {
		position = *rec.Ordinal
	}
	if rec.Start != nil {
		start = *rec.Start
	}
	if position < 0 || position > math.MaxInt32 || start < 0 || start > math.MaxInt32 {
		return fmt.Errorf("sentence %d that starts at %d cannot be in a document", position, start)
	}
	switch {
	case im.continues(rec):
		return im.agrees(rec)
	case rec.Ordinal == nil && rec.Start != nil && start < d.end:
		return im.reuseAt(rec, start)
	case position >= d.next && start < d.end:
		return fmt.Errorf("sentence_start %d lies before the end of the sentence before, %d", start, d.end)
	case position < d.next:
		return im.reuse(rec, position)
	}
	return im.newSentence(rec, position, start)
}

// continues reports whether the record is about the current sentence.
func (im *importer) continues(rec *Record) bool {
	switch {
	case im.sentence == nil:
		return false
	case rec.Ordinal != nil:
		return *rec.Ordinal == im.ordinal
	default:
		return rec.Sentence.Text == im.text && (rec.Start == nil || *rec.Start == im.sentence.start)
	}
}

// agrees checks that the record says of the current sentence what it is.
func (im *importer) agrees(rec *Record) error {
	if rec.Sentence.Text != im.text {
		return fmt.Errorf("sentence %d of document %q has another text already: %.60q", im.ordinal, im.document.name, im.text)
	}
	if rec.Start != nil && *rec.Start != im.sentence.start {
		return fmt.Errorf("sentence %d of document %q starts at %d, not at %d", im.ordinal, im.document.name, im.sentence.start, *rec.Start)
	}
	return rec.checkTokens() // although they are not needed any more
}

func (im *importer) newSentence(rec *Record, position, start int) error {
	tokens, err := rec.tokens()
	if err != nil {
		return err
	}
	if rec.Sentence.Words != nil {
		n, err := tokens.misplaced()
		if err != nil {
			return err
		}
		if im.done.Misplaced == 0 && n > 0 {
			im.done.FirstMisplaced = rec.Position
		}
		im.done.Misplaced += n
	}
	s, err := im.w.addSentence(im.document, position, start, tokens)
	if err != nil {
		return err
	}
	im.done.Sentences++
	if !im.w.contextIDs.New(im.document.ID) {
		im.done.Continued++
	}
	im.setSentence(s, position, tokens.Text, false)
	return nil
}

func (im *importer) setSentence(s *SentenceRef, position int, text string, stored bool) {
	im.sentence, im.ordinal, im.text, im.stored = s, position, text, stored
	if len(im.spans) > 0 || im.spans == nil {
		im.spans = make(map[[2]int]int64)
	}
}

// reuse takes a sentence that is written at the position, or puts the
// record's sentence there, between those that are written.
func (im *importer) reuse(rec *Record, position int) error {
	w, d := im.w, im.document
	if err := w.flush(); err != nil {
		return err
	}
	found, err := w.findSentence(sentencesOf+" AND s.position = ?", d.ID, position)
	if err != nil {
		return err
	}
	if found != nil {
		return im.take(rec, found)
	}
	if rec.Start == nil {
		return fmt.Errorf("sentence %d of document %q comes after sentence %d: sort the records, or give each sentence_start", position, d.name, d.next-1)
	}
	end := *rec.Start + len([]rune(rec.Sentence.Text))
	for _, side := range []string{" AND s.position < ? ORDER BY s.position DESC", " AND s.position > ? ORDER BY s.position"} {
		beside, err := w.findSentence(sentencesOf+side+" LIMIT 1", d.ID, position)
		if err != nil {
			return err
		}
		if beside != nil && (beside.Position < position && beside.end > *rec.Start || beside.Position > position && beside.start < end) {
			return fmt.Errorf("sentence %d of document %q from %d to %d overlaps sentence %d, which goes from %d to %d",
				position, d.name, *rec.Start, end, beside.Position, beside.start, beside.end)
		}
	}
	return im.newSentence(rec, position, *rec.Start)
}

// reuseAt takes the sentence that is written with the same text at an offset.
func (im *importer) reuseAt(rec *Record, start int) error {
	w, d := im.w, im.document
	if err := w.flush(); err != nil {
		return err
	}
	stableID := fmt.Sprintf("%s::sentence:%d:%d", d.name, start, start+len([]rune(rec.Sentence.Text)))
	found, err := w.findSentence(sentencesOf+" AND x.stable_id = ?", d.ID, stableID)
	if err != nil {
		return err
	}
	if found == nil {
		return fmt.Errorf("sentence_start %d lies before the end of the document's last sentence, %d; say its place in a column position", start, d.end)
	}
	return im.take(rec, found)
}

// take makes a written sentence the current one.
func (im *importer) take(rec *Record, found *storedSentence) error {
	s := &SentenceRef{ID: found.ID, document: im.document.name, start: found.start, length: len([]rune(found.Text))}
	im.setSentence(s, found.Position, found.Text, true)
	err := im.agrees(rec)
	if err != nil {
		im.sentence = nil
	}
	return err
}

// checkTokens checks the lists about the words that a record gives.
func (rec *Record) checkTokens() error {
	s := &rec.Sentence
	switch {
	case s.Words == nil && (s.CharOffsets != nil || s.Lemmas != nil || s.POSTags != nil || s.NERTags != nil || s.DepParents != nil ||
		s.DepLabels != nil || s.EntityCIDs != nil || s.EntityTypes != nil):
		return errors.New("lists about the words are given, but no words")
	case s.Words == nil:
		return nil
	case s.CharOffsets == nil:
		return errors.New("words are given, but no char_offsets")
	}
	return s.check(len([]rune(s.Text)))
}

// tokens returns the record's sentence with its words, given or found.
func (rec *Record) tokens() (NewSentence, error) {
	s := rec.Sentence
	if err := rec.checkTokens(); err != nil {
		return s, err
	}
	if s.Words == nil {
		s.Words, s.CharOffsets = Tokenize(s.Text)
	}
	return s, nil
}
