package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// postgresServer is where tests make their databases. Its user may do anything.
type postgresServer struct {
	host, port, user, password string
	conn                       *pgconn.PgConn // to a database of the server's own
	databases                  int
	oracle                     string                     // the database of which copies are those of the oracle's file, "" before it is made
	control                    func(args ...string) error // pg_ctl, nil of a server that is not the test's
}

// startPostgres is the server that $WORKBENCH_TEST_POSTGRES names, a URL of a user who
// may make databases, or else one of the test's own, if its programs are installed.
func startPostgres(t *testing.T) *postgresServer {
	t.Helper()
	location := os.Getenv("WORKBENCH_TEST_POSTGRES")
	var control func(args ...string) error
	if location == "" {
		location, control = startOwnPostgres(t)
	}
	return connectPostgres(t, location, control)
}

func connectPostgres(t *testing.T, location string, control func(args ...string) error) *postgresServer {
	t.Helper()
	config, err := pgconn.ParseConfig(location)
	if err != nil {
		t.Fatal(err)
	}
	s := &postgresServer{host: config.Host, port: strconv.Itoa(int(config.Port)), user: config.User, password: config.Password, control: control}
	s.reconnect(t)
	t.Cleanup(func() { s.conn.Close(context.Background()) })
	return s
}

// reconnect connects to the server itself, for the first time or after it was stopped.
func (s *postgresServer) reconnect(t *testing.T) {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), strings.Replace(s.url("postgres"), "+psycopg2", "", 1))
	if err != nil {
		t.Fatal(err)
	}
	s.conn = conn
}

// startOwnPostgres starts a server in a directory of its own until the test ends. It
// is none of root's: PostgreSQL refuses to run as root.
func startOwnPostgres(t *testing.T) (location string, control func(args ...string) error) {
	programs := postgresPrograms()
	if programs == "" {
		t.Skip("no PostgreSQL: install it (apt-get install postgresql), or name a server in $WORKBENCH_TEST_POSTGRES")
	}
	dir, err := os.MkdirTemp("", "workbench-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	as := func(program string, args ...string) error {
		cmd := exec.Command(filepath.Join(programs, program), args...)
		if os.Geteuid() == 0 {
			cmd = exec.Command("su", append([]string{"-s", "/bin/sh", "-c", `exec "$0" "$@"`, "nobody", "--", cmd.Path}, args...)...)
		}
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%s: %w\n%s", program, err, out)
		}
		return nil
	}
	if os.Geteuid() == 0 {
		nobody, err := user.Lookup("nobody")
		if err != nil {
			t.Skip("no user nobody to run PostgreSQL as: name a server in $WORKBENCH_TEST_POSTGRES")
		}
		uid, _ := strconv.Atoi(nobody.Uid)
		if err := os.Chown(dir, uid, -1); err != nil {
			t.Fatal(err)
		}
	}
	const password = "s3cret/of: tests"
	if err := os.WriteFile(filepath.Join(dir, "password"), []byte(password), 0o644); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	if err := as("initdb", "-D", data, "-U", "snorkel", "--auth", "scram-sha-256", "--pwfile", filepath.Join(dir, "password"),
		"--encoding", "UTF8", "--locale", "C", "--no-sync"); err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	options := "-k '' -c listen_addresses=127.0.0.1 -c shared_buffers=16MB -c jit=off -c autovacuum=off -p " + port +
		" -c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0" // what was written stays when only the server is killed
	control = func(args ...string) error {
		return as("pg_ctl", append([]string{"-D", data, "-w", "-o", options, "-l", filepath.Join(dir, "log")}, args...)...)
	}
	if err := control("start"); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		t.Fatalf("%v\n%s", err, log)
	}
	t.Cleanup(func() {
		if err := control("-m", "immediate", "stop"); err != nil {
			t.Error(err)
		}
	})
	return "postgresql://snorkel:" + url.PathEscape(password) + "@127.0.0.1:" + port + "/postgres", control
}

// postgresPrograms is the directory of initdb and pg_ctl, which Debian keeps out of
// the path.
func postgresPrograms() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	slices.SortFunc(found, func(a, b string) int { return len(a) - len(b) }) // 9.6 before 15
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(found[len(found)-1])
}

func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// url is how Snorkel names a database.
func (s *postgresServer) url(name string) string {
	return "postgresql+psycopg2://" + s.user + ":" + url.PathEscape(s.password) + "@" + s.host + ":" + s.port + "/" + name
}

// shown is what workbench says of it.
func (s *postgresServer) shown(name string) string {
	return "postgresql+psycopg2://" + s.user + "@" + s.host + ":" + s.port + "/" + name
}

// create makes an empty database until the test ends.
func (s *postgresServer) create(t *testing.T) (name string, conn *pgconn.PgConn) {
	t.Helper()
	name = s.clone(t, "template0")
	return name, s.connect(t, name)
}

// clone makes a copy of a database that nobody is connected to, until the test ends.
func (s *postgresServer) clone(t *testing.T, of string) (name string) {
	t.Helper()
	s.databases++
	name = fmt.Sprintf("workbench_test_%d_%d", os.Getpid(), s.databases)
	strategy := ""
	if major, _, _ := strings.Cut(s.conn.ParameterStatus("server_version"), "."); s.control != nil && len(major) == 2 && major >= "15" {
		strategy = " STRATEGY file_copy" // as servers before 15 do: quicker where no file is synced
	}
	s.exec(t, s.conn, "CREATE DATABASE "+name+" TEMPLATE "+of+strategy)
	t.Cleanup(func() {
		if _, err := s.conn.Exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)").ReadAll(); err != nil {
			t.Error(err)
		}
	})
	return name
}

// connect is a connection to a database until the test ends.
func (s *postgresServer) connect(t *testing.T, name string) *pgconn.PgConn {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), strings.Replace(s.url(name), "+psycopg2", "", 1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// role makes a role that may do nothing, until the test ends.
func (s *postgresServer) role(t *testing.T, options string) (name string) {
	t.Helper()
	name = fmt.Sprintf("workbench_test_role_%d", os.Getpid())
	s.exec(t, s.conn, "CREATE ROLE "+name+" LOGIN PASSWORD 'pa$$' "+options)
	t.Cleanup(func() {
		if _, err := s.conn.Exec(context.Background(), "DROP ROLE "+name).ReadAll(); err != nil {
			t.Error(err)
		}
	})
	return name
}

func (s *postgresServer) exec(t *testing.T, conn *pgconn.PgConn, text string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), text).ReadAll(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}
