package session

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"modernc.org/libc"
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
	default:
		return "null"
	}
}

// Scanner reads rows straight out of SQLite, without database/sql in between:
// no allocation and no interface value per column. It is for the tables with
// millions of rows; everything else goes through [Session.View].
type Scanner struct {
	session *Session
	ctx     context.Context
	tls     *libc.TLS
	db      uintptr
	cell    uintptr            // room for one pointer that SQLite writes
	idle    map[string]uintptr // compiled statements that no cursor uses, by text
	unwatch func()
	release func()
}

// Scan opens a read-only connection of its own with one read transaction, so
// that all queries of read see the same state of the file. When ctx is done it
// ends within a row, also while SQLite still looks for the next one.
func (s *Session) Scan(ctx context.Context, read func(sc *Scanner) error) error {
	sc, err := s.scanner(ctx)
	if err != nil {
		return err
	}
	defer sc.close()
	return read(sc)
}

// Beside opens up to n more connections that see the same state of the file,
// for goroutines that read at the same time; close ends them, before Scan
// returns. It opens fewer when another program waits for its turn to write, and
// none if the file is in WAL mode, where a connection that begins later may see
// more than the first one.
func (sc *Scanner) Beside(n int) (others []*Scanner, close func(), err error) {
	close = func() {
		for _, other := range others {
			other.close()
		}
	}
	wal := false
	err = sc.Each(func(cur *Cursor) error {
		wal = cur.Text(0) == "wal"
		return nil
	}, "PRAGMA journal_mode")
	if err == nil && !wal {
		err = sc.lock()
	}
	for err == nil && !wal && len(others) < n {
		var other *Scanner
		if other, err = sc.session.scanner(sc.ctx); err != nil {
			break
		}
		// Whoever waits to write lets nobody else begin to read, and waits for
		// this reader: there is no use in waiting for him.
		sqlite3.Xsqlite3_busy_timeout(other.tls, other.db, 0)
		if err = other.lock(); err != nil {
			other.close()
			if errors.Is(err, ErrLocked) {
				return others, close, nil
			}
			break
		}
		others = append(others, other)
	}
	if err != nil {
		close()
		return nil, nil, err
	}
	return others, close, nil
}

// lock reads something, which takes the lock that keeps other programs from
// committing until the transaction ends; in WAL mode it fixes what is seen.
func (sc *Scanner) lock() error {
	return sc.Each(func(*Cursor) error { return nil }, "SELECT 1 FROM sqlite_master LIMIT 1")
}

// scanner begins a transaction on a connection of its own, for the first time on
// the one that [Open] has used.
func (s *Session) scanner(ctx context.Context) (*Scanner, error) {
	sc := s.first.Swap(nil)
	if sc == nil {
		var err error
		if sc, err = s.reader(ctx); err != nil {
			return nil, err
		}
	}
	if err := sc.begin(ctx); err != nil {
		sc.close()
		return nil, err
	}
	return sc, nil
}

// reader opens a connection that reads.
func (s *Session) reader(ctx context.Context) (*Scanner, error) {
	sc := &Scanner{session: s, ctx: ctx, tls: libc.NewTLS(), idle: make(map[string]uintptr), unwatch: func() {}}
	const pointerSize = 8
	sc.cell = sc.tls.Alloc(pointerSize)
	sc.release = func() {
		sqlite3.Xsqlite3_close_v2(sc.tls, sc.db)
		sc.tls.Free(pointerSize)
		sc.tls.Close()
	}
	name, err := libc.CString(s.uri + "?mode=ro")
	if err != nil {
		sc.release()
		return nil, err
	}
	defer libc.Xfree(sc.tls, name)
	const flags = sqlite3.SQLITE_OPEN_READONLY | sqlite3.SQLITE_OPEN_URI | sqlite3.SQLITE_OPEN_NOMUTEX
	rc := sqlite3.Xsqlite3_open_v2(sc.tls, name, sc.cell, flags, 0)
	sc.db = libc.AtomicLoadPUintptr(sc.cell)
	if rc != sqlite3.SQLITE_OK {
		err := s.wrap(ctx, sc.error(rc))
		sc.release()
		return nil, err
	}
	sqlite3.Xsqlite3_busy_timeout(sc.tls, sc.db, int32(s.busyTimeout.Milliseconds()))
	sc.limit(longestValue)
	return sc, nil
}

// begin begins the transaction, which ctx ends.
func (sc *Scanner) begin(ctx context.Context) error {
	sc.ctx = ctx
	sc.unwatch = sc.interruptOnDone()
	return sc.run("BEGIN")
}

// end ends the transaction, of which no cursor is open, but not the connection.
func (sc *Scanner) end() error {
	sc.unwatch()
	sc.unwatch = func() {}
	return sc.run("ROLLBACK")
}

// run runs a statement without rows.
func (sc *Scanner) run(statement string) error {
	cur, err := sc.Query(statement)
	if err != nil {
		return err
	}
	cur.Next()
	return cur.Close()
}

// close ends the connection and with it the transaction.
func (sc *Scanner) close() {
	sc.unwatch()
	for _, stmt := range sc.idle {
		sqlite3.Xsqlite3_finalize(sc.tls, stmt)
	}
	sc.release()
}

// interruptOnDone ends a step that takes long when the context is done. The
// function that it returns stops watching, and must be called before the
// connection is closed.
func (sc *Scanner) interruptOnDone() (stop func()) {
	over := make(chan struct{})
	unwatch := context.AfterFunc(sc.ctx, func() {
		defer close(over)
		tls := libc.NewTLS() // one belongs to one goroutine
		defer tls.Close()
		sqlite3.Xsqlite3_interrupt(tls, sc.db)
	})
	return func() {
		if !unwatch() {
			<-over
		}
	}
}

// Query compiles one statement and binds its arguments in order; an argument is
// an integer, a bool, a text, [IDs], [Texts] or [TextRows]. SQL is as for [Tx];
// without arguments it is run as it is, because a user may have written it. With
// arguments it is compiled once, however often it runs.
func (sc *Scanner) Query(query string, args ...any) (*Cursor, error) {
	if err := sc.ctx.Err(); err != nil {
		return nil, err
	}
	cur := &Cursor{Scanner: sc}
	if len(args) > 0 {
		cur.text = query
		cur.stmt = sc.idle[query]
		delete(sc.idle, query)
	}
	if cur.stmt == 0 {
		var err error
		if cur.stmt, err = sc.compile(query, len(args) > 0); err != nil {
			return nil, err
		}
	}
	for i, v := range args {
		if err := cur.bind(int32(i+1), v); err != nil {
			cur.Close()
			return nil, err
		}
	}
	return cur, nil
}

// compile compiles a statement; ours is one whose text is for [dialect].
func (sc *Scanner) compile(query string, ours bool) (stmt uintptr, err error) {
	if ours {
		query = dialect(query)
	}
	text, err := libc.CString(query)
	if err != nil {
		return 0, err
	}
	defer libc.Xfree(sc.tls, text)
	rc := sqlite3.Xsqlite3_prepare_v2(sc.tls, sc.db, text, -1, sc.cell, 0)
	if rc != sqlite3.SQLITE_OK {
		return 0, sc.session.wrap(sc.ctx, sc.error(rc))
	}
	return libc.AtomicLoadPUintptr(sc.cell), nil
}

// bind sets parameter i (from 1). SQLite takes its own copy of a text.
func (c *Cursor) bind(i int32, v any) error {
	var rc int32
	switch v := v.(type) {
	case int64:
		rc = sqlite3.Xsqlite3_bind_int64(c.tls, c.stmt, i, v)
	case int:
		rc = sqlite3.Xsqlite3_bind_int64(c.tls, c.stmt, i, int64(v))
	case bool:
		n := int64(0)
		if v {
			n = 1
		}
		rc = sqlite3.Xsqlite3_bind_int64(c.tls, c.stmt, i, n)
	case IDs:
		return c.bind(i, v.json())
	case driver.Valuer: // Texts and TextRows
		list, err := v.Value()
		if err != nil {
			return err
		}
		return c.bind(i, list)
	case string:
		text, err := libc.CString(v)
		if err != nil {
			return err
		}
		defer libc.Xfree(c.tls, text)
		rc = sqlite3.Xsqlite3_bind_text(c.tls, c.stmt, i, text, int32(len(v)), sqlite3.SQLITE_TRANSIENT)
	default:
		return fmt.Errorf("session: a cursor cannot bind a %T", v)
	}
	if rc != sqlite3.SQLITE_OK {
		return c.session.wrap(c.ctx, c.error(rc))
	}
	return nil
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

// scanError is a failure of the cursor with its SQLite result code.
type scanError struct {
	code int
	msg  string
}

func (e *scanError) Error() string { return fmt.Sprintf("%s (%d)", e.msg, e.code) }
func (e *scanError) Code() int     { return e.code }

func (sc *Scanner) error(rc int32) error {
	if sc.db == 0 {
		return &scanError{int(rc), libc.GoString(sqlite3.Xsqlite3_errstr(sc.tls, rc))}
	}
	return &scanError{int(sqlite3.Xsqlite3_extended_errcode(sc.tls, sc.db)),
		libc.GoString(sqlite3.Xsqlite3_errmsg(sc.tls, sc.db))}
}

// Cursor steps through the rows of one query of a [Scanner].
type Cursor struct {
	*Scanner
	stmt  uintptr
	text  string // by which the statement is kept; "" if it is not
	steps uint
	err   error
}

// checkEvery is how many rows pass between two looks at the context.
const checkEvery = 1 << 12

// Next moves to the next row. It returns false at the end and on failure,
// which [Cursor.Close] tells apart.
func (c *Cursor) Next() bool {
	if c.steps++; c.steps%checkEvery == 0 && c.ctx.Err() != nil {
		c.err = c.ctx.Err()
	}
	if c.err != nil || c.stmt == 0 {
		return false
	}
	switch rc := sqlite3.Xsqlite3_step(c.tls, c.stmt); rc {
	case sqlite3.SQLITE_ROW:
		return true
	case sqlite3.SQLITE_DONE:
	default:
		c.fail(rc)
	}
	return false
}

func (c *Cursor) fail(rc int32) { c.err = c.session.wrap(c.ctx, c.error(rc)) }

// again begins the query anew, with another integer as its only argument.
func (c *Cursor) again(v int64) error {
	sqlite3.Xsqlite3_reset(c.tls, c.stmt)
	return c.bind(1, v)
}

// Kind returns the storage class of column i (from 0) in this row.
func (c *Cursor) Kind(i int) Kind { return Kind(sqlite3.Xsqlite3_column_type(c.tls, c.stmt, int32(i))) }

// Int64 returns column i as an integer.
func (c *Cursor) Int64(i int) int64 { return sqlite3.Xsqlite3_column_int64(c.tls, c.stmt, int32(i)) }

// Float64 returns column i as a number.
func (c *Cursor) Float64(i int) float64 {
	return sqlite3.Xsqlite3_column_double(c.tls, c.stmt, int32(i))
}

// Bytes returns column i, a blob. It lies in SQLite's memory and is good until
// the next call of Next; [Cursor.Value] makes a copy.
func (c *Cursor) Bytes(i int) []byte {
	p := sqlite3.Xsqlite3_column_blob(c.tls, c.stmt, int32(i))
	n := sqlite3.Xsqlite3_column_bytes(c.tls, c.stmt, int32(i))
	if p == 0 || n == 0 {
		return nil
	}
	return libc.GoBytes(p, int(n))
}

// Text returns column i as UTF-8 text.
func (c *Cursor) Text(i int) string {
	p := sqlite3.Xsqlite3_column_text(c.tls, c.stmt, int32(i))
	n := sqlite3.Xsqlite3_column_bytes(c.tls, c.stmt, int32(i))
	if p == 0 || n == 0 {
		return ""
	}
	return string(libc.GoBytes(p, int(n)))
}

// columns returns the names of the result's columns.
func (c *Cursor) columns() []string {
	names := make([]string, sqlite3.Xsqlite3_column_count(c.tls, c.stmt))
	for i := range names {
		names[i] = libc.GoString(sqlite3.Xsqlite3_column_name(c.tls, c.stmt, int32(i)))
	}
	return names
}

// Value returns column i as the Go value that its storage class calls for.
func (c *Cursor) Value(i int) any {
	switch c.Kind(i) {
	case Integer:
		return c.Int64(i)
	case Real:
		return c.Float64(i)
	case Text:
		return c.Text(i)
	case Blob:
		return append([]byte{}, c.Bytes(i)...) // of no bytes it is empty, not nil
	default:
		return nil
	}
}

// Close releases the query and returns the failure that ended it, if any.
func (c *Cursor) Close() error {
	if c.text != "" && c.stmt != 0 && c.err == nil && c.idle[c.text] == 0 {
		sqlite3.Xsqlite3_reset(c.tls, c.stmt)
		sqlite3.Xsqlite3_clear_bindings(c.tls, c.stmt)
		c.idle[c.text] = c.stmt
	} else {
		sqlite3.Xsqlite3_finalize(c.tls, c.stmt)
	}
	c.stmt = 0
	return c.err
}
