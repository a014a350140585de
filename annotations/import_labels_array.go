package annotations

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"workbench/annotations/numpy"
)

// The arrays of an archive that mean something by their name, as load-matrix and
// scipy.sparse.save_npz call them.
const (
	arrayCandidates = "candidate_ids"
	arrayKeys       = "key_names"
	arrayKeyIDs     = "key_ids"
	arrayClasses    = "class_labels"
	arrayClassNames = "class_names"
	arraySparse     = "format"
)

// mostArrayColumns is how many labeling functions an array may have: a row has a
// text for each.
const mostArrayColumns = 1 << 20

// ErrNoCandidates says that an array does not name the candidates of its rows,
// and ErrNoLFs that it does not name the labeling functions of its columns.
var (
	ErrNoCandidates = errors.New("the array does not say which candidates its rows are")
	ErrNoLFs        = errors.New("the array does not say which labeling functions its columns are")
)

// findArrayColumns takes every column but the first as a labeling function,
// whatever it is called.
func (t *labelTable) findArrayColumns() error {
	if err := t.rows.Unique(); err != nil {
		return t.misread(err)
	}
	t.candidate = candidateColumns{header: t.header, refs: []int{0}}
	for i := range t.header[1:] {
		t.lfs = append(t.lfs, i+1)
	}
	return nil
}

// matrixRows are the rows of an m × n array of these labeling functions.
func (o LabelFormat) matrixRows(m, n int, lfs []string) (*arrayRows, error) {
	switch {
	case lfs != nil && o.LFs != nil:
		return nil, errors.New("the array names its labeling functions itself")
	case lfs == nil && o.LFs == nil && !o.anonymous:
		return nil, ErrNoLFs
	case lfs == nil:
		lfs = o.LFs
	}
	switch {
	case n > mostArrayColumns:
		return nil, fmt.Errorf("the array has %d columns, more than %d", n, mostArrayColumns)
	case n == 0:
		return nil, errors.New("the array has no columns")
	case lfs == nil:
		return numberedArray(m, n)
	case n != len(lfs):
		return nil, fmt.Errorf("the array has %d columns, and there are %d labeling functions", n, len(lfs))
	}
	return newArrayRows(m, lfs)
}

// numberedArray are the rows of an array whose labeling functions have no names.
func numberedArray(m, n int) (*arrayRows, error) {
	names := make([]string, n)
	for j := range names {
		names[j] = fmt.Sprintf("LF_%d", j+1)
	}
	a, err := newArrayRows(m, names)
	if err != nil {
		return nil, err
	}
	a.numbered = true
	return a, nil
}

// nameRows takes the candidates of the rows from the format.
func (o LabelFormat) nameRows(a *arrayRows) error {
	if o.Candidates == nil && o.anonymous {
		a.numberRows()
		return nil
	}
	return a.nameRows(o.Candidates)
}

// openArray reads a single array.
func (o LabelFormat) openArray(r io.Reader, file sizedFile) (tableRows, error) {
	dense, err := numpy.Open(r)
	if err != nil {
		return nil, err
	}
	a, err := o.denseRows(dense, file, nil)
	if err != nil {
		return nil, err
	}
	return a, o.nameRows(a)
}

// denseRows are the rows of a dense array.
func (o LabelFormat) denseRows(dense *numpy.Array, file sizedFile, lfs []string) (*arrayRows, error) {
	switch {
	case len(dense.Shape) != 2:
		return nil, fmt.Errorf("a label matrix has 2 dimensions, candidates × labeling functions, and the array has %d", len(dense.Shape))
	case dense.IsText():
		return nil, errors.New("the array holds texts, and no labels")
	}
	a, err := o.matrixRows(dense.Shape[0], dense.Shape[1], lfs)
	if err != nil {
		return nil, err
	}
	return a, a.readDense(dense, file)
}

// openArchive reads an archive with one label matrix.
func (o LabelFormat) openArchive(file sizedFile) (tableRows, error) {
	z, err := numpy.OpenArchive(file, file.Size())
	if err != nil {
		return nil, err
	}
	lfs, err := textsOf(z, arrayKeys)
	if err != nil {
		return nil, err
	}
	if err := o.checkArrays(z); err != nil {
		return nil, err
	}
	var a *arrayRows
	if z.Has(arraySparse) {
		a, err = o.sparseRows(z, lfs)
	} else {
		a, err = o.onlyArray(z, lfs)
	}
	switch {
	case err != nil:
		return nil, err
	case !z.Has(arrayCandidates):
		return a, o.nameRows(a)
	case o.Candidates != nil:
		return nil, errors.New("the array names its candidates itself")
	}
	return a, a.nameRowsBy(z)
}

// onlyArray is the dense array of an archive.
func (o LabelFormat) onlyArray(z *numpy.Archive, lfs []string) (*arrayRows, error) {
	names := slices.DeleteFunc(slices.Clone(z.Names), func(name string) bool {
		return slices.Contains([]string{arrayCandidates, arrayKeys, arrayKeyIDs, arrayClasses, arrayClassNames}, name)
	})
	if len(names) != 1 {
		return nil, fmt.Errorf("the archive has %d arrays that could be labels, and not one", len(names))
	}
	dense, err := z.Open(names[0])
	if err != nil {
		return nil, err
	}
	return o.denseRows(dense, nil, lfs)
}
