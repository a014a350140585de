package annotations_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"workbench/annotations"
)

// npy writes an array as numpy.save does.
func npy(t testing.TB, descr, shape string, fortran bool, values any) []byte {
	t.Helper()
	order := map[bool]string{false: "False", true: "True"}[fortran]
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n", descr, order, shape)
	var b bytes.Buffer
	b.WriteString("\x93NUMPY\x01\x00")
	for _, v := range []any{uint16(len(header)), []byte(header), values} {
		must(t, binary.Write(&b, binary.LittleEndian, v))
	}
	return b.Bytes()
}

// member is an array of an archive.
type member struct {
	name string
	data []byte
}

// npz writes an archive as numpy.savez_compressed does.
func npz(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.Create(m.name + ".npy")
		must(t, err)
		_, err = w.Write(m.data)
		must(t, err)
	}
	must(t, z.Close())
	return b.Bytes()
}

// spelled reads labels and writes them as candidate:LF=label.
func spelled(r io.Reader, format annotations.LabelFormat) (string, error) {
	var rows []string
	for row, err := range annotations.ReadLabels("L", r, format) {
		if err != nil {
			return strings.Join(rows, " "), err
		}
		line := fmt.Sprint(row.Candidate, ":")
		for j, v := range row.Labels {
			line += fmt.Sprintf("%s=%d,", row.LFs[j], v)
		}
		rows = append(rows, line)
	}
	return strings.Join(rows, " "), nil
}

// csr is the matrix 0 1 / -1 2 as scipy.sparse.save_npz writes it.
func csr(t testing.TB, format string, indptr []int32, indices []int32, more ...member) []byte {
	return npz(t, append(more,
		member{"indices", npy(t, "<i4", fmt.Sprintf("(%d,)", len(indices)), false, indices)},
		member{"indptr", npy(t, "<i4", fmt.Sprintf("(%d,)", len(indptr)), false, indptr)},
		member{"format", npy(t, "|S3", "()", false, []byte(format))},
		member{"shape", npy(t, "<i8", "(2,)", false, []int64{2, 2})},
		member{"data", npy(t, "<f8", "(3,)", false, []float64{1, -1, 1})},
	)...)
}

func TestReadArrays(t *testing.T) {
	named := annotations.LabelFormat{Candidates: []int64{7, 9}, LFs: []string{"key", "value"}}
	named.Abstain = new(0)
	nine := named
	nine.Abstain = new(-1)
	const want = "7:key=0,value=1, 9:key=-1,value=1,"
	for _, test := range []struct {
		name   string
		file   []byte
		format annotations.LabelFormat
		want   string
	}{
		{"dense", npy(t, "|i1", "(2, 2)", false, []int8{0, 1, -1, 1}), named, want},
		{"by columns", npy(t, "<i8", "(2, 2)", true, []int64{0, -1, 1, 1}), named, want},
		{"truths", npy(t, "|b1", "(2, 2)", false, []byte{0, 1, 0, 1}), named, "7:key=-1,value=1, 9:key=-1,value=1,"},
		{"classes", npy(t, "<i8", "(2, 2)", false, []int64{-1, 1, 0, 1}), nine, want},
		{"csr", csr(t, "csr", []int32{0, 1, 3}, []int32{1, 0, 1}), named, want},
		{"csr out of order", csr(t, "csr", []int32{0, 1, 3}, []int32{1, 1, 0}), named, "7:key=0,value=1, 9:key=1,value=-1,"},
		// A 0 that is not stored is class 0 all the same.
		{"csr of classes", csr(t, "csr", []int32{0, 1, 3}, []int32{1, 0, 1}), nine, "7:key=-1,value=1, 9:key=0,value=1,"},
		{"dense archive", npz(t, member{"L", npy(t, "<i8", "(2, 1)", false, []int64{1, -1})},
			member{"candidate_ids", npy(t, "<i8", "(2,)", false, []int64{3, 4})},
			member{"key_names", npy(t, "<U2", "(1,)", false, []rune{'l', 'f'})}), annotations.LabelFormat{}, "3:lf=1, 4:lf=-1,"},
		// load-matrix writes Snorkel's convention, and need not be told.
		{"csr with its keys", csr(t, "csr", []int32{0, 1, 3}, []int32{1, 0, 1}, member{"key_names", npy(t, "<U1", "(2,)", false, []rune("ab"))}),
			annotations.LabelFormat{Candidates: []int64{7, 9}}, "7:a=0,b=1, 9:a=-1,b=1,"},
		{"no rows", npy(t, "<i8", "(0, 2)", false, []int64{}), annotations.LabelFormat{Candidates: []int64{}, LFs: named.LFs}, ""},
	} {
		got, err := spelled(bytes.NewReader(test.file), test.format)
		if strings.TrimPrefix(got, "0:") != test.want || err != nil {
			t.Errorf("%s: %q, %v, want %q", test.name, got, err, test.want)
		}
	}
}

func TestArraysThatAreRefused(t *testing.T) {
	named := annotations.LabelFormat{Candidates: []int64{7, 9}, LFs: []string{"a", "b"}}
	named.Abstain = new(0)
	for _, test := range []struct {
		file []byte
		want string
	}{
		{csr(t, "csc", []int32{0, 1, 3}, []int32{1, 0, 1}), `L:1: the sparse matrix has the format "csc"; save it with`},
		{csr(t, "csr", []int32{0, 1, 3}, []int32{1, 0, 0}), "L:2: column 0 has two values"},
		{csr(t, "csr", []int32{0, 1, 3}, []int32{1, 0, 2}), `L:2: array "indices" names column 2 of 2`},
		{csr(t, "csr", []int32{0, 1, 3}, []int32{1, 0, -1}), `L:2: array "indices" names column -1 of 2`},
		{csr(t, "csr", []int32{0, 1, 4}, []int32{1, 0, 1}), `L:2: array "indptr" goes from 1 to 4, of 3 values`},
		{csr(t, "csr", []int32{0, 1, 0}, []int32{1, 0, 1}), `L:2: array "indptr" goes from 1 to 0`},
		{csr(t, "csr", []int32{1, 1, 3}, []int32{1, 0, 1}), `L:1: array "indptr" begins with 1`},
		{csr(t, "csr", []int32{0, 1, 2}, []int32{1, 0, 1}), "L:2: 1 values were not read"},
		{csr(t, "csr", []int32{0, 1}, []int32{1, 0, 1}), `L:1: array "indptr" has 2 values, not 3`},
		{npy(t, "<f8", "(2, 2)", false, []float64{1, 0, 0.5, 1}), `L:2: column a: unusable value: "0.5" is not a label: it is a fraction`},
		{npy(t, "<f8", "(2,)", false, []float64{1, 0}), "L:1: a label matrix has 2 dimensions"},
		{npy(t, "<U1", "(2, 2)", false, []rune("abcd")), "L:1: the array holds texts, and no labels"},
		{npy(t, "<i8", "(9999999999999, 2)", false, []int64{}), "L:1: the array has 9999999999999 rows, more than"},
		{npy(t, "<i8", "(2, 9999999999999)", false, []int64{}), "L:1: the array has 9999999999999 columns, more than"},
		{npz(t, member{"a", npy(t, "<i8", "(1,)", false, []int64{1})}, member{"b", npy(t, "<i8", "(1,)", false, []int64{1})}), "L:1: the archive has 2 arrays that could be labels, and not one"},
	} {
		_, err := spelled(bytes.NewReader(test.file), named)
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%v, want %s", err, test.want)
		}
	}
	fortran := npy(t, "<i8", "(2, 2)", true, []int64{0, -1, 1, 1})
	if _, err := spelled(bytes.NewBuffer(fortran), named); err == nil || !strings.Contains(err.Error(), "ascontiguousarray") {
		t.Errorf("an array by columns from a stream: %v", err)
	}
	for _, format := range []annotations.LabelFormat{{}, {LFs: named.LFs}} {
		_, err := spelled(bytes.NewReader(fortran), format)
		if want := map[bool]error{true: annotations.ErrNoLFs, false: annotations.ErrNoCandidates}[format.LFs == nil]; !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
}

// FuzzReadArrays reads any bytes as an array: it ends, in rows of labels or in an
// error with a row.
func FuzzReadArrays(f *testing.F) {
	f.Add(csr(f, "csr", []int32{0, 1, 3}, []int32{1, 0, 1}))
	f.Add(npy(f, "|i1", "(2, 2)", false, []int8{0, 1, -1, 1}))
	f.Add(npy(f, "<i8", "(2, 2)", true, []int64{0, -1, 1, 1}))
	f.Fuzz(func(t *testing.T, file []byte) {
		format := annotations.LabelFormat{Candidates: []int64{7, 9}, LFs: []string{"a", "b"}}
		for row, err := range annotations.ReadLabels("L", bytes.NewReader(file), format) {
			if err != nil {
				if !strings.HasPrefix(err.Error(), "L:") {
					t.Errorf("the error names no row: %v", err)
				}
				return
			}
			if len(row.Labels) != 0 && !slices.Equal(row.LFs, format.LFs) {
				t.Errorf("labels by %q", row.LFs)
			}
		}
	})
}
