package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/candidates/spelling"
	"workbench/learning"
	"workbench/learning/dependency"
	"workbench/session"
)

func (e *env) models() *cli.Command {
	return e.command(command{
		name:  "models",
		usage: "list, show, export, import and delete the models that the database keeps",
		args:  "[show|export|import|delete NAME]",
		examples: []string{
			"workbench models",
			"workbench models show best",
			"workbench models export best --out best.json",
			"workbench models import best.json --name best",
			"workbench models delete best",
		},
		flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Usage: "export: write to `FILE` instead of stdout"},
			&cli.StringFlag{Name: "name", Usage: "import: `NAME` to keep the model under"},
			forceFlag(),
		},
		formats: []string{"json", "csv"},
		writes:  true,
		action: func(c *call) error {
			verb, name := c.Args().Get(0), c.Args().Get(1)
			verbs := map[string]func(*call, string) error{
				"show": (*call).showModel, "export": (*call).exportModel,
				"import": (*call).importModel, "delete": (*call).deleteModel,
			}
			switch do := verbs[verb]; {
			case do == nil && c.NArg() > 0:
				return usagef("models: no action %q%s; actions: show, export, import, delete", verb,
					spelling.Hint(verb, []string{"show", "export", "import", "delete"}))
			case c.IsSet("out") && verb != "export":
				return usagef("models: --out goes with export")
			case (c.IsSet("name") || c.IsSet("force")) && verb != "import":
				return usagef("models: --name and --force go with import")
			case c.IsSet("backup") && verb != "import" && verb != "delete":
				return usagef("models: --backup goes with import and delete")
			case do == nil:
				return c.listModels()
			case c.NArg() != 2:
				return usagef("models: write models %s NAME", verb)
			default:
				return do(c, name)
			}
		},
	})
}

func forceFlag() cli.Flag {
	return &cli.BoolFlag{Name: "force", Usage: "replace what is kept under the name"}
}

func saveFlag() cli.Flag {
	return &cli.StringFlag{Name: "save", Usage: "keep it in the database under `NAME`"}
}

func (c *call) listModels() error {
	s, err := c.open()
	if err != nil {
		return err
	}
	defer s.Close()
	all, err := s.Models(c.Context.Context)
	if err != nil {
		return err
	}
	t, err := modelsTable(all)
	if err != nil {
		return fmt.Errorf("%s: %w", s.Path(), err)
	}
	return c.emit(t, nil)
}

// modelsTable lists models.
func modelsTable(all []session.Model) (*table, error) {
	t := &table{columns: []column{{"name", "name", true}, {"kind", "kind", true}, {"classes", "cardinality", false},
		{"LFs", "lfs", false}, {"dependencies", "dependencies", false}, {"trials", "trials", false}}}
	for _, m := range all {
		if m.Kind == session.KindDependencies {
			deps, err := dependency.Read(strings.NewReader(m.Document))
			if err != nil {
				return nil, fmt.Errorf("model %s %w", m.Name, err)
			}
			t.add(m.Name, m.Kind, nil, nil, len(deps), nil)
			continue
		}
		model, err := readStored(&m)
		if err != nil {
			return nil, fmt.Errorf("model %s %w", m.Name, err)
		}
		about := model.Summary()
		t.add(m.Name, m.Kind, about.Cardinality, len(about.LFs), about.Dependencies, len(m.Trials))
	}
	return t, nil
}

// readStored reads a stored model, which must be of its kind.
func readStored(m *session.Model) (learning.Model, error) {
	if m.Kind == session.KindLabelModel {
		return learning.ReadLabelModel(strings.NewReader(m.Document))
	}
	return learning.ReadModel(strings.NewReader(m.Document))
}

// withStored reads a stored model and calls use with it.
func (c *call) withStored(name string, use func(s *session.Session, m *session.Model) error) error {
	s, err := c.open()
	if err != nil {
		return err
	}
	defer s.Close()
	m, err := s.Model(c.Context.Context, name)
	if err != nil {
		return err
	}
	return use(s, m)
}

func (c *call) showModel(name string) error {
	return c.withStored(name, func(s *session.Session, m *session.Model) error {
		if c.format == "json" {
			_, err := c.env.out.WriteString(m.Document)
			return err
		}
		if m.Kind == session.KindDependencies {
			deps, err := dependency.Read(strings.NewReader(m.Document))
			if err != nil {
				return fmt.Errorf("model %s %w", name, err)
			}
			return c.emit(dependencyTable(deps), nil)
		}
		model, err := readStored(m)
		if err != nil {
			return fmt.Errorf("model %s %w", name, err)
		}
		if fitted, ok := model.(*learning.LabelModel); ok {
			return c.showFitted(s, fitted)
		}
		g := model.(*learning.GenerativeModel)
		if c.format == "csv" {
			return c.emit(weightsTable(g, false), nil)
		}
		if err := c.printModel(g); err != nil {
			return err
		}
		if len(m.Trials) == 0 {
			return nil
		}
		c.printf("\ntrials of its search:\n")
		return storedTrials(m.Trials).writeText(c.env.out)
	})
}

// showFitted shows a fitted model, with the names of the classes where candidates
// are of one type.
func (c *call) showFitted(s *session.Session, m *learning.LabelModel) error {
	var names *annotations.Classes
	if all := candidates.Subclasses(s); len(all) == 1 {
		var err error
		if names, err = c.namesOf(s, all[0].Table); err != nil {
			return err
		}
	}
	if !names.Fits(m.Cardinality) {
		names = nil
	}
	return c.emitFitted(m, names, nil)
}

// storedTrials shows trials with the scores that they have.
func storedTrials(trials []session.Trial) *table {
	t := &table{columns: []column{{"run", "run", false}, {"parameters", "parameters", true}}}
	scores := []struct {
		column column
		of     func(session.Trial) *float64
	}{
		{column{"Prec.", "precision", false}, func(t session.Trial) *float64 { return t.Precision }},
		{column{"Rec.", "recall", false}, func(t session.Trial) *float64 { return t.Recall }},
		{column{"F", "f_beta", false}, func(t session.Trial) *float64 { return t.FBeta }},
		{column{"Acc.", "accuracy", false}, func(t session.Trial) *float64 { return t.Accuracy }},
		{column{"Acc. of all", "accuracy_all", false}, func(t session.Trial) *float64 { return t.AccuracyAll }},
	}
	var shown []func(session.Trial) *float64
	for _, score := range scores {
		if slices.ContainsFunc(trials, func(t session.Trial) bool { return score.of(t) != nil }) {
			shown = append(shown, score.of)
			t.columns = append(t.columns, score.column)
		}
	}
	for _, trial := range trials {
		row := []any{trial.Run, trial.Parameters}
		for _, score := range shown {
			if x := score(trial); x != nil {
				row = append(row, *x)
			} else {
				row = append(row, nil)
			}
		}
		t.add(row...)
	}
	return t
}

func (c *call) exportModel(name string) error {
	return c.withStored(name, func(_ *session.Session, m *session.Model) error {
		if out := c.String("out"); out != "" {
			return writeFile(out, func(w io.Writer) error { _, err := io.WriteString(w, m.Document); return err })
		}
		_, err := c.env.out.WriteString(m.Document)
		return err
	})
}

func (c *call) importModel(file string) error {
	name := c.String("name")
	if name == "" {
		return usagef("models: import needs --name NAME")
	}
	text, err := readDocument(c.Context.Context, file)
	if err != nil {
		return err
	}
	kind := session.KindModel
	model, err := learning.ReadAnyModel(strings.NewReader(text))
	if err != nil {
		if _, depsErr := dependency.Read(strings.NewReader(text)); depsErr != nil {
			return fmt.Errorf("%s %w", file, err)
		}
		kind = session.KindDependencies
	} else if _, fitted := model.(*learning.LabelModel); fitted {
		kind = session.KindLabelModel
	}
	return c.store(session.Model{Name: name, Kind: kind, Document: text})
}

// store keeps a model in the database.
func (c *call) store(m session.Model) error {
	s, err := c.openToWrite()
	if err != nil {
		return err
	}
	defer s.Close()
	return c.keep(s, m, nil)
}

func (c *call) deleteModel(name string) error {
	s, err := c.openToWrite()
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.DeleteModel(c.Context.Context, name); err != nil {
		return err
	}
	c.env.term.note("deleted %s from %s", name, s.Path())
	return nil
}

// keep stores a model in an open database, and with it what is to be remembered
// of the classes.
func (c *call) keep(s *session.Session, m session.Model, classes *annotations.Classes) error {
	if err := s.SaveModelWith(c.Context.Context, m, c.Bool("force"), classes.Remember); err != nil {
		return err
	}
	c.noteKept(s, m.Name)
	return nil
}

func (c *call) noteKept(s *session.Session, name string) {
	c.env.term.note("kept in %s as %s", s.Path(), name)
}
