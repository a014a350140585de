package matrix_test

import (
	"os"
	"strconv"
	"testing"

	"workbench/annotations/matrix"
)

// benchRows is 100,000 candidates, or what WORKBENCH_BENCH_ROWS says.
func benchRows(b *testing.B) int {
	text := os.Getenv("WORKBENCH_BENCH_ROWS")
	if text == "" {
		return 100_000
	}
	rows, err := strconv.Atoi(text)
	if err != nil || rows < 1 {
		b.Fatalf("WORKBENCH_BENCH_ROWS is %q, not a number of rows", text)
	}
	return rows
}

// benchMatrices are of twenty LFs that vote on a tenth and on half of the
// candidates.
func benchMatrices(b *testing.B, run func(b *testing.B, L *matrix.LabelMatrix)) {
	for _, c := range []struct {
		name     string
		distinct int
		density  float64
	}{{"sparse", 10_000, .1}, {"dense", 1 << 40, .5}} {
		L, _ := randomMatrix(b, 11, benchRows(b), 20, 2, c.distinct, c.density, false)
		b.Run(c.name, func(b *testing.B) { run(b, L) })
	}
}

func bench(b *testing.B, name string, L *matrix.LabelMatrix, f func()) {
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f()
		}
		b.ReportMetric(float64(L.Rows())*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

// BenchmarkGroup groups rows by hashing and by sorting. A row of ten labels has 60
// bytes and 8 of its place: a memory that reads 10 GB/s gives a million in 7 ms,
// and hashes, rows dealt out and patterns are as much again.
func BenchmarkGroup(b *testing.B) {
	benchMatrices(b, func(b *testing.B, L *matrix.LabelMatrix) {
		bench(b, "hashing", L, func() { matrix.Group(L, nil) })
		bench(b, "sorting", L, func() { matrix.GroupBySorting(L, nil) })
	})
}

// BenchmarkPairStats counts pairs by bits where that pays, and row by row. A row of
// ten labels has 45 pairs, which take two additions each, 90 million for a million
// rows; 190 pairs of columns take 16,000 words of either bits, 12 million steps.
func BenchmarkPairStats(b *testing.B) {
	benchMatrices(b, func(b *testing.B, L *matrix.LabelMatrix) {
		bench(b, "stats", L, func() { matrix.PairStats(L) })
		bench(b, "rows", L, func() { matrix.PairsByRow(L) })
	})
}

// BenchmarkLFStats reads each label once: 68 bytes of a row of ten labels, 7 ms for
// a million rows at 10 GB/s.
func BenchmarkLFStats(b *testing.B) {
	benchMatrices(b, func(b *testing.B, L *matrix.LabelMatrix) {
		bench(b, "stats", L, func() { matrix.LFStats(L, nil, 2) })
		bench(b, "summary", L, func() { matrix.Summarise(L) })
	})
}
