package main

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"workbench/candidates"
	"workbench/candidates/pickle"
	"workbench/session"
)

func postgresCopies(t *testing.T, server *postgresServer) {
	for name, test := range map[string]func(*testing.T, *postgresServer){
		"there and back": postgresCopiesThereAndBack, "odd rows": postgresCopiesOddRows, "no unfit value": postgresCopiesNoUnfitValue,
		"to empty only": postgresCopiesToEmptyOnly, "whole only": postgresCopiesWholeOnly, "as init": postgresCopiesAsInit, "are verified": postgresCopiesAreVerified,
	} {
		t.Run(name, func(t *testing.T) { test(t, server) })
	}
}

// copies runs workbench copy, which succeeds.
func copies(t *testing.T, from, to string) said {
	t.Helper()
	got := runSaid(t, "copy", from, to)
	if got.status != statusOK {
		t.Fatalf("copy: %+v", got)
	}
	return got
}

func runSaid(t *testing.T, args ...string) said {
	t.Helper()
	var stdout, stderr strings.Builder
	status := run(t.Context(), args, &stdout, &stderr)
	return said{status, stdout.String(), stderr.String()}
}

// What comes home from a server is what went there, and in between the server has what
// Snorkel's SQLAlchemy would have made there.
func postgresCopiesThereAndBack(t *testing.T, server *postgresServer) {
	withOwn := filepath.Join(t.TempDir(), "own.db")
	if err := copyFile(oracleDB, withOwn); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"models import testdata/fixed.json --name fixed", "classes no,yes --type spouse", "select-deps --save deps -q"} {
		if got := runOn(t, withOwn, strings.Fields(line)...); got.status != statusOK {
			t.Fatalf("%s: %+v", line, got)
		}
	}
	for name, file := range map[string]string{
		"0.7": withOwn, "0.6": madeBy(t, "snorkel06.sql"), "0.5": madeBy(t, "snorkel05.sql"),
		"zoo": "../../testdata/oracle/interop/zoo.db", "odd texts": withoutNULs(t, "../../testdata/oracle/interop/text.db"),
	} {
		t.Run(name, func(t *testing.T) {
			there, conn := server.create(t)
			home := filepath.Join(t.TempDir(), "home.db")
			replaceNames := strings.NewReplacer(server.shown(there), file, home, file).Replace
			went, came := copies(t, file, server.url(there)), copies(t, server.url(there), home)
			if went.stdout != came.stdout || !strings.Contains(went.stdout, "candidate ") {
				t.Errorf("%s\nback:\n%s", went.stdout, came.stdout)
			}
			here, back := fileContent(t, file), fileContent(t, home)
			for table := range here {
				if !reflect.DeepEqual(here[table], back[table]) {
					t.Errorf("%s came back as\n%.500v\nnot\n%.500v", table, back[table], here[table])
				}
			}
			if len(here) != len(back) {
				t.Errorf("%d tables came back of %d", len(back), len(here))
			}
			compareCatalogues(t, conn, server.connect(t, server.copyOf(t, file)), catalogue()...)
			for _, args := range [][]string{{"info", "--format", "json"}, {"export", "--format", "csv"}} {
				want := runOn(t, file, args...)
				for _, db := range []string{server.url(there), home} {
					got := runOn(t, db, args...)
					got.stdout, got.stderr = replaceNames(got.stdout), replaceNames(got.stderr)
					if got != want {
						t.Errorf("%q:\n%+v\nnot\n%+v", args, got, want)
					}
				}
			}
		})
	}
}

// catalogue are queries for what the tables of a server are made of.
func catalogue() []string {
	const here = ` JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = current_schema() `
	return []string{
		"SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid" + here +
			"WHERE a.attnum > 0 AND c.relkind = 'r' ORDER BY 1, a.attnum",
		"SELECT c.relname, t.conname, pg_get_constraintdef(t.oid) FROM pg_constraint AS t JOIN pg_class AS c ON c.oid = t.conrelid" + here + "ORDER BY 1, 2",
		"SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1",
	}
}

func compareCatalogues(t *testing.T, got, want *pgconn.PgConn, queries ...string) {
	t.Helper()
	for _, query := range queries {
		if got, want := postgresTexts(t, got, query), postgresTexts(t, want, query); !slices.Equal(got, want) {
			t.Errorf("%s\nis\n%s\nnot\n%s", query, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// The copy of a new file is a new database of the server.
func postgresCopiesAsInit(t *testing.T, server *postgresServer) {
	file := filepath.Join(t.TempDir(), "new.db")
	made, conn := server.create(t)
	for _, location := range []string{file, server.url(made)} {
		if got := runSaid(t, "init", location, "--candidate", "Spouse(person1, person2)", "--candidate", "Tweet(tweet)"); got.status != statusOK {
			t.Fatalf("%+v", got)
		}
	}
	there, copied := server.create(t)
	copies(t, file, server.url(there))
	const defaults = "SELECT table_name, column_name, column_default FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, ordinal_position"
	compareCatalogues(t, copied, conn, append(catalogue(), defaults)...)
}

// postgresTexts are the rows of a query as texts.
func postgresTexts(t *testing.T, conn *pgconn.PgConn, query string) (rows []string) {
	t.Helper()
	result := conn.ExecParams(t.Context(), query, nil, nil, nil, nil).Read()
	if result.Err != nil {
		t.Fatalf("%v\n%s", result.Err, query)
	}
	for _, row := range result.Rows {
		var values []string
		for _, v := range row {
			values = append(values, string(v))
		}
		rows = append(rows, strings.Join(values, "|"))
	}
	return rows
}

// fileContent are the statements that made a file, without what differs among those that
// Snorkel wrote: white space, comments, and what older SQLAlchemy says of bools; and the rows of its tables with lists unpickled.
func fileContent(t *testing.T, file string) map[string][]any {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	content := make(map[string][]any)
	space := regexp.MustCompile(`(\s|--.*|,\s*CHECK \(training IN \(0, 1\)\))+`)
	for _, made := range queryTexts(t, db, "SELECT tbl_name, coalesce(sql, '') FROM sqlite_master WHERE type IN ('table', 'index') ORDER BY rowid") {
		content[made[0]] = append(content[made[0]], strings.ReplaceAll(strings.TrimSpace(space.ReplaceAllString(made[1], " ")), ` "precision" `, " precision "))
	}
	for table := range content {
		for _, row := range queryRows(t, db, "SELECT * FROM "+session.Quote(table)+" ORDER BY rowid") {
			for i, v := range row {
				if blob, ok := v.([]byte); ok && table == "sentence" {
					if row[i], err = pickle.Decode(blob); err != nil {
						t.Fatal(err)
					}
				}
			}
			content[table] = append(content[table], row)
		}
	}
	return content
}

// Rows that refer to what is not there are copied, names and texts mean nothing but
// themselves, and the server goes on behind the ids that are there.
func postgresCopiesOddRows(t *testing.T, server *postgresServer) {
	file := changed(t, oracleDB, func(db *sql.DB) {
		executeOn(t, db, "PRAGMA foreign_keys = OFF")
		executeOn(t, db, "INSERT INTO label VALUES (1, 999, 888)")
		executeOn(t, db, "INSERT INTO marginal VALUES (2000, NULL, NULL, -5, -0.0), (2001, NULL, 1, 5, 1e-320), (2002, NULL, 1, 5, 9e999)")
		executeOn(t, db, "INSERT INTO document VALUES (100001, ?, x'')", "a\\b\\N\tc\nd\re'\"f\u00e9\x01")
		executeOn(t, db, "INSERT INTO document VALUES (100002, '', NULL), (100003, '\\N', x'00ff5c')")
		executeOn(t, db, `CREATE TABLE "o""; DROP TABLE label; /*" ( "a b" INTEGER DEFAULT 7 NOT NULL, "C'" VARCHAR(3) DEFAULT 'x''y', PRIMARY KEY ("a b"), UNIQUE ("C'") )`)
		executeOn(t, db, `CREATE UNIQUE INDEX "i""" ON "o""; DROP TABLE label; /*" ("C'", "a b")`)
		executeOn(t, db, `INSERT INTO "o""; DROP TABLE label; /*" VALUES (1, 'abc'), (-1, 'é')`)
		executeOn(t, db, `CREATE TABLE dates (at DATETIME)`)
		executeOn(t, db, `CREATE TABLE checked (n INTEGER CHECK (n > 0))`)
		executeOn(t, db, `CREATE TABLE refers (d INTEGER REFERENCES dates (at))`)
		executeOn(t, db, `CREATE TRIGGER watch AFTER INSERT ON label BEGIN SELECT 1; END`)
	})
	there, conn := server.create(t)
	elsewhere, _ := server.create(t)
	home := filepath.Join(t.TempDir(), "home.db")
	went := copies(t, file, server.url(there))
	server.exec(t, conn, `CREATE TABLE kinds (n numeric DEFAULT 1.50, at timestamp, j jsonb, s serial, c "char", f float4[], PRIMARY KEY (s));
		INSERT INTO kinds VALUES (1e40, '2020-02-03 04:05:06.789', '{"a": "\\n"}', 5, 'x', '{1.1,NULL}'), (NULL, NULL, NULL, 6, NULL, '{}');
		CREATE TABLE plain (r real, t text[], s smallint, b bigint, i integer[], f float DEFAULT 0.5, o boolean DEFAULT true, later text DEFAULT now());
		INSERT INTO plain VALUES (1.1, '{"a,b","","NULL","\\"}', -32768, 9007199254740993, '{1,-2}', '-0', false, ''), (NULL, '{}', NULL, NULL, '{}', '-Infinity', NULL, E'\t\\')`)
	for _, note := range []string{
		"workbench: note: not copied: trigger watch\n",
		"workbench: note: not copied: table dates, because the type of its column at is DATETIME\n",
		"workbench: note: not copied: conditions or generated columns of table checked\n",
		"workbench: note: not copied: a foreign key of table refers to what is not in the copy of dates\n",
		"workbench: note: some rows of table label refer to rows of label_key that do not exist, so the foreign key (key_id) is not validated\n",
		"workbench: note: some rows of table label refer to rows of candidate that do not exist, so the foreign key (candidate_id) is not validated\n",
		"workbench: note: some rows of table document refer to rows of context that do not exist, so the foreign key (id) is not validated\n",
	} {
		if !strings.Contains(went.stderr, note) {
			t.Errorf("%q is not in\n%s", note, went.stderr)
		}
	}
	over, came := copies(t, server.url(there), server.url(elsewhere)), copies(t, server.url(elsewhere), home)
	without := func(said said, tables string) string {
		return regexp.MustCompile(`(?m)^(`+tables+`) .*\n`).ReplaceAllString(said.stdout, "")
	}
	if without(over, "kinds|plain") != went.stdout || without(came, "plain") != went.stdout || without(over, "kinds") != came.stdout {
		t.Errorf("%s\n%s\n%s", went.stdout, over.stdout, came.stdout)
	}
	for note, in := range map[string]string{
		"note: not copied: table kinds, because the type of its column n is numeric\n":      came.stderr,
		"note: not copied: what fills column later of table plain where nothing is given\n": over.stderr,
	} {
		if !strings.Contains(in, note) {
			t.Errorf("%q is not in\n%s", note, in)
		}
	}
	here, back := fileContent(t, file), fileContent(t, home)
	for table := range back {
		if table != "checked" && table != "refers" && table != "plain" && !reflect.DeepEqual(here[table], back[table]) {
			t.Errorf("%s came back as\n%.900v\nnot\n%.900v", table, back[table], here[table])
		}
	}
	if len(back) != len(here) { // without dates, with plain
		t.Errorf("%d tables came back of %d", len(back), len(here))
	}
	for _, test := range [][2]string{
		{"INSERT INTO marginal (value, probability) VALUES (1, 1) RETURNING id", "2003"},
		{`INSERT INTO "o""; DROP TABLE label; /*" ("a b") VALUES (9) RETURNING "C'"`, "x'y"},
	} {
		if got := postgresTexts(t, conn, test[0]); !slices.Equal(got, []string{test[1]}) {
			t.Errorf("%s: %q", test[0], got)
		}
	}
}

// Values that the other database cannot hold are refused in one line, and nothing stays.
func postgresCopiesNoUnfitValue(t *testing.T, server *postgresServer) {
	there, conn := server.create(t)
	for _, test := range []struct{ change, want string }{
		{"UPDATE candidate SET split = 3000000000 WHERE id = 240", "table candidate, id 240, column split: 3000000000 is not from -2147483648 to 2147483647"},
		{"INSERT INTO label VALUES (1.5, 777, 9)", "table label, key_id 777, candidate_id 9, column value: 1.5 is no integer"},
		{"UPDATE label_key SET name = name || char(0) WHERE id = 2", "table label_key, id 2, column name: the text has a NUL character"},
		{"UPDATE label_key SET name = CAST(x'41ff' AS TEXT) WHERE id = 2", "table label_key, id 2, column name: the text is not UTF-8"},
		{"UPDATE label_key SET name = x'41' WHERE id = 2", "table label_key, id 2, column name: a blob of 1 bytes is no text"},
		{"UPDATE marginal SET training = 2 WHERE id = 3", "table marginal, id 3, column training: 2 is not from 0 to 1"},
		{"UPDATE marginal SET probability = 'high' WHERE id = 3", `table marginal, id 3, column probability: "high" is no number`},
		{"UPDATE document SET meta = 'x' WHERE id = 1", `table document, id 1, column meta: "x" is no blob`},
		{"UPDATE sentence SET lemmas = x'80024e2e' WHERE id = 2", "table sentence, id 2, column lemmas: a blob of 4 bytes is no list of texts (it is None)"},
		{"UPDATE sentence SET words = x'80025d284b01652e' WHERE id = 2", "table sentence, id 2, column words: a blob of 8 bytes is no list of texts (pickle: element 0 is an integer, not text)"},
		{"UPDATE sentence SET words = x'80025d285803000000eda080652e' WHERE id = 2", "table sentence, id 2, column words: a blob of 14 bytes is no list of texts (half of a surrogate pair stands alone in a text)"},
		{"UPDATE sentence SET words = x'80025d28580100000000652e' WHERE id = 2", "table sentence, id 2, column words: element 0 has a NUL character"},
		{"CREATE TABLE x_cand (id INTEGER NOT NULL REFERENCES candidate (id), at DATE)", "table x_cand cannot be copied: the type of its column at is DATE"},
		{"CREATE TABLE t (a VARCHAR(2)); INSERT INTO t VALUES ('éé'), ('abc')", "table t, row 2, column a: the text has 3 characters, not 2 at most"},
	} {
		file := changed(t, oracleDB, func(db *sql.DB) {
			executeOn(t, db, "UPDATE sentence SET id = 2 WHERE id = (SELECT min(id) FROM sentence)")
			executeOn(t, db, "UPDATE document SET id = 1 WHERE id = (SELECT min(id) FROM document)")
			executeOn(t, db, test.change)
		})
		got := runSaid(t, "copy", file, server.url(there))
		if got.status != statusFail || got.stdout != "" || !strings.HasPrefix(got.stderr, "workbench: "+file+": "+test.want) || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: %+v", test.change, got)
		}
		if tables := postgresTexts(t, conn, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"); tables != nil {
			t.Fatalf("%s: %q stay", test.change, tables)
		}
	}
	copies(t, oracleDB, server.url(there))
	dir := t.TempDir()
	for _, test := range []struct{ change, undo, want string }{
		{"UPDATE marginal SET probability = 'NaN' WHERE id = 3", "UPDATE marginal SET probability = 0 WHERE id = 3", "table marginal, id 3, column probability: NaN would become NULL"},
		{"UPDATE sentence SET words = '{a,NULL}' WHERE position = 0", "UPDATE sentence SET words = '{a}' WHERE position = 0", ""},
		{"UPDATE sentence SET words = '{{a,b},{c,d}}' WHERE position = 0", "UPDATE sentence SET words = '{a}' WHERE position = 0", ""},
		{"ALTER TABLE candidate ADD at date", "ALTER TABLE candidate DROP at", "table candidate cannot be copied: the type of its column at is date"},
	} {
		server.exec(t, conn, test.change)
		got := runSaid(t, "copy", server.url(there), filepath.Join(dir, "home.db"))
		if got.status != statusFail || got.stdout != "" || !strings.Contains(got.stderr, test.want) || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: %+v", test.change, got)
		}
		if files, _ := os.ReadDir(dir); len(files) > 0 {
			t.Fatalf("%s: %v stay", test.change, files)
		}
		server.exec(t, conn, test.undo)
	}
	// Zero has no sign in a file, and all its ids have 64 bits.
	server.exec(t, conn, "UPDATE marginal SET probability = '-0' WHERE id = 3; ALTER TABLE marginal ALTER id TYPE bigint; UPDATE marginal SET id = 9007199254740993 WHERE id = 4")
	copies(t, server.url(there), filepath.Join(dir, "home.db"))
}

// A copy goes only to where nothing of it is yet, and where that is allowed.
func postgresCopiesToEmptyOnly(t *testing.T, server *postgresServer) {
	full, conn := server.create(t)
	server.exec(t, conn, "CREATE TABLE label_key (id integer); CREATE VIEW span AS SELECT 1 AS one")
	reader := server.role(t, "")
	server.exec(t, conn, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
	empty, other := server.create(t)
	server.exec(t, other, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
	for _, test := range []struct{ to, want string }{
		{server.url(full), server.shown(full) + ": is not an empty database (it has label_key, span); the tables are made in a database without such: createdb NAME makes one"},
		{server.url("nosuch"), server.shown("nosuch") + `: cannot be opened (database "nosuch" does not exist); make an empty one first: createdb NAME`},
		{"postgresql://" + reader + ":pa$$@" + server.host + ":" + server.port + "/" + empty, "postgresql://" + reader + "@" + server.host + ":" + server.port + "/" + empty +
			": denies access (permission denied for schema public); making tables needs the right CREATE on the schema"},
	} {
		got := runSaid(t, "copy", oracleDB, test.to)
		if got.status != statusFail || got.stdout != "" || !strings.HasPrefix(got.stderr, "workbench: "+test.want) || strings.Count(got.stderr, "\n") != 1 || strings.Contains(got.stderr, "pa$") {
			t.Errorf("%s: %+v", test.to, got)
		}
	}
	if tables := postgresTexts(t, conn, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"); !slices.Equal(tables, []string{"label_key", "span"}) {
		t.Errorf("%q", tables)
	}
}

// What is not written as it was is found when it is read back, and does not stay.
func postgresCopiesAreVerified(t *testing.T, server *postgresServer) {
	there, conn := server.create(t)
	server.exec(t, conn, `CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF NEW.candidate_id = 240 THEN NEW.value := -NEW.value; END IF;
			RETURN NEW; END $$;
		CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
			IF to_regclass('label') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass('label')) THEN
				CREATE TRIGGER meddle BEFORE INSERT ON label FOR EACH ROW EXECUTE FUNCTION meddle();
			END IF; END $$;
		CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION watch()`)
	got := runSaid(t, "copy", oracleDB, server.url(there))
	if got.status != statusFail || got.stdout != "" || !strings.HasPrefix(got.stderr, "workbench: "+server.shown(there)+": table label is not what was copied: 806 rows and checksum ") || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("%+v", got)
	}
	if tables := postgresTexts(t, conn, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"); tables != nil {
		t.Errorf("%q stay", tables)
	}
}

// A copy that is interrupted, or loses the server, leaves nothing.
func postgresCopiesWholeOnly(t *testing.T, server *postgresServer) {
	full, _ := server.create(t)
	copies(t, oracleDB, server.url(full))
	there, conn := server.create(t)
	home := filepath.Join(t.TempDir(), "home.db")
	kill := func(name string) {
		postgresTexts(t, server.connect(t, "postgres"), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+name+"' AND application_name = 'workbench'")
	}
	for _, test := range []struct {
		from, to string
		share    float64 // of the rows that were written and read back
		lose     string  // the server's database
		want     error
	}{
		{oracleDB, server.url(there), 0.2, "", context.Canceled},
		{oracleDB, server.url(there), 0.8, "", context.Canceled},
		{server.url(full), home, 0.2, "", context.Canceled},
		{server.url(full), home, 0.8, "", context.Canceled},
		{oracleDB, server.url(there), 0.2, there, session.ErrDisconnected},
		{oracleDB, server.url(there), 0.8, there, session.ErrDisconnected},
		{server.url(full), home, 0.2, full, session.ErrDisconnected},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		s, err := session.Open(ctx, test.from)
		if err != nil {
			t.Fatal(err)
		}
		_, err = candidates.Copy(ctx, s, test.to, func(done, total int) {
			switch {
			case float64(done) < test.share*float64(total):
			case test.lose != "":
				kill(test.lose)
			default:
				cancel()
			}
		})
		if !errors.Is(err, test.want) {
			t.Errorf("%+v: %v", test, err)
		}
		s.Close()
		cancel()
	}
	if files, _ := os.ReadDir(filepath.Dir(home)); len(files) > 0 {
		t.Errorf("%v stay", files)
	}
	if tables := postgresTexts(t, conn, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"); tables != nil {
		t.Errorf("%q stay", tables)
	}
}
