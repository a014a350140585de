package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// serverTarget is tables in a database of a PostgreSQL server, in a transaction that is
// committed when the copy is whole.
type serverTarget struct{ *postgresScanner }

func newServerTarget(ctx context.Context, location string, busyTimeout time.Duration) (copyTarget, error) {
	s, err := newPostgres(location, []Option{Writable(), BusyTimeout(busyTimeout)})
	if err != nil {
		return nil, err
	}
	p := s.backend.(*postgres)
	conn, err := p.start(ctx, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", "")
	if err != nil {
		return nil, s.notMade(err)
	}
	return serverTarget{&postgresScanner{postgres: p, ctx: ctx, conn: conn, limited: longestValue, writes: true}}, nil
}

func (p serverTarget) path() string                { return p.session.path }
func (p serverTarget) onServer() bool              { return true }
func (p serverTarget) write(do func() error) error { return do() }

// run runs statements.
func (p serverTarget) run(text string) error { return p.wrap(p.ctx, p.simple(text)) }

// create makes the tables where none has one of their names.
func (p serverTarget) create(tables []*tableStructure) error {
	var names, there []string
	for _, t := range tables {
		names = append(names, literal(t.name))
	}
	err := p.read(func(sc *Scanner) error {
		return sc.Each(func(cur *Cursor) error {
			there = append(there, cur.Text(0))
			return nil
		}, `SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
			WHERE n.nspname = current_schema() AND c.relname IN (`+strings.Join(names, ", ")+`) ORDER BY c.relname COLLATE "C"`)
	})
	if err != nil {
		return err
	}
	if there != nil {
		const few = 5
		if more := len(there) - few; more > 0 {
			there = append(there[:few], fmt.Sprintf("and %d more", more))
		}
		return &Error{Path: p.path(), Kind: ErrNotEmpty, Err: errors.New("it has " + strings.Join(there, ", ")), Hint: notEmptyHint}
	}
	for _, t := range tables {
		if err := p.run(t.postgresDDL()); err != nil {
			return p.session.notMade(err)
		}
	}
	return nil
}

func (p serverTarget) fill(t *tableStructure, next func() ([]value, error)) error {
	rows := &copyText{next: next}
	_, err := p.conn.CopyFrom(p.ctx, rows, "COPY "+Quote(t.name)+" ("+quoted(t.names())+") FROM STDIN")
	if failed := rows.stop(); failed != nil {
		return failed
	}
	if said, ok := errors.AsType[*pgconn.PgError](err); ok && p.ctx.Err() == nil {
		return p.wrap(p.ctx, fmt.Errorf("table %s: %w (%s)", t.name, serverError{said}, said.Where))
	}
	return p.wrap(p.ctx, err)
}

// copyText is the text of rows, as COPY reads it: in a goroutine of the driver's, which
// does not wait for it when the connection is lost.
type copyText struct {
	mu    sync.Mutex
	next  func() ([]value, error)
	text  []byte
	read  int // of text
	ended bool
	err   error
}

// Read gives the next part of it.
func (c *copyText) Read(b []byte) (int, error) {
	const enough = 1 << 16
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.read == len(c.text) {
		c.text, c.read = c.text[:0], 0
		for len(c.text) < enough && !c.ended {
			row, err := c.next()
			if err != nil {
				c.err = err
				return 0, err
			}
			if c.ended = row == nil; !c.ended {
				c.add(row)
			}
		}
		if len(c.text) == 0 {
			return 0, io.EOF
		}
	}
	n := copy(b, c.text[c.read:])
	c.read += n
	return n, nil
}

// stop ends reading, and returns the failure that ended it, if any.
func (c *copyText) stop() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	return c.err
}

func (c *copyText) add(row []value) {
	b := c.text
	for i := range row {
		if i > 0 {
			b = append(b, '\t')
		}
		b = row[i].appendCopied(b)
	}
	c.text = append(b, '\n')
}

// appendCopied appends the value as COPY reads it.
func (v *value) appendCopied(b []byte) []byte {
	switch list := v.list.(type) {
	case TextArray:
		if v.kind != List {
			return appendEscaped(b, list.String())
		}
	case IntArray:
		if v.kind != List {
			return append(b, list.String()...)
		}
	}
	switch v.kind {
	case Integer:
		return strconv.AppendInt(b, v.n, 10)
	case Real:
		return strconv.AppendFloat(b, v.f, 'g', -1, 64)
	case Text, List:
		return appendEscaped(b, v.text)
	case Blob:
		return appendBytes(append(b, '\\'), v.bytes)
	default:
		return append(b, `\N`...)
	}
}

// complete adds keys, indexes and foreign keys, which takes less time than to keep them
// while rows are written, and moves sequences behind the ids.
func (p serverTarget) complete(tables []*tableStructure, indexes []indexStructure) (notes []string, err error) {
	for _, t := range tables {
		var add []string
		if len(t.key) > 0 {
			add = append(add, "ADD PRIMARY KEY ("+quoted(t.key)+")")
		}
		for _, columns := range t.unique {
			add = append(add, "ADD UNIQUE ("+quoted(columns)+")")
		}
		if add != nil {
			if err := p.run("ALTER TABLE " + Quote(t.name) + " " + strings.Join(add, ", ")); err != nil {
				return nil, err
			}
		}
		if err := p.moveSequences(t); err != nil {
			return nil, err
		}
	}
	for _, i := range indexes {
		if err := p.run(i.postgresDDL()); err != nil {
			return nil, err
		}
	}
	for _, t := range tables {
		for _, f := range t.foreign {
			note, err := p.addForeignKey(t, f)
			if err != nil {
				return nil, err
			}
			if note != "" {
				notes = append(notes, note)
			}
		}
	}
	return notes, p.analyze(tables)
}

func (p serverTarget) moveSequences(t *tableStructure) error {
	for _, c := range t.columns {
		if !c.serial {
			continue
		}
		err := p.run(fmt.Sprintf("SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(%s, %s), max(%s)) FROM %s HAVING max(%[3]s) > 0",
			literal(Quote(t.name)), literal(c.name), Quote(c.name), Quote(t.name)))
		if err != nil {
			return err
		}
	}
	return nil
}

// addForeignKey adds a foreign key. If some rows refer to what is not there it holds for
// those only that are written later.
func (p serverTarget) addForeignKey(t *tableStructure, f foreignKey) (note string, err error) {
	if err := p.run("SAVEPOINT workbench"); err != nil {
		return "", err
	}
	add := "ALTER TABLE " + Quote(t.name) + " ADD " + f.text(Quote, quoted)
	err = p.run(add)
	if said, ok := errors.AsType[*pgconn.PgError](err); ok && said.Code == pgNotThere {
		note = fmt.Sprintf("some rows of table %s refer to rows of %s that do not exist, so the foreign key (%s) is not validated",
			t.name, f.refers, strings.Join(f.columns, ", "))
		err = p.run("ROLLBACK TO SAVEPOINT workbench; " + add + " NOT VALID")
	}
	if err != nil {
		return "", err
	}
	return note, p.run("RELEASE SAVEPOINT workbench")
}

// analyze lets the server plan queries by what the tables hold.
func (p serverTarget) analyze(tables []*tableStructure) error {
	for _, t := range tables {
		if err := p.run("ANALYZE " + Quote(t.name)); err != nil {
			return err
		}
	}
	return nil
}

// read reads in the transaction that writes.
func (p serverTarget) read(read func(sc *Scanner) error) error {
	return read(&Scanner{session: p.session, ctx: p.ctx, conn: p.postgresScanner})
}

func (p serverTarget) end(failure error) error {
	if failure == nil {
		failure = p.wrap(p.ctx, p.commit())
	}
	p.postgresScanner.close() // which undoes what is not committed
	p.session.Close()
	return failure
}
