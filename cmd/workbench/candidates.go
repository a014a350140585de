package main

import (
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/candidates"
)

func (e *env) candidates() *cli.Command {
	return e.command(command{
		name:  "candidates",
		usage: "the candidates of a split with their arguments",
		examples: []string{
			"workbench candidates --split 1 --limit 5",
			"workbench candidates --split 0 --type spouse --format csv",
		},
		flags:   append(splitFlags(), &cli.IntFlag{Name: "limit", Usage: "print at most this many", DefaultText: "all"}),
		formats: []string{"json", "csv"},
		action: func(c *call) error {
			limit := c.Int("limit")
			if limit < 0 || c.IsSet("limit") && limit == 0 {
				return usagef("candidates: --limit %d is not a positive number", limit)
			}
			s, err := c.open()
			if err != nil {
				return err
			}
			defer s.Close()
			var cands []candidates.Candidate
			query := candidates.Query{Split: c.Int("split"), Type: c.String("type"), Limit: limit}
			err = candidates.Each(c.Context.Context, s, query, func(batch []candidates.Candidate) error {
				for i := range batch {
					cands = append(cands, withoutText(batch[i]))
				}
				return nil
			})
			if err != nil {
				return err
			}
			if c.format == "json" {
				list := make([]candidates.Outline, len(cands))
				for i := range cands {
					list[i] = cands[i].Outline()
				}
				return c.emitJSON(list)
			}
			t := &table{columns: []column{{"id", "id", false}, {"type", "type", true}}}
			t.argumentColumns(cands, c.format == "csv")
			for _, x := range cands {
				t.add(t.withArguments([]any{x.ID, x.Type}, x, c.format == "csv")...)
			}
			return c.emit(t, nil)
		},
	})
}

// withoutText returns the candidate without the sentences that its arguments
// lie in, which need not stay in memory.
func withoutText(x candidates.Candidate) candidates.Candidate {
	args := make([]candidates.Argument, len(x.Args))
	for i, a := range x.Args {
		a.Context.Text = strings.Clone(a.Context.Text) // it is a part of the sentence's
		args[i] = candidates.Argument{Name: a.Name, CID: a.CID, EmptyCID: a.EmptyCID, Context: a.Context}
	}
	x.Args = args
	return x
}

// argumentColumns adds a column for each argument that the candidates have, by
// its name; for programs also its context's id, stable id and canonical id.
func (t *table) argumentColumns(cands []candidates.Candidate, all bool) {
	known := make(map[string]bool)
	for _, x := range cands {
		for _, a := range x.Args {
			if known[a.Name] {
				continue
			}
			known[a.Name] = true
			t.columns = append(t.columns, column{a.Name, a.Name, true})
			if all {
				t.columns = append(t.columns, column{name: a.Name + "_id"}, column{name: a.Name + "_stable_id"}, column{name: a.Name + "_cid"})
			}
		}
	}
}

// shown is the cell for an argument's text, nil if the argument is gone.
func shown(a *candidates.Argument) any {
	if text, ok := a.TextOrID(); ok {
		return text
	}
	return nil
}

// withArguments appends the cells for the argument columns; what a candidate
// does not have stays empty.
func (t *table) withArguments(cells []any, x candidates.Candidate, all bool) []any {
	for i := len(cells); i < len(t.columns); {
		var arg *candidates.Argument
		for k := range x.Args {
			if x.Args[k].Name == t.columns[i].name {
				arg = &x.Args[k]
			}
		}
		switch {
		case arg == nil && all:
			cells = append(cells, nil, nil, nil, nil)
		case arg == nil:
			cells = append(cells, nil)
		case all:
			cells = append(cells, shown(arg), arg.Context.ID, arg.Context.StableID, arg.CID)
		default:
			cells = append(cells, shown(arg))
		}
		i = len(cells)
	}
	return cells
}
