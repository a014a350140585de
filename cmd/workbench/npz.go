package main

import (
	"io"

	"codeberg.org/sbinet/npyio/npz"

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
	z := npz.NewWriter(w)
	for _, part := range []struct {
		name  string
		array any
	}{
		{"indices.npy", cols},
		{"indptr.npy", rows},
		{"format.npy", "csr"},
		{"shape.npy", []int64{int64(m.Rows()), int64(m.Cols())}},
		{"data.npy", data},
	} {
		if err := z.Write(part.name, part.array); err != nil {
			return err
		}
	}
	return z.Close()
}
