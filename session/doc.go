// Package session opens the SQLite file, or the PostgreSQL database, that holds a
// Snorkel session and is the only package that knows the database drivers.
//
// [Open] opens an existing file read-only, or for writing with [Writable];
// [Create] makes a new one; [Session.Overview] says what is inside. The
// packages candidates and annotations read and write through
// [Session.View], [Session.Update] and, where every nanosecond per row counts,
// [Session.Scan].
//
// # Which file
//
// A location is a path or an SQLAlchemy URL (sqlite:///relative.db,
// sqlite:////absolute/path.db). An empty location means $SNORKELDB, and
// without that snorkel.db in the current directory, as in Snorkel.
//
// The URL of a PostgreSQL database (postgresql://user:password@host/name) opens it for
// reading only; [Writable] refuses it ([ErrPostgresReadOnly]). What the URL leaves
// open, libpq's environment variables and files say.
//
// # What a session never does
//
// It never creates a file that it was asked to open, never changes the journal
// mode, the user version or the schema of a database, and runs no VACUUM or
// ANALYZE. Read-only sessions open the file with mode=ro. Every write is one
// transaction that begins IMMEDIATE, so that after a crash either all of it or
// nothing is in the file.
//
// # Compatibility with Snorkel
//
// Files of Snorkel 0.5 to 0.7 are recognised by their columns (see
// [Version]); files of Snorkel 0.4 have another data model and are refused. On
// every connection foreign keys are enforced, as Snorkel does.
package session
