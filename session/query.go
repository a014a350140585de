package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"modernc.org/sqlite"
)

// readPragmas are the pragmas that only tell something. Others can change the
// file or the connection, so Query refuses them.
func readPragmas() []string {
	return []string{
		"application_id", "collation_list", "compile_options", "database_list",
		"encoding", "foreign_key_check", "foreign_key_list", "freelist_count",
		"function_list", "index_info", "index_list", "index_xinfo",
		"integrity_check", "journal_mode", "page_count", "page_size",
		"quick_check", "schema_version", "table_info", "table_list",
		"table_xinfo", "user_version",
	}
}

// settingPragmas are those of readPragmas whose argument would be a new value
// rather than the name of what to look at.
func settingPragmas() []string {
	return []string{"application_id", "encoding", "journal_mode", "page_size", "schema_version", "user_version"}
}

// Query runs one SQL statement that reads, whoever wrote it: it calls header
// once with the names of the columns, then row for every row. The slice given
// to row is reused. Values are int64, float64, string, []byte or nil.
//
// Read-only is meant in earnest. Opening with mode=ro does not stop ATTACH or
// VACUUM INTO from writing other files, so an authorizer lets pass only what
// reads this database ([ErrNotReadOnly]).
func (s *Session) Query(ctx context.Context, query string, header func(columns []string) error, row func(values []any) error) error {
	if err := s.oneStatement(ctx, query); err != nil {
		return err
	}
	reader, err := connect(ctx, s.path, []Option{BusyTimeout(s.busyTimeout)})
	if err != nil {
		return err
	}
	defer reader.db.Close()
	conn, err := reader.db.Connx(ctx)
	if err != nil {
		return s.wrap(ctx, err)
	}
	defer conn.Close()
	refused := ""
	err = conn.Raw(func(driverConn any) error {
		return driverConn.(sqlite.AuthorizerRegisterer).RegisterAuthorizer(
			func(action sqlite.AuthorizerActionCode, arg1, arg2, _, _ string) sqlite.AuthorizerReturnCode {
				if what := refuse(action, arg1, arg2); what != "" {
					refused = what
					return sqlite.AuthorizerDeny
				}
				return sqlite.AuthorizerOK
			})
	})
	if err != nil {
		return err
	}
	rows, err := conn.QueryxContext(ctx, query)
	if err != nil {
		var c coder
		if errors.As(err, &c) && c.Code()&0xff == sqliteAuth && refused != "" {
			return &Error{Path: s.path, Kind: ErrNotReadOnly, Hint: refused + " is refused"}
		}
		return s.wrap(ctx, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return s.wrap(ctx, err)
	}
	if len(columns) == 0 {
		return &Error{Path: s.path, Kind: ErrNotReadOnly, Hint: "the statement returns no table"}
	}
	if err := header(columns); err != nil {
		return err
	}
	values := make([]any, len(columns))
	targets := make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return s.wrap(ctx, err)
		}
		if err := row(values); err != nil {
			return err
		}
	}
	return s.wrap(ctx, rows.Err())
}

// refuse names what an action would do if it is more than reading, else "".
func refuse(action sqlite.AuthorizerActionCode, arg1, arg2 string) string {
	switch action {
	case sqlite.AuthSelect, sqlite.AuthRead, sqlite.AuthRecursive:
		return ""
	case sqlite.AuthFunction:
		if strings.EqualFold(arg2, "load_extension") {
			return arg2
		}
		return ""
	case sqlite.AuthPragma:
		name := strings.ToLower(arg1)
		if !slices.Contains(readPragmas(), name) || arg2 != "" && slices.Contains(settingPragmas(), name) {
			return "PRAGMA " + arg1
		}
		return ""
	case sqlite.AuthInsert:
		return "writing to " + arg1
	case sqlite.AuthUpdate, sqlite.AuthDelete:
		return "changing " + arg1
	case sqlite.AuthAttach:
		return "ATTACH or VACUUM"
	case sqlite.AuthTransaction, sqlite.AuthSavepoint:
		return "a transaction"
	default:
		return "a statement that changes something"
	}
}

// oneStatement compiles the query without running it, and refuses text behind
// its first statement: of several results only one would be seen.
func (s *Session) oneStatement(ctx context.Context, query string) error {
	return s.Scan(ctx, func(sc *Scanner) error {
		tail, empty, err := sc.tail(query)
		switch {
		case err != nil:
			return err
		case empty:
			return fmt.Errorf("the SQL statement is empty")
		case tail:
			return &Error{Path: s.path, Kind: ErrNotReadOnly, Hint: "give one statement at a time"}
		}
		return nil
	})
}
