package session_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"workbench/session"
)

// ways are the two of writing rows.
var ways = []struct {
	name    string
	options []session.Option
}{
	{"feed", []session.Option{session.Writable()}},
	{"arguments", []session.Option{session.Writable(), session.WithoutFeed()}},
}

const someTables = `
	CREATE TABLE parent (id INTEGER PRIMARY KEY);
	INSERT INTO parent VALUES (1), (2), (3);
	CREATE TABLE some (id INTEGER NOT NULL PRIMARY KEY, a INTEGER, b TEXT NOT NULL, c FLOAT CHECK (c IS NULL OR c < 1e9), d BLOB, e,
		f BOOLEAN, p INTEGER REFERENCES parent(id) ON DELETE CASCADE, UNIQUE (a, b));
	CREATE INDEX some_p ON some (p);
	CREATE TABLE seen (a, b);`

const someTriggers = `
	CREATE TRIGGER passes BEFORE INSERT ON some WHEN new.a % 7 = 0 BEGIN SELECT RAISE(IGNORE); END;
	CREATE TRIGGER refuses BEFORE INSERT ON some WHEN new.a = 999 BEGIN SELECT RAISE(ABORT, 'not this one'); END;
	CREATE TRIGGER notes AFTER INSERT ON some BEGIN INSERT INTO seen VALUES (new.a, new.b); END;`

type text string // which no driver knows

// someValue is any value that code may give to a column.
func someValue(random *rand.Rand) any {
	values := []any{nil, 0, 7, -1, int64(math.MaxInt64), int32(5), true, false, 0.0, math.Copysign(0, -1), 1.5, 3.0, math.NaN(), math.Inf(-1), 1e300,
		"", "text", "12", "1.50", "ä\x00\xff", strings.Repeat("long ", 900), []byte(nil), []byte{}, []byte("bytes\x00"), uint8(3)}
	return values[random.IntN(len(values))]
}

// someRow mostly is one that the table takes.
func someRow(random *rand.Rand, i int) []any {
	row := []any{i, fmt.Sprint("b", i), random.Float64(), someValue(random), someValue(random), random.IntN(2) == 0, 1 + random.IntN(3)}
	if f, ok := row[3].(float64); ok && f > 1e9 {
		row[3] = 1
	}
	if random.IntN(400) == 0 {
		row[1] = text("no text") // the driver converts it
	}
	return row
}

// Both ways of writing rows leave the same rows, ids and storage classes, and
// refuse the same row for the same reason.
func TestRowsFromTheFeedAreThoseOfArguments(t *testing.T) {
	refusals := map[string]func(row []any){
		"nothing":     func([]any) {},
		"unique":      func(row []any) { row[0], row[1] = 1, "b1" },
		"foreign key": func(row []any) { row[6] = 4 },
		"not null":    func(row []any) { row[1] = nil },
		"check":       func(row []any) { row[2] = 2e9 },
		"a trigger":   func(row []any) { row[0] = 999 },
	}
	var empty [2][]byte // files, without triggers and with
	for i := range empty {
		path := build(t, filepath.Join(t.TempDir(), "empty.db"), script(t, "../schema.sql")+someTables)
		if i == 1 {
			execute(t, path, someTriggers)
		}
		data, err := os.ReadFile(path)
		must(t, err)
		empty[i] = data
	}
	for name, spoil := range refusals {
		for seed := range uint64(8) {
			random := rand.New(rand.NewPCG(seed, 5))
			count, ignore, triggers, allowed := random.IntN(40), seed%3 == 1, seed%4 > 1, seed%4 == 3
			if seed%2 == 1 {
				count = 20 + random.IntN(1500)
			}
			at, batch := random.IntN(count+1), 1+random.IntN(1000)
			var got [2]string
			for w, way := range ways {
				path, file := filepath.Join(t.TempDir(), "snorkel.db"), empty[0]
				if triggers {
					file = empty[1]
				}
				must(t, os.WriteFile(path, file, 0o644))
				opts := way.options
				if allowed {
					opts = append(opts, session.WithTriggers())
				}
				random := rand.New(rand.NewPCG(seed, 6))
				written := 0
				err := open(t, path, opts...).Update(t.Context(), func(tx *session.Tx) error {
					rows := tx.Rows("some", "a", "b", "c", "d", "e", "f", "p")
					if ignore {
						rows = tx.NewRows("some", "a", "b", "c", "d", "e", "f", "p")
					}
					for i := range count {
						row := someRow(random, i)
						if i == at {
							spoil(row)
						}
						rows.Hold(row...)
						if rows.Waiting() >= batch {
							if err := rows.Flush(); err != nil {
								return err
							}
						}
					}
					err := rows.Flush()
					written = rows.Written()
					return err
				})
				got[w] = fmt.Sprintf("%d written, error %v", written, err)
				var refused *session.RowError
				if errors.As(err, &refused) {
					got[w] += fmt.Sprintf(", row %d, values %.200q", refused.Row, fmt.Sprint(refused.Values...))
				}
				got[w] = strings.ReplaceAll(got[w], path, "") + "\n" + value[string](t, path, `SELECT coalesce(group_concat(
					id||'|'||quote(a)||quote(b)||quote(c)||quote(d)||quote(e)||quote(f)||quote(p)||typeof(c)||typeof(e), char(10)), '')
					|| (SELECT count(*)||' '||coalesce(sum(a), 0) FROM seen) FROM (SELECT * FROM some ORDER BY id)`)
			}
			if got[0] != got[1] {
				t.Errorf("%s, seed %d: %d rows of %d, ignoring %t, triggers %t, allowed %t: from the feed\n%.3000s\nas arguments\n%.3000s",
					name, seed, batch, count, ignore, triggers, allowed, got[0], got[1])
			}
		}
	}
}

func TestATableOfMoreColumnsThanTheFeed(t *testing.T) {
	columns := make([]string, 70)
	for i := range columns {
		columns[i] = fmt.Sprint("x", i)
	}
	path := copyOracle(t)
	execute(t, path, "CREATE TABLE wide ("+strings.Join(columns, ", ")+")")
	must(t, open(t, path, session.Writable()).Update(t.Context(), func(tx *session.Tx) error {
		rows := tx.Rows("wide", columns...)
		for i := range 100 {
			row := make([]any, len(columns))
			row[69] = i
			must(t, rows.Add(row...))
		}
		return rows.Flush()
	}))
	equal(t, "rows and sum", []string{value[string](t, path, "SELECT count(*) || ' ' || sum(x69) FROM wide")}, []string{"100 4950"})
}

// A transaction that fails takes the table of the feed with it, and the next one
// on the same connection makes it again.
func TestTheFeedOutlivesAFailure(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	write := func(from int, failure error) error {
		return s.Update(t.Context(), func(tx *session.Tx) error {
			rows := tx.Rows("label_key", "name", "group")
			for i := range 100 {
				must(t, rows.Add(fmt.Sprint("LF", from+i), 7))
			}
			must(t, rows.Flush())
			return failure
		})
	}
	failure := errors.New("failure")
	for i, fails := range []bool{false, true, true, false, false} {
		if fails {
			if err := write(1000*i, failure); !errors.Is(err, failure) {
				t.Error(err)
			}
			continue
		}
		must(t, write(1000*i, nil))
	}
	equal(t, "rows", []int{value[int](t, path, `SELECT count(*) FROM label_key WHERE "group" = 7`)}, []int{300})
	equal(t, "tables of the feed in the file", []int{value[int](t, path, "SELECT count(*) FROM sqlite_master WHERE name LIKE '%workbench%'")}, []int{0})
}

func TestOverwritingNoticesAnotherRow(t *testing.T) {
	const rows = 5000
	path := copyOracle(t)
	execute(t, path, "PRAGMA foreign_keys = OFF", "DELETE FROM label_key", fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		INSERT INTO label_key (id, name, "group") SELECT i + 11, 'LF' || i, 0 FROM n`, rows-1))
	whole, err := os.ReadFile(path)
	must(t, err)
	for _, at := range []int{-1, 0, 1, 2500, rows - 1} {
		for _, other := range []string{"DELETE FROM label_key", "UPDATE label_key SET name = 'another'"} {
			if at < 0 && strings.HasPrefix(other, "UPDATE") {
				continue // no row is another one
			}
			var got [2]string
			for w, way := range ways {
				path := filepath.Join(t.TempDir(), "snorkel.db")
				must(t, os.WriteFile(path, whole, 0o644))
				if at >= 0 {
					execute(t, path, fmt.Sprintf("%s WHERE id = %d", other, at+11))
				}
				all := true
				must(t, open(t, path, way.options...).Update(t.Context(), func(tx *session.Tx) error {
					over := tx.Overwrite("label_key", 11, "group", "name")
					for i := range rows {
						same, err := over.Add(fmt.Sprint("LF", i), i)
						must(t, err)
						all = all && same
						if !all {
							return nil
						}
					}
					same, err := over.Flush()
					all = all && same
					return err
				}))
				got[w] = fmt.Sprint(all)
				changed := value[int](t, path, `SELECT count(*) FROM label_key WHERE "group" <> 0`)
				wrong := value[int](t, path, `SELECT count(*) FROM label_key WHERE "group" <> 0 AND (id <> "group" + 11 OR name <> 'LF' || "group")`)
				if all != (at < 0) || wrong > 0 || all && changed != rows-1 {
					t.Errorf("%s, row %d, %s: same %t, %d changed, %d wrong", way.name, at, other, all, changed, wrong)
				}
			}
			if got[0] != got[1] {
				t.Errorf("row %d, %s: %v", at, other, got)
			}
		}
	}
}

func BenchmarkRows(b *testing.B) {
	const rows = 100_000
	for _, way := range ways {
		b.Run(way.name, func(b *testing.B) {
			path := copyOracle(b)
			execute(b, path, fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
				INSERT INTO candidate (id, type, split) SELECT i, 'spouse', 9 FROM n`, 1000+rows))
			s := open(b, path, way.options...)
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				execute(b, path, "DELETE FROM marginal")
				b.StartTimer()
				must(b, s.Update(b.Context(), func(tx *session.Tx) error {
					in := tx.Rows("marginal", "candidate_id", "training", "value", "probability")
					for i := range rows {
						must(b, in.Add(int64(1000+i), true, 1, float64(i)))
					}
					return in.Flush()
				}))
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkOverwrite(b *testing.B) {
	const rows = 100_000
	for _, way := range ways {
		b.Run(way.name, func(b *testing.B) {
			path := copyOracle(b)
			execute(b, path, "DELETE FROM marginal", fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
				INSERT INTO marginal (id, training, value, probability) SELECT i, 1, i, 0.5 FROM n`, rows))
			s := open(b, path, way.options...)
			b.ReportAllocs()
			for b.Loop() {
				must(b, s.Update(b.Context(), func(tx *session.Tx) error {
					over := tx.Overwrite("marginal", 1, "probability", "value", "training")
					for i := range rows {
						_, err := over.Add(i+1, true, float64(i))
						must(b, err)
					}
					same, err := over.Flush()
					if !same {
						b.Error("another row")
					}
					return err
				}))
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
