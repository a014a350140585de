package session_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"workbench/session"
)

// manyPages has a row for each number from 1 to 100,000, of which every so many are
// texts.
func manyPages(t *testing.T, texts int) *session.Session {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.db")
	makeTable(t, path, nil, []string{"CREATE TABLE t (a INTEGER)",
		fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
			INSERT INTO t SELECT CASE WHEN i %% %d = 0 THEN 'x' || i ELSE i END FROM n`, texts)})
	return open(t, path)
}

func TestRowsReadAheadStayInOrder(t *testing.T) {
	for _, texts := range []int{1 << 30, 1000, 3} {
		if n := compareWays(t, manyPages(t, texts), "t", integers("a"), nil); n != 100000 {
			t.Errorf("every %d a text: %d rows", texts, n)
		}
	}
}

// However rows end to be wanted, none comes after that, and nothing reads on.
func TestReadingAheadEnds(t *testing.T) {
	before := runtime.NumGoroutine()
	s := manyPages(t, 5000)
	stop := errors.New("stop")
	for name, end := range map[string]func(){
		"error": func() {},
		"panic": func() { panic(stop) },
		"exit":  func() { runtime.Goexit() },
	} {
		for _, last := range []int{1, 4999, 5000, 70001, 75000} {
			seen, over := 0, false
			see := func(rows int) error {
				if over {
					t.Errorf("%s at row %d: more rows came", name, last)
				}
				if seen += rows; seen < last {
					return nil
				}
				over = true
				end()
				return stop
			}
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				defer func() { recover() }()
				err := s.Scan(t.Context(), func(sc *session.Scanner) error {
					return sc.Table("t", integers("a"), func(b *session.Batch) error { return see(b.Rows) },
						func(*session.Cursor) error { return see(1) })
				})
				if err != stop {
					t.Errorf("%s: error %v", name, err)
				}
			}()
			<-ended
			if !over {
				t.Errorf("%s at row %d: only %d rows came", name, last, seen)
			}
		}
	}
	must(t, s.Close())
	for range 1000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines, there were %d", runtime.NumGoroutine(), before)
}
