package annotations

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/jmoiron/sqlx"

	"workbench/candidates"
	"workbench/session"
)

// Marginals holds the class probabilities of m candidates.
type Marginals struct {
	Candidates  []int64 // m candidate ids
	Cardinality int     // K classes
	// P has, for K = 2, one probability of the positive class per candidate;
	// for K > 2, K probabilities per candidate, row after row, the first class
	// first.
	P []float64
}

// Width is how many probabilities P has per candidate: 1 for K = 2, else K.
func (p *Marginals) Width() int {
	if p.Cardinality == 2 {
		return 1
	}
	return p.Cardinality
}

// Row returns the probabilities that P has for candidate i.
func (p *Marginals) Row(i int) []float64 { return p.P[i*p.Width() : (i+1)*p.Width()] }

// Prob returns the probability of class k (from 0) for candidate i. Of a
// binary candidate class 1 is the positive one.
func (p *Marginals) Prob(i, k int) float64 {
	switch {
	case p.Cardinality > 2:
		return p.P[i*p.Cardinality+k]
	case k == 1:
		return p.P[i]
	default:
		return 1 - p.P[i]
	}
}

// ErrBadMarginal says that a probability cannot be one.
var ErrBadMarginal = errors.New("not a probability")

// ErrNoMarginals says that nothing is stored for a split.
var ErrNoMarginals = errors.New("no marginals are stored")

// Check reports the first probability that is NaN or outside [0, 1], and for
// K > 2 the first row that does not sum to 1 within 1e-6: the first class is
// stored only as what the others leave.
func (p *Marginals) Check() error {
	if p.Cardinality < 2 || len(p.P) != len(p.Candidates)*p.Width() {
		return fmt.Errorf("marginals: %d probabilities do not fit %d candidates of cardinality %d", len(p.P), len(p.Candidates), p.Cardinality)
	}
	const tolerance = 1e-6
	for i, id := range p.Candidates {
		sum := 0.0
		for k, x := range p.Row(i) {
			if math.IsNaN(x) || x < 0 || x > 1 {
				return fmt.Errorf("candidate %d: marginal %v of column %d is %w", id, x, k, ErrBadMarginal)
			}
			sum += x
		}
		if p.Cardinality > 2 && math.Abs(sum-1) > tolerance {
			return fmt.Errorf("candidate %d: its marginals sum to %v and are %w", id, sum, ErrBadMarginal)
		}
	}
	return nil
}

// Saved counts what [SaveMarginals] did: candidates that have marginals now,
// rows written, and rows of before that they replaced.
type Saved struct {
	Candidates int
	Rows       int
	Replaced   int
}

// SaveMarginals stores marginals as training marginals or as the predictions
// of an end model (snorkel.annotations.save_marginals). In one transaction it
// deletes all marginals with the same training flag, in every split, and
// inserts the positive probabilities of the classes 1..K−1. Nothing is changed
// when a probability is not one ([ErrBadMarginal]) or the file is one of
// Snorkel 0.5, which has no table for them.
func SaveMarginals(ctx context.Context, s *session.Session, p *Marginals, training bool) (Saved, error) {
	if err := p.Check(); err != nil {
		return Saved{}, err
	}
	if !s.HasTable("marginal") {
		return Saved{}, fmt.Errorf("%s: a file of Snorkel %s without a marginal table cannot store marginals; open it once with Snorkel 0.6 or later, which adds the table",
			s.Path(), s.Version())
	}
	saved := Saved{Candidates: len(p.Candidates)}
	err := s.Update(ctx, func(tx *sqlx.Tx) error {
		result, err := tx.ExecContext(ctx, "DELETE FROM marginal WHERE training = ?", boolInt(training))
		if err != nil {
			return err
		}
		replaced, err := result.RowsAffected()
		if err != nil {
			return err
		}
		saved.Replaced = int(replaced)
		saved.Rows, err = insertMarginals(ctx, tx, p, boolInt(training))
		return err
	})
	if err != nil {
		return Saved{}, err
	}
	return saved, nil
}

func insertMarginals(ctx context.Context, tx *sqlx.Tx, p *Marginals, training int) (int, error) {
	ins, err := newInserter(ctx, tx, "marginal (candidate_id, training, value, probability)", 4)
	if err != nil {
		return 0, err
	}
	for i, id := range p.Candidates {
		for k := 1; k < p.Cardinality; k++ {
			if x := p.Prob(i, k); x > 0 {
				if err := ins.add(id, training, k, x); err != nil {
					return 0, err
				}
			}
		}
	}
	return ins.rows, ins.flush()
}

// LoadMarginals reads the stored marginals of a split's candidates, all of
// them or those of one type, by ascending id (snorkel.annotations.load_marginals).
// cardinality 0 means one more than the largest stored value of that training
// flag. What is not stored is 0; for K > 2 the first class has what the others
// leave of 1. A split (or a type within it) of which nothing is stored is
// [ErrNoMarginals]; the message says which splits have marginals.
func LoadMarginals(ctx context.Context, s *session.Session, sel Selection, training bool, cardinality int) (*Marginals, error) {
	p := &Marginals{Cardinality: cardinality}
	found := 0
	err := s.Scan(ctx, func(sc *session.Scanner) (err error) {
		p.Candidates, err = selectCandidates(sc, s.Path(), Selection{Split: sel.Split, Type: sel.Type})
		if err != nil || len(p.Candidates) == 0 || s.Version() != session.V05 && !s.HasTable("marginal") {
			return err
		}
		if cardinality == 0 {
			if p.Cardinality, err = storedCardinality(sc, s, training); err != nil {
				return err
			}
		}
		if p.Cardinality < 2 || p.Cardinality > math.MaxInt16 {
			return fmt.Errorf("%s: marginals of cardinality %d: labels have 2 to %d classes", s.Path(), p.Cardinality, math.MaxInt16)
		}
		p.P = make([]float64, len(p.Candidates)*p.Width())
		found, err = p.read(sc, s, training)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case len(p.Candidates) == 0:
		return nil, candidates.NoSplit(ctx, s, sel.Split, sel.Type)
	case found == 0:
		return nil, noMarginals(ctx, s, sel, training)
	}
	return p, nil
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
	kind := map[bool]string{true: "training", false: "predicted"}[training]
	if splits == nil {
		return fmt.Errorf("%s: %w as %s marginals, in any split", s.Path(), ErrNoMarginals, kind)
	}
	what := fmt.Sprintf("split %d", sel.Split)
	if sel.Type != "" {
		what += fmt.Sprintf(" of type %q", sel.Type)
	}
	return fmt.Errorf("%s: %w as %s marginals for %s; splits that have some: %s",
		s.Path(), ErrNoMarginals, kind, what, strings.Join(splits, ", "))
}

// storedCardinality is one more than the largest value that a candidate has.
func storedCardinality(sc *session.Scanner, s *session.Session, training bool) (int, error) {
	highest := int64(1)
	if s.Version() == session.V05 {
		return int(highest) + 1, nil
	}
	err := sc.Each(func(cur *session.Cursor) error {
		highest = max(highest, cur.Int64(0))
		return nil
	}, "SELECT max(value) FROM marginal WHERE training = ? AND candidate_id IS NOT NULL", boolInt(training))
	return int(min(highest, math.MaxInt32)) + 1, err
}

// read fills in the stored probabilities and counts them.
func (p *Marginals) read(sc *session.Scanner, s *session.Session, training bool) (found int, err error) {
	query := "SELECT candidate_id, value, probability FROM marginal WHERE training = ?"
	if s.Version() == session.V05 {
		query = "SELECT id, 1, training_marginal FROM candidate WHERE training_marginal IS NOT NULL AND ?"
	}
	rowOf := newIndex(p.Candidates)
	err = sc.Each(func(cur *session.Cursor) error {
		row := int(rowOf.find(cur.Int64(0)))
		if row < 0 || cur.Kind(0) != session.Integer {
			return nil // another split's, or the row without candidate that Snorkel leaves
		}
		k, x := int(cur.Int64(1)), cur.Float64(2)
		if kind := cur.Kind(2); kind != session.Real && kind != session.Integer || math.IsNaN(x) || x < 0 || x > 1 {
			return fmt.Errorf("%s: table marginal, candidate_id %d, value %d: probability %q is %w", s.Path(), p.Candidates[row], k, cur.Text(2), ErrBadMarginal)
		}
		switch {
		case k < 1 || k >= p.Cardinality:
			return fmt.Errorf("%s: table marginal, candidate_id %d: value %d does not fit cardinality %d", s.Path(), p.Candidates[row], k, p.Cardinality)
		case p.Cardinality == 2:
			p.P[row] = x
		default:
			p.P[row*p.Cardinality+k] = x
		}
		found++
		return nil
	}, query, boolInt(training))
	if err != nil || p.Cardinality == 2 {
		return found, err
	}
	for i := range p.Candidates {
		row := p.Row(i)
		sum := 0.0
		for _, x := range row[1:] {
			sum += x
		}
		row[0] = max(0, 1-sum) // rounding may leave a little less than 0
	}
	return found, nil
}
