package session

import (
	"errors"
	"strings"
)

// compiled looks at what a statement would do. Nothing is compiled yet: the server
// does that when it runs.
func (w *postgresWriting) compiled(t *Tx, query string, failure error) error {
	words := strings.Fields(query)
	if failure != nil || len(words) < 3 {
		return failure
	}
	switch {
	case words[0] == "UPDATE":
		return w.touch(t, words[0], tableIn(words[1]))
	case words[0] == "INSERT" || words[0] == "DELETE":
		return w.touch(t, words[0], tableIn(words[2]))
	}
	return nil
}

// tableIn is the name in a word of a statement.
func tableIn(word string) string {
	if name, quoted := strings.CutPrefix(word, `"`); quoted {
		return strings.ReplaceAll(strings.TrimSuffix(name, `"`), `""`, `"`)
	}
	return word
}

// touching selects the tables that a statement changes, itself and by foreign keys of
// theirs, with the triggers that would run. The bits of what happens to a table are
// those of pg_trigger.tgtype.
const touching = `
	WITH RECURSIVE touched(oid, bit) AS (
		SELECT $1::regclass::oid, CASE $2 WHEN 'INSERT' THEN 4 WHEN 'DELETE' THEN 8 ELSE 16 END
		UNION
		SELECT f.conrelid, CASE f.confdeltype WHEN 'c' THEN 8 ELSE 16 END
		FROM touched AS t JOIN pg_catalog.pg_constraint AS f ON f.confrelid = t.oid AND f.contype = 'f' AND f.confdeltype IN ('c', 'n', 'd')
		WHERE t.bit = 8)
	SELECT c.relname, g.tgname, $1::regclass = c.oid, pg_catalog.has_table_privilege($1::regclass, $2),
		pg_catalog.current_setting('transaction_read_only')
	FROM touched AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.oid
	LEFT JOIN pg_catalog.pg_trigger AS g ON g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgenabled IN ('O', 'A') AND g.tgtype & t.bit <> 0
	ORDER BY c.oid <> $1::regclass, c.relname, g.tgname`

// touch refuses what would run a trigger, and notes which tables foreign keys would
// change.
func (w *postgresWriting) touch(t *Tx, action, table string) error {
	if w.guarded[action+table] {
		return nil
	}
	result, err := w.result(touching, Quote(table), action)
	if err != nil {
		return err
	}
	for _, row := range result.Rows {
		name, itself := string(row[0]), string(row[2]) == "t"
		switch {
		case string(row[4]) == "on":
			return &Error{Path: w.session.path, Kind: ErrReadOnly, Hint: onlyReads}
		case string(row[3]) != "t":
			return &Error{Path: w.session.path, Kind: ErrDenied, Err: errors.New("permission denied for table " + table), Hint: writingNeeds}
		case w.session.withTriggers:
		case row[1] != nil:
			return &TriggerError{Path: w.session.path, Trigger: string(row[1]), Table: name}
		case !itself && !ours(name):
			w.foreign.add(name)
		}
	}
	w.guarded[action+table] = true
	return w.foreign.look(t)
}

func (*postgres) columnsQuery() string {
	return `SELECT a.attname FROM pg_catalog.pg_attribute AS a, ` + postgresTables + `
		WHERE c.relname = ? AND a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`
}

func (*postgres) foreignKeysQuery() string {
	return `SELECT a.attname, r.relname, CASE f.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' ELSE 'NO ACTION' END
		FROM pg_catalog.pg_constraint AS f CROSS JOIN unnest(f.conkey) AS k(attnum)
		JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = k.attnum
		JOIN pg_catalog.pg_class AS r ON r.oid = f.confrelid, ` + postgresTables + `
		WHERE c.oid = f.conrelid AND c.relname = ? AND f.contype = 'f'`
}
