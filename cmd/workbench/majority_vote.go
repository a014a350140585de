package main

import (
	"github.com/urfave/cli/v2"

	"workbench/learning"
)

func (e *env) majorityVote() *cli.Command {
	return e.command(command{
		name:  "majority-vote",
		usage: "score a majority vote against gold labels",
		examples: []string{
			"workbench majority-vote --split 1 --gold gold",
			"workbench majority-vote --split 1 --gold gold --format json",
		},
		flags:   append(append(selectionFlags(), patternFlags()...), goldFlag()),
		formats: []string{"json", "csv"},
		action: func(c *call) error {
			s, err := c.open()
			if err != nil {
				return err
			}
			defer s.Close()
			p, err := c.patterns(s, nil, false)
			if err != nil {
				return err
			}
			goldMatrix, labelled, gold, err := c.goldOfPatterns(p)
			if err != nil {
				return err
			}
			k, err := c.cardinalityOf(p, nil, goldMatrix)
			if err != nil {
				return err
			}
			names, err := c.shownClasses(s, p.Selection)
			if err != nil {
				return err
			}
			v := learning.ScoreMajorityVote(p.Counted, labelled, gold, k)
			if c.format == "table" {
				if k > 2 {
					c.printf("labelled   %d of %d\naccuracy   %.2f\n", v.Labelled, p.Total(), 100*v.Scores.Accuracy)
					c.printClasses(names)
					return nil
				}
				all := float64(v.Pos + v.Neg)
				c.printf("pos/neg    %d:%d %.1f%%/%.1f%%\nprecision  %.2f\nrecall     %.2f\nf1         %.2f\n",
					v.Pos, v.Neg, 100*float64(v.Pos)/all, 100*float64(v.Neg)/all,
					100*v.Scores.Precision, 100*v.Scores.Recall, 100*v.Scores.FBeta)
				c.printClasses(names)
				return nil
			}
			var r record
			if k > 2 {
				r.set("labelled", v.Labelled)
				r.set("accuracy", v.Scores.Accuracy)
			} else {
				r.set("pos", v.Pos)
				r.set("neg", v.Neg)
				r.set("precision", v.Scores.Precision)
				r.set("recall", v.Scores.Recall)
				r.set("f1", v.Scores.FBeta)
			}
			return c.emitRecord(r)
		},
	})
}
