package annotations

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"workbench/candidates"
)

// LabelOf turns what a labeling function answered into a label, as Snorkel's
// annotator does: an integer is the label itself, nil abstains, and a value of
// the class is, of two, Positive if it is the first and Negative if it is the
// second, and of more its place among them from 1. true and false are the first
// and the second value of two classes, whatever these are called; a
// json.Number without fraction is an integer. Where Snorkel follows accidents
// of Python (False abstains, 0.0 equals False) this does not. c may be nil, for
// two classes without values. Anything else is [ErrBadValue]; the message says
// what the values are.
func LabelOf(c *candidates.Subclass, v any) (Label, error) {
	switch x := v.(type) {
	case nil:
		return Abstain, nil
	case bool:
		switch {
		case c != nil && c.Cardinality != 2:
		case x:
			return Positive, nil
		default:
			return Negative, nil
		}
	case json.Number:
		if n, err := strconv.ParseInt(x.String(), 10, 64); err == nil {
			v = n
		} else if f, err := x.Float64(); err == nil {
			v = f
		}
	}
	switch x := reflect.ValueOf(v); {
	case x.CanInt():
		return inRange(x.Int())
	case x.CanUint():
		return inRange(int64(min(x.Uint(), math.MaxInt64)))
	case c != nil && x.Comparable():
		for i, value := range c.Values {
			switch {
			case value != v:
			case c.Cardinality != 2:
				return Label(i + 1), nil
			case i == 0:
				return Positive, nil
			default:
				return Negative, nil
			}
		}
	}
	if c == nil {
		return Abstain, fmt.Errorf("%w: %s is not a label, and no values of the class are declared", ErrBadValue, shown(v))
	}
	values := make([]string, len(c.Values))
	for i, value := range c.Values {
		values[i] = shown(value)
	}
	return Abstain, fmt.Errorf("%w: %s is neither a label nor one of the values %s", ErrBadValue, shown(v), strings.Join(values, ", "))
}

// shown writes a value for a message, text in quotes, cut where it is long.
func shown(v any) string {
	const long = 60
	text := fmt.Sprint(v)
	if f, ok := v.(float64); ok && f == math.Trunc(f) && math.Abs(f) < 1e15 {
		text = strconv.FormatFloat(f, 'f', 1, 64) // 1.0 is no label, and must not look like one
	}
	if runes := []rune(text); len(runes) > long {
		text = string(runes[:long]) + "…"
	}
	switch v.(type) {
	case string:
		return strconv.Quote(text)
	case []byte:
		return "a blob"
	}
	return text
}

// inRange checks that an integer can be a label of any class.
func inRange(n int64) (Label, error) {
	v, err := checkLabel(n)
	return Label(v), err
}

// fits checks that a label is one of k classes; 0 is any number of them.
func fits(k int, v Label) error {
	switch {
	case k == 0:
		_, err := inRange(int64(v))
		return err
	case k == 2 && (v < -1 || v > 1):
		return fmt.Errorf("%w: label %d is not -1, 0 or 1, the labels of two classes", ErrBadValue, v)
	case k != 2 && (v < 0 || int(v) > k):
		return fmt.Errorf("%w: label %d is outside 0..%d, the labels of %d classes", ErrBadValue, v, k, k)
	}
	return nil
}

// answer is the label that a value of a program or a query stands for. Where
// nothing says how many classes there are there are two: a number that was meant
// to be none, such as a count, would otherwise make thousands.
func (c *labelConvention) answer(class *candidates.Subclass, v any) (Label, error) {
	c.none = c.none || v == nil
	if text, ok := v.(string); ok && c.names != nil {
		l, ok := c.named(text)
		if !ok {
			return 0, c.misspelt(text, ErrBadValue)
		}
		return Label(l), nil
	}
	n, isInteger := integer(v)
	if isInteger && c.minusOneAbstains {
		l, err := c.fromClass(n)
		return Label(l), err
	}
	l, err := labelOf(class, v)
	switch {
	case err != nil || class != nil:
	case c.cardinality == 0 && (l < -1 || l > 1):
		return 0, fmt.Errorf("%w: label %d is not -1, 0 or 1, and no class with more than two values is declared", ErrBadValue, l)
	case c.cardinality > 0:
		_, err = c.number(int64(l))
	}
	if err == nil && isInteger {
		c.note(n)
		err = c.check()
	}
	return l, err
}

// labelOf is LabelOf for a class that may be known to be smaller.
func labelOf(c *candidates.Subclass, v any) (Label, error) {
	l, err := LabelOf(c, v)
	if err == nil {
		k := 0
		if c != nil {
			k = c.Cardinality
		}
		err = fits(k, l)
	}
	return l, err
}
