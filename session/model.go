package session

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

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
	KindModel        = "generative model"
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
// when it is the first. A name that is taken is [ErrExists], unless replace is
// set.
func (s *Session) SaveModel(ctx context.Context, m Model, replace bool) error {
	if m.Name == "" {
		return errors.New("a stored model needs a name")
	}
	return s.Update(ctx, func(tx *sqlx.Tx) error {
		// Another program may have made the tables since this session was opened.
		var made bool
		if err := tx.GetContext(ctx, &made, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?", modelTable); err != nil {
			return err
		}
		if !made {
			if _, err := tx.ExecContext(ctx, workbench.ModelSchema()); err != nil {
				return err
			}
		}
		if replace {
			if _, err := tx.ExecContext(ctx, "DELETE FROM workbench_model WHERE name = ?", m.Name); err != nil {
				return err
			}
		}
		if err := s.nameTaken(ctx, tx, m.Name); err != nil {
			return err
		}
		result, err := tx.NamedExecContext(ctx, "INSERT INTO workbench_model (name, kind, document) VALUES (:name, :kind, :document)", m)
		if err != nil {
			return err
		}
		id, err := result.LastInsertId()
		if err != nil {
			return err
		}
		for _, t := range m.Trials {
			if _, err := tx.ExecContext(ctx, `INSERT INTO workbench_trial
				(model_id, run, parameters, "precision", recall, f_beta, accuracy, accuracy_all) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
				id, t.Run, t.Parameters, t.Precision, t.Recall, t.FBeta, t.Accuracy, t.AccuracyAll); err != nil {
				return err
			}
		}
		return nil
	})
}

// CheckModelName reports whether [Session.SaveModel] would refuse a name.
func (s *Session) CheckModelName(ctx context.Context, name string, replace bool) error {
	if replace || !s.HasTable(modelTable) {
		return nil
	}
	return s.View(ctx, func(tx *sqlx.Tx) error { return s.nameTaken(ctx, tx, name) })
}

func (s *Session) nameTaken(ctx context.Context, tx *sqlx.Tx, name string) error {
	var taken int
	if err := tx.GetContext(ctx, &taken, "SELECT count(*) FROM workbench_model WHERE name = ?", name); err != nil {
		return err
	}
	if taken > 0 {
		return &Error{Path: s.path + ": model " + name, Kind: ErrExists, Hint: "choose another name, or replace it with --force"}
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
	err := s.View(ctx, func(tx *sqlx.Tx) error {
		if err := tx.SelectContext(ctx, &all, "SELECT name, kind, document FROM workbench_model ORDER BY id"); err != nil {
			return err
		}
		for i := range all {
			if err := all[i].readTrials(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

func (m *Model) readTrials(ctx context.Context, tx *sqlx.Tx) error {
	return tx.SelectContext(ctx, &m.Trials, `
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
		err := s.View(ctx, func(tx *sqlx.Tx) error {
			err := tx.GetContext(ctx, &m, "SELECT name, kind, document FROM workbench_model WHERE name = ?", name)
			switch {
			case errors.Is(err, sql.ErrNoRows):
				return tx.SelectContext(ctx, &names, "SELECT name FROM workbench_model ORDER BY id")
			case err != nil:
				return err
			}
			return m.readTrials(ctx, tx)
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
	return s.Update(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM workbench_model WHERE name = ?", name)
		return err
	})
}
