package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
)

// postgresScripts runs the scripts with their databases on a server: the same comes out. A
// file is copied there when a command is first to open it, and again when the script
// changed it itself; it comes home before the script looks at it. In what commands print,
// the URL becomes the name of the file. Queries of the command sql are in SQLite's words,
// and are asked of the file that came home.
func postgresScripts(t *testing.T, server *postgresServer) {
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	everyScript := os.Getenv("WORKBENCH_TEST_SCRIPTS") == "all"
	dir := t.TempDir()
	var files []string
	for _, path := range scripts {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		if _, ok := filesOnly[name]; ok || !everyScript && !slices.Contains(quickScripts, name) {
			continue
		}
		files = append(files, filepath.Join(dir, filepath.Base(path)))
		if err := adapt(path, files[len(files)-1]); err != nil {
			t.Fatal(err)
		}
	}
	all := &scriptServer{server: server, database: server.clone(t, "template0"), unused: make(map[[sha256.Size]byte][]serverFile), unfit: make(map[string]string)}
	params := scriptParams(t)
	params.Files = files
	setup := params.Setup
	params.Setup = func(env *testscript.Env) error {
		env.Values[serverKey{}] = &serverFiles{scriptServer: all, files: make(map[string]*serverFile)}
		return setup(env)
	}
	params.Condition = func(name string) (bool, error) {
		if name == "postgres" {
			return true, nil
		}
		return condition(name)
	}
	t.Run("all", func(t *testing.T) { testscript.Run(t, params) }) // which go on beside each other
	if all.made == 0 {
		t.Error("no file was copied to the server")
	}
	for name, why := range all.unfit {
		if !slices.Contains(oddValues, name) {
			t.Errorf("%s: %s", name, why)
		}
	}
	for name := range filesOnly {
		if !slices.Contains(scripts, filepath.Join("testdata", "script", name+".txtar")) {
			t.Errorf("there is no script %s", name)
		}
	}
}

// adapt copies a script, with the command home where it is needed, and without the advice
// to have a backup made, of which servers have none.
func adapt(from, to string) error {
	script, err := txtar.ParseFile(from)
	if err != nil {
		return err
	}
	text := looksAtFiles.ReplaceAll(script.Comment, []byte("home\n$0"))
	text = bytes.ReplaceAll(text, []byte(", and --backup copies the database first"), nil)
	script.Comment = append([]byte("home start\n"), text...)
	return os.WriteFile(to, txtar.Format(script), 0o644)
}

// looksAtFiles finds the lines of a script before which databases come home.
var looksAtFiles = regexp.MustCompile(`(?m)^(\[[^\]\n]*\] *)*(! )?(exec |(cp|mv|rm|cmp|symlink|exists|truncate|image|columns)\b.*\.db).*$`)

// quickScripts are those that are run here unless $WORKBENCH_TEST_SCRIPTS is all: one of
// each kind of commands.
var quickScripts = []string{"apply_shard", "candidates", "fit_table", "kinds", "label_matrix", "lf_stats", "majority_vote", "marginals",
	"out", "raw_text_lfs", "reading", "sample", "save_marginals", "train", "vote_marginals"}

// filesOnly are the scripts that are about SQLite's files, and why.
var filesOnly = map[string]string{
	"backup":       "copies of the file",
	"conventions":  "paths and URLs of files",
	"copy":         "copies themselves",
	"damaged":      "damaged files",
	"demo":         "makes a file",
	"distribute":   "that files are not distributed",
	"files":        "names of files",
	"foreign_keys": "pragmas",
	"full_disk":    "disks",
	"init":         "makes a file",
	"locked":       "locks and journals of files",
	"new":          "makes a file",
	"odd_tables":   "tables that only SQLite has",
	"signals":      "processes that work on files",
	"triggers":     "triggers in SQLite's words",
}

// oddValues are the scripts of which some files have what only SQLite stores: labels of
// half, marginals of text. Their commands work on those files themselves.
var oddValues = []string{"export_gold", "import_gold", "labels", "load_marginals", "show", "sql"}

// scriptServer has the databases of all scripts: each a schema in one database, which is
// made much faster than a database is.
type scriptServer struct {
	server   *postgresServer
	database string
	mu       sync.Mutex
	unused   map[[sha256.Size]byte][]serverFile // by the file that they are copies of
	made     int
	unfit    map[string]string // why files of scripts have no copy
}

// serverFiles are the databases of a script, by their files.
type serverFiles struct {
	*scriptServer
	conn  *pgconn.PgConn // nil before the first one
	files map[string]*serverFile
}

// serverKey is the key of a script's serverFiles.
type serverKey struct{}

// serverFile is a file that is on the server.
type serverFile struct {
	schema string // "" of a file that has no copy
	sum    [sha256.Size]byte
	info   os.FileInfo // of the file when it was the same
	mark   string      // of the database when it was the same
	locker *pgconn.PgConn
}

// onServer is nil where scripts work on files.
func onServer(ts *testscript.TestScript) *serverFiles {
	s, _ := ts.Value(serverKey{}).(*serverFiles)
	return s
}

func (s *scriptServer) url(schema string) string {
	return s.server.url(s.database) + "?options=-csearch_path%3D" + schema
}

func (s *scriptServer) connect(ts *testscript.TestScript) *pgconn.PgConn {
	conn, err := pgconn.Connect(context.Background(), strings.Replace(s.server.url(s.database), "+psycopg2", "", 1))
	ts.Check(err)
	return conn
}

func (s *serverFiles) exec(ts *testscript.TestScript, statement string) []*pgconn.Result {
	results, err := s.conn.Exec(context.Background(), statement).ReadAll()
	ts.Check(err)
	return results
}

// reuse takes a copy of a file that another script had and left as it was.
func (s *scriptServer) reuse(sum [sha256.Size]byte) (f serverFile, number int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if all := s.unused[sum]; len(all) > 0 {
		s.unused[sum] = all[:len(all)-1]
		return all[len(all)-1], 0
	}
	s.made++
	return f, s.made
}

// copied is a file on the server, nil of none and of one that has no copy there.
func (s *serverFiles) copied(ts *testscript.TestScript, path string) *serverFile {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	f := s.files[path]
	if f == nil || !os.SameFile(f.info, info) || !f.info.ModTime().Equal(info.ModTime()) || f.info.Size() != info.Size() {
		s.forget(ts, path)
		f = s.copy(ts, path)
		f.info = info
		s.files[path] = f
	}
	if f.schema == "" {
		return nil
	}
	return f
}

func (s *serverFiles) copy(ts *testscript.TestScript, path string) *serverFile {
	if s.conn == nil {
		s.conn = s.connect(ts)
	}
	data, err := os.ReadFile(path)
	ts.Check(err)
	sum := sha256.Sum256(data)
	f, number := s.reuse(sum)
	if f.schema != "" {
		return &f
	}
	f = serverFile{schema: fmt.Sprintf("script%d", number), sum: sum}
	s.exec(ts, "CREATE SCHEMA "+f.schema)
	var stdout, stderr strings.Builder
	if run(context.Background(), []string{"copy", path, s.url(f.schema)}, &stdout, &stderr) == statusOK {
		f.mark = s.mark(ts, &f)
		return &f
	}
	s.mu.Lock()
	s.unfit[ts.Name()] = strings.TrimSpace(stderr.String())
	s.mu.Unlock()
	s.exec(ts, "DROP SCHEMA "+f.schema+" CASCADE")
	return &serverFile{}
}

// mark is another one when something was written, even if the same again.
func (s *serverFiles) mark(ts *testscript.TestScript, f *serverFile) string {
	if f.locker != nil {
		return f.mark
	}
	return s.look(ts, f, "max(xmin::text::bigint)")
}

// look describes all tables of a database, and says how many rows they have and what sum
// is of them.
func (s *serverFiles) look(ts *testscript.TestScript, f *serverFile, sum string) string {
	results := s.exec(ts, `SELECT c.relname,
		(SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull, ',' ORDER BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0),
		query_to_xml(format('SELECT count(*) AS n, `+sum+` AS sum FROM %I.%I AS x', '`+f.schema+`', c.relname), true, true, '')
		FROM pg_class AS c WHERE c.relnamespace = '`+f.schema+`'::regnamespace AND c.relkind = 'r' ORDER BY c.relname COLLATE "C"`)
	var b strings.Builder
	for _, row := range results[0].Rows {
		fmt.Fprintf(&b, "%s (%s) %s\n", row[0], row[1], strings.Join(strings.Fields(string(row[2])), ""))
	}
	return b.String()
}

// changes are the databases that are not what their files are.
func (s *serverFiles) changes(ts *testscript.TestScript) string {
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(s.files)) {
		if f := s.files[path]; f.schema != "" {
			if mark := s.mark(ts, f); mark != f.mark {
				fmt.Fprintf(&b, "%s %s", path, mark)
			}
		}
	}
	return b.String()
}

// home makes files what their databases are.
func (s *serverFiles) home(ts *testscript.TestScript) {
	for path, f := range s.files {
		if f.schema == "" {
			continue
		}
		mark := s.mark(ts, f)
		if mark == f.mark {
			continue
		}
		back := filepath.Join(ts.Getenv("WORK"), ".tmp", "home.db")
		var stdout, stderr strings.Builder
		if run(context.Background(), []string{"copy", s.url(f.schema), back}, &stdout, &stderr) != statusOK {
			ts.Fatalf("%s", stderr.String())
		}
		ts.Check(os.Rename(back, path))
		info, err := os.Stat(path)
		ts.Check(err)
		f.info, f.mark, f.sum = info, mark, [sha256.Size]byte{}
	}
}

// forget gives the database of a file up, when the file or the script ends. What is as it
// was made is of use to others.
func (s *serverFiles) forget(ts *testscript.TestScript, path string) {
	f := s.files[path]
	delete(s.files, path)
	switch {
	case f == nil || f.schema == "":
	case f.sum != [sha256.Size]byte{} && s.mark(ts, f) == f.mark:
		s.mu.Lock()
		defer s.mu.Unlock()
		s.unused[f.sum] = append(s.unused[f.sum], *f)
	default:
		s.exec(ts, "DROP SCHEMA "+f.schema+" CASCADE")
	}
}

// take replaces the file that a command line opens; shown is how the command would name
// it.
func (s *serverFiles) take(ts *testscript.TestScript, args []string) (there []string, env string, names *strings.Replacer) {
	names = strings.NewReplacer()
	file, at, prefix := "snorkel.db", -1, ""
	fromEnv := ts.Getenv("SNORKELDB") != ""
	if fromEnv {
		file = ts.Getenv("SNORKELDB")
	}
	for i, arg := range args {
		if arg == "--" {
			break
		}
		if value, ok := strings.CutPrefix(arg, "--db="); ok {
			file, at, prefix = value, i, "--db="
		}
		if arg == "--db" && i+1 < len(args) {
			file, at = args[i+1], i+1
		}
	}
	file = strings.TrimPrefix(file, "sqlite:///")
	f := s.copied(ts, ts.MkAbs(file))
	if f == nil || slices.Contains(args, "sql") || slices.Contains(args, "--backup") { // a query in SQLite's words
		s.home(ts)
		return args, "", names
	}
	for i, arg := range args {
		if i != at && strings.HasPrefix(ts.MkAbs(arg), ts.MkAbs(file)) { // in the place of another file
			return args, "", names
		}
	}
	url := s.url(f.schema)
	names = strings.NewReplacer(s.server.shown(s.database), file)
	if at >= 0 {
		args = slices.Clone(args)
		args[at] = prefix + url
		return args, "", names
	}
	if !fromEnv {
		names = strings.NewReplacer(s.server.shown(s.database)+" (from $SNORKELDB)", file, s.server.shown(s.database), file)
	}
	return args, "SNORKELDB=" + url, names
}

// cmdHome: home [start] — databases that are on a server come back to the script's
// directory; or a script starts, and what it does not need at its end is given up.
func cmdHome(ts *testscript.TestScript, neg bool, args []string) {
	s := onServer(ts)
	if len(args) == 0 {
		s.home(ts)
		return
	}
	ts.Defer(func() { s.end(ts) })
}

// end gives all databases of a script up.
func (s *serverFiles) end(ts *testscript.TestScript) {
	for _, path := range slices.Collect(maps.Keys(s.files)) {
		s.unlock(path)
		s.forget(ts, path)
	}
	if s.conn != nil {
		s.conn.Close(context.Background())
	}
}

// dump is the command dump on the server.
func (s *serverFiles) dump(ts *testscript.TestScript, file string, without []string) bool {
	f := s.copied(ts, ts.MkAbs(file))
	if f == nil {
		return false
	}
	for line := range strings.Lines(s.look(ts, f, "sum(hashtextextended(x::text, 0))")) {
		if name, _, _ := strings.Cut(line, " "); !slices.Contains(without, name) {
			fmt.Fprint(ts.Stdout(), line)
		}
	}
	return true
}

// lock is the command lock on the server, of all tables.
func (s *serverFiles) lock(ts *testscript.TestScript, path string) bool {
	f := s.copied(ts, path)
	if f == nil {
		return false
	}
	locker := s.connect(ts)
	_, err := locker.Exec(context.Background(), `BEGIN; DO $$ BEGIN EXECUTE (SELECT 'LOCK TABLE ' || string_agg(relnamespace::regnamespace || '.' || quote_ident(relname), ', ')
		FROM pg_class WHERE relnamespace = '`+f.schema+`'::regnamespace AND relkind = 'r'); END $$`).ReadAll()
	ts.Check(err)
	f.locker = locker
	return true
}

func (s *serverFiles) unlock(path string) bool {
	f := s.files[path]
	if f == nil || f.locker == nil {
		return false
	}
	f.locker.Close(context.Background())
	f.locker = nil
	return true
}
