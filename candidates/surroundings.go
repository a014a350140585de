package candidates

import (
	"context"

	"workbench/session"
)

// Surroundings reads the sentences of a document around one of them: up to n before it
// and n behind it, in their order, without their words.
func Surroundings(ctx context.Context, s *session.Session, around *Sentence, n int) (before, behind []*Sentence, err error) {
	if around.Document == nil || n <= 0 {
		return nil, nil, nil
	}
	err = s.Scan(ctx, func(sc *session.Scanner) error {
		return sc.Each(func(cur *session.Cursor) error {
			one := &Sentence{ID: cur.Int64(0), Document: around.Document, Position: int(cur.Int64(1)), Text: cur.Text(2), StableID: cur.Text(3)}
			switch {
			case one.Position < around.Position:
				before = append(before, one)
			case one.Position > around.Position:
				behind = append(behind, one)
			}
			return nil
		}, `SELECT s.id, s.position, s.text, x.stable_id FROM sentence AS s JOIN context AS x ON x.id = s.id
			WHERE s.document_id = ? AND s.position BETWEEN ? AND ? ORDER BY s.position`,
			around.Document.ID, around.Position-n, around.Position+n)
	})
	return before, behind, err
}
