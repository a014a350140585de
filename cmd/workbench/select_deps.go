package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/learning/dependency"
	"workbench/learning/structure"
	"workbench/session"
)

func (e *env) selectDeps() *cli.Command {
	d := structure.NewDependencySelector()
	return e.command(command{
		name:  "select-deps",
		usage: "find dependencies among the labeling functions",
		examples: []string{
			"workbench select-deps --split 0 --threshold 0.1 --max-deps 5",
			"workbench select-deps --split 0 --threshold 0.1 --higher-order --out deps.json",
			"workbench select-deps --split 0 --save deps",
			"workbench select-deps --split 0 --method likelihood",
		},
		flags: append(append(selectionFlags(), patternFlags()...),
			&cli.StringFlag{Name: "method", Usage: "pseudolikelihood, which is Snorkel's, or likelihood, which needs no threshold and shows its path", Value: "pseudolikelihood"},
			&cli.Float64Flag{Name: "threshold", Usage: "strength of the penalty, and the weight above which a dependency is selected", Value: d.Threshold},
			&cli.BoolFlag{Name: "higher-order", Usage: "look for fixing and reinforcing dependencies too"},
			&cli.BoolFlag{Name: "propensity", Usage: "give each LF a weight for voting at all"},
			&cli.IntFlag{Name: "truncation", Usage: "candidates between two pulls of the penalty", Value: d.Truncation},
			&cli.IntFlag{Name: "max-deps", Usage: "keep the strongest, at most this many", DefaultText: "all"},
			&cli.StringFlag{Name: "out", Usage: "write the dependencies to `FILE`, as JSON"},
			saveFlag(), forceFlag()),
		formats: []string{"json", "csv"},
		writes:  true,
		action: func(c *call) error {
			if c.IsSet("max-deps") && c.Int("max-deps") < 0 {
				return usagef("select-deps: --max-deps %d is negative", c.Int("max-deps"))
			}
			switch c.String("method") {
			case "pseudolikelihood":
			case "likelihood":
				for _, name := range []string{"threshold", "higher-order", "propensity", "truncation", "max-deps"} {
					if c.IsSet(name) {
						return usagef("select-deps: --%s goes with --method pseudolikelihood", name)
					}
				}
			default:
				return usagef("select-deps: --method %s is neither pseudolikelihood nor likelihood", c.String("method"))
			}
			s, err := c.openFor("save")
			if err != nil {
				return err
			}
			defer s.Close()
			p, err := c.patterns(s, nil, c.String("method") != "likelihood")
			if err != nil {
				return err
			}
			if c.String("method") == "likelihood" {
				return c.likelyDependencies(s, p)
			}
			if c.IsSet("cardinality") && c.Int("cardinality") != 2 {
				return usagef("select-deps: dependencies are found among labels of two classes only")
			}
			d.HigherOrder, d.Propensity = c.Bool("higher-order"), c.Bool("propensity")
			d.Threshold, d.Truncation = c.Float64("threshold"), c.Int("truncation")
			var found *structure.Selection
			err = c.env.term.long("selecting dependencies", func(report func(float64)) error {
				d.Progress = report
				found, err = d.Select(c.Context.Context, p.L)
				return err
			})
			if err != nil {
				return c.asUsage(err)
			}
			c.env.term.notes(found.Warnings)
			deps := found.Dependencies
			if c.IsSet("max-deps") {
				deps = structure.Strongest(deps, c.Int("max-deps"))
			}
			return c.emitDependencies(s, dependency.Name(p.L, deps))
		},
	})
}

// likelyDependencies finds dependencies by likelihood, and shows the path to
// them in a table.
func (c *call) likelyDependencies(s *session.Session, p *annotations.Patterns) error {
	var found *learning.FoundDependencies
	err := c.env.term.long("selecting dependencies", func(func(float64)) (err error) {
		found, err = learning.FindPatternDependencies(c.Context.Context, p.Group(), learning.FitOptions{Cardinality: c.Int("cardinality")})
		return err
	})
	if err != nil {
		return c.asUsage(err)
	}
	if c.format == "table" && len(found.Path) > 0 {
		t := &table{columns: []column{{"LF 1", "lf1", true}, {"LF 2", "lf2", true}, {"j", "j", false}, {"k", "k", false},
			{"Statistic", "statistic", false}, {"p", "p_value", false}, {"Gain", "gain", false}}}
		keys := p.L.Keys()
		for _, step := range found.Path {
			t.add(keys[step.J].Name, keys[step.K].Name, step.J, step.K, step.Statistic, step.PValue, step.Gain)
		}
		c.printf("The path: χ² of the score test, its p-value, gain in log likelihood\n")
		if err := t.writeText(c.env.out); err != nil {
			return err
		}
		c.printf("\n")
	}
	return c.emitDependencies(s, dependency.Name(p.L, found.Dependencies))
}

// emitDependencies keeps what select-deps found where the flags say, and shows
// it.
func (c *call) emitDependencies(s *session.Session, deps []dependency.Named) error {
	var document bytes.Buffer
	if err := dependency.Write(&document, deps); err != nil {
		return err
	}
	if out := c.String("out"); out != "" {
		if err := writeFile(out, func(w io.Writer) error { _, err := w.Write(document.Bytes()); return err }); err != nil {
			return err
		}
		c.env.term.note("wrote the dependencies to %s", out)
	}
	if c.IsSet("save") {
		if err := c.keep(s, session.Model{Name: c.String("save"), Kind: session.KindDependencies, Document: document.String()}, nil); err != nil {
			return err
		}
	}
	if c.format == "json" {
		_, err := c.env.out.Write(document.Bytes())
		return err
	}
	if c.format == "table" {
		c.printf("Using %d dependencies\n", len(deps))
		if len(deps) == 0 {
			return nil
		}
	}
	return c.emit(dependencyTable(deps), nil)
}

func dependencyTable(deps []dependency.Named) *table {
	t := &table{columns: []column{{"LF 1", "lf1", true}, {"LF 2", "lf2", true}, {"j", "j", false}, {"k", "k", false},
		{"type", "type", true}, {"weight", "weight", false}}}
	value := func(p *int) any {
		if p == nil {
			return nil
		}
		return *p
	}
	for _, d := range deps {
		row := []any{d.LF1, d.LF2, value(d.J), value(d.K), d.Type.String(), nil}
		if d.Weight != nil {
			row[5] = *d.Weight
		}
		t.add(row...)
	}
	return t
}

// dependencies reads --deps, a stored name or a file, for the columns of L,
// whose labels are of k classes.
func (c *call) dependencies(s *session.Session, L *matrix.LabelMatrix, k int) ([]dependency.Dependency, error) {
	name := c.String("deps")
	if name == "" {
		if c.IsSet("deps") {
			return nil, usagef("%s: --deps names no file and no stored dependencies", c.Command.Name)
		}
		return nil, nil
	}
	text, err := c.document(s, name)
	if err != nil {
		return nil, err
	}
	named, err := dependency.Read(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s %w", name, err)
	}
	deps, err := dependency.Resolve(L, named)
	if err == nil {
		deps, err = dependency.Normalize(deps, L.Cols(), k)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return deps, nil
}

// document reads what is stored under a name, or else the file of that name.
func (c *call) document(s *session.Session, name string) (string, error) {
	m, err := s.Model(c.Context.Context, name)
	switch {
	case err == nil:
		return m.Document, nil
	case !errors.Is(err, session.ErrNoModel):
		return "", err
	}
	if sameFile(name, s.Path()) { // and reading it here would drop SQLite's locks
		return "", fmt.Errorf("%s: is the database itself, not a document", name)
	}
	text, fileErr := readDocument(c.Context.Context, name)
	switch {
	case fileErr == nil:
		return text, nil
	case errors.Is(fileErr, os.ErrNotExist):
		return "", fmt.Errorf("%s: no such file, and %w", name, err)
	default:
		return "", fileErr
	}
}
