package annotations

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// withoutTruth are the options for the table itself, whose gold labels stand in
// another one.
func (o LabelTableOptions) withoutTruth() LabelTableOptions {
	if o.Truth != nil {
		o.GoldColumn, o.NoGold = "", true
	}
	return o
}

// readTruth reads the gold labels that stand in a table of their own.
func (t *labelTableReader) readTruth() error {
	f := &fileRows{name: t.options.TruthName}
	var err error
	if f.rows, err = openTable(t.options.Truth, LabelFormat{anonymous: true}); err != nil {
		return f.misread(err)
	}
	if _, isArray := f.rows.(*arrayRows); isArray {
		return f.wrong(errors.New("it is an array; gold labels stand in a table"))
	}
	if err := f.checkNames(); err != nil {
		return err
	}
	header := f.rows.Names()
	task, gold, err := t.findTruthColumns(header)
	if err != nil {
		return f.wrong(err)
	}
	t.gold, t.goldLine = make([]int16, len(t.out.IDs)), make([]int32, len(t.out.IDs))
	unknown := 0
	for n := 0; ; n++ {
		fields, at, err := f.next()
		switch {
		case err == io.EOF:
			if unknown > 0 {
				t.warn("%s has %s that the table has not", t.options.TruthName, rows(unknown))
			}
			return nil
		case err != nil:
			return err
		}
		row, known := int32(n), n < len(t.out.IDs)
		if task >= 0 {
			row, known = t.tasks[fields[task]]
		}
		if !known {
			unknown++
			continue
		}
		if err := t.takeGold(fields[gold], header[gold], row, at); err != nil {
			return at.Wrap(err)
		}
	}
}

// findTruthColumns finds the id, −1 where rows have none, and the gold label.
func (t *labelTableReader) findTruthColumns(header []string) (task, gold int, err error) {
	f := newColumnFinder(header)
	name := t.options.TaskColumn
	if !slices.Contains(header, name) {
		name = ""
	}
	if task, err = f.named(name); err != nil {
		return task, gold, err
	}
	if gold, err = f.named(t.options.GoldColumn); err != nil {
		return task, gold, err
	}
	known := knownColumns()
	if task < 0 {
		if task, err = f.recognised("id of the candidate", known.task); err != nil {
			return task, gold, err
		}
	}
	for _, names := range [][]string{known.gold, known.label} {
		if gold >= 0 {
			break
		}
		if gold, err = f.recognised("gold label", names); err != nil {
			return task, gold, err
		}
	}
	columns := strings.Join(header, ", ")
	switch {
	case task < 0 && t.columns.task >= 0:
		return task, gold, fmt.Errorf("%w: none of %s is the id of the candidate", ErrColumns, columns)
	case task >= 0 && t.columns.task < 0:
		t.numberTasks()
	}
	if gold < 0 {
		return task, gold, fmt.Errorf("%w: none of %s is the gold label", ErrColumns, columns)
	}
	return task, gold, nil
}

// numberTasks makes candidates known by their numbers.
func (t *labelTableReader) numberTasks() {
	for i := range t.out.IDs {
		t.tasks[strconv.Itoa(i+1)] = int32(i)
	}
}

// rows counts rows about candidates.
func rows(n int) string {
	if n == 1 {
		return "1 row about a candidate"
	}
	return fmt.Sprintf("%d rows about candidates", n)
}
