package candidates

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"workbench/candidates/pickle"
	"workbench/candidates/python"
)

// Sentence is a sentence of a document. Its lists have one entry per word.
// They are pickled in the file, or arrays in PostgreSQL, and decoded when they are first asked for; the
// slices that its methods return are shared and must not be written to. A
// Sentence is safe for concurrent use.
type Sentence struct {
	ID       int64
	StableID string
	Document *Document // nil if the file has none for it
	Position int       // in its document, from 0
	Text     string

	alone bool // it is a text that lies in no sentence of the file
	mu    sync.Mutex
	lists [sentenceLists]list
}

// list is one pickled column: the blob until it is decoded, then what was in
// it.
type list struct {
	blob    []byte // nil is NULL, or decoded
	decoded bool
	texts   []string
	lower   []string // of texts, in lower case, once that is asked for
	ints    []int
	err     error
}

// arrayList is the list of a column that is no pickle but an array, as Snorkel has
// them in PostgreSQL.
func arrayList(column int, elements []any) list {
	l := list{decoded: true}
	if isInts(column) {
		l.ints = make([]int, len(elements))
	} else {
		l.texts = make([]string, len(elements))
	}
	for i, v := range elements {
		n, isInt := v.(int64)
		text, isText := v.(string)
		switch {
		case isInts(column) && isInt && int64(int(n)) == n:
			l.ints[i] = int(n)
		case !isInts(column) && isText:
			l.texts[i] = text
		default:
			return list{decoded: true, err: fmt.Errorf("element %d of the array is %v", i, v)}
		}
	}
	return l
}

// The pickled columns of the sentence table.
const (
	words = iota
	charOffsets
	absCharOffsets
	lemmas
	posTags
	nerTags
	depParents
	depLabels
	entityCIDs
	entityTypes
	sentenceLists
)

// listColumns returns the names of the pickled columns, in the order of the
// constants. These are also the names of the attributes.
func listColumns() [sentenceLists]string {
	return [...]string{"words", "char_offsets", "abs_char_offsets", "lemmas", "pos_tags", "ner_tags",
		"dep_parents", "dep_labels", "entity_cids", "entity_types"}
}

// isInts reports whether a column's list holds integers.
func isInts(column int) bool {
	return column == charOffsets || column == absCharOffsets || column == depParents
}

// ErrNoAttribute says that a sentence has no list of a name: its column is
// NULL, or missing in the file, or no such list exists.
var ErrNoAttribute = errors.New("no such attribute")

// Attributes lists the attributes of a sentence that are lists of text.
func Attributes() []string {
	var names []string
	for i, name := range listColumns() {
		if !isInts(i) {
			names = append(names, name)
		}
	}
	return names
}

// Attrib returns the list of text of that name: words, lemmas, pos_tags,
// ner_tags, dep_labels, entity_cids or entity_types. It fails with
// [ErrNoAttribute] where there is none.
func (s *Sentence) Attrib(name string) ([]string, error) {
	l, err := s.attrib(name)
	if err != nil {
		return nil, err
	}
	return l.texts, nil
}

// LowerAttrib is Attrib in lower case, as Python's str.lower makes it.
func (s *Sentence) LowerAttrib(name string) ([]string, error) {
	l, err := s.attrib(name)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.lower == nil {
		l.lower = make([]string, len(l.texts))
		for i, text := range l.texts {
			l.lower[i] = python.Lower(text)
		}
	}
	return l.lower, nil
}

func (s *Sentence) attrib(name string) (*list, error) {
	columns := listColumns()
	i := slices.Index(columns[:], name)
	if i < 0 || isInts(i) {
		return nil, fmt.Errorf("%w: %q is none of %s", ErrNoAttribute, name, strings.Join(Attributes(), ", "))
	}
	return s.list(i)
}

// Words returns the words of the sentence.
func (s *Sentence) Words() ([]string, error) { return s.Attrib("words") }

// CharOffsets returns the offset of each word in the sentence's text, in code
// points.
func (s *Sentence) CharOffsets() ([]int, error) { return s.ints(charOffsets) }

// AbsCharOffsets returns the offset of each word in the document. Files of
// Snorkel before 0.6 do not have it ([ErrNoAttribute]).
func (s *Sentence) AbsCharOffsets() ([]int, error) { return s.ints(absCharOffsets) }

// DepParents returns, for each word, the number of the word that it depends
// on, from 1; 0 is the root.
func (s *Sentence) DepParents() ([]int, error) { return s.ints(depParents) }

func (s *Sentence) ints(column int) ([]int, error) {
	l, err := s.list(column)
	if err != nil {
		return nil, err
	}
	return l.ints, nil
}

// list decodes a column on its first use.
func (s *Sentence) list(column int) (*list, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.lists[column]
	if s.alone && !l.decoded && (column == words || column == charOffsets) {
		s.tokenize()
	}
	if !l.decoded {
		l.decoded = true
		switch {
		case l.blob == nil:
			l.err = fmt.Errorf("%w: it is NULL or not in the file", ErrNoAttribute)
		case isInts(column):
			l.ints, l.err = pickle.Ints(l.blob)
		default:
			l.texts, l.err = pickle.Texts(l.blob)
		}
		if l.err == nil && l.texts == nil && l.ints == nil {
			l.err = fmt.Errorf("%w: it is None", ErrNoAttribute)
		}
		l.blob = nil
	}
	if l.err != nil && s.alone {
		return nil, fmt.Errorf("%s is a text without %s: %w", s.StableID, listColumns()[column], ErrNoAttribute)
	}
	if l.err != nil {
		return nil, fmt.Errorf("sentence %d (%s), column %s: %w", s.ID, s.StableID, listColumns()[column], l.err)
	}
	return l, nil
}
