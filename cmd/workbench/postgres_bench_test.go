package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"workbench/annotations"
	"workbench/session"
)

// BenchmarkPostgresPatterns measures how a client gets to know how many candidates have
// the same labels: the server packs them, or gathers them in arrays or texts, or sends all.
// $WORKBENCH_TEST_POSTGRES names the server, $WORKBENCH_BENCH_ROWS how many candidates
// there are, each with one of some hundred rows of about ten labels.
func BenchmarkPostgresPatterns(b *testing.B) {
	location := os.Getenv("WORKBENCH_TEST_POSTGRES")
	if location == "" {
		b.Skip("no server is named in $WORKBENCH_TEST_POSTGRES")
	}
	candidates, err := strconv.Atoi(os.Getenv("WORKBENCH_BENCH_ROWS"))
	if err != nil {
		candidates = 10_000
	}
	config, err := pgconn.ParseConfig(location)
	if err != nil {
		b.Fatal(err)
	}
	server, err := pgconn.ConnectConfig(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close(b.Context())
	exec := func(conn *pgconn.PgConn, sql string) {
		b.Helper()
		if _, err := conn.Exec(b.Context(), sql).ReadAll(); err != nil {
			b.Fatal(err)
		}
	}
	config.Database = fmt.Sprintf("workbench_bench_%d", os.Getpid())
	exec(server, "CREATE DATABASE "+config.Database+" TEMPLATE template0")
	defer exec(server, "DROP DATABASE "+config.Database+" WITH (FORCE)")
	url := location[:strings.LastIndex(location, "/")+1] + config.Database
	db, err := session.CreateWith(b.Context(), url, func(tx *session.Tx) error {
		return tx.Script(fmt.Sprintf(`INSERT INTO label_key (id, name, "group") SELECT i, 'LF_' || i, 0 FROM generate_series(1, 20) AS i;
			INSERT INTO candidate (id, type, split) SELECT i, 'spouse', 0 FROM generate_series(1, %[1]d) AS i;
			INSERT INTO label (value, key_id, candidate_id)
			SELECT CASE WHEN x >> 8 & 1 = 0 THEN -1 ELSE 1 END, k, c FROM generate_series(1, %[1]d) AS c, generate_series(1, 20) AS k,
				LATERAL (SELECT (c::bigint * 40503 %% 50021 * 31 + k) * 1640531527 & 4294967295 AS x) AS hash WHERE x >> 16 & 1 = 0`, candidates))
	})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	conn, err := pgconn.ConnectConfig(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(b.Context())
	exec(conn, "ANALYZE; SET work_mem = '64MB'; SET jit = off; SET max_parallel_workers_per_gather = 0")

	load := func(o annotations.PatternOptions) func(b *testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p, err := annotations.LabelAnnotator{}.LoadPatterns(b.Context(), db, annotations.Selection{}, o)
				if err != nil {
					b.Fatal(err)
				}
				patterns := p.Group()
				b.ReportMetric(float64(patterns.Len()), "patterns")
			}
		}
	}
	query := func(gather string) func(b *testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				rows := conn.ExecParams(b.Context(), "SELECT p, count(*) FROM (SELECT candidate_id AS id, "+gather+
					" AS p FROM label GROUP BY candidate_id) AS x JOIN candidate AS c USING (id) WHERE c.split = 0 GROUP BY p", nil, nil, nil, nil)
				for rows.NextRow() {
					n++
				}
				if _, err := rows.Close(); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(n), "patterns")
			}
		}
	}
	b.Run("packed", load(annotations.PatternOptions{Most: 1 << 30}))
	b.Run("packed, one connection", load(annotations.PatternOptions{Most: 1 << 30, Connections: 1}))
	b.Run("every label", load(annotations.PatternOptions{Candidates: true}))
	b.Run("array_agg", query("array_agg(key_id * 65536 + value ORDER BY key_id)"))
	b.Run("string_agg", query("string_agg(key_id || ':' || value, ',' ORDER BY key_id)"))
}
