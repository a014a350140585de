package annotations_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"workbench/annotations"
)

func TestRowWriter(t *testing.T) {
	columns := []annotations.TableColumn{{Name: "n", Kind: annotations.IntegerColumn}, {Name: `a "text"`, Kind: annotations.TextColumn}, {Name: "x", Kind: annotations.FloatColumn}}
	rows := [][]any{{int64(-3), "a,b\t<\n", 0.1}, {nil, nil, math.NaN()}}
	for format, want := range map[string]string{
		"csv":   "n,\"a \"\"text\"\"\",x\n-3,\"a,b\t<\n\",0.1\n,,\n",
		"tsv":   "n\t\"a \"\"text\"\"\"\tx\n-3\t\"a,b\t<\n\"\t0.1\n\t\t\n",
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

// What is not written yet stands in memory: a large file has several groups of
// rows.
func TestParquetRowGroups(t *testing.T) {
	const rows, most = 250_001, 100_000
	var file bytes.Buffer
	w, err := annotations.NewRowWriter(&file, "parquet", []annotations.TableColumn{{Name: "n", Kind: annotations.IntegerColumn}})
	must(t, err)
	for i := range rows {
		must(t, w.Write([]any{int64(i)}))
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
