package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/learning"
	"workbench/session"
)

func (e *env) errorAnalysis() *cli.Command {
	return e.command(command{
		name:  "error-analysis",
		usage: "scores of a model, or of stored marginals, against gold labels, and the candidates behind them",
		examples: []string{
			"workbench error-analysis --split 1 --gold gold --model model.json",
			"workbench error-analysis --split 1 --gold gold --model model.json --bucket fp",
			"workbench error-analysis --split 2 --gold gold --predicted",
		},
		flags: append(append(slices.Concat(selectionFlags(), rangeFlags()), goldFlag(), modelFlag(), storedFlag(), predictedFlag(),
			&cli.StringFlag{Name: "bucket", Usage: "list the candidates of this `BUCKET`: tp, fp, tn, fn, or of more than two classes correct, incorrect"},
			&cli.IntFlag{Name: "limit", Usage: "with --bucket, list at most this many", DefaultText: "all"}),
			scoreFlags()...),
		formats: []string{"json", "csv"},
		action: func(c *call) error {
			if c.IsSet("limit") && !c.IsSet("bucket") {
				return usagef("error-analysis: --limit goes with --bucket")
			}
			score, err := c.scoreOptions()
			if err != nil {
				return err
			}
			s, err := c.open()
			if err != nil {
				return err
			}
			defer s.Close()
			p, gold, err := c.judged(s)
			if err != nil {
				return err
			}
			a, err := learning.ErrorAnalysis(p, gold, score)
			if err != nil {
				return c.asUsage(err)
			}
			names, err := c.shownClasses(s, c.splitSelection())
			if err != nil {
				return err
			}
			if c.IsSet("bucket") {
				return c.listBucket(s, a, p, gold, names)
			}
			if c.format == "table" {
				c.printAnalysis(a, score.Beta, len(p.Candidates))
				c.printClasses(names)
				return nil
			}
			return c.emitRecord(analysisRecord(a, score.Beta))
		},
	})
}

func storedFlag() cli.Flag {
	return &cli.BoolFlag{Name: "stored", Usage: "the stored marginals instead of a model's"}
}

// judged gives the marginals to judge, a model's or the stored ones, and the gold
// labels of the same candidates.
func (c *call) judged(s *session.Session) (*matrix.Marginals, []int16, error) {
	if !c.Bool("stored") && !c.Bool("predicted") {
		model, L, sel, p, err := c.believe(s)
		if err != nil {
			return nil, nil, err
		}
		goldMatrix, gold, err := c.gold(s, L, sel)
		if err != nil {
			return nil, nil, err
		}
		_, err = c.cardinality(s, model, goldMatrix)
		return p, gold, err
	}
	if c.IsSet("model") {
		return nil, nil, usagef("error-analysis: --model computes marginals, and --stored and --predicted read them; give one of them")
	}
	if err := c.onlyOfModel(); err != nil {
		return nil, nil, err
	}
	k, err := c.givenCardinality()
	if err != nil {
		return nil, nil, err
	}
	gold, err := c.goldMatrix(s, "gold", c.splitSelection())
	if err != nil {
		return nil, nil, err
	}
	p, _, err := c.storedIn(s, k)
	if err != nil {
		return nil, nil, err
	}
	_, err = annotations.ChooseCardinality(c.Context.Context, s, p.Cardinality, 0, gold)
	return p, matrix.AlignTo(p.Candidates, gold), err
}

func analysisRecord(a *learning.Analysis, beta float64) (r record) {
	if a.Cardinality > 2 {
		r.set("accuracy", a.Scores.Accuracy)
		r.set("accuracy_all", a.Scores.AccuracyAll)
		r.set("correct", len(a.Correct))
		r.set("incorrect", len(a.Incorrect))
		return r
	}
	r.set("precision", a.Scores.Precision)
	r.set("recall", a.Scores.Recall)
	r.set(fName(beta), a.Scores.FBeta)
	r.set("pos_acc", a.PosAcc)
	r.set("neg_acc", a.NegAcc)
	r.set("tp", len(a.TP))
	r.set("fp", len(a.FP))
	r.set("tn", len(a.TN))
	r.set("fn", len(a.FN))
	return r
}

// printAnalysis prints what Snorkel's error_analysis prints.
func (c *call) printAnalysis(a *learning.Analysis, beta float64, candidates int) {
	if a.Cardinality > 2 {
		c.printf("Accuracy: %s\n", raw(a.Scores.Accuracy))
		c.printf("correct: %d | incorrect: %d | of all %d candidates right: %s\n",
			len(a.Correct), len(a.Incorrect), candidates, raw(a.Scores.AccuracyAll))
		return
	}
	double, single := strings.Repeat("=", 40), strings.Repeat("-", 40)
	c.printf("%s\nScores (Un-adjusted)\n%s\n", double, double)
	c.printf("Pos. class accuracy: %s\n", threeDigits(a.PosAcc))
	c.printf("Neg. class accuracy: %s\n", threeDigits(a.NegAcc))
	c.printf("Precision            %s\n", threeDigits(a.Scores.Precision))
	c.printf("Recall               %s\n", threeDigits(a.Scores.Recall))
	c.printf("%-20s %s\n", fmt.Sprint("F", beta), threeDigits(a.Scores.FBeta))
	c.printf("%s\nTP: %d | FP: %d | TN: %d | FN: %d\n%s\n", single, len(a.TP), len(a.FP), len(a.TN), len(a.FN), double)
}

// threeDigits writes a share as Python's format {:.3} does.
func threeDigits(x float64) string {
	s := strconv.FormatFloat(x, 'g', 3, 64)
	if !strings.ContainsAny(s, ".eN") {
		s += ".0"
	}
	return s
}

// listBucket lists the candidates of --bucket.
func (c *call) listBucket(s *session.Session, a *learning.Analysis, p *matrix.Marginals, gold []int16, names *annotations.Classes) error {
	name := strings.ToLower(c.String("bucket"))
	rows, ok := a.Bucket(learning.Bucket(name))
	if !ok {
		return usagef("error-analysis: --bucket %q is none of %s", name, learning.BucketNames(a.Buckets()))
	}
	if limit := c.Int("limit"); limit < 0 {
		return usagef("error-analysis: --limit %d is negative", limit)
	} else if limit > 0 {
		rows = rows[:min(limit, len(rows))]
	}
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = p.Candidates[row]
	}
	cands, err := candidates.Load(c.Context.Context, s, candidates.Query{IDs: ids})
	if err != nil {
		return err
	}
	t := &table{columns: []column{{"candidate", "candidate_id", false}, {"gold", "gold", false}}}
	if names != nil {
		t.columns = append(t.columns, column{"gold class", "gold_class", true})
	}
	if p.Cardinality > 2 {
		t.columns = append(t.columns, column{"predicted", "predicted", false})
		if names != nil {
			t.columns = append(t.columns, column{"predicted class", "predicted_class", true})
		}
	}
	t.columns = append(t.columns, column{"marginal", "marginal", false})
	t.argumentColumns(cands, false)
	for i, row := range rows {
		cells := []any{ids[i], int(gold[row])}
		if names != nil {
			cells = append(cells, className(names, gold[row]))
		}
		if p.Cardinality == 2 {
			cells = append(cells, p.P[row])
		} else {
			top := slices.Max(p.Row(row))
			best := slices.Index(p.Row(row), top) + 1
			cells = append(cells, best)
			if names != nil {
				cells = append(cells, className(names, int16(best)))
			}
			cells = append(cells, top)
		}
		t.add(t.withArguments(cells, cands[i], false)...)
	}
	if len(rows) == 0 {
		c.env.term.note("note: the bucket %s is empty", name)
	}
	return c.emit(t, nil)
}
