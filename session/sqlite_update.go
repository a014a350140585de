package session

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/jmoiron/sqlx"
)

// sqliteWriting is a transaction that writes a file of SQLite's.
type sqliteWriting struct {
	session *Session
	tx      *sqlx.Tx
	release func() // of the connection
	unwatch func()
	guard   *guard       // on what statements would do besides, or nil
	before  func() error // what to do before the first change, or nil
	feed    *feed        // of rows that wait, or nil
	fed     bool         // the table of the feed is made
	copied  string       // the backup, if one was made
}

// beginUpdate begins IMMEDIATE.
func (f sqliteFile) beginUpdate(ctx context.Context, _ UpdateOption) (*Tx, error) {
	s := f.Session
	// The transaction itself does not watch ctx, its statements do: database/sql
	// would roll back behind our back, and the process could end before that is
	// done and leave a hot journal.
	conn, release, err := s.writer(ctx)
	if err != nil {
		return nil, err
	}
	watched, unwatch, err := s.watch(ctx, conn)
	if err != nil {
		release()
		return nil, err
	}
	tx, err := conn.BeginTxx(context.WithoutCancel(ctx), nil)
	if err != nil {
		unwatch()
		release()
		return nil, err
	}
	t := s.newTx(ctx, tx)
	w := &sqliteWriting{session: s, tx: tx, release: release, unwatch: unwatch}
	if watched != nil {
		if watched.triggers, err = t.triggers(); err != nil {
			w.end(err)
			return nil, err
		}
		w.guard = watched
	}
	if !s.plain {
		w.feed = s.feed
	}
	if s.backedUp != nil && !s.hasBackup.Load() {
		w.before = func() (err error) {
			w.copied, err = s.backup(ctx)
			return err
		}
	}
	t.writing = w
	return t, nil
}

func (w *sqliteWriting) compiled(t *Tx, _ string, failure error) error {
	return w.guard.compiled(t, failure)
}

func (w *sqliteWriting) changing() error {
	before := w.before
	w.before = nil
	if before == nil {
		return nil
	}
	return before()
}

func (w *sqliteWriting) commit(t *Tx) error {
	if err := w.guard.changed(t); err != nil {
		return err
	}
	sc, err := w.session.currentSchema(t, w.session.schema.Load())
	if err != nil {
		return err
	}
	if err := w.tx.Commit(); err != nil {
		return err
	}
	w.session.schema.Store(sc)
	if w.copied != "" {
		w.session.hasBackup.Store(true)
		w.session.backedUp(w.copied)
	}
	return nil
}

func (w *sqliteWriting) end(failure error) {
	if failure != nil {
		w.tx.Rollback() // the error that counts is there
		if w.copied != "" {
			os.Remove(w.copied) // it is the same as the file
		}
		w.session.restore(failure)
	}
	w.unwatch()
	w.release()
}

func (w *sqliteWriting) script(t *Tx, text string) error {
	_, err := t.tx.ExecContext(t.ctx, text)
	return err
}

// expectMany keeps pages of the file in memory, 16 MiB of them instead of 2, because
// stable ids come in any order, and their index would be written again and again. It
// lasts as long as the connection.
func (w *sqliteWriting) expectMany(t *Tx) error {
	return w.script(t, "PRAGMA cache_size = -16384")
}

func (w *sqliteWriting) tempTable(t *Tx, name, columns string) error {
	return w.script(t, "CREATE TEMPORARY TABLE "+Quote(name)+" ("+columns+") WITHOUT ROWID")
}

func (w *sqliteWriting) arrays(string) ([]string, error) { return nil, nil }

func (w *sqliteWriting) insert(t *Tx, table string, columns []string, values []any) (id int64, err error) {
	found, err := t.Get(&id, insertInto(table, columns, 1)+" RETURNING id", values...)
	if err == nil && !found {
		err = fmt.Errorf("table %s took no row", table) // a trigger's doing
	}
	return id, err
}

func (w *sqliteWriting) sequence(t *Tx, table string) (*Sequence, error) {
	return t.newSequence(table)
}

// restore undoes what a transaction wrote that failed for the disk. SQLite does
// not trust its own state then: the transaction's rollback leaves the journal,
// for the next one who opens the file to play back. That is us.
func (s *Session) restore(failure error) {
	var c coder
	if errors.As(failure, &c) && (c.Code()&0xff == sqliteIOErr || c.Code()&0xff == sqliteFull) {
		var tables int // if this fails too, the journal stays for others
		s.db.Get(&tables, "SELECT count(*) FROM sqlite_master")
	}
}

// currentSchema returns known, or the schema read anew if the transaction
// changed it.
func (s *Session) currentSchema(tx *Tx, known *schema) (*schema, error) {
	cookie, err := tx.schemaCookie()
	if err != nil || cookie == known.cookie {
		return known, err
	}
	sc, err := s.readSchema(tx.texts)
	if err == nil {
		sc.cookie = cookie
	}
	return sc, err
}
