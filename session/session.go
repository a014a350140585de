package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/url"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite" // the driver, registered as "sqlite"

	"workbench"
)

// DefaultBusyTimeout is how long a session waits for another program's lock.
const DefaultBusyTimeout = 5 * time.Second

// LongestBusyTimeout is the longest that SQLite can be told to wait, almost 25
// days.
const LongestBusyTimeout = math.MaxInt32 * time.Millisecond

// Session is an open Snorkel database. It is safe for concurrent use.
type Session struct {
	path         string
	uri          string
	writable     bool
	busyTimeout  time.Duration
	withTriggers bool
	orphans      bool              // rows may refer to what is not there
	backedUp     func(path string) // see [Backup]
	note         func(text string) // see [Notes]
	hasBackup    atomic.Bool
	schema       atomic.Pointer[schema]
	backend      backend
	db           *sqlx.DB                      // opens no connection before one is needed
	first        atomic.Pointer[sqliteScanner] // what the schema was read with, for the first scan
	feed         *feed                         // of the transaction that writes, if it is writable
	plain        bool                          // rows are written as arguments of statements nevertheless
	watched      *watched                      // see [Watch]
}

// Option changes how [Open] opens a file.
type Option func(*Session)

// Writable opens the file for reading and writing. Without it a session cannot
// change the file.
func Writable() Option { return func(s *Session) { s.writable = true } }

// BusyTimeout sets how long to wait for a lock that another program holds; the
// default is [DefaultBusyTimeout], and 0 means not to wait.
// It is at most [LongestBusyTimeout].
func BusyTimeout(d time.Duration) Option { return func(s *Session) { s.busyTimeout = d } }

// Notes passes on remarks about how things are done that are of use to developers
// only: for one, which tables were read in the fast way. It may be called by several
// goroutines at a time.
func Notes(note func(text string)) Option { return func(s *Session) { s.note = note } }

// Open opens the existing Snorkel database at location: a file (see [Resolve]), or a
// PostgreSQL database by its URL. It fails with an [*Error] that says what is wrong
// when there is no file, when the file is no SQLite database, when the server cannot
// be reached or denies access, when the database is not Snorkel's, and when Snorkel
// 0.4 wrote it.
func Open(ctx context.Context, location string, opts ...Option) (*Session, error) {
	if named := cmp.Or(location, os.Getenv("SNORKELDB")); IsPostgres(named) {
		return openPostgres(ctx, named, opts)
	}
	path, err := Resolve(location)
	if err != nil {
		return nil, err
	}
	if err := checkFile(path); err != nil {
		return nil, err
	}
	return open(ctx, path, opts)
}

// Create makes a new, empty Snorkel 0.7 database and opens it for writing: a file at a
// path, or its tables in the empty database of a PostgreSQL URL. An existing file is
// never touched ([ErrExists]), neither is a journal that another database of that name
// left behind, nor a database that has such tables ([ErrNotEmpty]).
func Create(ctx context.Context, location string, opts ...Option) (*Session, error) {
	return CreateWith(ctx, location, func(*Tx) error { return nil }, opts...)
}

// CreateWith is [Create] with something else that is made in the same transaction.
func CreateWith(ctx context.Context, location string, with func(tx *Tx) error, opts ...Option) (*Session, error) {
	if IsPostgres(location) {
		return createPostgres(ctx, location, with, opts)
	}
	return createFile(ctx, location, with, opts)
}

func createFile(ctx context.Context, path string, with func(tx *Tx) error, opts []Option) (*Session, error) {
	if err := refuseStale(path); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, &Error{Path: path, Kind: ErrExists, Hint: "choose another name or remove it first"}
	case errors.Is(err, fs.ErrNotExist):
		return nil, &Error{Path: path, Kind: ErrCannotOpen, Hint: "its directory does not exist"}
	case err != nil:
		return nil, statError(path, err)
	}
	if err := f.Close(); err != nil {
		return nil, statError(path, err)
	}
	s, err := create(ctx, path, with, opts)
	if err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	return s, nil
}

func create(ctx context.Context, path string, with func(tx *Tx) error, opts []Option) (*Session, error) {
	s, err := connect(path, append(opts, Writable()))
	if err != nil {
		return nil, err
	}
	s.schema.Store(&schema{})
	err = s.Update(ctx, func(tx *Tx) error {
		if err := tx.Script(workbench.Schema()); err != nil {
			return err
		}
		return with(tx)
	})
	if err != nil {
		s.db.Close()
		return nil, err
	}
	return s, nil
}

func open(ctx context.Context, path string, opts []Option) (*Session, error) {
	s, err := connect(path, opts)
	if err != nil {
		return nil, err
	}
	if err := s.backend.recognise(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// lookAround reads the schema in a transaction.
func (s *Session) lookAround(tx *Tx) error {
	sc, err := s.readSchema(tx.texts)
	if err == nil {
		sc.cookie, err = tx.schemaCookie()
	}
	s.schema.Store(sc)
	return err
}

// lookAroundFirst reads it on a connection that stays for the first scan, which is
// all that most reading commands do: to open one takes longer than to use it.
func (s *Session) lookAroundFirst(ctx context.Context) error {
	first, err := s.reader(ctx)
	if err != nil {
		return err
	}
	defer s.first.Store(first)
	if err := first.begin(ctx); err != nil {
		return err
	}
	sc, err := s.readSchema((&Scanner{session: s, ctx: ctx, conn: first}).texts)
	s.schema.Store(sc)
	if err != nil {
		return err
	}
	return first.end()
}

// connect makes a session of the file at path without opening it.
func connect(path string, opts []Option) (*Session, error) {
	s, err := newSession(path, opts)
	if err != nil {
		return nil, err
	}
	s.backend = sqliteFile{s}
	if s.uri, err = uri(path); err != nil {
		return nil, err
	}
	if err := s.dial(); err != nil {
		return nil, err
	}
	return s, nil
}

func newSession(path string, opts []Option) (*Session, error) {
	s := &Session{path: path, busyTimeout: DefaultBusyTimeout, note: func(string) {}}
	for _, opt := range opts {
		opt(s)
	}
	if s.busyTimeout < 0 || s.busyTimeout > LongestBusyTimeout {
		return nil, fmt.Errorf("a busy timeout of %s is not from 0 to %s", s.busyTimeout, LongestBusyTimeout)
	}
	return s, nil
}

// dial makes the pool. Pragmas stand in the DSN, so that every connection of
// the pool has them.
func (s *Session) dial() (err error) {
	foreignKeys := "foreign_keys(1)"
	if s.orphans {
		foreignKeys = "foreign_keys(0)"
	}
	query := url.Values{
		"mode":      {"ro"},
		"_pragma":   {"busy_timeout(" + strconv.FormatInt(s.busyTimeout.Milliseconds(), 10) + ")", foreignKeys},
		"_txlock":   {"immediate"},
		"_error_rc": {"1"},
	}
	if s.writable {
		query.Set("mode", "rw")
		s.feed = &feed{}
	}
	if s.db, err = s.feed.open(s.uri + "?" + query.Encode()); err != nil {
		return fmt.Errorf("%s: %w", s.path, err)
	}
	return nil
}

// smallestFile is one page of the smallest size that SQLite knows.
const smallestFile = 512

// checkFile refuses what SQLite would misunderstand: it opens a 0-byte file as
// an empty database and says only "unable to open" of many other things. It
// must not open the file itself: closing it would drop every lock that this
// process has on it (https://www.sqlite.org/howtocorrupt.html, section 2.2).
func checkFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return statError(path, err)
	case info.IsDir():
		return &Error{Path: path, Kind: ErrIsDirectory, Hint: "name the file inside it"}
	case info.Size() == 0:
		return &Error{Path: path, Kind: ErrEmpty}
	case info.Size() < smallestFile:
		return &Error{Path: path, Kind: ErrNotSQLite, Hint: "it is too small for one"}
	}
	return nil
}

// Check reads the whole file and fails with [ErrCorrupt] if SQLite finds it
// damaged. Reading without it notices only what is wrong with the pages that a
// query needs, and not all of that.
func (s *Session) Check(ctx context.Context) error { return s.backend.check(ctx) }

func (s sqliteFile) check(ctx context.Context) error {
	err := quickCheck(ctx, s.db)
	var c coder
	if err != nil && !errors.As(err, &c) && ctx.Err() == nil {
		return &Error{Path: s.path, Kind: ErrCorrupt, Err: err, Hint: corruptHint}
	}
	return s.wrap(ctx, err)
}

// Close closes the file, or the connections to the server.
func (s *Session) Close() error { return s.backend.close() }

// Path returns the path of the file, as it was given, or the URL of the database
// without its password and options.
func (s *Session) Path() string { return s.path }

// View runs read in one read transaction, so that all its queries see the same
// state of the file.
func (s *Session) View(ctx context.Context, read func(tx *Tx) error) error {
	tx, end, err := s.backend.begin(ctx)
	if err != nil {
		return s.wrap(ctx, err)
	}
	defer end()
	return s.wrap(ctx, read(s.newTx(ctx, tx)))
}
