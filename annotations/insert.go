package annotations

import (
	"context"
	"fmt"

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
	return s.Update(ctx, func(tx *session.Tx) error {
		ids := make([]int64, m.Cols())
		for j, k := range m.Keys() {
			var err error
			if ids[j], err = insertKey(tx, table, k); err != nil {
				return err
			}
		}
		rows := valueRows(tx, table)
		for i, id := range m.Candidates() {
			cols, vals := m.Row(i)
			for k, j := range cols {
				if err := rows.Add(int64(vals[k]), ids[j], id); err != nil {
					return err
				}
			}
		}
		return rows.Flush()
	})
}

// valueRows are new rows of an annotation table: value, key id, candidate id.
func valueRows(tx *session.Tx, table string) *session.Rows {
	return tx.Rows(table, "value", "key_id", "candidate_id")
}

// insertKey adds a key to the key table of an annotation table, and returns the
// id that it got.
func insertKey(tx *session.Tx, table string, k matrix.Key) (int64, error) {
	id, err := tx.Insert(table+"_key", []string{"name", "group"}, k.Name, k.Group)
	if err != nil {
		return 0, fmt.Errorf("key %q of group %d: %w", k.Name, k.Group, err)
	}
	return id, nil
}

// groupKeys reads the ids of a group's label keys by name.
func groupKeys(tx *session.Tx, group int) (map[string]int64, error) {
	var keys []matrix.Key
	err := tx.Select(&keys, `SELECT id, name FROM label_key WHERE "group" = ?`, group)
	ids := make(map[string]int64, len(keys))
	for _, k := range keys {
		ids[k.Name] = k.ID
	}
	return ids, err
}
