package annotations

import (
	"errors"
	"fmt"
	"slices"

	"workbench/candidates"
	"workbench/session"
)

// take adds one row to the batch.
func (im *labelImporter) take(row *LabelRow) error {
	columns, err := im.keysOf(row.Position, row.LFs)
	switch {
	case err != nil || len(row.Labels) == 0:
		return err
	case len(row.Labels) != len(row.LFs):
		return row.Wrap(fmt.Errorf("%d labels by %d labeling functions", len(row.Labels), len(row.LFs)))
	}
	for _, v := range row.Labels {
		if _, err := checkLabel(int64(v)); err != nil {
			return row.Wrap(err)
		}
	}
	if row.Class != im.finder.class {
		if err := im.store(); err != nil {
			return err
		}
		im.finder.class = row.Class
	}
	im.finder.add(row.Candidate, row.StableIDs, len(im.rows))
	if row.Whole {
		im.rows = append(im.rows, importRow{at: row.Position, cells: len(im.cells)})
	}
	for i, v := range row.Labels {
		if !row.Whole {
			im.rows = append(im.rows, importRow{at: row.Position, key: columns[i], cells: len(im.cells)})
		}
		im.addCell(columns[i], v)
	}
	return nil
}

// keysOf returns the keys of labeling functions, which mostly are those of the
// row before.
func (im *labelImporter) keysOf(at candidates.Position, names []string) ([]*importKey, error) {
	if slices.Equal(names, im.names) {
		return im.columns, nil
	}
	im.names, im.columns = append(im.names[:0], names...), im.columns[:0]
	for _, name := range names {
		k, err := im.key(at, name)
		if err != nil {
			return nil, err
		}
		im.columns = append(im.columns, k)
	}
	return im.columns, nil
}

// addCell keeps a label of the last row, and an abstention if a label may be
// stored in its place.
func (im *labelImporter) addCell(k *importKey, v int16) {
	if v != 0 || k.old {
		im.cells = append(im.cells, importCell{len(im.rows) - 1, k, v})
	}
}

// store stores the batch. Each step looks only at the rows before the first
// mistake that those before it found, so that the mistake of the first line
// comes out.
func (im *labelImporter) store() error {
	rows, cells := im.rows, im.cells
	im.rows, im.cells = rows[:0], cells[:0]
	var err error
	for _, check := range []func([]importRow, []importCell) (*mistake, error){im.find, im.repeated, im.clear} {
		m, failure := check(rows, cells)
		if failure != nil {
			return failure
		}
		if m != nil {
			err = m.err
			cells = cells[:rows[m.row].cells]
			rows = rows[:m.row]
		}
	}
	if err != nil {
		return err
	}
	for _, c := range cells {
		if c.value == 0 {
			continue
		}
		im.done.Labels++
		if err := im.labels.Add(int64(c.value), c.key.id, rows[c.row].candidate); err != nil {
			return err
		}
	}
	return nil
}

// mistake is what is wrong with the first row of a batch that has something
// wrong.
type mistake struct {
	row int
	err error
}

// find finds the rows' candidates.
func (im *labelImporter) find(rows []importRow, _ []importCell) (*mistake, error) {
	return im.finder.find(rows)
}

// repeated notes the rows as read, and finds the first that came before.
func (im *labelImporter) repeated(rows []importRow, _ []importCell) (*mistake, error) {
	want := im.seen.Written() + len(rows)
	for _, r := range rows {
		if err := im.seen.Add(r.candidate, r.keyID(), int64(r.at.Line)); err != nil {
			return nil, err
		}
	}
	if err := im.seen.Flush(); err != nil || im.seen.Written() == want {
		return nil, err
	}
	for i, r := range rows {
		var line int
		_, err := im.tx.Get(&line, "SELECT line FROM imported WHERE candidate_id = ? AND key_id = ?", r.candidate, r.keyID())
		switch {
		case err != nil:
			return nil, err
		case line != r.at.Line && r.key != nil:
			return &mistake{i, r.at.Wrap(fmt.Errorf("the label of candidate %d by %s came in line %d already", r.candidate, r.key.name, line))}, nil
		case line != r.at.Line:
			return &mistake{i, r.at.Wrap(fmt.Errorf("candidate %d came in line %d already", r.candidate, line))}, nil
		}
	}
	return nil, errors.New("a row comes twice, a candidate and a labeling function with their label") // and has no line
}

// clear makes room for the cells whose keys are not new: a label that is stored
// there is a mistake, or is deleted if it may be replaced. A stored 0 is no
// label.
func (im *labelImporter) clear(rows []importRow, cells []importCell) (*mistake, error) {
	type places struct {
		voted, abstained []int64
		low, high        int64 // all ids lie between them
	}
	byKey := make(map[*importKey]*places)
	var keys []*importKey
	for _, c := range cells {
		if !c.key.old {
			continue
		}
		p, id := byKey[c.key], rows[c.row].candidate
		if p == nil {
			p = &places{low: id, high: id}
			byKey[c.key] = p
			keys = append(keys, c.key)
		}
		p.low, p.high = min(p.low, id), max(p.high, id)
		if c.value == 0 {
			p.abstained = append(p.abstained, id)
		} else {
			p.voted = append(p.voted, id)
		}
	}
	taken := make(map[importPlace]bool)
	for _, k := range keys {
		p := byKey[k]
		if free, err := im.free(k, p.low, p.high); err != nil {
			return nil, err
		} else if free {
			continue
		}
		if im.opts.Replace {
			if err := im.replace(k, p.voted, p.abstained); err != nil {
				return nil, err
			}
			continue
		}
		if _, err := im.delete(k, p.voted, " AND value = 0"); err != nil {
			return nil, err
		}
		for _, ids := range [][]int64{p.voted, p.abstained} {
			if err := im.stored(k, ids, taken); err != nil {
				return nil, err
			}
		}
	}
	if len(taken) == 0 {
		return nil, nil
	}
	for _, c := range cells {
		if r := rows[c.row]; taken[importPlace{c.key, r.candidate}] {
			return &mistake{c.row, r.at.Wrap(&StoredLabelError{r.candidate, c.key.name})}, nil
		}
	}
	return nil, nil
}

// replace deletes the stored labels of a key that give way to labels and to
// abstentions, and counts both.
func (im *labelImporter) replace(k *importKey, voted, abstained []int64) error {
	replaced, err := im.delete(k, voted, " AND (value <> 0 OR value IS NULL)")
	if err == nil && replaced < len(voted) { // else there is no 0 among them
		_, err = im.delete(k, voted, "")
	}
	if err != nil {
		return err
	}
	deleted, err := im.delete(k, abstained, " AND value <> 0")
	im.done.Replaced += replaced
	im.done.Deleted += deleted
	return err
}

// importPlace is where a label stands in the matrix.
type importPlace struct {
	key       *importKey
	candidate int64
}

// free reports whether a key has nothing stored for candidates of a range.
// Mostly it has not, where candidates come in order, and the look is cheap.
func (im *labelImporter) free(k *importKey, low, high int64) (bool, error) {
	var some bool
	_, err := im.tx.Get(&some, "SELECT EXISTS (SELECT 1 FROM label WHERE key_id = ? AND candidate_id BETWEEN ? AND ?)", k.id, low, high)
	return !some, err
}

// delete deletes the stored labels of a key and of the candidates listed that
// meet a condition, and counts them.
func (im *labelImporter) delete(k *importKey, ids []int64, condition string) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	n, err := im.tx.Exec("DELETE FROM label WHERE key_id = ? AND candidate_id IN (SELECT value FROM ids(?))"+condition, k.id, session.IDs(ids))
	return int(n), err
}

// stored finds which of the candidates listed have a label of a key.
func (im *labelImporter) stored(k *importKey, ids []int64, taken map[importPlace]bool) error {
	if len(ids) == 0 {
		return nil
	}
	var found []int64
	err := im.tx.Select(&found, "SELECT candidate_id FROM label WHERE key_id = ? AND candidate_id IN (SELECT value FROM ids(?)) AND value <> 0", k.id, session.IDs(ids))
	for _, id := range found {
		taken[importPlace{k, id}] = true
	}
	return err
}
