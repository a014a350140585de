package annotations

import "fmt"

// store stores the batch. Each step looks only at the rows before the first
// mistake that those before it found, so that the mistake of the first line
// comes out.
func (im *labelImporter) store() error {
	rows, cells := im.rows, im.cells
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
		if err := im.labels.add(int64(c.value), c.key.id, rows[c.row].candidate); err != nil {
			return err
		}
	}
	im.rows, im.cells = im.rows[:0], im.cells[:0]
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
	return im.finder.find(im.table, rows)
}

// repeated notes the rows as read, and finds the first that came before.
func (im *labelImporter) repeated(rows []importRow, _ []importCell) (*mistake, error) {
	want := im.seen.done + int64(len(rows))
	for _, r := range rows {
		if err := im.seen.add(r.candidate, r.keyID(), int64(r.line)); err != nil {
			return nil, err
		}
	}
	if err := im.seen.flush(); err != nil || im.seen.done == want {
		return nil, err
	}
	for i, r := range rows {
		var line int
		err := im.tx.GetContext(im.ctx, &line, "SELECT line FROM temp.imported WHERE candidate_id = ? AND key_id = ?", r.candidate, r.keyID())
		switch {
		case err != nil:
			return nil, err
		case line != r.line && r.key != nil:
			return &mistake{i, im.table.errorf(r.line, "candidate %d and %s came in line %d already", r.candidate, r.key.name, line)}, nil
		case line != r.line:
			return &mistake{i, im.table.errorf(r.line, "candidate %d came in line %d already", r.candidate, line)}, nil
		}
	}
	return nil, fmt.Errorf("%s: rows were passed over", im.table.name) // not reached
}

// clear makes room for the cells whose keys are not new: a label that is stored
// there is a mistake, or is deleted if it may be replaced. A stored 0 is no
// label.
func (im *labelImporter) clear(rows []importRow, cells []importCell) (*mistake, error) {
	type places struct{ voted, abstained idList }
	byKey := make(map[*importKey]*places)
	var keys []*importKey
	for _, c := range cells {
		if !c.key.old {
			continue
		}
		p := byKey[c.key]
		if p == nil {
			p = new(places)
			byKey[c.key] = p
			keys = append(keys, c.key)
		}
		if c.value == 0 {
			p.abstained.add(rows[c.row].candidate)
		} else {
			p.voted.add(rows[c.row].candidate)
		}
	}
	taken := make(map[importPlace]bool)
	for _, k := range keys {
		p := byKey[k]
		if _, err := im.delete(k, p.voted, " AND value = 0"); err != nil {
			return nil, err
		}
		if !im.opts.Replace {
			for _, list := range []idList{p.voted, p.abstained} {
				if err := im.stored(k, list, taken); err != nil {
					return nil, err
				}
			}
			continue
		}
		n, err := im.delete(k, p.voted, "")
		if err != nil {
			return nil, err
		}
		im.done.Replaced += n
		if n, err = im.delete(k, p.abstained, " AND value <> 0"); err != nil {
			return nil, err
		}
		im.done.Deleted += n
	}
	if len(taken) == 0 {
		return nil, nil
	}
	for _, c := range cells {
		if r := rows[c.row]; taken[importPlace{c.key, r.candidate}] {
			return &mistake{c.row, im.table.errorf(r.line, "candidate %d has a label of %s already; --replace replaces it", r.candidate, c.key.name)}, nil
		}
	}
	return nil, nil
}

// importPlace is where a label stands in the matrix.
type importPlace struct {
	key       *importKey
	candidate int64
}

// delete deletes the stored labels of a key and of the candidates listed that
// meet a condition, and counts them.
func (im *labelImporter) delete(k *importKey, list idList, condition string) (int, error) {
	if list.n == 0 {
		return 0, nil
	}
	result, err := im.tx.ExecContext(im.ctx, "DELETE FROM label WHERE key_id = ? AND candidate_id IN (SELECT value FROM json_each(?))"+condition, k.id, list.json())
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// stored finds which of the candidates listed have a label of a key.
func (im *labelImporter) stored(k *importKey, list idList, taken map[importPlace]bool) error {
	if list.n == 0 {
		return nil
	}
	var found []int64
	err := im.tx.SelectContext(im.ctx, &found, "SELECT candidate_id FROM label WHERE key_id = ? AND candidate_id IN (SELECT value FROM json_each(?)) AND value <> 0", k.id, list.json())
	for _, id := range found {
		taken[importPlace{k, id}] = true
	}
	return err
}
