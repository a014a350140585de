package annotations_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"workbench/annotations"
)

// scores is a row as another program may write it: with columns that hold more
// than one value.
type scores struct {
	ID     int32     `parquet:"candidate_id"`
	P      float32   `parquet:"probability,optional"`
	Sure   bool      `parquet:"sure"`
	Vector []float64 `parquet:"vector,list"`
	Price  int64     `parquet:"price,decimal(2:12)"`
}

// parquetOf writes rows in groups of two.
func parquetOf[T any](t testing.TB, rows ...T) []byte {
	t.Helper()
	return packedParquetOf(t, &parquet.Uncompressed, rows...)
}

func packedParquetOf[T any](t testing.TB, packing compress.Codec, rows ...T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b, parquet.MaxRowsPerRowGroup(2), parquet.Compression(packing))
	_, err := w.Write(rows)
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}

func TestReadParquet(t *testing.T) {
	file := parquetOf(t, scores{ID: 3, P: 0.25, Vector: []float64{1, 2}}, scores{ID: 1, P: 1}, scores{ID: 2, Vector: []float64{0.5}})
	got, err := spelledMarginals(bytes.NewReader(file), annotations.MarginalFormat{})
	if want := "1=3:1=0.25, 2=1:1=1, 3=2:"; got != want || err != nil {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	// A labeling function must not go lost among what is passed over.
	_, err = spelled(bytes.NewReader(file), annotations.LabelFormat{})
	wantError(t, "labels", err, "L:1: column vector.list.element has no labels but lists")

	for text, want := range map[string]string{
		"PAR1":                              "L:1: the Parquet file is damaged",
		string(file[:len(file)-1]):          "L:1: the Parquet file is cut off",
		"PAR1" + string(file[len(file)-8:]): "L:1: the Parquet file is damaged: its description has",
		"PAR1\x00\x00\x00\x00PAR1":          "L:1: the Parquet file is damaged",
	} {
		_, err := spelledMarginals(strings.NewReader(text), annotations.MarginalFormat{})
		wantError(t, text, err, want)
	}
	twice := parquetOf(t, struct {
		ID int64   `parquet:"candidate_id"`
		P  float64 `parquet:"p"`
		Q  float64 `parquet:"q"`
	}{})
	if _, err := spelledMarginals(bytes.NewReader(twice), annotations.MarginalFormat{}); err != nil {
		t.Error(err)
	}
}

func TestReadPackedParquet(t *testing.T) {
	for _, packing := range []compress.Codec{&parquet.Snappy, &parquet.Gzip, &parquet.Zstd} {
		file := packedParquetOf(t, packing, scores{ID: 3, P: 0.25}, scores{ID: 1, P: 1})
		got, err := spelledMarginals(bytes.NewReader(file), annotations.MarginalFormat{})
		if want := "1=3:1=0.25, 2=1:1=1,"; strings.TrimSpace(got) != want || err != nil {
			t.Errorf("%s: %q, %v, want %q", packing, got, err, want)
		}
	}
	_, err := spelledMarginals(bytes.NewReader(packedParquetOf(t, &parquet.Lz4Raw, scores{ID: 3})), annotations.MarginalFormat{})
	wantError(t, "LZ4", err, "L:1: the Parquet file is packed by LZ4, which is not read; ")
}

// FuzzReadParquet reads any bytes as Parquet: it ends, in rows or in an error with
// a row.
func FuzzReadParquet(f *testing.F) {
	file := parquetOf(f, scores{ID: 3, P: 0.25, Vector: []float64{1, 2}}, scores{ID: 1, P: 1}, scores{ID: 2})
	f.Add(file)
	for i := 4; i < len(file)-8; i += 9 { // what is packed and what is described
		broken := bytes.Clone(file)
		broken[i] ^= 0x55
		f.Add(broken)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > 12 { // the end is right, so that the fuzzer gets further
			n := min(int(binary.LittleEndian.Uint32(file[len(file)-8:])), len(file)-12)
			file = append(binary.LittleEndian.AppendUint32(bytes.Clone(file[:len(file)-8]), uint32(max(n, 0))), "PAR1"...)
			copy(file, "PAR1")
		}
		_, err := spelledMarginals(bytes.NewReader(file), annotations.MarginalFormat{})
		if err != nil && !strings.HasPrefix(err.Error(), "L:") {
			t.Errorf("the error names no row: %v", err)
		}
	})
}
