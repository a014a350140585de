package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// contentOf is a checksum of all rows of each table of a database.
func contentOf(t *testing.T, conn *pgconn.PgConn) map[string]string {
	t.Helper()
	tables := conn.ExecParams(t.Context(), "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1", nil, nil, nil, nil).Read()
	if tables.Err != nil {
		t.Fatal(tables.Err)
	}
	var queries []string
	for _, row := range tables.Rows {
		queries = append(queries, fmt.Sprintf(`SELECT '%[1]s', count(*) || ' rows ' || coalesce(md5(string_agg(x::text, ';' ORDER BY x::text)), '') FROM "%[1]s" AS x`, row[0]))
	}
	result := conn.ExecParams(t.Context(), strings.Join(queries, " UNION ALL "), nil, nil, nil, nil).Read()
	if result.Err != nil {
		t.Fatal(result.Err)
	}
	content := make(map[string]string)
	for _, row := range result.Rows {
		content[string(row[0])] = string(row[1])
	}
	return content
}

func wantContent(t *testing.T, conn *pgconn.PgConn, what string, want map[string]string) {
	t.Helper()
	got := contentOf(t, conn)
	for table := range got {
		if got[table] != want[table] {
			t.Errorf("after %s: table %s has %s, had %s", what, table, got[table], want[table])
		}
	}
	if len(got) != len(want) {
		t.Errorf("after %s: %d tables, want %d", what, len(got), len(want))
	}
}

// wantLine is a failure in one line that begins so.
func wantLine(t *testing.T, got said, want string) {
	t.Helper()
	if got.status != statusFail || got.stdout != "" || !strings.HasPrefix(got.stderr, "workbench: "+want) || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("%+v\nwant %q", got, want)
	}
}

// midway are commands with what to lock so that they wait after they wrote something.
var midway = []struct{ name, args, lock string }{
	{"apply", "apply --lfs testdata/lfs.yaml --yes", "LOCK TABLE label_key IN SHARE MODE"},
	{"import", "import FILE:sentences.jsonl", "LOCK TABLE spouse IN SHARE MODE"},
	{"import-labels", "import-labels FILE:labels.csv --abstain 0 --replace", "LOCK TABLE label IN SHARE MODE"},
	{"import-gold", "import-gold FILE:gold.csv --annotator anna", "LOCK TABLE gold_label IN SHARE MODE"},
	{"fit", "fit --save fitted --save-marginals --yes", "LOCK TABLE workbench_model IN SHARE MODE"},
	{"split", "split --yes", "SELECT id FROM candidate ORDER BY id DESC LIMIT 1 FOR UPDATE"},
}

// startMidway makes a database for each command, and waits until all wait in the middle
// of their work. ended has what becomes of them.
func startMidway(t *testing.T, server *postgresServer, ctx context.Context) (names []string, ended []chan said) {
	t.Helper()
	dir := t.TempDir()
	inputFiles(t, dir)
	file := changed(t, oracleDB, func(*sql.DB) {})
	if got := runOn(t, file, "train", "--save", "best", "-q"); got.status != statusOK {
		t.Fatalf("%+v", got)
	}
	first := server.copyOf(t, file)
	for _, m := range midway {
		name := server.clone(t, first)
		server.exec(t, server.connect(t, name), "BEGIN; "+m.lock)
		done := make(chan said, 1)
		go func() {
			var stdout, stderr bytes.Buffer
			status := run(ctx, append(fill(m.args, dir), "--db", server.url(name), "--busy-timeout", "1m"), &stdout, &stderr)
			done <- said{status, stdout.String(), stderr.String()}
		}()
		names, ended = append(names, name), append(ended, done)
	}
	for waiting := 0; waiting < len(midway); time.Sleep(10 * time.Millisecond) {
		result := server.conn.ExecParams(t.Context(), "SELECT pid FROM pg_stat_activity WHERE application_name = 'workbench' AND wait_event_type = 'Lock'", nil, nil, nil, nil).Read()
		if result.Err != nil {
			t.Fatal(result.Err)
		}
		waiting = len(result.Rows)
		for i, done := range ended {
			if len(done) > 0 {
				t.Fatalf("%s did not wait: %+v", midway[i].name, <-done)
			}
		}
	}
	return names, ended
}

// A server that is killed has the old rows, whatever was being written.
func postgresIsKilled(t *testing.T, server *postgresServer) {
	if server.control == nil {
		t.Skip("the server of $WORKBENCH_TEST_POSTGRES is not stopped")
	}
	names, ended := startMidway(t, server, t.Context())
	before := make([]map[string]string, len(names))
	for i, name := range names {
		before[i] = contentOf(t, server.connect(t, name))
	}
	if err := server.control("-m", "immediate", "stop"); err != nil {
		t.Fatal(err)
	}
	for i, done := range ended {
		wantLine(t, <-done, server.shown(names[i])+": lost the connection")
	}
	if err := server.control("start"); err != nil {
		t.Fatal(err)
	}
	server.reconnect(t)
	for i, name := range names {
		wantContent(t, server.connect(t, name), midway[i].name, before[i])
	}
}

// Ctrl-C ends a command that writes, and leaves nothing.
func postgresIsInterrupted(t *testing.T, server *postgresServer) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	names, ended := startMidway(t, server, ctx)
	before := make([]map[string]string, len(names))
	for i, name := range names {
		before[i] = contentOf(t, server.connect(t, name))
	}
	interrupt()
	for i, done := range ended {
		if got := <-done; got.stderr != "workbench: interrupted; nothing was changed\n" || got.status == statusOK {
			t.Errorf("%s: %+v", midway[i].name, got)
		}
		wantContent(t, server.connect(t, names[i]), midway[i].name, before[i])
	}
}

// One transaction of workbench's writes at a time, and sees what those before it wrote.
func postgresWritersWait(t *testing.T, server *postgresServer) {
	name := server.copyOf(t, oracleDB)
	conn := server.connect(t, name)
	before := contentOf(t, conn)
	other := server.connect(t, name)
	server.exec(t, other, `BEGIN; LOCK TABLE candidate IN SHARE ROW EXCLUSIVE MODE`)
	wantLine(t, runOn(t, server.url(name), "split", "--yes", "--busy-timeout", "50ms"), server.shown(name)+": is locked by another program; waited 50ms; close the other program or raise --busy-timeout\n")
	wantContent(t, conn, "waiting", before)
	ended := make(chan said, 1)
	go func() { ended <- runOn(t, server.url(name), "split", "--yes", "--format", "csv") }()
	waitForLock(t, conn, ended)
	server.exec(t, other, "DELETE FROM candidate WHERE id > 100; COMMIT")
	if got := <-ended; got.status != statusOK || got.stdout != "split,name,candidates\n0,train,80\n1,dev,10\n2,test,10\n" {
		t.Errorf("%+v", got)
	}
}

// waitForLock waits until a command waits, or fails if that has ended.
func waitForLock(t *testing.T, conn *pgconn.PgConn, ended chan said) {
	t.Helper()
	for waiting := 0; waiting == 0; time.Sleep(5 * time.Millisecond) {
		if len(ended) > 0 {
			t.Fatalf("it did not wait: %+v", <-ended)
		}
		result := conn.ExecParams(t.Context(), "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'workbench' AND wait_event_type = 'Lock'", nil, nil, nil, nil).Read()
		if result.Err != nil {
			t.Fatal(result.Err)
		}
		waiting = len(result.Rows)
	}
}

// Where a foreign program changes the same rows, the command does its work again, as if
// it had begun later; one that has read a stream says so.
func postgresConflicts(t *testing.T, server *postgresServer) {
	file := changed(t, oracleDB, func(*sql.DB) {})
	name := server.copyOf(t, file)
	conn, other := server.connect(t, name), server.connect(t, name)
	dir := t.TempDir()
	inputFiles(t, dir)
	const change = "UPDATE label SET value = -1 WHERE key_id = (SELECT id FROM label_key WHERE name = 'LF_husband_wife' AND \"group\" = 0)"
	beside := func(args ...string) said {
		server.exec(t, other, "BEGIN; "+change)
		ended := make(chan said, 1)
		go func() { ended <- runOn(t, server.url(name), args...) }()
		waitForLock(t, conn, ended)
		server.exec(t, other, "COMMIT")
		return <-ended
	}
	args := []string{"apply", "--lfs", "testdata/lfs.yaml", "--yes"}
	server.compare(t, "apply", name, beside(args...), file, runOn(t, file, args...))
	sameTables(t, file, conn, "apply")
	importing := fill("import-labels FILE:labels.csv --abstain 0 --replace", dir)
	if got := runOn(t, server.url(name), importing...); got.status != statusOK {
		t.Fatalf("%+v", got)
	}
	before := contentOf(t, conn)
	wantLine(t, beside(importing...),
		server.shown(name)+": was changed by another program at the same time (could not serialize access due to concurrent update); nothing was changed; repeat the command")
	if before["label"] == contentOf(t, conn)["label"] {
		t.Error("the other program changed nothing")
	}
	before["label"] = contentOf(t, conn)["label"]
	importing = append(importing[:len(importing)-1], "--key-group", "0")
	if got := runOn(t, server.url(name), importing...); got.status != statusFail { // its labels are still there
		t.Errorf("%+v", got)
	}
	wantContent(t, conn, "import-labels", before)
	// Every command that can, runs again; and says what it says otherwise.
	file, name = changed(t, oracleDB, func(*sql.DB) {}), server.copyOf(t, oracleDB)
	conn = server.connect(t, name)
	server.exec(t, conn, `CREATE SEQUENCE tries;
		CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN IF nextval('tries') % 3 <> 0 THEN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END IF; RETURN NULL; END $$;
		CREATE TRIGGER conflicts AFTER INSERT ON gold_label FOR EACH STATEMENT EXECUTE FUNCTION conflict();
		CREATE TRIGGER conflicts AFTER INSERT ON marginal FOR EACH STATEMENT EXECUTE FUNCTION conflict();
		CREATE TRIGGER conflicts AFTER INSERT ON label FOR EACH STATEMENT EXECUTE FUNCTION conflict();
		CREATE TRIGGER conflicts AFTER UPDATE ON candidate FOR EACH STATEMENT EXECUTE FUNCTION conflict()`)
	for _, line := range []string{
		"apply --lfs testdata/lfs.yaml --yes", "apply --lfs testdata/lfs.yaml --keep --split 1", "save-marginals --model majority-vote --yes",
		"fit --save a --save-marginals --yes", "import-gold FILE:gold.csv --annotator anna --symmetric", "import-gold FILE:other.csv --annotator anna --replace",
		"split --yes --train 1", "import-marginals FILE:marginals.csv --split 1 --keep-other-splits --predicted",
	} {
		if line == "split --yes --train 1" { // one statement for each split
			line = "split --yes --train 1 --dev 0 --test 0"
		}
		args := append(fill(line, dir), "--with-triggers")
		server.compare(t, line, name, runOn(t, server.url(name), args...), file, runOn(t, file, args...))
	}
	sameTables(t, file, conn, "conflicts")
	server.exec(t, conn, "CREATE OR REPLACE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$")
	wantLine(t, runOn(t, server.url(name), "save-marginals", "--model", "majority-vote", "--yes", "--with-triggers"),
		server.shown(name)+": was changed by another program at the same time (conflict); nothing was changed; repeat the command\n")
	sameTables(t, file, conn, "too many conflicts")
}

// Readers beside a writer see what was before or what is after.
func postgresReadersBeside(t *testing.T, server *postgresServer) {
	name := server.copyOf(t, oracleDB)
	dir := t.TempDir()
	for i, value := range []int{1, -1} {
		text := "candidate_id,LF_a,LF_b\n"
		for id := 1; id < 300; id++ {
			text += fmt.Sprintf("%d,%d,%d\n", id, value, value)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.csv", i)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write := func(i int) {
		if got := runOn(t, server.url(name), "import-labels", filepath.Join(dir, fmt.Sprintf("%d.csv", i)), "--abstain", "0", "--replace", "--key-group", "8", "-q"); got.status != statusOK {
			t.Errorf("%+v", got)
		}
	}
	write(0)
	var readers sync.WaitGroup
	over := make(chan struct{})
	for range 20 {
		readers.Go(func() {
			for {
				got := runOn(t, server.url(name), "sql", `SELECT count(*) AS n, sum(l.value) AS total FROM label AS l JOIN label_key AS k ON k.id = l.key_id WHERE k."group" = 8`, "--format", "csv")
				if got.status != statusOK || got.stdout != "n,total\n598,598\n" && got.stdout != "n,total\n598,-598\n" {
					t.Errorf("%+v", got)
					return
				}
				select {
				case <-over:
					return
				default:
				}
			}
		})
	}
	for i := range 4 {
		write((i + 1) % 2)
	}
	close(over)
	readers.Wait()
}

// Triggers and foreign keys that would change something else are refused as in a file.
func postgresGuards(t *testing.T, server *postgresServer) {
	file := changed(t, oracleDB, func(db *sql.DB) {
		executeOn(t, db, "CREATE TABLE notes (k INTEGER REFERENCES label_key ON DELETE CASCADE, t TEXT)")
		executeOn(t, db, "INSERT INTO notes VALUES (1, 'a'), (2, 'b'), (10, 'c')")
		executeOn(t, db, "CREATE TABLE marks (k INTEGER REFERENCES label_key ON DELETE SET NULL, t TEXT)")
		executeOn(t, db, "INSERT INTO marks VALUES (1, 'a'), (NULL, 'b')")
	})
	name := server.copyOf(t, file)
	conn := server.connect(t, name)
	for _, line := range []string{
		"apply --lfs testdata/lfs.yaml --split-only", "apply --lfs testdata/lfs.yaml --keep", "apply --lfs testdata/lfs.yaml --yes",
		"apply --lfs testdata/lfs.yaml --yes --with-triggers", "save-marginals --model majority-vote --yes",
	} {
		got, want := runOn(t, server.url(name), strings.Fields(line)...), runOn(t, file, strings.Fields(line)...)
		for _, text := range []*string{&got.stderr, &want.stderr} { // either may come first
			*text = strings.Replace(*text, "1 of marks, 2 of notes", "2 of notes, 1 of marks", 1)
		}
		server.compare(t, line, name, got, file, want)
		sameTables(t, file, conn, line)
	}
	server.exec(t, conn, `CREATE FUNCTION empties() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM gold_label; RETURN NULL; END $$;
		CREATE TRIGGER empties AFTER INSERT ON marginal FOR EACH STATEMENT EXECUTE FUNCTION empties();
		CREATE TRIGGER loops AFTER DELETE ON notes FOR EACH ROW EXECUTE FUNCTION empties();
		CREATE TABLE own (id INTEGER, FOREIGN KEY (id) REFERENCES candidate (id) ON DELETE CASCADE)`)
	before := contentOf(t, conn)
	wantLine(t, runOn(t, server.url(name), "save-marginals", "--model", "majority-vote", "--yes"),
		server.shown(name)+": this would run the trigger empties of table marginal; nothing was changed; --with-triggers lets it happen\n")
	wantLine(t, runOn(t, server.url(name), "apply", "--lfs", "testdata/lfs.yaml", "--yes"), // by a cascade
		server.shown(name)+": this would run the trigger loops of table notes; nothing was changed; --with-triggers lets it happen\n")
	wantContent(t, conn, "refusals", before)
	if got := runOn(t, server.url(name), "apply", "--lfs", "testdata/lfs.yaml", "--keep"); got.status != statusOK {
		t.Errorf("%+v", got)
	}
	if got := runOn(t, server.url(name), "save-marginals", "--model", "majority-vote", "--yes", "--with-triggers"); got.status != statusOK || len(rowsOfServer(t, conn, "gold_label")) != 0 {
		t.Errorf("%+v", got)
	}
}

// What the server refuses is one line, and nothing is written.
func postgresRefusesWrites(t *testing.T, server *postgresServer) {
	name := server.copyOf(t, oracleDB)
	conn := server.connect(t, name)
	dir := t.TempDir()
	inputFiles(t, dir)
	before := contentOf(t, conn)
	shown := server.shown(name)
	fails := func(line, want string) {
		t.Helper()
		wantLine(t, runOn(t, server.url(name), fill(line, dir)...), want)
		wantContent(t, conn, line, before)
	}
	fails("split --yes --backup", shown+": cannot be backed up; it is no file; copy it with pg_dump, and leave the backup out\n")
	fails("apply --lfs testdata/lfs.yaml --key-group 3000000000 --group-only", shown+`: value "3000000000" is out of range for type integer`)
	wantLine(t, runOn(t, "", "new", server.url(name), "--from", "gold.csv"), "postgresql+psycopg2://…: is not an SQLite database; this makes a file: give a path or sqlite:///path\n")
	for code, want := range map[string]string{
		"53100": "cannot grow: the disk is full (of trigger); nothing was changed; free some space on the server and repeat the command\n",
		"57P01": "lost the connection (of trigger); nothing was changed; repeat the command\n",
		"57014": "of trigger\n",
		"P0001": "of trigger\n",
	} {
		server.exec(t, conn, `CREATE OR REPLACE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'of trigger' USING ERRCODE = '`+code+`'; END $$;
			DROP TRIGGER IF EXISTS fails ON marginal; CREATE TRIGGER fails AFTER INSERT ON marginal FOR EACH STATEMENT EXECUTE FUNCTION fails()`)
		fails("save-marginals --model majority-vote --yes --with-triggers", shown+": "+want)
	}
	server.exec(t, conn, "DROP TRIGGER fails ON marginal; ALTER DATABASE "+name+" SET default_transaction_read_only = on")
	fails("save-marginals --model majority-vote --yes", shown+": is open for reading only; the server is a standby, or it is set to read only for this database or role\n")
	fails("apply --lfs testdata/lfs.yaml --yes", shown+": is open for reading only; ")
	server.exec(t, conn, "ALTER DATABASE "+name+" RESET default_transaction_read_only")

	reader := server.role(t, "")
	server.exec(t, conn, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO "+reader)
	as := "postgresql://" + reader + ":pa$$@" + server.host + ":" + server.port + "/" + name
	denied := func(table string) string {
		return "postgresql://" + reader + "@" + server.host + ":" + server.port + "/" + name + ": denies access (permission denied for table " + table + "); writing needs the rights "
	}
	wantLine(t, runOn(t, as, "split", "--yes"), denied("candidate"))
	server.exec(t, conn, "GRANT UPDATE ON candidate TO "+reader)
	wantLine(t, runOn(t, as, "apply", "--lfs", "testdata/lfs.yaml", "--yes"), denied("label"))
	wantContent(t, conn, "wrong rights", before)
	server.exec(t, conn, "DROP OWNED BY "+reader)
}
