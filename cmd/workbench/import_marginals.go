package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/session"
)

func (e *env) importMarginals() *cli.Command {
	return e.command(command{
		name:  "import-marginals",
		usage: "store marginals that exist already, such as the predictions of an end model",
		args:  "FILE",
		description: "The table is CSV or TSV, or separated by semicolons, with a header, or JSON, as lines or a list, packed by\n" +
			"gzip or not; or Parquet, or .npz or .npy of numpy. What marginals, load-marginals and export write is read.\n" +
			"Its columns candidate_id, or one for each argument with the stable id of its context (of one argument also\n" +
			"called stable_id or id), name the candidate. Of two classes the column probability, p or marginal is that\n" +
			"of the second, the label 1. Otherwise there is one for each class: probability_1 to probability_K, with the\n" +
			"name of the class behind it or instead, or called as the classes are. Or each row has one class, in the\n" +
			"columns value and probability: its name, or its number from 0 as in the table marginal. Other columns are\n" +
			"passed over, and so is a candidate without a probability.\n\n" +
			"An array that does not name its candidates has a row for each of the split, in the order of their ids, and\n" +
			"a column for each class, or of two the second alone.\n\n" +
			"Probabilities lie between 0 and 1. Those of a candidate sum to 1; within 0.001 they are divided by their\n" +
			"sum. If one row is wrong, nothing is stored.",
		examples: []string{
			"workbench import-marginals predictions.csv --split train",
			"workbench import-marginals predictions.parquet --split test --predicted",
			"workbench import-marginals proba.npy --split 0",
			"workbench import-marginals predictions.jsonl --split all --type spouse",
			"workbench import-marginals - --split 1 --keep-other-splits < predictions.csv",
		},
		flags: append(allSplitFlags(),
			classesFlag(), cardinalityFlagOr("what the database remembers, or that of the file"),
			predictedFlag(), keepOtherSplitsFlag(), deleteOtherSplitsFlag()),
		formats: []string{"json", "csv"},
		writes:  true,
		action: func(c *call) error {
			o, err := c.saveOptions()
			if err != nil {
				return err
			}
			s, in, err := c.openImport()
			if err != nil {
				return err
			}
			defer s.Close()
			defer in.Close()
			typ, err := c.typeOf(s, c.splitSelection())
			if err != nil {
				return err
			}
			var isNew bool
			if o.Classes, isNew, err = c.importClasses(s, typ); err != nil {
				return err
			}
			var p *annotations.CollectedMarginals
			err = c.env.term.long("reading marginals", func(report func(float64)) error {
				in.report = report
				p, err = c.readMarginals(s, in, o.Classes)
				return err
			})
			if err != nil {
				return err
			}
			saved, err := c.save(s, &p.Marginals, o, isNew)
			if err != nil {
				return err
			}
			if p.Scaled > 0 {
				c.env.term.note("note: the probabilities of %s were divided by their sum, which was not quite 1", count(p.Scaled, "candidate"))
			}
			if p.Without > 0 {
				of := "all splits"
				if !c.allSplits() {
					of = fmt.Sprintf("split %d", c.Int("split"))
				}
				c.env.term.note("note: the file has nothing of %s of %s; where others are stored, theirs read as 0 of every class but the first",
					count(p.Without, "candidate"), of)
			}
			return c.emitSaved(saved, func(r *record) { r.set("without", p.Without) })
		},
	})
}

// readMarginals reads a file of marginals of the split flags, whose classes may be
// known.
func (c *call) readMarginals(s *session.Session, in *input, known *annotations.Classes) (*annotations.CollectedMarginals, error) {
	sel := c.splitSelection()
	k, err := c.givenCardinality()
	if err != nil {
		return nil, err
	}
	var format annotations.MarginalFormat
	if known != nil {
		k, format.Names = known.Len(), known.Names
	}
	if format.Classes, err = c.labelClasses(s); err != nil {
		return nil, err
	}
	if format.Candidates, err = annotations.CandidateIDs(c.Context.Context, s, sel); err != nil {
		return nil, err
	}
	return annotations.CollectMarginals(c.Context.Context, s, sel, annotations.ReadMarginals(in.name, in, format), k)
}
