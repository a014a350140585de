package annotations

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"workbench/session"
)

// Ranges collects, for the rows of a label matrix, the classes that each
// candidate can have (Snorkel's candidate_ranges). Candidates of which nothing
// is said can have all.
type Ranges struct {
	rowOf *index
	lists [][]int16
}

// NewRanges starts without any limits for the rows of L.
func NewRanges(L *LabelMatrix) *Ranges {
	return &Ranges{rowOf: newIndex(L.Candidates()), lists: make([][]int16, L.Rows())}
}

// Add says that a candidate can have a class, 1..K. Candidates that are no row
// of the matrix are passed over.
func (r *Ranges) Add(candidate int64, class int) error {
	if class < 1 || class > math.MaxInt16 {
		return fmt.Errorf("candidate %d: class %d is not a label of a categorical candidate", candidate, class)
	}
	row := r.rowOf.find(candidate)
	if row < 0 {
		return nil
	}
	if slices.Contains(r.lists[row], int16(class)) {
		return fmt.Errorf("candidate %d: class %d is given twice", candidate, class)
	}
	r.lists[row] = append(r.lists[row], int16(class))
	return nil
}

// Lists returns the classes of each row, ascending; an empty list means all.
func (r *Ranges) Lists() [][]int16 {
	for _, list := range r.lists {
		slices.Sort(list)
	}
	return r.lists
}

// LoadRanges reads candidate ranges from a table of the database with the
// columns candidate_id and value, one row for each class that a candidate can
// have.
func LoadRanges(ctx context.Context, s *session.Session, table string, L *LabelMatrix) (*Ranges, error) {
	if !s.HasColumn(table, "candidate_id") || !s.HasColumn(table, "value") {
		return nil, fmt.Errorf("%s: there is no table %s with the columns candidate_id and value", s.Path(), table)
	}
	r := NewRanges(L)
	quoted := `"` + strings.ReplaceAll(table, `"`, `""`) + `"`
	err := s.Scan(ctx, func(sc *session.Scanner) error {
		return sc.Each(func(cur *session.Cursor) error {
			if cur.Kind(0) != session.Integer || cur.Kind(1) != session.Integer {
				return fmt.Errorf("%s: table %s: (%q, %q) is not a candidate id and a class", s.Path(), table, cur.Text(0), cur.Text(1))
			}
			if err := r.Add(cur.Int64(0), int(cur.Int64(1))); err != nil {
				return fmt.Errorf("%s: table %s: %w", s.Path(), table, err)
			}
			return nil
		}, "SELECT candidate_id, value FROM "+quoted)
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}
