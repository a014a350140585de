package session

// sqliteTexts are the statements that write rows of one table.
type sqliteTexts struct {
	some []string // for 1, 2, 4, … rows
	feed string   // for all that wait
}

// A statement writes so many values at most, read from the feed or as its
// arguments. More gains little, and the latter is well below the 32,766 arguments
// that SQLite takes.
const (
	mostFed    = 8192
	mostValues = 1024
)

// mostRows is how many rows a statement has as arguments, a power of two.
func mostRows(columns int) int {
	most := 1
	for 2*most*columns <= mostValues {
		most *= 2
	}
	return most
}

func (w *sqliteWriting) full(columns int) int {
	if w.feed != nil && columns <= feedWidth {
		return max(1, mostFed/columns)
	}
	return mostRows(columns)
}

func (w *sqliteWriting) write(r *Rows) (written int, err error) {
	if w.feed != nil && r.Waiting() > fewFed && len(r.columns) <= feedWidth && !r.odd {
		return w.writeFed(r)
	}
	return w.writePlain(r)
}

// writeFed writes all of them with one statement.
func (w *sqliteWriting) writeFed(r *Rows) (int, error) {
	if r.texts.feed == "" {
		r.texts.feed = r.ending(insert(r.table, r.columns) + selectFed(len(r.columns)))
	}
	written, err := w.execFed(r.tx, r.texts.feed, fedRows{r.values, len(r.columns)})
	if Refused(err) {
		err = r.blame(0, r.Waiting(), err)
	}
	return int(written), err
}

// writePlain writes them as arguments of statements.
func (w *sqliteWriting) writePlain(r *Rows) (written int, err error) {
	waiting, width, most := r.Waiting(), len(r.columns), mostRows(len(r.columns))
	for from := 0; from < waiting; {
		shift, rows := 0, 1
		for 2*rows <= min(waiting-from, most) {
			shift, rows = shift+1, 2*rows
		}
		n, err := r.tx.Exec(r.statement(shift), r.values[from*width:(from+rows)*width]...)
		if Refused(err) {
			err = r.blame(from, waiting, err)
		}
		if err != nil {
			return written, err
		}
		written += int(n)
		from += rows
	}
	return written, nil
}

// statement is the text for 1<<shift rows.
func (r *Rows) statement(shift int) string {
	for len(r.texts.some) <= shift {
		r.texts.some = append(r.texts.some, r.ending(insertInto(r.table, r.columns, 1<<len(r.texts.some))))
	}
	return r.texts.some[shift]
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
