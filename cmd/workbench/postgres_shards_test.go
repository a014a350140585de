package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"workbench/session"
)

// Where the labels are divided over other servers, each packs its own, and results are
// those of one file.
func postgresShards(t *testing.T, server *postgresServer) {
	name := server.copyOf(t, oracleDB)
	conn := server.connect(t, name)
	if _, err := conn.Exec(t.Context(), "CREATE EXTENSION postgres_fdw").ReadAll(); err != nil {
		t.Skipf("no postgres_fdw: %v", err)
	}
	server.exec(t, conn, `ALTER TABLE label RENAME TO label_whole; ALTER TABLE label_whole RENAME CONSTRAINT label_pkey TO label_whole_pkey;
		CREATE TABLE label (value integer NOT NULL, key_id integer NOT NULL, candidate_id integer NOT NULL) PARTITION BY HASH (candidate_id)`)
	const shards = 2
	for k := range shards {
		shard := server.another(t)
		on, there := shard.create(t)
		shard.exec(t, there, "CREATE TABLE part (value integer NOT NULL, key_id integer NOT NULL, candidate_id integer NOT NULL, PRIMARY KEY (key_id, candidate_id))")
		server.exec(t, conn, fmt.Sprintf(`CREATE SERVER shard%[1]d FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '%[2]s', port '%[3]s', dbname '%[4]s');
			CREATE USER MAPPING FOR CURRENT_USER SERVER shard%[1]d OPTIONS (user '%[5]s', password '%[6]s');
			CREATE FOREIGN TABLE label_%[1]d PARTITION OF label FOR VALUES WITH (MODULUS %[7]d, REMAINDER %[1]d) SERVER shard%[1]d OPTIONS (table_name 'part')`,
			k, shard.host, shard.port, on, shard.user, strings.ReplaceAll(shard.password, "'", "''"), shards))
	}
	server.exec(t, conn, "INSERT INTO label SELECT value, key_id, candidate_id FROM label_whole; DROP TABLE label_whole; ANALYZE")
	server.packsOnShards(t, name, conn)

	refused := runOn(t, server.url(name), "lf-stats", "--max-patterns", "3")
	if want := "workbench: " + server.shown(name) + ": split 0 has more than 3: too many different label rows; --sample 1/16 takes one candidate in 16, and --max-patterns allows more\n"; refused != (said{1, "", want}) {
		t.Errorf("status %d, %s%s, not %s", refused.status, refused.stdout, refused.stderr, want)
	}
	dirs := [2]string{t.TempDir(), t.TempDir()}
	for _, line := range []string{"train --lf-propensity --out MODEL --format json", "marginals --model MODEL --format csv", "lf-stats --split 1 --gold gold",
		"majority-vote --split 1 --gold gold", "fit --format json", "load-matrix --split 2 --format csv"} {
		command := func(dir string) []string {
			return strings.Fields(strings.ReplaceAll(line, "MODEL", filepath.Join(dir, "model.json")))
		}
		want, got := runOn(t, oracleDB, command(dirs[0])...), runOn(t, server.url(name), command(dirs[1])...)
		if want.status != 0 || got.stdout != want.stdout || got.status != want.status {
			t.Errorf("%s: status %d, %s\n%s\nof a file %d, %s\n%s", line, got.status, got.stderr, got.stdout, want.status, want.stderr, want.stdout)
		}
	}
}

// packsOnShards looks at the plan of a query that packs.
func (s *postgresServer) packsOnShards(t *testing.T, name string, conn *pgconn.PgConn) {
	t.Helper()
	db, err := session.Open(t.Context(), s.url(name))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var plan, set string
	err = db.Scan(t.Context(), func(sc *session.Scanner) error {
		packing := &session.Packing{Table: "label", ID: "candidate_id", Key: "key_id", Value: "value", Least: -1, Bits: 2, First: 1, Last: 400}
		err := sc.Each(func(cur *session.Cursor) error {
			packing.Keys = append(packing.Keys, cur.Int64(0))
			return nil
		}, "SELECT id FROM label_key ORDER BY id")
		if err != nil {
			return err
		}
		packed, err := sc.Packed(packing)
		if err != nil {
			return err
		}
		s.exec(t, conn, "SET enable_partitionwise_aggregate = on")
		for _, row := range s.rows(t, conn, "EXPLAIN (COSTS OFF) SELECT coalesce(x.word0, 0), count(*) FROM candidate AS c LEFT JOIN ("+packed+
			") AS x ON x.id = c.id WHERE c.id BETWEEN 1 AND 400 AND c.split = 0 GROUP BY 1") {
			plan += row[0] + "\n"
		}
		return sc.Each(func(cur *session.Cursor) error {
			set = cur.Text(0)
			return nil
		}, "SELECT current_setting('enable_partitionwise_aggregate')")
	})
	if err != nil || set != "on" {
		t.Errorf("enable_partitionwise_aggregate = %s: %v", set, err)
	}
	for _, want := range []string{"Relations: Aggregate on (label_0", "Relations: Aggregate on (label_1"} {
		if !strings.Contains(plan, want) {
			t.Errorf("the plan lacks %q:\n%s", want, plan)
		}
	}
}

// another is a further server, or if tests have one that was named, the same one again.
func (s *postgresServer) another(t *testing.T) *postgresServer {
	t.Helper()
	if os.Getenv("WORKBENCH_TEST_POSTGRES") != "" {
		return s
	}
	location, control := startOwnPostgres(t)
	return connectPostgres(t, location, control)
}
