package candidates

import (
	"context"
	"runtime"
	"sync"

	"workbench/session"
)

// Each reads the candidates that q selects, by ascending id, and calls visit
// for one batch of them after the other, with their arguments down to
// sentences and documents: a few queries per batch, never one per candidate.
// visit may keep the batch. A split without candidates is an error that lists
// the splits that have some ([ErrNoSplit]), but a page behind the last one is
// none; an id that does not exist is [ErrNoCandidate]. All is read from one state of the file, several batches
// at a time where there are several.
func Each(ctx context.Context, s *session.Session, q Query, visit func(batch []Candidate) error) error {
	found := 0
	err := s.Scan(ctx, func(sc *session.Scanner) error {
		rows, err := newRows(sc, q)
		if err != nil {
			return err
		}
		defer rows.cur.Close()
		batch, err := rows.next()
		if err != nil {
			return err
		}
		if found = len(batch); found < batchSize {
			if err := rows.missing.error(s, q); err != nil {
				return err
			}
			return readAlone(newLoader(s, sc), batch, rows, visit)
		}
		others, done, err := sc.Beside(min(runtime.GOMAXPROCS(0), mostReaders))
		if err != nil {
			return err
		}
		defer done()
		if len(others) < 2 {
			err = readAlone(newLoader(s, sc), batch, rows, visit)
		} else {
			err = readTogether(s, others, batch, rows, visit)
		}
		if err == nil {
			err = rows.missing.error(s, q)
		}
		return err
	})
	if err == nil && q.IDs == nil && q.After == 0 && found == 0 {
		return q.none(ctx, s)
	}
	return err
}

// mostReaders is how many connections read at the same time: beyond it other
// work on the candidates takes the processors.
const mostReaders = 8

// rows are the rows of the candidate table that a query selects.
type rows struct {
	cur     *session.Cursor
	missing missing
}

func newRows(sc *session.Scanner, q Query) (*rows, error) {
	query, args := q.sql()
	cur, err := sc.Query(query, args...)
	return &rows{cur, newMissing(q)}, err
}

// next returns the next candidates, without their arguments; none at the end.
func (r *rows) next() ([]Candidate, error) {
	var batch []Candidate
	for len(batch) < batchSize {
		if !r.cur.Next() {
			return batch, r.cur.Close()
		}
		if batch == nil {
			batch = make([]Candidate, 0, batchSize)
		}
		id := r.cur.Int64(0)
		batch = append(batch, Candidate{ID: id, Type: r.cur.Text(1), Split: int(r.cur.Int64(2))})
		r.missing.found(id)
	}
	return batch, nil
}

// readAlone reads one batch after the other.
func readAlone(l *loader, batch []Candidate, r *rows, visit func([]Candidate) error) error {
	for len(batch) > 0 {
		if err := l.fill(batch); err != nil {
			return err
		}
		if err := visit(batch); err != nil {
			return err
		}
		var err error
		if batch, err = r.next(); err != nil {
			return err
		}
	}
	return nil
}

// reading is a batch whose arguments are being read.
type reading struct {
	batch []Candidate
	err   error
	done  chan struct{}
}

// readTogether reads as many batches at a time as there are connections, and
// visits them in order. A batch more than those waits to be visited.
func readTogether(s *session.Session, others []*session.Scanner, batch []Candidate, r *rows, visit func([]Candidate) error) error {
	todo := make(chan *reading)
	order := make(chan *reading, len(others))
	stop := make(chan struct{})
	var working sync.WaitGroup
	defer working.Wait()
	defer close(stop)
	for _, sc := range others {
		working.Go(func() {
			l := newLoader(s, sc)
			for x := range todo {
				x.err = l.fill(x.batch)
				close(x.done)
			}
		})
	}
	var failed error // why there are no more rows; to be read when order is closed
	working.Go(func() {
		defer close(order)
		defer close(todo)
		for len(batch) > 0 {
			x := &reading{batch: batch, done: make(chan struct{})}
			select {
			case order <- x:
			case <-stop:
				return
			}
			select {
			case todo <- x:
			case <-stop:
				return
			}
			if batch, failed = r.next(); failed != nil {
				return
			}
		}
	})
	for x := range order {
		<-x.done
		if x.err != nil {
			return x.err
		}
		if err := visit(x.batch); err != nil {
			return err
		}
	}
	return failed
}
