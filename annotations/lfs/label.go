package lfs

import (
	"fmt"
	"math"
	"slices"
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
	if p.mayBecome(value) {
		return annotations.Positive, nil
	}
	if number, ok := value.(int); ok && p.abstain != nil && *p.abstain == -1 {
		return p.class09(n, number)
	}
	if name, ok := value.(string); ok && p.classes != nil {
		return p.named(n, name)
	}
	label, err := labelOf(p.subclass, value)
	if err != nil {
		return 0, n.errorf("label: %w", err)
	}
	if label == annotations.Abstain {
		return 0, n.errorf("label: 0 means to abstain, which a labeling function does where it does not match; give it 1, -1, or a class; if 0 is a class, say abstain: -1 at the top")
	}
	return label, nil
}

// mayBecome reports whether a value of a draft is a label if the database
// remembers the right classes.
func (p *parser) mayBecome(value any) bool {
	switch v := value.(type) {
	case int:
		return p.draft && p.open && v > 1 && v <= maxLabel
	case string:
		isName := func(v any) bool { _, ok := v.(string); return ok }
		return p.draft && p.classes == nil && (p.subclass == nil || !slices.ContainsFunc(p.subclass.Values, isName))
	}
	return false
}

// class09 reads a class in the convention of Snorkel 0.9.
func (p *parser) class09(n *node, number int) (annotations.Label, error) {
	how := annotations.Notation{Abstain: p.abstain, Cardinality: p.remembered.Len()}
	if p.subclass != nil {
		how.Cardinality = p.subclass.Cardinality
	}
	label, err := how.Number(int64(number))
	if err != nil {
		return 0, n.errorf("label: %w", err)
	}
	if label == annotations.Abstain {
		return 0, n.errorf("label: -1 means to abstain here, which a labeling function does where it does not match; give it a class from 0")
	}
	return label, nil
}

// abstention reads the key abstain of a file or an entry: which label abstains,
// 0 as in Snorkel or −1 as in Snorkel 0.9. An entry without it has that of the
// file.
func (p *parser) abstention(n *node) (*int, error) {
	v := n.get("abstain")
	if v == nil {
		return p.abstain, nil
	}
	abstain, err := v.integer("abstain", math.MinInt32)
	if err == nil && abstain != 0 && abstain != -1 {
		err = v.errorf("abstain: %d is neither 0, as in Snorkel's labels, nor -1, as in Snorkel 0.9's", abstain)
	}
	return &abstain, err
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
		return 0, fmt.Errorf("%q is none of 1, -1, true, false and the classes from 1; names need candidate: and classes: at the top, or a database that remembers them", fmt.Sprint(value))
	}
	known := make([]string, len(class.Values))
	for i, v := range class.Values {
		known[i] = fmt.Sprint(v)
	}
	return 0, fmt.Errorf("%q is none of the values %s%s", fmt.Sprint(value), strings.Join(known, ", "), spelling.Hint(fmt.Sprint(value), known))
}

// checkClasses reports names under classes: that cannot be used.
func (p *parser) checkClasses(root, names *node) error {
	for _, key := range []string{"values", "cardinality"} {
		if other := root.get(key); other != nil {
			return other.errorf("%s: does not go with classes:, which says how many there are and what they are called", key)
		}
	}
	if err := annotations.CheckClassNames(p.classes); err != nil {
		return names.errorf("classes: %w", err)
	}
	return nil
}

// cardinality is how many classes have names, for the class of the candidates.
// Two are true and false there.
func (p *parser) cardinality() candidates.SubclassOption {
	if len(p.classes) == 2 {
		return candidates.Values(true, false)
	}
	return candidates.Cardinality(len(p.classes))
}

// named is the label of a class with a name.
func (p *parser) named(n *node, name string) (annotations.Label, error) {
	i := slices.Index(p.classes, name)
	if i < 0 {
		return 0, n.errorf("label: %q is none of the classes %s%s", name, strings.Join(p.classes, ", "), spelling.Hint(name, p.classes))
	}
	return annotations.Label(annotations.ClassValue(len(p.classes), i)), nil
}
