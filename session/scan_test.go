package session_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"workbench/session"
)

func TestScanReadsEveryKindOfValue(t *testing.T) {
	path := copyOracle(t)
	execute(t, path, "CREATE TABLE odd (x)", "INSERT INTO odd VALUES (-5), (0.5), ('Zoë 😀'), (x'01ff00'), (NULL), (''), (x'')")
	type cell struct {
		kind  session.Kind
		name  string
		i     int64
		f     float64
		text  string
		bytes string
	}
	want := []cell{
		{session.Integer, "integer", -5, -5, "-5", "-5"},
		{session.Real, "real", 0, 0.5, "0.5", "0.5"},
		{session.Text, "text", 0, 0, "Zoë 😀", "Zoë 😀"},
		{session.Blob, "blob", 0, 0, "\x01\xff\x00", "\x01\xff\x00"},
		{session.Null, "null", 0, 0, "", ""},
		{session.Text, "text", 0, 0, "", ""},
		{session.Blob, "blob", 0, 0, "", ""},
	}
	var got []cell
	must(t, open(t, path).Scan(t.Context(), func(sc *session.Scanner) error {
		return sc.Each(func(cur *session.Cursor) error {
			// Kind comes first: reading a value as text can change what SQLite says of it.
			kind := cur.Kind(0)
			got = append(got, cell{kind, kind.String(), cur.Int64(0), cur.Float64(0), cur.Text(0), string(cur.Bytes(0))})
			return nil
		}, "SELECT x FROM odd ORDER BY rowid")
	}))
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestScanReadsTextOfTheDatabaseAsItIs(t *testing.T) {
	var text string
	must(t, open(t, copyOracle(t)).Scan(t.Context(), func(sc *session.Scanner) error {
		return sc.Each(func(cur *session.Cursor) error {
			text = cur.Text(0)
			return nil
		}, "SELECT text FROM sentence WHERE id = 347")
	}))
	if want := "Nikos ΟΔΥΣΣΕΥΣ saw 👨\u200d👩\u200d👧 Eleni Papadaki, WIFE of Åsa Öberg, straße ﬁn STRASSE."; text != want {
		t.Errorf("got %q, want %q", text, want)
	}
}

func TestScanBindsItsArguments(t *testing.T) {
	s := open(t, copyOracle(t))
	for _, test := range []struct {
		query string
		args  []any
		want  string
	}{
		{"SELECT ?", []any{7}, "7"},
		{"SELECT ?", []any{int64(-1 << 63)}, "-9223372036854775808"},
		{"SELECT ?", []any{"it's ü; -- 😀"}, "it's ü; -- 😀"},
		{"SELECT typeof(?1) || length(?1)", []any{""}, "text0"},
		{"SELECT hex(?)", []any{"a\x00b"}, "610062"},
		{"SELECT typeof(?1) || ?2", []any{1, "x"}, "integerx"},
		{"SELECT typeof(?)", nil, "null"},
		{"SELECT count(*) FROM candidate WHERE split = ? AND type = ?", []any{1, "spouse"}, "86"},
	} {
		got := ""
		err := s.Scan(t.Context(), func(sc *session.Scanner) error {
			return sc.Each(func(cur *session.Cursor) error {
				got = cur.Text(0)
				return nil
			}, test.query, test.args...)
		})
		if err != nil || got != test.want {
			t.Errorf("%s with %v: %q, %v; want %q", test.query, test.args, got, err, test.want)
		}
	}
}

func TestScanRefusesArgumentsItCannotBind(t *testing.T) {
	s := open(t, copyOracle(t))
	for _, args := range [][]any{{1.5}, {[]byte("x")}, {nil}, {1, 2}} {
		err := s.Scan(t.Context(), func(sc *session.Scanner) error {
			return sc.Each(func(*session.Cursor) error { return nil }, "SELECT ?", args...)
		})
		if err == nil {
			t.Errorf("bound %v to a query with one parameter", args)
		}
	}
}

func TestScanErrorsNameTheFile(t *testing.T) {
	s := open(t, copyOracle(t))
	for query, says := range map[string]string{
		"SELECT * FROM nowhere": "no such table: nowhere",
		"SELEC 1":               "syntax error",
		"SELECT abs(-9223372036854775808) FROM candidate": "overflow", // compiles, then fails
	} {
		err := s.Scan(t.Context(), func(sc *session.Scanner) error {
			return sc.Each(func(*session.Cursor) error { return nil }, query)
		})
		if err == nil || !strings.HasPrefix(err.Error(), s.Path()+": ") || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: error %v, want the file's name and %q", query, err, says)
		}
	}
}

func TestScanCannotWrite(t *testing.T) {
	path := copyOracle(t)
	dir := filepath.Dir(path)
	before := snapshot(t, dir)
	s := open(t, path, session.Writable())
	for _, statement := range []string{
		"DELETE FROM label",
		"CREATE TABLE t (x)",
		"PRAGMA user_version = 7",
		"VACUUM INTO '" + dir + "/other.db'",
		"ATTACH 'file:" + dir + "/other.db?mode=rwc' AS other",
	} {
		err := s.Scan(t.Context(), func(sc *session.Scanner) error {
			return sc.Each(func(*session.Cursor) error { return nil }, statement)
		})
		if err == nil {
			t.Errorf("%s succeeded", statement)
		}
	}
	must(t, s.Scan(t.Context(), func(sc *session.Scanner) error {
		for _, statement := range []string{"ATTACH 'file:" + dir + "/other.db?mode=rwc' AS other", "CREATE TABLE other.t (x)", "COMMIT"} {
			sc.Each(func(*session.Cursor) error { return nil }, statement)
		}
		return nil
	}))
	wantSame(t, "directory", before, snapshot(t, dir))
}

func TestScanPassesOnTheErrorOfItsCallback(t *testing.T) {
	s := open(t, copyOracle(t))
	stop := errors.New("stop")
	rows := 0
	err := s.Scan(t.Context(), func(sc *session.Scanner) error {
		return sc.Each(func(*session.Cursor) error {
			if rows++; rows == 5 {
				return stop
			}
			return nil
		}, "SELECT id FROM candidate")
	})
	if err != stop || rows != 5 {
		t.Errorf("got %v after %d rows, want the callback's error after 5", err, rows)
	}
}

// All queries of one Scan see one state of the file, whatever others write
// meanwhile. A WAL database lets others write; a rollback journal makes them
// wait.
func TestScanIsOneReadTransaction(t *testing.T) {
	path := copyOracle(t)
	execute(t, path, "PRAGMA journal_mode = wal")
	s := open(t, path, session.Writable())
	count := func(sc *session.Scanner) (n int64) {
		must(t, sc.Each(func(cur *session.Cursor) error {
			n = cur.Int64(0)
			return nil
		}, "SELECT count(*) FROM candidate"))
		return n
	}
	must(t, s.Scan(t.Context(), func(sc *session.Scanner) error {
		before := count(sc)
		must(t, insertCandidates(t, s, 5))
		if after := count(sc); after != before {
			t.Errorf("within one Scan %d candidates became %d", before, after)
		}
		return nil
	}))
	wantCandidates(t, s, 396)
}

func TestScanEndsWhenItsContextIsCancelled(t *testing.T) {
	s := open(t, copyOracle(t))
	t.Run("before it starts", func(t *testing.T) {
		ctx, cancel := cancelled(t)
		defer cancel()
		err := s.Scan(ctx, func(sc *session.Scanner) error {
			return sc.Each(func(*session.Cursor) error { return nil }, "SELECT id FROM candidate")
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want context.Canceled", err)
		}
	})
	t.Run("between rows", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		rows := 0
		err := s.Scan(ctx, func(sc *session.Scanner) error {
			return sc.Each(func(*session.Cursor) error {
				if rows++; rows == 10 {
					cancel()
				}
				return nil
			}, "SELECT a.id FROM candidate AS a, candidate AS b, candidate AS c")
		})
		if !errors.Is(err, context.Canceled) || rows > 10_000 {
			t.Errorf("error %v after %d rows, want context.Canceled soon after row 10", err, rows)
		}
	})
	t.Run("within one long step", func(t *testing.T) {
		// Without an interrupt this join counts 391⁴ rows, which takes minutes.
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		started := time.Now()
		err := s.Scan(ctx, func(sc *session.Scanner) error {
			return sc.Each(func(*session.Cursor) error { return nil },
				"SELECT count(*) FROM candidate AS a, candidate AS b, candidate AS c, candidate AS d")
		})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(started) > 10*time.Second {
			t.Errorf("error %v after %s, want context.DeadlineExceeded after 20ms", err, time.Since(started))
		}
	})
}

func TestQueryEndsWithinOneLongStepWhenCancelled(t *testing.T) {
	s := open(t, copyOracle(t))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := s.Query(ctx, "SELECT count(*) FROM candidate AS a, candidate AS b, candidate AS c, candidate AS d",
		func([]string) error { return nil }, func([]any) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want context.DeadlineExceeded", err)
	}
}

func TestCursorCanBeClosedTwice(t *testing.T) {
	must(t, open(t, copyOracle(t)).Scan(t.Context(), func(sc *session.Scanner) error {
		cur, err := sc.Query("SELECT id FROM candidate")
		if err != nil {
			return err
		}
		cur.Next()
		if err := errors.Join(cur.Close(), cur.Close()); err != nil {
			return err
		}
		if cur.Next() {
			return fmt.Errorf("a closed cursor has a row")
		}
		return sc.Each(func(*session.Cursor) error { return nil }, "SELECT 1")
	}))
}
