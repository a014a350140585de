package annotations

import (
	"context"
	"fmt"

	"workbench/annotations/matrix"
	"workbench/session"
)

// CandidateAnnotations is what a file says of one candidate.
type CandidateAnnotations struct {
	Labels    []CandidateLabel // of every key of every group, by group and key id
	Gold      []CandidateLabel // of every annotator, by key id
	Marginals []CandidateMarginal
	Note      string // that people left, "" for none; see [SetNote]
	Warnings  []string
}

// CandidateLabel is the label that one key gave, 0 if it abstains.
type CandidateLabel struct {
	Key   matrix.Key
	Value int16
}

// CandidateMarginal is one stored probability, as a row of the table marginal:
// of two classes Value is 1 and the probability that of the positive class; of
// more, Value counts the classes from 0, and the first is not stored.
type CandidateMarginal struct {
	Training    bool    `json:"training"`
	Value       int     `json:"value"`
	Probability float64 `json:"probability"`
}

// OfCandidate reads what is stored about one candidate. A candidate that does
// not exist has nothing.
func OfCandidate(ctx context.Context, s *session.Session, id int64) (*CandidateAnnotations, error) {
	a := &CandidateAnnotations{}
	err := s.Scan(ctx, func(sc *session.Scanner) (err error) {
		if a.Labels, err = a.labels(s, sc, "label", id); err != nil {
			return err
		}
		if a.Gold, err = a.labels(s, sc, "gold_label", id); err != nil {
			return err
		}
		if a.Marginals, err = candidateMarginals(s, sc, id); err != nil {
			return err
		}
		a.Note, err = candidateNote(sc, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

func (a *CandidateAnnotations) labels(s *session.Session, sc *session.Scanner, table string, id int64) ([]CandidateLabel, error) {
	if !s.HasTable(table) || !s.HasTable(table+"_key") {
		return nil, nil
	}
	var all []CandidateLabel
	var r labelReader
	err := sc.Each(func(cur *session.Cursor) error {
		l := CandidateLabel{Key: matrix.Key{ID: cur.Int64(0), Name: cur.Text(1), Group: int(cur.Int64(3))}}
		if cur.Kind(2) != session.Null { // no row, or one that says nothing
			var err error
			if l.Value, err = r.read(cur); err != nil {
				return fmt.Errorf("%s: table %s, candidate_id %d, key_id %d (%s): %w", s.Path(), table, id, l.Key.ID, l.Key.Name, err)
			}
		}
		all = append(all, l)
		return nil
	}, fmt.Sprintf(`SELECT k.id, k.name, l.value, k."group" FROM %[1]s_key AS k
		LEFT JOIN %[1]s AS l ON l.key_id = k.id AND l.candidate_id = ? ORDER BY k."group", k.id`, table), id)
	a.Warnings = append(a.Warnings, r.warnings(table)...)
	return all, err
}

func candidateMarginals(s *session.Session, sc *session.Scanner, id int64) ([]CandidateMarginal, error) {
	query := "SELECT training, value, probability FROM marginal WHERE candidate_id = ? ORDER BY training DESC, value"
	switch {
	case s.Version() == session.V05:
		query = "SELECT 1, 1, training_marginal FROM candidate WHERE id = ? AND training_marginal IS NOT NULL"
	case !s.HasTable("marginal"):
		return nil, nil
	}
	var all []CandidateMarginal
	err := sc.Each(func(cur *session.Cursor) error {
		all = append(all, CandidateMarginal{cur.Int64(0) != 0, int(cur.Int64(1)), cur.Float64(2)})
		return nil
	}, query, id)
	return all, err
}
