package annotations_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/session"
)

// benchRows is how many candidates the benchmarks work on; set it to 1000000
// for the size that the project promises to handle.
const benchRows = "WORKBENCH_BENCH_ROWS"

// bench is a database of benchRows candidates and 20 labeling functions, each
// of which labels one candidate in three, with training marginals. It is made
// once per process.
var bench struct {
	once sync.Once
	dir  string
	path string
	rows int
	err  error
}

func TestMain(m *testing.M) {
	if role := os.Getenv(programRole); role != "" {
		answer(role)
	}
	code := m.Run()
	if bench.dir != "" {
		os.RemoveAll(bench.dir)
	}
	os.Exit(code)
}

func benchDB(b *testing.B) (s *session.Session, rows int) {
	b.Helper()
	bench.once.Do(func() {
		bench.rows = 100_000
		if text := os.Getenv(benchRows); text != "" {
			if bench.rows, bench.err = strconv.Atoi(text); bench.err != nil {
				return
			}
		}
		if bench.dir, bench.err = os.MkdirTemp("", "workbench-bench-"); bench.err != nil {
			return
		}
		bench.path = filepath.Join(bench.dir, "bench.db")
		made, err := session.Create(b.Context(), bench.path)
		must(b, err)
		must(b, made.Close())
		// One statement per table, and no waiting for the disk. Labels lie in
		// the order in which Snorkel's annotator writes them: by candidate.
		execute(b, bench.path,
			"PRAGMA synchronous = OFF", "PRAGMA cache_size = -200000", "BEGIN",
			fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
				INSERT INTO candidate (id, type, split) SELECT i, 'spouse', 0 FROM n`, bench.rows),
			`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
				INSERT INTO label_key (id, name, "group") SELECT i, 'LF_' || i, 0 FROM n`,
			`INSERT INTO label (value, key_id, candidate_id)
				SELECT CASE WHEN (c.id * 7919 + k.id * 104729) % 5 < 2 THEN -1 ELSE 1 END, k.id, c.id
				FROM candidate AS c CROSS JOIN label_key AS k WHERE (c.id * 31 + k.id * 17 + c.id / 11) % 3 = 0`,
			`INSERT INTO marginal (candidate_id, training, value, probability)
				SELECT id, 1, 1, (id % 1000) / 1000.0 + 0.0005 FROM candidate`,
			"COMMIT")
	})
	if bench.err != nil {
		b.Fatal(bench.err)
	}
	return open(b, bench.path, session.Writable()), bench.rows
}

// BenchmarkLoadMatrix reads pages of 34 bytes for a label, which are copied twice, keeps
// 12 and leaves 6: some 120 bytes moved, 12 ns at 10 GB/s. It is not memory that bounds
// it: a million candidates take 75 ns of a processor for a label, half for the page and
// its records, half for the place in the matrix.
func BenchmarkLoadMatrix(b *testing.B) {
	s, rows := benchDB(b)
	labels := 0
	b.ReportAllocs()
	for b.Loop() {
		L, err := label.LoadMatrix(b.Context(), s, annotations.Selection{})
		must(b, err)
		if L.Rows() != rows || L.Cols() != 20 {
			b.Fatalf("%d × %d", L.Rows(), L.Cols())
		}
		labels = L.NNZ()
	}
	b.ReportMetric(float64(labels)*float64(b.N)/b.Elapsed().Seconds(), "labels/s")
}

// Of the same candidates as before, the rows are overwritten; in an empty table
// they are new; of one candidate more, all are deleted and inserted.
func BenchmarkSaveMarginals(b *testing.B) {
	s, rows := benchDB(b)
	random := rand.New(rand.NewPCG(13, 14))
	p := &matrix.Marginals{Cardinality: 2, P: make([]float64, rows), Candidates: make([]int64, rows)}
	for i := range rows {
		p.Candidates[i], p.P[i] = int64(i+1), random.Float64()
	}
	fewer := &matrix.Marginals{Cardinality: 2, P: p.P[1:], Candidates: p.Candidates[1:]}
	save := func(b *testing.B, p *matrix.Marginals) {
		_, err := annotations.SaveMarginals(b.Context(), s, p, annotations.SaveOptions{Training: true, DeleteOthers: true})
		must(b, err)
	}
	for _, run := range []struct {
		name   string
		before func(b *testing.B)
	}{
		{"same", func(b *testing.B) {}},
		{"new", func(b *testing.B) { execute(b, bench.path, "DELETE FROM marginal") }},
		{"other", func(b *testing.B) { save(b, fewer) }},
	} {
		b.Run(run.name, func(b *testing.B) {
			b.ReportAllocs()
			save(b, p)
			for b.Loop() {
				b.StopTimer()
				run.before(b)
				b.StartTimer()
				save(b, p)
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkLoadMarginals(b *testing.B) {
	s, rows := benchDB(b)
	b.ReportAllocs()
	for b.Loop() {
		p, err := annotations.LoadMarginals(b.Context(), s, annotations.Selection{}, true, 0)
		must(b, err)
		if len(p.P) != rows {
			b.Fatalf("%d probabilities", len(p.P))
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkLFStats(b *testing.B) {
	s, rows := benchDB(b)
	L, err := label.LoadMatrix(b.Context(), s, annotations.Selection{})
	must(b, err)
	gold := make([]int16, rows)
	for i := range gold {
		gold[i] = int16(i%3 - 1)
	}
	for b.Loop() {
		matrix.LFStats(L, gold, 2)
	}
	b.ReportMetric(float64(L.NNZ())*float64(b.N)/b.Elapsed().Seconds(), "labels/s")
}
