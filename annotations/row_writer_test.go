package annotations_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"workbench/annotations"
)

func TestRowWriter(t *testing.T) {
	columns := []annotations.TableColumn{{Name: "n", Kind: annotations.IntegerColumn}, {Name: `a "text"`, Kind: annotations.TextColumn}, {Name: "x", Kind: annotations.FloatColumn}}
	rows := [][]annotations.Cell{
		{annotations.IntegerCell(-3), annotations.TextCell("a,b\t<\n"), annotations.FloatCell(0.1)},
		{{}, {}, annotations.FloatCell(math.NaN())},
	}
	for format, want := range map[string]string{
		"csv":   "n,\"a \"\"text\"\"\",x\n-3,\"a,b\t<\n\",0.1\n,,\n",
		"tsv":   "n\t\"a \"\"text\"\"\"\tx\n-3\t\"a,b\t<\n\"\t0.1\n\t\t\n",
		"json":  `[{"n":-3,"a \"text\"":"a,b\t<\n","x":0.1},{"n":null,"a \"text\"":null,"x":null}]` + "\n",
		"jsonl": `{"n":-3,"a \"text\"":"a,b\t<\n","x":0.1}` + "\n" + `{"n":null,"a \"text\"":null,"x":null}` + "\n",
	} {
		var b strings.Builder
		w, err := annotations.NewRowWriter(&b, format, columns)
		must(t, err)
		for _, row := range rows {
			must(t, w.Write(row))
		}
		must(t, w.Close())
		if b.String() != want {
			t.Errorf("%s: %q, want %q", format, b.String(), want)
		}
	}
	_, err := annotations.NewRowWriter(&strings.Builder{}, "xls", columns)
	wantError(t, "xls", err, `"xls" of a table is none of csv, tsv, jsonl, parquet`)
}

// What is written without the encoders of the standard library is what they write.
func TestRowWriterBesideEncoders(t *testing.T) {
	values := []any{nil, "", " a", "a ", "a", "a.b", `\.`, `a\`, "a;b", "a\tb", "a,b", `a"b`, "a\rb", "é", "\u2028", "\x00", "\x7f", "a\xff", "<&>", "=1",
		int64(0), int64(-1), int64(math.MaxInt64), int64(math.MinInt64)}
	for _, x := range []float64{0, math.Copysign(0, -1), 1, -0.5, 1.0 / 3, 1e-6, 9.99e-7, 1e-7, 5e-324, 1e20, 1e21, 123456789, 1e6, 2e5, 1e300, math.MaxFloat64} {
		values = append(values, x, -x)
	}
	for _, comma := range []rune{',', '\t'} {
		var plain, fast bytes.Buffer
		want := csv.NewWriter(&plain)
		want.Comma = comma
		w, err := annotations.NewRowWriter(&fast, map[rune]string{',': "csv", '\t': "tsv"}[comma], make([]annotations.TableColumn, 2))
		must(t, err)
		must(t, want.Write([]string{"", ""}))
		for _, v := range values {
			text := ""
			switch v := v.(type) {
			case float64:
				text = strconv.FormatFloat(v, 'g', -1, 64)
			case nil:
			default:
				text = fmt.Sprint(v)
			}
			must(t, want.Write([]string{text, text}))
			must(t, w.Write([]annotations.Cell{cellOf(v), cellOf(v)}))
		}
		want.Flush()
		must(t, w.Close())
		equal(t, "table", strings.Split(fast.String(), "\n"), strings.Split(plain.String(), "\n"))
	}
	for _, v := range values {
		var plain, fast bytes.Buffer
		want := json.NewEncoder(&plain)
		want.SetEscapeHTML(false)
		must(t, want.Encode(map[string]any{"v": v}))
		w, err := annotations.NewRowWriter(&fast, "jsonl", []annotations.TableColumn{{Name: "v"}})
		must(t, err)
		must(t, w.Write([]annotations.Cell{cellOf(v)}))
		must(t, w.Close())
		if fast.String() != plain.String() {
			t.Errorf("%q, want %q", fast.String(), plain.String())
		}
	}
	w, err := annotations.NewRowWriter(io.Discard, "jsonl", []annotations.TableColumn{{Name: "v"}})
	must(t, err)
	wantError(t, "infinity", w.Write([]annotations.Cell{annotations.FloatCell(math.Inf(1))}), "unsupported value")
}

// cellOf is a cell that has a value.
func cellOf(v any) annotations.Cell {
	switch v := v.(type) {
	case int64:
		return annotations.IntegerCell(v)
	case float64:
		return annotations.FloatCell(v)
	case string:
		return annotations.TextCell(v)
	}
	return annotations.Cell{}
}

// Rows take no memory of their own.
func TestRowWriterAllocates(t *testing.T) {
	for _, format := range []string{"csv", "tsv", "json", "jsonl"} {
		w, err := annotations.NewRowWriter(io.Discard, format, []annotations.TableColumn{{Name: "n"}, {Name: "x"}, {Name: "key"}})
		must(t, err)
		row := make([]annotations.Cell, 3)
		id := int64(1000)
		perRow := testing.AllocsPerRun(10_000, func() {
			id++
			row[0], row[1], row[2] = annotations.IntegerCell(id), annotations.FloatCell(1/float64(id)), annotations.TextCell("LF_married")
			must(t, w.Write(row))
		})
		if perRow > 0 {
			t.Errorf("%s: %v allocations per row", format, perRow)
		}
	}
}

// A writer that fails is told at the latest by Close.
func TestRowWriterFails(t *testing.T) {
	for _, format := range []string{"csv", "json", "jsonl"} {
		w, err := annotations.NewRowWriter(failingWriter{}, format, []annotations.TableColumn{{Name: "n"}})
		must(t, err)
		for i := 0; i < 100_000 && err == nil; i++ {
			err = w.Write([]annotations.Cell{annotations.IntegerCell(int64(i))})
		}
		if !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("%s: %v while writing", format, err)
		}
		if err := w.Close(); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("%s: %v at the end", format, err)
		}
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// What is not written yet stands in memory: a large file has several groups of
// rows.
func TestParquetRowGroups(t *testing.T) {
	const rows, most = 250_001, 100_000
	var file bytes.Buffer
	w, err := annotations.NewRowWriter(&file, "parquet", []annotations.TableColumn{{Name: "n", Kind: annotations.IntegerColumn}})
	must(t, err)
	for i := range rows {
		must(t, w.Write([]annotations.Cell{annotations.IntegerCell(int64(i))}))
	}
	must(t, w.Close())
	f, err := parquet.OpenFile(bytes.NewReader(file.Bytes()), int64(file.Len()))
	must(t, err)
	if f.NumRows() != rows {
		t.Errorf("%d rows, want %d", f.NumRows(), rows)
	}
	for _, g := range f.RowGroups() {
		if g.NumRows() > most {
			t.Errorf("a group of %d rows", g.NumRows())
		}
	}
}

// BenchmarkRowWriter writes marginals of a hundred thousand candidates.
func BenchmarkRowWriter(b *testing.B) {
	const rows = 100_000
	for _, format := range []string{"csv", "json", "jsonl", "parquet"} {
		b.Run(format, func(b *testing.B) {
			cells := make([]annotations.Cell, 2)
			b.ReportAllocs()
			for b.Loop() {
				w, err := annotations.NewRowWriter(io.Discard, format, []annotations.TableColumn{{Name: "candidate_id"}, {Name: "probability", Kind: annotations.FloatColumn}})
				must(b, err)
				for i := range rows {
					cells[0], cells[1] = annotations.IntegerCell(int64(i)), annotations.FloatCell(1/float64(i+2))
					must(b, w.Write(cells))
				}
				must(b, w.Close())
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
		})
	}
}
