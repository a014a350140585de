package session

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
)

// This file has what SQLite says in words of its own, in SQL, as postgres_dialect.go
// has PostgreSQL's. How it is opened
// stands in session.go, how its rows are read without database/sql in scan.go,
// and what its result codes mean in errors.go and constraint.go.

// Quote writes a name as an SQL identifier.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// dialect writes an SQL text as SQLite reads it: lists come out of an array of JSON.
func dialect(query string) string {
	if !strings.Contains(query, "s(?") {
		return query
	}
	const list = " (SELECT value, key AS place FROM json_each(?))"
	query = strings.NewReplacer(" ids(?)", list, " texts(?)", list).Replace(query)
	const rows = " texts(?, "
	for at := strings.Index(query, rows); at >= 0; at = strings.Index(query, rows) {
		number, rest, _ := strings.Cut(query[at+len(rows):], ")")
		n, _ := strconv.Atoi(number)
		table := " (SELECT key AS place"
		for k := range n {
			table += fmt.Sprintf(", value ->> %d AS value%d", k, k)
		}
		query = query[:at] + table + " FROM json_each(?))" + rest
	}
	return query
}

// triggers returns the table of every trigger, by the trigger's name.
func (t *Tx) triggers() (map[string]string, error) {
	tables := make(map[string]string)
	var name, table string
	err := t.Each(func(scan func(into ...any) error) error {
		err := scan(&name, &table)
		tables[name] = table
		return err
	}, "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
	return tables, err
}

// foreignKeys returns the columns of a table that are foreign keys, whether one of
// them gets a default value when what it refers to goes, and whether the ids are
// those of candidates or contexts and go with them.
func (t *Tx) foreignKeys(table string) (columns []string, reset, part bool, err error) {
	var column, parent, action string
	err = t.Each(func(scan func(into ...any) error) error {
		err := scan(&column, &parent, &action)
		columns = append(columns, column)
		reset = reset || action == "SET DEFAULT"
		part = part || column == "id" && action == "CASCADE" && (parent == "candidate" || parent == "context")
		return err
	}, t.backend.foreignKeysQuery(), table)
	return columns, reset, part, err
}

func (sqliteFile) foreignKeysQuery() string {
	return `SELECT "from", "table", on_delete FROM pragma_foreign_key_list(?)`
}

// schemaCookie is a number that every statement changes that makes, alters or
// drops a table.
func (t *Tx) schemaCookie() (cookie int, err error) {
	_, err = t.Get(&cookie, "PRAGMA schema_version")
	return cookie, err
}

func (sqliteFile) columnsQuery() string {
	return "SELECT name FROM pragma_table_info(?) ORDER BY cid"
}

func (f sqliteFile) state(ctx context.Context) (version string, err error) {
	conn, err := f.watchedConn(ctx)
	if err == nil {
		err = conn.GetContext(ctx, &version, "PRAGMA data_version")
	}
	return version, err
}

// ask runs a query of three columns and calls row with the texts of each row, as a
// [Tx] and a [Scanner] do.
type ask func(row func(a, b, c string), query string) error

func (t *Tx) texts(row func(a, b, c string), query string) error {
	var a, b, c string
	return t.Each(func(scan func(into ...any) error) error {
		err := scan(&a, &b, &c)
		row(a, b, c)
		return err
	}, query)
}

func (sc *Scanner) texts(row func(a, b, c string), query string) error {
	return sc.Each(func(cur *Cursor) error {
		row(cur.Text(0), cur.Text(1), cur.Text(2))
		return nil
	}, query)
}

// columns goes through the columns of all tables, in stored order. key says which of
// them are in the primary key.
func (rows ask) columns(visit func(table, column string, key bool)) error {
	return rows(func(table, column, key string) { visit(table, column, key != "0") }, `
		SELECT m.name, c.name, c.pk FROM sqlite_master AS m, pragma_table_info(m.name) AS c
		WHERE m.type = 'table' ORDER BY m.name, c.cid`)
}

// indexes goes through the columns of all indexes that primary keys and unique
// constraints made. place counts the columns of a constraint from "0", and is "" in a
// primary key; the integer that names a row needs no index. Of an expression there is
// no name.
func (rows ask) indexes(visit func(table, column, place string)) error {
	return rows(visit, `
		SELECT m.name, coalesce(i.name, ''), CASE l.origin WHEN 'u' THEN i.seqno ELSE '' END
		FROM sqlite_master AS m, pragma_index_list(m.name) AS l, pragma_index_info(l.name) AS i
		WHERE m.type = 'table' AND l.origin IN ('u', 'pk') ORDER BY m.name, l.seq, i.seqno`)
}

// hasIDs reports whether the column id of a table is an integer in every row, each
// another, where no primary key sees to that.
func (rows ask) hasIDs(table string) (ok bool, err error) {
	err = rows(func(yes, _, _ string) { ok = yes != "0" }, `
		SELECT NOT EXISTS (SELECT 1 FROM `+Quote(table)+` WHERE typeof(id) <> 'integer')
			AND NOT EXISTS (SELECT 1 FROM `+Quote(table)+` GROUP BY id HAVING count(*) > 1), '', ''`)
	return ok, err
}

func (w *sqliteWriting) overwritable(t *Tx, table string) (ok bool, err error) {
	_, err = t.Get(&ok, overwritable, table, table, table, table)
	return ok, err
}

// overwritable is the query of [Tx.Overwritable] for what is not the names of columns.
const overwritable = `
	SELECT (SELECT group_concat(name) FROM pragma_table_info(?) WHERE pk > 0) = 'id'
		AND NOT EXISTS (SELECT 1 FROM pragma_index_list(?) WHERE origin = 'pk')
		AND EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? AND sql NOT LIKE '%AUTOINCREMENT%')
		AND NOT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger')
		AND NOT EXISTS (SELECT 1 FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f
			WHERE m.type = 'table' AND lower(f."table") = ?)`

// quickCheck is an error if SQLite finds a file damaged.
func quickCheck(ctx context.Context, db sqlx.QueryerContext) error {
	var found string
	if err := sqlx.GetContext(ctx, db, &found, "PRAGMA quick_check(1)"); err != nil {
		return err
	}
	if found != "ok" {
		return fmt.Errorf("SQLite's check: %s", found)
	}
	return nil
}
