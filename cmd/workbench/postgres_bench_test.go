package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/session"
)

// BenchmarkPostgresPatterns measures how a client gets to know how many candidates have
// the same labels: the server packs them, or gathers them in arrays or texts, or sends all.
// $WORKBENCH_TEST_POSTGRES names the server, $WORKBENCH_BENCH_ROWS how many candidates
// there are, each with one of some hundred rows of about ten labels.
func BenchmarkPostgresPatterns(b *testing.B) {
	config, url, candidates := benchDatabase(b)
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
	conn := benchConnection(b, config)
	benchExec(b, conn, "ANALYZE; SET work_mem = '64MB'; SET jit = off; SET max_parallel_workers_per_gather = 0")

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

// BenchmarkPostgresWrites measures how long ten labels of each candidate take to be
// stored, and a marginal of each: first ones, and in place of those. Beside the server,
// $WORKBENCH_TEST_POSTGRES, an SQLite file gets the same.
func BenchmarkPostgresWrites(b *testing.B) {
	_, url, candidates := benchDatabase(b)
	labels := matrix.Builder[int16]{}
	ids, p := make([]int64, candidates), &matrix.Marginals{Cardinality: 2}
	for i := range ids {
		ids[i] = int64(i + 1)
		p.Candidates, p.P = append(p.Candidates, ids[i]), append(p.P, float64(i%997+1)/1000)
		for j := range int32(20) {
			if (i+int(j))%2 == 0 {
				labels.Add(int32(i), j, int16(1-i%3&2))
			}
		}
	}
	L, err := labels.Matrix(ids, make([]matrix.Key, 20))
	if err != nil {
		b.Fatal(err)
	}
	for _, to := range []struct{ name, location string }{{"file", filepath.Join(b.TempDir(), "bench.db")}, {"server", url}} {
		db, err := session.CreateWith(b.Context(), to.location, func(tx *session.Tx) error {
			rows := tx.Rows("candidate", "id", "type", "split")
			for _, id := range ids {
				if err := rows.Add(id, "spouse", 0); err != nil {
					return err
				}
			}
			return rows.Flush()
		})
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		group := 0
		b.Run("labels/"+to.name, func(b *testing.B) {
			for b.Loop() {
				keys := make([]matrix.Key, L.Cols())
				for j := range keys {
					keys[j] = matrix.Key{Name: fmt.Sprint("LF_", j), Group: group}
				}
				group++
				of, err := L.WithKeys(keys)
				if err == nil {
					err = annotations.AddLabels(b.Context(), db, of)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*L.NNZ()), "ns/label")
		})
		b.Run("marginals/"+to.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := annotations.SaveMarginals(b.Context(), db, p, annotations.SaveOptions{Training: true}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*candidates), "ns/marginal")
		})
	}
}

// benchDatabase makes an empty database on the server that $WORKBENCH_TEST_POSTGRES
// names, until the benchmark ends, and says how many candidates are wanted.
func benchDatabase(b *testing.B) (config *pgconn.Config, url string, candidates int) {
	b.Helper()
	location := os.Getenv("WORKBENCH_TEST_POSTGRES")
	if location == "" {
		b.Skip("no server is named in $WORKBENCH_TEST_POSTGRES")
	}
	candidates, err := strconv.Atoi(os.Getenv("WORKBENCH_BENCH_ROWS"))
	if err != nil {
		candidates = 10_000
	}
	if config, err = pgconn.ParseConfig(location); err != nil {
		b.Fatal(err)
	}
	server := benchConnection(b, config)
	name := fmt.Sprintf("workbench_bench_%d", os.Getpid())
	benchExec(b, server, "CREATE DATABASE "+name+" TEMPLATE template0")
	b.Cleanup(func() { server.Exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)").ReadAll() })
	config = config.Copy()
	config.Database = name
	return config, location[:strings.LastIndex(location, "/")+1] + name, candidates
}

// benchConnection is a connection until the benchmark ends.
func benchConnection(b *testing.B, config *pgconn.Config) *pgconn.PgConn {
	b.Helper()
	conn, err := pgconn.ConnectConfig(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func benchExec(b *testing.B, conn *pgconn.PgConn, sql string) {
	b.Helper()
	if _, err := conn.Exec(b.Context(), sql).ReadAll(); err != nil {
		b.Fatal(err)
	}
}
