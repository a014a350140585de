package annotations

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// ErrNoMarginals says that nothing is stored for a split.
var ErrNoMarginals = errors.New("no marginals are stored")

// Saved counts what [SaveMarginals] did: candidates that have marginals now,
// rows written, and rows of before that they replaced.
type Saved struct {
	Candidates int
	Rows       int
	Replaced   int
}

// SaveOptions say what becomes of the marginals of other candidates with the same
// training flag. Without any of the two, if there are some, nothing is saved.
type SaveOptions struct {
	Training     bool // training marginals, not the predictions of an end model
	DeleteOthers bool // delete them, as Snorkel does
	KeepOthers   bool // keep them
	// Classes are remembered with the marginals; nil is none.
	Classes *Classes
	// With, if not nil, stores something else in the same transaction.
	With func(tx *session.Tx) error
}

// SaveMarginals stores marginals as training marginals or as the predictions
// of an end model (snorkel.annotations.save_marginals). In one transaction it
// deletes the marginals with the same training flag and inserts the positive
// probabilities of the classes 1..K−1; where that gives the rows that are there
// already, with other probabilities, it overwrites these. Nothing is changed when
// marginals of other candidates would go unasked ([*LossError]), when a probability
// is not one ([matrix.ErrBadMarginal]) or the file is one of Snorkel 0.5, which has
// no table for them.
func SaveMarginals(ctx context.Context, s *session.Session, p *matrix.Marginals, o SaveOptions) (Saved, error) {
	return saveWith(ctx, s, p, o, func(tx *session.Tx) (Saved, error) { return saveMarginals(tx, s.Path(), p, o) })
}

// saveWith checks marginals, and lets save store them together with what else is stored.
func saveWith(ctx context.Context, s *session.Session, p *matrix.Marginals, o SaveOptions, save func(tx *session.Tx) (Saved, error)) (Saved, error) {
	if err := p.Check(); err != nil {
		return Saved{}, err
	}
	if !s.HasTable("marginal") {
		return Saved{}, fmt.Errorf("%s: a file of Snorkel %s without a marginal table cannot store marginals; open it once with Snorkel 0.6 or later, which adds the table",
			s.Path(), s.Version())
	}
	var saved Saved
	err := s.Update(ctx, func(tx *session.Tx) (err error) {
		if saved, err = save(tx); err != nil {
			return err
		}
		if o.With != nil {
			if err := o.With(tx); err != nil {
				return err
			}
		}
		return o.Classes.Remember(tx)
	})
	if err != nil {
		return Saved{}, err
	}
	return saved, nil
}

// saveMarginals stores the rows.
func saveMarginals(tx *session.Tx, path string, p *matrix.Marginals, o SaveOptions) (Saved, error) {
	saved := Saved{Candidates: len(p.Candidates), Rows: countMarginals(p)}
	same, err := overwriteMarginals(tx, p, saved.Rows, o)
	switch {
	case err != nil:
		return Saved{}, err
	case same:
		saved.Replaced = saved.Rows
		return saved, nil
	}
	if !o.DeleteOthers && !o.KeepOthers {
		if err := otherMarginals(tx, path, p, o.Training); err != nil {
			return Saved{}, err
		}
	}
	which, args := replacedMarginals(p, o)
	replaced, err := tx.Exec("DELETE FROM marginal WHERE "+which, args...)
	if err != nil {
		return Saved{}, err
	}
	saved.Replaced = int(replaced)
	return saved, insertMarginals(tx, p, o.Training)
}

// replacedMarginals is the condition on the rows that others replace.
func replacedMarginals(p *matrix.Marginals, o SaveOptions) (where string, args []any) {
	if o.KeepOthers {
		return "training = ? AND candidate_id IN (SELECT value FROM ids(?))", []any{o.Training, session.IDs(p.Candidates)}
	}
	return "training = ?", []any{o.Training}
}

// otherMarginals is the error for marginals of other candidates.
func otherMarginals(tx *session.Tx, path string, p *matrix.Marginals, training bool) error {
	return lostMarginals(tx, path, training, "c.id NOT IN (SELECT value FROM ids(?))", session.IDs(p.Candidates))
}

// lostMarginals is the error for marginals of candidates c that a condition names.
func lostMarginals(tx *session.Tx, path string, training bool, where string, args ...any) error {
	var others []struct {
		Split int `db:"split"`
		Rows  int `db:"n"`
	}
	err := tx.Select(&others, `
		SELECT c.split AS split, count(*) AS n FROM marginal AS m JOIN candidate AS c ON c.id = m.candidate_id
		WHERE m.training = ? AND `+where+` GROUP BY c.split ORDER BY c.split`, append([]any{training}, args...)...)
	if err != nil {
		return err
	}
	lost := &LossError{Path: path, What: kindOf(training) + " marginals"}
	for _, o := range others {
		lost.add(o.Rows, fmt.Sprintf("split %d", o.Split))
	}
	return lost.orNil()
}

// kindOf names the marginals of a training flag.
func kindOf(training bool) string {
	if training {
		return "training"
	}
	return "predicted"
}

// insertMarginals adds the rows of marginals.
func insertMarginals(tx *session.Tx, p *matrix.Marginals, training bool) error {
	rows := tx.Rows("marginal", "candidate_id", "training", "value", "probability")
	for i, id := range p.Candidates {
		for k := 1; k < p.Cardinality; k++ {
			if x := p.Prob(i, k); x > 0 {
				if err := rows.Add(id, training, k, x); err != nil {
					return err
				}
			}
		}
	}
	return rows.Flush()
}

// LoadMarginals reads the stored marginals of a split's candidates, or of those of
// all splits but those of which nothing is stored, all of them or those of one type,
// by ascending id (snorkel.annotations.load_marginals). cardinality 0 means how many
// classes the database remembers, or else one more than the largest stored value of
// that training flag and of candidates of the same types, in any split; another one
// than it remembers of the only type is [ErrOtherNumber]. What is not stored is 0; for
// K > 2 the first class has what the others leave of 1. A split (or a type within it)
// of which nothing is stored is [ErrNoMarginals]; the message says which splits have
// marginals.
func LoadMarginals(ctx context.Context, s *session.Session, sel Selection, training bool, cardinality int) (*matrix.Marginals, error) {
	p := &matrix.Marginals{Cardinality: cardinality}
	found, types := 0, []string{sel.Type}
	err := s.Scan(ctx, func(sc *session.Scanner) (err error) {
		var ofSplit []string
		if sel.AllSplits {
			p.Candidates, err = splitsWithMarginals(sc, s, sel.Type, training)
		} else {
			p.Candidates, ofSplit, err = candidatesAndTypes(sc, s.Path(), Selection{Split: sel.Split, Type: sel.Type})
		}
		if err != nil || len(p.Candidates) == 0 || s.Version() != session.V05 && !s.HasTable("marginal") {
			return err
		}
		switch {
		case sel.Type != "":
		case sel.AllSplits:
			if types, err = typesOfSelection(sc, sel); err != nil {
				return err
			}
		default:
			types = ofSplit
		}
		if cardinality == 0 {
			if p.Cardinality, err = rememberedCardinality(sc, s, types); err != nil {
				return err
			}
		}
		if p.Cardinality == 0 {
			if p.Cardinality, err = storedCardinality(sc, s, types, &training); err != nil {
				return err
			}
		}
		if p.Cardinality < 2 || p.Cardinality > math.MaxInt16 {
			return fmt.Errorf("%s: marginals of cardinality %d: labels have 2 to %d classes", s.Path(), p.Cardinality, math.MaxInt16)
		}
		p.P = make([]float64, len(p.Candidates)*p.Width())
		found, err = readMarginals(p, sc, s, training)
		return err
	})
	if err == nil && cardinality != 0 && len(types) == 1 {
		err = (&Classes{Type: types[0], Cardinality: cardinality}).Check(ctx, s)
	}
	switch {
	case err != nil:
		return nil, err
	case len(p.Candidates) == 0 && !sel.AllSplits:
		return nil, candidates.NoSplit(ctx, s, sel.Split, sel.Type)
	case found == 0:
		return nil, noMarginals(ctx, s, sel, training)
	}
	return p, nil
}

// splitsWithMarginals are the candidates, of one type or all, of the splits of which
// something is stored: those of the others have no probability, and not 0.
func splitsWithMarginals(sc *session.Scanner, s *session.Session, typ string, training bool) ([]int64, error) {
	stored := "SELECT o.split FROM marginal AS m JOIN candidate AS o ON o.id = m.candidate_id WHERE m.training = ?"
	switch {
	case s.Version() == session.V05:
		stored = "SELECT o.split FROM candidate AS o WHERE o.training_marginal IS NOT NULL AND TRUE = ?"
	case !s.HasTable("marginal"):
		return nil, nil
	}
	ofType, args := "", []any{training}
	if typ != "" {
		stored, ofType, args = stored+" AND o.type = ?", " AND c.type = ?", append(args, typ, typ)
	}
	ids := []int64{}
	err := sc.Each(func(cur *session.Cursor) error {
		ids = append(ids, cur.Int64(0))
		return nil
	}, "SELECT c.id FROM candidate AS c WHERE c.split IN ("+stored+")"+ofType+" ORDER BY c.id", args...)
	return ids, err
}

// noMarginals is the error for candidates without marginals, listing the
// splits that have some.
func noMarginals(ctx context.Context, s *session.Session, sel Selection, training bool) error {
	counts, err := s.Marginals(ctx)
	if err != nil {
		return err
	}
	var splits []string
	for _, c := range counts {
		if c.Training == training {
			splits = append(splits, fmt.Sprint(c.Split))
		}
	}
	kind := kindOf(training)
	if splits == nil || sel.AllSplits && sel.Type == "" {
		return fmt.Errorf("%s: %w as %s marginals, in any split", s.Path(), ErrNoMarginals, kind)
	}
	what := fmt.Sprintf("split %d", sel.Split)
	if sel.AllSplits {
		what = "candidates"
	}
	if sel.Type != "" {
		what += fmt.Sprintf(" of type %q", sel.Type)
	}
	return fmt.Errorf("%s: %w as %s marginals for %s; splits that have some: %s",
		s.Path(), ErrNoMarginals, kind, what, strings.Join(splits, ", "))
}
