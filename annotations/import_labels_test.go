package annotations_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// longTable writes labels as load-matrix --format csv does.
func longTable(t testing.TB, L *matrix.LabelMatrix) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	must(t, w.Write([]string{"candidate_id", "key", "value"}))
	for _, e := range L.Entries() {
		must(t, w.Write([]string{fmt.Sprint(L.Candidates()[e.Row]), L.Keys()[e.Col].Name, fmt.Sprint(e.Value)}))
	}
	w.Flush()
	must(t, w.Error())
	return b.Bytes()
}

// wideTable writes the rows of labels with a column per key; spell writes a
// label.
func wideTable(t testing.TB, L *matrix.LabelMatrix, comma rune, spell func(v int16) string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = comma
	header := []string{"candidate_id"}
	for _, k := range L.Keys() {
		header = append(header, k.Name)
	}
	must(t, w.Write(header))
	for i, id := range L.Candidates() {
		row := []string{fmt.Sprint(id)}
		for j := range L.Cols() {
			row = append(row, spell(L.At(i, j)))
		}
		must(t, w.Write(row))
	}
	w.Flush()
	must(t, w.Error())
	return b.Bytes()
}

// labelImport is how a table is read and what is done with it.
type labelImport struct {
	Type                           string
	KeyGroup, Abstain, Cardinality int
	Replace                        bool
}

// importTable imports a table, which may name candidates by the arguments of
// any class.
func importTable(ctx context.Context, t testing.TB, s *session.Session, o labelImport, table io.Reader) (annotations.ImportedLabels, error) {
	t.Helper()
	classes := candidates.Subclasses(s)
	if o.Type != "" {
		class, err := candidates.Lookup(s, o.Type)
		must(t, err)
		classes = []*candidates.Subclass{class}
	}
	rows := annotations.ReadLabels("L.csv", table, annotations.LabelFormat{Classes: classes,
		Notation: annotations.Notation{Abstain: &o.Abstain, Cardinality: o.Cardinality}})
	return annotations.ImportLabels(ctx, s, rows, annotations.LabelImportOptions{Type: o.Type, KeyGroup: o.KeyGroup, Replace: o.Replace})
}

// importInto imports a table into a file.
func importInto(t testing.TB, path string, opts labelImport, table io.Reader) (annotations.ImportedLabels, error) {
	t.Helper()
	s, err := session.Open(t.Context(), path, session.Writable())
	must(t, err)
	defer s.Close()
	return importTable(t.Context(), t, s, opts, table)
}

// refuses checks that a table is refused with an error that says certain words,
// and changes nothing.
func refuses(t *testing.T, path string, opts labelImport, table string, says ...string) error {
	t.Helper()
	before := content(t, path)
	_, err := importInto(t, path, opts, strings.NewReader(table))
	wantError(t, fmt.Sprintf("%.60q", table), err, says...)
	if content(t, path) != before {
		t.Errorf("%.60q: the file changed", table)
	}
	return err
}

// TestImportedLabelsAreTheOnesThatWereWritten takes every label that real
// Snorkel stored out of a database, in each shape and convention, and into a
// copy without labels.
func TestImportedLabelsAreTheOnesThatWereWritten(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		data, err := os.ReadFile(db.s.Path())
		must(t, err)
		for _, split := range db.Splits {
			L, err := label.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: split})
			must(t, err)
			if L.NNZ() == 0 {
				continue
			}
			nine := labelImport{Abstain: -1, Cardinality: 5}
			class := func(v int16) string { return fmt.Sprint(v - 1) }
			if L.MinLabel() < 0 {
				nine.Cardinality = 2
				class = func(v int16) string { return map[int16]string{0: "-1.0", -1: "0.0", 1: "1.0"}[v] }
			}
			snorkel := func(v int16) string { return fmt.Sprint(v) }
			pandas := func(v int16) string {
				if v == 0 {
					return ""
				}
				return fmt.Sprintf("%.1f", float64(v))
			}
			for what, table := range map[string]struct {
				opts labelImport
				text []byte
				rows int
			}{
				"long":        {labelImport{}, longTable(t, L), labelled(L)},
				"wide":        {labelImport{}, wideTable(t, L, ',', snorkel), L.Rows()},
				"pandas":      {labelImport{}, wideTable(t, L, '\t', pandas), L.Rows()},
				"Snorkel 0.9": {nine, wideTable(t, L, ',', class), L.Rows()},
			} {
				path := filepath.Join(t.TempDir(), "empty.db")
				must(t, os.WriteFile(path, data, 0o644))
				execute(t, path, "DELETE FROM label")
				done, err := importInto(t, path, table.opts, bytes.NewReader(table.text))
				must(t, err)
				if done.Labels != L.NNZ() || done.Candidates != table.rows || done.KeysCreated != 0 {
					t.Errorf("split %d, %s: %+v of %d labels and %d rows", split, what, done, L.NNZ(), table.rows)
				}
				got, err := label.LoadMatrix(t.Context(), open(t, path), annotations.Selection{Split: split})
				must(t, err)
				equal(t, fmt.Sprintf("split %d, %s", split, what), got.Entries(), L.Entries())
			}
		}
	})
}

// labelled counts the rows that have labels.
func labelled(L *matrix.LabelMatrix) (n int) {
	for i := range L.Rows() {
		if cols, _ := L.Row(i); len(cols) > 0 {
			n++
		}
	}
	return n
}

// manyCandidates makes a database of n candidates without labels.
func manyCandidates(t testing.TB, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "many.db")
	s, err := session.Create(t.Context(), path)
	must(t, err)
	must(t, s.Close())
	execute(t, path, fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		INSERT INTO candidate (id, type, split) SELECT i, 'x', 0 FROM n`, n))
	return path
}

// labelRows writes a wide table of the candidates 1..n with a label of 1 each.
func labelRows(n int) string {
	var b strings.Builder
	b.WriteString("candidate_id,a\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,1\n", i+1)
	}
	return b.String()
}

func TestTheFirstMistakeOfALongTableComesOut(t *testing.T) {
	const n = 5000 // several batches
	path := manyCandidates(t, n)
	for what, test := range map[string]struct {
		rows string // behind the n that are right
		says string
		is   error
	}{
		"an id that no candidate has":   {"9999,1\n1,1\n3,yes\n", "L.csv:5002: candidate 9999: no candidate", candidates.ErrNoCandidate},
		"a row of another batch again":  {"17,1\n9999,1\n3,yes\n", "L.csv:5002: candidate 17 came in line 18 already", nil},
		"a row again, next to the last": {"5000,\n3,yes\n", "L.csv:5002: candidate 5000 came in line 5001 already", nil},
		"no label":                      {"3,yes\n9999,1\n", "L.csv:5002: column a: unusable value", annotations.ErrBadValue},
		"a broken row":                  {"\n\n3,\"1\"2\n", `L.csv:5004: extraneous`, nil},
	} {
		t.Run(what, func(t *testing.T) {
			err := refuses(t, path, labelImport{}, labelRows(n)+test.rows, test.says)
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("error %v is not %v", err, test.is)
			}
		})
	}
	done, err := importInto(t, path, labelImport{}, strings.NewReader(labelRows(n)))
	must(t, err)
	if want := (annotations.ImportedLabels{Labels: n, Candidates: n, KeysCreated: 1}); done != want {
		t.Errorf("%+v, want %+v", done, want)
	}
	refuses(t, path, labelImport{}, "candidate_id,a\n7,1\n9999,1\n", "L.csv:2: candidate 7 has a label of a already")
	refuses(t, path, labelImport{}, "candidate_id,a\n9999,1\n7,1\n", "L.csv:2: candidate 9999")
	refuses(t, path, labelImport{}, "candidate_id,a,b\n9,,1\n", "L.csv:2: candidate 9 has a label of a already")
}

func TestReplacingWhatIsStored(t *testing.T) {
	const n = 3000
	path := manyCandidates(t, n+1)
	_, err := importInto(t, path, labelImport{}, strings.NewReader(labelRows(n)))
	must(t, err)
	execute(t, path, fmt.Sprintf("INSERT INTO label (candidate_id, key_id, value) VALUES (%d, 1, 0)", n+1)) // no label
	var b strings.Builder
	b.WriteString("candidate_id,key,value\n")
	for i := range n + 1 {
		fmt.Fprintf(&b, "%d,a,%d\n", i+1, i%3-1) // −1, 0, 1
	}
	done, err := importInto(t, path, labelImport{Replace: true}, strings.NewReader(b.String()))
	must(t, err)
	want := annotations.ImportedLabels{Labels: n/3*2 + 1, Candidates: n + 1, KeysReused: 1, Replaced: n / 3 * 2, Deleted: n / 3}
	if done != want {
		t.Errorf("%+v, want %+v", done, want)
	}
	equal(t, "labels", lines(t, path, "SELECT (candidate_id - 1) % 3 - 1, value, typeof(value), count(*) FROM label GROUP BY 1, 2, 3 ORDER BY 1"),
		[]string{fmt.Sprintf("-1 -1 integer %d", n/3+1), fmt.Sprintf("1 1 integer %d", n/3)})
}

func TestTablesOfManyColumns(t *testing.T) {
	const rows, cols = 40, 1000
	path := manyCandidates(t, rows)
	var b strings.Builder
	b.WriteString("candidate_id")
	for j := range cols {
		fmt.Fprintf(&b, ",LF %d", j)
	}
	for i := range rows {
		fmt.Fprintf(&b, "\n%d", i+1)
		for j := range cols {
			fmt.Fprintf(&b, ",%d", (i+j)%3-1)
		}
	}
	_, err := importInto(t, path, labelImport{}, strings.NewReader(b.String()))
	must(t, err)
	L, err := label.LoadMatrix(t.Context(), open(t, path), annotations.Selection{})
	must(t, err)
	for i := range rows {
		for j := range cols {
			if got, want := int(L.At(i, j)), (i+j)%3-1; got != want {
				t.Fatalf("label of candidate %d by LF %d: %d, want %d", i+1, j, got, want)
			}
		}
	}
}

func TestOneSessionImportsSeveralTables(t *testing.T) {
	path := manyCandidates(t, 3)
	s := open(t, path, session.Writable())
	for _, table := range []string{"candidate_id,a\n1,1\n", "candidate_id,b\n2,1\n2,1\n", "candidate_id,b\n2,1\n", "candidate_id,key,value\n3,a,1\n2,a,1\n"} {
		_, err := importTable(t.Context(), t, s, labelImport{}, strings.NewReader(table))
		if refused := strings.Count(table, "2,1") > 1; (err != nil) != refused {
			t.Errorf("%q: error %v", table, err)
		}
	}
	must(t, s.Close())
	equal(t, "labels", lines(t, path, "SELECT candidate_id, name FROM label JOIN label_key AS k ON k.id = key_id ORDER BY 1, 2"), []string{"1 a", "2 a", "2 b", "3 a"})
	equal(t, "keys", lines(t, path, "SELECT name FROM label_key ORDER BY id"), []string{"a", "b"})
	equal(t, "tables left behind", lines(t, path, "SELECT name FROM sqlite_master WHERE name LIKE '%import%'"), []string{})
}

// counted is a text without end, which counts what is read of it.
type counted struct {
	start string
	n     int
}

func (c *counted) Read(p []byte) (int, error) {
	n := copy(p, c.start[min(c.n, len(c.start)):])
	for i := n; i < len(p); i++ {
		p[i] = 'x'
	}
	c.n += len(p)
	return len(p), nil
}

func TestAnOpenQuotationMarkEndsTheReading(t *testing.T) {
	path := manyCandidates(t, 3)
	for start, says := range map[string]string{
		"candidate_id,a\n1,1\n2,\"": "L.csv:3: a row of more than 16 MiB; is a quotation mark left open?",
		"":                          "L.csv:1: a row of more than 16 MiB",
	} {
		endless := &counted{start: start}
		_, err := importInto(t, path, labelImport{}, endless)
		wantError(t, start, err, says)
		if endless.n > 20<<20 {
			t.Errorf("%d bytes were read", endless.n)
		}
	}
}

func TestReadingThatFailsChangesNothing(t *testing.T) {
	path := manyCandidates(t, 3)
	before := content(t, path)
	broken := errors.New("the line went dead")
	for _, start := range []string{"", "candidate_id,a\n1,1\n"} {
		_, err := importInto(t, path, labelImport{}, io.MultiReader(strings.NewReader(start), failing{broken}))
		wantError(t, start, err, "L.csv:")
		if !errors.Is(err, broken) {
			t.Errorf("error %v is not that of the reader", err)
		}
	}
	s := open(t, path, session.Writable())
	if _, err := importTable(cancelledContext(t), t, s, labelImport{}, strings.NewReader(labelRows(3))); err == nil {
		t.Error("a cancelled import succeeded")
	}
	if _, err := importTable(t.Context(), t, open(t, path), labelImport{}, strings.NewReader(labelRows(3))); !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("error %v, want ErrReadOnly", err)
	}
	if content(t, path) != before {
		t.Error("the file changed")
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestLabelsThatAreNone(t *testing.T) {
	path := manyCandidates(t, 3)
	snorkel, nine := labelImport{}, labelImport{Abstain: -1, Cardinality: 3}
	for _, test := range []struct {
		opts labelImport
		cell string
		says string
	}{
		{snorkel, "x", "it is no number"}, {snorkel, "0x1", "not a label"}, {snorkel, "1_0", "not a label"}, {snorkel, "inf", "not a label"},
		{snorkel, "None", "not a label"}, {snorkel, "Trues", "not a label"}, {snorkel, "1e300", "too large"}, {snorkel, "99999999999999999999", "too large"},
		{snorkel, "1.5", "fraction"}, {snorkel, "-2", "outside -1..32767"}, {snorkel, "32768", "outside -1..32767"},
		{nine, "3", "class 3 is not below the cardinality 3"}, {nine, "-2", "no class"}, {nine, "1.0.0", "not a label"},
		{nine, "True", "True is a label of two classes, and there are 3"}, {labelImport{Cardinality: 5}, "false", "label of two classes"},
	} {
		err := refuses(t, path, test.opts, "candidate_id,a\n1,"+test.cell+"\n", "L.csv:2: column a: ", test.says)
		if !errors.Is(err, annotations.ErrBadValue) {
			t.Errorf("%s: error %v is not ErrBadValue", test.cell, err)
		}
	}
	for i, cell := range []string{"1", "1.0", "+1", "1e0", " 1 ", "01", "10e-1", "true", " True "} {
		_, err := importInto(t, path, labelImport{KeyGroup: 1 + i}, strings.NewReader("candidate_id,a\n1,"+cell+"\n"))
		must(t, err)
	}
	equal(t, "labels", lines(t, path, "SELECT DISTINCT value FROM label"), []string{"1"})
}

func TestLabelImportOptions(t *testing.T) {
	path := manyCandidates(t, 3)
	for _, opts := range []labelImport{{Abstain: 1}, {Cardinality: 1}, {Cardinality: -1}, {Cardinality: 32768}} {
		refuses(t, path, opts, labelRows(3), "labels: ")
	}
}

// A foreign program may have left the unique constraint out.
func TestStableIDsOfSeveralCandidatesNameNone(t *testing.T) {
	path := copyOracle(t, "CREATE TABLE page (id INTEGER PRIMARY KEY, doc_id INTEGER, doc_cid VARCHAR)",
		"INSERT INTO candidate (id, type, split) VALUES (1001, 'page', 0), (1002, 'page', 1), (1003, 'other', 1), (1004, 'page', 1)",
		"INSERT INTO page (id, doc_id) SELECT 1001, id FROM context WHERE stable_id LIKE 'doc-00::document:%'",
		"INSERT INTO page (id, doc_id) SELECT 1004, id FROM context WHERE stable_id LIKE 'doc-01::document:%'",
		"INSERT INTO page (id, doc_id) SELECT 1003, doc_id FROM page WHERE id = 1004")
	const rows = "doc,a\ndoc-01::document:0:0,1\ndoc-00::document:0:0,1\n"
	done, err := importInto(t, path, labelImport{Type: "page"}, strings.NewReader(rows))
	must(t, err)
	if done.Labels != 2 {
		t.Errorf("%+v, want 2 labels; that of another type does not count", done)
	}
	execute(t, path, "INSERT INTO page (id, doc_id) SELECT 1002, doc_id FROM page WHERE id = 1001")
	refuses(t, path, labelImport{Type: "page", KeyGroup: 1}, rows,
		`L.csv:3: page of ["doc-00::document:0:0"]: 2 candidates have these arguments; name them in a column candidate_id`)
}
