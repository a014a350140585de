package session

import (
	"context"
	"database/sql/driver"
	"os"
	"sync"

	"github.com/jmoiron/sqlx"
)

// Watch makes [Session.Changed] tell what others write from what the session itself
// writes: [Session.Update] keeps to one connection.
func Watch() Option { return func(s *Session) { s.watched = &watched{turn: make(chan struct{}, 1)} } }

// watched is the connection of a session that watches for changes.
type watched struct {
	turn chan struct{} // has one while the connection is in use
	conn *sqlx.Conn    // nil until it is needed
	file os.FileInfo   // that it has open

	mu    sync.Mutex
	known bool
	state string // of the database when it was last looked at
}

// Changed reports whether another program, or another session, has changed the
// database since the last call; the first one is true. What the session itself wrote
// does not count in a file, if it was opened with [Watch]; a PostgreSQL server does not
// tell whose a change is, nor in which of its databases. While the session writes nothing
// is looked at, and Changed is false. It is true when another file has taken the place of
// the database, which the session reads and writes from then on. It reads next to nothing.
func (s *Session) Changed(ctx context.Context) (bool, error) {
	w := s.watched
	if w == nil {
		return true, nil
	}
	select {
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	default:
		return false, nil
	}
	state, err := s.backend.state(ctx)
	if err != nil {
		return false, s.wrap(ctx, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	changed := !w.known || state != w.state
	w.known, w.state = true, state
	return changed, nil
}

// writer is the connection that [Session.Update] writes with, to be released.
func (s *Session) writer(ctx context.Context) (conn *sqlx.Conn, release func(), err error) {
	w := s.watched
	if w == nil {
		conn, err = s.conn(ctx)
		if err != nil {
			return nil, nil, err
		}
		return conn, func() { conn.Close() }, nil // it goes back to the pool
	}
	select {
	case w.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	release = func() { <-w.turn }
	if conn, err = s.watchedConn(ctx); err != nil {
		release()
		return nil, nil, err
	}
	return conn, release, nil
}

// watchedConn opens the connection when it is first needed, and anew when another file
// has taken the place of the one that it has open. The caller has its turn.
func (s *Session) watchedConn(ctx context.Context) (conn *sqlx.Conn, err error) {
	w := s.watched
	file, err := os.Stat(s.path)
	if err != nil {
		return nil, statError(s.path, err)
	}
	if w.conn != nil && !os.SameFile(file, w.file) {
		w.discard()
		s.db.SetMaxIdleConns(0) // which have the old one open
		s.db.SetMaxIdleConns(usualIdle)
		w.mu.Lock()
		w.known = false
		w.mu.Unlock()
	}
	if w.conn == nil {
		w.conn, err = s.conn(ctx)
		w.file = file
	}
	return w.conn, err
}

// discard ends the connection, instead of putting it back into the pool.
func (w *watched) discard() {
	w.conn.Raw(func(any) error { return driver.ErrBadConn })
	w.conn.Close()
	w.conn = nil
}

// close ends the connection when its turn is over.
func (w *watched) close() {
	if w == nil {
		return
	}
	w.turn <- struct{}{}
	defer func() { <-w.turn }()
	if w.conn != nil {
		w.conn.Close()
		w.conn = nil
	}
}

// usualIdle is how many connections of the pool wait for their next use, as database/sql
// has it.
const usualIdle = 2
