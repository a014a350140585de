package candidates_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"workbench/candidates"
	"workbench/session"
)

// manyCandidates is a database with some thousand candidates more, in split 9,
// over the spans that there are: several batches.
func manyCandidates(t *testing.T, statements ...string) string {
	t.Helper()
	return copyOracle(t, append([]string{
		`CREATE TABLE pair (id INTEGER NOT NULL PRIMARY KEY, one_id INTEGER, one_cid VARCHAR, two_id INTEGER, two_cid VARCHAR,
			UNIQUE (one_id, two_id))`,
		`INSERT INTO pair (id, one_id, two_id) SELECT 1000 + row_number() OVER (ORDER BY a.id, b.id), a.id, b.id
			FROM span AS a JOIN span AS b ON b.id BETWEEN a.id AND a.id + 9`,
		"INSERT INTO candidate (id, type, split) SELECT id, 'pair', 9 FROM pair"}, statements...)...)
}

// describe writes down what a candidate leads to.
func describe(t *testing.T, c candidates.Candidate) string {
	t.Helper()
	text := fmt.Sprint(c.ID, c.Split, c.String())
	for _, a := range c.Args {
		words, err := a.Sentence.Words()
		must(t, err)
		text += fmt.Sprint(a.Name, a.Context, a.Span.CharStart, a.Span.CharEnd, a.Sentence.StableID, words, a.Document.Name)
	}
	return text
}

// However many connections read, in WAL mode too, the batches and their order
// are the same.
func TestBatchesAreReadTogetherAsAlone(t *testing.T) {
	var want []string
	for _, test := range []struct {
		processors int
		statements []string
	}{{1, nil}, {2, nil}, {7, nil}, {4, []string{"PRAGMA journal_mode = wal"}}} {
		s := open(t, manyCandidates(t, test.statements...))
		before := runtime.GOMAXPROCS(test.processors)
		var got []string
		last, batches := int64(0), 0
		err := candidates.Each(t.Context(), s, candidates.Query{Split: 9}, func(batch []candidates.Candidate) error {
			batches++
			for _, c := range batch {
				if c.ID <= last {
					t.Fatalf("candidate %d after %d", c.ID, last)
				}
				last = c.ID
				got = append(got, describe(t, c))
			}
			return nil
		})
		runtime.GOMAXPROCS(before)
		must(t, err)
		if batches < 5 {
			t.Fatalf("%d batches are too few for this test", batches)
		}
		if want == nil {
			want = got
		}
		equal(t, fmt.Sprintf("with %d processors", test.processors), got, want)
	}
}

// What lies close together is read as a range, and what does not one by one.
func TestCandidatesAreReadFromRangesAsOneByOne(t *testing.T) {
	path := manyCandidates(t)
	s := open(t, path)
	all, err := candidates.Load(t.Context(), s, candidates.Query{AllSplits: true})
	must(t, err)
	for _, step := range []int{3, 97, len(all) - 1} {
		var ids []int64
		var want, got []string
		for i := 0; i < len(all); i += step {
			ids, want = append(ids, all[i].ID), append(want, describe(t, all[i]))
		}
		some, err := candidates.Load(t.Context(), s, candidates.Query{IDs: ids})
		must(t, err)
		for _, c := range some {
			got = append(got, describe(t, c))
		}
		equal(t, fmt.Sprintf("every %dth", step), got, want)
	}
}

func TestReadingTogetherEndsEarly(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	s := open(t, manyCandidates(t))
	enough := errors.New("enough")
	for stopAt := range 4 {
		visits := 0
		err := candidates.Each(t.Context(), s, candidates.Query{Split: 9}, func([]candidates.Candidate) error {
			visits++
			if visits > stopAt {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) || visits != stopAt+1 {
			t.Errorf("after %d visits: %v", visits, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := candidates.Each(ctx, s, candidates.Query{Split: 9}, func([]candidates.Candidate) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// change writes to the file as another program does that waits a few seconds for
// its turn.
func change(t *testing.T, path, statement string) {
	t.Helper()
	s, err := session.Open(t.Context(), path, session.Writable())
	must(t, err)
	defer s.Close()
	must(t, s.Update(t.Context(), func(tx *session.Tx) error {
		_, err := tx.Exec(statement)
		return err
	}))
}

// slowly visits candidates, and comes to do something else after the first
// batch. It returns the ids.
func slowly(t *testing.T, path string, q candidates.Query, other func()) (ids []int64, err error) {
	t.Helper()
	err = candidates.Each(t.Context(), open(t, path), q, func(batch []candidates.Candidate) error {
		if ids == nil {
			other()
		}
		for _, c := range batch {
			ids = append(ids, c.ID)
		}
		return nil
	})
	return ids, err
}

func idsOf(t *testing.T, path string, q candidates.Query) (ids []int64) {
	t.Helper()
	cands, err := candidates.Load(t.Context(), open(t, path), q)
	must(t, err)
	for _, c := range cands {
		ids = append(ids, c.ID)
	}
	return ids
}

// Whoever visits slowly does not keep other programs from writing, and reads
// what there is in the end.
func TestOthersWriteWhileVisitorWorks(t *testing.T) {
	for _, processors := range []int{1, 2} {
		if testing.Short() && processors == 1 { // short is for the race detector
			continue
		}
		before := runtime.GOMAXPROCS(processors)
		path := manyCandidates(t)
		all := idsOf(t, path, candidates.Query{Split: 9})
		last := all[len(all)-1]
		queries := []candidates.Query{{Split: 9}, {IDs: all}, {AllSplits: true}, {Split: 9, Limit: 5000}, {Split: 9, After: all[10]}, {Split: 9, Type: "pair"}, {IDs: all, Limit: 4000}}
		if testing.Short() {
			queries = queries[:2]
		}
		whole, err := os.ReadFile(path)
		must(t, err)
		t.Run(fmt.Sprint(processors, " processors"), func(t *testing.T) {
			for _, q := range queries {
				name := fmt.Sprintf("split %d, all %t, type %s, limit %d, after %d, of %d", q.Split, q.AllSplits, q.Type, q.Limit, q.After, len(q.IDs))
				t.Run(name, func(t *testing.T) {
					t.Parallel() // most of the time they wait for the reader to make room
					path := filepath.Join(t.TempDir(), "snorkel.db")
					must(t, os.WriteFile(path, whole, 0o644))
					want := idsOf(t, path, q)
					got, err := slowly(t, path, q, func() {
						change(t, path, "UPDATE document SET name = 'new ' || name WHERE id = (SELECT min(id) FROM document)")
					})
					must(t, err)
					equal(t, "ids", got, want)
				})
			}
		})
		got, err := slowly(t, path, candidates.Query{Split: 9}, func() {
			change(t, path, fmt.Sprintf("DELETE FROM candidate WHERE id = %d", last))
		})
		must(t, err)
		equal(t, "ids without the last", got, all[:len(all)-1])
		got, err = slowly(t, path, candidates.Query{Split: 9}, func() {
			change(t, path, fmt.Sprintf("INSERT INTO candidate (id, type, split) VALUES (%d, 'pair', 9)", last))
		})
		must(t, err)
		equal(t, "ids with another last", got, all)
		runtime.GOMAXPROCS(before)
	}
}

func TestCandidatesThatChangeBehindTheVisitor(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	path := manyCandidates(t)
	all := idsOf(t, path, candidates.Query{Split: 9})
	for _, test := range []struct {
		query     candidates.Query
		statement string
		want      error
	}{
		{candidates.Query{Split: 9}, fmt.Sprintf("DELETE FROM candidate WHERE id = %d", all[3]), candidates.ErrChanged},
		{candidates.Query{Split: 9}, fmt.Sprintf("INSERT INTO candidate (id, type, split) VALUES (%d, 'pair', 9)", all[3]), candidates.ErrChanged},
		{candidates.Query{Split: 9, Limit: 5000}, "UPDATE candidate SET split = 8 WHERE id = 1001", candidates.ErrChanged},
		{candidates.Query{IDs: all[5:]}, fmt.Sprintf("DELETE FROM candidate WHERE id = %d", all[6]), candidates.ErrChanged},
		{candidates.Query{IDs: all[7:]}, fmt.Sprintf("DELETE FROM candidate WHERE id = %d", all[len(all)-1]), candidates.ErrNoCandidate},
	} {
		_, err := slowly(t, path, test.query, func() { change(t, path, test.statement) })
		if !errors.Is(err, test.want) {
			t.Errorf("%s: error %v, want %v", test.statement, err, test.want)
		}
	}
}

// Very many ids are not all looked up again each time.
func TestManyIDsInParts(t *testing.T) {
	if testing.Short() {
		t.Skip("ten thousands of candidates take a minute under the race detector")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	path := manyCandidates(t, `INSERT INTO candidate (id, type, split)
		WITH RECURSIVE n(id) AS (SELECT 100000 UNION ALL SELECT id + 1 FROM n WHERE id < 180000) SELECT id, 'none', 7 FROM n`)
	ids := idsOf(t, path, candidates.Query{Split: 7})
	write := func() { change(t, path, "UPDATE document SET name = name || '.'") }
	for _, limit := range []int{0, 65_536 + 4*1024} {
		got, err := slowly(t, path, candidates.Query{IDs: ids, Limit: limit}, write)
		must(t, err)
		if limit == 0 {
			limit = len(ids)
		}
		equal(t, "ids", got, ids[:limit])
	}
	_, err := slowly(t, path, candidates.Query{IDs: append(ids, 99_999, 5_000_000)}, write)
	if !errors.Is(err, candidates.ErrNoCandidate) || !strings.Contains(err.Error(), "candidate 99999: ") {
		t.Errorf("error %v, want ErrNoCandidate of 99999", err)
	}
}

func TestMissingIDsAmongManyAreNamed(t *testing.T) {
	s := open(t, manyCandidates(t))
	cands, err := candidates.Load(t.Context(), s, candidates.Query{Split: 9})
	must(t, err)
	var ids []int64
	for _, c := range cands {
		ids = append(ids, c.ID)
	}
	ids = append(ids, 999_999)
	_, err = candidates.Load(t.Context(), s, candidates.Query{IDs: ids})
	if !errors.Is(err, candidates.ErrNoCandidate) {
		t.Errorf("error %v, want ErrNoCandidate", err)
	}
}

func TestPagesGoOnBehindTheLastID(t *testing.T) {
	s := oracleDB(t)
	all, err := candidates.Load(t.Context(), s, candidates.Query{Split: 1})
	must(t, err)
	var ids []int64
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	for _, q := range []candidates.Query{{Split: 1, Limit: 7}, {Split: 1, Type: "spouse", Limit: 86}, {IDs: ids, Limit: 40}} {
		var got []int64
		for {
			page, err := candidates.Load(t.Context(), s, q)
			must(t, err)
			if len(page) == 0 {
				break
			}
			if len(page) > q.Limit {
				t.Fatalf("%+v: a page of %d", q, len(page))
			}
			for _, c := range page {
				got = append(got, c.ID)
			}
			q.After = got[len(got)-1]
		}
		equal(t, "ids", got, ids)
	}
	rest, err := candidates.Load(t.Context(), s, candidates.Query{Split: 1, After: ids[80]})
	if err != nil || len(rest) != 5 {
		t.Errorf("%d behind the 81st, %v", len(rest), err)
	}
}
