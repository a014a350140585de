package session_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"workbench/session"
)

// update runs a transaction on a copy of Snorkel's database.
func update(t *testing.T, write func(tx *session.Tx) error) error {
	t.Helper()
	return open(t, copyOracle(t), session.Writable()).Update(t.Context(), write)
}

func TestListsAreOneArgument(t *testing.T) {
	s := open(t, copyOracle(t))
	many := make(session.IDs, 100_000) // more than SQLite takes one by one
	for i := range many {
		many[i] = int64(i)
	}
	must(t, s.View(t.Context(), func(tx *session.Tx) error {
		for _, c := range []struct {
			query string
			list  any
			want  []int64
		}{
			{"SELECT id FROM candidate WHERE id IN (SELECT value FROM ids(?)) ORDER BY id", session.IDs{3, 1, 99999, 3}, []int64{1, 3}},
			{"SELECT id FROM candidate WHERE id IN (SELECT value FROM ids(?))", session.IDs(nil), nil},
			{"SELECT count(*) FROM candidate WHERE id IN (SELECT value FROM ids(?))", many, []int64{391}},
			{"SELECT place FROM ids(?) AS l WHERE l.value = 7 ORDER BY place", session.IDs{7, 8, 7}, []int64{0, 2}},
			{"SELECT id FROM label_key WHERE name IN (SELECT value FROM texts(?))", session.Texts{"no'such\"", "LF_husband_wife"}, []int64{1, 16}},
			{"SELECT id FROM label_key WHERE name IN (SELECT value FROM texts(?))", session.Texts(nil), nil},
		} {
			var got []int64
			must(t, tx.Select(&got, c.query, c.list))
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.query, got, c.want)
			}
			got = nil
			must(t, s.Scan(t.Context(), func(sc *session.Scanner) error {
				return sc.Each(func(cur *session.Cursor) error { got = append(got, cur.Int64(0)); return nil }, c.query, c.list)
			}))
			if !slices.Equal(got, c.want) {
				t.Errorf("%s, scanned: %v, want %v", c.query, got, c.want)
			}
		}
		return nil
	}))
}

func TestInsertedRowsTellTheirIDs(t *testing.T) {
	must(t, update(t, func(tx *session.Tx) error {
		id, err := tx.Insert("label_key", []string{"name", "group"}, "LF_new", 5)
		must(t, err)
		var name string
		found, err := tx.Get(&name, `SELECT name FROM label_key WHERE id = ?`, id)
		if err != nil || !found || name != "LF_new" {
			t.Errorf("key %d: %q, %v, %v", id, name, found, err)
		}
		if found, err := tx.Get(&name, `SELECT name FROM label_key WHERE id = ?`, id+1); found || err != nil || name != "LF_new" {
			t.Errorf("no such key: %q, %v, %v", name, found, err)
		}
		return nil
	}))
}

func TestSequencesHandOutNewIDs(t *testing.T) {
	must(t, update(t, func(tx *session.Tx) error {
		ids, err := tx.Sequence("candidate")
		must(t, err)
		if a, b := ids.Next(), ids.Next(); a != 392 || b != 393 || !ids.New(a) || ids.New(391) || ids.New(394) {
			t.Errorf("ids %d and %d; %v %v %v", a, b, ids.New(a), ids.New(391), ids.New(394))
		}
		return nil
	}))
}

func TestRowsAreAllWritten(t *testing.T) {
	for _, n := range []int{0, 1, 2, 255, 256, 257, 1000} {
		must(t, update(t, func(tx *session.Tx) error {
			rows := tx.Rows("label_key", "name", "group")
			for i := range n {
				must(t, rows.Add(fmt.Sprint("LF", i), 7))
			}
			must(t, rows.Flush())
			must(t, rows.Flush()) // of nothing
			var names []string
			must(t, tx.Select(&names, `SELECT name FROM label_key WHERE "group" = ? ORDER BY id`, 7))
			if len(names) != n || rows.Added() != n || rows.Written() != n || rows.Waiting() != 0 {
				t.Errorf("%d rows: %d stored, %d added, %d written, %d waiting", n, len(names), rows.Added(), rows.Written(), rows.Waiting())
			}
			for i, name := range names {
				if name != fmt.Sprint("LF", i) {
					t.Fatalf("%d rows: number %d is %s", n, i, name)
				}
			}
			return nil
		}))
	}
}

func TestRowsThatAreThereArePassedOver(t *testing.T) {
	must(t, update(t, func(tx *session.Tx) error {
		rows := tx.NewRows("label_key", "name", "group")
		for _, name := range []string{"a", "LF_husband_wife", "b", "a"} {
			must(t, rows.Add(name, 0))
		}
		must(t, rows.Flush())
		if rows.Added() != 4 || rows.Written() != 2 {
			t.Errorf("%d added, %d written; want 4 and 2", rows.Added(), rows.Written())
		}
		return nil
	}))
}

func TestTheRowThatATableRefusesIsNamed(t *testing.T) {
	for _, at := range []int{0, 1, 63, 64, 300, 511} {
		err := update(t, func(tx *session.Tx) error {
			rows := tx.Rows("label_key", "name", "group")
			for i := range 512 {
				name := fmt.Sprint("LF", i)
				if i == at {
					name = "LF_husband_wife"
				}
				rows.Hold(name, 0)
			}
			return rows.Flush()
		})
		var refused *session.RowError
		if !errors.As(err, &refused) || refused.Row != at || refused.Values[0] != "LF_husband_wife" || !session.Duplicate(err) || !session.Refused(err) {
			t.Errorf("row %d: %v (%+v)", at, err, refused)
		}
	}
}

func TestAJournalOfAnotherDatabaseIsNotPlayedBack(t *testing.T) {
	path := copyOracle(t) + ".new"
	for _, ending := range []string{"-journal", "-wal"} {
		must(t, os.WriteFile(path+ending, []byte("left behind"), 0o644))
		_, err := session.Create(t.Context(), path)
		wantKind(t, err, session.ErrExists, path+ending)
		if _, err := os.Stat(path); err == nil {
			t.Error("there is a database")
		}
		must(t, os.Remove(path+ending))
	}
}

func TestUniqueConstraintsAreKnown(t *testing.T) {
	s := open(t, copyOracle(t))
	for table, want := range map[string][][]string{
		"spouse":  {{"person1_id", "person2_id"}},
		"context": {{"stable_id"}},
		"span":    {{"sentence_id", "char_start", "char_end"}},
		"label":   {}, // the primary key does not count
		"nowhere": {},
	} {
		if got := s.Unique(table); !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%s: %v, want %v", table, got, want)
		}
	}
}
