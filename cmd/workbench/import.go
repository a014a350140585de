package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/candidates/records"
	"workbench/session"
)

func (e *env) importRecords() *cli.Command {
	return e.command(command{
		name:  "import",
		usage: "add candidates from a file of CSV, TSV or JSON lines",
		args:  "FILE",
		description: "Rows of raw text have one column with the text and one with a unique id, and become\n" +
			"one candidate of one argument each. They are called text and id, or what --text and --id say.\n" +
			"With --id alone the id is the text: for labels of candidates that are kept elsewhere.\n\n" +
			"Rows of sentences have the columns document and text (or sentence), and for each argument ARG of the class\n" +
			"ARG_start and ARG_end (or ARG_char_start and ARG_char_end): the offsets of its first and its\n" +
			"LAST character in the text, in code points from 0. AS IN SNORKEL THE END IS INCLUSIVE: of \"Bo met\n" +
			"Al\" they are 0, 1 and 7, 8. Optional columns are ARG_cid, position (its place in the document,\n" +
			"from 0), sentence_start (its offset in the document), and JSON arrays with an entry per word:\n" +
			"words with char_offsets, lemmas, pos_tags, ner_tags, dep_parents, dep_labels, entity_cids,\n" +
			"entity_types. Without words the text is split into words by simple rules.\n\n" +
			"In JSON lines a record may have \"arguments\": {\"ARG\": [start, end], …}, or any number of such\n" +
			"objects in \"candidates\": [{…}, …].\n\n" +
			"A column called gold, or what --gold says, has gold labels of the candidates, which are stored as import-gold\n" +
			"stores them, as those of the annotator gold or --annotator; --gold= leaves them out.\n\n" +
			"If one record is wrong, nothing is imported. That goes for a record without a text too, unless\n" +
			"--skip-empty leaves it out.",
		examples: []string{
			"workbench import tweets.csv --split 0 --text body --id tweet_id",
			"workbench import spouses.jsonl --split 0 --type spouse",
			"workbench import - --split 1 < dev.tsv",
			"workbench import reviews.csv --split 1 --gold label --classes bad,good",
			"workbench import L_train.csv --id id && workbench import-labels L_train.csv --abstain -1",
		},
		flags: append(recordFlags(),
			&cli.StringFlag{Name: "type", Usage: "type of the new candidates (the table of their class)", DefaultText: "the only one"}),
		formats: []string{"json", "csv"},
		writes:  true,
		action: func(c *call) error {
			if _, err := c.inputName(); err != nil {
				return err
			}
			if err := c.checkRecordFlags(); err != nil {
				return err
			}
			if c.IsSet("text") && !c.IsSet("id") {
				return usagef("import: --text needs --id")
			}
			s, err := c.openToWrite()
			if err != nil {
				return err
			}
			defer s.Close()
			class, err := c.class(s)
			if err != nil {
				return err
			}
			in, err := c.input(s)
			if err != nil {
				return err
			}
			defer in.Close()
			return c.importInto(s, class, in, false)
		},
	})
}

// recordFlags say what the records of a file are that candidates are made of.
func recordFlags() []cli.Flag {
	return append(columnFlags(),
		splitFlag("split", "split of the new candidates: train, dev, test, or a number (by Snorkel's convention 0 train, 1 dev, 2 test)", 0),
		&cli.StringFlag{Name: "gold", Usage: "`COLUMN` with gold labels", DefaultText: "gold, if there is one"},
		&cli.StringFlag{Name: "annotator", Usage: "`NAME` of the annotator of the gold labels", Value: "gold"},
		abstainFlag(), classesFlag(),
		cardinalityFlagOr("what it remembers, or 2 with --abstain -1, else whatever fits the gold labels"))
}

// columnFlags name the columns of a file of records.
func columnFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "text", Usage: "`COLUMN` with the text, of rows of raw text"},
		&cli.StringFlag{Name: "id", Usage: "`COLUMN` with the id that names it; without --text it stands for the text"},
		&cli.BoolFlag{Name: "skip-empty", Usage: "leave out records without a text, and say how many there were"},
	}
}

func candidateFlag() cli.Flag {
	return &cli.StringFlag{Name: "candidate", Usage: "`CLASS` of the candidates with its arguments, as 'Class(arg, …)'", Value: "Example(text)"}
}

// checkRecordFlags refuses values of them that make no sense.
func (c *call) checkRecordFlags() error {
	name := c.Command.Name
	switch {
	case c.Int("split") < 0:
		return usagef("%s: --split %d is negative", name, c.Int("split"))
	case c.String("annotator") == "":
		return usagef("%s: --annotator names nobody", name)
	}
	return c.checkColumnFlags()
}

func (c *call) checkColumnFlags() error {
	name := c.Command.Name
	switch {
	case c.IsSet("text") && c.String("text") == "", c.IsSet("id") && c.String("id") == "":
		return usagef("%s: --text and --id name no column", name)
	case c.IsSet("text") && c.String("text") == c.String("id"):
		return usagef("%s: --text and --id name the same column; if there are no texts, leave --text out", name)
	}
	return nil
}

// importInto makes candidates of a class of the records of a file. Raw texts without
// ids may be numbered.
func (c *call) importInto(s *session.Session, class *candidates.Subclass, in *input, numbered bool) error {
	gold, newClasses, err := c.candidateGold(s, class)
	if err != nil {
		return err
	}
	var got candidates.Imported
	var labels *annotations.ImportedGold
	var r *records.Reader
	err = c.env.term.long("importing", func(report func(float64)) error {
		in.report = report
		if r, err = records.NewReader(in.name, in, c.recordFormat(class, numbered)); err != nil {
			return err
		}
		got, labels, err = annotations.ImportCandidates(c.Context.Context, s, class, c.Int("split"), r.Records(), gold)
		return err
	})
	if err != nil {
		return c.withoutGold(err)
	}
	if newClasses && labels.Labelled() > 0 {
		c.noteClasses(gold.Classes)
	}
	if n := labels.Stable.Different; n > 0 {
		c.env.term.note("note: %d of the gold labels are stored with another value, which stays", n)
	}
	c.noteImport(r, got)
	if c.format != "table" {
		var out record
		out.set("type", class.Table)
		out.set("split", c.Int("split"))
		out.set("candidates", got.Candidates)
		out.set("raw_texts", got.RawTexts)
		out.set("documents", got.Documents)
		out.set("sentences", got.Sentences)
		out.set("spans", got.Spans)
		if r.Gold() {
			out.set("gold_labels", labels.Gold.Added)
		}
		if c.Bool("skip-empty") {
			out.set("skipped", r.Skipped())
		}
		return c.emitRecord(out)
	}
	what := count(got.Documents, "document") + ", " + count(got.Sentences, "sentence") + ", " + count(got.Spans, "span")
	if got.RawTexts > 0 {
		what = count(got.RawTexts, "raw text")
	}
	if n := labels.Gold.Added; n > 0 {
		what += ", " + count(n, "gold label") + " of " + printable(gold.Annotator)
	}
	c.printf("Imported %s of type %s into split %d: %s\n", count(got.Candidates, "candidate"), printable(class.Table), c.Int("split"), what)
	return nil
}

// recordFormat says how the records of a file are read.
func (c *call) recordFormat(class *candidates.Subclass, numbered bool) records.Options {
	o := records.Options{Class: class, Text: c.String("text"), ID: c.String("id"), Numbered: numbered, Gold: "gold",
		SkipEmpty: c.Bool("skip-empty"), RawTexts: rawTextAdvice}
	if c.IsSet("gold") {
		o.Gold, o.NeedGold = c.String("gold"), c.String("gold") != ""
	}
	return o
}

// withoutGold adds how a column does without what is wrong in it, if nobody named it.
func (c *call) withoutGold(err error) error {
	if _, isGold := errors.AsType[*annotations.GoldError](err); isGold && !c.IsSet("gold") {
		return fmt.Errorf("%w; --gold= leaves the column gold out", err)
	}
	return err
}

// candidateGold reads the flags about the gold labels of candidates, and tells
// whether names of classes are new.
func (c *call) candidateGold(s *session.Session, class *candidates.Subclass) (gold annotations.CandidateGold, isNew bool, err error) {
	gold.Annotator = c.String("annotator")
	if gold.Notation, err = c.notation(); err != nil {
		return gold, false, err
	}
	gold.Classes, isNew, err = c.classes(s, class.Table, nil)
	gold.Notation = gold.WithClasses(gold.Classes)
	return gold, isNew, err
}

// noteImport says what the user may not have meant.
func (c *call) noteImport(r *records.Reader, got candidates.Imported) {
	c.noteRecords(r)
	if got.Continued > 0 {
		c.env.term.note("note: %d of the sentences continue documents that were there before", got.Continued)
	}
	if got.Misplaced > 0 {
		c.env.term.note("note: %d of the words that were given do not stand in the text at their char_offsets, the first in %s", got.Misplaced, got.FirstMisplaced)
	}
	if got.EndInSpace > 0 {
		c.env.term.note("note: %d of %d spans end in white space; ends are inclusive, so they may be one too large", got.EndInSpace, got.Spans)
	}
}

// noteRecords says what was not read.
func (c *call) noteRecords(r *records.Reader) {
	const few = 20
	ignored := r.Ignored()
	if more := len(ignored) - few; more > 1 {
		ignored = append(ignored[:few], fmt.Sprintf("… and %d more", more))
	}
	if len(ignored) > 0 {
		c.env.term.note("columns that were not used: %s", strings.Join(ignored, ", "))
	}
	if n := r.Skipped(); n > 0 {
		c.env.term.note("note: left out %s without a text", count(n, "record"))
	}
}

// class is the class of --type, or the only one of the database.
func (c *call) class(s *session.Session) (*candidates.Subclass, error) {
	if c.IsSet("type") {
		return candidates.Lookup(s, c.String("type"))
	}
	class, err := candidates.OnlySubclass(s)
	if several, ok := errors.AsType[*candidates.SeveralSubclassesError](err); ok {
		return nil, usagef("%s: say --type: %v", c.Command.Name, several)
	}
	return class, err
}
