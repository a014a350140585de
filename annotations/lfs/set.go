package lfs

import (
	"slices"
	"strings"

	"workbench/candidates/python"
	"workbench/candidates/spelling"
)

// sets are the lists of terms and of pairs that a file names or mentions. A
// file of terms or pairs is read when something first needs it, and once.
type sets struct {
	named map[string]*node
	names []string // in the order of the file
	terms map[table][]string
	pairs map[table][]pair

	compiledTerms map[termKey]*termSet
	compiledPairs map[pairKey]map[pair]struct{}
}

// pair is a known pair of texts, in the order in which it was given.
type pair [2]string

type termKey struct {
	set  *node
	fold bool
}

type pairKey struct {
	set      *node
	lastWord bool
	fold     bool
}

// termSet is a set of terms that tokens are looked up in.
type termSet struct {
	terms map[string]struct{}
	words int // of the term that has most
}

func (p *parser) declareSets(n *node) error {
	p.sets = sets{
		named:         make(map[string]*node),
		terms:         make(map[table][]string),
		pairs:         make(map[table][]pair),
		compiledTerms: make(map[termKey]*termSet),
		compiledPairs: make(map[pairKey]map[pair]struct{}),
	}
	if n == nil {
		return nil
	}
	if n.kind != mapping {
		return n.errorf("sets: must be a mapping of names to lists, not %s", n)
	}
	for _, k := range n.keys {
		v := k.value
		switch {
		case v.kind == scalar:
			return v.errorf("set %q must be a list, or {file: …}, not %s", k.name, v)
		case v.kind == sequence && len(v.items) == 0:
			return v.errorf("set %q is empty", k.name)
		case v.kind == mapping:
			if _, err := p.table(v); err != nil {
				return err
			}
		}
		p.sets.named[k.name] = v
		p.sets.names = append(p.sets.names, k.name)
	}
	return nil
}

// set returns the list, or the mapping with its file, that a key means: itself
// or that of the set that it names.
func (p *parser) set(what string, n *node) (*node, error) {
	if n.kind != scalar {
		return n, nil
	}
	if set := p.sets.named[n.text]; set != nil {
		return set, nil
	}
	if len(p.sets.names) == 0 {
		return nil, n.errorf("%s: there is no set %q, for the file has no sets:; a list is written in brackets", what, n.text)
	}
	hint := spelling.Hint(n.text, p.sets.names)
	if hint == "" {
		hint = "; the sets are " + strings.Join(p.sets.names, ", ")
	}
	return nil, n.errorf("%s: there is no set %q%s", what, n.text, hint)
}

// termSet returns the terms that a key means; with fold in lower case.
func (p *parser) termSet(what string, n *node, fold bool) (*termSet, error) {
	n, err := p.set(what, n)
	if err != nil {
		return nil, err
	}
	if s := p.sets.compiledTerms[termKey{n, fold}]; s != nil {
		return s, nil
	}
	list, err := p.termList(what, n)
	if err != nil {
		return nil, err
	}
	s := &termSet{terms: make(map[string]struct{}, len(list)), words: 1}
	for _, term := range list {
		if fold {
			term = python.Lower(term)
		}
		s.terms[term] = struct{}{}
		s.words = max(s.words, strings.Count(term, " ")+1)
	}
	p.sets.compiledTerms[termKey{n, fold}] = s
	return s, nil
}

func (p *parser) termList(what string, n *node) ([]string, error) {
	if n.kind == mapping {
		return fileList(p, what, n, "terms", p.sets.terms, table.readTerms)
	}
	if len(n.items) == 0 {
		return nil, n.errorf("%s: must be a set's name or a list of terms, not %s", what, n)
	}
	var list []string
	for _, item := range n.items {
		if item.kind == sequence {
			return nil, item.errorf("%s: needs terms, and this is a list of pairs", what)
		}
		text, err := item.str(what)
		if err != nil {
			return nil, err
		}
		if text = python.Strip(text); text == "" {
			return nil, item.errorf("%s: there is an empty term", what)
		}
		list = append(list, text)
	}
	return list, nil
}

// fileList returns the terms or pairs that a file holds; known are those of
// the files that were read before.
func fileList[T any](p *parser, what string, n *node, kind string, known map[table][]T, read func(table) ([]T, error)) ([]T, error) {
	t, err := p.table(n)
	if err != nil {
		return nil, err
	}
	list, ok := known[t]
	if !ok {
		if list, err = read(t); err != nil {
			return nil, n.fileError(err)
		}
		known[t] = list
	}
	if len(list) == 0 {
		return nil, n.errorf("%s: %s holds no %s", what, t.path, kind)
	}
	return list, nil
}

// pairSet returns the pairs that a key means: their texts, or the last words
// of them; with fold in lower case. Pairs in which a text has no last word are
// left out.
func (p *parser) pairSet(what string, n *node, lastWords, fold bool) (map[pair]struct{}, error) {
	n, err := p.set(what, n)
	if err != nil {
		return nil, err
	}
	k := pairKey{n, lastWords, fold}
	if s := p.sets.compiledPairs[k]; s != nil {
		return s, nil
	}
	list, err := p.pairList(what, n)
	if err != nil {
		return nil, err
	}
	s := make(map[pair]struct{}, len(list))
	for _, texts := range list {
		if lastWords {
			first, ok := lastWord(texts[0])
			second, has := lastWord(texts[1])
			if !ok || !has {
				continue
			}
			texts = pair{first, second}
		}
		if fold {
			texts = pair{python.Lower(texts[0]), python.Lower(texts[1])}
		}
		s[texts] = struct{}{}
	}
	p.sets.compiledPairs[k] = s
	return s, nil
}

func (p *parser) pairList(what string, n *node) ([]pair, error) {
	if n.kind == mapping {
		return fileList(p, what, n, "pairs", p.sets.pairs, table.readPairs)
	}
	if len(n.items) == 0 {
		return nil, n.errorf("%s: must be a set's name or a list of pairs, not %s", what, n)
	}
	var list []pair
	for _, item := range n.items {
		if item.kind != sequence || len(item.items) != 2 {
			return nil, item.errorf("%s: needs pairs such as [Ann Lee, Bob Lee], not %s", what, item)
		}
		texts, err := item.texts(what)
		if err != nil {
			return nil, err
		}
		texts[0], texts[1] = python.Strip(texts[0]), python.Strip(texts[1])
		if slices.Contains(texts, "") {
			return nil, item.errorf("%s: a text of the pair is empty", what)
		}
		list = append(list, pair(texts))
	}
	return list, nil
}

// lastWord is last_name of the workshop's lfs.py: what stands behind the last
// space of a text that has one.
func lastWord(text string) (string, bool) {
	i := strings.LastIndexByte(text, ' ')
	return text[i+1:], i >= 0 && i+1 < len(text)
}

// fileError says that the file which the node names cannot be used.
func (n *node) fileError(err error) error { return n.get("file").errorf("%w", err) }
