package lfs

import (
	"workbench/candidates"
	"workbench/candidates/python"
)

// known matches if the two arguments are a known pair.
func (p *parser) known(n, v *node) (condition, error) {
	args, err := p.two(n)
	if err != nil {
		return nil, err
	}
	lastWords := false
	if by := n.get("by"); by != nil {
		text, err := by.oneOf("by", "text", "last word")
		if err != nil {
			return nil, err
		}
		lastWords = text == "last word"
	}
	either := true
	if order := n.get("order"); order != nil {
		text, err := order.oneOf("order", "either", "given")
		if err != nil {
			return nil, err
		}
		either = text == "either"
	}
	exact, err := flag(n, "case_sensitive", true)
	if err != nil {
		return nil, err
	}
	set, err := p.pairSet("known", v, lastWords, !exact)
	if err != nil {
		return nil, err
	}
	texts := args.compared(lastWords, !exact)
	return func(c *candidates.Candidate) (bool, error) {
		both, ok, err := texts(c)
		if err != nil || !ok {
			return false, err
		}
		_, ok = set[both]
		if !ok && either {
			_, ok = set[pair{both[1], both[0]}]
		}
		return ok, nil
	}, nil
}

// same matches if the texts of two arguments, or their last words, are the
// same; or else if they are different. It matches neither way where one has no
// last word.
func (p *parser) same(n, v *node, same bool) (condition, error) {
	what := "different"
	if same {
		what = "same"
	}
	by, err := v.oneOf(what, "text", "last word")
	if err != nil {
		return nil, err
	}
	args, err := p.two(n)
	if err != nil {
		return nil, err
	}
	exact, err := flag(n, "case_sensitive", true)
	if err != nil {
		return nil, err
	}
	texts := args.compared(by == "last word", !exact)
	return func(c *candidates.Candidate) (bool, error) {
		both, ok, err := texts(c)
		return ok && (both[0] == both[1]) == same, err
	}, nil
}

// compared returns what is compared of two arguments, and whether both have
// it.
func (a arguments) compared(lastWords, fold bool) func(c *candidates.Candidate) (pair, bool, error) {
	return func(c *candidates.Candidate) (pair, bool, error) {
		first, second, err := a.texts(c)
		if err != nil {
			return pair{}, false, err
		}
		if lastWords {
			var ok, has bool
			first, ok = lastWord(first)
			second, has = lastWord(second)
			if !ok || !has {
				return pair{}, false, nil
			}
		}
		if fold {
			first, second = python.Lower(first), python.Lower(second)
		}
		return pair{first, second}, true, nil
	}
}
