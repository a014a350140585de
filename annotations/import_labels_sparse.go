package annotations

import (
	"errors"
	"fmt"

	"workbench/annotations/numpy"
)

// sparseRows are the rows of a matrix of scipy's in the format csr. What it does
// not store is 0, or in one of load-matrix, which names its keys and is in
// Snorkel's convention, an abstention.
func (o LabelFormat) sparseRows(z *numpy.Archive, lfs []string) (*arrayRows, error) {
	if err := isCSR(z); err != nil {
		return nil, err
	}
	m, n, err := sparseShape(z)
	if err != nil {
		return nil, err
	}
	a, err := o.matrixRows(m, n, lfs)
	if err != nil {
		return nil, err
	}
	indptr, err := integers(z, "indptr", m+1)
	if err != nil {
		return nil, err
	}
	data, err := z.Open("data")
	if err != nil {
		return nil, err
	}
	if len(data.Shape) != 1 || data.IsText() {
		return nil, errors.New(`array "data" is no vector of numbers`)
	}
	stored := data.Len()
	indices, err := integers(z, "indices", stored)
	if err != nil {
		return nil, err
	}
	from, err := indptr.Int()
	if err != nil {
		return nil, err
	}
	if from != 0 {
		return nil, fmt.Errorf(`array "indptr" begins with %d`, from)
	}
	absent := "0"
	if lfs != nil && o.Abstain == nil {
		absent = ""
	}
	filled := make([]int, n) // in which row each column had its last value
	a.values = func(fields []string) error {
		to, err := indptr.Int()
		if err != nil {
			return err
		}
		if to < from || to > int64(stored) {
			return fmt.Errorf(`array "indptr" goes from %d to %d, of %d values`, from, to, stored)
		}
		for j := range fields {
			fields[j] = absent
		}
		for ; from < to; from++ {
			j, err := indices.Int()
			if err != nil {
				return err
			}
			if j < 0 || j >= int64(n) {
				return fmt.Errorf(`array "indices" names column %d of %d`, j, n)
			}
			if filled[j] == a.row {
				return fmt.Errorf("column %d has two values", j)
			}
			filled[j] = a.row
			if fields[j], err = data.Text(); err != nil {
				return err
			}
		}
		return nil
	}
	a.end = func() error { return errors.Join(indptr.End(), indices.End(), data.End()) }
	return a, nil
}

// isCSR checks the format that a sparse matrix says it has.
func isCSR(z *numpy.Archive) error {
	format, err := z.Open(arraySparse)
	if err != nil {
		return err
	}
	if len(format.Shape) != 0 || !format.IsText() {
		return fmt.Errorf("array %q is no text", arraySparse)
	}
	text, err := format.Text()
	if err != nil {
		return err
	}
	if text != "csr" {
		return fmt.Errorf("the sparse matrix has the format %.20q; save it with scipy.sparse.save_npz(FILE, L.tocsr())", text)
	}
	return nil
}

func sparseShape(z *numpy.Archive) (m, n int, err error) {
	shape, err := integers(z, "shape", 2)
	if err != nil {
		return 0, 0, err
	}
	var size [2]int64
	for i := range size {
		if size[i], err = shape.Int(); err != nil {
			return 0, 0, err
		}
		if size[i] < 0 || size[i] > 1<<40 {
			return 0, 0, fmt.Errorf("the matrix has a side of length %d", size[i])
		}
	}
	return int(size[0]), int(size[1]), nil
}
