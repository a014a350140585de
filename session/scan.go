package session

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteScanner is a connection to a file of SQLite's, with one read transaction,
// without database/sql in between: no allocation and no interface value per column.
type sqliteScanner struct {
	session *Session
	ctx     context.Context
	tls     *libc.TLS
	db      uintptr
	cell    uintptr            // room for one pointer that SQLite writes
	idle    map[string]uintptr // compiled statements that no cursor uses, by text
	unwatch func()
	release func()
}

// beside opens fewer when another program waits for its turn to write, and none if
// the file is in WAL mode, where a connection that begins later may see more than
// the first one.
func (sc *sqliteScanner) beside(n int) (others []connection, err error) {
	mode, err := sc.first("PRAGMA journal_mode")
	if err != nil || mode == "wal" {
		return nil, err
	}
	for err = sc.lock(); err == nil && len(others) < n; {
		var other *sqliteScanner
		if other, err = sc.session.sqliteScanner(sc.ctx); err != nil {
			break
		}
		// Whoever waits to write lets nobody else begin to read, and waits for
		// this reader: there is no use in waiting for him.
		sqlite3.Xsqlite3_busy_timeout(other.tls, other.db, 0)
		if err = other.lock(); err != nil {
			other.close()
			if errors.Is(err, ErrLocked) {
				return others, nil
			}
			break
		}
		others = append(others, other)
	}
	return others, err
}

// lock reads something, which takes the lock that keeps other programs from
// committing until the transaction ends; in WAL mode it fixes what is seen.
func (sc *sqliteScanner) lock() error {
	_, err := sc.first("SELECT 1 FROM sqlite_master LIMIT 1")
	return err
}

// first runs a statement and returns the text of the first column of its first row.
func (sc *sqliteScanner) first(query string) (text string, err error) {
	c, err := sc.statement(query)
	if err != nil {
		return "", err
	}
	if c.next() {
		text = c.text(0)
	}
	return text, c.close()
}

// sqliteScanner begins a transaction on a connection of its own, for the first time on
// the one that [Open] has used.
func (s *Session) sqliteScanner(ctx context.Context) (*sqliteScanner, error) {
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
func (s *Session) reader(ctx context.Context) (*sqliteScanner, error) {
	sc := &sqliteScanner{session: s, ctx: ctx, tls: libc.NewTLS(), idle: make(map[string]uintptr), unwatch: func() {}}
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
func (sc *sqliteScanner) begin(ctx context.Context) error {
	sc.ctx = ctx
	sc.unwatch = sc.interruptOnDone()
	return sc.run("BEGIN")
}

// end ends the transaction, of which no cursor is open, but not the connection.
func (sc *sqliteScanner) end() error {
	sc.unwatch()
	sc.unwatch = func() {}
	return sc.run("ROLLBACK")
}

// run runs a statement without rows.
func (sc *sqliteScanner) run(statement string) error {
	_, err := sc.first(statement)
	return err
}

// forget gives back the memory of the pages that SQLite keeps, for one that reads each
// page once.
func (sc *sqliteScanner) forget() { sqlite3.Xsqlite3_db_release_memory(sc.tls, sc.db) }

// close ends the connection and with it the transaction.
func (sc *sqliteScanner) close() {
	sc.unwatch()
	for _, stmt := range sc.idle {
		sqlite3.Xsqlite3_finalize(sc.tls, stmt)
	}
	sc.release()
}

// interruptOnDone ends a step that takes long when the context is done. The
// function that it returns stops watching, and must be called before the
// connection is closed.
func (sc *sqliteScanner) interruptOnDone() (stop func()) {
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

// query compiles a statement; see [Scanner.Query].
func (sc *sqliteScanner) query(query string, args []any) (rows, error) {
	c, err := sc.statement(query, args...)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// statement compiles a statement and binds its arguments. With arguments it is
// compiled once, however often it runs.
func (sc *sqliteScanner) statement(query string, args ...any) (*statement, error) {
	if err := sc.ctx.Err(); err != nil {
		return nil, err
	}
	c := &statement{sqliteScanner: sc}
	if len(args) > 0 {
		c.query = query
		c.stmt = sc.idle[query]
		delete(sc.idle, query)
	}
	if c.stmt == 0 {
		var err error
		if c.stmt, err = sc.compile(query, len(args) > 0); err != nil {
			return nil, err
		}
	}
	for i, v := range args {
		if err := c.bind(int32(i+1), v); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

func (sc *sqliteScanner) inOrder(table string) string { return table + " NOT INDEXED" }

// compile compiles a statement; ours is one whose text is for [dialect].
func (sc *sqliteScanner) compile(query string, ours bool) (stmt uintptr, err error) {
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
func (c *statement) bind(i int32, v any) error {
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

// scanError is a failure of the cursor with its SQLite result code.
type scanError struct {
	code int
	msg  string
}

func (e *scanError) Error() string { return fmt.Sprintf("%s (%d)", e.msg, e.code) }
func (e *scanError) Code() int     { return e.code }

func (sc *sqliteScanner) error(rc int32) error {
	if sc.db == 0 {
		return &scanError{int(rc), libc.GoString(sqlite3.Xsqlite3_errstr(sc.tls, rc))}
	}
	return &scanError{int(sqlite3.Xsqlite3_extended_errcode(sc.tls, sc.db)),
		libc.GoString(sqlite3.Xsqlite3_errmsg(sc.tls, sc.db))}
}

// statement steps through the rows of one query.
type statement struct {
	*sqliteScanner
	stmt  uintptr
	query string // by which the statement is kept; "" if it is not
	steps uint
	err   error
}

// checkEvery is how many rows pass between two looks at the context.
const checkEvery = 1 << 12

func (c *statement) next() bool {
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

func (c *statement) fail(rc int32) { c.err = c.session.wrap(c.ctx, c.error(rc)) }

// again begins the query anew, with another integer as its only argument.
func (c *statement) again(v int64) error {
	sqlite3.Xsqlite3_reset(c.tls, c.stmt)
	return c.bind(1, v)
}

func (c *statement) kind(i int) Kind {
	return Kind(sqlite3.Xsqlite3_column_type(c.tls, c.stmt, int32(i)))
}

func (c *statement) int64(i int) int64 {
	return sqlite3.Xsqlite3_column_int64(c.tls, c.stmt, int32(i))
}

func (c *statement) float64(i int) float64 {
	return sqlite3.Xsqlite3_column_double(c.tls, c.stmt, int32(i))
}

func (c *statement) bytes(i int) []byte {
	p := sqlite3.Xsqlite3_column_blob(c.tls, c.stmt, int32(i))
	n := sqlite3.Xsqlite3_column_bytes(c.tls, c.stmt, int32(i))
	if p == 0 || n == 0 {
		return nil
	}
	return libc.GoBytes(p, int(n))
}

func (c *statement) list(int) []any { return nil }

func (c *statement) text(i int) string {
	p := sqlite3.Xsqlite3_column_text(c.tls, c.stmt, int32(i))
	n := sqlite3.Xsqlite3_column_bytes(c.tls, c.stmt, int32(i))
	if p == 0 || n == 0 {
		return ""
	}
	return string(libc.GoBytes(p, int(n)))
}

func (c *statement) columns() []string {
	names := make([]string, sqlite3.Xsqlite3_column_count(c.tls, c.stmt))
	for i := range names {
		names[i] = libc.GoString(sqlite3.Xsqlite3_column_name(c.tls, c.stmt, int32(i)))
	}
	return names
}

func (c *statement) close() error {
	if c.query != "" && c.stmt != 0 && c.err == nil && c.idle[c.query] == 0 {
		sqlite3.Xsqlite3_reset(c.tls, c.stmt)
		sqlite3.Xsqlite3_clear_bindings(c.tls, c.stmt)
		c.idle[c.query] = c.stmt
	} else {
		sqlite3.Xsqlite3_finalize(c.tls, c.stmt)
	}
	c.stmt = 0
	return c.err
}
