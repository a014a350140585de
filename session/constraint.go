package session

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// SQLite's result codes for a row that a table refuses. The extended ones have
// the primary one in their low byte. https://www.sqlite.org/rescode.html
const (
	sqliteConstraint           = 19
	sqliteConstraintPrimaryKey = 1555
	sqliteConstraintUnique     = 2067
	sqliteConstraintRowID      = 2579
)

// Refused reports whether err says that a table refused a row, which breaks
// one of its constraints or has a value that its column cannot hold.
func Refused(err error) bool {
	if said, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(said.Code, pgConstraintClass) || strings.HasPrefix(said.Code, pgDataClass) || said.Code == pgRaised
	}
	var c coder
	return errors.As(err, &c) && c.Code()&0xff == sqliteConstraint
}

// Duplicate reports whether err says that a table refused a row because it has
// one with the same key.
func Duplicate(err error) bool {
	if said, ok := errors.AsType[*pgconn.PgError](err); ok {
		return said.Code == pgDuplicate
	}
	var c coder
	if !errors.As(err, &c) {
		return false
	}
	switch c.Code() {
	case sqliteConstraintPrimaryKey, sqliteConstraintUnique, sqliteConstraintRowID:
		return true
	}
	return false
}
