package annotations

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"workbench/annotations/matrix"
	"workbench/candidates/delimited"
	"workbench/session"
)

// LoadRanges reads candidate ranges from a table of the database with the
// columns candidate_id and value, one row for each class that a candidate can
// have. The classes are ascending, for a table has no order.
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
		}, "SELECT candidate_id, value FROM "+session.Quote(table)+" ORDER BY candidate_id, value")
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// ReadRanges reads candidate ranges from a table of two columns, a candidate id
// and a class that the candidate can have, with or without a header, separated
// by commas or tabs. The classes keep their order. In errors name stands for the file.
func ReadRanges(name string, r io.Reader, L *matrix.LabelMatrix) (*matrix.Ranges, error) {
	text, err := delimited.Open(r, longestRow)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	ranges := matrix.NewRanges(L)
	rows := text.Rows(text.Separator())
	for first := true; ; first = false {
		fields, line, err := rows.Next()
		if err == io.EOF {
			return ranges, nil
		}
		wrong, ok := errors.AsType[*delimited.Error](err)
		switch {
		case ok && wrong.Kind == delimited.Count || err == nil && len(fields) != 2:
			return nil, fmt.Errorf("%s: record on line %d: wrong number of fields", name, line)
		case err != nil:
			return nil, fmt.Errorf("%s, line %d: %w", name, line, err)
		case first && strings.TrimSpace(fields[0]) == columnCandidate:
			continue
		}
		id, idErr := strconv.ParseInt(strings.TrimSpace(fields[0]), 10, 64)
		class, classErr := strconv.Atoi(strings.TrimSpace(fields[1]))
		if idErr != nil || classErr != nil {
			return nil, fmt.Errorf("%s, line %d: %q is not a candidate id and a class", name, line, strings.Join(fields, ","))
		}
		if err := ranges.Add(id, class); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", name, line, err)
		}
	}
}
