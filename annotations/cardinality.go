package annotations

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"workbench/annotations/matrix"
	"workbench/session"
)

// OtherCardinalityError says that a wanted number of classes is not that of the
// model.
type OtherCardinalityError struct{ Model, Given int }

// Error gives both.
func (e *OtherCardinalityError) Error() string {
	return fmt.Sprintf("the model has cardinality %d, not %d", e.Model, e.Given)
}

// ChooseCardinality finds the number of classes of label matrices, nil ones
// left out: the given one, else the model's, where 0 is none; else what the
// database remembers of their types ([Classes]); else 2 if a −1 occurs, or else
// the larger of what Snorkel infers from the largest label
// ([matrix.InferCardinality]) and what the stored marginals of candidates of the
// same types show, in any split. If that tells nothing it is
// [matrix.ErrCardinality]. A given one that is not the model's is an
// [OtherCardinalityError], one that is not what is remembered of the only type
// [ErrOtherNumber], and a label that does not fit the choice is
// [matrix.ErrBadLabel].
func ChooseCardinality(ctx context.Context, s *session.Session, given, model int, matrices ...*matrix.LabelMatrix) (int, error) {
	return (&labelled{matrices: matrices}).chooseCardinality(ctx, s, given, model)
}

// ChooseCardinality is the function of that name for the candidates of p and of matrices,
// nil ones left out.
func (p *Patterns) ChooseCardinality(ctx context.Context, given, model int, matrices ...*matrix.LabelMatrix) (int, error) {
	l := &labelled{matrices: append([]*matrix.LabelMatrix{p.L}, matrices...)}
	if p.packing != nil {
		l.packed = p
	}
	return l.chooseCardinality(ctx, p.session, given, model)
}

// labelled are matrices of candidates with labels, of which some may be nil.
type labelled struct {
	matrices []*matrix.LabelMatrix
	packed   *Patterns // whose rows, the first of the matrices, stand for more candidates than they name
}

func (l *labelled) chooseCardinality(ctx context.Context, s *session.Session, given, model int) (int, error) {
	if given != 0 && model != 0 && given != model {
		return 0, &OtherCardinalityError{Model: model, Given: given}
	}
	k := given
	if k == 0 {
		k = model
	}
	known := 0
	var err error
	switch {
	case k == 0:
		if known, err = l.remembered(ctx, s); err == nil && known == 0 {
			k, err = l.infer(ctx, s)
		} else {
			k = known
		}
	case given != 0:
		err = l.contradicted(ctx, s, given)
	}
	if err != nil {
		return 0, err
	}
	for _, m := range l.matrices {
		if m == nil {
			continue
		}
		err := matrix.CheckLabels(m, k)
		if err != nil && known != 0 {
			return 0, fmt.Errorf("%s: %w, which the database remembers", s.Path(), err)
		}
		if err != nil {
			return 0, fmt.Errorf("%s: %w", s.Path(), err)
		}
	}
	return k, nil
}

func (l *labelled) infer(ctx context.Context, s *session.Session) (int, error) {
	inferred, unclear := 2, false
	for _, m := range l.matrices {
		if m == nil {
			continue
		}
		if m.MinLabel() < 0 {
			return 2, nil
		}
		k, err := matrix.InferCardinality(m)
		unclear = unclear || errors.Is(err, matrix.ErrCardinality)
		inferred = max(inferred, k)
	}
	err := s.Scan(ctx, func(sc *session.Scanner) error {
		types, err := l.types(sc)
		if err != nil {
			return err
		}
		stored, err := storedCardinality(sc, s, types, nil)
		inferred = max(inferred, stored)
		return err
	})
	if err != nil {
		return 0, err
	}
	if unclear && inferred == 2 {
		return 0, fmt.Errorf("%s: %w", s.Path(), matrix.ErrCardinality)
	}
	return inferred, nil
}

// remembered is the number of classes that the database remembers, 0 if it does
// not of all types in the matrices.
func (l *labelled) remembered(ctx context.Context, s *session.Session) (k int, err error) {
	if !s.HasTable(classTable) {
		return 0, nil
	}
	err = s.Scan(ctx, func(sc *session.Scanner) error {
		types, err := l.types(sc)
		if err == nil {
			k, err = rememberedCardinality(sc, s, types)
		}
		return err
	})
	return k, err
}

// contradicted reports that the matrices are of one type, of which the database
// remembers another number of classes than the given one.
func (l *labelled) contradicted(ctx context.Context, s *session.Session, given int) error {
	if !s.HasTable(classTable) {
		return nil
	}
	var types []string
	err := s.Scan(ctx, func(sc *session.Scanner) (err error) {
		types, err = l.types(sc)
		return err
	})
	if err != nil || len(types) != 1 {
		return err
	}
	return (&Classes{Type: types[0], Cardinality: given}).Check(ctx, s)
}

// rememberedCardinality is the number of classes that is remembered of candidate
// types, the largest one; 0 if there is a type of which nothing is.
func rememberedCardinality(sc *session.Scanner, s *session.Session, types []string) (int, error) {
	if !s.HasTable(classTable) {
		return 0, nil
	}
	known, most := 0, 0
	err := sc.Each(func(cur *session.Cursor) error {
		known++
		most = max(most, int(cur.Int64(1)))
		return nil
	}, "SELECT type, count(*) FROM workbench_class WHERE type IN (SELECT value FROM texts(?)) GROUP BY type", session.Texts(types))
	if known < len(types) {
		most = 0
	}
	return most, err
}

// types are those of the candidates.
func (l *labelled) types(sc *session.Scanner) ([]string, error) {
	types, err := typesOfSelection(sc, Selection{AllSplits: true})
	if err != nil || len(types) == 1 {
		return types, err
	}
	types = nil
	matrices := l.matrices
	if l.packed != nil {
		matrices = matrices[1:]
		if types, err = typesOfSelection(sc, l.packed.Selection); err != nil {
			return nil, err
		}
	}
	for _, m := range matrices {
		if m == nil {
			continue
		}
		err := sc.Each(func(cur *session.Cursor) error {
			if typ := cur.Text(0); !slices.Contains(types, typ) {
				types = append(types, typ)
			}
			return nil
		}, "SELECT DISTINCT type FROM candidate WHERE id IN (SELECT value FROM ids(?))", session.IDs(m.Candidates()))
		if err != nil {
			return nil, err
		}
	}
	return types, nil
}

// typesOfSelection are the types of the candidates of a split, or of all.
func typesOfSelection(sc *session.Scanner, sel Selection) ([]string, error) {
	var types typeSet
	if sc.OnServer() {
		where, args := sel.where("c")
		err := sc.Each(func(cur *session.Cursor) error {
			types.add(cur.Text(0))
			return nil
		}, "SELECT c.type FROM candidate AS c WHERE "+where+" GROUP BY c.type ORDER BY min(c.id)", args...)
		return types.all, err
	}
	err := eachCandidate(sc, sel, func(_ int64, typ string) { types.add(typ) })
	return types.all, err
}

// typeSet is the few types that many candidates have, in the order in which they came.
type typeSet struct {
	all  []string
	last string
}

func (t *typeSet) add(typ string) {
	if typ == t.last && t.all != nil {
		return
	}
	t.last = typ
	if !slices.Contains(t.all, typ) {
		t.all = append(t.all, typ)
	}
}

// storedCardinality is one more than the largest value that a stored marginal of
// a candidate of certain types has, and at least 2: of those with a training
// flag, or of all. Only if there are larger values at all than 1 it matters whose.
func storedCardinality(sc *session.Scanner, s *session.Session, types []string, training *bool) (int, error) {
	highest := int64(1)
	if s.Version() == session.V05 || !s.HasTable("marginal") {
		return int(highest) + 1, nil
	}
	if sc.OnServer() {
		return countedCardinality(sc, types, training)
	}
	errLarger := errors.New("a value larger than 1")
	err := eachMarginal(sc, training, func(_, value int64) error {
		if value > 1 {
			return errLarger
		}
		return nil
	})
	if err != errLarger {
		return int(highest) + 1, err
	}
	ids := []int64{}
	err = eachCandidate(sc, Selection{AllSplits: true}, func(id int64, typ string) {
		if slices.Contains(types, typ) {
			ids = append(ids, id)
		}
	})
	if err != nil {
		return 0, err
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	of := matrix.NewIndex(ids)
	err = eachMarginal(sc, training, func(id, value int64) error {
		if value > highest && of.Find(id) >= 0 {
			highest = value
		}
		return nil
	})
	return int(min(highest, math.MaxInt32)) + 1, err
}

// countedCardinality is storedCardinality of a server, which looks for the value itself.
func countedCardinality(sc *session.Scanner, types []string, training *bool) (k int, err error) {
	query, args := "SELECT coalesce(max(m.value), 1) FROM marginal AS m JOIN candidate AS c ON c.id = m.candidate_id"+
		" WHERE m.value > 1 AND c.type IN (SELECT value FROM texts(?))", []any{session.Texts(types)}
	if training != nil {
		query, args = query+" AND m.training = ?", append(args, *training)
	} else {
		query += " AND m.training IS NOT NULL"
	}
	err = sc.Each(func(cur *session.Cursor) error {
		k = int(min(cur.Int64(0), math.MaxInt32)) + 1
		return nil
	}, query, args...)
	return k, err
}

// eachMarginal visits the values of the stored marginals with a training flag, or of
// all, until visit returns an error. Those of no candidate are left out.
func eachMarginal(sc *session.Scanner, training *bool, visit func(id, value int64) error) error {
	take := func(id, flag, value int64) error {
		if wanted := flag == 1 || flag == 0; wanted && (training == nil || *training == (flag == 1)) {
			return visit(id, value)
		}
		return nil
	}
	return sc.Table("marginal", session.Columns{Integers: []string{"candidate_id", "training", "value"}}, func(b *session.Batch) error {
		for k, id := range b.Integers[0] {
			if err := take(id, b.Integers[1][k], b.Integers[2][k]); err != nil {
				return err
			}
		}
		return nil
	}, func(cur *session.Cursor) error {
		if cur.Kind(0) == session.Integer && cur.Kind(1) == session.Integer {
			return take(cur.Int64(0), cur.Int64(1), cur.Int64(2))
		}
		return nil
	})
}
