package lfs

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"workbench/candidates/spelling"
)

type kind int

const (
	scalar kind = iota
	sequence
	mapping
)

// node is a piece of the file: a scalar, a list or a mapping, with aliases and
// merges already resolved.
type node struct {
	file  string // its name in errors
	line  int
	kind  kind
	text  string // of a scalar
	tag   string // of a scalar: !!str, !!int, !!bool, …
	items []*node
	keys  []key
}

// key is an entry of a mapping.
type key struct {
	name  string
	line  int
	value *node
}

// errorf makes an error that begins with the place of the node.
func (n *node) errorf(format string, args ...any) error { return at(n.file, n.line, format, args...) }

// at makes an error that begins with a place. It is one line, whatever texts
// of the file it repeats.
func at(file string, line int, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	if text := err.Error(); strings.ContainsFunc(text, unicode.IsControl) {
		text = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return ' '
			}
			return r
		}, text)
		err = errors.New(text)
	}
	return fmt.Errorf("%s:%d: %w", file, line, err)
}

// String says what the node is, for errors.
func (n *node) String() string {
	switch {
	case n.kind == mapping:
		return "a mapping"
	case n.kind == sequence && len(n.items) == 0:
		return "an empty list"
	case n.kind == sequence:
		return "a list"
	}
	return strconv.Quote(n.text)
}

// get returns the value of a key, nil if there is none.
func (n *node) get(name string) *node {
	for i := range n.keys {
		if n.keys[i].name == name {
			return n.keys[i].value
		}
	}
	return nil
}

// first returns the first of the keys that the mapping has, as the name that
// stands there.
func (n *node) first(names ...string) (string, *node) {
	for _, name := range names {
		if v := n.get(name); v != nil {
			return name, v
		}
	}
	return "", nil
}

// only refuses all other keys. what is whose keys they are.
func (n *node) only(what string, names ...string) error {
	if n.kind != mapping {
		return n.errorf("%s must be a mapping of keys and values, not %s", what, n)
	}
	for _, k := range n.keys {
		if !slices.Contains(names, k.name) {
			hint := spelling.Hint(k.name, names)
			if hint == "" {
				hint = "; its keys are " + strings.Join(names, ", ")
			}
			return at(n.file, k.line, "%q is not a key of %s%s", k.name, what, hint)
		}
	}
	return nil
}

// str is the text of a scalar. what is its key.
func (n *node) str(what string) (string, error) {
	if n.kind != scalar {
		return "", n.errorf("%s: must be a text, not %s", what, n)
	}
	return n.text, nil
}

func (n *node) integer(what string, least int) (int, error) {
	if n.kind == scalar && n.tag == "!!int" {
		if i, err := strconv.ParseInt(n.text, 0, 32); err == nil {
			if int(i) < least {
				return 0, n.errorf("%s: must be at least %d, not %d", what, least, i)
			}
			return int(i), nil
		}
	}
	return 0, n.errorf("%s: must be a whole number, not %s", what, n)
}

func (n *node) boolean(what string) (bool, error) {
	if n.kind == scalar && n.tag == "!!bool" {
		return strings.EqualFold(n.text, "true"), nil
	}
	return false, n.errorf("%s: must be true or false, not %s", what, n)
}

// value is a scalar as the bool, int, float64 or string that it is in YAML.
func (n *node) value(what string) (any, error) {
	switch {
	case n.kind != scalar:
		return nil, n.errorf("%s: must be one value, not %s", what, n)
	case n.tag == "!!bool":
		return n.boolean(what)
	case n.tag == "!!int":
		return n.integer(what, math.MinInt32)
	case n.tag == "!!float":
		if f, err := strconv.ParseFloat(n.text, 64); err == nil {
			return f, nil
		}
	}
	return n.text, nil
}

// oneOf is a scalar that is one of some words.
func (n *node) oneOf(what string, words ...string) (string, error) {
	text, err := n.str(what)
	if err == nil && !slices.Contains(words, text) {
		err = n.errorf("%s: must be one of %s, not %q%s", what, strings.Join(words, ", "), text, spelling.Hint(text, words))
	}
	return text, err
}

// texts is one text, or a list of at least one.
func (n *node) texts(what string) ([]string, error) {
	if n.kind == scalar {
		return []string{n.text}, nil
	}
	if n.kind == mapping || len(n.items) == 0 {
		return nil, n.errorf("%s: must be a text or a list of texts, not %s", what, n)
	}
	texts := make([]string, len(n.items))
	for i, item := range n.items {
		text, err := item.str(what)
		if err != nil {
			return nil, err
		}
		texts[i] = text
	}
	return texts, nil
}
