package session

// Rows are rows of one table that wait until there are enough of them for
// statements of many rows, which write them several times as fast.
type Rows struct {
	tx      *Tx
	table   string
	columns []string
	full    int // how many rows are written together
	most    int // rows per statement with arguments, a power of two
	ignore  bool
	odd     bool     // some value is none that the feed can give
	stmts   []string // the texts of statements for 1, 2, 4, … rows
	feed    string   // the text of the statement for all that wait
	values  []any    // row after row
	added   int
	written int
}

// A statement writes so many values at most, read from the feed or as its
// arguments. More gains little, and the latter is well below the 32,766 arguments
// that SQLite takes.
const (
	mostFed    = 8192
	mostValues = 1024
)

// Rows begins to insert into some columns of a table.
func (t *Tx) Rows(table string, columns ...string) *Rows {
	r := &Rows{tx: t, table: table, columns: columns, most: 1}
	for 2*r.most*len(columns) <= mostValues {
		r.most *= 2
	}
	r.full = r.most
	if t.feed != nil && len(columns) <= feedWidth {
		r.full = max(1, mostFed/len(columns))
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
	write := r.flushPlain
	if r.tx.feed != nil && r.Waiting() > fewFed && len(r.columns) <= feedWidth && !r.odd {
		write = r.flushFed
	}
	if err := write(); err != nil {
		return err
	}
	clear(r.values) // the texts are not needed any more
	r.values, r.odd = r.values[:0], false
	return nil
}

// flushFed writes all of them with one statement.
func (r *Rows) flushFed() error {
	if r.feed == "" {
		r.feed = r.ending(insert(r.table, r.columns) + selectFed(len(r.columns)))
	}
	written, err := r.tx.execFed(r.feed, fedRows{r.values, len(r.columns)})
	if Refused(err) {
		err = r.blame(0, r.Waiting(), err)
	}
	r.written += int(written)
	return err
}

// flushPlain writes them as arguments of statements.
func (r *Rows) flushPlain() error {
	waiting, width := r.Waiting(), len(r.columns)
	for from := 0; from < waiting; {
		shift, rows := 0, 1
		for 2*rows <= min(waiting-from, r.most) {
			shift, rows = shift+1, 2*rows
		}
		written, err := r.tx.Exec(r.statement(shift), r.values[from*width:(from+rows)*width]...)
		if Refused(err) {
			err = r.blame(from, waiting, err)
		}
		if err != nil {
			return err
		}
		r.written += int(written)
		from += rows
	}
	return nil
}

// statement is the text for 1<<shift rows.
func (r *Rows) statement(shift int) string {
	for len(r.stmts) <= shift {
		r.stmts = append(r.stmts, r.ending(insertInto(r.table, r.columns, 1<<len(r.stmts))))
	}
	return r.stmts[shift]
}

// ending adds what is to be done about rows that the table has already.
func (r *Rows) ending(text string) string {
	if r.ignore {
		text += " ON CONFLICT DO NOTHING"
	}
	return text
}

// blame finds the row that a statement of several failed for, by writing them
// one by one: the failed statement wrote none of them.
func (r *Rows) blame(from, waiting int, failure error) error {
	width := len(r.columns)
	for i := from; i < waiting; i++ {
		row := r.values[i*width : (i+1)*width]
		if _, err := r.tx.Exec(r.statement(0), row...); err != nil {
			return &RowError{i, row, err}
		}
	}
	return failure
}
