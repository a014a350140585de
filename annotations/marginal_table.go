package annotations

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"workbench/annotations/matrix"
	"workbench/candidates"
)

// MarginalFormat says how [ReadMarginals] reads a table.
type MarginalFormat struct {
	// Classes are those whose arguments may name the candidates, such as all
	// of the database ([candidates.Subclasses]).
	Classes []*candidates.Subclass
	// Candidates are those of the rows of an array that does not name them.
	Candidates []int64
	// Names are the K classes by name, as in [Notation]; nil has none.
	Names []string
}

// MarginalRow is a row of a table of marginals: how probable classes of one
// candidate are.
type MarginalRow struct {
	candidates.Position // where it comes from, for messages
	// Candidate is the id of the candidate, if Class is nil; else StableIDs are
	// those of its arguments, in the order of its class.
	Candidate int64
	Class     *candidates.Subclass
	StableIDs []string
	// Whole says that no other row is about the candidate.
	Whole bool
	// Values are classes, counted from 0 as in the table marginal: of two 1 is the
	// positive one. P has the probability of each, from 0 to 1, or is empty where
	// the table has none for the candidate.
	Values []int
	P      []float64
}

// ReadMarginals reads a table of marginals, in one of the formats that [ReadLabels]
// takes. Candidates are named as there. Their probabilities have one of these forms,
// and other columns are passed over:
//
//   - a column marginal, probability or p, of the second of two classes, the label 1;
//   - a column for each class: marginal_1 to marginal_K, of two marginal_-1 and
//     marginal_1 or the latter alone; with the name of the class instead of the label
//     or behind it, as in marginal_1_SPAM; with one of the other names in place of
//     marginal; or called as the classes are;
//   - the columns value and probability (or p), with one class in each row, written
//     as its name or counted from 0 as in the table marginal;
//   - an array of m probabilities, or of m × K.
//
// A probability is a number from 0 to 1, with a point or a comma. A row without any
// has an empty P.
//
// The slices of a row are good until the next one. What cannot be read ends the
// rows with a [*candidates.RecordError], in which name stands for the file; for
// a value that is no probability it is [matrix.ErrBadMarginal].
func ReadMarginals(name string, r io.Reader, f MarginalFormat) iter.Seq2[MarginalRow, error] {
	return func(yield func(MarginalRow, error) bool) {
		t := &marginalTable{candidateRows: candidateRows{fileRows: fileRows{name: name}}, value: -1, names: f.Names}
		err := t.open(r, f)
		some := false
		for err == nil {
			if err = t.next(); err == nil {
				if some = some || len(t.row.P) > 0; !yield(t.row, nil) {
					return
				}
			}
		}
		if err == io.EOF && !some {
			err = t.wrong(errors.New("there are no probabilities"))
		}
		if err != io.EOF {
			yield(MarginalRow{}, err)
		}
	}
}

// marginalTable reads a table of marginals row by row.
type marginalTable struct {
	candidateRows
	names []string    // of the classes
	row   MarginalRow // the last one

	value int   // the column of the class in a long table, else −1
	p     []int // the columns of probabilities
}

// open reads the header.
func (t *marginalTable) open(r io.Reader, f MarginalFormat) (err error) {
	if err := CheckClassNames(f.Names); f.Names != nil && err != nil {
		return err
	}
	if t.rows, err = openTable(r, f); err != nil {
		return t.misread(err)
	}
	if err := t.rows.Unique(); err != nil {
		return t.misread(err)
	}
	header := t.rows.Names()
	t.candidate, err = findCandidateColumns(header, f.Classes)
	if err == nil {
		err = t.findProbabilities(header)
	}
	t.row.Class = t.candidate.class
	return t.wrong(err)
}

// findProbabilities decides which form the table has.
func (t *marginalTable) findProbabilities(header []string) error {
	columns, err := findClassColumns(header, t.names)
	if err != nil {
		return err
	}
	value := slices.Index(header, columnValue)
	if long := columns.alone && columns.prefix != prefixMarginal && value >= 0; long {
		t.value, t.p, t.row.Values = value, columns.at, make([]int, 1)
		return nil
	}
	t.row.Whole, t.p, t.row.Values = true, columns.at, columns.values
	return nil
}

// next reads the next row, or returns io.EOF.
func (t *marginalTable) next() error {
	fields, at, err := t.candidateRows.next()
	if err != nil {
		return err
	}
	t.row.Position = at
	if err = t.readProbabilities(fields); err == nil && t.value >= 0 {
		t.row.Values[0], err = t.class(fields[t.value])
	}
	if err == nil {
		t.row.Candidate, t.row.StableIDs, err = t.candidate.read(fields, t.row.StableIDs)
	}
	return t.row.Position.Wrap(err)
}

func (t *marginalTable) readProbabilities(fields []string) error {
	t.row.P = t.row.P[:0]
	empty := -1
	for _, i := range t.p {
		if strings.TrimSpace(fields[i]) == "" {
			empty = i
			continue
		}
		x, err := probability(fields[i])
		if err != nil {
			return fmt.Errorf("column %s: %w", t.rows.Names()[i], err)
		}
		t.row.P = append(t.row.P, x)
	}
	if empty >= 0 && len(t.row.P) > 0 {
		return fmt.Errorf("column %s is empty, and others of the row are not", t.rows.Names()[empty])
	}
	return nil
}

// class is the class that a row of a long table is about.
func (t *marginalTable) class(text string) (int, error) {
	text = strings.TrimSpace(text)
	if i := slices.Index(t.names, text); i >= 0 {
		return i, nil
	}
	v, err := wholeNumber(text)
	if err != nil || v < 0 || v >= math.MaxInt16 {
		return 0, fmt.Errorf("column %s: %q is neither a class, counted from 0 as in the table marginal, nor the name of one", columnValue, text)
	}
	return int(v), nil
}

// probability reads a number from 0 to 1. A comma in it is a decimal point.
func probability(text string) (float64, error) {
	text = strings.TrimSpace(text)
	if !strings.Contains(text, ".") {
		text = strings.Replace(text, ",", ".", 1)
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.Trim(text, "0123456789+-.eE") != "" || !(x >= 0 && x <= 1) {
		return 0, fmt.Errorf("%q is %w", text, matrix.ErrBadMarginal)
	}
	return x, nil
}

var errNoProbabilities = errors.New("no column of probabilities: marginal, probability or p, or for each class one such as marginal_1 or with the name of the class behind it")
