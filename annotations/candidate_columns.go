package annotations

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"workbench/candidates"
)

// The columns that mean something by their name.
const (
	columnCandidate = "candidate_id"
	columnStableID  = "stable_id" // of a candidate's only argument
	columnText      = "id"        // the same, as in an imported table of raw texts
)

// candidateColumns are the columns of a table that name the candidate of a row.
type candidateColumns struct {
	header []string
	class  *candidates.Subclass // nil: a column of candidate ids
	refs   []int
}

// findCandidateColumns finds a column of ids, or one for each argument of the only
// class that has them all.
func findCandidateColumns(header []string, classes []*candidates.Subclass) (candidateColumns, error) {
	c := candidateColumns{header: header}
	if i := slices.Index(header, columnCandidate); i >= 0 {
		c.refs = []int{i}
		return c, nil
	}
	var found, wanted []string
	for _, class := range classes {
		wanted = append(wanted, fmt.Sprintf("%s (%s)", class.Table, strings.Join(class.Args, ", ")))
		if refs := argumentColumns(header, class); refs != nil {
			found = append(found, class.Table)
			c.refs, c.class = refs, class
		}
	}
	switch {
	case wanted == nil:
		return c, fmt.Errorf("no column %s, and the database has no candidate class whose arguments could name the candidates", columnCandidate)
	case found == nil:
		return c, fmt.Errorf("no column %s, nor one for each argument of a candidate class: %s", columnCandidate, strings.Join(wanted, "; "))
	case len(found) > 1:
		return c, fmt.Errorf("the columns are %w: %s", ErrSeveralClasses, strings.Join(found, ", "))
	}
	return c, nil
}

// argumentColumns returns the column of each argument of a class, or nil. Where
// ARG_stable_id is there, as in what was exported, ARG is a text.
func argumentColumns(header []string, class *candidates.Subclass) []int {
	var refs []int
	for _, arg := range class.Args {
		names := []string{arg + "_" + columnStableID, arg}
		if len(class.Args) == 1 {
			names = append(names, columnStableID, columnText)
		}
		i := -1
		for _, name := range names {
			if i < 0 {
				i = slices.Index(header, name)
			}
		}
		if i < 0 {
			return nil
		}
		refs = append(refs, i)
	}
	return refs
}

// read returns what a row names: an id, or stable ids, which take the place of
// those in room.
func (c *candidateColumns) read(fields []string, room []string) (id int64, stableIDs []string, err error) {
	if c.class == nil {
		text := fields[c.refs[0]]
		if id, err = wholeNumber(strings.TrimSpace(text)); err != nil {
			return 0, nil, fmt.Errorf("column %s: %q is no candidate id", columnCandidate, text)
		}
		return id, nil, nil
	}
	stableIDs = room[:0]
	for _, i := range c.refs {
		if fields[i] == "" {
			return 0, room, errors.New("column " + c.header[i] + " is empty")
		}
		stableIDs = append(stableIDs, fields[i])
	}
	return 0, stableIDs, nil
}
