package session

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"
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
// to row is reused. Values are int64, float64, string, []byte or nil, as they
// are stored, whatever type their column declares. One of more than 64 MiB is
// [ErrTooLarge].
//
// Read-only is meant in earnest. Opening with mode=ro does not stop ATTACH or
// VACUUM INTO from writing other files, so an authorizer lets pass only what
// reads this database ([ErrNotReadOnly]).
func (s *Session) Query(ctx context.Context, query string, header func(columns []string) error, row func(values []any) error) error {
	switch statements(query) {
	case 0:
		return fmt.Errorf("the SQL statement is empty")
	case 1:
	default:
		return &Error{Path: s.path, Kind: ErrNotReadOnly, Hint: "give one statement at a time"}
	}
	if err := s.backend.authorize(ctx, query); err != nil {
		return err
	}
	return s.Scan(ctx, func(sc *Scanner) error {
		sc.conn.limit(longestAnswer)
		cur, err := sc.Query(query)
		if err != nil {
			return err
		}
		columns := cur.rows.columns()
		if len(columns) == 0 {
			cur.Close()
			return &Error{Path: s.path, Kind: ErrNotReadOnly, Hint: "the statement returns no table"}
		}
		if err := header(columns); err != nil {
			cur.Close()
			return err
		}
		values := make([]any, len(columns))
		for cur.Next() {
			for i := range values {
				values[i] = cur.Value(i)
			}
			if err := row(values); err != nil {
				cur.Close()
				return err
			}
		}
		return cur.Close()
	})
}

// authorize compiles the query, without running it, on a connection whose
// authorizer refuses what is more than reading.
func (s sqliteFile) authorize(ctx context.Context, query string) error {
	return s.apart(ctx, func(conn *sqlx.Conn) error { return s.authorizeOn(ctx, conn, query) })
}

func (s *Session) authorizeOn(ctx context.Context, conn *sqlx.Conn, query string) error {
	refused := ""
	err := conn.Raw(func(driverConn any) error {
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
	stmt, err := conn.PreparexContext(ctx, query)
	switch {
	case err != nil && refused != "":
		return &Error{Path: s.path, Kind: ErrNotReadOnly, Hint: refused + " is refused"}
	case err != nil:
		return s.wrap(ctx, err)
	}
	return stmt.Close()
}

// apart runs use on a read-only connection of its own, which ends with it.
func (s *Session) apart(ctx context.Context, use func(conn *sqlx.Conn) error) error {
	reader := &Session{path: s.path, uri: s.uri, busyTimeout: s.busyTimeout}
	reader.backend = sqliteFile{reader}
	if err := reader.dial(); err != nil {
		return err
	}
	defer reader.db.Close()
	conn, err := reader.db.Connx(ctx)
	if err != nil {
		return s.wrap(ctx, err)
	}
	defer conn.Close()
	return use(conn)
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

// statements counts the SQL statements in a text: between semicolons, what is
// more than white space and comments. It compiles nothing, because SQLite obeys
// some pragmas already while it compiles them.
func statements(text string) int {
	count, inside := 0, false
	for text != "" {
		n := 1
		switch c := text[0]; {
		case c == ';':
			inside = false
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f':
		case strings.HasPrefix(text, "--"):
			n = through(text, 2, "\n")
		case strings.HasPrefix(text, "/*"):
			n = through(text, 2, "*/")
		default:
			if !inside {
				inside = true
				count++
			}
			switch c {
			case '\'', '"', '`': // a doubled quote reads as the next quotation
				n = through(text, 1, text[:1])
			case '[':
				n = through(text, 1, "]")
			case '$', '@', '#', ':':
				n = parameter(text)
			}
		}
		text = text[n:]
	}
	return count
}

// parameter returns where the named parameter at the beginning of a text ends.
// $name(…) is one, whatever stands in the brackets up to white space.
func parameter(text string) int {
	name := 1 + len(text[1:]) - len(strings.TrimLeftFunc(text[1:], func(r rune) bool {
		return r == '_' || r == '$' || r == ':' || r >= utf8.RuneSelf || unicode.IsLetter(r) || unicode.IsDigit(r)
	}))
	if name == 1 || name == len(text) || text[name] != '(' {
		return name
	}
	if end := strings.IndexAny(text[name:], ") \t\n\r\f\v"); end >= 0 {
		return name + end + 1
	}
	return len(text)
}

// through returns where the first end from position at on has ended, or the
// text's length if there is none.
func through(text string, at int, end string) int {
	if i := strings.Index(text[at:], end); i >= 0 {
		return at + i + len(end)
	}
	return len(text)
}
