package main

import (
	"slices"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/session"
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
		flags:   append(slices.Concat(selectionFlags(), rangeFlags()), modelFlag(), predictedFlag(), keepOtherSplitsFlag(), deleteOtherSplitsFlag(), maxPatternsFlag()),
		formats: []string{"json", "csv"},
		writes:  true,
		action: func(c *call) error {
			o, err := c.saveOptions()
			if err != nil {
				return err
			}
			s, err := c.openToWrite()
			if err != nil {
				return err
			}
			defer s.Close()
			_, rows, p, err := c.believeRows(s, c.needsCandidates())
			if err != nil {
				return err
			}
			var isNew bool
			if o.Classes, isNew, err = c.remembered(s, rows.Selection); err != nil {
				return err
			}
			saved, err := c.saveRows(rows, p, o, isNew)
			if err != nil {
				return err
			}
			return c.emitSaved(saved, func(*record) {})
		},
	})
}

func keepOtherSplitsFlag() cli.Flag {
	return &cli.BoolFlag{Name: "keep-other-splits", Usage: "replace only the marginals of these candidates"}
}

func deleteOtherSplitsFlag() cli.Flag {
	return &cli.BoolFlag{Name: "yes", Usage: "go on although marginals of other splits are deleted"}
}

// saveOptions reads the flags that say which marginals give way.
func (c *call) saveOptions() (annotations.SaveOptions, error) {
	o := annotations.SaveOptions{Training: !c.Bool("predicted"), DeleteOthers: c.Bool("yes"), KeepOthers: c.Bool("keep-other-splits")}
	if o.DeleteOthers && o.KeepOthers {
		return o, usagef("%s: --keep-other-splits deletes no other marginals, so it does not go with --yes", c.Command.Name)
	}
	return o, nil
}

// save stores marginals, and says what is known of their classes from now on, if it
// is new, and what they replaced.
func (c *call) save(s *session.Session, p *matrix.Marginals, o annotations.SaveOptions, isNew bool) (annotations.Saved, error) {
	return c.saved(o, isNew, func() (annotations.Saved, error) { return annotations.SaveMarginals(c.Context.Context, s, p, o) })
}

// saveRows is save for the marginals of label rows.
func (c *call) saveRows(rows *annotations.Patterns, p *matrix.Marginals, o annotations.SaveOptions, isNew bool) (annotations.Saved, error) {
	return c.saved(o, isNew, func() (annotations.Saved, error) { return rows.SaveMarginals(c.Context.Context, p, o) })
}

func (c *call) saved(o annotations.SaveOptions, isNew bool, save func() (annotations.Saved, error)) (saved annotations.Saved, err error) {
	err = c.env.term.long("saving marginals", func(func(float64)) error {
		saved, err = save()
		return err
	})
	if err != nil {
		return saved, err
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
	return saved, nil
}

// emitSaved writes what was saved; more adds to what programs read.
func (c *call) emitSaved(saved annotations.Saved, more func(*record)) error {
	if c.format == "table" {
		c.printf("Saved %d marginals\n", saved.Candidates)
		return nil
	}
	r := savedRecord(saved)
	more(&r)
	return c.emitRecord(r)
}

// savedRecord is what was saved, for programs.
func savedRecord(saved annotations.Saved) (r record) {
	r.set("saved", saved.Candidates)
	r.set("rows", saved.Rows)
	r.set("replaced", saved.Replaced)
	return r
}
