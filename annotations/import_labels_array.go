package annotations

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"workbench/annotations/matrix"
	"workbench/annotations/numpy"
	"workbench/candidates/delimited"
)

// The arrays of an archive that mean something by their name, as load-matrix and
// scipy.sparse.save_npz call them.
const (
	arrayCandidates = "candidate_ids"
	arrayKeys       = "key_names"
	arrayKeyIDs     = "key_ids"
	arrayClasses    = "class_labels"
	arrayClassNames = "class_names"
	arrayFormat     = "format"
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

// arrayRows are the rows of an array: the candidate, and its label by each
// labeling function.
type arrayRows struct {
	names  []string
	fields []string
	row, m int
	ids    func() (string, error) // the next candidate
	labels func(fields []string) error
	end    func() error // what must hold behind the last row
}

// Names are the columns: the candidate's, and the labeling functions.
func (a *arrayRows) Names() []string { return a.names }

// Line stands for the header, which an array has not.
func (a *arrayRows) Line() int { return 1 }

// Unique is an error about a labeling function that has two columns.
func (a *arrayRows) Unique() error {
	known := make(map[string]bool)
	for i, name := range a.names[1:] {
		if known[name] {
			return &delimited.Error{Kind: delimited.Twice, Line: 1, At: 1, Field: i + 2, Column: name}
		}
		known[name] = true
	}
	return nil
}

// Next returns the next row and its number, from 1.
func (a *arrayRows) Next() (fields []string, line int, err error) {
	if a.row == a.m {
		if err := a.end(); err != nil {
			return nil, max(a.m, 1), arrayError(max(a.m, 1), err)
		}
		return nil, a.m, io.EOF
	}
	a.row++
	if a.fields[0], err = a.ids(); err == nil {
		err = a.labels(a.fields[1:])
	}
	if err != nil {
		return nil, a.row, arrayError(a.row, err)
	}
	return a.fields, a.row, nil
}

func arrayError(row int, err error) error {
	if errors.Is(err, io.EOF) {
		err = errors.New("the array is cut off")
	}
	return &delimited.Error{Kind: delimited.Unreadable, Line: row, At: row, Err: err}
}

// findArrayColumns takes every column but the first as a labeling function,
// whatever it is called.
func (t *labelTable) findArrayColumns() error {
	if err := t.rows.Unique(); err != nil {
		return t.misread(err)
	}
	t.refs = []int{0}
	for i := range t.header[1:] {
		t.lfs = append(t.lfs, i+1)
	}
	return nil
}

// newArrayRows are the rows of an m × n array of these labeling functions.
func newArrayRows(m, n int, lfs []string, o LabelFormat) (*arrayRows, error) {
	switch {
	case lfs != nil && o.LFs != nil:
		return nil, errors.New("the array names its labeling functions itself")
	case lfs == nil && o.LFs == nil:
		return nil, ErrNoLFs
	case lfs == nil:
		lfs = o.LFs
	}
	switch {
	case n > mostArrayColumns:
		return nil, fmt.Errorf("the array has %d columns, more than %d", n, mostArrayColumns)
	case m > matrix.MaxRows:
		return nil, fmt.Errorf("the array has %d rows, more than %d", m, matrix.MaxRows)
	case n != len(lfs):
		return nil, fmt.Errorf("the array has %d columns, and there are %d labeling functions", n, len(lfs))
	case n == 0:
		return nil, errors.New("the array has no columns")
	}
	return &arrayRows{names: append([]string{columnCandidate}, lfs...), fields: make([]string, n+1), m: m}, nil
}

// nameRows takes the candidates of the rows from the format.
func (a *arrayRows) nameRows(o LabelFormat) error {
	if o.Candidates == nil {
		return ErrNoCandidates
	}
	if len(o.Candidates) != a.m {
		return fmt.Errorf("the array has %d rows, and there are %d candidates", a.m, len(o.Candidates))
	}
	a.ids = func() (string, error) { return strconv.FormatInt(o.Candidates[a.row-1], 10), nil }
	return nil
}

// openArray reads a single array.
func openArray(r io.Reader, file sizedFile, o LabelFormat) (labelRows, error) {
	dense, err := numpy.Open(r)
	if err != nil {
		return nil, err
	}
	a, err := denseRows(dense, file, nil, o)
	if err != nil {
		return nil, err
	}
	return a, a.nameRows(o)
}

// denseRows are the rows of a dense array; file is nil where it cannot be read
// anywhere.
func denseRows(dense *numpy.Array, file sizedFile, lfs []string, o LabelFormat) (*arrayRows, error) {
	switch {
	case len(dense.Shape) != 2:
		return nil, fmt.Errorf("a label matrix has 2 dimensions, candidates × labeling functions, and the array has %d", len(dense.Shape))
	case dense.IsText():
		return nil, errors.New("the array holds texts, and no labels")
	}
	a, err := newArrayRows(dense.Shape[0], dense.Shape[1], lfs, o)
	if err != nil {
		return nil, err
	}
	a.end = dense.End
	column := func(int) *numpy.Array { return dense }
	if dense.Fortran && file == nil {
		return nil, errors.New("the array is stored column by column; save it with numpy.ascontiguousarray(L)")
	} else if dense.Fortran {
		columns, err := dense.Columns(file, file.Size())
		if err != nil {
			return nil, err
		}
		column = func(j int) *numpy.Array { return columns[j] }
		a.end = func() error { return nil }
	}
	a.labels = func(fields []string) error {
		for j := range fields {
			if fields[j], err = column(j).Text(); err != nil {
				return err
			}
		}
		return nil
	}
	return a, nil
}

// openArchive reads an archive with one label matrix.
func openArchive(file sizedFile, o LabelFormat) (labelRows, error) {
	z, err := numpy.OpenArchive(file, file.Size())
	if err != nil {
		return nil, err
	}
	lfs, err := textsOf(z, arrayKeys)
	if err != nil {
		return nil, err
	}
	if err := checkArrayClasses(z, o); err != nil {
		return nil, err
	}
	var a *arrayRows
	if z.Has(arrayFormat) {
		a, err = sparseRows(z, lfs, o)
	} else {
		a, err = onlyArray(z, lfs, o)
	}
	if err != nil {
		return nil, err
	}
	if !z.Has(arrayCandidates) {
		return a, a.nameRows(o)
	}
	if o.Candidates != nil {
		return nil, errors.New("the array names its candidates itself")
	}
	ids, err := integers(z, arrayCandidates, a.m)
	if err != nil {
		return nil, err
	}
	a.ids = ids.Text
	end := a.end
	a.end = func() error { return errors.Join(end(), ids.End()) }
	return a, nil
}

// onlyArray is the dense array of an archive.
func onlyArray(z *numpy.Archive, lfs []string, o LabelFormat) (*arrayRows, error) {
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
	return denseRows(dense, nil, lfs, o)
}

// checkArrayClasses reports that an archive names its classes otherwise than the
// format does.
func checkArrayClasses(z *numpy.Archive, o LabelFormat) error {
	if o.Names == nil || !z.Has(arrayClasses) || !z.Has(arrayClassNames) {
		return nil
	}
	names, err := textsOf(z, arrayClassNames)
	if err != nil {
		return err
	}
	convention, err := o.convention()
	if err != nil {
		return err
	}
	labels, err := integers(z, arrayClasses, len(names))
	if err != nil {
		return err
	}
	for _, name := range names {
		label, err := labels.Int()
		if err != nil {
			return err
		}
		if label != int64(int16(label)) {
			return fmt.Errorf("array %q: %d is no label", arrayClasses, label)
		}
		if err := convention.beside(int16(label), name); err != nil {
			return fmt.Errorf("array %q: %w", arrayClassNames, err)
		}
	}
	return labels.End()
}

// textsOf reads the names in an array, nil if the archive has it not.
func textsOf(z *numpy.Archive, what string) ([]string, error) {
	if !z.Has(what) {
		return nil, nil
	}
	const most = 64 << 20 // bytes
	array, err := z.Open(what)
	switch {
	case err != nil:
		return nil, err
	case len(array.Shape) != 1 || !array.IsText():
		return nil, fmt.Errorf("array %q is no vector of texts", what)
	case array.Len() > mostArrayColumns || array.Bytes() > most:
		return nil, fmt.Errorf("array %q has more than %d texts, or %d MiB", what, mostArrayColumns, most>>20)
	}
	names := []string{}
	for array.Len() > 0 {
		name, err := array.Text()
		if err != nil {
			return nil, fmt.Errorf("array %q: %w", what, err)
		}
		names = append(names, name)
	}
	return names, array.End()
}

// integers opens a vector of n integers.
func integers(z *numpy.Archive, name string, n int) (*numpy.Array, error) {
	array, err := z.Open(name)
	switch {
	case err != nil:
		return nil, err
	case len(array.Shape) != 1 || !array.IsWhole():
		return nil, fmt.Errorf("array %q is no vector of integers", name)
	case array.Len() != n:
		return nil, fmt.Errorf("array %q has %d values, not %d", name, array.Len(), n)
	}
	return array, nil
}
