package candidates_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
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
			FROM span AS a JOIN span AS b ON b.id BETWEEN a.id AND a.id + 14`,
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

// While several connections read, another program cannot commit, so all see
// one state.
func TestOneStateIsRead(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	path := manyCandidates(t)
	s := open(t, path)
	writer, err := session.Open(t.Context(), path, session.Writable(), session.BusyTimeout(0))
	must(t, err)
	defer writer.Close()
	refused := 0
	err = candidates.Each(t.Context(), s, candidates.Query{Split: 9}, func([]candidates.Candidate) error {
		err := candidates.Write(t.Context(), writer, func(w *candidates.Writer) error {
			_, err := w.Document(fmt.Sprint("new ", refused))
			return err
		})
		if errors.Is(err, session.ErrLocked) {
			refused++
			return nil
		}
		return fmt.Errorf("another program wrote meanwhile: %w", err)
	})
	if err != nil || refused < 5 {
		t.Errorf("%d writes were refused: %v", refused, err)
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
