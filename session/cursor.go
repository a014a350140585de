package session

import (
	"context"

	sqlite3 "modernc.org/sqlite/lib"
)

// Kind is the storage class of a value, as SQLite reports it per row.
type Kind int32

// The storage classes. https://www.sqlite.org/c3ref/c_blob.html
const (
	Integer Kind = sqlite3.SQLITE_INTEGER
	Real    Kind = sqlite3.SQLITE_FLOAT
	Text    Kind = sqlite3.SQLITE_TEXT
	Blob    Kind = sqlite3.SQLITE_BLOB
	Null    Kind = sqlite3.SQLITE_NULL
	List    Kind = sqlite3.SQLITE_NULL + 1 // an array of PostgreSQL's
)

// String names the storage class as SQL's typeof() does.
func (k Kind) String() string {
	switch k {
	case Integer:
		return "integer"
	case Real:
		return "real"
	case Text:
		return "text"
	case Blob:
		return "blob"
	case List:
		return "array"
	default:
		return "null"
	}
}

// Scanner reads rows straight out of the database, without database/sql in between.
// It is for the tables with millions of rows; everything else goes through
// [Session.View].
type Scanner struct {
	session *Session
	ctx     context.Context
	conn    connection
	room    *tableRoom // what the last table left for the next one
}

// Scan opens a read-only connection of its own with one read transaction, so
// that all queries of read see the same state of the database. When ctx is done it
// ends within a row, also while the database still looks for the next one.
func (s *Session) Scan(ctx context.Context, read func(sc *Scanner) error) error {
	conn, err := s.backend.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.close()
	return read(&Scanner{session: s, ctx: ctx, conn: conn})
}

// Beside opens up to n more connections that see the same state of the database,
// for goroutines that read at the same time; close ends them, before Scan
// returns. It opens fewer where that is not to be had.
func (sc *Scanner) Beside(n int) (others []*Scanner, close func(), err error) {
	conns, err := sc.conn.beside(n)
	close = func() {
		for _, conn := range conns {
			conn.close()
		}
	}
	if err != nil {
		close()
		return nil, nil, err
	}
	for _, conn := range conns {
		others = append(others, &Scanner{session: sc.session, ctx: sc.ctx, conn: conn})
	}
	return others, close, nil
}

// Query runs one statement with its arguments in order; an argument is an integer, a
// bool, a text, [IDs], [Texts] or [TextRows]. SQL is as for [Tx]; without arguments
// it is run as it is, because a user may have written it.
func (sc *Scanner) Query(query string, args ...any) (*Cursor, error) {
	rows, err := sc.conn.query(query, args)
	if err != nil {
		return nil, err
	}
	return &Cursor{sc, rows}, nil
}

// Columns is [Tx.Columns].
func (sc *Scanner) Columns(table string) (names []string, err error) {
	err = sc.Each(func(cur *Cursor) error {
		names = append(names, cur.Text(0))
		return nil
	}, sc.session.backend.columnsQuery(), table)
	return names, err
}

// Each runs a query and calls row for every row of its result; it ends early
// with the first error that row returns.
func (sc *Scanner) Each(row func(cur *Cursor) error, query string, args ...any) error {
	cur, err := sc.Query(query, args...)
	if err != nil {
		return err
	}
	for cur.Next() {
		if err := row(cur); err != nil {
			cur.Close()
			return err
		}
	}
	return cur.Close()
}

// Cursor steps through the rows of one query of a [Scanner].
type Cursor struct {
	*Scanner
	rows rows
}

// Next moves to the next row. It returns false at the end and on failure,
// which [Cursor.Close] tells apart.
func (c *Cursor) Next() bool { return c.rows.next() }

// Kind returns the storage class of column i (from 0) in this row.
func (c *Cursor) Kind(i int) Kind { return c.rows.kind(i) }

// Int64 returns column i as an integer.
func (c *Cursor) Int64(i int) int64 { return c.rows.int64(i) }

// Float64 returns column i as a number.
func (c *Cursor) Float64(i int) float64 { return c.rows.float64(i) }

// Bytes returns column i, a blob. It is good until the next call of Next;
// [Cursor.Value] makes a copy.
func (c *Cursor) Bytes(i int) []byte { return c.rows.bytes(i) }

// Text returns column i as UTF-8 text.
func (c *Cursor) Text(i int) string { return c.rows.text(i) }

// List returns the elements of column i, an array of PostgreSQL's: int64, string or
// nil.
func (c *Cursor) List(i int) []any { return c.rows.list(i) }

// Value returns column i as the Go value that its storage class calls for: an array
// as its text.
func (c *Cursor) Value(i int) any {
	switch c.Kind(i) {
	case Integer:
		return c.Int64(i)
	case Real:
		return c.Float64(i)
	case Text, List:
		return c.Text(i)
	case Blob:
		return append([]byte{}, c.Bytes(i)...) // of no bytes it is empty, not nil
	default:
		return nil
	}
}

// Close releases the query and returns the failure that ended it, if any.
func (c *Cursor) Close() error { return c.rows.close() }
