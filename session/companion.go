package session

import "os"

// companions are the endings of the files that SQLite keeps beside a database
// while it works, and that stay behind when it is killed. The first two hold
// what belongs into the database.
func companions() []string { return []string{"-journal", "-wal", "-shm"} }

// IsCompanion reports whether path is one that SQLite uses beside the database
// db: it would take what is there for its own. Both are absolute paths.
func IsCompanion(path, db string) bool {
	for _, ending := range companions() {
		if path == db+ending {
			return true
		}
	}
	return false
}

// StaleJournal returns the path of a journal or write-ahead log that stands where
// a database of that name would have its own, "" if there is none. SQLite would
// play it back into the new database.
func StaleJournal(db string) string {
	for _, ending := range companions()[:2] {
		if _, err := os.Lstat(db + ending); err == nil {
			return db + ending
		}
	}
	return ""
}

// refuseStale is the error of making a database beside a journal of another one.
func refuseStale(path string) error {
	stale := StaleJournal(path)
	if stale == "" {
		return nil
	}
	return &Error{Path: stale, Kind: ErrExists, Hint: "it belongs to another database of that name; choose another name or remove it first"}
}
