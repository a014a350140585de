package candidates

import (
	"fmt"
	"slices"

	"workbench/session"
)

// rows are the rows of the candidate table that a query selects. They are read
// in parts, each in a transaction.
type rows struct {
	session *session.Session
	query   Query
	missing missing
	found   int
	parts   int
	over    bool

	cur  *session.Cursor // of this part
	ids  []int64         // that this part looks for, if the query has ids
	last *int64          // this part begins behind it; nil of the first one
}

func newRows(s *session.Session, q Query) *rows {
	return &rows{session: s, query: q, missing: newMissing(q), ids: q.IDs}
}

// partIDs is how many ids a part looks for, except the first one: each of them
// may be over after a batch.
const partIDs = 64 * batchSize

// open begins the next part.
func (r *rows) open(sc *session.Scanner) (err error) {
	q := r.query
	if r.parts++; r.parts > 1 && q.IDs != nil {
		r.ids = slices.DeleteFunc(slices.Clone(q.IDs), func(id int64) bool { return id <= *r.last })
		slices.Sort(r.ids)
		r.ids = r.ids[:min(len(r.ids), partIDs)]
		q.IDs = r.ids
	}
	if q.Limit > 0 {
		q.Limit -= r.found
	}
	where, args := q.where(r.last, nil)
	query := "SELECT id, type, split FROM candidate" + where + " ORDER BY id"
	if q.Limit > 0 {
		query, args = query+" LIMIT ?", append(args, q.Limit)
	}
	r.cur, err = sc.Query(query, args...)
	return err
}

// next returns the next candidates, without their arguments; none at the end of
// the part.
func (r *rows) next() ([]Candidate, error) {
	var batch []Candidate
	for len(batch) < batchSize {
		if !r.cur.Next() {
			return batch, r.cur.Close()
		}
		if batch == nil {
			batch = make([]Candidate, 0, batchSize)
		}
		batch = append(batch, Candidate{ID: r.cur.Int64(0), Type: r.cur.Text(1), Split: int(r.cur.Int64(2))})
	}
	return batch, nil
}

// add counts a batch as found: the next part begins behind it.
func (r *rows) add(batch []Candidate) {
	for i := range batch {
		r.missing.found(batch[i].ID)
	}
	if r.found += len(batch); len(batch) > 0 {
		last := batch[len(batch)-1].ID // of a copy, for the batch is the visitor's
		r.last = &last
	}
}

// finish ends a part of which all was found. At the end of all it says what is
// missing, or has changed since an earlier part.
func (r *rows) finish(sc *session.Scanner) error {
	limited := r.query.Limit > 0 && r.found == r.query.Limit
	if r.parts > 1 && len(r.ids) == partIDs && !limited {
		r.last = &r.ids[partIDs-1]
		return nil
	}
	r.over = true
	if err := r.missing.error(r.session, r.query); err != nil || r.parts == 1 || r.last == nil {
		return err
	}
	where, args := r.query.where(nil, r.last)
	return sc.Each(func(cur *session.Cursor) error {
		if cur.Int64(0) != int64(r.found) {
			return fmt.Errorf("%s: %w", r.session.Path(), ErrChanged)
		}
		return nil
	}, "SELECT count(*) FROM candidate"+where, args...)
}
