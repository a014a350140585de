package session

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Columns are the columns of a table that [Scanner.Table] reads: those of
// integers, those of numbers, among which integers are numbers too, and those of
// texts, of which there are few different ones. Their names need no quotes.
type Columns struct {
	Integers, Numbers, Texts []string
	// Needed are conditions on the rows that are needed. Others may come too: a file
	// is read whole, and a server leaves out what it can.
	Needed []Needed
}

// Needed says that only rows are needed that have one of some ids, ascending, in a column.
type Needed struct {
	Column string
	IDs    []int64
}

func (c Columns) names() []string { return slices.Concat(c.Integers, c.Numbers, c.Texts) }

// Batch is some rows of a table, one after the other: a slice of Rows values for each
// of the [Columns]. They are good until the function returns that they are passed to.
type Batch struct {
	Rows     int
	Integers [][]int64
	Numbers  [][]float64
	Texts    [][]string
}

// Table goes once through the rows of a table, in the order in which they are
// stored. It passes them on to many, but for those where one of the columns holds
// something else than an integer, a number, or a text: each of these goes to one, as
// a row of the integers, then the numbers, then the texts. It ends early with the
// first error that many or one returns. many may not use the Scanner, because rows are
// read ahead.
//
// It takes the rows off the pages of the file where it can, which is several times
// faster than SQLite's steps; see [pageReader].
func (sc *Scanner) Table(table string, columns Columns, many func(b *Batch) error, one func(cur *Cursor) error) error {
	room := cmp.Or(sc.room, &tableRoom{})
	sc.room = nil // it is taken until the end, also if one reads another table
	t := &tableReader{Scanner: sc, table: table, columns: columns, many: many, one: one, room: room}
	t.waiting = newBatch(columns, fewRows, &room.few)
	err := t.readPages()
	byPages := t.seen()
	if errors.Is(err, errUnusual) {
		err = t.readRest()
	}
	if t.rest != nil {
		t.rest.Close()
	}
	sc.room = room
	sc.session.note(fmt.Sprintf("table %s: %d rows read by pages, %d by steps", table, byPages, t.seen()-byPages))
	return err
}

// tableReader is one call of [Scanner.Table].
type tableReader struct {
	*Scanner
	table   string
	columns Columns
	many    func(b *Batch) error
	one     func(cur *Cursor) error

	room    *tableRoom
	waiting Batch  // room for rows of many
	n       int    // those that wait for many to get them
	visited int    // rows that were passed on to many and one
	ahead   *ahead // nil while rows are not read ahead

	rest  *Cursor // SQLite's own way through the table, nil until it is needed
	at    int     // the row after that of rest
	ended bool    // rest has no more rows
}

// How many rows go together: fewRows of a small table, and of another one as many as
// make it rare that two goroutines wait for each other, and yet stay in the cache of a
// processor.
const (
	fewRows  = 512
	manyRows = 8192
)

// tableRoom is memory that reading a table needs, and that the next one can use again:
// most tables are small, and memory that is new takes longer than what goes into it.
type tableRoom struct {
	few   Batch     // columns of fewRows rows
	pages *pageRoom // nil until pages are read
}

// newBatch makes room for so many rows. Columns that room has are used again, others are
// added to it.
func newBatch(columns Columns, rows int, room *Batch) Batch {
	return Batch{rows, rowsOf(len(columns.Integers), rows, &room.Integers),
		rowsOf(len(columns.Numbers), rows, &room.Numbers), rowsOf(len(columns.Texts), rows, &room.Texts)}
}

func rowsOf[V any](columns, rows int, room *[][]V) [][]V {
	for len(*room) < columns {
		*room = append(*room, make([]V, rows))
	}
	return slices.Clone((*room)[:columns])
}

// seen is how many rows were read.
func (t *tableReader) seen() int { return t.visited + t.n }

// cut leaves so many rows, also more than before.
func (b *Batch) cut(rows int) {
	b.Rows = rows
	for i, values := range b.Integers {
		b.Integers[i] = values[:rows]
	}
	for i, values := range b.Numbers {
		b.Numbers[i] = values[:rows]
	}
	for i, values := range b.Texts {
		b.Texts[i] = values[:rows]
	}
}

// flush passes on the rows that wait.
func (t *tableReader) flush() (err error) {
	if t.n == 0 {
		return nil
	}
	room := t.waiting.Rows
	t.waiting.cut(t.n)
	t.visited, t.n = t.visited+t.n, 0
	if t.ahead != nil {
		t.waiting, err = t.ahead.pass(t.waiting)
	} else {
		err = t.many(&t.waiting)
	}
	t.waiting.cut(room)
	return err
}

// added counts a row that was put among those that wait.
func (t *tableReader) added() error {
	if t.n++; t.n == t.waiting.Rows {
		return t.flush()
	}
	return nil
}

// passOne passes on the row of a cursor.
func (t *tableReader) passOne(cur *Cursor) error {
	if err := t.flush(); err != nil {
		return err
	}
	t.visited++
	if t.ahead != nil {
		return t.ahead.passOne(cur)
	}
	return t.one(cur)
}

// readRest reads the rows that were not seen as SQLite steps through them. Rows
// before a failure are passed on, as if they had not waited.
func (t *tableReader) readRest() error {
	if err := t.skip(t.seen()); err != nil {
		return err
	}
	for t.next() {
		if err := t.add(t.rest); err != nil {
			return err
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	return t.rest.Close()
}

// skip begins SQLite's way through the table, or follows it, until row k is the
// next. The order is that of the table, even if there is an index with all columns.
func (t *tableReader) skip(k int) error {
	if t.rest == nil {
		query := "SELECT " + strings.Join(t.columns.names(), ", ") + " FROM " + t.conn.inOrder(t.table)
		if t.conn.onServer() {
			query += where(t.columns.Needed)
		}
		if k > 0 {
			query += fmt.Sprintf(" LIMIT -1 OFFSET %d", k)
		}
		var err error
		if t.rest, err = t.Query(query); err != nil {
			return err
		}
		t.at = k
	}
	for t.at < k && t.next() {
	}
	return nil
}

// next moves to the next row on SQLite's way. After the last there is none, where a
// cursor would begin again.
func (t *tableReader) next() bool {
	if t.ended = t.ended || !t.rest.Next(); !t.ended {
		t.at++
	}
	return !t.ended
}

// add adds the row of a cursor.
func (t *tableReader) add(cur *Cursor) error {
	for i, values := range t.waiting.Integers {
		if cur.Kind(i) != Integer {
			return t.passOne(cur)
		}
		values[t.n] = cur.Int64(i)
	}
	for i, values := range t.waiting.Numbers {
		i += len(t.waiting.Integers)
		if kind := cur.Kind(i); kind != Real && kind != Integer {
			return t.passOne(cur)
		}
		values[t.n] = cur.Float64(i)
	}
	for i, values := range t.waiting.Texts {
		i += len(t.waiting.Integers) + len(t.waiting.Numbers)
		if cur.Kind(i) != Text {
			return t.passOne(cur)
		}
		values[t.n] = cur.Text(i)
	}
	return t.added()
}
