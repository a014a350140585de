package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/candidates"
)

func (e *env) show() *cli.Command {
	return e.command(command{
		name:  "show",
		usage: "one candidate with its text, labels, gold labels and marginals",
		args:  "CANDIDATE_ID",
		examples: []string{
			"workbench show 239",
			"workbench show 239 --format json",
		},
		formats: []string{"json"},
		action: func(c *call) error {
			if c.NArg() != 1 {
				return usagef("show: give one candidate id; got %d arguments", c.NArg())
			}
			id, err := strconv.ParseInt(c.Args().First(), 10, 64)
			if err != nil {
				return usagef("show: %q is no candidate id; workbench candidates lists them", c.Args().First())
			}
			s, err := c.open()
			if err != nil {
				return err
			}
			defer s.Close()
			x, err := candidates.ByID(c.Context.Context, s, id)
			if err != nil {
				return err
			}
			a, err := annotations.OfCandidate(c.Context.Context, s, id)
			if err != nil {
				return err
			}
			c.env.term.notes(a.Warnings)
			if c.format == "json" {
				return c.emitJSON(a.Describe(&x))
			}
			names, err := c.namesOf(s, x.Type)
			if err != nil {
				return err
			}
			return c.printCandidate(&x, a, names)
		},
	})
}

func (c *call) printCandidate(x *candidates.Candidate, a *annotations.CandidateAnnotations, names *annotations.Classes) error {
	c.printf("candidate %d of type %s in split %d\n", x.ID, printable(x.Type), x.Split)
	if len(x.Args) == 0 {
		c.printf("its arguments are gone: no row of table %s belongs to it\n", printable(x.Type))
	}
	var seen []*candidates.Sentence
	for _, arg := range x.Args {
		switch {
		case arg.Sentence != nil && !slices.Contains(seen, arg.Sentence):
			seen = append(seen, arg.Sentence)
			document := ""
			if arg.Document != nil {
				document = "document " + arg.Document.Name + ", "
			}
			c.printf("%s\n", printable(fmt.Sprintf("%ssentence %d (%s)", document, arg.Sentence.Position, arg.Sentence.StableID)))
		case arg.Sentence == nil && arg.Document != nil:
			c.printf("%s\n", printable("document "+arg.Document.Name))
		}
	}
	if text := x.MarkedText(); text != "" {
		c.printf("\n%s\n", printable(text))
	}
	if tagged, err := candidates.TaggedText(x); err == nil && tagged != "" {
		c.printf("%s\n", printable(tagged))
	}
	for i, line := range strings.Split(a.Note, "\n") {
		switch {
		case a.Note == "":
		case i == 0:
			c.printf("\nnote: %s\n", printable(line))
		default:
			c.printf("      %s\n", printable(line))
		}
	}
	c.printClasses(names)
	for _, t := range []*table{argumentTable(x), labelTable(a), goldTable(a), marginalTable(a)} {
		if len(t.rows) == 0 {
			continue
		}
		c.printf("\n")
		if err := c.emit(t, nil); err != nil {
			return err
		}
	}
	return nil
}

func argumentTable(x *candidates.Candidate) *table {
	t := &table{columns: []column{{title: "", left: true}, {title: "argument", left: true}, {title: "type", left: true},
		{title: "text", left: true}, {title: "words", left: true}, {title: "stable id", left: true}}}
	withCIDs := slices.ContainsFunc(x.Args, func(a candidates.Argument) bool { return a.CID != "" })
	if withCIDs {
		t.columns = append(t.columns, column{title: "canonical id", left: true})
	}
	for i, a := range x.Args {
		words := ""
		if start, end, ok := a.WordRange(); ok {
			words = fmt.Sprintf("%d to %d", start, end)
		}
		row := []any{candidates.Letter(i), a.Name, a.Context.Type, a.Context.Text, words, a.Context.StableID}
		if withCIDs {
			row = append(row, a.CID)
		}
		t.add(row...)
	}
	return t
}

// shownLabel is a label for people: abstentions are dots.
func shownLabel(v int16) any {
	if v == 0 {
		return "."
	}
	return int(v)
}

func labelTable(a *annotations.CandidateAnnotations) *table {
	t := &table{columns: []column{{title: "label"}, {title: "key group"}, {title: "key id"}, {title: "labeling function", left: true}}}
	for _, l := range a.Labels {
		t.add(shownLabel(l.Value), l.Key.Group, l.Key.ID, l.Key.Name)
	}
	return t
}

func goldTable(a *annotations.CandidateAnnotations) *table {
	t := &table{columns: []column{{title: "gold label"}, {title: "annotator", left: true}}}
	for _, l := range a.Gold {
		t.add(shownLabel(l.Value), l.Key.Name)
	}
	return t
}

func marginalTable(a *annotations.CandidateAnnotations) *table {
	t := &table{columns: []column{{title: "marginal", left: true}, {title: "value"}, {title: "probability"}}}
	for _, m := range a.Marginals {
		t.add(marginalKind(m.Training), m.Value, m.Probability)
	}
	return t
}
