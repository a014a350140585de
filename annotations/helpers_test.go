package annotations_test

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"workbench/annotations/matrix"
	"workbench/session"
)

const testdata = "../testdata/"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[E comparable](t testing.TB, what string, got, want []E) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func open(t testing.TB, path string, opts ...session.Option) *session.Session {
	t.Helper()
	s, err := session.Open(context.Background(), path, opts...)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// oracleDB opens the database that Snorkel wrote.
func oracleDB(t testing.TB) *session.Session {
	t.Helper()
	return open(t, testdata+"oracle/snorkel07.db")
}

// copyOracle runs statements on a copy of the database that Snorkel wrote and
// returns its path.
func copyOracle(t testing.TB, statements ...string) string {
	t.Helper()
	data, err := os.ReadFile(testdata + "oracle/snorkel07.db")
	must(t, err)
	path := filepath.Join(t.TempDir(), "snorkel.db")
	must(t, os.WriteFile(path, data, 0o644))
	execute(t, path, statements...)
	return path
}

// build makes a database out of a script in testdata.
func build(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(testdata + name)
	must(t, err)
	path := filepath.Join(t.TempDir(), "built.db")
	execute(t, path, string(text))
	return path
}

func execute(t testing.TB, path string, statements ...string) {
	t.Helper()
	db := raw(t, path)
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// raw opens a file with foreign keys enforced, as Snorkel does.
func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=foreign_keys(1)&_pragma=synchronous(0)")
	must(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

// lines reads a query's rows, each as one line.
func lines(t testing.TB, path, query string) []string {
	t.Helper()
	db := raw(t, path)
	defer db.Close()
	rows, err := db.Query(query)
	must(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	all := []string{}
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		must(t, rows.Scan(targets...))
		all = append(all, strings.TrimSuffix(fmt.Sprintln(values...), "\n"))
	}
	must(t, rows.Err())
	return all
}

// dump lists the rows of every table except some.
func dump(t testing.TB, path string, except ...string) string {
	t.Helper()
	var b strings.Builder
	for _, table := range lines(t, path, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") {
		if !slices.Contains(except, table) {
			fmt.Fprintf(&b, "%s\n%s\n", table, strings.Join(lines(t, path, `SELECT * FROM "`+table+`" ORDER BY rowid`), "\n"))
		}
	}
	return b.String()
}

func content(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	return string(data)
}

func readJSON(t testing.TB, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	must(t, json.Unmarshal(data, into))
}

// shared names a file beside the project that must not be copied into it.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := "../../shared/oracle/" + name
	if _, err := os.Stat(path); err != nil {
		t.Skip("the shared oracle is not here:", err)
	}
	return path
}

// wantError checks that a message has certain words and stands on one line.
func wantError(t testing.TB, what string, err error, says ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error, want one with %q", what, says)
		return
	}
	for _, s := range append(says, "") {
		if !strings.Contains(err.Error(), s) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %q, want one line with %q", what, err, s)
		}
	}
}

// matrix is a matrix in the oracle's words. After slicing, Snorkel gives the
// maps as objects, and only the ids of the columns.
type wantMatrix struct {
	Shape    []int
	COO      [][3]float64
	RowIndex index[int64] `json:"row_index"`
	ColIndex index[key]   `json:"col_index"`
}

type key struct {
	id    int64
	name  string
	group int
}

func (k *key) UnmarshalJSON(data []byte) error {
	if data[0] != '[' {
		return json.Unmarshal(data, &k.id)
	}
	return json.Unmarshal(data, &[]any{&k.id, &k.name, &k.group})
}

// index is a list, or an object with the numbers 0, 1, … as names.
type index[E any] []E

func (x *index[E]) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		return json.Unmarshal(data, (*[]E)(x))
	}
	var byPlace map[int]E
	if err := json.Unmarshal(data, &byPlace); err != nil {
		return err
	}
	*x = make([]E, len(byPlace))
	for i, e := range byPlace {
		if i < 0 || i >= len(*x) {
			return fmt.Errorf("the index has a hole: place %d of %d", i, len(*x))
		}
		(*x)[i] = e
	}
	return nil
}

// zeros counts the explicit zeros.
func (m wantMatrix) zeros() (n int) {
	for _, e := range m.COO {
		if e[2] == 0 {
			n++
		}
	}
	return n
}

// compare checks a matrix against the oracle's: shape, both maps, and every
// entry that is not zero. Values are equal to the last bit, because both sides
// read the same stored number.
func compare[V matrix.Value](t testing.TB, what string, got *matrix.Matrix[V], want wantMatrix) {
	t.Helper()
	if got.Rows() != want.Shape[0] || got.Cols() != want.Shape[1] {
		t.Errorf("%s: %d × %d, want %v", what, got.Rows(), got.Cols(), want.Shape)
		return
	}
	if !slices.Equal(got.Candidates(), want.RowIndex) {
		t.Errorf("%s: candidates %v, want %v", what, got.Candidates(), want.RowIndex)
	}
	for j, k := range want.ColIndex {
		have := got.Keys()[j]
		if have.ID != k.id || k.name != "" && (have.Name != k.name || have.Group != k.group) {
			t.Errorf("%s: column %d is %+v, want %+v", what, j, have, k)
		}
	}
	compareEntries(t, what, got, want)
}

func compareEntries[V matrix.Value](t testing.TB, what string, got *matrix.Matrix[V], want wantMatrix) {
	t.Helper()
	entries := [][3]float64{}
	for _, e := range got.Entries() {
		entries = append(entries, [3]float64{float64(e.Row), float64(e.Col), float64(e.Value)})
	}
	if wanted := want.nonzero(); !slices.Equal(entries, wanted) {
		t.Errorf("%s: entries\n got %v\nwant %v", what, entries, wanted)
	}
	if got.NNZ() != len(entries) {
		t.Errorf("%s: NNZ %d, but %d entries", what, got.NNZ(), len(entries))
	}
}

// nonzero lists the entries that are not zero by row, then column.
func (m wantMatrix) nonzero() [][3]float64 {
	entries := [][3]float64{}
	for _, e := range m.COO {
		if e[2] != 0 {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b [3]float64) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	return entries
}

// figures are what the oracle computed for one database.
type figures struct {
	Splits     []int
	Annotators []string
	BySplit    map[string]struct {
		L        labels
		L1       *labels `json:"L_group_1"`
		Summary  summary
		Stats    table `json:"lf_stats"`
		Gold     map[string]labels
		Features wantMatrix
		Training json.RawMessage `json:"marginals_training"`
		End      json.RawMessage `json:"marginals_end"`
	} `json:"by_split"`
	Variants map[string]json.RawMessage
}

// labels is a label matrix with the statistics that the oracle puts into it.
type labels struct {
	wantMatrix
	Summary   *summary
	Stats     *table `json:"lf_stats"`
	StatsGold *table `json:"lf_stats_gold"`
}

type summary struct {
	Coverage float64 `json:"candidate_coverage"`
	Overlap  float64 `json:"candidate_overlap"`
	Conflict float64 `json:"candidate_conflict"`
}

// table is a pandas table.
type table struct {
	Index   []string
	Columns []string
	Data    [][]any
}

// database is a database with its figures.
type database struct {
	s *session.Session
	figures
}

// eachDatabase runs a test on the database in testdata and on those beside the
// project that are there.
func eachDatabase(t *testing.T, test func(t *testing.T, db database)) {
	for _, name := range []string{"snorkel07", "spouse_small", "crowdsourcing"} {
		t.Run(name, func(t *testing.T) {
			path := testdata + "oracle/snorkel07.db"
			if name != "snorkel07" {
				path = shared(t, name+".db")
			}
			db := database{s: open(t, path)}
			readJSON(t, strings.TrimSuffix(path, ".db")+".json", &db.figures)
			if len(db.BySplit) == 0 || len(db.Variants) == 0 {
				t.Fatal("the oracle's file has no splits or no variants")
			}
			test(t, db)
		})
	}
}

// variant decodes one variant of the oracle's.
func variant[V any](t testing.TB, db database, name string) (v V) {
	t.Helper()
	if db.Variants[name] == nil {
		t.Fatalf("the oracle has no variant %q", name)
	}
	must(t, json.Unmarshal(db.Variants[name], &v))
	return v
}

func cancelledContext(t testing.TB) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// copyFile overwrites a file with another.
func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}
