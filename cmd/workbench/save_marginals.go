package main

import (
	"slices"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/session"
)

func (e *env) saveMarginals() *cli.Command {
	return e.command(command{
		name:  "save-marginals",
		usage: "store what a model believes of a split in the database",
		examples: []string{
			"workbench save-marginals --split 0 --model model.json",
			"workbench save-marginals --split 2 --model model.json --predicted",
		},
		flags:   append(slices.Concat(selectionFlags(), rangeFlags()), modelFlag(), predictedFlag()),
		formats: []string{"json", "csv"},
		action: func(c *call) error {
			s, err := c.open(session.Writable())
			if err != nil {
				return err
			}
			defer s.Close()
			_, _, _, p, err := c.believe(s)
			if err != nil {
				return err
			}
			var saved annotations.Saved
			err = c.env.term.long("saving marginals", func(func(float64)) error {
				saved, err = annotations.SaveMarginals(c.Context.Context, s, p, !c.Bool("predicted"))
				return err
			})
			if err != nil {
				return err
			}
			if saved.Replaced > 0 {
				c.env.term.note("replaced the %d %s marginals that were stored before, of all splits", saved.Replaced, marginalKind(!c.Bool("predicted")))
			}
			if c.format == "table" {
				c.printf("Saved %d marginals\n", saved.Candidates)
				return nil
			}
			var r record
			r.set("saved", saved.Candidates)
			r.set("rows", saved.Rows)
			r.set("replaced", saved.Replaced)
			return c.emitRecord(r)
		},
	})
}
