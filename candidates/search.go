package candidates

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"workbench/candidates/python"
	"workbench/session"
)

// Search finds the candidates that have a text in the sentence that one of their
// arguments is or lies in, or in an argument that is a text itself, whatever the case:
// their ids, ascending. It reads the text of the whole database.
func Search(ctx context.Context, s *session.Session, text string) (ids []int64, err error) {
	wanted := python.Lower(text)
	found := make(map[int64]bool)
	ids = []int64{}
	err = s.Scan(ctx, func(sc *session.Scanner) error {
		var contexts []int64
		for _, table := range textTables(s) {
			own, err := containing(sc, table, wanted)
			if err != nil {
				return err
			}
			contexts = append(contexts, own...)
			if table == "sentence" && s.HasTable("span") {
				if contexts, err = withSpans(sc, contexts, own); err != nil {
					return err
				}
			}
		}
		for _, class := range Subclasses(s) {
			err := class.about(sc, contexts, func(id int64) {
				if !found[id] {
					found[id] = true
					ids = append(ids, id)
				}
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	slices.Sort(ids)
	return ids, err
}

// textTables are the tables of contexts that have a text.
func textTables(s *session.Session) (tables []string) {
	for _, table := range s.Tables() {
		if s.HasColumn(table, "id") && s.HasColumn(table, "text") && !strings.HasPrefix(table, "workbench_") {
			tables = append(tables, table)
		}
	}
	return tables
}

// containing returns the ids of the contexts of a table whose text contains one that is
// in lower case.
func containing(sc *session.Scanner, table, wanted string) (ids []int64, err error) {
	err = sc.Each(func(cur *session.Cursor) error {
		if cur.Kind(1) == session.Text && strings.Contains(python.Lower(cur.Text(1)), wanted) {
			ids = append(ids, cur.Int64(0))
		}
		return nil
	}, "SELECT t.id, t.text FROM "+session.Quote(table)+" AS t JOIN context AS x ON x.id = t.id WHERE x.type = ?", table)
	return ids, err
}

// withSpans adds the spans of sentences to contexts.
func withSpans(sc *session.Scanner, contexts, sentences []int64) ([]int64, error) {
	for part := range slices.Chunk(sentences, searchedIDs) {
		err := sc.Each(func(cur *session.Cursor) error {
			contexts = append(contexts, cur.Int64(0))
			return nil
		}, "SELECT id FROM span WHERE sentence_id IN (SELECT value FROM ids(?))", session.IDs(part))
		if err != nil {
			return nil, err
		}
	}
	return contexts, nil
}

// searchedIDs is how many ids go into one query.
const searchedIDs = 1 << 15

// about visits the candidates of the class with an argument among contexts, some
// of them twice.
func (c *Subclass) about(sc *session.Scanner, contexts []int64, visit func(id int64)) error {
	for part := range slices.Chunk(contexts, searchedIDs) {
		for _, arg := range c.Args {
			err := sc.Each(func(cur *session.Cursor) error {
				visit(cur.Int64(0))
				return nil
			}, fmt.Sprintf("SELECT id FROM %s WHERE %s IN (SELECT value FROM ids(?))", session.Quote(c.Table), session.Quote(arg+"_id")), session.IDs(part))
			if err != nil {
				return err
			}
		}
	}
	return nil
}
