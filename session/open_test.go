package session_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"workbench/session"
)

func TestOpenRefusesWhatIsNoSnorkelDatabase(t *testing.T) {
	write := func(content string) func(t *testing.T, path string) {
		return func(t *testing.T, path string) { must(t, os.WriteFile(path, []byte(content), 0o644)) }
	}
	sqlite := func(script string) func(t *testing.T, path string) {
		return func(t *testing.T, path string) { build(t, path, script) }
	}
	for _, test := range []struct {
		name string
		make func(t *testing.T, path string)
		kind error
		says string
	}{
		{"missing file", func(*testing.T, string) {}, session.ErrNotFound, "x.db: no such database"},
		{"directory", func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o755)) }, session.ErrIsDirectory, "file inside"},
		{"empty file", write(""), session.ErrEmpty, "0 bytes"},
		{"one byte", write("x"), session.ErrNotSQLite, ""},
		{"text file", write(strings.Repeat("candidate,label\n", 1000)), session.ErrNotSQLite, ""},
		{"magic string and nothing else", write("SQLite format 3\x00"), session.ErrNotSQLite, ""},
		{"magic string and text", write("SQLite format 3\x00" + strings.Repeat("not really", 1000)), session.ErrNotSQLite, ""},
		{"sqlite file without tables", sqlite("PRAGMA user_version = 1"), session.ErrNotSnorkel, "no tables"},
		{"sqlite file of something else", sqlite("CREATE TABLE songs (id, title); CREATE TABLE artists (id)"), session.ErrNotSnorkel, "artists, songs"},
		{"candidate table of something else", sqlite("CREATE TABLE candidate (id, votes); CREATE TABLE context (id)"), session.ErrNotSnorkel, "candidate(id, type, split)"},
		{"many tables of something else", sqlite("CREATE TABLE a(x); CREATE TABLE b(x); CREATE TABLE c(x); CREATE TABLE d(x); CREATE TABLE e(x); CREATE TABLE f(x); CREATE TABLE g(x)"),
			session.ErrNotSnorkel, "a, b, c, d, e, and 2 more"},
		{"snorkel 0.4", func(t *testing.T, path string) { build(t, path, script(t, "snorkel04.sql")) }, session.ErrSnorkel04, "0.5"},
	} {
		for mode, opts := range map[string][]session.Option{"reading": nil, "writing": {session.Writable()}} {
			t.Run(test.name+" for "+mode, func(t *testing.T) {
				dir := t.TempDir()
				path := filepath.Join(dir, "x.db")
				test.make(t, path)
				before := snapshot(t, dir)
				s, err := session.Open(t.Context(), path, opts...)
				if err == nil {
					s.Close()
				}
				wantKind(t, err, test.kind, path)
				if !strings.Contains(err.Error(), test.says) {
					t.Errorf("message lacks %q: %v", test.says, err)
				}
				wantSame(t, "directory", before, snapshot(t, dir))
			})
		}
	}
}

// Each kind is its own: an error of one is not an error of another.
func TestKindsOfFailureAreDistinct(t *testing.T) {
	kinds := []error{session.ErrNotFound, session.ErrIsDirectory, session.ErrEmpty, session.ErrNotSQLite,
		session.ErrNotSnorkel, session.ErrSnorkel04, session.ErrExists, session.ErrReadOnly, session.ErrLocked,
		session.ErrHotJournal, session.ErrCorrupt, session.ErrFull, session.ErrCannotOpen, session.ErrNotReadOnly}
	for i, kind := range kinds {
		err := &session.Error{Path: "x.db", Kind: kind}
		for j, other := range kinds {
			if errors.Is(err, other) != (i == j) {
				t.Errorf("an error of kind %q is %q: %t", kind, other, i != j)
			}
		}
	}
}

func TestOpenOfAPathBelowAFileSaysWhy(t *testing.T) {
	path := filepath.Join(copyOracle(t), "below")
	_, err := session.Open(t.Context(), path)
	wantKind(t, err, session.ErrCannotOpen, path)
}

func TestOpenInAMissingDirectoryCreatesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "no", "such", "x.db")
	for _, opts := range [][]session.Option{nil, {session.Writable()}} {
		_, err := session.Open(t.Context(), path, opts...)
		wantKind(t, err, session.ErrNotFound, path)
	}
	if files := names(t, dir); len(files) > 0 {
		t.Errorf("created %v", files)
	}
}

func TestOpenRecognisesWhichSnorkelWroteTheFile(t *testing.T) {
	dir := t.TempDir()
	made, err := session.Create(t.Context(), filepath.Join(dir, "made.db"))
	must(t, err)
	must(t, made.Close())
	upgraded := build(t, filepath.Join(dir, "05up.db"), script(t, "snorkel05.sql"))
	execute(t, upgraded, "CREATE TABLE marginal (id INTEGER PRIMARY KEY, candidate_id, training BOOLEAN, value, probability)")
	bare := build(t, filepath.Join(dir, "bare.db"),
		"CREATE TABLE context (id, type, stable_id); CREATE TABLE candidate (split, type, id)")
	for _, test := range []struct {
		name, path string
		want       session.Version
	}{
		{"0.5", build(t, filepath.Join(dir, "05.db"), script(t, "snorkel05.sql")), session.V05},
		{"0.5, opened later by 0.6, which added the marginal table", upgraded, session.V06},
		{"0.6", build(t, filepath.Join(dir, "06.db"), script(t, "snorkel06.sql")), session.V06},
		{"0.7", copyOracle(t), session.V07},
		{"made by Create", made.Path(), session.V07},
		{"half-built, without sentences", bare, session.V06},
	} {
		if got := open(t, test.path).Version(); got != test.want {
			t.Errorf("%s: version %q, want %q", test.name, got, test.want)
		}
	}
}

func TestOldShippedDatabaseIsRecognised(t *testing.T) {
	const path = "../../shared/oracle/crowdsourcing.db"
	if _, err := os.Stat(path); err != nil {
		t.Skip("the database of 2017 is not here:", err)
	}
	s := open(t, path)
	if s.Version() != session.V06 {
		t.Errorf("version %q, want %q", s.Version(), session.V06)
	}
	wantCandidates(t, s, 632)
}

func TestViewsAreNotTables(t *testing.T) {
	path := copyOracle(t)
	execute(t, path, `CREATE VIEW spouse_serialized AS SELECT candidate.id, span0.*, span1.*
		FROM candidate, spouse, span AS span0, span AS span1 WHERE candidate.id = spouse.id
		AND span0.id = spouse.person1_id AND span1.id = spouse.person2_id`,
		"CREATE VIEW broken AS SELECT x FROM nowhere")
	s := open(t, path)
	if s.HasTable("spouse_serialized") || s.HasTable("broken") || slices.Contains(s.Tables(), "broken") {
		t.Error("a view counts as a table")
	}
	wantCandidates(t, s, 391)
}

func TestTablesAndColumnsAreThoseOfTheFile(t *testing.T) {
	s := open(t, build(t, filepath.Join(t.TempDir(), "06.db"), script(t, "snorkel06.sql")))
	equal(t, "tables", s.Tables(), sorted("context", "document", "sentence", "span", "candidate", "spouse",
		"gold_label_key", "gold_label", "label_key", "label", "feature_key", "feature", "prediction_key", "prediction",
		"marginal", "stable_label"))
	equal(t, "columns of label, as stored", s.Columns("label"), []string{"value", "candidate_id", "key_id"})
	equal(t, "columns of label_key, as stored", s.Columns("label_key"), []string{"group", "name", "id"})
	if s.Columns("nowhere") != nil || s.HasTable("nowhere") || s.HasColumn("nowhere", "id") {
		t.Error("a table that is not there has columns")
	}
	if !s.HasColumn("spouse", "person1_cid") || s.HasColumn("sentence", "abs_char_offsets") {
		t.Error("HasColumn disagrees with the file")
	}
	s.Columns("label")[0] = "spoiled"
	if !s.HasColumn("label", "value") {
		t.Error("a caller can change what the session knows of the columns")
	}
}

func TestCreateNeverTouchesAnExistingFile(t *testing.T) {
	for name, content := range map[string]string{"something": "my thesis", "nothing": ""} {
		path := filepath.Join(t.TempDir(), "x.db")
		must(t, os.WriteFile(path, []byte(content), 0o644))
		_, err := session.Create(t.Context(), path)
		wantKind(t, err, session.ErrExists, path)
		if data, err := os.ReadFile(path); err != nil || string(data) != content {
			t.Errorf("a file with %s in it has %q now, %v", name, data, err)
		}
	}
}

func TestCreateInAMissingDirectoryBlamesTheDirectory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "no", "x.db")
	_, err := session.Create(t.Context(), path)
	wantKind(t, err, session.ErrCannotOpen, path)
}

func TestCreateThatFailsLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := cancelled(t)
	defer cancel()
	if _, err := session.Create(ctx, filepath.Join(dir, "x.db")); err == nil {
		t.Fatal("Create succeeded with a cancelled context")
	}
	if files := names(t, dir); len(files) > 0 {
		t.Errorf("left behind: %v", files)
	}
}

func TestCreatedDatabaseIsOpenForWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s, err := session.Create(t.Context(), path)
	must(t, err)
	must(t, insertCandidates(t, s, 3))
	must(t, s.Close())
	wantCandidates(t, open(t, path), 3)
	equal(t, "files", names(t, filepath.Dir(path)), []string{"x.db"})
}

// A connection that is opened later must not create the file anew.
func TestRemovedFileIsNotCreatedAgain(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	must(t, os.Remove(path))
	err := s.View(t.Context(), func(*session.Tx) error { // keeps the first connection busy
		return s.View(t.Context(), func(tx *session.Tx) error {
			_, err := tx.Exec("SELECT * FROM candidate")
			return err
		})
	})
	wantKind(t, err, session.ErrCannotOpen, path)
	wantKind(t, s.Scan(t.Context(), readOne), session.ErrCannotOpen, path)
	if files := names(t, filepath.Dir(path)); len(files) > 0 {
		t.Errorf("created %v", files)
	}
}

// What Open has read with goes on to the first scan: it holds no lock until then,
// heeds another context, and sees what was written meanwhile.
func TestFirstScanBeginsAnew(t *testing.T) {
	path := copyOracle(t)
	ctx, cancel := context.WithCancel(t.Context())
	s, err := session.Open(ctx, path)
	must(t, err)
	defer s.Close()
	cancel()
	execute(t, path, "CREATE TABLE later (x)", "INSERT INTO later VALUES (7)")
	count := func(ctx context.Context) (n int, err error) {
		err = s.Scan(ctx, func(sc *session.Scanner) error {
			return sc.Each(func(cur *session.Cursor) error {
				n = int(cur.Int64(0))
				return nil
			}, "SELECT x FROM later")
		})
		return n, err
	}
	for range 2 {
		if n, err := count(t.Context()); n != 7 || err != nil {
			t.Errorf("read %d, %v, want 7", n, err)
		}
	}
	_, err = count(ctx)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

// A session whose first scan comes late, or never, leaves nothing open.
func TestSessionThatNeverScansIsClosed(t *testing.T) {
	path := copyOracle(t)
	for range 2 {
		s, err := session.Open(t.Context(), path)
		must(t, err)
		must(t, s.Close())
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := session.Open(canceled, path); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	execute(t, path, "DELETE FROM marginal")
}
