package annotations

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"workbench/annotations/matrix"
	"workbench/session"
)

// apply labels and stores. What would make storing fail is looked for before
// the labeling functions run, which may take hours, and again when they ran.
func (a LabelAnnotator) apply(ctx context.Context, s *session.Session, o ApplyOptions, existing bool) (Applied, error) {
	r, err := a.prepare(ctx, s, o, existing)
	if err != nil {
		return Applied{}, err
	}
	w := &labelWriter{ctx: ctx, session: s, options: o, existing: existing, classes: a.Classes, ids: r.ids}
	how := session.UpdateOption(0)
	if !o.Shard.whole() {
		how = session.Beside
	}
	// A transaction that writes nothing shows whether the file can be written.
	err = s.Update(ctx, func(tx *session.Tx) error {
		have, err := groupKeys(tx, w.options.KeyGroup)
		if err != nil {
			return err
		}
		r.lfs = slices.DeleteFunc(r.lfs, func(lf LF) bool {
			_, ok := have[lf.Name]
			if existing && !ok {
				w.applied.Skipped = append(w.applied.Skipped, lf.Name)
				return true
			}
			return false
		})
		for _, lf := range r.lfs {
			w.names = append(w.names, lf.Name)
		}
		if _, err = w.doomed(tx); err != nil {
			return err
		}
		return w.mayWrite(tx)
	}, how, session.Once)
	if err != nil {
		return Applied{}, err
	}
	if err := r.label(ctx); err != nil {
		return Applied{}, err
	}
	if w.labels, err = r.matrix(); err != nil {
		return Applied{}, err
	}
	w.applied.Orphans = r.orphans
	if !o.Shard.whole() {
		if err := w.prepare(); err != nil {
			return Applied{}, err
		}
	}
	before := w.applied
	err = s.Update(ctx, func(tx *session.Tx) error {
		w.applied = before
		if err := r.unchanged(ctx); err != nil { // now nobody else can change them
			return err
		}
		return w.write(tx)
	}, how)
	if err != nil {
		return Applied{}, err
	}
	return w.applied, nil
}

// labelWriter stores the labels of one run.
type labelWriter struct {
	ctx      context.Context
	session  *session.Session
	options  ApplyOptions
	existing bool
	classes  *Classes
	ids      session.IDs         // of the selected candidates
	names    session.Texts       // of the labeling functions
	labels   *matrix.LabelMatrix // whose keys have no ids yet
	applied  Applied
}

// mayWrite reports whether the file refuses the statements of write.
func (w *labelWriter) mayWrite(tx *session.Tx) error {
	statements := []string{"INSERT INTO label (value, key_id, candidate_id) VALUES (?, ?, ?)", "DELETE FROM label"}
	switch {
	case w.options.Keep:
		statements[1] = "UPDATE label SET value = ?"
	case !w.existing && !w.options.SplitOnly:
		statements = append(statements, "DELETE FROM label_key")
	}
	for _, query := range statements {
		if err := tx.Compile(query); err != nil {
			return err
		}
	}
	return nil
}

// write deletes what Snorkel would delete, and stores keys and labels.
func (w *labelWriter) write(tx *session.Tx) error {
	if err := w.clear(tx); err != nil {
		return err
	}
	if err := w.addKeys(tx); err != nil {
		return err
	}
	var stored *matrix.LabelMatrix // 1 where a row exists
	if w.options.Keep {
		var err error
		if stored, err = w.update(tx); err != nil {
			return err
		}
	}
	if err := w.insert(tx, stored); err != nil {
		return err
	}
	return w.classes.Remember(tx)
}

// clear deletes labels and keys (snorkel.annotations.Annotator.clear).
func (w *labelWriter) clear(tx *session.Tx) error {
	if w.options.Keep {
		return nil
	}
	d, err := w.doomed(tx)
	if err != nil {
		return err
	}
	for _, some := range d {
		if some.Group != w.options.KeyGroup {
			w.applied.DeletedOthers += some.Labels
		}
		if !slices.Contains(w.applied.DeletedSplits, some.Split) {
			w.applied.DeletedSplits = append(w.applied.DeletedSplits, some.Split)
		}
	}
	slices.Sort(w.applied.DeletedSplits)
	where, args := w.cleared("")
	deleted, err := tx.Exec("DELETE FROM label"+where, args...)
	if err != nil {
		return err
	}
	w.applied.Deleted = int(deleted)
	if !w.existing && !w.options.SplitOnly {
		_, err = tx.Exec(`DELETE FROM label_key WHERE "group" = ?`, w.options.KeyGroup)
	}
	return err
}

// cleared is the condition on the labels that are deleted; label stands before
// the names of their columns.
func (w *labelWriter) cleared(label string) (where string, args []any) {
	var conditions []string
	if w.existing || w.options.SplitOnly {
		conditions, args = append(conditions, label+"candidate_id IN (SELECT value FROM ids(?))"), append(args, w.ids)
	}
	switch {
	case w.options.SplitOnly:
		conditions = append(conditions, label+`key_id IN (SELECT id FROM label_key WHERE "group" = ? AND name IN (SELECT value FROM texts(?)))`)
		args = append(args, w.options.KeyGroup, w.names)
	case w.options.GroupOnly:
		conditions = append(conditions, label+`key_id IN (SELECT id FROM label_key WHERE "group" = ?)`)
		args = append(args, w.options.KeyGroup)
	}
	if conditions == nil {
		return "", nil
	}
	return " WHERE " + strings.Join(conditions, " AND "), args
}

// addKeys gives the columns of the matrix the ids of their keys, and makes the
// keys that are missing.
func (w *labelWriter) addKeys(tx *session.Tx) error {
	have, err := groupKeys(tx, w.options.KeyGroup)
	if err != nil {
		return err
	}
	keys := slices.Clone(w.labels.Keys())
	for j := range keys {
		k := &keys[j]
		id, ok := have[k.Name]
		switch {
		case ok:
			k.ID = id
		case w.existing:
			return fmt.Errorf("%s: another program deleted the key %q while labeling functions ran; start again", w.session.Path(), k.Name)
		default:
			if k.ID, err = insertKey(tx, "label", *k); err != nil {
				return err
			}
			w.applied.Created = append(w.applied.Created, *k)
		}
	}
	w.applied.Matrix, err = w.labels.WithKeys(keys)
	return err
}

// update gives stored labels of the matrix's rows and columns their new value,
// 0 where the labeling function abstains, and returns where labels are stored.
func (w *labelWriter) update(tx *session.Tx) (*matrix.LabelMatrix, error) {
	L := w.applied.Matrix
	stored, rowOf := matrix.Builder[int16]{}, matrix.NewIndex(L.Candidates())
	for j, k := range L.Keys() {
		changed, err := w.compare(tx, j, rowOf, &stored)
		if err != nil {
			return nil, err
		}
		for _, row := range changed {
			if _, err := tx.Exec("UPDATE label SET value = ? WHERE key_id = ? AND candidate_id = ?", int64(L.At(int(row), j)), k.ID, L.Candidates()[row]); err != nil {
				return nil, err
			}
		}
		w.applied.Changed += len(changed)
	}
	return stored.Matrix(L.Candidates(), L.Keys())
}

// compare reads the stored labels of column j, notes where they are, and
// returns the rows that have another value now.
func (w *labelWriter) compare(tx *session.Tx, j int, rowOf *matrix.Index, stored *matrix.Builder[int16]) ([]int32, error) {
	var changed []int32
	var candidate int64
	var value any // a foreign program may have written anything
	err := tx.Each(func(scan func(into ...any) error) error {
		if err := scan(&candidate, &value); err != nil {
			return err
		}
		row := rowOf.Find(candidate)
		if row < 0 {
			return nil
		}
		stored.Add(row, int32(j), 1)
		if old, ok := value.(int64); !ok || old != int64(w.applied.Matrix.At(int(row), j)) {
			changed = append(changed, row)
		}
		return nil
	}, "SELECT candidate_id, value FROM label WHERE key_id = ?", w.applied.Matrix.Keys()[j].ID)
	return changed, err
}

// insert adds the labels that are not stored yet.
func (w *labelWriter) insert(tx *session.Tx, stored *matrix.LabelMatrix) error {
	L, rows := w.applied.Matrix, valueRows(tx, "label")
	for i, id := range L.Candidates() {
		cols, vals := L.Row(i)
		for k, j := range cols {
			if stored != nil && stored.At(i, int(j)) != 0 {
				continue
			}
			if err := rows.Add(int64(vals[k]), L.Keys()[j].ID, id); err != nil {
				return w.orphaned(tx, err)
			}
		}
	}
	return w.orphaned(tx, rows.Flush())
}

// orphaned explains why labels could not be inserted, if it is that candidates
// were deleted in the meantime.
func (w *labelWriter) orphaned(tx *session.Tx, failure error) error {
	if failure == nil || w.ctx.Err() != nil {
		return failure
	}
	ids := w.applied.Matrix.Candidates()
	var first *int64
	query, args := missingCandidate(ids, "")
	if _, err := tx.Get(&first, query, args...); err != nil || first == nil {
		return failure
	}
	return deletedCandidate(w.session, ids[*first])
}
