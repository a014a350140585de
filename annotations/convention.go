package annotations

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"workbench/candidates/spelling"
)

// Notation says how labels are written where they come in.
type Notation struct {
	// Abstain points to 0 for labels in Snorkel's convention, and to −1 for those
	// in the convention of Snorkel 0.9: the classes 0..K−1, and −1 abstains. nil is
	// Snorkel's convention too, as long as the labels cannot be in the other one.
	Abstain *int
	// Cardinality is K. 0 means that of Names, or 2 if Abstain is −1, and otherwise
	// that K is not known: labels are then −1..32767, but −1 does not go with labels
	// from 2 up.
	Cardinality int
	// Names are the K classes by name, which may be written instead of a number: of
	// two the first is −1 and the second 1, of more the k-th is k. nil has none.
	Names []string
}

// WithClasses is the notation for labels of classes that are known; nil ones tell
// nothing.
func (n Notation) WithClasses(c *Classes) Notation {
	if c != nil {
		n.Names, n.Cardinality = c.Names, c.Len()
	}
	return n
}

// ErrBothReadings says that labels are −1, 0 and 1, which has two meanings.
var ErrBothReadings = errors.New("-1, 0 and 1 occur: in Snorkel's convention 0 abstains and -1 and 1 are the classes, in that of Snorkel 0.9 -1 abstains and 0 and 1 are the classes")

// ErrZeroLabel says that 0 is a label in a table, or among the answers of a program,
// that has other ways to say that there is none.
var ErrZeroLabel = errors.New("0 stands as a label where others are missing: in Snorkel's convention 0 abstains and the classes are -1 and 1, or count from 1; in that of Snorkel 0.9 0 is the first class")

// ErrZeroGold says that 0 is a gold label, which has two meanings.
var ErrZeroGold = errors.New("label 0 is none in Snorkel's convention, where the classes are -1 and 1, or count from 1; in that of Snorkel 0.9 it is the first class")

// ErrGoldWord says that a gold label is a word, where no classes have names.
var ErrGoldWord = errors.New("no integer, and not true or false")

// labelConvention reads labels that were written as text or as a program's
// answer, in one of two conventions. Snorkel's has −1, 0 and 1 for two classes and 0..K for more,
// and 0 abstains. That of Snorkel 0.9 has the classes 0..K−1, and −1 abstains;
// class 0 of two is Snorkel's −1, class 1 its 1, and class k of more its k+1.
type labelConvention struct {
	told             bool // which one it is
	minusOneAbstains bool
	cardinality      int // 0: Snorkel's convention, K not known
	names            []string

	negative, zero, one, large bool // a −1, 0, 1 was read; a class from 2 up was read
	none                       bool // a missing label was read
	highest                    int64
}

// convention checks a notation.
func (n Notation) convention() (labelConvention, error) {
	c := labelConvention{told: n.Abstain != nil, cardinality: n.Cardinality, names: n.Names}
	if n.Abstain != nil {
		c.minusOneAbstains = *n.Abstain == -1
	}
	if n.Names != nil && c.cardinality == 0 {
		c.cardinality = len(n.Names)
	}
	if err := CheckClassNames(n.Names); n.Names != nil && err != nil {
		return c, err
	}
	switch k := c.cardinality; {
	case n.Abstain != nil && *n.Abstain != 0 && *n.Abstain != -1:
		return c, fmt.Errorf("labels: %d cannot abstain, only 0 or -1", *n.Abstain)
	case k != 0 && k < 2 || k > math.MaxInt16:
		return c, fmt.Errorf("labels: cardinality %d is not between 2 and %d", k, math.MaxInt16)
	case n.Names != nil && len(n.Names) != k:
		return c, fmt.Errorf("labels: %d names for %d classes", len(n.Names), k)
	case k == 0 && c.minusOneAbstains:
		c.cardinality = 2
	}
	return c, nil
}

// label reads one label; what is none abstains. true and false are the labels 1
// and −1 of two classes in both conventions.
func (c *labelConvention) label(text string) (int16, error) {
	if c.names != nil {
		if v, ok := c.named(strings.TrimSpace(text)); ok {
			return v, nil
		}
	}
	l, err := parseLabel(text)
	if err != nil {
		return 0, c.misspelt(strings.TrimSpace(text), err)
	}
	switch {
	case l.none:
		c.none = true
		return 0, nil
	case l.truth && c.cardinality > 2:
		return 0, fmt.Errorf("%w: %s is a label of two classes, and there are %d", ErrBadValue, strings.TrimSpace(text), c.cardinality)
	case l.truth:
		return int16(l.value), nil
	}
	return c.number(l.value)
}

// misspelt says why a text is no label.
func (c *labelConvention) misspelt(text string, err error) error {
	if c.names != nil {
		return fmt.Errorf("%w: %q is neither a label nor one of the classes %s%s", ErrBadValue, text,
			strings.Join(c.names, ", "), spelling.Hint(text, c.names))
	}
	return fmt.Errorf("%w: %q is not a label: %w", ErrBadValue, text, err)
}

// named is the label of a class that has a name.
func (c *labelConvention) named(name string) (int16, bool) {
	i := slices.Index(c.names, name)
	return ClassValue(len(c.names), i), i >= 0
}

// ErrOtherName says that beside a label stands the name of another class.
var ErrOtherName = errors.New("beside it stands the name of another class")

// beside reports that the name beside a label is that of another class. What is
// none of the names says nothing.
func (c *labelConvention) beside(label int16, name string) error {
	other, ok := c.named(strings.TrimSpace(name))
	if !ok || other == label {
		return nil
	}
	return fmt.Errorf("label %d: %w: %s is %d", label, ErrOtherName, strings.TrimSpace(name), other)
}

// number is the label that an integer stands for.
func (c *labelConvention) number(v int64) (int16, error) {
	if c.minusOneAbstains {
		return c.fromClass(v)
	}
	lowest, highest := int64(-1), int64(math.MaxInt16)
	switch {
	case c.cardinality == 2:
		highest = 1
	case c.cardinality > 2:
		lowest, highest = 0, int64(c.cardinality)
	}
	if v < lowest || v > highest {
		if c.cardinality > 0 {
			return 0, fmt.Errorf("%w: label %d does not fit cardinality %d, which allows %d to %d", ErrBadValue, v, c.cardinality, lowest, highest)
		}
		return 0, fmt.Errorf("%w: label %d is outside %d..%d", ErrBadValue, v, lowest, highest)
	}
	if c.note(v); c.negative && c.large {
		return 0, fmt.Errorf("%w: label %d in %w", ErrBadValue, v, ErrBothConventions)
	}
	return int16(v), nil
}

// note keeps in mind that a number occurs.
func (c *labelConvention) note(v int64) {
	c.highest = max(c.highest, v)
	switch {
	case v < 0:
		c.negative = true
	case v == 0:
		c.zero = true
	case v == 1:
		c.one = true
	default:
		c.large = true
	}
}

// check is [ErrBothReadings] once −1, 0 and 1 and nothing else have occurred, if
// nothing tells what they mean.
func (c *labelConvention) check() error {
	if !c.told && c.negative && c.zero && c.one && !c.large {
		return ErrBothReadings
	}
	return nil
}

// checkZero is [ErrZeroLabel] once a whole table, or all that a program answers, has
// been read whose numbers, with 0 among them, may be those of either convention. A wide table whose cells all
// have a number is Snorkel's, since something has to abstain; a long one lists no
// abstentions.
func (c *labelConvention) checkZero(long bool) error {
	isClass := c.cardinality <= 2 || c.highest < int64(c.cardinality)
	if !c.told && c.zero && (c.none || long) && !c.negative && (c.one || c.large) && isClass {
		return ErrZeroLabel
	}
	return nil
}

// Number is the label that an integer stands for.
func (n Notation) Number(v int64) (Label, error) {
	c, err := n.convention()
	if err != nil {
		return Abstain, err
	}
	l, err := c.number(v)
	return Label(l), err
}

// fromClass turns a class of Snorkel 0.9 into a label.
func (c *labelConvention) fromClass(v int64) (int16, error) {
	switch {
	case v < -1:
		return 0, fmt.Errorf("%w: %d is no class; -1 abstains and classes count from 0", ErrBadValue, v)
	case v >= int64(c.cardinality):
		return 0, fmt.Errorf("%w: class %d is %w %d", ErrBadValue, v, ErrHighClass, c.cardinality)
	case v == -1:
		return 0, nil
	}
	return ClassValue(c.cardinality, int(v)), nil
}

// integer is a value of a program or a query as an integer, if it is one.
func integer(v any) (int64, bool) {
	if number, ok := v.(json.Number); ok {
		n, err := strconv.ParseInt(number.String(), 10, 64)
		return n, err == nil
	}
	if x := reflect.ValueOf(v); x.CanInt() {
		return x.Int(), true
	}
	return 0, false
}
