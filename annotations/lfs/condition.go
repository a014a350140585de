package lfs

import (
	"math"
	"strings"

	"workbench/candidates"
	"workbench/candidates/python"
)

// condition tells whether a labeling function matches a candidate. It is safe
// for concurrent use.
type condition func(c *candidates.Candidate) (bool, error)

// conditionKeys are the keys of which a condition has one.
const conditionKeys = "terms regex known same different length all any not"

// condition reads a condition. It may stand in an entry that has other keys
// too.
func (p *parser) condition(n *node, others ...string) (condition, error) {
	kinds := strings.Fields(conditionKeys)
	kind, v := n.first(kinds...)
	if v == nil {
		if err := n.only("a condition", append(append(others, kinds...), strings.Fields(placeKeys+" ngrams by order")...)...); err != nil {
			return nil, err
		}
		return nil, n.errorf("there is no condition: one of %s", strings.Join(kinds, ", "))
	}
	for _, other := range kinds {
		if n.get(other) != nil && other != kind {
			return nil, n.errorf("%s: and %s: stand side by side; put them into a list under all: or any:", kind, other)
		}
	}
	keys := map[string]string{
		"terms":     placeKeys + " ngrams",
		"regex":     placeKeys,
		"known":     "by order of case_sensitive",
		"same":      "of case_sensitive",
		"different": "of case_sensitive",
	}[kind]
	if err := n.only("a condition with "+kind+":", append(append([]string{kind}, strings.Fields(keys)...), others...)...); err != nil {
		return nil, err
	}
	switch kind {
	case "terms":
		return p.terms(n, v)
	case "regex":
		return p.regex(n, v)
	case "known":
		return p.known(n, v)
	case "same":
		return p.same(n, v, true)
	case "different":
		return p.same(n, v, false)
	case "length":
		return p.length(v)
	case "not":
		inner, err := p.condition(v)
		if err != nil {
			return nil, err
		}
		return func(c *candidates.Candidate) (bool, error) {
			ok, err := inner(c)
			return !ok && err == nil, err
		}, nil
	}
	return p.several(kind, v)
}

// several reads the list under all or any. They look at one condition after
// the other, and at no more than they need.
func (p *parser) several(kind string, n *node) (condition, error) {
	if n.kind != sequence || len(n.items) == 0 {
		return nil, n.errorf("%s: must be a list of conditions, not %s", kind, n)
	}
	conditions := make([]condition, len(n.items))
	for i, item := range n.items {
		var err error
		if conditions[i], err = p.condition(item); err != nil {
			return nil, err
		}
	}
	all := kind == "all"
	return func(c *candidates.Candidate) (bool, error) {
		for _, condition := range conditions {
			if ok, err := condition(c); err != nil || ok != all {
				return ok, err
			}
		}
		return all, nil
	}, nil
}

// terms matches if a term is among the tokens of a place.
func (p *parser) terms(n, v *node) (condition, error) {
	pl, err := p.place(n)
	if err != nil {
		return nil, err
	}
	if pl.in == inTagged {
		return nil, n.get("in").errorf("terms: are not looked for in tagged text; use regex:")
	}
	set, err := p.termSet("terms", v, !pl.tokens.CaseSensitive)
	if err != nil {
		return nil, err
	}
	longest := set.words
	if g := n.get("ngrams"); g != nil {
		if longest, err = g.integer("ngrams", 1); err != nil {
			return nil, err
		}
	}
	return func(c *candidates.Candidate) (bool, error) {
		for k := range pl.count(c) {
			words, err := pl.words(c, k)
			if err != nil {
				return false, err
			}
			if set.among(words, longest) {
				return true, nil
			}
		}
		return false, nil
	}, nil
}

// among reports whether a term is one of the n-grams of up to longest words,
// joined by a space (tokens_to_ngrams).
func (s *termSet) among(words []string, longest int) bool {
	if longest == 1 {
		for _, word := range words {
			if _, ok := s.terms[word]; ok {
				return true
			}
		}
		return false
	}
	var room [256]byte
	for i, word := range words {
		if _, ok := s.terms[word]; ok {
			return true
		}
		ngram := append(room[:0], word...)
		for _, next := range words[i+1 : i+min(longest, len(words)-i)] {
			ngram = append(append(ngram, ' '), next...)
			if _, ok := s.terms[string(ngram)]; ok {
				return true
			}
		}
	}
	return false
}

// regex matches if one of the expressions is found in the text of a place.
func (p *parser) regex(n, v *node) (condition, error) {
	pl, err := p.place(n)
	if err != nil {
		return nil, err
	}
	var flags python.Flags
	if !pl.tokens.CaseSensitive {
		flags = python.IgnoreCase
	}
	pl.tokens.CaseSensitive = true // tokens as they are; the flag does the rest
	patterns, err := compile("regex", v, flags)
	if err != nil {
		return nil, err
	}
	return func(c *candidates.Candidate) (bool, error) {
		for k := range pl.count(c) {
			text, err := pl.text(c, k)
			if err != nil {
				return false, err
			}
			if ok, err := found(patterns, text); ok || err != nil {
				return ok, err
			}
		}
		return false, nil
	}, nil
}

// compile compiles one expression or a list of them.
func compile(what string, n *node, flags python.Flags) ([]*python.Pattern, error) {
	if _, err := n.texts(what); err != nil {
		return nil, err
	}
	items := n.items
	if n.kind == scalar {
		items = []*node{n}
	}
	patterns := make([]*python.Pattern, len(items))
	for i, item := range items {
		if item.text == "" {
			return nil, item.errorf("%s: is empty and would match everything", what)
		}
		var err error
		if patterns[i], err = python.Compile(item.text, flags); err != nil {
			return nil, item.errorf("%s: \"%s\": %w", what, item.text, err)
		}
	}
	return patterns, nil
}

func found(patterns []*python.Pattern, text string) (bool, error) {
	for _, pattern := range patterns {
		if ok, err := pattern.Search(text); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// length matches if a place has more tokens than over, or fewer than under, or
// both.
func (p *parser) length(n *node) (condition, error) {
	if err := n.only("length:", "in", "of", "window", "attribute", "attrib", "over", "under"); err != nil {
		return nil, err
	}
	pl, err := p.place(n)
	if err != nil {
		return nil, err
	}
	if pl.in == inTagged {
		return nil, n.get("in").errorf("length: counts tokens, and tagged text has none")
	}
	least, most := 0, math.MaxInt
	_, bound := n.first("over", "under")
	if bound == nil {
		return nil, n.errorf("length: needs over: or under: with a number of tokens")
	}
	if over := n.get("over"); over != nil {
		if least, err = over.integer("over", 0); err != nil {
			return nil, err
		}
		least++
	}
	if under := n.get("under"); under != nil {
		if most, err = under.integer("under", 1); err != nil {
			return nil, err
		}
		if most--; most < least {
			return nil, under.errorf("under: no number of tokens is over %d and under %d", least-1, most+1)
		}
	}
	pl.tokens.CaseSensitive = true // nothing needs lower case
	return func(c *candidates.Candidate) (bool, error) {
		for k := range pl.count(c) {
			words, err := pl.words(c, k)
			if err != nil {
				return false, err
			}
			if len(words) >= least && len(words) <= most {
				return true, nil
			}
		}
		return false, nil
	}, nil
}
