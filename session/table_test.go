package session_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"workbench"
	"workbench/session"
)

// throughTable describes the rows of a table as [session.Scanner.Table] passes them
// on; first is called with the first of them.
func throughTable(sc *session.Scanner, table string, c session.Columns, first func()) (rows []string, err error) {
	begin := func() {
		if first != nil {
			first()
		}
		first = nil
	}
	err = sc.Table(table, c, func(b *session.Batch) error {
		begin()
		for k := range b.Rows {
			var row strings.Builder
			for _, column := range b.Integers {
				fmt.Fprint(&row, column[k], " ")
			}
			for _, column := range b.Numbers {
				fmt.Fprintf(&row, "%x ", math.Float64bits(column[k]))
			}
			for _, column := range b.Texts {
				fmt.Fprintf(&row, "%q ", column[k])
			}
			rows = append(rows, row.String())
		}
		return nil
	}, func(cur *session.Cursor) error {
		begin()
		rows = append(rows, odd(cur, c))
		return nil
	})
	return rows, err
}

// throughSteps describes the same rows as SQLite steps through the table.
func throughSteps(sc *session.Scanner, table string, c session.Columns) (rows []string, err error) {
	err = sc.Each(func(cur *session.Cursor) error {
		var row strings.Builder
		for i := range c.Integers {
			if cur.Kind(i) != session.Integer {
				rows = append(rows, odd(cur, c))
				return nil
			}
			fmt.Fprint(&row, cur.Int64(i), " ")
		}
		for i := range c.Numbers {
			i += len(c.Integers)
			if kind := cur.Kind(i); kind != session.Integer && kind != session.Real {
				rows = append(rows, odd(cur, c))
				return nil
			}
			fmt.Fprintf(&row, "%x ", math.Float64bits(cur.Float64(i)))
		}
		for i := range c.Texts {
			i += len(c.Integers) + len(c.Numbers)
			if cur.Kind(i) != session.Text {
				rows = append(rows, odd(cur, c))
				return nil
			}
			fmt.Fprintf(&row, "%q ", cur.Text(i))
		}
		rows = append(rows, row.String())
		return nil
	}, "SELECT "+strings.Join(slices.Concat(c.Integers, c.Numbers, c.Texts), ", ")+" FROM "+table+" NOT INDEXED")
	return rows, err
}

// odd describes a row of a cursor by the types of its values.
func odd(cur *session.Cursor, c session.Columns) string {
	var row strings.Builder
	for i := range len(c.Integers) + len(c.Numbers) + len(c.Texts) {
		switch v := cur.Value(i).(type) {
		case []byte: // as they are, as there may be many
			fmt.Fprintf(&row, "%s %d ", cur.Kind(i), len(v))
			row.Write(v)
		default:
			fmt.Fprintf(&row, "%s %q ", cur.Kind(i), fmt.Sprint(v))
		}
	}
	return row.String()
}

// compareWays reads a table in both ways in one scan, and fails if they differ in a
// row or in the error. It returns how many rows there are.
func compareWays(t testing.TB, s *session.Session, table string, c session.Columns, first func()) int {
	t.Helper()
	n := 0
	err := s.Scan(t.Context(), func(sc *session.Scanner) error {
		n = compareIn(t, sc, table, c, first)
		return nil
	})
	if err != nil && !errors.Is(err, session.ErrCorrupt) {
		t.Error(err)
	}
	return n
}

// compareIn is compareWays in a scan that may have read other tables.
func compareIn(t testing.TB, sc *session.Scanner, table string, c session.Columns, first func()) int {
	t.Helper()
	got, gotErr := throughTable(sc, table, c, first)
	want, wantErr := throughSteps(sc, table, c)
	if fmt.Sprint(gotErr) != fmt.Sprint(wantErr) {
		t.Errorf("%s %v: error %v, want %v", table, c, gotErr, wantErr)
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Errorf("%s %v: %d rows, want %d; row %d is %q, want %q", table, c, len(got), len(want), i, slices.Concat(got, []string{""})[min(i, len(got))], slices.Concat(want, []string{""})[min(i, len(want))])
			break
		}
	}
	return len(want)
}

// drawnTable draws the statements that make a table t, and its columns.
type drawnTable struct {
	*rand.Rand
	page       int
	columns    []string
	key        string // the column that is the rowid
	textual    string // one that mostly holds texts
	statements []string
	oddities   float64 // how many values are no integers
}

// pick draws one of a list.
func pick[E any](r *rand.Rand, list ...E) E { return list[r.IntN(len(list))] }

// value draws what an INSERT says.
func (d *drawnTable) value() string {
	if d.Float64() >= d.oddities {
		switch d.IntN(4) {
		case 0:
			return fmt.Sprint(d.IntN(2))
		case 1:
			return fmt.Sprint(int64(d.Uint64()) >> d.IntN(64))
		default:
			return fmt.Sprint(d.IntN(400) - 200)
		}
	}
	switch d.IntN(6) {
	case 0:
		return "NULL"
	case 1:
		return pick(d.Rand, "0.5", "-1e300", "1e999", "-0.0", "3.0")
	case 2:
		return "'" + strings.Repeat("é", d.IntN(20)) + "'"
	case 3:
		return fmt.Sprintf("zeroblob(%d)", d.IntN(3*d.page))
	case 4:
		return "x'0100000000000000'"
	default:
		return pick(d.Rand, "'12'", "' 12 '", "'x'", "9223372036854775807", "-9223372036854775808")
	}
}

func (d *drawnTable) do(statement string) { d.statements = append(d.statements, statement) }

// insert adds rows, by ascending rowids or by any.
func (d *drawnTable) insert(rows int, rowids bool) {
	for range rows {
		values, columns := make([]string, len(d.columns)), slices.Clone(d.columns)
		for i := range values {
			if columns[i] == d.textual && d.IntN(50) > 0 {
				values[i] = "'" + strings.Repeat("é", d.IntN(200)) + pick(d.Rand, "", "a", "1", "\xff") + "'"
				continue
			}
			if values[i] = d.value(); columns[i] == d.key { // which takes nothing else
				values[i] = fmt.Sprint(int64(d.Uint64()) >> d.IntN(64))
			}
		}
		if rowids && d.IntN(3) == 0 {
			columns, values = append(columns, "rowid"), append(values, fmt.Sprint(int64(d.Uint64())>>d.IntN(64)))
		}
		d.do("INSERT OR IGNORE INTO t (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(values, ", ") + ")")
	}
}

func drawTable(r *rand.Rand, page int) *drawnTable {
	d := &drawnTable{Rand: r, page: page, oddities: pick(r, 0, 0, 0.002, 0.02, 0.3)}
	var declared []string
	for i := range 1 + r.IntN(6) {
		name := fmt.Sprintf("c%d", i)
		d.columns = append(d.columns, name)
		declared = append(declared, name+" "+pick(r, "INTEGER", "INTEGER", "INTEGER", "INT NOT NULL", "", "BLOB", "TEXT", "FLOAT", "REAL", "BOOLEAN", "FLOATING POINT", "VARCHAR"))
	}
	if r.IntN(2) == 0 {
		d.textual = "text"
		declared = append(declared, "text "+pick(r, "VARCHAR NOT NULL DEFAULT 'x'", "", "TEXT"))
	}
	rowids, suffix := true, ""
	switch at := r.IntN(len(d.columns)); r.IntN(8) {
	case 0, 1:
		d.key = d.columns[at]
		declared[at] = d.key + " INTEGER PRIMARY KEY"
	case 2:
		declared[at] = d.columns[at] + " INTEGER PRIMARY KEY DESC"
	case 3:
		d.key = d.columns[at]
		declared = append(declared, "PRIMARY KEY ("+d.columns[at]+")")
	case 4:
		declared[at] = d.columns[at] + " INT PRIMARY KEY"
		rowids, suffix = false, " WITHOUT ROWID"
	}
	d.do("CREATE TABLE t (" + strings.Join(declared, ", ") + ")" + suffix)
	if d.textual != "" {
		d.columns = append(d.columns, d.textual)
	}
	if r.IntN(3) == 0 {
		d.do("CREATE INDEX every ON t (" + strings.Join(d.columns, ", ") + ")")
	}
	d.insert(r.IntN(500), rowids)
	if r.IntN(3) == 0 {
		added := "added " + pick(r, "INTEGER", "INTEGER DEFAULT 7", "REAL DEFAULT 7", "TEXT DEFAULT 'x'", "INTEGER AS (1)")
		d.do("ALTER TABLE t ADD COLUMN " + added)
		if !strings.Contains(added, "AS") {
			d.columns = append(d.columns, "added")
			d.insert(r.IntN(200), rowids)
		}
	}
	if r.IntN(3) == 0 {
		d.do(fmt.Sprintf("DELETE FROM t WHERE (c0 & 3) < %d", 1+r.IntN(4)))
		d.insert(r.IntN(50), rowids)
	}
	return d
}

// some draws columns in any order, for integers and for numbers.
func (d *drawnTable) some() (c session.Columns) {
	names := slices.DeleteFunc(slices.Clone(d.columns), func(name string) bool { return name == d.textual })
	d.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	names = names[:1+d.IntN(len(names))]
	n := len(names)
	if d.IntN(2) == 0 {
		n = d.IntN(n + 1)
	}
	c = session.Columns{Integers: names[:n], Numbers: names[n:]}
	if d.textual != "" && d.IntN(2) == 0 {
		c.Texts = []string{d.textual}
	}
	return c
}

// makeTable writes a database of Snorkel's with a table more.
func makeTable(t testing.TB, path string, pragmas []string, statements []string) {
	t.Helper()
	all := slices.Concat([]string{"PRAGMA synchronous = OFF"}, pragmas, []string{workbench.Schema(), "BEGIN"}, statements, []string{"COMMIT"})
	execute(t, path, all...)
}

func TestBothWaysThroughATableAreTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 4))
	byPages, bySteps, trials := 0, 0, 15
	if testing.Short() { // as under the race detector
		trials = 10
	}
	for trial := range trials {
		page := 512 << r.IntN(8)
		pragmas := []string{fmt.Sprintf("PRAGMA page_size = %d", page), "PRAGMA encoding = '" + pick(r, "UTF-8", "UTF-16le", "UTF-16be") + "'",
			"PRAGMA auto_vacuum = " + pick(r, "NONE", "FULL"), "PRAGMA journal_mode = " + pick(r, "DELETE", "WAL")}
		d := drawTable(r, page)
		path := filepath.Join(t.TempDir(), "t.db")
		makeTable(t, path, pragmas, d.statements)
		s := open(t, path, session.Notes(func(text string) {
			var pages, steps int
			if _, err := fmt.Sscanf(text, "table t: %d rows read by pages, %d by steps", &pages, &steps); err != nil {
				t.Error(text, err)
			}
			byPages, bySteps = byPages+pages, bySteps+steps
		}))
		for range 4 {
			compareWays(t, s, "t", d.some(), nil)
		}
		must(t, s.Scan(t.Context(), func(sc *session.Scanner) error {
			for range 3 {
				compareIn(t, sc, "t", d.some(), nil)
			}
			return nil
		}))
		if t.Failed() {
			t.Fatalf("trial %d: %v\n%s", trial, pragmas, strings.Join(d.statements, "\n"))
		}
	}
	if byPages < bySteps/4 || bySteps < byPages/20 {
		t.Errorf("%d rows were read by pages and %d by steps; of one there are too few", byPages, bySteps)
	}
}

// counted makes a session that counts rows of tables: by pages, and by steps.
func counted(t testing.TB, path string) (s *session.Session, pages, steps *int) {
	t.Helper()
	pages, steps = new(int), new(int)
	s = open(t, path, session.Notes(func(text string) {
		var table string
		var byPages, bySteps int
		if _, err := fmt.Sscanf(strings.Replace(text, ":", "", 1), "table %s %d rows read by pages, %d by steps", &table, &byPages, &bySteps); err != nil {
			t.Errorf("note %q: %v", text, err)
		}
		*pages, *steps = *pages+byPages, *steps+bySteps
	}))
	return s, pages, steps
}

// integers is a list of columns of integers.
func integers(names ...string) session.Columns { return session.Columns{Integers: names} }

func TestWhatIsNoUsualTableIsReadByStepsAsWell(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	const rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
	makeTable(t, path, nil, []string{
		"CREATE TABLE usual (a INTEGER, b INTEGER)", rows + "INSERT INTO usual SELECT i * 7919 % 3001, -i FROM n",
		"CREATE INDEX every ON usual (a, b)",
		"CREATE TABLE made (a INTEGER, b INTEGER AS (a + 1), c INTEGER AS (a + 2) STORED)", rows + "INSERT INTO made SELECT i FROM n",
		"CREATE TABLE keyed (a INTEGER PRIMARY KEY, b INTEGER) WITHOUT ROWID", rows + "INSERT INTO keyed SELECT -i, i FROM n",
		"CREATE TABLE real (a REAL, b INTEGER)", rows + "INSERT INTO real SELECT i, i FROM n",
		"CREATE VIEW seen AS SELECT a, b FROM usual WHERE a > 1500",
		"CREATE VIRTUAL TABLE places USING rtree(id, a, b)", rows + "INSERT INTO places SELECT i, i, i + 1 FROM n",
	})
	for _, test := range []struct {
		table   string
		columns session.Columns
		pages   bool
	}{
		{"usual", integers("a", "b"), true},
		{"USUAL", integers("B"), true},
		{"usual", session.Columns{Numbers: []string{"b"}}, true},
		{"usual", integers("a", "rowid"), false},
		{"usual", integers("a", "a"), false},
		{"usual", integers("a + 1"), false},
		{"usual", session.Columns{Integers: []string{"a"}, Numbers: []string{"a"}}, false},
		{"made", integers("a"), false},
		{"made", integers("b", "c"), false},
		{"keyed", integers("a", "b"), false},
		{"real", integers("a"), false},
		{"real", session.Columns{Integers: []string{"b"}, Numbers: []string{"a"}}, true},
		{"seen", integers("a", "b"), false},
		{"places", integers("id"), false},
		{"sqlite_master", integers("rootpage"), false},
		{"nowhere", integers("a"), false},
		{"usual", integers("nothing"), false},
	} {
		s, pages, _ := counted(t, path)
		n := compareWays(t, s, test.table, test.columns, nil)
		if got := *pages == n && n > 0; got != test.pages {
			t.Errorf("%s %v: of %d rows %d were read by pages", test.table, test.columns, n, *pages)
		}
	}
}

// A pair of rows that are not as the others costs little; where all are so, pages
// are given up.
func TestOddRowsAreLeftToSQLite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	const rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
	makeTable(t, path, nil, []string{
		"CREATE TABLE few (a INTEGER)", rows + "INSERT INTO few SELECT CASE WHEN i IN (1, 700, 4999) THEN x'0100000000000000' ELSE i END FROM n",
		"CREATE TABLE many (a INTEGER)", rows + "INSERT INTO many SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i END FROM n",
	})
	s, pages, steps := counted(t, path)
	compareWays(t, s, "few", integers("a"), nil)
	if *pages != 5000 || *steps != 0 {
		t.Errorf("few odd rows: %d by pages, %d by steps", *pages, *steps)
	}
	compareWays(t, s, "many", integers("a"), nil)
	if *steps < 4000 {
		t.Errorf("many odd rows: only %d by steps", *steps)
	}
}

// Bytes at the end of each page may belong to an extension.
func TestPagesWithReservedBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	execute(t, path, "PRAGMA page_size = 512", "PRAGMA user_version = 1")
	data, err := os.ReadFile(path)
	must(t, err)
	const reserved = 12
	data[20] = reserved
	binary.BigEndian.PutUint16(data[105:], uint16(512-reserved)) // where the content of page 1 begins, which is empty
	must(t, os.WriteFile(path, data, 0o644))
	d := drawTable(rand.New(rand.NewPCG(1, 5)), 512)
	makeTable(t, path, nil, d.statements)
	if data, err = os.ReadFile(path); err != nil || data[20] != reserved {
		t.Fatal("no bytes are reserved", err)
	}
	must(t, open(t, path).Check(t.Context()))
	compareWays(t, open(t, path), "t", d.some(), nil)
}

func TestATableIsReadAsTheTransactionSeesIt(t *testing.T) {
	const rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT i FROM n"
	for _, mode := range []string{"WAL", "DELETE"} {
		path := filepath.Join(t.TempDir(), "t.db")
		makeTable(t, path, []string{"PRAGMA journal_mode = " + mode}, []string{"CREATE TABLE t (a INTEGER)", rows})
		writer := raw(t, path)
		_, err := writer.Exec("PRAGMA wal_autocheckpoint = 0")
		must(t, err)
		s, pages, _ := counted(t, path)
		wrote := false
		n := compareWays(t, s, "t", integers("a"), func() {
			_, err := writer.Exec("DELETE FROM t WHERE a % 2 = 0; UPDATE t SET a = -a; " + rows)
			wrote = err == nil // a rollback journal makes it wait
		})
		if n != 5000 || *pages != 5000 || wrote != (mode == "WAL") {
			t.Errorf("%s: %d rows, %d by pages; another program wrote: %t", mode, n, *pages, wrote)
		}
		if wrote { // what is in the log only is seen later
			if n := compareWays(t, s, "t", integers("a"), nil); n != 7500 || *pages != 12500 {
				t.Errorf("%s: then %d rows, %d by pages", mode, n, *pages)
			}
		}
	}
}

// Whose statement ends the transaction, or makes a table of the connection's own, gets
// what SQLite says.
func TestPagesAreNotReadWithoutATransaction(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	makeTable(t, path, nil, []string{"CREATE TABLE t (a INTEGER)", "INSERT INTO t VALUES (1), (2)"})
	for statement, want := range map[string]int{"COMMIT": 2, "CREATE TEMP TABLE T AS SELECT 7 AS a": 1} {
		s, pages, steps := counted(t, path)
		must(t, s.Scan(t.Context(), func(sc *session.Scanner) error {
			must(t, sc.Each(func(*session.Cursor) error { return nil }, statement))
			_, err := throughTable(sc, "t", integers("a"), nil)
			return err
		}))
		if *pages != 0 || *steps != want {
			t.Errorf("after %s %d rows by pages, %d by steps", statement, *pages, *steps)
		}
	}
}

// Tables of one scan use the same memory, one after the other: what one leaves in it is
// never taken for the next one's.
func TestTablesOfOneScan(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	const rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO %s SELECT %s FROM n"
	statements := []string{"CREATE TABLE empty (a INTEGER, b INTEGER, c TEXT)"}
	list := []string{"empty"}
	for _, n := range []int{1, 511, 512, 513, 40000} { // about as many as go together, and so many that they are read ahead
		for name, values := range map[string]string{"numbers": "i * 7919 % 301, -i, 'x' || i % 7", "others": "-i, i * 7919 % 301, 'y' || i % 3"} {
			name += fmt.Sprint(n)
			list = append(list, name)
			statements = append(statements, "CREATE TABLE "+name+" (a INTEGER, b INTEGER, c TEXT)", fmt.Sprintf(rows, n, name, values))
		}
	}
	statements = append(statements, "CREATE TABLE odd (a INTEGER, b INTEGER, c TEXT)",
		fmt.Sprintf(rows, 3000, "odd", "CASE WHEN i % 200 = 0 THEN 'z' ELSE i END, i % 5, 'z'"))
	list = append(list, "odd")
	slices.Sort(list)
	makeTable(t, path, nil, statements)
	s, pages, steps := counted(t, path)
	r, stop := rand.New(rand.NewPCG(7, 3)), errors.New("stop")
	choices := []session.Columns{integers("a"), integers("b", "a"), {Numbers: []string{"a"}}, {Integers: []string{"b"}, Texts: []string{"c"}},
		{Texts: []string{"c"}}, {Integers: []string{"b"}, Numbers: []string{"a"}, Texts: []string{"c"}}}
	must(t, s.Scan(t.Context(), func(sc *session.Scanner) error {
		for range 40 {
			compareIn(t, sc, pick(r, list...), pick(r, choices...), nil)
			if err := sc.Table("numbers513", pick(r, choices...), func(*session.Batch) error { return stop }, nil); err != stop {
				t.Errorf("error %v, want that of the first rows", err)
			}
		}
		// One table in the middle of another one.
		seen := []int64{}
		return sc.Table("odd", integers("b", "a"), func(b *session.Batch) error {
			for k, v := range b.Integers[0] {
				if v != b.Integers[1][k]%5 {
					t.Errorf("%d beside %d", v, b.Integers[1][k])
				}
			}
			seen = append(seen, b.Integers[1]...)
			return nil
		}, func(*session.Cursor) error {
			seen = append(seen, int64(len(seen)+1))
			compareIn(t, sc, "others513", integers("b", "a"), nil)
			if last := int64(len(seen)); seen[last-1] != last {
				t.Errorf("row %d holds %d", last, seen[last-1])
			}
			return nil
		})
	}))
	if *pages == 0 || *steps > 0 {
		t.Errorf("%d rows by pages, %d by steps", *pages, *steps)
	}
}

func TestATableEndsWithTheFirstError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	makeTable(t, path, nil, []string{"CREATE TABLE t (a INTEGER)",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT CASE WHEN i = 3000 THEN 'x' ELSE i END FROM n"})
	s := open(t, path)
	stop := errors.New("stop")
	rows := 0
	err := s.Scan(t.Context(), func(sc *session.Scanner) error {
		return sc.Table("t", integers("a"), func(b *session.Batch) error { rows += b.Rows; return nil },
			func(*session.Cursor) error { return stop })
	})
	if err != stop || rows != 2999 {
		t.Errorf("error %v after %d rows, want the one of row 3000", err, rows)
	}
	err = s.Scan(t.Context(), func(sc *session.Scanner) error {
		return sc.Table("t", integers("a"), func(b *session.Batch) error { return stop }, func(*session.Cursor) error { return nil })
	})
	if err != stop {
		t.Errorf("error %v, want that of the first rows", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	rows = 0
	err = s.Scan(ctx, func(sc *session.Scanner) error {
		return sc.Table("t", integers("a"), func(b *session.Batch) error { rows += b.Rows; cancel(); return nil },
			func(*session.Cursor) error { return nil })
	})
	if !errors.Is(err, context.Canceled) || rows == 5000 {
		t.Errorf("cancelled, error %v after %d rows", err, rows)
	}
}

// BenchmarkTable reads a million rows of three small integers, in both ways.
func BenchmarkTable(b *testing.B) {
	path := filepath.Join(b.TempDir(), "t.db")
	makeTable(b, path, nil, []string{"CREATE TABLE t (value INTEGER NOT NULL, key_id INTEGER NOT NULL, candidate_id INTEGER NOT NULL)",
		"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999) INSERT INTO t SELECT CASE WHEN i * 7919 % 5 < 2 THEN -1 ELSE 1 END, i % 20 + 1, i / 20 + 1 FROM n"})
	s := open(b, path)
	bench := func(name string, read func(sc *session.Scanner, sum *int64) error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sum := int64(0)
				must(b, s.Scan(b.Context(), func(sc *session.Scanner) error { return read(sc, &sum) }))
				if sum != 25000500000+10500000+200000 {
					b.Fatal(sum)
				}
			}
		})
	}
	bench("way=pages", func(sc *session.Scanner, sum *int64) error {
		return sc.Table("t", integers("candidate_id", "key_id", "value"), func(x *session.Batch) error {
			for _, column := range x.Integers {
				for _, v := range column {
					*sum += v
				}
			}
			return nil
		}, func(*session.Cursor) error { return errors.New("an odd row") })
	})
	bench("way=steps", func(sc *session.Scanner, sum *int64) error {
		return sc.Each(func(cur *session.Cursor) error {
			*sum += cur.Int64(0) + cur.Int64(1) + cur.Int64(2)
			return nil
		}, "SELECT candidate_id, key_id, value FROM t")
	})
}
