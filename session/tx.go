package session

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/jmoiron/sqlx"
)

// Tx is one transaction of a session, with the context of the call that began
// it. SQL texts have ? for each argument, in order, and no words that only one
// database knows; lists of ids and of texts are single arguments (see [IDs]). A
// statement is compiled once for a transaction, however often it runs. A Tx is
// for one goroutine, and ends with the call that began it.
type Tx struct {
	ctx     context.Context
	tx      *sqlx.Tx
	backend backend
	stmts   map[string]*sqlx.Stmt // by text

	writing writing // nil of one that reads
}

func (s *Session) newTx(ctx context.Context, tx *sqlx.Tx) *Tx {
	return &Tx{ctx: ctx, tx: tx, backend: s.backend, stmts: make(map[string]*sqlx.Stmt)}
}

// stmt returns the compiled statement of a text.
func (t *Tx) stmt(query string) (*sqlx.Stmt, error) {
	if stmt := t.stmts[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := t.tx.PreparexContext(t.ctx, t.backend.dialect(query))
	if t.writing != nil {
		err = t.writing.compiled(t, query, err)
	}
	if err != nil {
		return nil, err
	}
	t.stmts[query] = stmt
	return stmt, nil
}

// Compile reports whether a statement would be refused, without running it.
func (t *Tx) Compile(query string) error {
	_, err := t.stmt(query)
	return err
}

// Exec runs a statement and returns how many rows it inserted, changed or
// deleted.
func (t *Tx) Exec(query string, args ...any) (rows int64, err error) {
	stmt, err := t.stmt(query)
	if err != nil {
		return 0, err
	}
	if err := t.changing(); err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(t.ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// Script runs statements that are separated by semicolons, such as those that
// make tables.
func (t *Tx) Script(text string) error {
	if t.writing == nil {
		return errOnlyReads
	}
	if err := t.changing(); err != nil {
		return err
	}
	return t.writing.script(t, text)
}

// changing is called before anything changes the database.
func (t *Tx) changing() error {
	if t.writing == nil {
		return nil // it is refused when it runs
	}
	return t.writing.changing()
}

// Get reads the first row into a pointer to a value, or to a struct whose fields
// have the columns' names in a db tag. Without a row it leaves into as it is.
func (t *Tx) Get(into any, query string, args ...any) (found bool, err error) {
	stmt, err := t.stmt(query)
	if err != nil {
		return false, err
	}
	err = stmt.GetContext(t.ctx, into, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Select reads all rows into a pointer to a slice of values or of structs.
func (t *Tx) Select(into any, query string, args ...any) error {
	stmt, err := t.stmt(query)
	if err != nil {
		return err
	}
	return stmt.SelectContext(t.ctx, into, args...)
}

// Each calls row for every row, one after the other; scan puts its columns into
// what pointers point to. It ends early with the first error that row returns,
// and nothing else may run in the transaction until it ends.
func (t *Tx) Each(row func(scan func(into ...any) error) error, query string, args ...any) error {
	stmt, err := t.stmt(query)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryxContext(t.ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close() // its error is that of Err
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Insert adds one row, without its column id, and returns the id that it got: the
// next one behind those that the table has.
func (t *Tx) Insert(table string, columns []string, values ...any) (id int64, err error) {
	if t.writing == nil {
		return 0, errOnlyReads
	}
	if err := t.changing(); err != nil {
		return 0, err
	}
	return t.writing.insert(t, table, columns, values)
}

// Columns returns the names of a table's columns as they are in the transaction,
// nil when there is no such table.
func (t *Tx) Columns(table string) (names []string, err error) {
	err = t.Select(&names, t.backend.columnsQuery(), table)
	return names, err
}

// ExpectMany prepares for a transaction that writes much.
func (t *Tx) ExpectMany() error {
	if t.writing == nil {
		return errOnlyReads
	}
	return t.writing.expectMany(t)
}

// TempTable makes a table that other connections do not see and that is not in the
// database, of the columns and constraints listed. It has a primary key, and whoever
// makes it drops it.
func (t *Tx) TempTable(name, columns string) error {
	if t.writing == nil {
		return errOnlyReads
	}
	return t.writing.tempTable(t, name, columns)
}

// Arrays returns which columns of a table hold lists that are not pickled: arrays of
// PostgreSQL's, which take a [TextArray] or an [IntArray].
func (t *Tx) Arrays(table string) (columns []string, err error) {
	if t.writing == nil {
		return nil, errOnlyReads
	}
	return t.writing.arrays(table)
}

// insertInto is the statement that inserts some rows.
func insertInto(table string, columns []string, rows int) string {
	row := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	return insert(table, columns) + "VALUES " + row + strings.Repeat(", "+row, rows-1)
}

// insert begins a statement that inserts.
func insert(table string, columns []string) string {
	var b strings.Builder
	b.WriteString("INSERT INTO ")
	b.WriteString(Quote(table))
	for i, name := range columns {
		b.WriteString([2]string{" (", ", "}[min(i, 1)])
		b.WriteString(Quote(name))
	}
	b.WriteString(") ")
	return b.String()
}

// errOnlyReads is what becomes of a statement that is to change something.
var errOnlyReads = errors.New("a transaction that only reads")

// Sequence hands out ids for new rows of a table whose ids the caller must know
// before they are written.
type Sequence struct{ first, last int64 }

// Sequence starts handing out ids of a table behind those that it has. Nobody
// else may insert into it until the transaction ends.
func (t *Tx) Sequence(table string) (*Sequence, error) {
	if t.writing == nil {
		return nil, errOnlyReads
	}
	return t.writing.sequence(t, table)
}

// newSequence begins behind the ids that a table has.
func (t *Tx) newSequence(table string) (*Sequence, error) {
	s := &Sequence{}
	if _, err := t.Get(&s.last, "SELECT coalesce(max(id), 0) FROM "+Quote(table)); err != nil {
		return nil, err
	}
	s.first = s.last + 1
	return s, nil
}

// Next returns the next id.
func (s *Sequence) Next() int64 {
	s.last++
	return s.last
}

// New reports whether an id was handed out here, and is not that of a row which
// was there before.
func (s *Sequence) New(id int64) bool { return id >= s.first && id <= s.last }
