package main

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"workbench/annotations"
)

// writeNPZ writes a matrix as scipy.sparse.save_npz writes a csr_matrix, so
// that scipy.sparse.load_npz opens it.
func writeNPZ(w io.Writer, m *annotations.LabelMatrix) error {
	indptr, cols, vals := m.CSR()
	data := make([]int64, len(vals)) // Snorkel's matrices are int64
	for i, v := range vals {
		data[i] = int64(v)
	}
	rows := make([]int64, len(indptr))
	for i, p := range indptr {
		rows[i] = int64(p)
	}
	z := zip.NewWriter(w)
	for _, part := range []struct {
		name, descr, shape string
		values             any
	}{
		{"indices.npy", "<i4", vector(len(cols)), cols},
		{"indptr.npy", "<i8", vector(len(rows)), rows},
		{"format.npy", "|S3", "()", []byte("csr")},
		{"shape.npy", "<i8", vector(2), []int64{int64(m.Rows()), int64(m.Cols())}},
		{"data.npy", "<i8", vector(len(data)), data},
	} {
		f, err := z.Create(part.name)
		if err != nil {
			return err
		}
		if err := writeNPY(f, part.descr, part.shape, part.values); err != nil {
			return err
		}
	}
	return z.Close()
}

// vector is the shape of a numpy vector.
func vector(n int) string { return fmt.Sprintf("(%d,)", n) }

// writeNPY writes one array in numpy's format, version 1.0: a header of one
// line, padded so that the values stand at a multiple of 64 bytes, then the
// values.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
func writeNPY(w io.Writer, descr, shape string, values any) error {
	const magic, alignment = "\x93NUMPY\x01\x00", 64
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape)
	const lengthSize = 2
	used := (len(magic) + lengthSize + len(header) + 1) % alignment
	header += strings.Repeat(" ", (alignment-used)%alignment) + "\n"
	start := append([]byte(magic), binary.LittleEndian.AppendUint16(nil, uint16(len(header)))...)
	if _, err := w.Write(append(start, header...)); err != nil {
		return err
	}
	return binary.Write(w, binary.LittleEndian, values)
}
