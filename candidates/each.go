package candidates

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"workbench/session"
)

// ErrChanged says that another program added or deleted candidates among those
// that were visited already.
var ErrChanged = errors.New("another program changed the candidates while they were read; start again")

// Each reads the candidates that q selects, by ascending id, and calls visit
// for one batch of them after the other, with their arguments down to
// sentences and documents: a few queries per batch, never one per candidate.
// visit may keep the batch. A split without candidates is an error that lists
// the splits that have some ([ErrNoSplit]), but a page behind the last one is
// none; an id that does not exist is [ErrNoCandidate].
//
// A few batches are read ahead, several at a time. All is read from one state of
// the file if visit keeps up. If not, the transaction ends, so that other
// programs can write while visit works, and another one goes on behind the last
// id; what has changed until then is read as it is. The candidates visited are
// still those that the file has at last, or Each fails with [ErrChanged].
func Each(ctx context.Context, s *session.Session, q Query, visit func(batch []Candidate) error) error {
	readers := min(runtime.GOMAXPROCS(0), mostReaders)
	r := &reader{
		session: s, rows: newRows(s, q), readers: readers,
		order: make(chan *reading, readers+1), room: make(chan struct{}, readers+1), stop: make(chan struct{}),
	}
	var failed error // to be read when order is closed
	var working sync.WaitGroup
	defer working.Wait()
	defer close(r.stop)
	working.Go(func() {
		defer close(r.order)
		failed = r.run(ctx)
	})
	for x := range r.order {
		<-x.done
		<-r.room
		if x.err != nil {
			return x.err
		}
		if err := visit(x.batch); err != nil {
			return err
		}
	}
	if failed == nil && q.IDs == nil && q.After == 0 && r.rows.found == 0 {
		return q.none(ctx, s)
	}
	return failed
}

// mostReaders is how many connections read at the same time: beyond it other
// work on the candidates takes the processors.
const mostReaders = 8

// patience is how long a transaction waits for the visitor, all together: long
// enough that beginning anew costs nothing beside it, and short for whoever
// waits to write.
const patience = 250 * time.Millisecond

// reader reads batches ahead of the visitor.
type reader struct {
	session *session.Session
	rows    *rows
	readers int
	order   chan *reading // the batches, in order
	room    chan struct{} // has one for each batch that is not visited yet
	stop    chan struct{} // closed when nobody visits any more
}

// reading is a batch whose arguments are being read.
type reading struct {
	batch []Candidate
	err   error
	done  chan struct{}
}

func (x *reading) fill(l *loader) {
	x.err = l.fill(x.batch)
	close(x.done)
}

// run reads all, in as many transactions as it takes. Between them it waits
// until the visitor wants more.
func (r *reader) run(ctx context.Context) error {
	for !r.rows.over {
		select {
		case r.room <- struct{}{}:
		case <-r.stop:
			return nil
		}
		if err := r.session.Scan(ctx, r.read); err != nil {
			return err
		}
	}
	return nil
}

// read goes on in one transaction, until all is read or the visitor lets it
// wait. There is room for one batch.
func (r *reader) read(sc *session.Scanner) error {
	if err := r.rows.open(sc); err != nil {
		return err
	}
	defer r.rows.cur.Close()
	batch, err := r.rows.next()
	if err != nil {
		return err
	}
	if len(batch) < batchSize {
		r.rows.add(batch)
		if err := r.rows.finish(sc); err != nil {
			return err
		}
		if len(batch) == 0 {
			<-r.room
			return nil
		}
		r.hand(batch).fill(newLoader(r.session, sc))
		return nil
	}
	others, done, err := sc.Beside(r.readers)
	if err != nil {
		return err
	}
	defer done()
	if len(others) < 2 {
		l := newLoader(r.session, sc)
		return r.each(sc, batch, func(x *reading) { x.fill(l) })
	}
	todo := make(chan *reading)
	var working sync.WaitGroup
	defer working.Wait()
	defer close(todo)
	for _, other := range others {
		working.Go(func() {
			l := newLoader(r.session, other)
			for x := range todo {
				x.fill(l)
			}
		})
	}
	return r.each(sc, batch, func(x *reading) { todo <- x })
}

// each hands over this batch and those that follow, to be filled.
func (r *reader) each(sc *session.Scanner, batch []Candidate, fill func(*reading)) error {
	left := patience
	for {
		r.rows.add(batch)
		fill(r.hand(batch))
		var err error
		if batch, err = r.rows.next(); err != nil {
			return err
		}
		if len(batch) == 0 {
			return r.rows.finish(sc)
		}
		if !r.wait(&left) {
			return nil // these rows are read again
		}
	}
}

// hand puts a batch in order. There is room for it.
func (r *reader) hand(batch []Candidate) *reading {
	x := &reading{batch: batch, done: make(chan struct{})}
	r.order <- x
	return x
}

// wait waits for room as long as there is time left, and takes off how long
// that was.
func (r *reader) wait(left *time.Duration) bool {
	select {
	case r.room <- struct{}{}:
		return true
	default:
	}
	began := time.Now()
	over := time.NewTimer(*left)
	defer over.Stop()
	select {
	case r.room <- struct{}{}:
		*left -= time.Since(began)
		return true
	case <-over.C:
	case <-r.stop:
	}
	return false
}
