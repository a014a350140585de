package lfs

import (
	"fmt"
	"strings"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/candidates/python"
)

// factoryKeys are the classes of the workshop's lf_factories.py.
const factoryKeys = "MatchTerms MatchRegex DistantSupervision"

// factory reads a labeling function that one of the workshop's factories
// makes. The keys are the arguments of their constructors.
func (p *parser) factory(n *node, kind string, v *node) (annotations.LF, error) {
	var lf annotations.LF
	if len(n.keys) > 1 {
		return lf, n.errorf("%s: stands alone in its entry; what it is given lies in it: {%s: {name: …}}", kind, kind)
	}
	keys := "name label search window attrib attribute "
	switch kind {
	case "MatchTerms":
		keys += "terms"
	case "MatchRegex":
		keys += "rgxs"
	default:
		keys = "name kb"
	}
	if err := v.only(kind, strings.Fields(keys)...); err != nil {
		return lf, err
	}
	name, err := text(v, "name")
	if err != nil {
		return lf, err
	}
	if err := annotations.CheckLFName(name); err != nil {
		return lf, v.get("name").errorf("%w", err)
	}
	if kind == "DistantSupervision" {
		return p.distantSupervision(v, name)
	}
	label, err := p.needLabel(v)
	if err != nil {
		return lf, err
	}
	search, err := searchSpace(v)
	if err != nil {
		return lf, err
	}
	if p.subclass != nil && len(p.subclass.Args) != 2 && search.in != inSentence {
		return lf, v.errorf("%s: search: %s is for candidates with two arguments, and %s has %d", kind, search.in, p.subclass.Name, len(p.subclass.Args))
	}
	var match func(tokens []string) (bool, error)
	prefix := "LF_TERMS_"
	if kind == "MatchTerms" {
		terms, err := need(v, "terms")
		if err != nil {
			return lf, err
		}
		set, err := p.termSet("terms", terms, false)
		if err != nil {
			return lf, err
		}
		match = func(tokens []string) (bool, error) { return set.among(tokens, 1), nil }
	} else {
		prefix = "LF_REGEX_"
		rgxs, err := need(v, "rgxs")
		if err != nil {
			return lf, err
		}
		patterns, err := compile("rgxs", rgxs, 0)
		if err != nil {
			return lf, err
		}
		match = func(tokens []string) (bool, error) { return found(patterns, strings.Join(tokens, " ")) }
	}
	suffix := "_FALSE"
	if label == annotations.Positive {
		suffix = "_TRUE"
	}
	lf.Name = prefix + name + "_" + search.String() + suffix
	lf.Func = labelWhere(label, func(c *candidates.Candidate) (bool, error) {
		tokens, err := search.tokens(c)
		if err != nil {
			return false, err
		}
		return match(tokens)
	})
	return lf, p.claim(v.get("name"), lf.Name)
}

// distantSupervision looks the arguments' texts up in either order.
func (p *parser) distantSupervision(v *node, name string) (annotations.LF, error) {
	lf := annotations.LF{Name: "LF_DIST_SUPERVISION_" + name + "_TRUE"}
	kb, err := need(v, "kb")
	if err != nil {
		return lf, err
	}
	set, err := p.pairSet("kb", kb, false, false)
	if err != nil {
		return lf, err
	}
	if p.subclass != nil && len(p.subclass.Args) != 2 {
		return lf, v.errorf("DistantSupervision: is for candidates with two arguments, and %s has %d", p.subclass.Name, len(p.subclass.Args))
	}
	args := arguments{file: v.file, line: v.line}
	lf.Func = labelWhere(annotations.Positive, func(c *candidates.Candidate) (bool, error) {
		first, second, err := args.texts(c)
		if err != nil {
			return false, err
		}
		_, given := set[pair{first, second}]
		_, inverted := set[pair{second, first}]
		return given || inverted, nil
	})
	return lf, p.claim(v.get("name"), lf.Name)
}

// search is the search space of a PatternMatchFactory.
type search struct {
	in     string
	window int
	attrib string
}

func searchSpace(v *node) (search, error) {
	s := search{in: inSentence, window: 1}
	var err error
	if n := v.get("search"); n != nil {
		if s.in, err = n.oneOf("search", inSentence, inBetween, inLeft, inRight); err != nil {
			return s, err
		}
	}
	if n := v.get("window"); n != nil {
		if s.window, err = n.integer("window", 0); err != nil {
			return s, err
		}
	}
	s.attrib, err = attribute(v)
	return s, err
}

// String is the part of the name that says where is searched.
func (s search) String() string {
	if s.in == inLeft || s.in == inRight {
		return fmt.Sprintf("[%s|%s|window=%d]", s.in, s.attrib, s.window)
	}
	return fmt.Sprintf("[%s|%s]", s.in, s.attrib)
}

// tokens is _get_search_func. Between it takes the words of the text, whatever
// the attribute; only left and right are in lower case.
func (s search) tokens(c *candidates.Candidate) ([]string, error) {
	switch s.in {
	case inSentence:
		parent, err := candidates.Parent(c)
		if err != nil {
			return nil, err
		}
		words, err := parent.Attrib(s.attrib)
		if err != nil {
			return nil, fmt.Errorf("candidate %d: %w", c.ID, err)
		}
		return words, nil
	case inBetween:
		text, err := candidates.TextBetween(c)
		return python.Fields(text), err
	}
	if _, err := candidates.IsInverted(c); err != nil { // two spans, or an error that says so
		return nil, err
	}
	first, second := c.Args[0].AsSpan(), c.Args[1].AsSpan()
	leftmost, rightmost := second, second
	if first.CharStart < leftmost.CharStart {
		leftmost = first
	} else if first.CharStart > rightmost.CharStart {
		rightmost = first
	}
	tokens := candidates.Tokens{Attrib: s.attrib}
	var words []string
	var err error
	if s.in == inLeft {
		words, err = leftmost.LeftTokens(s.window, tokens)
	} else {
		words, err = rightmost.RightTokens(s.window, tokens)
	}
	if err != nil {
		return nil, fmt.Errorf("candidate %d: %w", c.ID, err)
	}
	return words, nil
}
