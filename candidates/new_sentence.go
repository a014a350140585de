package candidates

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"workbench/candidates/pickle"
	"workbench/session"
)

// NewSentence is a sentence to be written, with its words. CharOffsets has the
// code point offset of each word in Text, in ascending order; the other lists
// have one entry per word, or are nil and then stored as NULL.
type NewSentence struct {
	Text        string
	Words       []string
	CharOffsets []int
	Lemmas      []string
	POSTags     []string
	NERTags     []string
	DepParents  []int // number of the word's head, from 1; 0 at the root
	DepLabels   []string
	EntityCIDs  []string
	EntityTypes []string
}

// check reports lists that do not belong to the text, which has length code
// points.
func (s NewSentence) check(length int) error {
	if err := checkText("text", s.Text); err != nil {
		return err
	}
	for _, l := range []struct {
		name string
		n    int
		nil  bool
	}{{"char_offsets", len(s.CharOffsets), false}, {"dep_parents", len(s.DepParents), s.DepParents == nil}} {
		if !l.nil && l.n != len(s.Words) {
			return fmt.Errorf("%d words but %d %s", len(s.Words), l.n, l.name)
		}
	}
	for _, l := range []struct {
		name  string
		texts []string
	}{{"words", s.Words}, {"lemmas", s.Lemmas}, {"pos_tags", s.POSTags}, {"ner_tags", s.NERTags},
		{"dep_labels", s.DepLabels}, {"entity_cids", s.EntityCIDs}, {"entity_types", s.EntityTypes}} {
		if l.texts != nil && len(l.texts) != len(s.Words) {
			return fmt.Errorf("%d words but %d %s", len(s.Words), len(l.texts), l.name)
		}
		for _, text := range l.texts {
			if err := checkText(l.name, text); err != nil {
				return err
			}
		}
	}
	last := 0
	for i, offset := range s.CharOffsets {
		switch {
		case offset < last && i > 0:
			return fmt.Errorf("char_offsets are not ascending: %d follows %d", offset, last)
		case offset < 0 || offset >= length:
			return fmt.Errorf("char_offset %d lies outside the text of %d code points", offset, length)
		}
		last = offset
	}
	return nil
}

// checkText refuses what SQLite or Python would not give back as it is: bytes
// that are no UTF-8, and NUL, where SQL functions end a text.
func checkText(what, text string) error {
	switch {
	case !utf8.ValidString(text):
		return fmt.Errorf("%s %.40q is not valid UTF-8", what, text)
	case strings.IndexByte(text, 0) >= 0:
		return fmt.Errorf("%s %.40q contains a NUL character", what, text)
	}
	return nil
}

// appendLists appends the lists of a sentence that starts at a code point of its
// document, in the order of the columns.
func (w *Writer) appendLists(values []any, s NewSentence, start int) ([]any, error) {
	if s.Words == nil {
		s.Words = []string{}
	}
	if s.CharOffsets == nil {
		s.CharOffsets = []int{}
	}
	offsets, err := w.ints("char_offsets", s.CharOffsets)
	if err != nil {
		return nil, err
	}
	parents, err := w.ints("dep_parents", s.DepParents)
	if err != nil {
		return nil, err
	}
	values = append(values, w.texts("words", s.Words), offsets, w.texts("lemmas", s.Lemmas), w.texts("pos_tags", s.POSTags),
		w.texts("ner_tags", s.NERTags), parents, w.texts("dep_labels", s.DepLabels), w.texts("entity_cids", s.EntityCIDs), w.texts("entity_types", s.EntityTypes))
	if !w.abs {
		return values, nil
	}
	abs := make([]int, len(s.CharOffsets))
	for i, offset := range s.CharOffsets {
		abs[i] = start + offset
	}
	absOffsets, err := w.ints("abs_char_offsets", abs)
	return append(values, absOffsets), err
}

// texts is a list as a column of sentence stores it, nil of none.
func (w *Writer) texts(column string, list []string) any {
	switch {
	case list == nil:
		return nil
	case slices.Contains(w.arrays, column):
		return session.TextArray(list)
	}
	return pickle.EncodeTexts(list)
}

// ints does the same for integers.
func (w *Writer) ints(column string, list []int) (any, error) {
	switch {
	case list == nil:
		return nil, nil
	case slices.Contains(w.arrays, column):
		return session.IntArray(list), nil
	}
	return pickle.EncodeInts(list)
}
