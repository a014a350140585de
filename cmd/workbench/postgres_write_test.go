package main

import (
	"bytes"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"workbench/candidates/pickle"
)

// writingCommands write a database one after the other; some are refused. FILE: is
// the directory of the files that inputFiles writes.
const writingCommands = `
	apply --lfs testdata/lfs.yaml
	apply --lfs testdata/lfs.yaml --yes
	apply --lfs testdata/lfs.yaml --split 1 --existing
	apply --lfs testdata/lfs.yaml --split 1 --split-only
	apply --lfs testdata/lfs.yaml --shard 2/3 --key-group 9
	apply --lfs testdata/lfs.yaml --shard 3/3 --key-group 9
	apply --lfs testdata/lfs.yaml --split 2 --keep
	apply --lfs testdata/lfs.yaml --key-group 2 --group-only --format csv
	apply --lfs testdata/lfs.yaml --lf LF_husband_wife --split-only --classes no,yes --type spouse
	classes
	classes --type spouse true,false
	classes --type spouse no,yes
	classes --type spouse --replace --format json no,yes
	classes --forget --type spouse
	classes --type spouse no,yes
	save-marginals --model majority-vote
	save-marginals --model majority-vote --split 1
	save-marginals --model majority-vote --split 1 --keep-other-splits
	save-marginals --model majority-vote --predicted --format json
	save-marginals --model majority-vote --yes
	save-marginals --model majority-vote --yes
	train --save best -q
	train --save best
	train --save best --epochs 20 --force --format json
	save-marginals --model best --keep-other-splits
	fit --save fitted --save-marginals --yes
	grid-search --gold gold --param epochs=1,2 --save searched
	select-deps --threshold 0.4 --save deps
	models
	models delete nosuch
	models delete best
	models export searched --out FILE:searched.json
	models import FILE:searched.json --name again
	models
	import-gold FILE:gold.csv --annotator anna
	import-gold FILE:gold.csv --annotator anna --symmetric --replace --format json
	import-gold FILE:other.csv --annotator anna
	import-gold FILE:other.csv --annotator anna --replace
	import-labels FILE:labels.csv --abstain 0
	import-labels FILE:labels.csv --abstain 0 --replace
	import-labels FILE:labels.csv --abstain 0 --key-group 3 --format json
	import-labels FILE:twice.csv --abstain 0 --key-group 4
	import-labels FILE:unknown.csv --abstain 0 --key-group 4
	import-marginals FILE:marginals.csv --split 1
	import-marginals FILE:marginals.csv --split 1 --keep-other-splits
	import-marginals FILE:marginals.csv --split 1 --predicted --yes
	split
	split --yes --seed 7
	split --yes --train 0.5 --dev 0.5 --by document --format json
	import FILE:sentences.jsonl --split 1 --annotator gold
	import FILE:sentences.jsonl --split 1
	import FILE:more.jsonl --split 1
	import FILE:bad.jsonl
	info --format json
	load-matrix --split 1 --format csv
	load-marginals --split 1 --format csv
	sql SELECT~max(id)~AS~id~FROM~context
	candidates --split 1 --format csv
	show 1
`

// inputFiles writes what the commands read.
func inputFiles(t *testing.T, dir string) {
	t.Helper()
	var gold, other, labels, marginals strings.Builder
	gold.WriteString("person1,person2,label\n")
	other.WriteString("person1,person2,label\n")
	db, err := sql.Open("sqlite", "file:"+oracleDB+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i, row := range queryTexts(t, db, `SELECT x.stable_id, y.stable_id FROM spouse AS s JOIN context AS x ON x.id = s.person1_id
		JOIN context AS y ON y.id = s.person2_id ORDER BY s.id LIMIT 60`) {
		fmt.Fprintf(&gold, "%s,%s,%d\n", row[0], row[1], 1-2*(i%2))
		fmt.Fprintf(&other, "%s,%s,%d\n", row[0], row[1], 1-2*(i%3/2))
	}
	gold.WriteString("nodoc::span:1:2,nodoc::span:4:5,1\n")
	labels.WriteString("candidate_id,LF_new,LF_husband_wife,LF_quiet\n")
	for i := 1; i < 391; i++ {
		fmt.Fprintf(&labels, "%d,%d,%d,0\n", i, i%3-1, (i+1)%3-1)
	}
	marginals.WriteString("candidate_id,probability\n")
	for _, row := range queryTexts(t, db, "SELECT id FROM candidate WHERE split = 1 ORDER BY id") {
		id, _ := strconv.Atoi(row[0])
		fmt.Fprintf(&marginals, "%d,%g\n", id, float64(id%17)/16)
	}
	for name, text := range map[string]string{
		"gold.csv": gold.String(), "other.csv": other.String(), "labels.csv": labels.String(), "marginals.csv": marginals.String(),
		"twice.csv":   "candidate_id,lf,label\n1,a,1\n2,a,1\n1,a,-1\n",
		"unknown.csv": "candidate_id,a\n1,1\n99999,1\n",
		"sentences.jsonl": `{"document": "new doc", "text": "Zoë \\ \"x\" {met}\tNULL, Bob.", "words": ["Zoë", "\\", "\"x\"", "{met}", "NULL", "Bob", "."],` +
			` "char_offsets": [0, 4, 6, 10, 16, 22, 25], "lemmas": ["", "a b", "c,d", "'", "null", "\\N", "\n"], "dep_parents": [2, 0, 1, 1, 1, 1, 1],` +
			` "person1_start": 0, "person1_end": 2, "person2_start": 22, "person2_end": 24, "gold": "1"}` + "\n" +
			`{"document": "new doc", "text": "Bob met Ann\\.\r\nThen 🦆.", "person1_start": 0, "person1_end": 2, "person2_start": 8, "person2_end": 10, "person2_cid": "Q 1", "gold": "-1"}` + "\n",
		"more.jsonl": `{"document": "new doc", "text": "Eve left Bob.", "person1_start": 0, "person1_end": 2, "person2_start": 9, "person2_end": 11}` + "\n",
		"bad.jsonl": `{"document": "third doc", "text": "Eve left Bob.", "person1_start": 0, "person1_end": 2, "person2_start": 9, "person2_end": 11}` + "\n" +
			`{"document": "third doc", "text": "Eve left Bob.", "person1_start": 0, "person1_end": 2, "person2_start": 9, "person2_end": 99}` + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// fill puts the directory of files into a command, and spaces for ~.
func fill(line, dir string) []string {
	args := strings.Fields(strings.ReplaceAll(line, "FILE:", dir+"/"))
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "~", " ")
	}
	return args
}

// Every command that writes says the same of a PostgreSQL database as of the SQLite
// file with the same content, and leaves the same rows, ids too.
func postgresWritesAsSQLite(t *testing.T, server *postgresServer) {
	file := changed(t, oracleDB, func(*sql.DB) {})
	name := server.copyOf(t, file)
	conn := server.connect(t, name)
	dir := t.TempDir()
	inputFiles(t, dir)
	succeeded, ran := 0, 0
	for line := range strings.Lines(strings.TrimSpace(writingCommands)) {
		args := fill(line, dir)
		want := runOn(t, file, args...)
		got := runOn(t, server.url(name), args...)
		server.compare(t, line, name, got, file, want)
		if want.status == statusOK {
			succeeded++
		}
		if ran++; ran%7 == 0 && !sameTables(t, file, conn, line) {
			t.Fatal("since seven commands at most")
		}
	}
	sameTables(t, file, conn, "all")
	if succeeded < 45 {
		t.Errorf("only %d commands succeeded", succeeded)
	}
	server.snorkelWrites(t, conn)
}

// compare compares what a command says of a server's database with what it says of the
// file that is the same.
func (s *postgresServer) compare(t *testing.T, line, name string, got said, file string, want said) {
	t.Helper()
	for _, text := range []*string{&got.stdout, &got.stderr} {
		*text = strings.ReplaceAll(*text, s.shown(name), file)
	}
	want.stderr = strings.ReplaceAll(want.stderr, ", and --backup copies the database first", "")
	if got != want {
		t.Errorf("%q:\n%+v\nSQLite:\n%+v", line, got, want)
	}
}

// A new database has the tables that Snorkel would make, and is filled as a file is.
func postgresIsMade(t *testing.T, server *postgresServer) {
	snorkel, conn := server.copyOf(t, oracleDB), (*pgconn.PgConn)(nil)
	name, _ := server.create(t)
	file, url := filepath.Join(t.TempDir(), "new.db"), server.url(name)
	classes := []string{"--candidate", "Spouse(person1, person2)", "--candidate", "Tweet(tweet)"}
	want, got := runOn(t, "", append([]string{"init", file}, classes...)...), runOn(t, "", append([]string{"init", url}, classes...)...)
	got.stdout = strings.ReplaceAll(got.stdout, server.shown(name), file)
	if got != want || want.status != statusOK {
		t.Fatalf("%+v, want %+v", got, want)
	}
	conn = server.connect(t, name)
	made := tablesOfServer(t, conn)
	for table, want := range tablesOfServer(t, server.connect(t, snorkel)) {
		if made[table] != want {
			t.Errorf("table %s:\n%s\nwant\n%s", table, made[table], want)
		}
	}
	again := runOn(t, "", "init", url, "--candidate", "A(b)")
	if want := "workbench: " + server.shown(name) + `: is not an empty database (relation "context" already exists); `; again.status != statusFail ||
		!strings.HasPrefix(again.stderr, want) || strings.Count(again.stderr, "\n") != 1 {
		t.Errorf("%+v, want %q", again, want)
	}
	none := runOn(t, "", "init", server.url("nosuch"), "--candidate", "A(b)")
	if want := "workbench: " + server.shown("nosuch") + `: cannot be opened (database "nosuch" does not exist); make an empty one first: createdb NAME` + "\n"; none.stderr != want {
		t.Errorf("%+v, want %q", none, want)
	}
	dir := t.TempDir()
	inputFiles(t, dir)
	tweets := "id,text,gold\n1,\"a, b\",1\n2,\"c\n\t\\d\",-1\n3,🦆,\n"
	if err := os.WriteFile(filepath.Join(dir, "tweets.csv"), []byte(tweets), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"import --type tweet --text text --id id FILE:tweets.csv", "import --type tweet --text text --id id FILE:tweets.csv",
		"import --type spouse FILE:sentences.jsonl", "import --type spouse FILE:more.jsonl --split 2", "classes --type tweet no,yes", "show 1", "show 4",
		"split --by document --yes", "info --format json",
	} {
		args := fill(line, dir)
		want, got := runOn(t, file, args...), runOn(t, url, args...)
		server.compare(t, line, name, got, file, want)
	}
	sameTables(t, file, conn, "all")
	server.snorkelWrites(t, conn)
}

// tablesOfServer describes the tables of a database.
func tablesOfServer(t *testing.T, conn *pgconn.PgConn) map[string]string {
	t.Helper()
	tables := make(map[string]string)
	for _, query := range []string{
		`SELECT a.attrelid::regclass, a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END ||
			coalesce(' ' || pg_get_expr(d.adbin, d.adrelid), '')
			FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
			WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 ORDER BY c.relname, a.attnum`,
		`SELECT conrelid::regclass, conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY conrelid::regclass::text, conname`,
		`SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY tablename, indexname`,
	} {
		result := conn.ExecParams(t.Context(), query, nil, nil, nil, nil).Read()
		if result.Err != nil {
			t.Fatal(result.Err)
		}
		for _, row := range result.Rows {
			tables[string(row[0])] += string(row[1]) + "\n"
		}
	}
	return tables
}

// snorkelWrites does what Snorkel's SQLAlchemy would do next: ids come out of sequences.
func (s *postgresServer) snorkelWrites(t *testing.T, conn *pgconn.PgConn) {
	t.Helper()
	s.exec(t, conn, `BEGIN;
		INSERT INTO context (type, stable_id) VALUES ('document', 'by-snorkel::document:0:0') RETURNING context.id;
		INSERT INTO candidate (type, split) VALUES ('spouse', 0) RETURNING candidate.id;
		INSERT INTO label_key (name, "group") VALUES ('by snorkel', 0) RETURNING label_key.id;
		INSERT INTO gold_label_key (name, "group") VALUES ('by snorkel', 0) RETURNING gold_label_key.id;
		INSERT INTO marginal (candidate_id, training, value, probability) VALUES (1, NULL, 1, 0.5) RETURNING marginal.id;
		ROLLBACK`)
}

// sameTables compares the rows of all tables.
func sameTables(t *testing.T, file string, conn *pgconn.PgConn, after string) bool {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	same := true
	for _, table := range queryTexts(t, db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name") {
		want, got := rowsOfFile(t, db, table[0]), rowsOfServer(t, conn, table[0])
		if !slices.Equal(got, want) {
			same = false
			only := func(a, b []string) []string {
				a = slices.DeleteFunc(slices.Clone(a), func(row string) bool { return slices.Contains(b, row) })
				return a[:min(len(a), 5)]
			}
			t.Errorf("after %s: table %s: %d rows, want %d; for example\n%q\nwant\n%q", after, table[0], len(got), len(want), only(got, want), only(want, got))
		}
	}
	return same
}

// rowsOfFile are the rows of a table, each as JSON, sorted.
func rowsOfFile(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	columns := queryTexts(t, db, "SELECT name FROM pragma_table_info(?) ORDER BY name", table)
	var names []string
	for _, c := range columns {
		names = append(names, `"`+c[0]+`"`)
	}
	lines := []string{}
	for _, row := range queryRows(t, db, "SELECT "+strings.Join(names, ", ")+` FROM "`+table+`"`) {
		for i, v := range row {
			switch blob, isBlob := v.([]byte); {
			case isBlob && table == "sentence" && slices.Contains([]string{"char_offsets", "abs_char_offsets", "dep_parents"}, columns[i][0]):
				list, err := pickle.Ints(blob)
				if err != nil {
					t.Fatal(err)
				}
				row[i] = asJSON(t, list)
			case isBlob && table == "sentence":
				list, err := pickle.Texts(blob)
				if err != nil {
					t.Fatal(err)
				}
				row[i] = asJSON(t, list)
			case isBlob:
				row[i] = hex.EncodeToString(blob)
			case v != nil:
				row[i] = asNumber(fmt.Sprint(v))
			}
		}
		lines = append(lines, asJSON(t, row))
	}
	slices.Sort(lines)
	return lines
}

// rowsOfServer are the same of a server's table.
func rowsOfServer(t *testing.T, conn *pgconn.PgConn, table string) []string {
	t.Helper()
	columns := conn.ExecParams(t.Context(), `SELECT a.attname, t.typcategory, t.typname FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
		WHERE a.attrelid = $1::regclass AND a.attnum > 0 ORDER BY a.attname COLLATE "C"`, [][]byte{[]byte(`"` + table + `"`)}, nil, nil, nil).Read()
	if columns.Err != nil {
		t.Fatal(columns.Err)
	}
	var list []string
	for _, c := range columns.Rows {
		expression := `"` + string(c[0]) + `"`
		switch {
		case string(c[1]) == "A":
			expression = "array_to_json(" + expression + ")::text"
		case string(c[2]) == "bytea":
			expression = "encode(" + expression + ", 'hex')"
		}
		list = append(list, expression)
	}
	result := conn.ExecParams(t.Context(), "SELECT "+strings.Join(list, ", ")+` FROM "`+table+`"`, nil, nil, nil, nil).Read()
	if result.Err != nil {
		t.Fatal(result.Err)
	}
	lines := []string{}
	for _, values := range result.Rows {
		row := make([]any, len(values))
		for i, v := range values {
			switch {
			case v == nil:
			case string(columns.Rows[i][2]) == "bool":
				row[i] = map[string]string{"t": "1", "f": "0"}[string(v)]
			default:
				row[i] = asNumber(string(v))
			}
		}
		lines = append(lines, asJSON(t, row))
	}
	slices.Sort(lines)
	return lines
}

// asNumber writes a number as all numbers are written.
func asNumber(text string) string {
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return text
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
