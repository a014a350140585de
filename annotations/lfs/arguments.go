package lfs

import (
	"fmt"
	"slices"
	"strings"

	"workbench/candidates"
	"workbench/candidates/spelling"
)

// arguments are those that of: names, nil if there is none.
type arguments struct {
	of   []string
	file string // the place of the condition
	line int
}

// of reads the names of arguments.
func (p *parser) of(n *node) ([]string, error) {
	of := n.get("of")
	if of == nil {
		return nil, nil
	}
	names, err := of.texts("of")
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return nil, of.errorf("of: names %q twice", name)
		}
		if p.subclass != nil && !slices.Contains(p.subclass.Args, name) {
			return nil, of.errorf("of: %s has no argument %q; its arguments are %s%s",
				p.subclass.Name, name, strings.Join(p.subclass.Args, ", "), spelling.Hint(name, p.subclass.Args))
		}
	}
	return names, nil
}

// two reads the names of two arguments, which may only be left out where
// candidates have two.
func (p *parser) two(n *node) (arguments, error) {
	args := arguments{file: n.file, line: n.line}
	var err error
	if args.of, err = p.of(n); err != nil {
		return args, err
	}
	if args.of != nil && len(args.of) != 2 {
		return args, n.get("of").errorf("of: must be two arguments, not %d", len(args.of))
	}
	if args.of == nil && p.subclass != nil && len(p.subclass.Args) != 2 {
		return args, n.errorf("of: is needed with two arguments, for %s has %d", p.subclass.Name, len(p.subclass.Args))
	}
	return args, nil
}

// named returns an argument of a candidate.
func (a *arguments) named(c *candidates.Candidate, name string) (*candidates.Argument, error) {
	for i := range c.Args {
		if c.Args[i].Name == name {
			return &c.Args[i], nil
		}
	}
	names := make([]string, len(c.Args))
	for i := range c.Args {
		names[i] = c.Args[i].Name
	}
	return nil, at(a.file, a.line, "candidate %d has no argument %q; its arguments are %s", c.ID, name, strings.Join(names, ", "))
}

// pair returns two arguments of a candidate.
func (a *arguments) pair(c *candidates.Candidate) (first, second *candidates.Argument, err error) {
	switch {
	case len(c.Args) == 0:
		return nil, nil, fmt.Errorf("candidate %d: %w", c.ID, candidates.ErrOrphan)
	case a.of == nil && len(c.Args) != 2:
		return nil, nil, at(a.file, a.line, "candidate %d has %d arguments; name two by of:", c.ID, len(c.Args))
	case a.of == nil:
		return &c.Args[0], &c.Args[1], nil
	}
	if first, err = a.named(c, a.of[0]); err != nil {
		return nil, nil, err
	}
	second, err = a.named(c, a.of[1])
	return first, second, err
}

// texts returns the texts of two arguments.
func (a *arguments) texts(c *candidates.Candidate) (first, second string, err error) {
	x, y, err := a.pair(c)
	if err != nil {
		return "", "", err
	}
	if first, err = textOf(c, x); err != nil {
		return "", "", err
	}
	second, err = textOf(c, y)
	return first, second, err
}

// binary returns the candidate with the two arguments only.
func (a *arguments) binary(c *candidates.Candidate) (*candidates.Candidate, error) {
	if a.of == nil {
		return c, nil
	}
	x, y, err := a.pair(c)
	if err != nil {
		return nil, err
	}
	return &candidates.Candidate{ID: c.ID, Type: c.Type, Split: c.Split, Args: []candidates.Argument{*x, *y}}, nil
}

// textOf returns the text of an argument.
func textOf(c *candidates.Candidate, a *candidates.Argument) (string, error) {
	switch {
	case a.Context.HasText:
		return a.Context.Text, nil
	case a.Span != nil:
		return a.Span.Text(), nil
	}
	return "", fmt.Errorf("candidate %d: argument %s (%s) has no text", c.ID, a.Name, a.Context.StableID)
}
