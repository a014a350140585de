package main

import (
	"github.com/urfave/cli/v2"

	"workbench/candidates"
	"workbench/session"
)

func (e *env) init() *cli.Command {
	return e.command(command{
		name:  "init",
		usage: "make a new, empty database for candidates",
		args:  "NEW.db|URL",
		examples: []string{
			"workbench init spouses.db --candidate 'Spouse(person1, person2)'",
			"workbench init tweets.db --candidate 'Tweet(tweet)' --candidate 'Reply(tweet, reply)'",
			"workbench init postgresql://me@server/spouses --candidate 'Spouse(person1, person2)'",
		},
		flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "candidate", Usage: "`CLASS` of candidates with its arguments, as 'Class(arg, …)'; can be repeated"},
		},
		formats: []string{"json", "csv"},
		action: func(c *call) error {
			location, err := c.newLocation()
			if err != nil {
				return err
			}
			classes, err := c.declared()
			if err != nil {
				return err
			}
			s, err := candidates.NewDatabase(c.Context.Context, location, classes...)
			if err != nil {
				return err
			}
			if err := s.Close(); err != nil {
				return err
			}
			t := &table{columns: []column{{"class", "class", true}, {"table", "type", true}}}
			for _, class := range classes {
				t.add(class.String(), class.Table)
			}
			if c.format != "table" {
				return c.emit(t, nil)
			}
			c.printf("Made %s, an empty database of Snorkel %s\n\n", printable(s.Path()), session.V07)
			return t.writeText(c.env.out)
		},
	})
}

// newLocation is where the database is to be made that the argument names.
func (c *call) newLocation() (string, error) {
	name := c.Command.Name
	switch db, _ := global(c.Context, "db").(string); {
	case db != "":
		return "", usagef("%s: it makes a new database; name it as the argument, not with --db", name)
	case c.NArg() != 1:
		return "", usagef("%s: name one new database; see workbench %s --help", name, name)
	}
	if location := c.Args().First(); session.IsPostgres(location) {
		return location, nil
	}
	return session.Resolve(c.Args().First())
}

// declared returns the classes of --candidate.
func (c *call) declared() ([]*candidates.Subclass, error) {
	var classes []*candidates.Subclass
	for _, text := range c.StringSlice("candidate") {
		class, err := candidates.ParseSubclass(text)
		if err != nil {
			return nil, usagef("init: --candidate: %v", err)
		}
		for _, other := range classes {
			if other.Table == class.Table {
				return nil, usagef("init: --candidate: %s and %s would both be the table %s", other, class, class.Table)
			}
		}
		classes = append(classes, class)
	}
	if classes == nil {
		return nil, usagef("init: --candidate 'Class(argument, …)' is missing")
	}
	return classes, nil
}
