package annotations

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"workbench/candidates"
)

// LabelFormat says how [ReadLabels] reads a table.
type LabelFormat struct {
	// Classes are those whose arguments may name the candidates, such as all
	// of the database ([candidates.Subclasses]).
	Classes []*candidates.Subclass
	Notation
	// Candidates are those of the rows of an array that does not name them, and
	// LFs the labeling functions of the columns of one that names none.
	Candidates []int64
	LFs        []string

	// anonymous gives rows and columns numbers where nothing names them.
	anonymous bool
}

// ReadLabels reads a table of labels. It is csv, or separated by tabs or
// semicolons if its header is, or JSON with an object for each row, in lines or as a
// list, in UTF-8 and packed by gzip or not; or it is Parquet. Candidates are named by
// a column candidate_id, or by one column per argument of their class with the
// contexts' stable ids, called ARG_stable_id or ARG, and that of a single argument
// also stable_id or id. With the columns key and value, and perhaps class, and no
// others, each row is one label; otherwise every other column is a labeling function.
// The class is a name beside the label; that of another class is [ErrOtherName]. A
// label is an integer, also one written as 1.0, or true or false for
// 1 and −1 of two classes; what is empty or NaN abstains.
//
// It may also be an array of m candidates × n labeling functions as numpy saves
// it, or an archive of one, dense or in scipy's csr, with arrays candidate_ids
// and key_names or without ([LabelFormat.Candidates]), and class_labels and
// class_names, which must be those of Names where both are there; Parquet, an
// archive, and an array that is stored column by column, are read from an r that has
// ReadAt and Size. Lines in errors are then rows, from 1, as they are of a list.
//
// The slices of a row are good until the next one. What cannot be read ends the
// rows with a [*candidates.RecordError], in which name stands for the file; for
// a value that is no label it is [ErrBadValue]; if Abstain is nil, for a table of
// −1, 0 and 1 [ErrBothReadings], and for one where 0 and no −1 is a label beside
// those that are missing, or in a row of its own, [ErrZeroLabel] behind the last
// row.
func ReadLabels(name string, r io.Reader, t LabelFormat) iter.Seq2[LabelRow, error] {
	return func(yield func(LabelRow, error) bool) {
		l := &labelTable{candidateRows: candidateRows{fileRows: fileRows{name: name}}, key: -1, value: -1, class: -1}
		err := l.open(r, t)
		if err == nil && l.key < 0 {
			l.row.LFs = make([]string, len(l.lfs))
			for k, i := range l.lfs {
				l.row.LFs[k] = l.header[i]
			}
		}
		some := false
		for err == nil {
			if err = l.next(); err == nil {
				if some = true; !yield(l.row, nil) {
					return
				}
			}
		}
		if err == io.EOF && l.convention.checkZero(l.key >= 0) != nil {
			err = l.at(l.zero).Wrap(ErrZeroLabel)
		}
		switch {
		case err != io.EOF:
			yield(LabelRow{}, err)
		case !some && l.key < 0:
			yield(LabelRow{Position: l.at(l.rows.Line()), LFs: l.row.LFs}, nil)
		}
	}
}

// labelTable reads a table of labels row by row. A long one has the columns
// key and value beside those of the candidate, a wide one a column per labeling
// function.
type labelTable struct {
	candidateRows
	header     []string
	convention labelConvention
	row        LabelRow // the last one
	zero       int      // the line of the first 0 that is written as a label

	key, value int   // of a long table, else −1
	class      int   // of a long table that has it, else −1
	lfs        []int // the labeling functions' columns of a wide one
}

// The columns that mean something by their name.
const (
	columnKey   = "key"
	columnValue = "value"
)

// errorf is an error about the header.
func (t *labelTable) errorf(format string, args ...any) error {
	return t.wrong(fmt.Errorf(format, args...))
}

// open reads the header.
func (t *labelTable) open(r io.Reader, o LabelFormat) (err error) {
	if t.convention, err = o.convention(); err != nil {
		return err
	}
	if t.rows, err = openTable(r, o); err != nil {
		return t.misread(err)
	}
	t.header = t.rows.Names()
	if _, isArray := t.rows.(*arrayRows); isArray {
		return t.findArrayColumns()
	}
	if o.LFs != nil || o.Candidates != nil {
		return t.at(1).Wrap(errors.New("the table names its candidates and labeling functions itself"))
	}
	if p, isParquet := t.rows.(*parquetRows); isParquet && p.others != nil {
		return t.errorf("column %s has no labels but lists, or parts, or another type", p.others[0])
	}
	if err := t.checkNames(); err != nil {
		return err
	}
	if t.candidate, err = findCandidateColumns(t.header, o.Classes); err != nil {
		return t.errorf("%w", err)
	}
	t.row.Class = t.candidate.class
	return t.findLabels()
}

func (t *labelTable) findLabels() error {
	for i := range t.header {
		if !slices.Contains(t.candidate.refs, i) {
			t.lfs = append(t.lfs, i)
		}
	}
	if len(t.lfs) == 0 {
		return t.errorf("no column of a labeling function beside %s", strings.Join(t.header, ", "))
	}
	class := slices.Index(t.header, classColumn)
	if isClass := len(t.lfs) == 3 && slices.Contains(t.lfs, class); t.hasKeyAndValue() && (len(t.lfs) == 2 || isClass) {
		t.key, t.value, t.lfs = slices.Index(t.header, columnKey), slices.Index(t.header, columnValue), nil
		if isClass {
			t.class = class
		}
	}
	return nil
}

func (t *labelTable) hasKeyAndValue() bool {
	names := func(name string) bool {
		return slices.ContainsFunc(t.lfs, func(i int) bool { return t.header[i] == name })
	}
	return names(columnKey) && names(columnValue)
}

// next reads the next row, or returns io.EOF.
func (t *labelTable) next() error {
	fields, at, err := t.candidateRows.next()
	if err != nil {
		return err
	}
	t.row.Position = at
	if t.key >= 0 {
		err = t.readLong(fields)
	} else {
		err = t.readWide(fields)
	}
	if t.zero == 0 && t.convention.zero {
		t.zero = at.Line
	}
	if err == nil {
		err = t.convention.check()
	}
	if err == nil {
		t.row.Candidate, t.row.StableIDs, err = t.candidate.read(fields, t.row.StableIDs)
	}
	return t.row.Position.Wrap(err)
}

func (t *labelTable) readLong(fields []string) error {
	if fields[t.key] == "" {
		return fmt.Errorf("column %s is empty", columnKey)
	}
	v, err := t.convention.label(fields[t.value])
	if err != nil {
		return fmt.Errorf("column %s: %w", columnValue, err)
	}
	if t.class >= 0 {
		if err := t.convention.beside(v, fields[t.class]); err != nil {
			return err
		}
	}
	t.row.LFs, t.row.Labels = append(t.row.LFs[:0], fields[t.key]), append(t.row.Labels[:0], v)
	return nil
}

func (t *labelTable) readWide(fields []string) error {
	t.row.Whole, t.row.Labels = true, t.row.Labels[:0]
	for _, i := range t.lfs {
		v, err := t.convention.label(fields[i])
		if err != nil {
			hint := ""
			if t.hasKeyAndValue() {
				hint = "; a long table has no columns but key, value, class and the candidate's"
			}
			return fmt.Errorf("column %s: %w%s", t.header[i], err, hint)
		}
		t.row.Labels = append(t.row.Labels, v)
	}
	return nil
}
