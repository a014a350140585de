package candidates

import (
	"context"
	"fmt"

	"workbench/session"
)

// SentenceCandidateSpans returns the other spans of the sentence that the
// first argument of a candidate lies in, by id (get_sent_candidate_spans).
// Each call reads the file: it is for a few candidates.
func SentenceCandidateSpans(ctx context.Context, s *session.Session, c *Candidate) ([]*Span, error) {
	p, err := c.storedSpan()
	if err != nil {
		return nil, err
	}
	return c.otherSpans(ctx, s, p.ID, "SELECT id FROM span WHERE sentence_id = ? ORDER BY id", p.Sentence.ID)
}

// DocumentCandidateSpans returns the other spans of the document that the
// first argument of a candidate lies in, by the position of their sentences,
// then by id (get_doc_candidate_spans).
func DocumentCandidateSpans(ctx context.Context, s *session.Session, c *Candidate) ([]*Span, error) {
	p, err := c.storedSpan()
	if err != nil {
		return nil, err
	}
	return c.otherSpans(ctx, s, p.ID, `
		SELECT span.id FROM span JOIN sentence ON sentence.id = span.sentence_id
		WHERE sentence.document_id = (SELECT document_id FROM sentence WHERE id = ?)
		ORDER BY sentence.position, span.id`, p.Sentence.ID)
}

// storedSpan is the first argument, which must be a span of the file.
func (c *Candidate) storedSpan() (*Span, error) {
	p, err := c.span(0)
	if err == nil && p.Sentence.alone {
		a := &c.Args[0]
		err = c.error(fmt.Errorf("argument %s (%s) %w", a.Name, a.Context.StableID, ErrNoSpan))
	}
	return p, err
}

// otherSpans reads the spans that a query selects, but not the given one.
func (c *Candidate) otherSpans(ctx context.Context, s *session.Session, but int64, query string, sentence int64) ([]*Span, error) {
	var spans []*Span
	err := s.Scan(ctx, func(sc *session.Scanner) error {
		var ids []int64
		err := sc.Each(func(cur *session.Cursor) error {
			if id := cur.Int64(0); id != but {
				ids = append(ids, id)
			}
			return nil
		}, query, sentence)
		if err != nil {
			return err
		}
		l := newLoader(s, sc)
		l.turn()
		if err := l.loadSpans(ids); err != nil {
			return err
		}
		for _, id := range ids {
			if p, ok := l.spans.get(id); ok {
				spans = append(spans, p)
			}
		}
		return nil
	})
	if err != nil {
		return nil, c.error(err)
	}
	return spans, nil
}
