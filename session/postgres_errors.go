package session

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// What the server says in SQLSTATE codes.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
const (
	pgReadOnlyTransaction = "25006"
	pgIdleTooLong         = "25P03"
	pgInvalidUser         = "28000"
	pgInvalidPassword     = "28P01"
	pgNoDatabase          = "3D000"
	pgSerialization       = "40001"
	pgDeadlock            = "40P01"
	pgNoRight             = "42501"
	pgTableExists         = "42P07"
	pgDiskFull            = "53100"
	pgTooManyConnections  = "53300"
	pgLockTimeout         = "55P03"
	pgCanceled            = "57014"
	pgAdminShutdown       = "57P01"
	pgCrashShutdown       = "57P02"
	pgCannotConnectNow    = "57P03"
	pgConnectionClass     = "08"
	pgDataClass           = "22" // such as a number that is too large for its column
	pgConstraintClass     = "23"
	pgNotThere            = "23503" // what a foreign key refers to
	pgDuplicate           = "23505"
	pgRaised              = "P0001" // by a trigger
)

// wrap goes by SQLSTATE codes, and by what broke the connection.
func (p *postgres) wrap(ctx context.Context, err error) error {
	_, done := errors.AsType[*Error](err)
	if _, named := errors.AsType[*databaseError](err); err == nil || done || named {
		return err
	}
	if said, ok := errors.AsType[*pgconn.PgError](err); ok {
		return p.wrapSaid(ctx, err, said)
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	if ctx.Err() != nil && (connecting || isBroken(err)) {
		return ctx.Err()
	}
	switch {
	case connecting:
		return &Error{Path: p.session.path, Kind: ErrUnreachable, Err: innermost(err), Hint: "check its host and port, and whether the server runs"}
	case isBroken(err):
		return &Error{Path: p.session.path, Kind: ErrDisconnected, Hint: "nothing was changed; repeat the command"}
	}
	return err
}

// wrapSaid words what the server said as the reason of err.
func (p *postgres) wrapSaid(ctx context.Context, err error, said *pgconn.PgError) error {
	e := &Error{Path: p.session.path, Err: serverError{said}}
	switch code := said.Code; {
	case code == pgCanceled && ctx.Err() != nil:
		return ctx.Err()
	case code == pgInvalidPassword || code == pgInvalidUser:
		e.Kind, e.Hint = ErrDenied, "check the user and the password, in the URL, $PGPASSWORD or ~/.pgpass"
	case code == pgNoRight:
		e.Kind, e.Hint = ErrDenied, "reading needs the right SELECT on the tables"
		if p.session.writable {
			e.Hint = writingNeeds
		}
	case code == pgReadOnlyTransaction && p.session.writable:
		e.Kind, e.Hint = ErrReadOnly, onlyReads
	case code == pgSerialization || code == pgDeadlock:
		e.Kind, e.Hint = ErrConflict, "nothing was changed; repeat the command"
	case code == pgDiskFull:
		e.Kind, e.Hint = ErrFull, "nothing was changed; free some space on the server and repeat the command"
	case code == pgNoDatabase:
		e.Kind = ErrNotFound
	case code == pgLockTimeout:
		e.Kind, e.Err = ErrLocked, nil
		e.Hint = fmt.Sprintf("waited %s; close the other program", p.session.busyTimeout)
	case code == pgReadOnlyTransaction:
		e.Kind = ErrNotReadOnly
	case code == pgTooManyConnections || code == pgCannotConnectNow:
		e.Kind, e.Hint = ErrUnreachable, "try again later"
	case code == pgIdleTooLong || code == pgAdminShutdown || code == pgCrashShutdown || strings.HasPrefix(code, pgConnectionClass):
		e.Kind, e.Hint = ErrDisconnected, "nothing was changed; repeat the command"
	default:
		if err == error(said) {
			err = serverError{said}
		}
		return &databaseError{p.session.path, err}
	}
	return e
}

// databaseError is an error of a database that has no kind of its own.
type databaseError struct {
	path string
	err  error
}

func (e *databaseError) Error() string { return e.path + ": " + e.err.Error() }
func (e *databaseError) Unwrap() error { return e.err }

// What helps whoever may not write.
const (
	onlyReads    = "the server is a standby, or it is set to read only for this database or role"
	writingNeeds = "writing needs the rights SELECT, INSERT, UPDATE and DELETE on the tables, and SELECT and UPDATE on their sequences"
)

// serverError is what the server said, in its words only.
type serverError struct{ *pgconn.PgError }

func (e serverError) Error() string { return e.Message }
func (e serverError) Unwrap() error { return e.PgError }

// inWords is an error in the words of the server, if it said something.
func inWords(err error) error {
	if said, ok := err.(*pgconn.PgError); ok {
		return serverError{said}
	}
	return err
}

// isFull reports that the server admits no more connections.
func isFull(err error) bool {
	said, ok := errors.AsType[*pgconn.PgError](err)
	return ok && said.Code == pgTooManyConnections
}

// isBroken reports that the connection to the server broke.
func isBroken(err error) bool {
	_, isNet := errors.AsType[net.Error](err)
	return isNet || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, driver.ErrBadConn) || pgconn.SafeToRetry(err)
}

// innermost is what stopped a connection, without the addresses that were tried.
func innermost(err error) error {
	if failed, ok := errors.AsType[*net.OpError](err); ok {
		return failed.Err
	}
	for {
		inner := errors.Unwrap(err)
		if many, ok := err.(interface{ Unwrap() []error }); ok && len(many.Unwrap()) > 0 {
			inner = many.Unwrap()[0]
		}
		if inner == nil {
			return err
		}
		err = inner
	}
}
