package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/learning/chart"
)

func (e *env) lfStats() *cli.Command {
	return e.command(command{
		name:  "lf-stats",
		usage: "coverage, overlaps, conflicts and accuracies of the labeling functions",
		examples: []string{
			"workbench lf-stats --split 0",
			"workbench lf-stats --split 1 --gold gold",
			"workbench lf-stats --split 1 --gold gold --model model.json --format json",
			"workbench lf-stats --split 0 --pairs",
			"workbench lf-stats --split 0 --heat-map agreement.png",
		},
		flags: append(append(selectionFlags(), patternFlags()...), goldFlag(), modelFlag(),
			&cli.BoolFlag{Name: "pairs", Usage: "compare every two labeling functions instead"},
			pictureFlag("heat-map", "draw how often every two labeling functions agree")),
		formats: []string{"json", "csv"},
		action: func(c *call) error {
			if err := c.checkPicture("heat-map"); err != nil {
				return err
			}
			s, err := c.open()
			if err != nil {
				return err
			}
			defer s.Close()
			model, err := c.model(s)
			if err != nil {
				return err
			}
			p, err := c.patterns(s, model, false)
			if err != nil {
				return err
			}
			if c.Bool("pairs") {
				if c.IsSet("gold") || c.IsSet("model") {
					return usagef("lf-stats: --pairs compares LFs with each other, without --gold and --model")
				}
				if err := c.drawAgreement(p); err != nil {
					return err
				}
				return c.emit(pairTable(p.PairStats()), nil)
			}
			var goldMatrix, labelled *matrix.LabelMatrix
			var gold []int16
			if c.IsSet("gold") {
				if goldMatrix, labelled, gold, err = c.goldOfPatterns(p); err != nil {
					return err
				}
			}
			k, err := c.cardinalityOf(p, model, goldMatrix)
			if err != nil {
				return err
			}
			var learned map[string]float64
			if model != nil {
				if learned, err = learnedAccuracies(model, p.L); err != nil {
					return c.otherLFs(err)
				}
			}
			names, err := c.shownClasses(s, p.Selection)
			if err != nil {
				return err
			}
			if err := c.drawAgreement(p); err != nil {
				return err
			}
			if err := c.emit(lfStatsTable(p.LFStats(labelled, gold, k), gold != nil, k == 2, learned), nil); err != nil {
				return err
			}
			c.printClasses(names)
			return nil
		},
	})
}

// drawAgreement draws the heat map that --heat-map asks for.
func (c *call) drawAgreement(p *annotations.Patterns) error {
	out := c.String("heat-map")
	if out == "" {
		return nil
	}
	picture, err := chart.CountedAgreement(p.Counted, chart.AgreementOptions{Title: fmt.Sprintf("Labeling functions of split %d", p.Selection.Split)})
	if err != nil {
		return fmt.Errorf("%w; --keys selects some", err)
	}
	return writePicture(out, picture)
}

// pairTable shows how every two labeling functions get along.
func pairTable(stats []matrix.PairStat) *table {
	t := &table{columns: []column{{"LF 1", "lf1", true}, {"LF 2", "lf2", true}, {"j", "j", false}, {"k", "k", false},
		{"Overlap", "overlap", false}, {"Agreement", "agreement", false}, {"Conflict", "conflict", false}}}
	for _, s := range stats {
		t.add(s.NameJ, s.NameK, s.J, s.K, s.Overlap, s.Agreement, s.Conflict)
	}
	return t
}

// lfStatsTable is the table that lf_stats prints in Snorkel, with its titles.
func lfStatsTable(stats []matrix.LFStat, withGold, binary bool, learned map[string]float64) *table {
	t := &table{columns: []column{{"", "lf", true}, {"j", "j", false}, {"Coverage", "coverage", false},
		{"Overlaps", "overlaps", false}, {"Conflicts", "conflicts", false}}}
	if withGold && binary {
		t.columns = append(t.columns, column{"TP", "tp", false}, column{"FP", "fp", false}, column{"FN", "fn", false}, column{"TN", "tn", false})
	}
	if withGold {
		t.columns = append(t.columns, column{"Empirical Acc.", "empirical_acc", false})
	}
	if learned != nil {
		t.columns = append(t.columns, column{"Learned Acc.", "learned_acc", false})
	}
	for _, s := range stats {
		row := []any{s.Name, s.J, s.Coverage, s.Overlaps, s.Conflicts}
		if withGold && binary {
			row = append(row, s.TP, s.FP, s.FN, s.TN)
		}
		if withGold {
			row = append(row, s.EmpiricalAcc)
		}
		if learned != nil {
			row = append(row, learned[s.Name])
		}
		t.add(row...)
	}
	return t
}
