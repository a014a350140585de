package candidates

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// findDocument returns a document that is written or waits, with where its
// next sentence goes, or nil.
func (w *Writer) findDocument(name string) (*DocumentRef, error) {
	if d := w.documents[name]; d != nil {
		return d, nil
	}
	d := &DocumentRef{name: name, end: -1}
	found, err := w.tx.Get(&d.ID, "SELECT id FROM document WHERE name = ?", name)
	if err != nil || !found {
		return nil, err
	}
	last, err := w.findSentence(sentencesOf+" ORDER BY s.position DESC LIMIT 1", d.ID)
	if err != nil || last == nil {
		return d, err
	}
	d.next, d.end = last.Position+1, last.end
	return d, nil
}

// storedSentence is a sentence that is written.
type storedSentence struct {
	ID         int64  `db:"id"`
	Position   int    `db:"position"`
	Text       string `db:"text"`
	StableID   string `db:"stable_id"`
	start, end int    // code points of the document; the end is exclusive
}

// sentencesOf selects the sentences of a document that are written; a condition
// or an order may follow. Rows that wait are not seen.
const sentencesOf = `SELECT s.id, s.position, s.text, x.stable_id
	FROM sentence AS s JOIN context AS x ON x.id = s.id WHERE s.document_id = ?`

// findSentence reads one sentence, nil if there is none. Where it lies in its
// document only its stable id tells.
func (w *Writer) findSentence(query string, args ...any) (*storedSentence, error) {
	var s storedSentence
	found, err := w.tx.Get(&s, query, args...)
	if err != nil || !found {
		return nil, err
	}
	fields := strings.Split(s.StableID, ":")
	if len(fields) >= 2 {
		s.start, err = strconv.Atoi(fields[len(fields)-2])
	}
	if len(fields) < 2 || err != nil {
		return nil, fmt.Errorf("the stable id %q of sentence %d does not say where it starts", s.StableID, s.ID)
	}
	// Snorkel's parsers may count up to the last word instead.
	s.end = s.start + utf8.RuneCountInString(s.Text)
	return &s, nil
}

// findSpan returns the context id of a span that is written.
func (w *Writer) findSpan(s *SentenceRef, start, end int) (id int64, found bool, err error) {
	found, err = w.tx.Get(&id, "SELECT id FROM span WHERE sentence_id = ? AND char_start = ? AND char_end = ?", s.ID, start, end)
	return id, found, err
}
