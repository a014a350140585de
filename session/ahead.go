package session

import "errors"

// ahead is the way of rows from the goroutine that reads them to that of many and one,
// so that two processors share the work.
type ahead struct {
	rows  chan passing
	back  chan Batch    // what many does not need any more
	taken chan struct{} // one had its row
	over  chan struct{} // closed when no more rows are wanted
}

// passing is some rows for many, or the row of a cursor for one.
type passing struct {
	Batch
	cursor *Cursor
}

// errOver ends reading when no more rows are wanted.
var errOver = errors.New("no more rows are wanted")

// readAhead runs read in a goroutine of its own, and here many and one with the rows
// that it passes on. It ends with the error of many or one, or else with that of read;
// then read has ended too, also if many or one panics.
func (t *tableReader) readAhead(read func() error) error {
	const most = 3 // batches on the way
	a := &ahead{make(chan passing, most), make(chan Batch, most), make(chan struct{}), make(chan struct{})}
	for range most {
		a.back <- newBatch(t.columns, manyRows, &Batch{})
	}
	t.ahead, t.waiting = a, newBatch(t.columns, manyRows, &Batch{})
	var ended error
	go func() {
		defer close(a.rows)
		ended = read()
	}()
	defer func() {
		close(a.over)
		for range a.rows {
		}
		t.ahead = nil
	}()
	for r := range a.rows {
		if err := t.take(r); err != nil {
			return err
		}
	}
	return ended
}

// take gives rows to many or to one.
func (t *tableReader) take(r passing) error {
	if err := t.ctx.Err(); err != nil {
		return err
	}
	if r.cursor != nil {
		err := t.one(r.cursor)
		t.ahead.taken <- struct{}{}
		return err
	}
	err := t.many(&r.Batch)
	t.ahead.back <- r.Batch
	return err
}

// pass passes on rows for many, and returns where the next ones go.
func (a *ahead) pass(b Batch) (Batch, error) {
	a.rows <- passing{Batch: b}
	select {
	case b := <-a.back:
		return b, nil
	case <-a.over:
		return b, errOver
	}
}

// passOne passes on the row of a cursor, which one has had when it returns.
func (a *ahead) passOne(cur *Cursor) error {
	a.rows <- passing{cursor: cur}
	select {
	case <-a.taken:
		return nil
	case <-a.over:
		return errOver
	}
}
