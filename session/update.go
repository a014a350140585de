package session

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// UpdateOption says how a call of [Session.Update] differs from others; several are
// joined with |.
type UpdateOption uint8

const (
	// Once is for a function that cannot run again, such as one that reads a stream.
	Once UpdateOption = 1 << iota
	// Beside lets others that say the same write at the same time, where the database
	// can do that: PostgreSQL. Those that do not still write alone. No two may write the
	// same rows, or rows whose ids are handed out.
	Beside
)

// Update runs write in one transaction and commits it if write returns nil;
// otherwise, or when the process dies, nothing of it remains. One transaction writes
// at a time: others wait until it ends, or as long as [BusyTimeout] says. A session
// that was not opened with [Writable] fails with [ErrReadOnly].
//
// With PostgreSQL programs other than workbench may write at the same time. Where
// one changes the same rows, the transaction is undone and write runs again, so it
// must not build on what it left behind the first time; with [Once], or after some
// times, it is [ErrConflict].
func (s *Session) Update(ctx context.Context, write func(tx *Tx) error, options ...UpdateOption) error {
	if !s.writable {
		return &Error{Path: s.path, Kind: ErrReadOnly}
	}
	how := UpdateOption(0)
	for _, o := range options {
		how |= o
	}
	for n := 1; ; n++ {
		err := s.update(ctx, write, how)
		if !errors.Is(err, ErrConflict) || how&Once != 0 || n == mostAttempts {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(n+rand.IntN(n)) * betweenAttempts):
		}
	}
}

// How often a transaction is tried that others spoil, and how long to wait after the
// first time.
const (
	mostAttempts    = 6
	betweenAttempts = 20 * time.Millisecond
)

func (s *Session) update(ctx context.Context, write func(tx *Tx) error, how UpdateOption) error {
	t, err := s.backend.beginUpdate(ctx, how)
	if err != nil {
		return s.wrap(ctx, err)
	}
	return s.run(ctx, t, write)
}

// run runs write in a transaction that has begun, and ends it.
func (s *Session) run(ctx context.Context, t *Tx, write func(tx *Tx) error) error {
	failed := errors.New("a panic") // which must not keep the lock
	defer func() { t.writing.end(failed) }()
	if failed = write(t); failed == nil {
		failed = t.writing.commit(t)
	}
	return s.wrap(ctx, failed)
}
