package annotations

import (
	"fmt"
	"math"
	"strings"
)

// labelConvention reads labels that were written as text, in one of two
// conventions. Snorkel's has −1, 0 and 1 for two classes and 0..K for more,
// and 0 abstains. That of Snorkel 0.9 has the classes 0..K−1, and −1 abstains;
// class 0 of two is Snorkel's −1, class 1 its 1, and class k of more its k+1.
type labelConvention struct {
	minusOneAbstains bool
	cardinality      int // 0: Snorkel's convention, K not known

	negative, large bool // a −1 was read; a class from 2 up was read
}

// label reads one label; what is none abstains. true and false are the labels 1
// and −1 of two classes in both conventions.
func (c *labelConvention) label(text string) (int16, error) {
	l, err := parseLabel(text)
	if err != nil {
		return 0, fmt.Errorf("%w: %q is not a label: %w", ErrBadValue, strings.TrimSpace(text), err)
	}
	v := l.value
	switch {
	case l.none:
		return 0, nil
	case l.truth && c.cardinality > 2:
		return 0, fmt.Errorf("%w: %s is a label of two classes, and there are %d", ErrBadValue, strings.TrimSpace(text), c.cardinality)
	case l.truth && c.minusOneAbstains:
		return int16(v), nil
	}
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
	c.negative = c.negative || v < 0
	c.large = c.large || v > 1
	if c.negative && c.large {
		return 0, fmt.Errorf("%w: label %d in %w", ErrBadValue, v, ErrBothConventions)
	}
	return int16(v), nil
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
	case c.cardinality == 2 && v == 0:
		return -1, nil
	case c.cardinality == 2:
		return 1, nil
	default:
		return int16(v + 1), nil
	}
}
