package annotations

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"workbench/annotations/matrix"
	"workbench/session"
)

// AddLabels stores a label matrix in one transaction: its keys, by name and
// group, become new label keys, and its entries labels of its candidates. A
// name that the group has already is an error, and nothing is changed.
func AddLabels(ctx context.Context, s *session.Session, L *matrix.LabelMatrix) error {
	return addAnnotations(ctx, s, "label", L)
}

// AddGoldLabels stores gold labels in one transaction: each column of gold is
// a new annotator.
func AddGoldLabels(ctx context.Context, s *session.Session, gold *matrix.LabelMatrix) error {
	return addAnnotations(ctx, s, "gold_label", gold)
}

func addAnnotations(ctx context.Context, s *session.Session, table string, m *matrix.LabelMatrix) error {
	return s.Update(ctx, func(tx *sqlx.Tx) error {
		ids := make([]int64, m.Cols())
		for j, k := range m.Keys() {
			var err error
			if ids[j], err = insertKey(ctx, tx, table, k); err != nil {
				return err
			}
		}
		ins, err := newInserter(ctx, tx, table+" (value, key_id, candidate_id)", 3)
		if err != nil {
			return err
		}
		for i, id := range m.Candidates() {
			cols, vals := m.Row(i)
			for k, j := range cols {
				if err := ins.add(int64(vals[k]), ids[j], id); err != nil {
					return err
				}
			}
		}
		return ins.flush()
	})
}

// insertKey adds a key to the key table of an annotation table, and returns the
// id that it got.
func insertKey(ctx context.Context, tx *sqlx.Tx, table string, k matrix.Key) (int64, error) {
	result, err := tx.ExecContext(ctx, fmt.Sprintf(`INSERT INTO %s_key (name, "group") VALUES (?, ?)`, table), k.Name, k.Group)
	if err != nil {
		return 0, fmt.Errorf("key %q of group %d: %w", k.Name, k.Group, err)
	}
	return result.LastInsertId()
}

// groupKeys reads the ids of a group's label keys by name.
func groupKeys(ctx context.Context, tx *sqlx.Tx, group int) (map[string]int64, error) {
	var keys []matrix.Key
	err := tx.SelectContext(ctx, &keys, `SELECT id, name FROM label_key WHERE "group" = ?`, group)
	ids := make(map[string]int64, len(keys))
	for _, k := range keys {
		ids[k.Name] = k.ID
	}
	return ids, err
}

// inserter collects rows and writes many with one statement.
type inserter struct {
	ctx   context.Context
	tx    *sqlx.Tx
	into  string
	width int
	batch *sqlx.Stmt
	args  []any
	rows  int
	done  int64 // rows that were written; a constraint may pass over some
}

// batchRows is how many rows go into one INSERT: more gains little, and 256
// times the columns of our tables is well below SQLite's 32,766 parameters.
const batchRows = 256

func newInserter(ctx context.Context, tx *sqlx.Tx, into string, width int) (*inserter, error) {
	ins := &inserter{ctx: ctx, tx: tx, into: into, width: width}
	var err error
	ins.batch, err = tx.PreparexContext(ctx, ins.statement(batchRows))
	return ins, err
}

func (ins *inserter) statement(rows int) string {
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", ins.width), ",") + "),"
	return "INSERT INTO " + ins.into + " VALUES " + strings.TrimSuffix(strings.Repeat(row, rows), ",")
}

func (ins *inserter) add(values ...any) error {
	ins.args = append(ins.args, values...)
	ins.rows++
	if len(ins.args) < batchRows*ins.width {
		return nil
	}
	result, err := ins.batch.ExecContext(ins.ctx, ins.args...)
	return ins.wrote(result, err)
}

func (ins *inserter) flush() error {
	if len(ins.args) == 0 {
		return nil
	}
	result, err := ins.tx.ExecContext(ins.ctx, ins.statement(len(ins.args)/ins.width), ins.args...)
	return ins.wrote(result, err)
}

func (ins *inserter) wrote(result sql.Result, err error) error {
	ins.args = ins.args[:0]
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	ins.done += n
	return err
}
