package program

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"workbench/candidates"
)

// Line is what a program gets of a candidate. Offsets count code points and
// ends are inclusive, as in Snorkel. What the file does not have is null.
type Line struct {
	candidates.Head
	Arguments []Argument `json:"arguments"` // none for an orphan
	Sentence  *Sentence  `json:"sentence"`  // in which all arguments lie
}

// Argument is an argument of a candidate. Unlike [candidates.ArgumentDescription],
// which is for people to look at, it has all that labeling functions look at,
// every key always there, and the names and the order that programs rely on.
type Argument struct {
	Name      string         `json:"name"`
	CID       *string        `json:"cid"`
	ContextID int64          `json:"context_id"`
	Type      string         `json:"type"` // of the context: span, sentence, raw_text, …
	StableID  string         `json:"stable_id"`
	Text      *string        `json:"text"`
	CharStart *int           `json:"char_start"` // of a span, in its sentence
	CharEnd   *int           `json:"char_end"`
	WordStart *int           `json:"word_start"` // its first and last word
	WordEnd   *int           `json:"word_end"`
	Words     []string       `json:"words"`
	Columns   map[string]any `json:"columns,omitempty"`  // of a context that is no span, sentence or document
	Sentence  *Sentence      `json:"sentence,omitempty"` // if the arguments lie in several
}

// Sentence is a sentence with its lists, one entry per word.
type Sentence struct {
	ID          int64    `json:"id"`
	StableID    string   `json:"stable_id"`
	Document    *string  `json:"document"` // its name
	Position    int      `json:"position"`
	Text        string   `json:"text"`
	Words       []string `json:"words"`
	CharOffsets []int    `json:"char_offsets"`
	Lemmas      []string `json:"lemmas"`
	POSTags     []string `json:"pos_tags"`
	NERTags     []string `json:"ner_tags"`
	DepParents  []int    `json:"dep_parents"`
	DepLabels   []string `json:"dep_labels"`
	EntityCIDs  []string `json:"entity_cids"`
	EntityTypes []string `json:"entity_types"`
}

// NewLine makes the line of a candidate. A list that cannot be decoded is an
// error that names the candidate.
func NewLine(c *candidates.Candidate) (*Line, error) {
	line := &Line{Head: c.Head(), Arguments: make([]Argument, len(c.Args))}
	together := true
	for i := range c.Args {
		together = together && c.Args[i].Sentence == c.Args[0].Sentence
	}
	for i := range c.Args {
		a := &c.Args[i]
		out, err := newArgument(a)
		if err != nil {
			return nil, fmt.Errorf("candidate %d: %w", c.ID, err)
		}
		if a.Sentence != nil && (i == 0 || !together) {
			sentence, err := newSentence(a.Sentence)
			if err != nil {
				return nil, fmt.Errorf("candidate %d: %w", c.ID, err)
			}
			if together {
				line.Sentence = sentence
			} else {
				out.Sentence = sentence
			}
		}
		line.Arguments[i] = out
	}
	return line, nil
}

func newArgument(a *candidates.Argument) (Argument, error) {
	out := Argument{Name: a.Name, ContextID: a.Context.ID, Type: a.Context.Type, StableID: a.Context.StableID}
	out.CID = a.CanonicalID()
	if a.Context.HasText {
		out.Text = &a.Context.Text
	}
	for _, column := range a.Columns {
		if out.Columns == nil {
			out.Columns = make(map[string]any)
		}
		out.Columns[column.Name] = column.Value
	}
	if a.Span == nil {
		return out, nil
	}
	out.CharStart, out.CharEnd = &a.Span.CharStart, &a.Span.CharEnd
	start, end, err := a.Span.WordRange()
	switch {
	case errors.Is(err, candidates.ErrNoAttribute), errors.Is(err, candidates.ErrNoWords):
		return out, nil
	case err != nil:
		return out, err
	}
	out.WordStart, out.WordEnd = &start, &end
	out.Words, err = known(a.Span.AttribTokens("words"))
	return out, err
}

func newSentence(s *candidates.Sentence) (*Sentence, error) {
	out := &Sentence{ID: s.ID, StableID: s.StableID, Position: s.Position, Text: s.Text}
	if s.Document != nil {
		out.Document = &s.Document.Name
	}
	var err error
	texts := func(to *[]string, attrib string) {
		if err == nil {
			*to, err = known(s.Attrib(attrib))
		}
	}
	texts(&out.Words, "words")
	texts(&out.Lemmas, "lemmas")
	texts(&out.POSTags, "pos_tags")
	texts(&out.NERTags, "ner_tags")
	texts(&out.DepLabels, "dep_labels")
	texts(&out.EntityCIDs, "entity_cids")
	texts(&out.EntityTypes, "entity_types")
	if err == nil {
		out.CharOffsets, err = known(s.CharOffsets())
	}
	if err == nil {
		out.DepParents, err = known(s.DepParents())
	}
	return out, err
}

// known passes over the error that a file does not have a list.
func known[T any](list []T, err error) ([]T, error) {
	if errors.Is(err, candidates.ErrNoAttribute) {
		return nil, nil
	}
	return list, err
}

// encode writes the lines of a batch.
func encode(batch []candidates.Candidate) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for i := range batch {
		line, err := NewLine(&batch[i])
		if err != nil {
			return nil, err
		}
		if err := enc.Encode(line); err != nil {
			return nil, fmt.Errorf("candidate %d: %w", batch[i].ID, err)
		}
	}
	return b.Bytes(), nil
}
