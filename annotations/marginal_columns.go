package annotations

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// prefixMarginal begins the names of the columns that [CandidateTable] has. A column
// value is no class beside it, but may be a labeling function.
const prefixMarginal = "marginal"

// classColumns are the columns of a table with the probabilities of classes.
type classColumns struct {
	prefix string // how their names begin, "" if they are called as classes are
	alone  bool   // one column, which names no class
	at     []int  // where they stand
	values []int  // their classes, from 0 and ascending
}

// probabilityColumn is a column with the probability of the class of a label.
type probabilityColumn struct {
	name  string
	at    int
	label int
}

// findClassColumns finds the only columns of a header that are called as those of
// probabilities are. Of two classes it is the second one alone, or both; of more
// it is all of them.
func findClassColumns(header, names []string) (classColumns, error) {
	var found []classColumns
	for _, prefix := range []string{prefixMarginal, "probability", "p"} {
		columns, err := prefixedColumns(header, names, prefix)
		if err != nil {
			return classColumns{}, err
		}
		if columns.at != nil {
			found = append(found, columns)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return classColumns{}, fmt.Errorf("columns %s and %s both could be probabilities; leave one of them out",
			header[found[0].at[0]], header[found[1].at[0]])
	}
	var called []probabilityColumn
	for i, name := range names {
		if at := slices.Index(header, name); at >= 0 {
			called = append(called, probabilityColumn{name, at, int(ClassValue(len(names), i))})
		}
	}
	if called == nil {
		return classColumns{}, errNoProbabilities
	}
	return arranged("", called, names)
}

// prefixedColumns finds the columns whose names begin so.
func prefixedColumns(header, names []string, prefix string) (classColumns, error) {
	alone := slices.Index(header, prefix)
	var found []probabilityColumn
	for i, name := range header {
		rest, ok := strings.CutPrefix(name, prefix+"_")
		if !ok {
			continue
		}
		label, ok, err := labelOfColumn(rest, names)
		if err != nil {
			return classColumns{}, fmt.Errorf("column %s: %w", name, err)
		}
		if ok {
			found = append(found, probabilityColumn{name, i, label})
		}
	}
	switch {
	case alone >= 0 && found != nil:
		return classColumns{}, fmt.Errorf("columns %s and %s both could be probabilities; leave one of them out", prefix, found[0].name)
	case alone >= 0:
		return classColumns{prefix, true, []int{alone}, []int{1}}, nil
	case found == nil:
		return classColumns{}, nil
	}
	return arranged(prefix, found, names)
}

// labelOfColumn is the label of the class that ends the name of a column: the name
// of the class, or a label, alone or with a name behind it.
func labelOfColumn(text string, names []string) (label int, ok bool, err error) {
	if i := slices.Index(names, text); i >= 0 {
		return int(ClassValue(len(names), i)), true, nil
	}
	number, name, named := strings.Cut(text, "_")
	label, err = strconv.Atoi(number)
	if err != nil {
		return 0, false, nil
	}
	classes := &Classes{Names: names}
	if known := classes.Name(int16(label)); !named || names == nil || known == name {
		return label, true, nil
	}
	if err := (&labelConvention{names: names}).beside(int16(label), name); err != nil {
		return 0, false, err
	}
	return 0, false, fmt.Errorf("label %d is not called %q; the classes are %s", label, name, classes)
}

// arranged checks that columns are those of all classes, and orders them.
func arranged(prefix string, found []probabilityColumn, names []string) (classColumns, error) {
	slices.SortStableFunc(found, func(a, b probabilityColumn) int { return cmp.Compare(a.label, b.label) })
	columns := classColumns{prefix: prefix}
	for i, c := range found {
		if i > 0 && found[i-1].label == c.label {
			return columns, fmt.Errorf("columns %s and %s are about the same class", found[i-1].name, c.name)
		}
		columns.at, columns.values = append(columns.at, c.at), append(columns.values, i)
	}
	first, last := found[0].label, found[len(found)-1].label
	switch k := len(found); {
	case k == 1 && first == 1 && (names == nil || len(names) == 2):
		columns.values = []int{1}
	case k == 2 && first == -1 && last == 1:
	case k == 1 && first == -1:
		return columns, fmt.Errorf("column %s is that of the first of two classes; that of the second is wanted, or both", found[0].name)
	case k == 2 && first == 1 && last == 2 && len(names) <= 2:
		return columns, fmt.Errorf("columns %s and %s: of two classes the labels are -1 and 1, and %s would be the second", found[0].name, found[1].name, found[0].name)
	case first < 1 || k < 3 && names == nil:
		return columns, fmt.Errorf("columns %s to %s: of two classes the labels are -1 and 1, and of more they count from 1", found[0].name, found[k-1].name)
	case len(names) > 0 && last > len(names):
		return columns, fmt.Errorf("column %s is of no class; the classes are %s", found[k-1].name, &Classes{Names: names})
	default:
		for label := 1; label <= max(last, len(names)); label++ {
			if label > k || found[label-1].label != label {
				return columns, fmt.Errorf("no column for label %d beside %s", label, found[0].name)
			}
		}
	}
	return columns, nil
}
