package session

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"
)

// backend is the database behind a session: a file of SQLite's ([sqliteFile]) or a
// database of a PostgreSQL server ([postgres]).
type backend interface {
	// dialect writes an SQL text of ours as the database reads it.
	dialect(query string) string
	// begin begins a transaction that reads; end ends it.
	begin(ctx context.Context) (tx *sqlx.Tx, end func(), err error)
	// connect does so on a connection of its own, without database/sql.
	connect(ctx context.Context) (connection, error)
	// beginUpdate begins a transaction that writes.
	beginUpdate(ctx context.Context, how UpdateOption) (*Tx, error)
	// columnsQuery selects the names of the columns of a table, its argument.
	columnsQuery() string
	// foreignKeysQuery selects of each foreign key of a table, its argument, the column,
	// the table that it refers to, and what happens when that row goes.
	foreignKeysQuery() string
	// recognise reads the session's schema, or says what the database is instead.
	recognise(ctx context.Context) error
	// authorize refuses a query, whoever wrote it, that does more than read.
	authorize(ctx context.Context, query string) error
	// state is a text that is another one when somebody else has committed something:
	// another connection than the one of a session that watches.
	state(ctx context.Context) (string, error)
	// check looks for damage.
	check(ctx context.Context) error
	// distribution returns the statements of [Session.Distribution].
	distribution(ctx context.Context) ([]string, error)
	// structure reads what the tables are made of.
	structure(sc *Scanner) (*structure, error)
	// wrap gives an error of the database a kind and a hint. Other errors, and
	// errors that were wrapped before, pass unchanged.
	wrap(ctx context.Context, err error) error
	close() error
}

// writing is how a transaction writes.
type writing interface {
	// compiled is called when a statement was compiled, or that failed, before it runs.
	compiled(t *Tx, query string, failure error) error
	// changing is called before anything changes.
	changing() error
	// script is [Tx.Script].
	script(t *Tx, text string) error
	// insert is [Tx.Insert].
	insert(t *Tx, table string, columns []string, values []any) (id int64, err error)
	// sequence is [Tx.Sequence].
	sequence(t *Tx, table string) (*Sequence, error)
	// expectMany is [Tx.ExpectMany].
	expectMany(t *Tx) error
	// tempTable is [Tx.TempTable].
	tempTable(t *Tx, name, columns string) error
	// arrays is [Tx.Arrays].
	arrays(table string) ([]string, error)
	// full is how many rows of so many columns go together.
	full(columns int) int
	// write writes the rows that wait, of which there are some.
	write(r *Rows) (written int, err error)
	// overwritable is [Tx.Overwritable] for what is not the names of columns.
	overwritable(t *Tx, table string) (bool, error)
	// overwrite overwrites the rows that wait, of so many values each.
	overwrite(o *Overwriting, rows int64, width int) (same bool, err error)
	// commit commits, if what has happened may be.
	commit(t *Tx) error
	// end ends the transaction that was committed, or undoes the one that failed.
	end(failure error)
}

// connection is what a [Scanner] reads from: a transaction that reads. It is for one
// goroutine.
type connection interface {
	// query begins a query; of several the rows may be read in turn.
	query(query string, args []any) (rows, error)
	// inOrder names a table in a query for its rows as they are stored.
	inOrder(table string) string
	// onServer reports whether a server computes; aggregates prepares it for that.
	onServer() bool
	aggregates() error
	// beside opens up to n more that see the same; see [Scanner.Beside].
	beside(n int) ([]connection, error)
	// limit bounds how many bytes a value may have.
	limit(longest int32)
	close()
}

// rows is what a [Cursor] steps through; see there. A value is converted as SQLite
// does it where it is of another kind than what is asked for.
type rows interface {
	next() bool
	kind(i int) Kind
	int64(i int) int64
	float64(i int) float64
	bytes(i int) []byte
	list(i int) []any
	text(i int) string
	columns() []string
	close() error
}

// sqliteFile is the session's file.
type sqliteFile struct{ *Session }

func (f sqliteFile) close() error {
	f.watched.close()
	if first := f.first.Swap(nil); first != nil {
		first.close()
	}
	return f.db.Close()
}

func (f sqliteFile) dialect(query string) string { return dialect(query) }

func (f sqliteFile) begin(ctx context.Context) (*sqlx.Tx, func(), error) {
	conn, err := f.conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	tx, err := conn.BeginTxx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	return tx, func() {
		tx.Rollback() // nothing to keep; after a failure there is nothing to add
		conn.Close()  // it goes back to the pool
	}, nil
}

func (f sqliteFile) connect(ctx context.Context) (connection, error) {
	sc, err := f.sqliteScanner(ctx)
	if err != nil {
		return nil, err
	}
	return sc, nil
}

func (f sqliteFile) recognise(ctx context.Context) error {
	if f.writable { // which plays back a hot journal
		return f.View(ctx, f.lookAround)
	}
	return f.lookAroundFirst(ctx)
}
