package session

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// DefaultLocation is the file that Snorkel uses when nothing else is said.
const DefaultLocation = "snorkel.db"

// Resolve turns a location into the path of a file: a plain path stays as it
// is, an SQLAlchemy URL loses its scheme and its query, and an empty location
// becomes $SNORKELDB or else [DefaultLocation]. A URL of another database than
// SQLite, or of an SQLite database in memory, is an error ([ErrNotSQLite]).
func Resolve(location string) (string, error) {
	source := ""
	if location == "" {
		location = os.Getenv("SNORKELDB")
		source = " (from $SNORKELDB)"
	}
	if location == "" {
		return DefaultLocation, nil
	}
	scheme, rest, isURL := strings.Cut(location, "://")
	if !isURL {
		return location, nil
	}
	dialect, _, _ := strings.Cut(scheme, "+")
	if IsPostgres(location) {
		return "", &Error{Path: scheme + "://…" + source, Kind: ErrNotSQLite, Hint: "this makes a file: give a path or sqlite:///path"}
	}
	if dialect != "sqlite" {
		return "", &Error{Path: scheme + "://…" + source, Kind: ErrNotSQLite,
			Hint: "SQLite files and PostgreSQL databases can be opened: give a path, sqlite:///path or postgresql://…"}
	}
	rest, _, _ = strings.Cut(rest, "?")
	path, hasPath := strings.CutPrefix(rest, "/")
	if !hasPath || path == "" || path == ":memory:" {
		return "", &Error{Path: location + source, Kind: ErrNotSQLite,
			Hint: "the URL names no file: write sqlite:///relative.db or sqlite:////absolute/path.db"}
	}
	return path, nil
}

// uri writes path as an SQLite URI without a query. SQLite reads ?, # and %
// in a URI as syntax, so they are escaped, and so is everything else that is
// not plainly part of a path. The path is made absolute but not cleaned: below
// a symbolic link, what .. means is for the system to say.
func uri(path string) (string, error) {
	abs := path
	if !filepath.IsAbs(path) {
		dir, err := os.Getwd()
		if err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
		abs = dir + string(filepath.Separator) + path
	}
	abs = filepath.ToSlash(abs)
	if !strings.HasPrefix(abs, "/") { // C:/dir/file on Windows
		abs = "/" + abs
	}
	var b strings.Builder
	b.WriteString("file://")
	for i := 0; i < len(abs); i++ {
		switch c := abs[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9',
			c == '/', c == '.', c == '-', c == '_', c == '~', c == ':':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String(), nil
}
