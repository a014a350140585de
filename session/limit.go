package session

import (
	"context"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// How many bytes a text or blob may have. SQLite allows a thousand million of
// them, of which a small file can be made to give as many as one likes: by a
// generated column, or by a query. What Snorkel stores has some kilobytes; the
// longest that we use is an array of ids.
const (
	longestValue  = 256 << 20
	longestAnswer = 64 << 20 // of a query that a user wrote
)

// conn is a connection of the pool, in which values are bounded.
func (s *Session) conn(ctx context.Context) (*sqlx.Conn, error) {
	conn, err := s.db.Connx(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := sqlite.Limit(conn.Conn, sqlite3.SQLITE_LIMIT_LENGTH, longestValue); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// limit bounds the values of the scanner's connection.
func (sc *sqliteScanner) limit(longest int32) {
	sqlite3.Xsqlite3_limit(sc.tls, sc.db, sqlite3.SQLITE_LIMIT_LENGTH, longest)
}
