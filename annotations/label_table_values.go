package annotations

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"workbench/annotations/matrix"
	"workbench/candidates"
)

// labelTexts are the different texts that a table has for labels. Each gets a
// code; what they mean is decided when all are known.
type labelTexts struct {
	notation   Notation
	convention labelConvention
	missing    []string
	long       bool // each row is a vote

	codes map[string]int16 // from 1; 0 says that there is no label
	texts []writtenLabel   // by code − 1

	zero   *writtenLabel // the first number that abstains
	absent bool          // a field has no label
}

// writtenLabel is a text that is a label, and where it came first.
type writtenLabel struct {
	text   string
	number labelText // if word is false
	word   bool
	at     candidates.Position
	column string
}

// mostWords is how many classes words may name: more are a column of texts.
const mostWords = 1 << 10

func newLabelTexts(o LabelTableOptions) (*labelTexts, error) {
	c, err := o.convention()
	return &labelTexts{notation: o.Notation, convention: c, missing: o.Missing, codes: make(map[string]int16)}, err
}

// code is the code of a label.
func (l *labelTexts) code(text, column string, at candidates.Position) (int16, error) {
	if code, known := l.codes[text]; known {
		return code, nil
	}
	code, err := l.newCode(strings.TrimSpace(text), column, at)
	if err != nil {
		return 0, fmt.Errorf("column %s: %w", column, err)
	}
	l.codes[strings.Clone(text)] = code
	return code, nil
}

func (l *labelTexts) newCode(text, column string, at candidates.Position) (int16, error) {
	w := writtenLabel{text: strings.Clone(text), at: at, column: column}
	if slices.Contains(l.missing, text) {
		return 0, nil
	}
	var err error
	if _, named := l.convention.named(text); named {
		w.word = true
	} else if w.number, err = parseLabel(text); err != nil && strings.EqualFold(text, "abstain") {
		return 0, nil
	} else if err != nil && l.notation.Names != nil {
		return 0, l.convention.misspelt(text, err)
	} else if _, failed := strconv.ParseFloat(text, 64); err != nil && failed == nil {
		return 0, fmt.Errorf("%w: %q is not a label: %w", ErrBadValue, text, err)
	} else {
		w.word = err != nil
	}
	none := []string{"none", "null", "na", "n/a", "<na>", "#n/a", "nil"}
	switch {
	case !w.word && w.number.none:
		return 0, nil
	case w.word && l.notation.Names == nil && slices.Contains(none, strings.ToLower(text)):
		return 0, fmt.Errorf("%q: %w", text, ErrMissingLabel)
	case w.word && len(l.texts) >= mostWords:
		return 0, fmt.Errorf("%w: %q is one of more than %d different labels; is this no column of labels?", ErrBadValue, text, mostWords)
	case len(l.texts) == math.MaxInt16:
		return 0, fmt.Errorf("%w: there are more than %d different labels", ErrBadValue, math.MaxInt16)
	}
	l.texts = append(l.texts, w)
	return int16(len(l.texts)), nil
}

// vote is the code of a label of a labeling function or worker, 0 if it abstains.
func (l *labelTexts) vote(text, column string, at candidates.Position) (int16, error) {
	code, err := l.code(text, column, at)
	if code == 0 {
		l.absent = l.absent || err == nil
		return 0, err
	}
	if !l.abstains(code) {
		return code, nil
	}
	if l.zero == nil {
		w := l.texts[code-1]
		w.at, w.column = at, column
		l.zero = &w
	}
	return 0, nil
}

// gold is the code of a gold label, 0 if there is none.
func (l *labelTexts) gold(text, column string, at candidates.Position) (int16, error) {
	code, err := l.code(text, column, at)
	switch {
	case err != nil || code == 0 || !l.abstains(code):
		return code, err
	case l.convention.told:
		return 0, nil
	}
	return 0, fmt.Errorf("column %s: %w", column, ErrZeroGold)
}

// abstains reports whether a code is the number that abstains in the convention
// that is told, or else in Snorkel's.
func (l *labelTexts) abstains(code int16) bool {
	w := &l.texts[code-1]
	number := int64(0)
	if l.convention.minusOneAbstains {
		number = -1
	}
	return !w.word && !w.number.truth && w.number.value == number
}

// labelMeaning is what the codes of a table mean.
type labelMeaning struct {
	labels      []int16 // by code − 1
	cardinality int
	names       []string // of the classes, nil if the table writes labels as they are here
	words       bool     // labels are such names
	fromOne     bool     // labels are 1 and 2 of two classes
	notes       []string
}

// meaning decides what the codes mean. The error is one of a line, or without a
// position one of the whole table.
func (l *labelTexts) meaning() (m *labelMeaning, at candidates.Position, err error) {
	m = &labelMeaning{labels: make([]int16, len(l.texts)), cardinality: l.convention.cardinality, names: l.notation.Names}
	var word, number *writtenLabel
	for i := range l.texts {
		switch w := &l.texts[i]; {
		case w.word && word == nil:
			word = w
		case !w.word && number == nil && (!l.convention.told || !l.abstains(int16(i+1))):
			number = w
		}
	}
	switch {
	case l.checkZero() != nil:
		return m, l.zero.at, fmt.Errorf("column %s: %w", l.zero.column, ErrZeroLabel)
	case l.notation.Names != nil:
		m.words = true
		return m, at, nil
	case word != nil && number != nil:
		first, last := word, number
		if !l.texts[0].word {
			first, last = last, first
		}
		return m, last.at, fmt.Errorf("column %s: %w: %q, and %q of column %s in line %d", last.column, ErrWordsAndNumbers, last.text, first.text, first.column, first.at.Line)
	case word != nil:
		return m, at, m.nameWords(l)
	}
	if err := m.count(l); err != nil {
		return m, at, err
	}
	return m, at, nil
}

// checkZero is [ErrZeroLabel] where 0 may abstain or be the first class.
func (l *labelTexts) checkZero() error {
	c := l.convention
	c.none = l.absent
	for i := range l.texts {
		if w := &l.texts[i]; !w.word && !w.number.truth {
			c.note(w.number.value)
		}
	}
	if l.zero == nil {
		return nil
	}
	return c.checkZero(l.long)
}

// nameWords takes the words for the names of the classes.
func (m *labelMeaning) nameWords(l *labelTexts) error {
	for i := range l.texts {
		if w := &l.texts[i]; w.word && !slices.Contains(m.names, w.text) {
			m.names = append(m.names, w.text)
		}
	}
	slices.Sort(m.names)
	k := len(m.names)
	switch {
	case k == 1:
		return fmt.Errorf("all labels are %q, and there are at least two classes; name them", m.names[0])
	case l.notation.Cardinality != 0 && l.notation.Cardinality != k:
		return fmt.Errorf("the labels name %d classes (%s), and there are %d; name all", k, strings.Join(m.names, ", "), l.notation.Cardinality)
	}
	m.cardinality, m.words = k, true
	m.notes = append(m.notes, fmt.Sprintf("the classes are named by the labels, in the order of their names: %s", &Classes{Names: m.names}))
	return CheckClassNames(m.names)
}

// count finds out how many classes the numbers are of, where nothing tells, and
// names classes that are not numbered as labels are.
func (m *labelMeaning) count(l *labelTexts) error {
	lowest, highest := int64(1), int64(0)
	for i := range l.texts {
		lowest, highest = min(lowest, l.texts[i].number.value), max(highest, l.texts[i].number.value)
	}
	told := l.notation.Cardinality
	switch {
	case l.convention.minusOneAbstains:
		if told == 0 {
			told = int(min(max(highest+1, 2), math.MaxInt16))
			m.notes = append(m.notes, fmt.Sprintf("the classes are 0 to %d, as far as they occur", told-1))
		}
		m.cardinality = told
		m.number(0)
	case lowest >= 0 && told == 2 && highest == 2:
		m.fromOne = true
		m.number(1)
	case lowest < 0 || told == 0 && highest < 2:
		m.cardinality = 2
	case told == 0 && highest == 2:
		return matrix.ErrCardinality
	case told == 0:
		m.cardinality = int(min(highest, math.MaxInt16))
	}
	if l.zero != nil && lowest >= 0 && !l.convention.told {
		m.notes = append(m.notes, "0 abstains, as in Snorkel's labels; in Snorkel 0.9's it would be the first class")
	}
	return nil
}

// number names the classes by numbers, the first of which is given.
func (m *labelMeaning) number(first int) {
	for k := range m.cardinality {
		m.names = append(m.names, strconv.Itoa(first+k))
	}
}

// read turns the texts into labels, in the order in which they came, so that the
// first mistake comes out with its line.
func (m *labelMeaning) read(l *labelTexts) (at candidates.Position, err error) {
	c := l.convention
	if m.words {
		c.names = m.names
	}
	if c.minusOneAbstains || m.words {
		c.cardinality = m.cardinality
	}
	for i := range l.texts {
		w := &l.texts[i]
		if m.fromOne && !w.number.truth && w.number.value > 0 {
			m.labels[i] = ClassValue(2, int(w.number.value)-1)
			continue
		}
		if m.labels[i], err = c.label(w.text); err == nil {
			err = c.check()
		}
		if err != nil {
			return w.at, fmt.Errorf("column %s: %w", w.column, err)
		}
	}
	return at, nil
}
