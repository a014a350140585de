package lfs

import (
	"fmt"
	"math"
	"strings"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/candidates/spelling"
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

// labelOf is [annotations.LabelOf] for labels that the class has. Without a
// class nothing tells how many there are.
func labelOf(class *candidates.Subclass, value any) (annotations.Label, error) {
	label, err := annotations.LabelOf(class, value)
	if err == nil && (class == nil || label == annotations.Abstain || class.Cardinality == 2 && label <= 1 ||
		class.Cardinality != 2 && label >= 1 && int(label) <= class.Cardinality) {
		return label, nil
	}
	_, number := value.(int)
	switch {
	case number && class == nil:
		return 0, fmt.Errorf("%d is neither -1 nor a class from 1", value)
	case number && class.Cardinality == 2:
		return 0, fmt.Errorf("%d is none of 1 and -1, the labels of two classes", value)
	case number:
		return 0, fmt.Errorf("%d is no class from 1 to %d", value, class.Cardinality)
	case class == nil:
		return 0, fmt.Errorf("%q is none of 1, -1, true, false and the classes from 1; names need candidate: and values: at the top", fmt.Sprint(value))
	}
	known := make([]string, len(class.Values))
	for i, v := range class.Values {
		known[i] = fmt.Sprint(v)
	}
	return 0, fmt.Errorf("%q is none of the values %s%s", fmt.Sprint(value), strings.Join(known, ", "), spelling.Hint(fmt.Sprint(value), known))
}
