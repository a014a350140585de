package main

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // which makes the files that are copied

	"workbench/candidates/pickle"
)

// TestPostgres tests all that is done with a PostgreSQL server, with one server.
func TestPostgres(t *testing.T) {
	t.Parallel() // beside the scripts
	server := startPostgres(t)
	server.oracle = server.copyOf(t, oracleDB)
	for name, test := range map[string]func(*testing.T, *postgresServer){
		"reads as SQLite":  postgresReadsAsSQLite,
		"writes as SQLite": postgresWritesAsSQLite,
		"refusals":         postgresRefusals,
		"is made":          postgresIsMade,
		"sql only reads":   postgresSQLOnlyReads,
		"locks and losses": postgresLocksAndLosses,
		"one connection":   postgresWithOneConnection,
		"distribute":       postgresDistributes,
		"in parts":         postgresIsLabelledInParts,
		"patterns":         postgresPatterns,
		"is killed":        postgresIsKilled, "is interrupted": postgresIsInterrupted, "writers wait": postgresWritersWait,
		"conflicts": postgresConflicts, "readers beside": postgresReadersBeside, "guards": postgresGuards, "refuses writes": postgresRefusesWrites,
		"shards": postgresShards, "copies": postgresCopies, "serve": postgresServes,
		"scripts": postgresScripts, "figures": postgresHasSnorkelsFigures,
	} {
		t.Run(name, func(t *testing.T) { test(t, server) })
	}
}

// said is what a command puts out.
type said struct {
	status         int
	stdout, stderr string
}

func runOn(t *testing.T, db string, args ...string) said {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), append(args, "--db", db), &stdout, &stderr)
	return said{status, stdout.String(), stderr.String()}
}

// readingCommands are the commands that read: each once, or in several ways.
func readingCommands(dir string, severalWays bool) [][]string {
	text := `
		info --format json
		candidates --limit 5
		show 1
		load-matrix --format csv
		load-gold-labels --annotator gold --split 1 --format csv
		lf-stats --split 1 --gold gold --format csv
		majority-vote --split 1 --gold gold
		train --out MODEL -q
		fit
		marginals --model MODEL --format csv
		load-marginals --format csv
		error-analysis --split 1 --gold gold --model MODEL
		export --format csv
		export-gold --annotator gold --split 1 --format csv
		test-lf --lfs LFS --lf LF_husband_wife --split 1 --gold gold
		test-lf --lfs TEXTS --lf tag001 --gold gold --split 0
		test-lf --lfs TEXTS --lf left2 --gold gold --split 0 --show fn --format csv
		compare --split 1 --gold gold --format csv`
	if severalWays {
		text += `
		info
		candidates --split 1 --format csv
		candidates --split 2 --format json
		show 7 --format json
		show 300
		load-matrix
		load-matrix --split 1 --format json
		load-matrix --split 2 --format csv
		load-gold-labels --annotator nobody
		lf-stats
		train --format csv
		fit --split train --format json
		select-deps --threshold 0.4
		select-deps --method likelihood
		lf-stats --pairs
		lf-stats --sample 1/3 --format csv
		lf-stats --split 1 --gold gold --model MODEL --sample 1/2
		majority-vote --split 1 --gold gold --sample 1/2 --format json
		train --sample 1/2 --format json
		train --labels gold --split 1 --format csv
		fit --sample 1/2
		fit --gold gold --gold-split 1
		grid-search --gold gold --param epochs=1,2 --sample 1/2 --lf-propensity
		marginals --model MODEL
		marginals --model majority-vote --format jsonl
		random-search --gold gold --param epochs=1,2 --n 2
		marginals --model MODEL --split 1 --format json
		load-marginals --split 1 --format json
		histogram --format csv
		error-analysis --split 1 --gold gold --model MODEL --bucket fp --format csv
		export --split 1 --format jsonl
		export-gold --annotator me --template --format csv
		test-lf --lfs LFS --lf LF_husband_wife --split 1 --gold gold --show tp --format csv
		models
		classes`
	}
	files := strings.NewReplacer("MODEL", filepath.Join(dir, "model.json"), "LFS", filepath.Join("testdata", "lfs.yaml"),
		"TEXTS", "../../testdata/oracle/interop/text.yaml")
	var all [][]string
	for line := range strings.Lines(strings.TrimSpace(text)) {
		all = append(all, strings.Fields(files.Replace(line)))
	}
	for query, format := range map[string]string{
		"SELECT split, type, count(*) AS n FROM candidate GROUP BY split, type ORDER BY split, type":                                                           "table",
		"SELECT candidate_id, training, value, probability FROM marginal ORDER BY id LIMIT 20":                                                                 "json",
		"SELECT k.name, sum(l.value) AS total, max(l.value) AS most FROM label AS l JOIN label_key AS k ON k.id = l.key_id GROUP BY k.name ORDER BY min(k.id)": "csv",
		"SELECT id, meta, NULL AS none FROM document ORDER BY id LIMIT 3;":                                                                                     "csv",
		"WITH x AS (SELECT 1 AS one) SELECT one, 'a' AS a, 0.5e0 AS half FROM x -- all":                                                                        "json",
	} {
		if severalWays {
			all = append(all, []string{"sql", query, "--format", format})
		}
	}
	return all
}

// Every command that reads says the same of a PostgreSQL database as of the SQLite
// file with the same content, but for its name.
func postgresReadsAsSQLite(t *testing.T, server *postgresServer) {
	const zoo = "../../testdata/oracle/interop/zoo.db"
	for _, of := range []struct {
		name, file  string
		severalWays bool
		least       int // commands that make sense of it
	}{
		{"0.7", oracleDB, true, 54}, {"0.6", madeBy(t, "snorkel06.sql"), false, 14}, {"0.5", madeBy(t, "snorkel05.sql"), false, 12},
		{"odd texts", withoutNULs(t, "../../testdata/oracle/interop/text.db"), false, 7}, {"zoo", zoo, true, 38}, {"many candidates", manyCandidates(t), false, 17},
	} {
		t.Run(of.name, func(t *testing.T) {
			name := server.copyOf(t, of.file)
			dirs := [2]string{t.TempDir(), t.TempDir()}
			succeeded := 0
			for _, args := range readingCommands(dirs[0], of.severalWays) {
				want := runOn(t, of.file, args...)
				there := slices.Clone(args)
				for i := range there {
					there[i] = strings.ReplaceAll(there[i], dirs[0], dirs[1])
				}
				got := runOn(t, server.url(name), there...)
				for _, text := range []*string{&got.stdout, &got.stderr} {
					*text = strings.NewReplacer(server.shown(name), of.file, dirs[1], dirs[0]).Replace(*text)
				}
				if args[0] == "sql" && want.status != 0 { // the database's own words
					got.stderr, want.stderr = "", ""
				}
				if got != want {
					t.Errorf("%q:\n%+v\nSQLite:\n%+v", args, got, want)
				}
				if want.status == 0 {
					succeeded++
				}
			}
			if succeeded < of.least {
				t.Errorf("only %d commands succeeded", succeeded)
			}
			models := [2][]byte{}
			for i, dir := range dirs {
				models[i], _ = os.ReadFile(filepath.Join(dir, "model.json"))
			}
			if !bytes.Equal(models[0], models[1]) {
				t.Error("the models differ")
			}
		})
	}
}

// What Snorkel computed is what commands say of a server's database too.
func postgresHasSnorkelsFigures(t *testing.T, server *postgresServer) {
	db := server.url(server.copyOf(t, oracleDB))
	for name, test := range snorkelsFigures {
		t.Run(name, func(t *testing.T) { test(t, db) })
	}
	trainingBySeedIsSnorkels(t, func(file string) string { return server.url(server.copyOf(t, file)) })
}

// changed makes a copy of a database, which change changes.
func changed(t *testing.T, file string, change func(db *sql.DB)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "snorkel.db")
	if file != "" {
		if err := copyFile(file, path); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	change(db)
	return path
}

func executeOn(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatal(err)
	}
}

// madeBy is the file of a script.
func madeBy(t *testing.T, script string) string {
	return changed(t, "", func(db *sql.DB) {
		text, err := os.ReadFile(filepath.Join("../../testdata", script))
		if err != nil {
			t.Fatal(err)
		}
		executeOn(t, db, string(text))
	})
}

// withoutNULs has another character where a text has one that PostgreSQL cannot store.
func withoutNULs(t *testing.T, file string) string {
	return changed(t, file, func(db *sql.DB) {
		for _, row := range queryRows(t, db, "SELECT id, text FROM sentence") {
			executeOn(t, db, "UPDATE sentence SET text = ? WHERE id = ?", strings.ReplaceAll(row[1].(string), "\x00", "?"), row[0])
		}
		for _, column := range []string{"words", "lemmas"} {
			for _, row := range queryRows(t, db, "SELECT id, "+column+" FROM sentence WHERE "+column+" IS NOT NULL") {
				words, err := pickle.Texts(row[1].([]byte))
				if err != nil {
					t.Fatal(err)
				}
				for i := range words {
					words[i] = strings.ReplaceAll(words[i], "\x00", "?")
				}
				executeOn(t, db, "UPDATE sentence SET "+column+" = ? WHERE id = ?", pickle.EncodeTexts(words), row[0])
			}
		}
	})
}

// manyCandidates has so many candidates that several connections read them, and their
// ids lie far apart.
func manyCandidates(t *testing.T) string {
	return changed(t, oracleDB, func(db *sql.DB) {
		for i := 1; i <= 9; i++ {
			executeOn(t, db, "INSERT INTO context SELECT id + ?, 'span', 'copy-' || ? || '::' || stable_id FROM context WHERE type = 'span' AND id < 100000", i*100_000, i)
			executeOn(t, db, "INSERT INTO span SELECT id + ?, sentence_id, char_start - ?, char_end, meta FROM span WHERE id < 100000", i*100_000, i*1000)
			executeOn(t, db, "INSERT INTO candidate SELECT id + ?, type, split FROM candidate WHERE id < 100000", i*100_000)
			executeOn(t, db, "INSERT INTO spouse SELECT id + ?1, person1_id + ?1, person1_cid, person2_id + ?1, person2_cid FROM spouse WHERE id < 100000", i*100_000)
			executeOn(t, db, "INSERT INTO label SELECT value, key_id, candidate_id + ? FROM label WHERE candidate_id < 100000", i*100_000)
		}
	})
}

// What cannot be opened is refused in one line, in which no password stands.
func postgresRefusals(t *testing.T, server *postgresServer) {
	empty, conn := server.create(t)
	good := server.copyOf(t, oracleDB)
	reader := server.role(t, "")
	host := server.host + ":" + server.port
	for _, test := range []struct{ location, want string }{
		{server.url("nosuch"), server.shown("nosuch") + `: no such database (database "nosuch" does not exist)`},
		{server.url(empty), server.shown(empty) + ": is not a Snorkel database; it has no tables at all"},
		{"postgres://" + server.user + ":pa$$@" + host + "/" + good, "postgres://" + server.user + "@" + host + "/" + good +
			`: denies access (password authentication failed for user "` + server.user + `"); check the user`},
		{"postgresql://" + reader + ":pa$$@" + host + "/" + good, "postgresql://" + reader + "@" + host + "/" + good +
			": denies access (permission denied for table "},
		{"postgresql://me:pa$$@127.0.0.1:1/" + good, "postgresql://me@127.0.0.1:1/" + good + ": cannot be reached (connect: connection refused); check its host"},
		{"postgresql://me:pa$$/@#?@127.0.0.1:1/x?sslmode=disable", "postgresql://me@127.0.0.1:1/x: cannot be reached ("},
		{"postgresql://me:pa$$@127.0.0.1:port/x", "postgresql://me@127.0.0.1:port/x: cannot be opened; the URL cannot be read"},
		{"postgresql://me:pa$$@host/x/?sslmode=never", "postgresql://me@host/x/: cannot be opened; the URL cannot be read"},
	} {
		for _, command := range []string{"load-matrix", "info"} {
			got := runOn(t, test.location, command)
			if got.status != statusFail || got.stdout != "" || !strings.HasPrefix(got.stderr, "workbench: "+test.want) ||
				strings.Count(got.stderr, "\n") != 1 || strings.Contains(got.stderr, "pa$") || server.password != "" && strings.Contains(got.stderr, server.password) {
				t.Errorf("%s: %+v, want %q", test.location, got, test.want)
			}
		}
	}
	server.exec(t, conn, "CREATE TABLE candidate_set (id INTEGER)")
	if got := runOn(t, server.url(empty), "info"); !strings.Contains(got.stderr, "was written by Snorkel 0.4") {
		t.Errorf("%+v", got)
	}
}

// sql runs one query that reads, whatever the user may do elsewhere.
func postgresSQLOnlyReads(t *testing.T, server *postgresServer) {
	name := server.copyOf(t, oracleDB)
	db := server.url(name)
	made := filepath.Join(t.TempDir(), "made")
	for _, query := range []string{
		"DELETE FROM label", "DROP TABLE label", "CREATE TEMP TABLE x (y int)", "SELECT 1; DELETE FROM label", "/* SELECT */ DELETE FROM label",
		"WITH x AS (DELETE FROM label RETURNING value) SELECT * FROM x", "SELECT * INTO copied FROM label", "SELECT * FROM label FOR UPDATE",
		"COPY label TO PROGRAM 'touch " + made + "'", "COPY label TO '" + made + "'", "DO $$ BEGIN DELETE FROM label; END $$",
		"SELECT nextval('label_key_id_seq')", "SELECT lo_export(lo_from_bytea(0, 'x'), '" + made + "')", "SELECT lo_creat(-1)",
		"SELECT set_config('transaction_read_only', 'off', false)", "SET transaction_read_only = off", "COMMIT", "EXPLAIN ANALYZE DELETE FROM label",
		"SELECT pg_terminate_backend(pg_backend_pid())", "SELECT * FROM \"lo_import\" /* */ ('/etc/passwd')", `SELECT U&"\0070g_notify"('a', 'b')`, "PREPARE x AS DELETE FROM label", "VACUUM", "LISTEN x", "NOTIFY x",
	} {
		got := runOn(t, db, "sql", query)
		if got.status == 0 || got.stdout != "" || !strings.HasPrefix(got.stderr, "workbench: "+server.shown(name)+": ") || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: %+v", query, got)
		}
	}
	if _, err := os.Stat(made); err == nil {
		t.Error("a file was written")
	}
	for query, want := range map[string]string{
		"SELECT count(*) AS n FROM label WHERE 'lo_' <> 'dblink'":                                                "n\n806\n",
		"select true AS a, false AS b, 1.50 AS c, 2::numeric AS d":                                               "a,b,c,d\n1,0,1.5,2\n",
		"VALUES ('a''b', 9223372036854775807, -1::smallint, 'x'::char(3))":                                       "column1,column2,column3,column4\na'b,9223372036854775807,-1,x  \n",
		"SELECT words[1:2] AS w, char_offsets[1:2] AS o FROM sentence WHERE id = (SELECT min(id) FROM sentence)": "",
		"SELECT date '2020-02-03' AS d, 'NaN'::float8 AS f, '{}'::int[] AS e":                                    "d,f,e\n2020-02-03,,{}\n",
	} {
		got := runOn(t, db, "sql", query, "--format", "csv")
		if got.status != 0 || want != "" && got.stdout != want {
			t.Errorf("%s: %+v", query, got)
		}
	}
	if got := runOn(t, db, "sql", "SELECT pg_sleep(60)", "--timeout", "100ms"); got.stderr != "workbench: "+server.shown(name)+": the query took longer than 100ms\n" {
		t.Errorf("%+v", got)
	}
	if got := runOn(t, db, "sql", "SELECT repeat('x', 70000000) AS x", "--format", "csv"); got.status != statusFail || got.stdout != "" ||
		!strings.Contains(got.stderr, ": has or makes a value that is too large; ") {
		t.Errorf("%+.300v", got)
	}
}

// A lock is waited for, and a connection that ends is an error of one line.
func postgresLocksAndLosses(t *testing.T, server *postgresServer) {
	name := server.copyOf(t, oracleDB)
	locker := server.connect(t, name)
	server.exec(t, locker, "BEGIN; LOCK TABLE label")
	want := server.shown(name) + ": is locked by another program; waited 50ms; close the other program or raise --busy-timeout\n"
	if got := runOn(t, server.url(name), "load-matrix", "--busy-timeout", "50ms"); got.status != statusFail || got.stderr != "workbench: "+want {
		t.Errorf("%+v", got)
	}
	ended := make(chan said)
	go func() { ended <- runOn(t, server.url(name), "load-matrix", "--busy-timeout", "1m") }()
	const others = "FROM pg_stat_activity WHERE application_name = 'workbench' AND wait_event_type = 'Lock'"
	for terminated := 0; terminated == 0; {
		result := server.conn.ExecParams(t.Context(), "SELECT pg_terminate_backend(pid) "+others, nil, nil, nil, nil).Read()
		if result.Err != nil {
			t.Fatal(result.Err)
		}
		terminated = len(result.Rows)
	}
	if got := <-ended; got.status != statusFail || !strings.HasPrefix(got.stderr, "workbench: "+server.shown(name)+": lost the connection") {
		t.Errorf("%+v", got)
	}
}

// One connection does what several do, where the server admits no more.
func postgresWithOneConnection(t *testing.T, server *postgresServer) {
	reader := server.role(t, "CONNECTION LIMIT 1") // which ends after the database
	file := manyCandidates(t)
	name := server.copyOf(t, file)
	server.exec(t, server.connect(t, name), "GRANT SELECT ON ALL TABLES IN SCHEMA public TO "+reader)
	args := strings.Fields("export --format csv")
	url := "postgresql://" + reader + ":pa$$@" + server.host + ":" + server.port + "/" + name
	if got, want := runOn(t, url, args...), runOn(t, file, args...); got != want || want.status != 0 || strings.Count(want.stdout, "\n") < 2000 {
		t.Errorf("%+v\nSQLite:\n%+v", got, want)
	}
}
