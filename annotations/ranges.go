package annotations

import (
	"context"
	"fmt"

	"workbench/annotations/matrix"
	"workbench/session"
)

// LoadRanges reads candidate ranges from a table of the database with the
// columns candidate_id and value, one row for each class that a candidate can
// have.
func LoadRanges(ctx context.Context, s *session.Session, table string, L *matrix.LabelMatrix) (*matrix.Ranges, error) {
	if !s.HasColumn(table, "candidate_id") || !s.HasColumn(table, "value") {
		return nil, fmt.Errorf("%s: there is no table %s with the columns candidate_id and value", s.Path(), table)
	}
	r := matrix.NewRanges(L)
	err := s.Scan(ctx, func(sc *session.Scanner) error {
		return sc.Each(func(cur *session.Cursor) error {
			if cur.Kind(0) != session.Integer || cur.Kind(1) != session.Integer {
				return fmt.Errorf("%s: table %s: (%q, %q) is not a candidate id and a class", s.Path(), table, cur.Text(0), cur.Text(1))
			}
			if err := r.Add(cur.Int64(0), int(cur.Int64(1))); err != nil {
				return fmt.Errorf("%s: table %s: %w", s.Path(), table, err)
			}
			return nil
		}, "SELECT candidate_id, value FROM "+session.Quote(table))
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}
