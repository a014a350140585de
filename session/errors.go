package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
)

// The kinds of failure that a caller may want to tell apart with [errors.Is].
var (
	ErrNotFound     = errors.New("no such database")
	ErrIsDirectory  = errors.New("is a directory, not a database")
	ErrEmpty        = errors.New("is empty (0 bytes), not a Snorkel database")
	ErrNotSQLite    = errors.New("is not an SQLite database")
	ErrNotSnorkel   = errors.New("is not a Snorkel database")
	ErrShape        = errors.New("has a table that is not as Snorkel makes it")
	ErrSnorkel04    = errors.New("was written by Snorkel 0.4, whose tables are another model")
	ErrNotEmpty     = errors.New("is not an empty database")
	ErrExists       = errors.New("exists already")
	ErrModelExists  = fmt.Errorf("%w", ErrExists) // a model, not a file
	ErrReadOnly     = errors.New("is open for reading only")
	ErrLocked       = errors.New("is locked by another program")
	ErrHotJournal   = errors.New("has a hot journal: a program was killed while it wrote")
	ErrCorrupt      = errors.New("is corrupt")
	ErrTooLarge     = errors.New("has or makes a value that is too large")
	ErrFull         = errors.New("cannot grow: the disk is full")
	ErrCannotOpen   = errors.New("cannot be opened")
	ErrIO           = errors.New("cannot be read or written")
	ErrNoBackup     = errors.New("cannot be backed up")
	ErrConflict     = errors.New("was changed by another program at the same time")
	ErrUnreachable  = errors.New("cannot be reached")
	ErrDenied       = errors.New("denies access")
	ErrDisconnected = errors.New("lost the connection")
	ErrNotReadOnly  = errors.New("only queries that read are allowed")
)

// Error is a failure of the database at Path. Kind is one of the Err
// values of this package, Hint says in a few words what to do next, and Err,
// if any, is what the database or the system said.
type Error struct {
	Path string
	Kind error
	Hint string
	Err  error
}

// Error puts path, kind, cause and hint on one line.
func (e *Error) Error() string {
	msg := e.Path + ": " + e.Kind.Error()
	if e.Err != nil {
		msg += " (" + e.Err.Error() + ")"
	}
	if e.Hint != "" {
		msg += "; " + e.Hint
	}
	return msg
}

// Unwrap makes both the kind and the cause visible to [errors.Is] and
// [errors.As].
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// Primary SQLite result codes, and the extended ones that need words of their
// own. https://www.sqlite.org/rescode.html
const (
	sqliteBusy              = 5
	sqliteReadOnly          = 8
	sqliteInterrupt         = 9
	sqliteIOErr             = 10
	sqliteCorrupt           = 11
	sqliteFull              = 13
	sqliteCantOpen          = 14
	sqliteTooBig            = 18
	sqliteNotADB            = 26
	sqliteReadOnlyRollback  = 776
	sqliteReadOnlyDirectory = 1544
)

// corruptHint helps whose file is damaged.
const corruptHint = "restore a copy, or salvage it with: sqlite3 FILE .recover"

// coder is what the driver's errors and our own cursor's have in common.
type coder interface {
	error
	Code() int
}

// wrap gives an error that came out of the database a kind and a hint. Other errors,
// and errors that were wrapped before, pass unchanged.
func (s *Session) wrap(ctx context.Context, err error) error { return s.backend.wrap(ctx, err) }

// wrap goes by SQLite's result codes.
func (s sqliteFile) wrap(ctx context.Context, err error) error {
	var c coder
	var done *Error
	if err == nil || errors.As(err, &done) || !errors.As(err, &c) {
		return err
	}
	e := &Error{Path: s.path}
	switch code := c.Code(); {
	case code == sqliteReadOnlyRollback:
		e.Kind = ErrHotJournal
		e.Hint = "copy the file and its -journal, then open it once for writing (sqlite3 FILE .tables) to roll back the unfinished write"
	case code == sqliteReadOnlyDirectory:
		e.Kind, e.Err = ErrCannotOpen, err
		e.Hint = "its directory cannot be written, which writing needs and in WAL mode reading too"
	case code&0xff == sqliteBusy:
		e.Kind = ErrLocked
		e.Hint = fmt.Sprintf("waited %s; close the other program", s.busyTimeout)
	case code&0xff == sqliteCorrupt:
		e.Kind, e.Err = ErrCorrupt, err
		e.Hint = corruptHint
	case code&0xff == sqliteNotADB:
		e.Kind = ErrNotSQLite
		e.Hint = "the file is damaged, encrypted or something else"
	case code&0xff == sqliteFull:
		e.Kind = ErrFull
		e.Hint = "nothing was changed; free some space and repeat the command"
	case code&0xff == sqliteTooBig:
		e.Kind = ErrTooLarge
		e.Hint = tooLargeHint()
	case code&0xff == sqliteReadOnly:
		e.Kind, e.Err = ErrReadOnly, err
	case code&0xff == sqliteCantOpen:
		e.Kind, e.Err = ErrCannotOpen, err
		e.Hint = "check the permissions of the file and of its directory"
	case code&0xff == sqliteIOErr:
		e.Kind, e.Err = ErrIO, err
		e.Hint = "the disk reports an error, or a limit on file sizes or a quota is reached"
	case code&0xff == sqliteInterrupt && ctx.Err() != nil:
		return ctx.Err()
	default:
		return fmt.Errorf("%s: %w", s.path, err)
	}
	return e
}

func tooLargeHint() string {
	return fmt.Sprintf("a text or blob may have %d MiB, in the result of a query %d", longestValue>>20, longestAnswer>>20)
}

// statError words the failures of looking at a file before opening it.
func statError(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &Error{Path: path, Kind: ErrNotFound}
	}
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return &Error{Path: path, Kind: ErrCannotOpen, Err: err}
}
