package session

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"workbench"
)

// Model is a named JSON document that a database keeps: a trained model with
// the trials of its search, or a list of dependencies. The session does not
// look into it; package learning reads and writes what is inside.
type Model struct {
	Name     string  `db:"name"`
	Kind     string  `db:"kind"`
	Document string  `db:"document"`
	Trials   []Trial `db:"-"`
}

// The kinds of stored models.
const (
	KindModel        = "generative model" // Snorkel's
	KindLabelModel   = "label model"      // a fitted one
	KindDependencies = "dependencies"
)

// Trial is one row of a search's results. Parameters is a JSON object; scores
// that a trial does not have are nil.
type Trial struct {
	Run         int      `db:"run"`
	Parameters  string   `db:"parameters"`
	Precision   *float64 `db:"precision"`
	Recall      *float64 `db:"recall"`
	FBeta       *float64 `db:"f_beta"`
	Accuracy    *float64 `db:"accuracy"`
	AccuracyAll *float64 `db:"accuracy_all"`
}

// ErrNoModel says that a database keeps no model of a name.
var ErrNoModel = errors.New("keeps no model of that name")

const modelTable = "workbench_model"

// SaveModel stores a model in one transaction, and creates the tables for it
// when it is the first. A name that is taken is [ErrModelExists], unless
// replace is set.
func (s *Session) SaveModel(ctx context.Context, m Model, replace bool) error {
	return s.SaveModelWith(ctx, m, replace, func(*Tx) error { return nil })
}

// SaveModelWith is [Session.SaveModel] with something else that is stored in the
// same transaction.
func (s *Session) SaveModelWith(ctx context.Context, m Model, replace bool, with func(*Tx) error) error {
	return s.Update(ctx, func(tx *Tx) error {
		if err := s.PutModel(tx, m, replace); err != nil {
			return err
		}
		return with(tx)
	})
}

// PutModel is [Session.SaveModel] as part of a transaction.
func (s *Session) PutModel(tx *Tx, m Model, replace bool) error {
	if m.Name == "" {
		return errors.New("a stored model needs a name")
	}
	// Another program may have made the tables since this session was opened.
	if columns, err := tx.Columns(modelTable); err != nil {
		return err
	} else if columns == nil {
		if err := tx.Script(workbench.ModelSchema()); err != nil {
			return err
		}
	}
	if replace {
		if _, err := tx.Exec("DELETE FROM workbench_model WHERE name = ?", m.Name); err != nil {
			return err
		}
	}
	if err := s.nameTaken(tx, m.Name); err != nil {
		return err
	}
	id, err := tx.Insert(modelTable, []string{"name", "kind", "document"}, m.Name, m.Kind, m.Document)
	if err != nil {
		return err
	}
	trials := tx.Rows("workbench_trial", "model_id", "run", "parameters", "precision", "recall", "f_beta", "accuracy", "accuracy_all")
	for _, t := range m.Trials {
		if err := trials.Add(id, t.Run, t.Parameters, t.Precision, t.Recall, t.FBeta, t.Accuracy, t.AccuracyAll); err != nil {
			return err
		}
	}
	return trials.Flush()
}

// CheckModelName reports whether [Session.SaveModel] would refuse a name.
func (s *Session) CheckModelName(ctx context.Context, name string, replace bool) error {
	if replace || !s.HasTable(modelTable) {
		return nil
	}
	return s.View(ctx, func(tx *Tx) error { return s.nameTaken(tx, name) })
}

func (s *Session) nameTaken(tx *Tx, name string) error {
	var taken int
	if _, err := tx.Get(&taken, "SELECT count(*) FROM workbench_model WHERE name = ?", name); err != nil {
		return err
	}
	if taken > 0 {
		return &Error{Path: s.path + ": model " + name, Kind: ErrModelExists, Hint: "choose another name, or replace it"}
	}
	return nil
}

// Models lists the stored models in the order in which they were saved, with
// their trials.
func (s *Session) Models(ctx context.Context) ([]Model, error) {
	if !s.HasTable(modelTable) {
		return nil, nil
	}
	var all []Model
	err := s.View(ctx, func(tx *Tx) error {
		if err := tx.Select(&all, "SELECT name, kind, document FROM workbench_model ORDER BY id"); err != nil {
			return err
		}
		for i := range all {
			if err := all[i].readTrials(tx); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

func (m *Model) readTrials(tx *Tx) error {
	return tx.Select(&m.Trials, `
		SELECT t.run, t.parameters, t."precision", t.recall, t.f_beta, t.accuracy, t.accuracy_all
		FROM workbench_trial AS t JOIN workbench_model AS m ON m.id = t.model_id
		WHERE m.name = ? ORDER BY t.run`, m.Name)
}

// Model reads one stored model. A name that the file does not know is
// [ErrNoModel]; the message lists those it knows.
func (s *Session) Model(ctx context.Context, name string) (*Model, error) {
	var m Model
	var names []string
	if s.HasTable(modelTable) {
		err := s.View(ctx, func(tx *Tx) error {
			found, err := tx.Get(&m, "SELECT name, kind, document FROM workbench_model WHERE name = ?", name)
			switch {
			case err != nil:
				return err
			case !found:
				return tx.Select(&names, "SELECT name FROM workbench_model ORDER BY id")
			}
			return m.readTrials(tx)
		})
		if err != nil {
			return nil, err
		}
		if m.Name != "" {
			return &m, nil
		}
	}
	have := "it keeps none"
	if names != nil {
		have = "it keeps " + strings.Join(names, ", ")
	}
	return nil, fmt.Errorf("%s %w: %q; %s", s.path, ErrNoModel, name, have)
}

// DeleteModel removes a stored model and its trials.
func (s *Session) DeleteModel(ctx context.Context, name string) error {
	if _, err := s.Model(ctx, name); err != nil {
		return err
	}
	return s.Update(ctx, func(tx *Tx) error {
		_, err := tx.Exec("DELETE FROM workbench_model WHERE name = ?", name)
		return err
	})
}
