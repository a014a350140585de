package annotations

import (
	"errors"
	"fmt"

	"workbench/candidates"
	"workbench/session"
)

// Shard is one part of the candidates that are to be labelled, so that several
// machines share them: part Number, from 1, of Of, which differ by one candidate at
// most. Each has the ids between two bounds. The zero Shard is all of them.
type Shard struct{ Number, Of int }

// String is the number of the part and how many there are: 3/16.
func (p Shard) String() string { return fmt.Sprintf("%d/%d", p.Number, p.Of) }

// whole reports whether it is all of the candidates.
func (p Shard) whole() bool { return p == Shard{} }

// check reports a part that does not exist, or that options do not go with: all
// parts together must leave the labels that one run would.
func (p Shard) check(o ApplyOptions, existing bool) error {
	switch {
	case p.whole():
		return nil
	case p.Number < 1 || p.Of < p.Number:
		return fmt.Errorf("there is no part %s: the first of 16 is 1/16, and the last one 16/16", p)
	case !o.SplitOnly || o.Keep || o.GroupOnly || existing:
		return errors.New("a part of the candidates is labelled by replacing its own labels only")
	case !o.bySplit():
		return errors.New("a part of the candidates is one of a split")
	}
	return nil
}

// of returns the ids of the part, of all in ascending order, and the query for its
// candidates.
func (p Shard) of(ids []int64, o ApplyOptions) ([]int64, candidates.Query) {
	switch {
	case !o.bySplit():
		return ids, candidates.Query{IDs: ids}
	case p.whole():
		return ids, candidates.Query{Split: o.Split, Type: o.Type}
	}
	from, to := bound(p.Number-1, p.Of, len(ids)), bound(p.Number, p.Of, len(ids))
	q := candidates.Query{Split: o.Split, Type: o.Type, Limit: to - from}
	if from > 0 {
		if q.After = ids[from-1]; q.After == 0 { // which would not be a bound
			q = candidates.Query{IDs: ids[from:to]}
		}
	}
	return ids[from:to], q
}

// bound is where the first k of n parts of so many candidates end.
func bound(k, n, candidates int) int { return candidates/n*k + candidates%n*k/n }

// prepare makes what all parts share, the keys and the classes, in a transaction of its
// own: parts that store their labels at the same time would each make them.
func (w *labelWriter) prepare() error {
	ready := false
	err := w.session.View(w.ctx, func(tx *session.Tx) (err error) {
		ready, err = w.prepared(tx)
		return err
	})
	if err != nil || ready {
		return err
	}
	return w.session.Update(w.ctx, func(tx *session.Tx) error {
		w.applied.Created = nil
		if err := w.addKeys(tx); err != nil {
			return err
		}
		return w.classes.Remember(tx)
	})
}

// prepared reports whether the keys are there, and the classes are remembered.
func (w *labelWriter) prepared(tx *session.Tx) (bool, error) {
	have, err := groupKeys(tx, w.options.KeyGroup)
	if err != nil {
		return false, err
	}
	for _, name := range w.names {
		if _, ok := have[name]; !ok {
			return false, nil
		}
	}
	return w.classes.remembered(tx)
}
