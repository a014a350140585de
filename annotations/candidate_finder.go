package annotations

import (
	"fmt"
	"slices"

	"workbench/candidates"
	"workbench/session"
)

// candidateFinder finds the candidates that rows name, all of a batch together.
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

// add notes which candidate a row of the batch names, place in the batch: by its
// id, or by the stable ids of the class's arguments.
func (f *candidateFinder) add(id int64, stableIDs []string, place int) {
	ask := askedCandidate{row: place}
	if f.class == nil {
		ask.id = id
	}
	if n := len(f.asked); n > 0 {
		last := &f.asked[n-1]
		if f.class == nil && last.id == id || f.class != nil && slices.Equal(last.stableIDs, stableIDs) {
			return
		}
	}
	if f.class != nil {
		ask.stableIDs = slices.Clone(stableIDs)
	}
	f.asked = append(f.asked, ask)
}

// find fills in the candidates of the batch's rows.
func (f *candidateFinder) find(rows []importRow) (*mistake, error) {
	wrong, err := f.lookUp(rows)
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
func (f *candidateFinder) lookUp(rows []importRow) (*mistake, error) {
	if len(f.asked) == 0 {
		return nil, nil
	}
	if f.class != nil {
		return f.lookUpStable(rows)
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
	return &mistake{ask.row, rows[ask.row].at.Wrap(fmt.Errorf("%s: %w", what, candidates.ErrNoCandidate))}, nil
}

func (f *candidateFinder) lookUpStable(rows []importRow) (*mistake, error) {
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
		return &mistake{ask.row, rows[ask.row].at.Wrap(fmt.Errorf("%s of %q: %w", f.class.Table, ask.stableIDs, err))}, nil
	}
	return nil, nil
}
