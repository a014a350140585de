package session

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jmoiron/sqlx"
)

// postgres is a database of a PostgreSQL server, as Snorkel used with a
// postgresql:// URL.
type postgres struct {
	session *Session
	config  *pgconn.Config
	idle    chan *pgconn.PgConn // connections that wait for the next use
}

// How long to wait for a server that says nothing, unless the URL or the
// environment says so, and how many connections wait for the next use.
const (
	connectTimeout = 10 * time.Second
	idleConns      = 4
)

// IsPostgres reports whether a location is the URL of a PostgreSQL database, such as
// SQLAlchemy takes: the scheme may name a driver.
func IsPostgres(location string) bool {
	scheme, _, isURL := strings.Cut(location, "://")
	dialect, _, _ := strings.Cut(scheme, "+")
	return isURL && (dialect == "postgresql" || dialect == "postgres")
}

// openPostgres opens the database of a URL. What the URL leaves open, libpq's
// environment variables and files say.
func openPostgres(ctx context.Context, location string, opts []Option) (*Session, error) {
	s, err := newPostgres(location, opts)
	if err != nil {
		return nil, err
	}
	if err := s.backend.recognise(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// newPostgres makes a session of a database without a connection to it.
func newPostgres(location string, opts []Option) (*Session, error) {
	path, config, err := parsePostgres(location)
	if err != nil {
		return nil, err
	}
	s, err := newSession(path, opts)
	if err != nil {
		return nil, err
	}
	if s.backedUp != nil {
		return nil, &Error{Path: path, Kind: ErrNoBackup, Hint: "it is no file; copy it with pg_dump, and leave the backup out"}
	}
	s.backend = &postgres{s, config, make(chan *pgconn.PgConn, idleConns)}
	return s, nil
}

// parsePostgres splits a URL as SQLAlchemy does, for which a password may have
// characters that stand for themselves. path is the URL without the password and the
// options.
func parsePostgres(location string) (path string, config *pgconn.Config, err error) {
	scheme, rest, _ := strings.Cut(location, "://")
	parts := regexp.MustCompile(`(?s)^(?:([^:/?]*)(?::([^?]*|.*))?@)?([\w.,:%\[\]-]*)(?:/([^?]*))?(?:\?(.*))?$`).FindStringSubmatchIndex(rest)
	unclear := &Error{Path: scheme + "://…", Kind: ErrCannotOpen,
		Hint: "the URL cannot be read: write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with % and its code for a special character"}
	if parts == nil {
		return "", nil, unclear
	}
	part := func(i int) (text string, ok bool) {
		if parts[2*i] < 0 {
			return "", false
		}
		return rest[parts[2*i]:parts[2*i+1]], true
	}
	user, hasUser := part(1)
	password, hasPassword := part(2)
	host, _ := part(3)
	name, hasName := part(4)
	options, _ := part(5)
	path, dsn := scheme+"://", "postgresql://"
	if hasUser {
		path += user + "@"
		info := url.User(unquote(user))
		if hasPassword {
			info = url.UserPassword(unquote(user), unquote(password))
		}
		dsn += info.String() + "@"
	}
	path, dsn = path+host, dsn+host
	if hasName {
		path, dsn = path+"/"+name, dsn+"/"+url.PathEscape(unquote(name))
	}
	if config, err = pgconn.ParseConfig(dsn + "?" + options); err != nil {
		unclear.Path = path
		if failed, ok := errors.AsType[*fs.PathError](err); ok { // other errors may repeat the password
			unclear.Err, unclear.Hint = failed, ""
		}
		return "", nil, unclear
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "workbench"
	}
	config.RuntimeParams["client_encoding"] = "UTF8"
	config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: time.Second}
	}
	return path, config, nil
}

// unquote resolves the % codes of a part of a URL, if it is written with any.
func unquote(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

// dial returns a connection, and whether it was used before.
func (p *postgres) dial(ctx context.Context) (conn *pgconn.PgConn, used bool, err error) {
	select {
	case conn := <-p.idle:
		return conn, true, nil
	default:
		conn, err := connectOnce(ctx, p.config)
		return conn, false, err
	}
}

// release ends a connection's transaction, if it has one, and keeps it for the next
// use.
func (p *postgres) release(conn *pgconn.PgConn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := error(nil)
	if conn.TxStatus() != 'I' {
		_, err = conn.Exec(ctx, "ROLLBACK").ReadAll()
	}
	if err == nil && !conn.IsClosed() {
		select {
		case p.idle <- conn:
			return
		default:
		}
	}
	conn.Close(ctx)
}

func (p *postgres) close() error {
	for {
		select {
		case conn := <-p.idle:
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			conn.Close(ctx)
			cancel()
		default:
			return nil
		}
	}
}

// start begins a transaction on a connection. The settings last as long as it does:
// rows come in the order in which they are stored, and a cursor is meant to go to its
// end. then is run last; nothing before it looks at the tables.
func (p *postgres) start(ctx context.Context, begin, then string) (*pgconn.PgConn, error) {
	text := begin + fmt.Sprintf("; SET LOCAL lock_timeout = %d;", max(1, p.session.busyTimeout.Milliseconds())) + // 0 would be forever
		"SET LOCAL synchronize_seqscans = off; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL cursor_tuple_fraction = 1;" + then
	for {
		conn, used, err := p.dial(ctx)
		if err != nil {
			return nil, p.wrap(ctx, err)
		}
		if _, err = conn.Exec(ctx, text).ReadAll(); err == nil {
			return conn, nil
		}
		conn.Close(ctx)
		if !used || !isBroken(err) || ctx.Err() != nil { // one that waited may be dead
			return nil, p.wrap(ctx, err)
		}
	}
}

func (p *postgres) connect(ctx context.Context) (connection, error) {
	sc, err := p.scanner(ctx, "")
	if err != nil {
		return nil, err
	}
	return sc, nil
}

// scanner begins a transaction that reads, together with others if there is a
// snapshot of theirs.
func (p *postgres) scanner(ctx context.Context, snapshot string) (*postgresScanner, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	begin := "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	if snapshot != "" {
		begin += "; SET TRANSACTION SNAPSHOT '" + snapshot + "'"
	}
	conn, err := p.start(ctx, begin, "")
	if err != nil {
		return nil, err
	}
	return &postgresScanner{postgres: p, ctx: ctx, conn: conn, limited: longestValue, snapshot: snapshot}, nil
}

// begin gives database/sql a pool of one connection, which goes with the transaction.
func (p *postgres) begin(ctx context.Context) (*sqlx.Tx, func(), error) {
	sc, err := p.scanner(ctx, "")
	if err != nil {
		return nil, nil, err
	}
	return sc.begin(ctx)
}

func (sc *postgresScanner) begin(ctx context.Context) (*sqlx.Tx, func(), error) {
	db := sqlx.NewDb(sql.OpenDB(postgresDriver{sc}), "postgres")
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		db.Close()
		sc.close() // which it may never have got
		return nil, nil, err
	}
	return tx, func() {
		tx.Rollback() // what is to be kept is committed
		db.Close()
	}, nil
}

// check has nothing to look at: the pages are the server's.
func (p *postgres) check(context.Context) error {
	return fmt.Errorf("%s: only a file of SQLite's can be checked for damage", p.session.path)
}
