package session

import (
	"database/sql/driver"
	"errors"
	"slices"

	"modernc.org/sqlite"
)

// Overwriting gives one column of rows that follow each other new values, if the
// rows are those that are expected.
type Overwriting struct {
	tx     *Tx
	same   []string // the columns that rows are known by
	table  string
	column string
	next   int64 // the id of the next row to be written
	values []any // of same and of column, row after row
}

// Overwrite begins to give a column of a table new values, in the rows of the ids
// first, first+1, and so on.
func (t *Tx) Overwrite(table string, first int64, column string, same ...string) *Overwriting {
	return &Overwriting{tx: t, table: table, column: column, same: same, next: first}
}

// errOther says that a row is not the one that is expected, or none.
var errOther = errors.New("another row is stored")

// Add says which values the next row has in the columns that it is known by, and
// then the one that it gets. It returns false when one of the rows of before is
// another one, which stays as it is; of the others that waited with it some may be
// written.
func (o *Overwriting) Add(values ...any) (same bool, err error) {
	for _, v := range values {
		v, _ = simple(v)
		o.values = append(o.values, v)
	}
	width := len(o.same) + 1
	if o.tx.writing != nil && len(o.values) < o.tx.writing.full(width)*width {
		return true, nil
	}
	return o.Flush()
}

// Flush writes the rows that wait.
func (o *Overwriting) Flush() (same bool, err error) {
	width := len(o.same) + 1
	rows := int64(len(o.values) / width)
	if rows == 0 {
		return true, nil
	}
	if o.tx.writing == nil {
		return false, errOnlyReads
	}
	same, err = o.tx.writing.overwrite(o, rows, width)
	o.next, o.values = o.next+rows, o.values[:0]
	return same, err
}

func (w *sqliteWriting) overwrite(o *Overwriting, rows int64, width int) (same bool, err error) {
	if w.feed != nil {
		return w.overwriteFed(o, rows, width)
	}
	return w.overwritePlain(o, rows, width)
}

// overwriteFed writes them with one statement, in which a function compares each row
// and returns its new value.
func (w *sqliteWriting) overwriteFed(o *Overwriting, rows int64, width int) (same bool, err error) {
	query := "UPDATE " + Quote(o.table) + " SET " + Quote(o.column) + " = " + feedValue + "(id - ?"
	for _, name := range o.same {
		query += ", " + Quote(name)
	}
	n, err := w.execFed(o.tx, query+") WHERE id BETWEEN ? AND ?", fedRows{o.values, width}, o.next, o.next, o.next+rows-1)
	if w.feed.other.Swap(false) {
		return false, nil
	}
	return err == nil && n == rows, err
}

// overwritePlain writes them one by one.
func (w *sqliteWriting) overwritePlain(o *Overwriting, rows int64, width int) (same bool, err error) {
	query := "UPDATE " + Quote(o.table) + " SET " + Quote(o.column) + " = ? WHERE id = ?"
	for _, name := range o.same {
		query += " AND " + Quote(name) + " = ?"
	}
	for i := range rows {
		row := o.values[int(i)*width : (int(i)+1)*width]
		args := append([]any{row[width-1], o.next + i}, row[:width-1]...)
		n, err := o.tx.Exec(query, args...)
		if err != nil || n != 1 {
			return false, err
		}
	}
	return true, nil
}

// value is the function of a statement that overwrites: of a row's number and of
// its values in the columns that it is known by, what it gets.
func (f *feed) value(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	rows := f.rows.Load()
	row := rows.values[int(args[0].(int64))*rows.width:][:rows.width]
	for i, v := range args[1:] {
		if v != row[i] {
			f.other.Store(true)
			return nil, errOther
		}
	}
	return row[rows.width-1], nil
}

// Overwritable reports whether a row of a table that is changed is the same as one
// that was deleted and inserted anew: the table has these columns and no others, of
// which id is the integer primary key whose values are given again, no trigger
// runs, and no table refers to it.
func (t *Tx) Overwritable(table string, columns ...string) (ok bool, err error) {
	if t.writing == nil {
		return false, errOnlyReads
	}
	has, err := t.Columns(table)
	if err != nil || !slices.Equal(slices.Sorted(slices.Values(has)), slices.Sorted(slices.Values(columns))) {
		return false, err
	}
	return t.writing.overwritable(t, table)
}
