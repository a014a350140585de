package session

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// This file has what PostgreSQL says in words of its own, as dialect.go has SQLite's.

// dialect numbers the arguments of a text and makes its lists tables out of an array
// of JSON.
func (p *postgres) dialect(query string) string {
	var b strings.Builder
	number := 0
	for query != "" {
		n := 1
		switch c := query[0]; {
		case c == '\'' || c == '"':
			n = through(query, 1, query[:1])
			b.WriteString(query[:n])
		case c == '?':
			number++
			fmt.Fprintf(&b, "$%d", number)
		case strings.HasPrefix(query, " ids(?)"):
			number++
			n = len(" ids(?)")
			fmt.Fprintf(&b, " (SELECT value::bigint AS value, place - 1 AS place FROM json_array_elements_text($%d::text::json) WITH ORDINALITY AS l(value, place))", number)
			b.WriteString(nameless(query[n:]))
		case strings.HasPrefix(query, " texts(?"):
			number++
			n = through(query, 0, ")")
			b.WriteString(textRows(number, query[len(" texts(?"):n-1]))
			b.WriteString(nameless(query[n:]))
		default:
			b.WriteByte(c)
		}
		query = query[n:]
	}
	return b.String()
}

// textRows is the table of texts(?), or of texts(?, n).
func textRows(number int, columns string) string {
	n, err := strconv.Atoi(strings.TrimPrefix(columns, ", "))
	if err != nil {
		return fmt.Sprintf(" (SELECT value, place - 1 AS place FROM json_array_elements_text($%d::text::json) WITH ORDINALITY AS l(value, place))", number)
	}
	table := " (SELECT place - 1 AS place"
	for k := range n {
		table += fmt.Sprintf(", texts ->> %d AS value%d", k, k)
	}
	return table + fmt.Sprintf(" FROM json_array_elements($%d::text::json) WITH ORDINALITY AS l(texts, place))", number)
}

// nameless is a name for a list in front of a text that gives it none.
func nameless(rest string) string {
	if strings.HasPrefix(rest, " AS ") {
		return ""
	}
	return " AS list"
}

// Of tables, those count that a name without a schema means.
const postgresTables = `
	pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
		AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%' AND c.relkind IN ('r', 'p', 'f')
		AND pg_catalog.pg_table_is_visible(c.oid)`

func (p *postgres) recognise(ctx context.Context) error {
	return p.session.Scan(ctx, func(scan *Scanner) error {
		sc, err := p.readSchema(scan)
		p.session.schema.Store(sc)
		return err
	})
}

// readSchema looks at the tables.
func (p *postgres) readSchema(scan *Scanner) (*schema, error) {
	sc := &schema{tables: make(map[string][]string), unique: make(map[string][][]string)}
	integers, keys := make(map[string]bool), make(map[string][]string)
	err := scan.Each(func(cur *Cursor) error {
		table, column := cur.Text(0), cur.Text(1)
		sc.tables[table] = append(sc.tables[table], column)
		if column == "id" {
			integers[table] = cur.Int64(2) != 0
		}
		return nil
	}, `SELECT c.relname, a.attname, a.atttypid IN (20, 21, 23)
		FROM pg_catalog.pg_attribute AS a, `+postgresTables+`
		WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.oid, a.attnum`)
	if err != nil {
		return sc, err
	}
	err = scan.Each(func(cur *Cursor) error {
		table, column, first := cur.Text(0), cur.Text(1), cur.Int64(2) == 1
		if cur.Text(3) == "p" {
			keys[table] = append(keys[table], column)
			return nil
		}
		if first {
			sc.unique[table] = append(sc.unique[table], nil)
		}
		last := len(sc.unique[table]) - 1
		sc.unique[table][last] = append(sc.unique[table][last], column)
		return nil
	}, `SELECT c.relname, a.attname, k.place, t.contype
		FROM pg_catalog.pg_constraint AS t CROSS JOIN unnest(t.conkey) WITH ORDINALITY AS k(attnum, place)
		JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.conrelid AND a.attnum = k.attnum, `+postgresTables+`
		WHERE c.oid = t.conrelid AND t.contype IN ('p', 'u') ORDER BY t.conrelid, t.oid, k.place`)
	if err != nil {
		return sc, err
	}
	if err := p.session.identify(sc); err != nil {
		return sc, err
	}
	return sc, p.session.checkShape(sc, func(table string) (bool, error) {
		if keys[table] != nil || !integers[table] {
			return integers[table] && slices.Equal(keys[table], []string{"id"}), nil
		}
		return uniqueIDs(scan, table)
	})
}

// uniqueIDs reports whether the column id of a table without a primary key is another
// integer in every row.
func uniqueIDs(scan *Scanner, table string) (ok bool, err error) {
	err = scan.Each(func(cur *Cursor) error {
		ok = cur.Int64(0) != 0
		return nil
	}, "SELECT count(*) = count(DISTINCT id) FROM "+Quote(table))
	return ok, err
}

// authorize refuses what does not begin as a query does, and functions that reach
// beyond the transaction. The server does the rest: the transaction only reads, and a
// cursor takes nothing but one query.
func (p *postgres) authorize(_ context.Context, query string) error {
	words := sqlWords(query)
	first := slices.IndexFunc(words, func(word string) bool { return word != "(" })
	if first < 0 || !slices.Contains([]string{"select", "with", "values", "table"}, words[first]) {
		return &Error{Path: p.session.path, Kind: ErrNotReadOnly, Hint: "a statement of PostgreSQL's that reads begins with SELECT, WITH, VALUES or TABLE"}
	}
	for i, word := range words {
		if word == `u&"` || reachesBeyond(word) && slices.Contains(words[i+1:min(i+2, len(words))], "(") {
			return &Error{Path: p.session.path, Kind: ErrNotReadOnly, Hint: word + " is refused"}
		}
	}
	return nil
}

// reachesBeyond reports whether a word is the name of a function that does something
// that the end of the transaction does not undo, or that runs a text.
func reachesBeyond(word string) bool {
	for _, prefix := range []string{"lo_", "dblink", "query_to_xml", "pg_file_", "pg_terminate_", "pg_cancel_", "pg_reload_",
		"pg_rotate_", "pg_switch_", "pg_promote", "pg_create_", "pg_drop_", "pg_copy_", "pg_replication_", "pg_logical_",
		"pg_wal_replay_", "pg_notify", "pg_advisory_", "pg_try_advisory_", "pg_stat_reset", "pg_start_backup", "pg_backup_", "set_config"} {
		if strings.HasPrefix(word, prefix) {
			return true
		}
	}
	return false
}

// sqlWords returns the words of a text outside comments, in small letters, with the
// brackets that open behind them. Names in which letters are codes are one, u&".
func sqlWords(text string) (words []string) {
	for text != "" {
		n := 1
		switch {
		case strings.HasPrefix(text, "--"):
			n = through(text, 2, "\n")
		case strings.HasPrefix(text, "/*"):
			n = through(text, 2, "*/")
		case text[0] == '(':
			words = append(words, "(")
		case len(text) > 2 && strings.EqualFold(text[:3], `u&"`):
			n = 3
			words = append(words, `u&"`)
		case isWord(text[0]):
			for n < len(text) && isWord(text[n]) {
				n++
			}
			words = append(words, strings.ToLower(text[:n]))
		}
		text = text[n:]
	}
	return words
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

// state tells the transactions that are over; those of other databases of the server
// are among them.
func (p *postgres) state(ctx context.Context) (text string, err error) {
	sc, err := p.scanner(ctx, "")
	if err != nil {
		return "", err
	}
	defer sc.close()
	err = (&Scanner{session: p.session, ctx: ctx, conn: sc}).Each(func(cur *Cursor) error {
		text = cur.Text(0)
		return nil
	}, "SELECT CAST(txid_current_snapshot() AS text)")
	return text, err
}
