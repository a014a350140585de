package candidates

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"workbench/session"
)

// Rows wait until there are enough of them for statements of many rows, which
// write them several times as fast. What waits is bounded in number and in
// bytes of text.
const (
	maxWaiting      = 512
	maxWaitingBytes = 1 << 20
	// A statement writes 1, 2, 4, … or 64 rows: 64 of the widest table are 896
	// parameters, well below the 32,766 that SQLite takes.
	maxShift = 6
)

// inserts are the rows of one table that wait to be written.
type inserts struct {
	table    string
	columns  []string
	describe func(row []any) string // names a row that exists already
	values   []any                  // row after row
	at       []Position             // where each row comes from
	stmts    [maxShift + 1]*sqlx.Stmt
}

// prepare returns the statement for 1<<shift rows.
func (in *inserts) prepare(w *Writer, shift int) (*sqlx.Stmt, error) {
	if in.stmts[shift] == nil {
		row := "(?" + strings.Repeat(", ?", len(in.columns)-1) + ")"
		names := make([]string, len(in.columns))
		for i, name := range in.columns {
			names[i] = quote(name)
		}
		query := fmt.Sprintf("INSERT INTO %s (%s) VALUES %s", quote(in.table), strings.Join(names, ", "),
			row+strings.Repeat(", "+row, 1<<shift-1))
		stmt, err := w.tx.PreparexContext(w.ctx, query)
		if err != nil {
			return nil, err
		}
		in.stmts[shift] = stmt
	}
	return in.stmts[shift], nil
}

// insert lets a row wait. Rows that it refers to must have been inserted
// before.
func (w *Writer) insert(in *inserts, values ...any) error {
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
		}
	}
	w.waiting++
	in.values = append(in.values, values...)
	in.at = append(in.at, w.at)
	return nil
}

// flush writes all rows that wait, table after table, so that what rows refer
// to is there before them.
func (w *Writer) flush() error {
	for _, in := range w.tables {
		if w.failed == nil {
			w.failed = in.flush(w)
		}
	}
	if w.failed != nil {
		return w.failed // also the next time: some of the rows are written
	}
	w.waiting, w.waitingBytes = 0, 0
	clear(w.documents)
	return nil
}

func (in *inserts) flush(w *Writer) error {
	width := len(in.columns)
	for from := 0; from < len(in.at); {
		shift := maxShift
		for from+1<<shift > len(in.at) {
			shift--
		}
		stmt, err := in.prepare(w, shift)
		if err != nil {
			return err
		}
		values := in.values[from*width : (from+1<<shift)*width]
		if _, err := stmt.ExecContext(w.ctx, values...); err != nil {
			if session.Refused(err) {
				return in.blame(w, from, err)
			}
			return err
		}
		from += 1 << shift
	}
	clear(in.values) // the texts are not needed any more
	in.values, in.at = in.values[:0], in.at[:0]
	return nil
}

// blame finds the row that a statement of several failed for, by writing them
// one by one: the failed statement wrote none of them.
func (in *inserts) blame(w *Writer, from int, failure error) error {
	stmt, err := in.prepare(w, 0)
	if err != nil {
		return err
	}
	width := len(in.columns)
	for i := from; i < len(in.at); i++ {
		row := in.values[i*width : (i+1)*width]
		_, err := stmt.ExecContext(w.ctx, row...)
		switch {
		case err == nil:
			continue
		case session.Duplicate(err):
			err = errors.New(in.describe(row) + " exists already")
		default:
			err = fmt.Errorf("%s: %w", in.describe(row), err)
		}
		return in.at[i].wrap(err)
	}
	return failure
}
