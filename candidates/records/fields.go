package records

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"workbench/candidates"
)

// listNames are the columns that have an array with one entry per word.
func listNames() []string {
	return []string{"words", "char_offsets", "lemmas", "pos_tags", "ner_tags", "dep_parents", "dep_labels", "entity_cids", "entity_types"}
}

// record puts the fields of the current record together.
func (rd *Reader) record() (rec candidates.Record, err error) {
	if rec, err = rd.content(); err != nil || rd.options.Gold == "" {
		return rec, err
	}
	if rec.Gold, err = rd.source.label(rd.options.Gold); err != nil {
		return rec, fmt.Errorf("%s: %w", rd.options.Gold, err)
	}
	rd.gold = rd.gold || rd.source.has(rd.options.Gold)
	if rec.Gold != "" && !rd.raw && len(rec.Candidates) != 1 {
		return rec, fmt.Errorf("%s: a gold label is of one candidate, and the record has %d", rd.options.Gold, len(rec.Candidates))
	}
	return rec, nil
}

// content reads all but the label.
func (rd *Reader) content() (rec candidates.Record, err error) {
	o := rd.options
	if rd.raw {
		if o.ID == "" {
			rec.ID = strconv.Itoa(rd.read + rd.skipped + 1)
		} else if rec.ID, err = rd.needText(o.ID); err != nil {
			return rec, err
		}
		rec.Sentence.Text, err = rd.theText(o.Text)
		return rec, err
	}
	if rec.Document, err = rd.needText("document"); err != nil {
		return rec, err
	}
	text, err := rd.sentenceText()
	if err != nil {
		return rec, err
	}
	if rec.Sentence.Text, err = rd.theText(text); err != nil {
		return rec, err
	}
	if rec.Ordinal, err = rd.optionalNumber("position"); err != nil {
		return rec, err
	}
	if !slices.Contains(rd.options.Class.Args, "sentence") { // else it belongs to the argument
		if rec.Start, err = rd.optionalNumber("sentence_start"); err != nil {
			return rec, err
		}
	}
	if err := rd.lists(&rec.Sentence); err != nil {
		return rec, err
	}
	rec.Candidates, err = rd.candidates()
	return rec, err
}

// sentenceText is the column that has the text of the sentence.
func (rd *Reader) sentenceText() (string, error) {
	if !rd.source.has("sentence") || slices.Contains(rd.options.Class.Args, "sentence") {
		return "text", nil
	}
	if rd.source.has("text") {
		return "", errors.New("text and sentence are the same; leave one out")
	}
	return "sentence", nil
}

func (rd *Reader) optionalNumber(name string) (*int, error) {
	n, present, err := rd.source.number(name)
	if err != nil || !present {
		return nil, err
	}
	return &n, nil
}

func (rd *Reader) needText(name string) (string, error) {
	text, present, err := rd.source.text(name)
	if err == nil && (!present || text == "") {
		err = fmt.Errorf("%s is missing or empty", name)
	}
	return text, err
}

// theText is the text that a record is about.
func (rd *Reader) theText(name string) (string, error) {
	text, _, err := rd.source.text(name)
	if err == nil && text == "" {
		err = fmt.Errorf("%s %w", name, ErrNoText)
	}
	return text, err
}

func (rd *Reader) lists(s *candidates.NewSentence) error {
	texts := map[string]*[]string{"words": &s.Words, "lemmas": &s.Lemmas, "pos_tags": &s.POSTags, "ner_tags": &s.NERTags,
		"dep_labels": &s.DepLabels, "entity_cids": &s.EntityCIDs, "entity_types": &s.EntityTypes}
	numbers := map[string]*[]int{"char_offsets": &s.CharOffsets, "dep_parents": &s.DepParents}
	for _, name := range listNames() {
		array, present, err := rd.source.list(name)
		if err == nil && present {
			if into := texts[name]; into != nil {
				*into, err = parseTexts(array)
			} else {
				*numbers[name], err = parseNumbers(array)
			}
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// candidates returns the one candidate of columns for each argument, or those
// that the format has in its own form.
func (rd *Reader) candidates() ([][]candidates.Mention, error) {
	class := rd.options.Class
	all, present, err := rd.source.mentions(class)
	if err != nil {
		return nil, err
	}
	if present {
		for _, arg := range class.Args {
			for _, side := range []string{"_start", "_end", "_char_start", "_char_end", "_cid"} {
				if rd.source.has(arg + side) {
					return nil, fmt.Errorf("%s%s and the object of arguments mean the same; leave one out", arg, side)
				}
			}
		}
		return all, nil
	}
	mentions := make([]candidates.Mention, len(class.Args))
	for i, arg := range class.Args {
		m := &mentions[i]
		if m.Start, err = rd.offset(arg, "start"); err != nil {
			return nil, err
		}
		if m.End, err = rd.offset(arg, "end"); err != nil {
			return nil, err
		}
		if m.CID, _, err = rd.source.text(arg + "_cid"); err != nil {
			return nil, err
		}
	}
	return [][]candidates.Mention{mentions}, nil
}

// offset reads ARG_start or ARG_char_start, or the same of the end.
func (rd *Reader) offset(arg, side string) (int, error) {
	short, long := arg+"_"+side, arg+"_char_"+side
	name := short
	if rd.source.has(long) {
		name = long
		if rd.source.has(short) {
			return 0, fmt.Errorf("%s and %s are the same; leave one out", short, long)
		}
	}
	n, present, err := rd.source.number(name)
	if err == nil && !present {
		err = fmt.Errorf("%s is missing or empty", name)
	}
	return n, err
}

// parseNumber reads a whole number. Offsets and positions are pickled with 32
// bits, so these must do.
func parseNumber(text string) (int, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) || err == nil && (n > math.MaxInt32 || n < math.MinInt32):
		return 0, fmt.Errorf("%.40s is too large", text)
	case err != nil:
		return 0, fmt.Errorf("%.40q is not a whole number", text)
	}
	return int(n), nil
}

func parseTexts(array []byte) ([]string, error) {
	var items []*string
	if err := json.Unmarshal(array, &items); err != nil || items == nil {
		return nil, fmt.Errorf("%.40q is not a JSON array of texts", array)
	}
	texts := make([]string, len(items))
	for i, item := range items {
		if item == nil {
			return nil, fmt.Errorf("%.40q has a null among the texts", array)
		}
		texts[i] = *item
	}
	return texts, checkSurrogates(array)
}

func parseNumbers(array []byte) ([]int, error) {
	var items []json.RawMessage
	if err := json.Unmarshal(array, &items); err != nil || items == nil {
		return nil, fmt.Errorf("%.40q is not a JSON array of whole numbers", array)
	}
	numbers := make([]int, len(items))
	for i, item := range items {
		var err error
		if numbers[i], err = parseNumber(string(item)); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}

// checkSurrogates refuses \u escapes that are half of a character: decoding
// would put another character in their place.
func checkSurrogates(text []byte) error {
	half := func(b []byte) (high, low bool) {
		if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
			return false, false
		}
		n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
		return err == nil && n >= 0xd800 && n < 0xdc00, err == nil && n >= 0xdc00 && n < 0xe000
	}
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 || i+1 == len(text) {
			return nil
		}
		text = text[i:]
		high, low := half(text)
		if high {
			if _, paired := half(text[6:]); !paired {
				low = true
			} else {
				text = text[6:]
			}
		}
		if low {
			return fmt.Errorf("%.6s is half of a surrogate pair, no character", text)
		}
		text = text[2:]
	}
}
