package main

import (
	"github.com/urfave/cli/v2"

	"workbench/annotations"
)

func (e *env) lfStats() *cli.Command {
	return e.command(command{
		name:  "lf-stats",
		usage: "coverage, overlaps, conflicts and accuracies of the labeling functions",
		examples: []string{
			"workbench lf-stats --split 0",
			"workbench lf-stats --split 1 --gold gold",
			"workbench lf-stats --split 1 --gold gold --model model.json --format json",
		},
		flags:   append(selectionFlags(), goldFlag(), modelFlag()),
		formats: []string{"json", "csv"},
		action: func(c *call) error {
			model, err := c.model()
			if err != nil {
				return err
			}
			s, err := c.open()
			if err != nil {
				return err
			}
			defer s.Close()
			L, sel, err := c.labels(s, model)
			if err != nil {
				return err
			}
			var goldMatrix *annotations.LabelMatrix
			var gold []int16
			if c.IsSet("gold") {
				if goldMatrix, gold, err = c.gold(s, L, sel); err != nil {
					return err
				}
			}
			k, err := c.cardinality(s, model, L, goldMatrix)
			if err != nil {
				return err
			}
			var learned map[string]float64
			if model != nil {
				if learned, err = learnedAccuracies(model, L); err != nil {
					return c.otherLFs(err)
				}
			}
			return c.emit(lfStatsTable(annotations.LFStats(L, gold, k), gold != nil, k == 2, learned), nil)
		},
	})
}

// lfStatsTable is the table that lf_stats prints in Snorkel, with its titles.
func lfStatsTable(stats []annotations.LFStat, withGold, binary bool, learned map[string]float64) *table {
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
