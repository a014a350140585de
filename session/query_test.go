package session_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"workbench/session"
)

// ask runs a query and returns its header and copies of its rows.
func ask(t testing.TB, s *session.Session, query string) (columns []string, rows [][]any, err error) {
	t.Helper()
	err = s.Query(t.Context(), query,
		func(header []string) error {
			columns = header
			return nil
		},
		func(values []any) error {
			rows = append(rows, append([]any(nil), values...))
			return nil
		})
	return columns, rows, err
}

func TestQueryReturnsColumnsAndRows(t *testing.T) {
	s := open(t, copyOracle(t))
	for _, test := range []struct {
		query   string
		columns []string
		rows    [][]any
	}{
		{"SELECT 1;", []string{"1"}, [][]any{{int64(1)}}},
		{"SELECT 1 AS one -- and a comment", []string{"one"}, [][]any{{int64(1)}}},
		{"/* first */ SELECT 1 AS one; -- last\n ; /* really */ ", []string{"one"}, [][]any{{int64(1)}}},
		{"; SELECT 2 AS two", []string{"two"}, [][]any{{int64(2)}}},
		{"SELECT ';' AS a, \"id\" AS b, 'it''s' AS c FROM candidate LIMIT 1", []string{"a", "b", "c"}, [][]any{{";", int64(1), "it's"}}},
		{"SELECT NULL, 1.5, 'ü😀', x'00ff', -9223372036854775808", []string{"NULL", "1.5", "'ü😀'", "x'00ff'", "-9223372036854775808"},
			[][]any{{nil, 1.5, "ü😀", []byte{0, 255}, int64(-1 << 63)}}},
		{"SELECT 1 AS x, 2 AS x", []string{"x", "x"}, [][]any{{int64(1), int64(2)}}},
		{"SELECT id FROM candidate WHERE id < 0", []string{"id"}, nil},
		{"SELECT DISTINCT training FROM marginal ORDER BY 1", []string{"training"}, [][]any{{int64(0)}, {int64(1)}}},
		{"VALUES (1, 'a'), (2, 'b')", []string{"column1", "column2"}, [][]any{{int64(1), "a"}, {int64(2), "b"}}},
		{"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n", []string{"i"}, [][]any{{int64(1)}, {int64(2)}, {int64(3)}}},
		{"SELECT split, count(*) FROM candidate GROUP BY split", []string{"split", "count(*)"},
			[][]any{{int64(0), int64(238)}, {int64(1), int64(86)}, {int64(2), int64(67)}}},
		{"SELECT name FROM pragma_table_info('candidate')", []string{"name"}, [][]any{{"id"}, {"type"}, {"split"}}},
		{"SELECT value FROM json_each('[4, 5]')", []string{"value"}, [][]any{{int64(4)}, {int64(5)}}},
		{"SELECT sum(value) OVER (ORDER BY value) AS running FROM json_each('[4, 5]')", []string{"running"}, [][]any{{int64(4)}, {int64(9)}}},
		{"PRAGMA journal_mode", []string{"journal_mode"}, [][]any{{"delete"}}},
		{"pragma main.page_size", []string{"page_size"}, [][]any{{int64(4096)}}},
		{"PRAGMA foreign_key_check", []string{"table", "rowid", "parent", "fkid"}, nil},
		{"PRAGMA integrity_check(5)", []string{"integrity_check"}, [][]any{{"ok"}}},
	} {
		columns, rows, err := ask(t, s, test.query)
		if err != nil {
			t.Errorf("%s: %v", test.query, err)
			continue
		}
		equal(t, test.query, columns, test.columns)
		if !reflect.DeepEqual(rows, test.rows) {
			t.Errorf("%s: got %#v, want %#v", test.query, rows, test.rows)
		}
	}
	columns, rows, err := ask(t, s, "PRAGMA table_info(label)")
	if err != nil || len(rows) != 3 || columns[1] != "name" || rows[0][1] != "value" {
		t.Errorf("PRAGMA table_info: %v %v %v", columns, rows, err)
	}
	columns, rows, err = ask(t, s, "EXPLAIN QUERY PLAN SELECT * FROM label")
	if err != nil || len(rows) == 0 || columns[3] != "detail" {
		t.Errorf("EXPLAIN QUERY PLAN: %v %v %v", columns, rows, err)
	}
}

// What a column is declared as does not change what is in it.
func TestQueryReturnsValuesAsStored(t *testing.T) {
	path := copyOracle(t)
	execute(t, path, "CREATE TABLE odd (d DATE, dt DATETIME, ts TIMESTAMP, b BOOLEAN)",
		"INSERT INTO odd VALUES ('2017-08-01', '2017-08-01 10:00:00', '2017-08-01T10:00:00Z', 1), (20170801, NULL, 1.5, 'yes')")
	_, rows, err := ask(t, open(t, path), "SELECT * FROM odd")
	must(t, err)
	want := [][]any{{"2017-08-01", "2017-08-01 10:00:00", "2017-08-01T10:00:00Z", int64(1)}, {int64(20170801), nil, 1.5, "yes"}}
	if !reflect.DeepEqual(rows, want) {
		t.Errorf("got %#v, want %#v", rows, want)
	}
}

func TestQueryRefusesWhatIsMoreThanReading(t *testing.T) {
	path := copyOracle(t)
	dir := filepath.Dir(path)
	other := filepath.Join(dir, "other.db")
	before := snapshot(t, dir)
	s := open(t, path, session.Writable())
	for _, query := range []string{
		"INSERT INTO label_key (name, \"group\") VALUES ('x', 0)",
		"INSERT INTO label_key (name, \"group\") VALUES ('x', 0) RETURNING id",
		"REPLACE INTO label_key (id, name, \"group\") VALUES (1, 'x', 0)",
		"UPDATE label SET value = 0",
		"UPDATE label SET value = 0 RETURNING value",
		"WITH x AS (SELECT 1) UPDATE label SET value = 0",
		"DELETE FROM label",
		"CREATE TABLE t (x)",
		"CREATE TABLE t AS SELECT 1 AS x",
		"CREATE TEMP TABLE t (x)",
		"CREATE TEMP TABLE t AS SELECT 1 AS x",
		"CREATE VIEW v AS SELECT 1",
		"CREATE TEMP VIEW v AS SELECT 1",
		"CREATE INDEX i ON label (value)",
		"CREATE TRIGGER tr AFTER INSERT ON label BEGIN DELETE FROM label; END",
		"CREATE VIRTUAL TABLE f USING fts5(x)",
		"ALTER TABLE label RENAME TO label2",
		"DROP TABLE label",
		"DROP INDEX ix_candidate_split",
		"ANALYZE",
		"REINDEX",
		"VACUUM",
		"VACUUM INTO '" + other + "'",
		"VACUUM main INTO 'file:" + other + "?mode=rwc'",
		"ATTACH '" + other + "' AS other",
		"ATTACH 'file:" + other + "?mode=rwc' AS other",
		"DETACH main",
		"EXPLAIN DELETE FROM label",
		"BEGIN", "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK", "SAVEPOINT s", "RELEASE s",
		"PRAGMA journal_mode = wal", "PRAGMA journal_mode(wal)", "PRAGMA main.journal_mode = MEMORY",
		"PRAGMA user_version = 7", "PRAGMA application_id = 7", "PRAGMA schema_version = 7",
		"PRAGMA page_size = 1024", "PRAGMA encoding = 'UTF-16'", "PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys",
		"PRAGMA writable_schema = ON", "PRAGMA query_only = OFF", "PRAGMA wal_checkpoint", "PRAGMA incremental_vacuum",
		"PRAGMA optimize", "PRAGMA cache_size = 1", "PRAGMA locking_mode = EXCLUSIVE", "PRAGMA temp_store_directory = '" + dir + "'",
		"PRAGMA hard_heap_limit = 1000000000", "PRAGMA no_such_pragma", "PRAGMA case_sensitive_like = ON",
		"SELECT 1; SELECT 2", "SELECT 1; DROP TABLE label", "SELECT 1;; SELECT 2", "SELECT 1; nonsense", "SELECT 1; -- x\n DELETE FROM label",
		`SELECT $a("); DELETE FROM label; --")`, `SELECT @a(';); SELECT 2 --')`, `SELECT :a(x"); SELECT 2 --")`, `SELECT #a("); SELECT 2; --")`,
	} {
		_, rows, err := ask(t, s, query)
		if !errors.Is(err, session.ErrNotReadOnly) {
			t.Errorf("%s: error %v, want ErrNotReadOnly", query, err)
		} else {
			wantKind(t, err, session.ErrNotReadOnly, path)
		}
		if len(rows) > 0 {
			t.Errorf("%s: returned %v", query, rows)
		}
	}
	wantSame(t, "directory", before, snapshot(t, dir))
}

// A parameter may have brackets, and is NULL where nothing is bound to it.
func TestParametersAreNoStatements(t *testing.T) {
	s := open(t, copyOracle(t))
	for _, query := range []string{`SELECT $a(x);`, `SELECT $a::b(;)`, `SELECT @a, ":;", ':;', $a;`, `SELECT 1 AS [$a(;"]`, `SELECT :é1 /* $a(" */`} {
		if _, rows, err := ask(t, s, query); err != nil || len(rows) != 1 {
			t.Errorf("%s: %v, %v, want one row", query, rows, err)
		}
	}
}

// SQLite obeys some pragmas while it compiles them, and some of those hold for
// the whole process.
func TestRefusedPragmaHasNoEffectElsewhere(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path)
	limit := func() int64 { return value[int64](t, path, "PRAGMA soft_heap_limit") }
	before := limit()
	_, _, err := ask(t, s, fmt.Sprintf("PRAGMA soft_heap_limit = %d", before+1<<40))
	wantKind(t, err, session.ErrNotReadOnly, path)
	if after := limit(); after != before {
		t.Errorf("the heap limit of the process went from %d to %d", before, after)
	}
}

func TestQueryCannotLoadExtensionsOrWriteFiles(t *testing.T) {
	path := copyOracle(t)
	dir := filepath.Dir(path)
	before := snapshot(t, dir)
	s := open(t, path)
	for _, query := range []string{
		"SELECT load_extension('" + dir + "/x')",
		"SELECT LOAD_EXTENSION('x', 'y')",
		"SELECT writefile('" + dir + "/x', 'y')",
		"SELECT edit('x')",
		"SELECT * FROM nowhere, pragma_optimize",
	} {
		if _, rows, err := ask(t, s, query); err == nil || len(rows) > 0 {
			t.Errorf("%s: returned %v", query, rows)
		}
	}
	wantSame(t, "directory", before, snapshot(t, dir))
}

func TestQueryOfAnEmptyStatementSaysSo(t *testing.T) {
	s := open(t, copyOracle(t))
	for _, query := range []string{"", "  \n\t", ";", ";;", "-- nothing", "/* nothing */ ; -- at all"} {
		if _, _, err := ask(t, s, query); err == nil || !strings.Contains(err.Error(), "empty") {
			t.Errorf("%q: error %v, want one about an empty statement", query, err)
		}
	}
}

func TestQueryNamesTheFileInItsErrors(t *testing.T) {
	s := open(t, copyOracle(t))
	for query, says := range map[string]string{
		"SELEC 1":                          "syntax error",
		"SELECT * FROM nowhere":            "no such table: nowhere",
		"SELECT nothing_such FROM span":    "nothing_such",
		"SELECT 'open":                     "unrecognized token",
		"SELECT abs(-9223372036854775808)": "overflow",
	} {
		_, _, err := ask(t, s, query)
		if err == nil || !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), s.Path()+": ") {
			t.Errorf("%s: error %v, want the file's name and %q", query, err, says)
		}
	}
}

func TestQueryStopsAtTheFirstErrorOfItsCallbacks(t *testing.T) {
	s := open(t, copyOracle(t))
	stop := errors.New("stop")
	rows := 0
	err := s.Query(t.Context(), "SELECT id FROM candidate",
		func([]string) error { return nil },
		func([]any) error {
			if rows++; rows == 3 {
				return stop
			}
			return nil
		})
	if err != stop || rows != 3 {
		t.Errorf("row callback: %v after %d rows", err, rows)
	}
	err = s.Query(t.Context(), "SELECT id FROM candidate",
		func([]string) error { return stop },
		func([]any) error { return fmt.Errorf("called") })
	if err != stop {
		t.Errorf("header callback: %v", err)
	}
}

// What stands for lists in our own texts has no meaning in those of others.
func TestQueryRunsAsItWasWritten(t *testing.T) {
	s := open(t, copyOracle(t))
	const a, b = "see ids(?) and texts(?)", "no texts(?, 2)"
	_, rows, err := ask(t, s, "SELECT '"+a+"', '"+b+"' -- of ids(?)")
	if err != nil || len(rows) != 1 || rows[0][0] != a || rows[0][1] != b {
		t.Errorf("got %q, %v", rows, err)
	}
}

func TestQueryCanBeCancelled(t *testing.T) {
	s := open(t, copyOracle(t))
	ctx, cancel := cancelled(t)
	defer cancel()
	ignore := func([]any) error { return nil }
	if err := s.Query(ctx, "SELECT 1", func([]string) error { return nil }, ignore); !errors.Is(err, ctx.Err()) {
		t.Errorf("cancelled before: %v", err)
	}
}

func TestQueryReadsAlsoAWritableSessionsFileOnly(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	must(t, insertCandidates(t, s, 2))
	_, rows, err := ask(t, s, "SELECT count(*) FROM candidate WHERE split = 9")
	if err != nil || rows[0][0] != int64(2) {
		t.Errorf("after an Update the query sees %v, %v", rows, err)
	}
	must(t, os.Remove(path))
	if _, _, err := ask(t, s, "SELECT 1 FROM candidate"); err == nil {
		t.Error("a query on a removed file succeeded")
	}
	if files := names(t, filepath.Dir(path)); len(files) > 0 {
		t.Errorf("the query created %v", files)
	}
}
