package annotations

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"workbench/annotations/matrix"
	"workbench/annotations/numpy"
	"workbench/candidates/delimited"
)

// arrayRows are the rows of an array: the candidate, and a value in each column.
type arrayRows struct {
	names  []string
	fields []string
	row, m int

	numbered bool // the columns have no names but numbers

	ids    func() (string, error) // the next candidate
	values func(fields []string) error
	end    func() error // what must hold behind the last row
}

// newArrayRows are the rows of an array with m rows and a column of each name.
func newArrayRows(m int, names []string) (*arrayRows, error) {
	if m > matrix.MaxRows {
		return nil, fmt.Errorf("the array has %d rows, more than %d", m, matrix.MaxRows)
	}
	return &arrayRows{names: append([]string{columnCandidate}, names...), fields: make([]string, len(names)+1), m: m}, nil
}

// Names are the columns: the candidate's, and the others.
func (a *arrayRows) Names() []string { return a.names }

// Line stands for the header, which an array has not.
func (a *arrayRows) Line() int { return 1 }

// Unique is an error about a name that two columns have.
func (a *arrayRows) Unique() error { return uniqueNames(a.names[1:], 2) }

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
		err = a.values(a.fields[1:])
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

// nameRows takes the candidates of the rows from somewhere else.
func (a *arrayRows) nameRows(ids []int64) error {
	if ids == nil {
		return ErrNoCandidates
	}
	if len(ids) != a.m {
		return fmt.Errorf("the array has %d rows, and there are %d candidates", a.m, len(ids))
	}
	a.ids = func() (string, error) { return strconv.FormatInt(ids[a.row-1], 10), nil }
	return nil
}

// numberRows calls the rows by their numbers.
func (a *arrayRows) numberRows() {
	a.ids = func() (string, error) { return strconv.Itoa(a.row), nil }
}

// nameRowsBy takes them from an archive.
func (a *arrayRows) nameRowsBy(z *numpy.Archive) error {
	ids, err := integers(z, arrayCandidates, a.m)
	if err != nil {
		return err
	}
	a.ids = ids.Text
	end := a.end
	a.end = func() error { return errors.Join(end(), ids.End()) }
	return nil
}

// readDense takes the values from an array; file is nil where it cannot be read
// anywhere.
func (a *arrayRows) readDense(dense *numpy.Array, file sizedFile) error {
	a.end = dense.End
	column := func(int) *numpy.Array { return dense }
	byColumn := dense.Fortran && len(dense.Shape) == 2
	if byColumn && file == nil {
		return errors.New("the array is stored column by column; save it with numpy.ascontiguousarray")
	} else if byColumn {
		columns, err := dense.Columns(file, file.Size())
		if err != nil {
			return err
		}
		column = func(j int) *numpy.Array { return columns[j] }
		a.end = func() error { return nil }
	}
	a.values = func(fields []string) (err error) {
		for j := range fields {
			if fields[j], err = column(j).Text(); err != nil {
				return err
			}
		}
		return nil
	}
	return nil
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

// checkArrays reports that an archive names its classes otherwise.
func (n Notation) checkArrays(z *numpy.Archive) error {
	if n.Names == nil || !z.Has(arrayClasses) || !z.Has(arrayClassNames) {
		return nil
	}
	names, err := textsOf(z, arrayClassNames)
	if err != nil {
		return err
	}
	convention, err := n.convention()
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
