package lfs

import (
	"fmt"
	"math"
	"strings"

	"workbench/annotations"
	"workbench/candidates"
)

// maxLabel is the largest class that a label can name.
const maxLabel = math.MaxInt16

// label reads the label that an entry gives where it matches.
func (p *parser) label(n *node) (annotations.Label, error) {
	value, err := n.value("label")
	if err != nil {
		return 0, err
	}
	label, err := labelOf(p.subclass, value)
	if err != nil {
		return 0, n.errorf("label: %w", err)
	}
	if label == annotations.Abstain {
		return 0, n.errorf("label: 0 means to abstain, which a labeling function does where it does not match; give it 1, -1, or a class")
	}
	return label, nil
}

// labelOf says which label a value stands for: of two classes true is 1 and
// false −1, the values of a class are 1 and −1 or 1..K in their order, and
// integers are labels already. Without a class nothing tells the number of
// classes.
func labelOf(class *candidates.Subclass, value any) (annotations.Label, error) {
	if i, ok := value.(int); ok {
		switch {
		case i == 0:
			return annotations.Abstain, nil
		case class == nil && (i == -1 || i >= 1 && i <= maxLabel):
			return annotations.Label(i), nil
		case class == nil:
			return 0, fmt.Errorf("%d is neither -1 nor a class from 1", i)
		case class.Cardinality == 2 && (i == 1 || i == -1):
			return annotations.Label(i), nil
		case class.Cardinality == 2:
			return 0, fmt.Errorf("%d is none of 1 and -1, the labels of two classes", i)
		case i >= 1 && i <= class.Cardinality:
			return annotations.Label(i), nil
		}
		return 0, fmt.Errorf("%d is no class from 1 to %d", i, class.Cardinality)
	}
	if b, ok := value.(bool); ok && (class == nil || class.Cardinality == 2) {
		if b {
			return annotations.Positive, nil
		}
		return annotations.Negative, nil
	}
	if class == nil {
		return 0, fmt.Errorf("%q is none of 1, -1, true, false and the classes from 1; names need candidate: and values: at the top", fmt.Sprint(value))
	}
	known := make([]string, len(class.Values))
	for i, v := range class.Values {
		if v == value {
			if class.Cardinality > 2 {
				return annotations.Label(i + 1), nil
			}
			return []annotations.Label{annotations.Positive, annotations.Negative}[i], nil
		}
		known[i] = fmt.Sprint(v)
	}
	return 0, fmt.Errorf("%q is none of the values %s%s", fmt.Sprint(value), strings.Join(known, ", "), nearest(fmt.Sprint(value), known))
}
