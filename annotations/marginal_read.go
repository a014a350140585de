package annotations

import (
	"errors"
	"fmt"

	"workbench/annotations/matrix"
	"workbench/session"
)

// marginalReader fills in the stored marginals of one training flag.
type marginalReader struct {
	*matrix.Marginals
	sc       *session.Scanner
	path     string
	training bool
	rowOf    *matrix.Index
	found    int
	odd      *oddMarginal
}

// oddMarginal is a stored number that is no probability, which ends reading.
type oddMarginal struct {
	row   int32
	class int64
}

var errOddMarginal = errors.New("a number that is no probability")

// readMarginals fills in the stored probabilities and counts them.
func readMarginals(p *matrix.Marginals, sc *session.Scanner, s *session.Session, training bool) (found int, err error) {
	r := &marginalReader{p, sc, s.Path(), training, matrix.NewIndex(p.Candidates), 0, nil}
	if s.Version() == session.V05 {
		err = sc.Each(r.one, "SELECT id, TRUE, 1, training_marginal FROM candidate WHERE training_marginal IS NOT NULL AND TRUE = ?", training)
	} else {
		columns := session.Columns{Integers: []string{"candidate_id", "training", "value"}, Numbers: []string{"probability"}}
		err = sc.Table("marginal", columns, r.many, r.one)
	}
	if err == errOddMarginal {
		err = r.refuse(r.odd)
	}
	if err != nil || p.Cardinality == 2 {
		return r.found, err
	}
	for i := range p.Candidates {
		row := p.Row(i)
		sum := 0.0
		for _, x := range row[1:] {
			sum += x
		}
		row[0] = max(0, 1-sum) // rounding may leave a little less than 0
	}
	return r.found, nil
}

// flag is how the training flag is stored.
func (r *marginalReader) flag() int64 {
	if r.training {
		return 1
	}
	return 0
}

func (r *marginalReader) many(b *session.Batch) error {
	flag := r.flag()
	for k, id := range b.Integers[0] {
		if b.Integers[1][k] != flag {
			continue
		}
		row := r.rowOf.Find(id)
		if row < 0 {
			continue // another split's
		}
		class, x := b.Integers[2][k], b.Numbers[0][k]
		if !isProbability(x) {
			r.odd = &oddMarginal{row, class}
			return errOddMarginal
		}
		if err := r.set(row, class, x); err != nil {
			return err
		}
	}
	return nil
}

// one reads a row with something else than numbers: that of no candidate that Snorkel
// leaves, for one.
func (r *marginalReader) one(cur *session.Cursor) error {
	isNumber := func(i int) bool { return cur.Kind(i) == session.Integer || cur.Kind(i) == session.Real }
	row := r.rowOf.Find(cur.Int64(0))
	if row < 0 || cur.Kind(0) != session.Integer || !isNumber(1) || cur.Float64(1) != float64(r.flag()) {
		return nil
	}
	class := cur.Int64(2)
	if x := cur.Float64(3); isNumber(3) && isProbability(x) {
		return r.set(row, class, x)
	}
	return r.bad(row, class, cur.Text(3))
}

// set keeps the probability of a class.
func (r *marginalReader) set(row int32, class int64, x float64) error {
	switch {
	case class < 1 || class >= int64(r.Cardinality):
		return fmt.Errorf("%s: table marginal, candidate_id %d: value %d does not fit cardinality %d", r.path, r.Candidates[row], class, r.Cardinality)
	case r.Cardinality == 2:
		r.P[row] = x
	default:
		r.P[int(row)*r.Cardinality+int(class)] = x
	}
	r.found++
	return nil
}

func isProbability(x float64) bool { return x >= 0 && x <= 1 }

func (r *marginalReader) bad(row int32, class int64, text string) error {
	return fmt.Errorf("%s: table marginal, candidate_id %d, value %d: probability %q is %w", r.path, r.Candidates[row], class, text, matrix.ErrBadMarginal)
}

// refuse says which number is no probability, as SQLite writes it.
func (r *marginalReader) refuse(odd *oddMarginal) error {
	text := ""
	err := r.sc.Each(func(cur *session.Cursor) error {
		text = cur.Text(0)
		return nil
	}, "SELECT probability FROM marginal WHERE candidate_id = ? AND training = ? AND value = ? AND (probability < 0 OR probability > 1) LIMIT 1",
		r.Candidates[odd.row], r.training, odd.class)
	if err != nil {
		return err
	}
	return r.bad(odd.row, odd.class, text)
}
