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

func (e *env) nameClasses() *cli.Command {
	return e.command(command{
		name:  "classes",
		usage: "list, name and rename the classes of candidates",
		args:  "[NAMES]",
		description: "Without names it lists the classes that the database remembers; of some it knows only how many there are,\n" +
			"by --cardinality of a command that stored something. NAMES are separated by commas: of two the first is\n" +
			"−1 and the second 1, of more they count from 1. Labels that are stored stay the numbers that they are.",
		examples: []string{
			"workbench classes",
			"workbench classes HAM,SPAM --type mail",
			"workbench classes ham,spam --type mail --replace",
		},
		flags: []cli.Flag{
			&cli.StringFlag{Name: "type", Usage: "type of the candidates (the table of their class)", DefaultText: "the only one"},
			&cli.BoolFlag{Name: "replace", Usage: "give classes that have names other ones"},
			&cli.BoolFlag{Name: "forget", Usage: "delete the names, and how many classes there are"},
		},
		formats: []string{"json", "csv"},
		writes:  true,
		action: func(c *call) error {
			switch {
			case c.NArg() > 1:
				return usagef("classes: unexpected argument %q; names are separated by commas", c.Args().Get(1))
			case c.Bool("forget") && (c.NArg() > 0 || c.Bool("replace")):
				return usagef("classes: --forget goes without names and --replace")
			case c.NArg() == 0 && c.Bool("replace"):
				return usagef("classes: --replace needs the new names")
			case c.NArg() == 0 && !c.Bool("forget"):
				return c.listClasses()
			}
			return c.changeClasses(c.Args().First())
		},
	})
}

// listClasses lists the names of all types, or of that of --type.
func (c *call) listClasses() error {
	s, err := c.open()
	if err != nil {
		return err
	}
	defer s.Close()
	t := &table{columns: []column{{"type", "type", true}, {"label", "label", false}, {"name", "name", true}}}
	classes := candidates.Subclasses(s)
	if c.IsSet("type") {
		class, err := candidates.Lookup(s, c.String("type"))
		if err != nil {
			return err
		}
		classes = []*candidates.Subclass{class}
	}
	for _, class := range classes {
		known, err := annotations.LoadClasses(c.Context.Context, s, class.Table)
		if err != nil {
			return err
		}
		for i := range known.Len() {
			label := annotations.ClassValue(known.Len(), i)
			t.add(class.Table, label, className(known, label))
		}
	}
	if len(t.rows) == 0 {
		c.env.term.note("note: no class has a name")
	}
	return c.emit(t, nil)
}

// changeClasses names classes, or forgets their names.
func (c *call) changeClasses(text string) error {
	s, err := c.openToWrite()
	if err != nil {
		return err
	}
	defer s.Close()
	class, err := c.class(s)
	if err != nil {
		return err
	}
	if c.Bool("forget") {
		if err := annotations.ForgetClasses(c.Context.Context, s, class.Table); err != nil {
			return err
		}
		c.env.term.note("of the classes of type %s nothing is remembered any more", class.Table)
		return nil
	}
	names := &annotations.Classes{Type: class.Table}
	if names.Names, err = parseList("classes", text); err != nil {
		return err
	}
	if err := annotations.CheckClassNames(names.Names); err != nil {
		return usagef("classes: %v", err)
	}
	if err := annotations.SaveClasses(c.Context.Context, s, names, c.Bool("replace")); err != nil {
		return err
	}
	c.noteClasses(names)
	return nil
}

// givenClasses are what --classes and --cardinality say of candidates of a type,
// or what a file says, nil if nothing does.
func (c *call) givenClasses(typ string, ofFile *annotations.Classes) (*annotations.Classes, error) {
	k, err := c.givenCardinality()
	if err != nil {
		return nil, err
	}
	given := &annotations.Classes{Type: typ, Cardinality: k}
	if c.IsSet("classes") {
		if given.Names, err = c.list("classes"); err != nil {
			return nil, err
		}
		if err := annotations.CheckClassNames(given.Names); err != nil {
			return nil, usagef("--classes: %v", err)
		}
		if k != 0 && k != len(given.Names) {
			return nil, usagef("--cardinality %d: --classes names %d", k, len(given.Names))
		}
	}
	switch {
	case ofFile == nil && given.Len() == 0:
		return nil, nil
	case ofFile == nil:
		return given, nil
	case given.Named() && ofFile.Named() && !slices.Equal(ofFile.Names, given.Names):
		return nil, usagef("--classes: the file of labeling functions has other classes")
	case given.Len() != 0 && given.Len() != ofFile.Len():
		return nil, usagef("%s: the file of labeling functions has %d classes, not %d", c.Command.Name, ofFile.Len(), given.Len())
	case given.Named():
		return given, nil
	}
	return ofFile, nil
}

// classes are the classes of a type: the given ones, or those that the database
// remembers, which must be the same; nil if there are none. Without a type there
// is nothing to remember.
func (c *call) classes(s *session.Session, typ string, ofFile *annotations.Classes) (known *annotations.Classes, isNew bool, err error) {
	given, err := c.givenClasses(typ, ofFile)
	if err != nil || typ == "" {
		return nil, false, err
	}
	if err := given.Check(c.Context.Context, s); err != nil {
		return nil, false, err
	}
	stored, err := annotations.LoadClasses(c.Context.Context, s, typ)
	if err != nil || given == nil || stored.Named() {
		return stored, false, err
	}
	return given, stored == nil || given.Named(), nil
}

// noteClasses says what is known of the classes from now on.
func (c *call) noteClasses(known *annotations.Classes) {
	if known.Named() {
		c.env.term.note("from now on, of type %s, %s", known.Type, known)
		return
	}
	c.env.term.note("from now on, type %s has %s", known.Type, known)
}

// onlyType is a type that is given, or else that of the only class, "" if there are
// several.
func onlyType(s *session.Session, given string) string {
	if all := candidates.Subclasses(s); given == "" && len(all) == 1 {
		return all[0].Table
	}
	return given
}

// typeOf is the only type of the candidates of a selection, "" if they are of
// several.
func (c *call) typeOf(s *session.Session, sel annotations.Selection) (string, error) {
	typ := onlyType(s, sel.Type)
	if typ != "" {
		return typ, nil
	}
	counts, err := s.Splits(c.Context.Context)
	if err != nil {
		return "", err
	}
	for _, n := range counts {
		switch {
		case n.Split != sel.Split && !sel.AllSplits:
		case typ != "" && typ != n.Type:
			return "", nil
		default:
			typ = n.Type
		}
	}
	return typ, nil
}

// shownClasses are the classes of the candidates of a selection, nil if they have
// no names or are of several types.
func (c *call) shownClasses(s *session.Session, sel annotations.Selection) (*annotations.Classes, error) {
	typ, err := c.typeOf(s, sel)
	if err != nil {
		return nil, err
	}
	return c.namesOf(s, typ)
}

// namesOf are the classes of a type, nil if they have no names.
func (c *call) namesOf(s *session.Session, typ string) (*annotations.Classes, error) {
	known, err := annotations.LoadClasses(c.Context.Context, s, typ)
	if err != nil || !known.Named() {
		return nil, err
	}
	return known, nil
}

// remembered are the classes to remember with something that is computed from
// candidates of a selection: what --cardinality says, nil if it says nothing or
// they are of several types.
func (c *call) remembered(s *session.Session, sel annotations.Selection) (*annotations.Classes, bool, error) {
	k, err := c.givenCardinality()
	if err != nil || k == 0 {
		return nil, false, err
	}
	typ, err := c.typeOf(s, sel)
	if err != nil || typ == "" {
		return nil, false, err
	}
	return c.classes(s, typ, nil)
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

// classRecords are the labels and the names of classes as JSON.
func classRecords(names *annotations.Classes) []record {
	classes := make([]record, names.Len())
	for i := range classes {
		label := annotations.ClassValue(names.Len(), i)
		classes[i].set("label", label)
		classes[i].set("name", names.Name(label))
	}
	return classes
}
