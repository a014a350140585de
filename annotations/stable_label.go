package annotations

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// stableSeparator stands between the stable ids of a stable label's contexts.
const stableSeparator = "~~"

// findRows is how many labels are looked up with one query.
const findRows = 2000

// Reloaded is what [ReloadAnnotatorLabels] did with the stable labels that it
// read.
type Reloaded struct {
	Added     int      // gold labels that are new
	Present   int      // gold labels that were there with the same value
	Different int      // gold labels that were there with another value, and stay
	Missed    []string // context_stable_ids without a candidate in the split, in their order as bytes
}

// ReloadAnnotatorLabels makes gold labels out of an annotator's stable labels
// (snorkel.db_helpers.reload_annotator_labels), in one transaction.
// The key of the annotator is created if it is missing. A stable label becomes
// the gold label of the candidate that has exactly its contexts in this order
// and is in the split; with filterLabelSplit (Snorkel's default) only labels
// are read whose own split column is the split. A gold label that exists is
// never changed.
func ReloadAnnotatorLabels(ctx context.Context, s *session.Session, subclass *candidates.Subclass, annotator string,
	split int, filterLabelSplit bool) (Reloaded, error) {
	if err := checkGoldTables(s); err != nil {
		return Reloaded{}, err
	}
	var done Reloaded
	err := s.Update(ctx, func(tx *session.Tx) error {
		r, err := newReloader(s, tx, subclass, annotator, &split)
		if err != nil {
			return err
		}
		if done, err = r.reloadStored(filterLabelSplit, func(string) bool { return true }); err != nil {
			return err
		}
		return r.rows.Flush()
	})
	if err != nil {
		return Reloaded{}, err
	}
	return done, nil
}

// checkGoldTables names the first table that gold labels from outside need and
// the file lacks.
func checkGoldTables(s *session.Session) error {
	for _, table := range []string{"stable_label", "gold_label", "gold_label_key"} {
		if !s.HasTable(table) {
			return fmt.Errorf("%s: no table %s; open the file once with Snorkel, which adds the tables that are missing", s.Path(), table)
		}
	}
	return nil
}

// reloader makes gold labels of one annotator within a transaction.
type reloader struct {
	s         *session.Session
	tx        *session.Tx
	subclass  *candidates.Subclass
	annotator string
	split     *int // nil means every split
	key       int64
	rows      *session.Rows // new gold labels
}

func newReloader(s *session.Session, tx *session.Tx, subclass *candidates.Subclass, annotator string, split *int) (*reloader, error) {
	r := &reloader{s: s, tx: tx, subclass: subclass, annotator: annotator, split: split, rows: valueRows(tx, "gold_label")}
	found, err := tx.Get(&r.key, goldKeyQuery, annotator)
	if err == nil && !found {
		r.key, err = insertKey(tx, "gold_label", matrix.Key{Name: annotator})
	}
	return r, err
}

// goldKeyQuery finds an annotator by name, as Snorkel does; of several groups
// the one whose labels load_gold_labels reads comes first.
const goldKeyQuery = `SELECT id FROM gold_label_key WHERE name = ? ORDER BY "group" <> 0, id LIMIT 1`

// stableLabel is a label of the contexts with the joined stable ids key.
type stableLabel struct {
	key   string
	value int16
}

// reloadStored reloads the annotator's stable labels that stand in the file, by
// their stable ids, those that wanted wants.
func (r *reloader) reloadStored(filterSplit bool, wanted func(key string) bool) (Reloaded, error) {
	var done Reloaded
	query := "SELECT context_stable_ids, value FROM stable_label WHERE annotator_name = ?"
	args := []any{r.annotator}
	if filterSplit {
		query, args = query+" AND split = ?", append(args, *r.split)
	}
	var labels []stableLabel
	err := r.tx.Each(func(scan func(into ...any) error) error {
		var key string
		var value any
		if err := scan(&key, &value); err != nil || !wanted(key) {
			return err
		}
		label, err := storedLabel(value)
		if err != nil {
			return r.badStable(key, err)
		}
		labels = append(labels, stableLabel{key, label})
		return nil
	}, query, args...)
	if err != nil {
		return done, err
	}
	// Databases do not agree on the order of texts.
	slices.SortFunc(labels, func(a, b stableLabel) int { return strings.Compare(a.key, b.key) })
	for part := range slices.Chunk(labels, findRows) {
		if err := r.reload(part, &done); err != nil {
			return done, err
		}
	}
	return done, nil
}

// badStable names the row of a stable label that cannot be read.
func (r *reloader) badStable(key string, err error) error {
	return fmt.Errorf("%s: table stable_label, annotator_name %s, context_stable_ids %q: %w", r.s.Path(), r.annotator, key, err)
}

// reload gives the candidates of some labels their gold labels.
func (r *reloader) reload(labels []stableLabel, done *Reloaded) error {
	found, gold, err := r.find(labels)
	if err != nil {
		return err
	}
	for i, l := range labels {
		stored, labelled := gold[found[i].ID]
		switch {
		case !r.takes(found[i]):
			done.Missed = append(done.Missed, l.key)
		case !labelled:
			done.Added++
			if err := r.rows.Add(int64(l.value), r.key, found[i].ID); err != nil {
				return err
			}
		case stored == l.value:
			done.Present++
		default:
			done.Different++
		}
	}
	return nil
}

// takes reports whether there is a candidate, and in the split.
func (r *reloader) takes(f candidates.Found) bool {
	return f.ID != 0 && (r.split == nil || f.Split == *r.split)
}

// find looks the candidates of some labels up, and the gold labels that they
// have.
func (r *reloader) find(labels []stableLabel) ([]candidates.Found, map[int64]int16, error) {
	ids := make([][]string, len(labels))
	for i, l := range labels {
		ids[i] = strings.Split(l.key, stableSeparator)
	}
	found, err := r.subclass.Find(r.tx, ids)
	if err != nil {
		return nil, nil, err
	}
	var wanted []int64
	for _, f := range found {
		if r.takes(f) {
			wanted = append(wanted, f.ID)
		}
	}
	var rows []struct {
		ID    int64 `db:"candidate_id"`
		Value any   `db:"value"`
	}
	err = r.tx.Select(&rows, "SELECT candidate_id, value FROM gold_label WHERE key_id = ?"+
		" AND candidate_id IN (SELECT value FROM ids(?))", r.key, session.IDs(wanted))
	if err != nil {
		return nil, nil, err
	}
	gold := make(map[int64]int16, len(rows))
	for _, row := range rows {
		if gold[row.ID], err = storedLabel(row.Value); err != nil {
			return nil, nil, fmt.Errorf("%s: table gold_label, candidate_id %d, key_id %d (%s): %w", r.s.Path(), row.ID, r.key, r.annotator, err)
		}
	}
	return found, gold, nil
}

// stored reads the annotator's stable labels of certain contexts, by key.
func (r *reloader) stored(labels []stableLabel) (map[string]int16, error) {
	keys := make(session.Texts, len(labels))
	for i, l := range labels {
		keys[i] = l.key
	}
	var rows []struct {
		Key   string `db:"context_stable_ids"`
		Value any    `db:"value"`
	}
	err := r.tx.Select(&rows, "SELECT context_stable_ids, value FROM stable_label WHERE annotator_name = ?"+
		" AND context_stable_ids IN (SELECT value FROM texts(?))", r.annotator, keys)
	if err != nil {
		return nil, err
	}
	stored := make(map[string]int16, len(rows))
	for _, row := range rows {
		if stored[row.Key], err = storedLabel(row.Value); err != nil {
			return nil, r.badStable(row.Key, err)
		}
	}
	return stored, nil
}
