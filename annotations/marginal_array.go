package annotations

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"workbench/annotations/numpy"
)

// arrayMarginals is the array of probabilities in an archive that has others.
const arrayMarginals = "marginals"

// openArray reads a single array.
func (f MarginalFormat) openArray(r io.Reader, file sizedFile) (tableRows, error) {
	dense, err := numpy.Open(r)
	if err != nil {
		return nil, err
	}
	a, err := classRows(dense, file)
	if err != nil {
		return nil, err
	}
	return a, a.nameRows(f.Candidates)
}

// openArchive reads an archive with the array marginals, or with one beside
// candidate_ids.
func (f MarginalFormat) openArchive(file sizedFile) (tableRows, error) {
	z, err := numpy.OpenArchive(file, file.Size())
	if err != nil {
		return nil, err
	}
	if err := (Notation{Names: f.Names}).checkArrays(z); err != nil {
		return nil, err
	}
	name := arrayMarginals
	if z.Has(arraySparse) {
		return nil, errors.New("the archive has a sparse matrix, and no probabilities")
	} else if !z.Has(name) {
		names := slices.DeleteFunc(slices.Clone(z.Names), func(name string) bool {
			return slices.Contains([]string{arrayCandidates, arrayClasses, arrayClassNames}, name)
		})
		if len(names) != 1 {
			return nil, fmt.Errorf("the archive has %d arrays that could be marginals, and not one", len(names))
		}
		name = names[0]
	}
	dense, err := z.Open(name)
	if err != nil {
		return nil, err
	}
	a, err := classRows(dense, nil)
	switch {
	case err != nil:
		return nil, err
	case z.Has(arrayCandidates):
		return a, a.nameRowsBy(z)
	}
	return a, a.nameRows(f.Candidates)
}

// classRows are the rows of an array of m probabilities, or of m × K.
func classRows(dense *numpy.Array, file sizedFile) (*arrayRows, error) {
	classes := 1
	switch {
	case len(dense.Shape) == 2:
		classes = dense.Shape[1]
	case len(dense.Shape) != 1:
		return nil, fmt.Errorf("marginals have 1 dimension, candidates, or 2, candidates × classes, and the array has %d", len(dense.Shape))
	}
	if dense.IsText() {
		return nil, errors.New("the array holds texts, and no probabilities")
	}
	if classes < 1 || classes > math.MaxInt16 {
		return nil, fmt.Errorf("the array has %d columns; there are 1 to %d classes", classes, math.MaxInt16)
	}
	names := []string{prefixMarginal}
	if classes > 1 {
		names = names[:0]
		for k := range classes {
			names = append(names, fmt.Sprintf("%s_%d", prefixMarginal, ClassValue(classes, k)))
		}
	}
	a, err := newArrayRows(dense.Shape[0], names)
	if err != nil {
		return nil, err
	}
	return a, a.readDense(dense, file)
}
