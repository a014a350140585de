package main

import (
	"errors"

	"github.com/urfave/cli/v2"

	"workbench/candidates"
)

func (e *env) split() *cli.Command {
	return e.command(command{
		name:  "split",
		usage: "assign the candidates to splits at random",
		description: "Splits are 0 train, 1 dev and 2 test, as in Snorkel. The same file and seed give the same splits. Labels\n" +
			"and gold labels stay with their candidates.",
		examples: []string{
			"workbench split --train 0.8 --dev 0.1 --test 0.1 --seed 1",
			"workbench split --train 0.9 --dev 0.1 --by document --yes",
		},
		flags: []cli.Flag{
			&cli.Float64Flag{Name: "train", Usage: "`SHARE` of split 0", DefaultText: "0.8; 0 if another share is given"},
			&cli.Float64Flag{Name: "dev", Usage: "`SHARE` of split 1", DefaultText: "0.1; 0 if another share is given"},
			&cli.Float64Flag{Name: "test", Usage: "`SHARE` of split 2", DefaultText: "0.1; 0 if another share is given"},
			&cli.Uint64Flag{Name: "seed", Usage: "seed of the random order", Value: 1},
			&cli.StringFlag{Name: "type", Usage: "only candidates of this type (the table of their class)"},
			&cli.StringFlag{Name: "by", Usage: "`UNIT` that stays together: candidate or document", Value: "candidate"},
			&cli.BoolFlag{Name: "yes", Usage: "change the splits of candidates that lie in several already"},
		},
		formats: []string{"json", "csv"},
		writes:  true,
		action: func(c *call) error {
			names := splitNames()
			o := candidates.SplitOptions{Shares: []float64{0.8, 0.1, 0.1}, Seed: c.Uint64("seed"), Type: c.String("type"),
				ByDocument: c.String("by") == "document", Reassign: c.Bool("yes")}
			if c.IsSet("train") || c.IsSet("dev") || c.IsSet("test") {
				for i, name := range names {
					o.Shares[i] = c.Float64(name)
				}
			}
			if by := c.String("by"); by != "candidate" && by != "document" {
				return usagef("split: --by %q is none of candidate, document", by)
			}
			s, err := c.openToWrite()
			if err != nil {
				return err
			}
			defer s.Close()
			var counts []int
			err = c.env.term.long("assigning splits", func(func(float64)) error {
				counts, err = candidates.AssignSplits(c.Context.Context, s, o)
				return err
			})
			switch {
			case errors.Is(err, candidates.ErrShares):
				return usagef("split: --train %v, --dev %v and --test %v must not be negative, and must sum to 1", o.Shares[0], o.Shares[1], o.Shares[2])
			case err != nil:
				return err
			}
			t := &table{columns: []column{{"split", "split", false}, {"", "name", true}, {"candidates", "candidates", false}}}
			for split, n := range counts {
				t.add(split, names[split], n)
			}
			return c.emit(t, nil)
		},
	})
}
