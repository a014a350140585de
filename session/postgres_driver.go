package session

import (
	"context"
	"database/sql/driver"
	"io"
)

// postgresDriver gives database/sql the one connection of a transaction that has
// begun and that others commit. The library's own driver would make the
// program a fifth larger.
type postgresDriver struct{ sc *postgresScanner }

func (d postgresDriver) Connect(context.Context) (driver.Conn, error) { return d, nil }
func (d postgresDriver) Driver() driver.Driver                        { return d }
func (d postgresDriver) Open(string) (driver.Conn, error)             { return d, nil }
func (d postgresDriver) Begin() (driver.Tx, error)                    { return d, nil }
func (d postgresDriver) Commit() error                                { return errOnlyReads }
func (d postgresDriver) Rollback() error                              { return nil }

// BeginTx has nothing to do.
func (d postgresDriver) BeginTx(context.Context, driver.TxOptions) (driver.Tx, error) { return d, nil }

// Close ends the transaction.
func (d postgresDriver) Close() error {
	d.sc.close()
	return nil
}

// Prepare keeps the text, which the server compiles when it runs.
func (d postgresDriver) Prepare(query string) (driver.Stmt, error) {
	return postgresStmt{d.sc, query}, nil
}

type postgresStmt struct {
	sc    *postgresScanner
	query string
}

func (s postgresStmt) Close() error  { return nil }
func (s postgresStmt) NumInput() int { return -1 }

// Exec runs a statement that changes something.
func (s postgresStmt) Exec(args []driver.Value) (driver.Result, error) {
	if !s.sc.writes {
		return nil, errOnlyReads
	}
	list := make([]any, len(args))
	for i, v := range args {
		list[i] = v
	}
	n, err := s.sc.exec(s.query, list...)
	return driver.RowsAffected(n), err
}

// Query declares a cursor.
func (s postgresStmt) Query(args []driver.Value) (driver.Rows, error) {
	list := make([]any, len(args))
	for i, v := range args {
		list[i] = v
	}
	rows, err := s.sc.query(s.query, list)
	if err != nil {
		return nil, err
	}
	return driverRows{&Cursor{rows: rows}}, nil
}

// driverRows are the rows of a cursor.
type driverRows struct{ *Cursor }

func (r driverRows) Columns() []string { return r.rows.columns() }

// Next puts the values of the next row into dest.
func (r driverRows) Next(dest []driver.Value) error {
	if !r.Cursor.Next() {
		if err := r.Cursor.Close(); err != nil {
			return err
		}
		return io.EOF
	}
	for i := range dest {
		dest[i] = r.Value(i)
	}
	return nil
}
