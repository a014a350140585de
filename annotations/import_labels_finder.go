package annotations

import (
	"fmt"
	"slices"
	"strings"

	"workbench/candidates"
	"workbench/session"
)

// candidateFinder finds the candidates that rows of a table name, all of a
// batch together.
type candidateFinder struct {
	tx    *session.Tx
	class *candidates.Subclass // nil: the rows have ids
	typ   string               // only candidates of this type, if set
	asked []askedCandidate
}

// askedCandidate is what a row says; those after it that say the same are not
// asked again.
type askedCandidate struct {
	row       int
	id        int64
	stableIDs []string // of the arguments
}

// add notes which candidate a row of the batch names.
func (f *candidateFinder) add(t *labelTable, fields []string, row int) error {
	ask := askedCandidate{row: row}
	if f.class == nil {
		text := fields[t.refs[0]]
		id, err := wholeNumber(strings.TrimSpace(text))
		if err != nil {
			return t.errorf(t.line, "column %s: %q is no candidate id", columnCandidate, text)
		}
		ask.id = id
	}
	if f.class != nil {
		for _, i := range t.refs {
			if err := t.checkText(i, fields[i]); err != nil {
				return err
			}
			ask.stableIDs = append(ask.stableIDs, fields[i])
		}
	}
	if n := len(f.asked); n > 0 && f.asked[n-1].id == ask.id && slices.Equal(f.asked[n-1].stableIDs, ask.stableIDs) {
		return nil
	}
	f.asked = append(f.asked, ask)
	return nil
}

// find fills in the candidates of the batch's rows.
func (f *candidateFinder) find(t *labelTable, rows []importRow) (*mistake, error) {
	wrong, err := f.lookUp(t, rows)
	for i, ask := range f.asked {
		end := len(rows)
		if i+1 < len(f.asked) {
			end = f.asked[i+1].row
		}
		for r := ask.row; r < end; r++ {
			rows[r].candidate = ask.id
		}
	}
	f.asked = f.asked[:0]
	return wrong, err
}

// lookUp finds the ids of what was asked for, and the first that has none.
func (f *candidateFinder) lookUp(t *labelTable, rows []importRow) (*mistake, error) {
	if len(f.asked) == 0 {
		return nil, nil
	}
	if f.class != nil {
		return f.lookUpStable(t, rows)
	}
	ids := make([]int64, len(f.asked))
	for i, ask := range f.asked {
		ids[i] = ask.id
	}
	var missing *int64
	query, args := missingCandidate(ids, f.typ)
	if _, err := f.tx.Get(&missing, query, args...); err != nil || missing == nil {
		return nil, err
	}
	ask := f.asked[*missing]
	what := fmt.Sprintf("candidate %d", ask.id)
	if f.typ != "" {
		what += " of type " + f.typ
	}
	return &mistake{ask.row, t.errorf(rows[ask.row].line, "%s: %w", what, candidates.ErrNoCandidate)}, nil
}

func (f *candidateFinder) lookUpStable(t *labelTable, rows []importRow) (*mistake, error) {
	stableIDs := make([][]string, len(f.asked))
	for i, ask := range f.asked {
		stableIDs[i] = ask.stableIDs
	}
	found, err := f.class.Find(f.tx, stableIDs)
	if err != nil {
		return nil, err
	}
	for i, candidate := range found {
		ask := &f.asked[i]
		ask.id = candidate.ID
		switch {
		case candidate.ID == 0:
			err = candidates.ErrNoCandidate
		case candidate.Others > 0:
			err = fmt.Errorf("%d candidates have these arguments; name them in a column %s", candidate.Others+1, columnCandidate)
		default:
			continue
		}
		return &mistake{ask.row, t.errorf(rows[ask.row].line, "%s of %q: %w", f.class.Table, ask.stableIDs, err)}, nil
	}
	return nil, nil
}
