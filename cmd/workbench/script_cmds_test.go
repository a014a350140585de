package main

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"workbench"
)

type scriptCommand = func(ts *testscript.TestScript, neg bool, args []string)

// scriptCommands are the commands that scripts have beside testscript's own.
func scriptCommands() map[string]scriptCommand {
	return map[string]scriptCommand{
		"workbench":  cmdWorkbench,
		"input":      cmdInput,
		"example":    cmdExample,
		"exits":      cmdExits,
		"fails":      refusal(statusFail),
		"misused":    refusal(statusUsage),
		"refused":    cmdRefused,
		"unfit":      cmdUnfit,
		"reads":      cmdReads,
		"helped":     cmdHelped,
		"selects":    cmdSelects,
		"mkdb":       cmdMkDB,
		"sqlexec":    cmdSQLExec,
		"dump":       cmdDump,
		"truncate":   cmdTruncate,
		"cmpnum":     cmdCmpNum,
		"replay":     cmdReplay,
		"lock":       cmdLock,
		"unlock":     cmdUnlock,
		"killwriter": cmdKillWriter,
		"visit":      cmdVisit,
		"npz":        cmdNPZ,
		"image":      cmdImage,
		"parquet":    cmdParquet,
		"columns":    cmdColumns,
		"home":       cmdHome,
	}
}

// operands checks that a command has n arguments and is not negated.
func operands(ts *testscript.TestScript, neg bool, args []string, n int) []string {
	if neg || len(args) != n {
		ts.Fatalf("want %d arguments and no !", n)
	}
	return args
}

// cmdExits: exits STATUS PROGRAM ARG… — the program ends with that status.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS PROGRAM ARG…")
	}
	o := execute(ts, args[1:])
	o.show(ts)
	if strconv.Itoa(o.Status) != args[0] {
		ts.Fatalf("exit status %d, want %s", o.Status, args[0])
	}
}

// refusal is the commands fails and misused: fails PATTERN PROGRAM ARG… — the
// program ends with the status, prints nothing on stdout and on stderr exactly
// one line, in the form that terminal.go promises, which matches PATTERN; and
// all files below the script's directory stay as they were.
func refusal(status int) scriptCommand {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) < 2 {
			ts.Fatalf("usage: fails PATTERN PROGRAM ARG…")
		}
		before := snapshot(ts)
		o := execute(ts, args[1:])
		o.show(ts)
		wantRefusal(ts, status, args[0], o)
		wantUnchanged(ts, before)
	}
}

// refuseEach is the command fails for several command lines.
func refuseEach(ts *testscript.TestScript, expr string, lines [][]string) {
	before := snapshot(ts)
	for _, line := range lines {
		o := execute(ts, append([]string{"workbench"}, line...))
		ts.Logf("workbench %s\n%s%s", strings.Join(line, " "), o.Stdout, o.Stderr)
		wantRefusal(ts, statusFail, expr, o)
	}
	wantUnchanged(ts, before)
}

// wantRefusal checks that a command said what is wrong, and nothing else.
func wantRefusal(ts *testscript.TestScript, status int, expr string, got outcome) {
	pattern, err := regexp.Compile(expr)
	ts.Check(err)
	if got.Status != status {
		ts.Fatalf("exit status %d, want %d", got.Status, status)
	}
	if got.Stdout != "" {
		ts.Fatalf("stdout is not empty")
	}
	first, rest, _ := strings.Cut(got.Stderr, "\n")
	text, prefixed := strings.CutPrefix(first, "workbench: ")
	switch {
	case rest != "":
		ts.Fatalf("more than one line on stderr")
	case !prefixed:
		ts.Fatalf("the line does not start with workbench:")
	case strings.HasSuffix(text, "."):
		ts.Fatalf("the line ends with a full stop")
	case !pattern.MatchString(text):
		ts.Fatalf("no match for %q in %q", expr, text)
	}
}

// wantUnchanged checks that files are as they were in a snapshot.
func wantUnchanged(ts *testscript.TestScript, before string) {
	if after := snapshot(ts); after != before {
		ts.Fatalf("files changed\nbefore:\n%safter:\n%s", before, after)
	}
}

// sums is the seed of the sums in snapshots, which are compared in one process only.
var sums = maphash.MakeSeed()

// snapshot describes all files below the script's directory.
func snapshot(ts *testscript.TestScript) string {
	var b strings.Builder
	root := ts.Getenv("WORK")
	buffer := make([]byte, 1<<16)
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		var sum maphash.Hash
		sum.SetSeed(sums)
		size, err := io.CopyBuffer(&sum, struct{ io.Reader }{f}, buffer)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		fmt.Fprintf(&b, "%s %d %x\n", name, size, sum.Sum64())
		return err
	}))
	if s := onServer(ts); s != nil {
		b.WriteString(s.changes(ts))
	}
	return b.String()
}

// openDB opens a database without package session. Its path must need no
// escaping.
func openDB(ts *testscript.TestScript, file string) *sql.DB {
	if s := onServer(ts); s != nil {
		s.home(ts)
	}
	db, err := sql.Open("sqlite", "file:"+ts.MkAbs(file))
	ts.Check(err)
	db.SetMaxOpenConns(1)
	return db
}

// cmdMkDB: mkdb DB SQL… — a new Snorkel 0.7 database, with what the SQL adds.
func cmdMkDB(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: mkdb DB SQL…")
	}
	db := openDB(ts, args[0])
	_, err := db.Exec(workbench.Schema())
	ts.Check(errors.Join(err, db.Close()))
	cmdSQLExec(ts, neg, args)
}

// cmdSQLExec: sqlexec DB SQL… — change a database as another program would.
// What ends in .sql is a file of statements.
func cmdSQLExec(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: sqlexec DB SQL…")
	}
	db := openDB(ts, args[0])
	for _, statement := range args[1:] {
		if strings.HasSuffix(statement, ".sql") {
			statement = ts.ReadFile(statement)
		}
		if _, err := db.Exec(statement); err != nil {
			ts.Fatalf("%s: %v", statement, err)
		}
	}
	ts.Check(db.Close())
	if s := onServer(ts); s != nil {
		s.forget(ts, ts.MkAbs(args[0]))
	}
}

// cmdDump: dump DB [TABLE…] — print for the schema and all tables but those
// named how many rows they have and a sum over everything in them.
func cmdDump(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: dump DB [TABLE…]")
	}
	if s := onServer(ts); s != nil && s.dump(ts, args[0], args[1:]) {
		return
	}
	db := openDB(ts, args[0])
	defer db.Close()
	dumpRows(ts, db, "sqlite_master", "SELECT type, name, sql FROM sqlite_master ORDER BY name")
	tables, err := db.Query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
	ts.Check(err)
	var names []string
	for tables.Next() {
		var name string
		ts.Check(tables.Scan(&name))
		names = append(names, name)
	}
	ts.Check(tables.Err())
next:
	for _, name := range names {
		for _, left := range args[1:] {
			if left == name {
				continue next
			}
		}
		dumpRows(ts, db, name, `SELECT rowid, * FROM "`+name+`" ORDER BY rowid`)
	}
}

func dumpRows(ts *testscript.TestScript, db *sql.DB, name, query string) {
	rows, err := db.Query(query)
	ts.Check(err)
	defer rows.Close()
	columns, err := rows.Columns()
	ts.Check(err)
	cells := make([]any, len(columns))
	targets := make([]any, len(columns))
	for i := range cells {
		targets[i] = &cells[i]
	}
	number, sum := 0, sha256.New()
	for ; rows.Next(); number++ {
		ts.Check(rows.Scan(targets...))
		for _, cell := range cells {
			fmt.Fprintf(sum, "%T %v\n", cell, cell)
		}
	}
	ts.Check(rows.Err())
	fmt.Fprintf(ts.Stdout(), "%s %d %x\n", name, number, sum.Sum(nil))
}

// cmdTruncate: truncate FILE SIZE — cut a file.
func cmdTruncate(ts *testscript.TestScript, neg bool, args []string) {
	args = operands(ts, neg, args, 2)
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}

// numeral finds the numbers in a text.
var numeral = regexp.MustCompile(`[-+]?\d+(\.\d+)?([eE][-+]?\d+)?`)

// cmdCmpNum: cmpnum A B — the files are the same text, but for the numbers,
// which agree within 1e-9: what exp and log give differs between processors in
// the last digits. (The weights of training are within 1e-6 of the truth, but
// here they are compared with other runs of the same code.)
func cmdCmpNum(ts *testscript.TestScript, neg bool, args []string) {
	args = operands(ts, neg, args, 2)
	a, b := ts.ReadFile(args[0]), ts.ReadFile(args[1])
	if numeral.ReplaceAllString(a, "#") != numeral.ReplaceAllString(b, "#") {
		ts.Fatalf("%s and %s differ by more than numbers:\n%s\n%s", args[0], args[1], a, b)
	}
	x, y := numeral.FindAllString(a, -1), numeral.FindAllString(b, -1)
	for i := range x {
		u, errU := strconv.ParseFloat(x[i], 64)
		v, errV := strconv.ParseFloat(y[i], 64)
		ts.Check(errors.Join(errU, errV))
		if math.Abs(u-v) > 1e-9 {
			ts.Fatalf("number %d is %s in %s and %s in %s", i, x[i], args[0], y[i], args[1])
		}
	}
}

// condition decides what testscript does not know: [tmpfs] — a small file
// system can be mounted for one process; [crowdsourcing] — the database of
// that name, which may not be copied into the repository, is at hand; [postgres] —
// commands work on a server.
func condition(name string) (bool, error) {
	switch name {
	case "tmpfs":
		return exec.Command("unshare", "-rm", "mount", "-t", "tmpfs", "none", os.TempDir()).Run() == nil, nil
	case "crowdsourcing":
		_, err := os.Stat(filepath.Join(sharedOracle, "crowdsourcing.db"))
		return err == nil, nil
	case "postgres":
		return false, nil // see postgresScripts
	default:
		return false, fmt.Errorf("unknown condition %q", name)
	}
}
