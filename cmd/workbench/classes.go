package main

import (
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/session"
)

// classesFlag names the classes, wherever labels come in.
func classesFlag() cli.Flag {
	return &cli.StringFlag{Name: "classes", Usage: "`NAMES` of the classes, separated by commas, which labels may be written with: of two the first is -1 and the second 1, " +
		"of more they count from 1; the database remembers them", DefaultText: "those that it remembers"}
}

// givenClasses are the names of --classes for candidates of a type, or those
// that a file has, nil if neither names any.
func (c *call) givenClasses(typ string, ofFile []string) (*annotations.Classes, error) {
	names := ofFile
	if c.IsSet("classes") {
		var err error
		if names, err = c.list("classes"); err != nil {
			return nil, err
		}
		if err := annotations.CheckClassNames(names); err != nil {
			return nil, usagef("--classes: %v", err)
		}
		if ofFile != nil && !slices.Equal(ofFile, names) {
			return nil, usagef("--classes: the file of labeling functions has other classes")
		}
	}
	if names == nil {
		return nil, nil
	}
	return &annotations.Classes{Type: typ, Names: names}, nil
}

// classes are the names of the classes of a type: the given ones, or those that
// the database remembers, which must be the same; nil if there are none.
func (c *call) classes(s *session.Session, typ string, ofFile []string) (names *annotations.Classes, isNew bool, err error) {
	given, err := c.givenClasses(typ, ofFile)
	if err != nil {
		return nil, false, err
	}
	if err := given.Check(c.Context.Context, s); err != nil {
		return nil, false, err
	}
	stored, err := annotations.LoadClasses(c.Context.Context, s, typ)
	if given == nil {
		return stored, false, err
	}
	return given, stored == nil, err
}

// noteClasses says what names mean from now on.
func (c *call) noteClasses(names *annotations.Classes) {
	c.env.term.note("from now on, of type %s, %s", names.Type, names)
}

// shownClasses are the names for candidates of a selection, nil if they have
// none or are of several types.
func (c *call) shownClasses(s *session.Session, sel annotations.Selection) (*annotations.Classes, error) {
	typ := sel.Type
	if all := candidates.Subclasses(s); typ == "" && len(all) == 1 {
		typ = all[0].Table
	} else if typ == "" {
		counts, err := s.Splits(c.Context.Context)
		if err != nil {
			return nil, err
		}
		for _, n := range counts {
			switch {
			case n.Split != sel.Split:
			case typ != "" && typ != n.Type:
				return nil, nil
			default:
				typ = n.Type
			}
		}
	}
	return annotations.LoadClasses(c.Context.Context, s, typ)
}

// printClasses ends a table for people with the names of its classes.
func (c *call) printClasses(names *annotations.Classes) {
	if names != nil && c.format == "table" {
		c.printf("\n%s\n", printable(names.String()))
	}
}

// className is the name of a label's class for a table, nil if there is none.
func className(names *annotations.Classes, label int16) any {
	name := names.Name(label)
	return optional(name, name != "")
}

// classTitle is a title with a label and the name of its class, and the same for
// programs.
func classTitle(names *annotations.Classes, label int16) (title, suffix string) {
	name := names.Name(label)
	return fmt.Sprintf("%s (%d)", name, label), fmt.Sprintf("_%d_%s", label, name)
}
