package session

// Rows are rows of one table that wait until there are enough of them for
// statements of many rows, which write them several times as fast.
type Rows struct {
	tx      *Tx
	table   string
	columns []string
	full    int // how many rows are written together
	ignore  bool
	odd     bool        // some value is none that the feed of SQLite can give
	texts   sqliteTexts // of SQLite's statements
	values  []any       // row after row
	added   int
	written int
}

// Rows begins to insert into some columns of a table. A column id that is not among
// them gets ids as from [Tx.Insert].
func (t *Tx) Rows(table string, columns ...string) *Rows {
	r := &Rows{tx: t, table: table, columns: columns, full: 1}
	if t.writing != nil {
		r.full = t.writing.full(len(columns))
	}
	return r
}

// NewRows is [Tx.Rows], but passes over rows that the table has already, by any
// of its keys; [Rows.Written] does not count them.
func (t *Tx) NewRows(table string, columns ...string) *Rows {
	r := t.Rows(table, columns...)
	r.ignore = true
	return r
}

// Add adds a row, and writes when a statement is full.
func (r *Rows) Add(values ...any) error {
	r.Hold(values...)
	if r.Waiting() < r.full {
		return nil
	}
	return r.Flush()
}

// Hold adds a row that waits for [Rows.Flush].
func (r *Rows) Hold(values ...any) {
	for _, v := range values {
		v, ok := simple(v)
		r.values, r.odd = append(r.values, v), r.odd || !ok
	}
	r.added++
}

// Waiting is how many rows wait.
func (r *Rows) Waiting() int { return len(r.values) / len(r.columns) }

// Added is how many rows were added, written or not.
func (r *Rows) Added() int { return r.added }

// Written is how many of them were written.
func (r *Rows) Written() int { return r.written }

// Table is the name of the table.
func (r *Rows) Table() string { return r.table }

// RowError says which row a table refused.
type RowError struct {
	Row    int   // its number among the rows that waited, from 0
	Values []any // in the order of the columns
	Err    error
}

// Error is why it was refused.
func (e *RowError) Error() string { return e.Err.Error() }

// Unwrap returns why it was refused.
func (e *RowError) Unwrap() error { return e.Err }

// Flush writes the rows that wait. A row that breaks a constraint of the table
// is a [*RowError].
func (r *Rows) Flush() error {
	if r.Waiting() == 0 {
		return nil
	}
	if r.tx.writing == nil {
		return errOnlyReads
	}
	written, err := r.tx.writing.write(r)
	r.written += written
	if err != nil {
		return err
	}
	clear(r.values) // the texts are not needed any more
	r.values, r.odd = r.values[:0], false
	return nil
}
