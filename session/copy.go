package session

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Lists says which columns of a file are lists that a PostgreSQL server has as arrays,
// and how a file stores one. A list is a [TextArray] or an [IntArray].
type Lists struct {
	Texts, Integers []string // the columns, as TABLE.COLUMN
	Load            func(stored []byte, integers bool) (list any, err error)
	Dump            func(list any) (stored []byte, err error)
}

// CopiedTable is a table that was copied.
type CopiedTable struct {
	Table string
	Rows  int
	// Checksum is over all values of the rows, whatever their order; it is the same for
	// a file and for a server.
	Checksum uint64
}

// Copied is what [Session.Copy] did.
type Copied struct {
	Path   string        // of the copy, as [Session.Path]
	Tables []CopiedTable // in the order in which they were made
	Notes  []string      // what is not as it was
}

// Rows is how many rows were copied.
func (c *Copied) Rows() (rows int) {
	for _, t := range c.Tables {
		rows += t.Rows
	}
	return rows
}

// Copy copies the database, as one transaction sees it, into a new file, or by its URL
// into a PostgreSQL database that has no tables of these names. Tables have the same
// rows, keys and indexes there, and sequences go on behind the ids. Tables of others
// that cannot be made there are left out and noted, as views and triggers are. What was
// written is read back and compared before it is kept; on any failure nothing of it
// stays ([ErrExists], [ErrNotEmpty], [*UnfitError] for a value that the other database
// cannot hold).
//
// Rows that refer to rows that do not exist are copied as they are: a server does not
// validate such a foreign key then.
//
// Copy calls report, from one goroutine at a time, with how many rows were written or
// read back, of how many. Memory does not grow with the tables.
func (s *Session) Copy(ctx context.Context, to string, lists Lists, report func(done, total int)) (*Copied, error) {
	target, err := s.copyTarget(ctx, to)
	if err != nil {
		return nil, err
	}
	c := &copying{session: s, target: target, lists: &lists, report: report}
	err = s.Scan(ctx, c.run)
	if err == nil {
		err = ctx.Err()
	}
	if err = target.end(err); err != nil {
		return nil, err
	}
	return &c.Copied, nil
}

// onServer reports whether the database is a server's.
func (s *Session) onServer() bool {
	_, is := s.backend.(*postgres)
	return is
}

func (s *Session) copyTarget(ctx context.Context, to string) (copyTarget, error) {
	if IsPostgres(to) {
		return newServerTarget(ctx, to, s.busyTimeout)
	}
	return newFileTarget(ctx, to, !s.onServer())
}

// copyTarget is where a copy is made: [fileTarget] or [serverTarget].
type copyTarget interface {
	path() string
	onServer() bool
	// write runs do in the transaction that writes.
	write(do func() error) error
	// create makes the tables, without what complete makes.
	create(tables []*tableStructure) error
	// fill writes the rows of a table; next returns each of them, then nil.
	fill(t *tableStructure, next func() ([]value, error)) error
	// complete makes what is slow to keep while rows are written.
	complete(tables []*tableStructure, indexes []indexStructure) (notes []string, err error)
	// read reads what was written.
	read(read func(sc *Scanner) error) error
	// end keeps the copy, or removes it after a failure, which it returns.
	end(failure error) error
}

// copying is a copy being made.
type copying struct {
	Copied
	session     *Session
	target      copyTarget
	lists       *Lists
	report      func(done, total int)
	done, total int  // rows
	across      bool // from a file to a server or back
}

func (c *copying) run(sc *Scanner) error {
	c.Path, c.across = c.target.path(), c.session.onServer() != c.target.onServer()
	all, err := c.session.backend.structure(sc)
	if err != nil {
		return err
	}
	tables, indexes, err := c.choose(all)
	if err != nil {
		return err
	}
	for _, t := range tables {
		err := sc.Each(func(cur *Cursor) error {
			c.total += 2 * int(cur.Int64(0))
			return nil
		}, "SELECT count(*) FROM "+Quote(t.name))
		if err != nil {
			return err
		}
	}
	if err := c.target.write(func() error { return c.write(sc, tables, indexes) }); err != nil {
		return err
	}
	return c.target.read(func(sc *Scanner) error { return c.verify(sc, tables) })
}

func (c *copying) write(sc *Scanner, tables []*tableStructure, indexes []indexStructure) error {
	if err := c.target.create(tables); err != nil {
		return err
	}
	for _, t := range tables {
		sum, err := c.fill(sc, t)
		if err != nil {
			return err
		}
		c.Tables = append(c.Tables, CopiedTable{t.name, sum.rows, sum.sum})
	}
	notes, err := c.target.complete(tables, indexes)
	c.Notes = append(c.Notes, notes...)
	return err
}

// UnfitError says which value the other database cannot hold.
type UnfitError struct {
	Path, Table, Row, Column string
	Problem                  string
}

// Error is one line.
func (e *UnfitError) Error() string {
	return fmt.Sprintf("%s: table %s, %s, column %s: %s; the copy cannot hold that, and nothing was copied", e.Path, e.Table, e.Row, e.Column, e.Problem)
}

// fill copies the rows of a table.
func (c *copying) fill(sc *Scanner, t *tableStructure) (*checksum, error) {
	rows, err := c.rows(sc, t)
	if err != nil {
		return nil, err
	}
	err = c.target.fill(t, func() ([]value, error) {
		row, err := rows.next()
		if row == nil || err != nil {
			return nil, err
		}
		return row, c.convert(t, row, rows.sum.rows)
	})
	if failed := rows.cur.Close(); failed != nil {
		err = failed
	}
	return &rows.sum, err
}

// convert makes a row fit for the target.
func (c *copying) convert(t *tableStructure, row []value, number int) error {
	if !c.across {
		return nil
	}
	for i := range row {
		problem := ""
		switch v := &row[i]; {
		case c.target.onServer():
			problem = v.unfit(&t.columns[i])
		default:
			if problem = v.unfitFile(&t.columns[i]); problem == "" && v.kind == List {
				var err error
				if v.bytes, err = c.lists.Dump(v.list); err != nil {
					problem = err.Error()
				}
				v.kind = Blob
			}
		}
		if problem != "" {
			return &UnfitError{c.session.path, t.name, t.rowName(row, number), t.columns[i].name, problem}
		}
	}
	return nil
}

// rowName names a row by its key.
func (t *tableStructure) rowName(row []value, number int) string {
	var parts []string
	for i, c := range t.columns {
		if slices.Contains(t.key, c.name) {
			parts = append(parts, c.name+" "+row[i].what())
		}
	}
	if parts == nil {
		return fmt.Sprintf("row %d", number)
	}
	return strings.Join(parts, ", ")
}

// verify compares what was written with what was read.
func (c *copying) verify(sc *Scanner, tables []*tableStructure) error {
	for i, t := range tables {
		rows, err := c.rows(sc, t)
		for row := []value{}; err == nil && row != nil; {
			row, err = rows.next()
		}
		if err == nil {
			err = rows.cur.Close()
		}
		if err != nil {
			return err
		}
		if want := c.Tables[i]; rows.sum.rows != want.Rows || rows.sum.sum != want.Checksum {
			return fmt.Errorf("%s: table %s is not what was copied: %d rows and checksum %016x, not %d and %016x; nothing was kept",
				c.Path, t.name, rows.sum.rows, rows.sum.sum, want.Rows, want.Checksum)
		}
	}
	return nil
}

// copiedRows are the rows of a table, with what they add up to.
type copiedRows struct {
	*copying
	table *tableStructure
	cur   *Cursor
	row   []value
	sum   checksum
}

// rows begins to read a table, in the order in which it is stored.
func (c *copying) rows(sc *Scanner, t *tableStructure) (*copiedRows, error) {
	cur, err := sc.Query("SELECT " + quoted(t.names()) + " FROM " + sc.conn.inOrder(Quote(t.name)))
	return &copiedRows{copying: c, table: t, cur: cur, row: make([]value, len(t.columns))}, err
}

// next returns the next row, or nil. It is good until the next call.
func (r *copiedRows) next() ([]value, error) {
	if !r.cur.Next() {
		return nil, r.cur.Close()
	}
	for i := range r.row {
		r.row[i].load(r.cur, i, &r.table.columns[i], r.lists)
	}
	r.sum.add(r.row)
	const seldom = 1 << 10
	if r.done++; r.done%seldom == 0 {
		r.report(r.done, r.total)
	}
	return r.row, nil
}
