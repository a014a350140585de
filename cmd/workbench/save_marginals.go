package main

import (
	"slices"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
)

func (e *env) saveMarginals() *cli.Command {
	return e.command(command{
		name:  "save-marginals",
		usage: "store what a model believes of a split in the database",
		examples: []string{
			"workbench save-marginals --split 0 --model model.json",
			"workbench save-marginals --split 2 --model model.json --predicted",
			"workbench save-marginals --split 1 --model model.json --keep-other-splits",
		},
		flags: append(slices.Concat(selectionFlags(), rangeFlags()), modelFlag(), predictedFlag(),
			&cli.BoolFlag{Name: "keep-other-splits", Usage: "replace only the marginals of these candidates"},
			&cli.BoolFlag{Name: "yes", Usage: "go on although marginals of other splits are deleted"}),
		formats: []string{"json", "csv"},
		writes:  true,
		action: func(c *call) error {
			o := annotations.SaveOptions{Training: !c.Bool("predicted"), DeleteOthers: c.Bool("yes"), KeepOthers: c.Bool("keep-other-splits")}
			if o.DeleteOthers && o.KeepOthers {
				return usagef("save-marginals: --keep-other-splits deletes no other marginals, so it does not go with --yes")
			}
			s, err := c.openToWrite()
			if err != nil {
				return err
			}
			defer s.Close()
			_, _, sel, p, err := c.believe(s)
			if err != nil {
				return err
			}
			var isNew bool
			if o.Classes, isNew, err = c.remembered(s, sel); err != nil {
				return err
			}
			var saved annotations.Saved
			err = c.env.term.long("saving marginals", func(func(float64)) error {
				saved, err = annotations.SaveMarginals(c.Context.Context, s, p, o)
				return err
			})
			if err != nil {
				return err
			}
			if isNew {
				c.noteClasses(o.Classes)
			}
			if saved.Replaced > 0 {
				of := "of all splits"
				if o.KeepOthers {
					of = "of these candidates"
				}
				c.env.term.note("replaced the %d %s marginals that were stored before, %s", saved.Replaced, marginalKind(o.Training), of)
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
