package annotations

import (
	"workbench/annotations/matrix"
	"workbench/session"
)

// countMarginals counts the rows that marginals are stored in.
func countMarginals(p *matrix.Marginals) (n int) {
	for i := range p.Candidates {
		for k := 1; k < p.Cardinality; k++ {
			if p.Prob(i, k) > 0 {
				n++
			}
		}
	}
	return n
}

// overwriteMarginals gives stored rows the new probabilities, if deleting them and
// inserting the n new ones would come to the same: a model that was trained again
// has the marginals of the same candidates. When it returns false it may have
// overwritten some of the rows that are to be deleted, and no others.
func overwriteMarginals(tx *session.Tx, p *matrix.Marginals, n int, o SaveOptions) (same bool, err error) {
	first, ok, err := lastMarginals(tx, p, n, o)
	if err != nil || !ok {
		return false, err
	}
	rows := tx.Overwrite("marginal", first, "probability", "candidate_id", "training", "value")
	for i, id := range p.Candidates {
		for k := 1; k < p.Cardinality; k++ {
			if x := p.Prob(i, k); x > 0 {
				if same, err := rows.Add(id, o.Training, k, x); !same {
					return false, notRefused(err)
				}
			}
		}
	}
	same, err = rows.Flush()
	return same, notRefused(err)
}

// notRefused is nil for a row that the table refuses: inserting it says what is
// wrong with it.
func notRefused(err error) error {
	if session.Refused(err) {
		return nil
	}
	return err
}

// lastMarginals returns the id of the first of the last n rows of the table, if
// these may be all that are to be replaced, and would get the same ids again.
func lastMarginals(tx *session.Tx, p *matrix.Marginals, n int, o SaveOptions) (first int64, ok bool, err error) {
	if n == 0 {
		return 0, false, nil
	}
	ok, err = tx.Overwritable("marginal", "id", "candidate_id", "training", "value", "probability")
	if err != nil || !ok {
		return 0, false, err
	}
	var last, before *int64
	if _, err := tx.Get(&last, "SELECT id FROM marginal ORDER BY id DESC LIMIT 1"); err != nil || last == nil {
		return 0, false, err
	}
	first = *last - int64(n) + 1
	if _, err := tx.Get(&before, "SELECT id FROM marginal WHERE id < ? ORDER BY id DESC LIMIT 1", first); err != nil {
		return 0, false, err
	}
	if before == nil && first != 1 || before != nil && *before != first-1 {
		return 0, false, nil
	}
	if before != nil {
		var more bool
		which, args := replacedMarginals(p, o)
		_, err := tx.Get(&more, "SELECT EXISTS (SELECT 1 FROM marginal WHERE id < ? AND "+which+")", append([]any{first}, args...)...)
		if err != nil || more {
			return 0, false, err
		}
	}
	// A row whose candidate is gone could not be inserted.
	var known int
	_, err = tx.Get(&known, "SELECT count(*) FROM marginal AS m JOIN candidate AS c ON c.id = m.candidate_id WHERE m.id >= ?", first)
	return first, known == n, err
}
