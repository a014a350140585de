package annotations

import (
	"context"
	"fmt"
	"strings"
)

// queries runs the labeling functions that are SQL queries, once each.
func (r *labelling) queries(ctx context.Context) error {
	for j, lf := range r.lfs {
		if lf.Query == "" {
			continue
		}
		if err := r.query(ctx, j, lf); err != nil {
			return err
		}
	}
	return nil
}

// query runs one. It must return the columns candidate_id and value; rows of
// candidates that are not selected are passed over, and two that contradict
// each other are an error.
func (r *labelling) query(ctx context.Context, col int, lf LF) error {
	labels, known := make([]Label, len(r.ids)), make([]bool, len(r.ids))
	idAt, valueAt, number := -1, -1, 0
	values, err := r.notation(lf).convention()
	if err != nil {
		return err
	}
	values.told = true // by who wrote the query for this file
	err = r.session.Query(ctx, lf.Query, func(columns []string) error {
		for i, name := range columns {
			switch {
			case strings.EqualFold(name, "candidate_id") && idAt < 0:
				idAt = i
			case strings.EqualFold(name, "value") && valueAt < 0:
				valueAt = i
			}
		}
		if idAt < 0 || valueAt < 0 || len(columns) != 2 {
			return fmt.Errorf("its columns are %s; they must be candidate_id and value", strings.Join(columns, ", "))
		}
		return nil
	}, func(cells []any) error {
		number++
		id, ok := cells[idAt].(int64)
		if !ok {
			return fmt.Errorf("row %d: %s is no candidate id", number, shown(cells[idAt]))
		}
		row := r.rowOf.Find(id)
		if row < 0 {
			return nil
		}
		v, err := values.answer(r.subclass, cells[valueAt])
		switch {
		case err != nil:
			return fmt.Errorf("row %d, candidate %d: %w", number, id, err)
		case known[row] && labels[row] != v:
			return fmt.Errorf("row %d: candidate %d has the label %d here and %d in an earlier row", number, id, v, labels[row])
		}
		labels[row], known[row] = v, true
		return nil
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("LF %q, query: %w", lf.Name, err)
	}
	for row, v := range labels {
		r.labels.Add(int32(row), int32(col), int16(v))
	}
	return nil
}
