package workbench_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"workbench"
	"workbench/candidates"
	"workbench/session"
)

const snorkelMade = "testdata/oracle/snorkel07.db"

// schema.sql and Subclass.Create together must make what Snorkel makes: the
// same columns, keys, uniques in their order, cascades and index names.
func TestSchemaIsSnorkels(t *testing.T) {
	want := describe(t, snorkelMade)
	got := describe(t, createWithSpouse(t))
	if names, wanted := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(names, wanted) {
		t.Fatalf("tables\n got %v\nwant %v", names, wanted)
	}
	if len(want) != 16 {
		t.Fatalf("the file that Snorkel made has %d tables, the test expects 16", len(want))
	}
	for table, description := range want {
		if got[table] != description {
			t.Errorf("table %s\n got:\n%swant:\n%s", table, got[table], description)
		}
	}
}

func TestSchemaAloneMakesAllButTheSubclassTable(t *testing.T) {
	s, err := session.Create(t.Context(), filepath.Join(t.TempDir(), "new.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	want := slices.DeleteFunc(slices.Sorted(maps.Keys(describe(t, snorkelMade))), func(name string) bool { return name == "spouse" })
	if got := s.Tables(); !slices.Equal(got, want) {
		t.Errorf("tables\n got %v\nwant %v", got, want)
	}
}

// Snorkel creates what is missing in any file that it opens, and its CREATE
// TABLE must find nothing to do. SQLite keeps the text of each statement;
// apart from white space and quotes it is the same as Snorkel's.
func TestSchemaTextIsSnorkels(t *testing.T) {
	want, got := statements(t, snorkelMade), statements(t, createWithSpouse(t))
	for name, text := range want {
		if normal(got[name]) != normal(text) {
			t.Errorf("%s\n got %s\nwant %s", name, normal(got[name]), normal(text))
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d statements, want %d", len(got), len(want))
	}
}

func TestSchemaIsEmbedded(t *testing.T) {
	if !strings.Contains(workbench.Schema(), "CREATE TABLE candidate") {
		t.Error("Schema() holds no candidate table")
	}
}

func createWithSpouse(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "new.db")
	s, err := session.Create(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	spouse, err := candidates.CandidateSubclass("Spouse", []string{"person1", "person2"})
	if err != nil {
		t.Fatal(err)
	}
	if err := spouse.Create(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	return path
}

func openRaw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// describe tells for each table its columns, indexes with their columns, and
// foreign keys, in the order and the words of SQLite's pragmas.
func describe(t *testing.T, path string) map[string]string {
	t.Helper()
	db := openRaw(t, path)
	tables := map[string]string{}
	for _, row := range rows(t, db, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") {
		table := row[0]
		var b strings.Builder
		list := func(title, query string) {
			for _, row := range rows(t, db, query, table) {
				fmt.Fprintf(&b, "  %s %s\n", title, strings.Join(row, "|"))
			}
		}
		list("column", "SELECT * FROM pragma_table_info(?)")
		list("index", `SELECT l.name, l."unique", l.origin, l.partial, i.seqno, i.cid, i.name
			FROM pragma_index_list(?) AS l, pragma_index_info(l.name) AS i ORDER BY l.name, i.seqno`)
		list("foreign key", "SELECT * FROM pragma_foreign_key_list(?)")
		tables[table] = b.String()
	}
	return tables
}

// statements returns the text of every CREATE statement by the object's name.
func statements(t *testing.T, path string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, row := range rows(t, openRaw(t, path), "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL") {
		texts[row[0]] = row[1]
	}
	return texts
}

// normal takes out what does not change a statement's meaning here: white
// space, and quotes, which "group" needs and no other name does.
func normal(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, `"`, "")), " ")
}

func rows(t *testing.T, db *sql.DB, query string, args ...any) [][]string {
	t.Helper()
	result, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer result.Close()
	columns, err := result.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for result.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := result.Scan(values...); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(columns))
		for i, v := range values {
			row[i] = fmt.Sprint(*v.(*any))
		}
		all = append(all, row)
	}
	if err := result.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
