package session

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"

	"workbench"
)

// postgresWriting is a transaction that writes a PostgreSQL database.
type postgresWriting struct {
	*postgresScanner
	rollback func() // unless it is committed
	scripted bool   // tables may have been made
	saved    bool   // there is a savepoint
	tables   map[string]*postgresTable
	ids      map[string]*Sequence // that were handed out, by table
	given    map[string]int64     // the largest id of new rows, by table
	guarded  map[string]bool      // statements that are known to change nothing else
	foreign  foreignTables
}

// beginUpdate begins a transaction whose first statement is to lock the table
// candidate: it sees what those before it have committed. Readers and the foreign
// keys of other programs pass the lock.
func (p *postgres) beginUpdate(ctx context.Context, how UpdateOption) (*Tx, error) {
	mode := "SHARE ROW EXCLUSIVE"
	if how&Beside != 0 {
		mode = "ROW EXCLUSIVE"
	}
	return p.beginWriting(ctx, "LOCK TABLE candidate IN "+mode+" MODE")
}

func (p *postgres) beginWriting(ctx context.Context, first string) (*Tx, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	conn, err := p.start(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ", first)
	if err != nil {
		return nil, err
	}
	sc := &postgresScanner{postgres: p, ctx: ctx, conn: conn, limited: longestValue, writes: true}
	tx, end, err := sc.begin(context.WithoutCancel(ctx)) // the statements watch ctx
	if err != nil {
		return nil, err
	}
	t := p.session.newTx(ctx, tx)
	t.writing = &postgresWriting{postgresScanner: sc, rollback: end, tables: make(map[string]*postgresTable),
		ids: make(map[string]*Sequence), given: make(map[string]int64), guarded: make(map[string]bool)}
	return t, nil
}

// createPostgres makes Snorkel's tables in a database that has none of them.
func createPostgres(ctx context.Context, location string, with func(tx *Tx) error, opts []Option) (*Session, error) {
	s, err := newPostgres(location, append(opts, Writable()))
	if err != nil {
		return nil, err
	}
	s.schema.Store(&schema{})
	t, err := s.backend.(*postgres).beginWriting(ctx, "")
	if err == nil {
		err = s.run(ctx, t, func(t *Tx) error {
			if err := t.Script(workbench.PostgresSchema()); err != nil {
				return err
			}
			return with(t)
		})
	}
	if err == nil {
		return s, nil
	}
	s.Close()
	return nil, s.notMade(err)
}

const notEmptyHint = "the tables are made in a database without such: createdb NAME makes one"

// notMade says what is missing where tables could not be made.
func (s *Session) notMade(err error) error {
	said, _ := errors.AsType[*pgconn.PgError](err)
	switch {
	case said != nil && said.Code == pgTableExists:
		return &Error{Path: s.path, Kind: ErrNotEmpty, Err: serverError{said}, Hint: notEmptyHint}
	case said != nil && said.Code == pgNoDatabase:
		return &Error{Path: s.path, Kind: ErrCannotOpen, Err: serverError{said}, Hint: "make an empty one first: createdb NAME"}
	case said != nil && said.Code == pgNoRight:
		return &Error{Path: s.path, Kind: ErrDenied, Err: serverError{said}, Hint: "making tables needs the right CREATE on the schema"}
	}
	return err
}

// exec runs one statement, and returns how many rows it inserted, changed or deleted.
func (sc *postgresScanner) exec(query string, args ...any) (int64, error) {
	result, err := sc.result(query, args...)
	if err != nil {
		return 0, err
	}
	return result.CommandTag.RowsAffected(), nil
}

// result runs one statement that returns few rows, as text.
func (sc *postgresScanner) result(query string, args ...any) (*pgconn.Result, error) {
	if err := sc.ctx.Err(); err != nil {
		return nil, err
	}
	values, err := postgresValues(args)
	if err != nil {
		return nil, err
	}
	result := sc.conn.ExecParams(sc.ctx, query, values, nil, nil, nil).Read()
	return result, inWords(result.Err)
}

// simple runs statements that are separated by semicolons.
func (sc *postgresScanner) simple(text string) error {
	if err := sc.ctx.Err(); err != nil {
		return err
	}
	_, err := sc.conn.Exec(sc.ctx, text).ReadAll()
	return inWords(err)
}

func (w *postgresWriting) changing() error { return nil }

func (w *postgresWriting) script(_ *Tx, text string) error {
	w.scripted = true
	clear(w.tables)
	return w.simple(text)
}

func (w *postgresWriting) expectMany(*Tx) error { return nil }

func (w *postgresWriting) tempTable(_ *Tx, name, columns string) error {
	return w.simple("CREATE TEMPORARY TABLE " + Quote(name) + " (" + columns + ") ON COMMIT DROP")
}

// commit moves sequences behind the ids that were given, and commits.
func (w *postgresWriting) commit(t *Tx) error {
	if err := w.foreign.changed(t, w.session.path); err != nil {
		return err
	}
	known := w.session.schema.Load()
	if w.scripted {
		var err error
		if known, err = w.readSchema(&Scanner{session: w.session, ctx: w.ctx, conn: w.postgresScanner}); err != nil {
			return err
		}
	}
	for table, id := range w.given {
		if err := w.moveSequence(table, id); err != nil {
			return err
		}
	}
	if err := w.postgresScanner.commit(); err != nil {
		return err
	}
	w.session.schema.Store(known)
	return nil
}

// commit commits, if the server does.
func (sc *postgresScanner) commit() error {
	if err := sc.ctx.Err(); err != nil {
		return err
	}
	results, err := sc.conn.Exec(sc.ctx, "COMMIT").ReadAll()
	switch {
	case isBroken(err):
		return &Error{Path: sc.session.path, Kind: ErrDisconnected, Hint: "while it committed; look whether the change is there before you repeat the command"}
	case err != nil:
		return err
	case len(results) != 1 || results[0].CommandTag.String() != "COMMIT":
		return fmt.Errorf("%s: the server did not commit; nothing was changed", sc.session.path)
	}
	return nil
}

func (w *postgresWriting) end(error) { w.rollback() }

// moveSequence sees to it that the sequence of a table's ids, if there is one, goes on
// behind id. One that is further already stays there.
func (w *postgresWriting) moveSequence(table string, id int64) error {
	found, err := w.result("SELECT pg_catalog.pg_get_serial_sequence($1, 'id')", Quote(table))
	if err != nil || found.Rows[0][0] == nil {
		return err
	}
	name := string(found.Rows[0][0])
	_, err = w.exec("SELECT pg_catalog.setval($1::regclass, $2) FROM "+name+" WHERE last_value < $2 OR last_value = $2 AND NOT is_called", name, id)
	return err
}

// sequence is the only one of a table, because all that are given ids in the
// transaction go on behind each other.
func (w *postgresWriting) sequence(t *Tx, table string) (*Sequence, error) {
	if s := w.ids[table]; s != nil {
		return s, nil
	}
	s, err := t.newSequence(table)
	if err == nil {
		w.ids[table] = s
	}
	return s, err
}

// insert gives the row the next id itself: the sequence may be behind the ids that are
// there.
func (w *postgresWriting) insert(t *Tx, table string, columns []string, values []any) (int64, error) {
	ids, err := w.sequence(t, table)
	if err != nil {
		return 0, err
	}
	id := ids.Next()
	_, err = t.Exec(insertInto(table, append([]string{"id"}, columns...), 1), append([]any{id}, values...)...)
	w.given[table] = max(w.given[table], id)
	return id, err
}

// postgresTable is what is known of a table that is written.
type postgresTable struct {
	columns []string
	types   []string
	arrays  []string // the columns that are arrays
}

func (w *postgresWriting) table(name string) (*postgresTable, error) {
	if table := w.tables[name]; table != nil {
		return table, nil
	}
	result, err := w.result(`
		SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), t.typcategory
		FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
		WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, Quote(name))
	if err != nil {
		return nil, err
	}
	table := &postgresTable{}
	for _, row := range result.Rows {
		table.columns, table.types = append(table.columns, string(row[0])), append(table.types, string(row[1]))
		if string(row[2]) == "A" {
			table.arrays = append(table.arrays, string(row[0]))
		}
	}
	w.tables[name] = table
	return table, nil
}

// typeOf is the type of a column, "" if there is none.
func (t *postgresTable) typeOf(column string) string {
	if i := slices.Index(t.columns, column); i >= 0 {
		return t.types[i]
	}
	return ""
}

func (w *postgresWriting) arrays(name string) ([]string, error) {
	table, err := w.table(name)
	if err != nil {
		return nil, err
	}
	return table.arrays, nil
}
