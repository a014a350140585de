package candidates

import (
	"errors"
	"fmt"

	"workbench/session"
)

// What waits to be written is bounded in number and in bytes of text.
const (
	maxWaiting      = 512
	maxWaitingBytes = 1 << 20
)

// waitingRows are the rows of one table that wait to be written.
type waitingRows struct {
	rows     *session.Rows
	describe func(row []any) string // names a row that exists already
	at       []Position             // where each row comes from
}

// table begins to collect rows of a table.
func (w *Writer) table(name string, columns ...string) *waitingRows {
	in := &waitingRows{rows: w.tx.Rows(name, columns...), describe: func(row []any) string { return fmt.Sprintf("%s %v", name, row[1]) }}
	w.tables = append(w.tables, in)
	return in
}

// insert lets a row wait. Rows that it refers to must have been inserted
// before.
func (w *Writer) insert(in *waitingRows, values ...any) error {
	if w.waiting >= maxWaiting || w.waitingBytes >= maxWaitingBytes {
		if err := w.flush(); err != nil {
			return err
		}
	}
	for _, v := range values {
		switch v := v.(type) {
		case string:
			w.waitingBytes += len(v)
		case []byte:
			w.waitingBytes += len(v)
		case session.TextArray:
			for _, text := range v {
				w.waitingBytes += len(text)
			}
		}
	}
	w.waiting++
	in.rows.Hold(values...)
	in.at = append(in.at, w.at)
	return nil
}

// flush writes all rows that wait, table after table, so that what rows refer
// to is there before them.
func (w *Writer) flush() error {
	for _, in := range w.tables {
		if w.failed == nil {
			w.failed = in.flush()
		}
	}
	if w.failed != nil {
		return w.failed // also the next time: some of the rows are written
	}
	w.waiting, w.waitingBytes = 0, 0
	clear(w.documents)
	return nil
}

func (in *waitingRows) flush() error {
	err := in.rows.Flush()
	var refused *session.RowError
	switch {
	case err == nil:
		in.at = in.at[:0]
		return nil
	case !errors.As(err, &refused):
		return err
	case session.Duplicate(refused.Err):
		err = errors.New(in.describe(refused.Values) + " exists already")
	default:
		err = fmt.Errorf("%s: %w", in.describe(refused.Values), refused.Err)
	}
	return in.at[refused.Row].Wrap(err)
}
