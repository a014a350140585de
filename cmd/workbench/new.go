package main

import (
	"errors"
	"os"

	"github.com/urfave/cli/v2"

	"workbench/candidates"
	"workbench/session"
)

func (e *env) newFrom() *cli.Command {
	return e.command(command{
		name:  "new",
		usage: "make a new database of the texts in a file",
		args:  "NEW.db",
		description: "It does what init and import do, in one step: each row of the file becomes a candidate, and a gold\n" +
			"column its gold label. The file is CSV, TSV or JSON lines, as import takes it; workbench import --help\n" +
			"says what its columns are. Raw texts need no ids: without a column id they are called 1, 2, … by row.\n\n" +
			"If one record is wrong, no database is made.",
		examples: []string{
			"workbench new reviews.db --from reviews.csv --text text --gold label",
			"workbench new tweets.db --from tweets.jsonl --candidate 'Tweet(tweet)' --text body --id tweet_id",
			"workbench new spouses.db --from spouses.csv --candidate 'Spouse(person1, person2)'",
		},
		flags: append(recordFlags(),
			&cli.StringFlag{Name: "from", Usage: "`FILE` with the candidates, or - for stdin"},
			candidateFlag()),
		formats: []string{"json", "csv"},
		action: func(c *call) error {
			if c.String("from") == "" {
				return usagef("new: --from FILE is missing")
			}
			if err := c.checkRecordFlags(); err != nil {
				return err
			}
			location, err := c.newLocation()
			if err != nil {
				return err
			}
			path, err := session.Resolve(location)
			if err != nil {
				return err
			}
			class, err := candidates.ParseSubclass(c.String("candidate"))
			if err != nil {
				return usagef("new: --candidate: %v", err)
			}
			s, err := candidates.NewDatabase(c.Context.Context, path, class)
			if err != nil {
				return err
			}
			err = c.importNew(s, class)
			if err = errors.Join(err, s.Close()); err != nil {
				return errors.Join(err, os.Remove(path)) // nothing is left
			}
			return nil
		},
	})
}

// importNew imports the file of --from into a database that is new.
func (c *call) importNew(s *session.Session, class *candidates.Subclass) error {
	in, err := c.openInput(s, c.String("from"))
	if err != nil {
		return err
	}
	defer in.Close()
	return c.importInto(s, class, in, true)
}
