package main

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

func (e *env) info() *cli.Command {
	return e.command(command{
		name:  "info",
		usage: "what is in the database",
		examples: []string{
			"workbench info --db snorkel.db",
			"workbench info --db sqlite:///snorkel.db --format json",
		},
		formats: []string{"json"},
		action: func(c *call) error {
			s, err := c.open()
			if err != nil {
				return err
			}
			defer s.Close()
			o, err := s.Overview(c.Context.Context)
			if err != nil {
				return err
			}
			if c.format == "json" {
				return c.emitJSON(o)
			}
			c.printf("%s: a database of Snorkel %s\n", printable(o.Path), o.Version)
			var sections []*table
			candidates := &table{columns: []column{{"split", "split", false}, {"type", "type", true}, {"candidates", "candidates", false}}}
			for _, x := range o.Splits {
				candidates.add(x.Split, x.Type, x.Candidates)
			}
			keys := &table{columns: []column{{"annotations", "table", true}, {"key group", "group", false}, {"keys", "keys", false}, {"stored", "annotations", false}}}
			for _, x := range o.KeyGroups {
				keys.add(x.Table, x.Group, x.Keys, x.Annotations)
			}
			gold := &table{columns: []column{{"gold labels of", "annotator", true}, {"split", "split", false}, {"labels", "labels", false}}}
			for _, x := range o.Annotators {
				name := x.Annotator
				if x.Group != 0 {
					name = fmt.Sprintf("%s (key group %d)", name, x.Group)
				}
				gold.add(name, x.Split, x.Labels)
			}
			marginals := &table{columns: []column{{"marginals", "kind", true}, {"split", "split", false}, {"candidates", "candidates", false}, {"classes", "cardinality", false}}}
			for _, x := range o.Marginals {
				marginals.add(marginalKind(x.Training), x.Split, x.Candidates, fmt.Sprint("≥ ", x.MaxValue+1))
			}
			contexts := &table{columns: []column{{"contexts", "type", true}, {"number", "contexts", false}}}
			for _, x := range o.Contexts {
				contexts.add(x.Type, x.Contexts)
			}
			classes := &table{columns: []column{{"classes of", "type", true}, {"label", "value", false}, {"name", "name", true}}}
			for _, x := range o.Classes {
				classes.add(x.Type, x.Value, optional(x.Name, x.Name != ""))
			}
			sections = append(sections, candidates, classes, keys, gold, marginals, contexts)
			for _, t := range sections {
				if len(t.rows) == 0 {
					continue
				}
				c.printf("\n")
				if err := t.writeText(c.env.out); err != nil {
					return err
				}
			}
			return nil
		},
	})
}
