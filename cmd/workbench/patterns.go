package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/session"
)

// patternFlags are for commands that need to know of label rows how frequent they are,
// and not whose.
func patternFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "sample", Usage: "take a `SHARE` of the candidates, such as 1/16: the same ones each time", DefaultText: "all"},
		maxPatternsFlag(),
	}
}

func maxPatternsFlag() cli.Flag {
	return &cli.IntFlag{Name: "max-patterns", Usage: "how many different label rows a PostgreSQL server may send, for which memory must suffice", Value: annotations.MostPatterns}
}

// sample reads --sample, 0 if it is not given.
func (c *call) sample() (int, error) {
	if !c.IsSet("sample") {
		return 0, nil
	}
	text, ok := strings.CutPrefix(strings.TrimSpace(c.String("sample")), "1/")
	n, err := strconv.Atoi(text)
	if !ok || err != nil || n < 1 || n > session.MostSampled {
		return 0, usagef("%s: --sample %q is not 1/N, with N from 1 to %d", c.Command.Name, c.String("sample"), session.MostSampled)
	}
	return n, nil
}

// patterns loads the label rows of the selection flags, as labels does the matrix; those
// of each candidate, if it matters which has them.
func (c *call) patterns(s *session.Session, model learning.Model, ofCandidates bool) (*annotations.Patterns, error) {
	sel, err := c.selectionFor(model)
	if err != nil {
		return nil, err
	}
	return c.loadPatterns(s, sel, ofCandidates)
}

func (c *call) loadPatterns(s *session.Session, sel annotations.Selection, ofCandidates bool) (p *annotations.Patterns, err error) {
	o := annotations.PatternOptions{Candidates: ofCandidates, Most: c.Int("max-patterns")}
	if c.IsSet("max-patterns") && o.Most < 1 {
		return nil, usagef("%s: --max-patterns %d is not a positive number", c.Command.Name, o.Most)
	}
	err = c.env.term.long("loading labels", func(func(float64)) error {
		p, err = annotations.LabelAnnotator{}.LoadPatterns(c.Context.Context, s, sel, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	c.env.term.notes(p.L.Warnings)
	if sel.Sample > 1 {
		c.env.term.note("note: a sample of 1/%d of the candidates was taken, %d of them", sel.Sample, p.Total())
	}
	return p, nil
}

// goldOfPatterns loads the gold labels of --gold for the candidates of label rows, and the
// rows that they belong to.
func (c *call) goldOfPatterns(p *annotations.Patterns) (gold, labelled *matrix.LabelMatrix, labels []int16, err error) {
	annotator := c.String("gold")
	if annotator == "" {
		return nil, nil, nil, c.needGoldFlag("gold")
	}
	if gold, labelled, labels, err = p.LoadGold(c.Context.Context, annotator); err != nil {
		return nil, nil, nil, err
	}
	c.env.term.notes(gold.Warnings)
	c.noteNoGold(annotator, gold, p.Selection)
	return gold, labelled, labels, nil
}

// needsCandidates reports whether flags of training are about single candidates.
func (c *call) needsCandidates() bool {
	return c.IsSet("labels") || c.IsSet("candidate-ranges") || c.IsSet("candidate-ranges-table") || c.String("method") == string(learning.Gibbs)
}

// onPatterns trains on patterns, or if that cannot be, on the candidates one by one.
func (c *call) onPatterns(p *annotations.Patterns, patterns func(p *matrix.Patterns) error, candidates func(L *matrix.LabelMatrix) error) error {
	if c.needsCandidates() {
		return candidates(p.L)
	}
	err := patterns(p.Group())
	if !errors.Is(err, learning.ErrPatterns) {
		return err
	}
	L, err := p.Matrix(c.Context.Context)
	if err != nil {
		return err
	}
	return candidates(L)
}
