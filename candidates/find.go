package candidates

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

// Found is what [Subclass.Find] knows of the candidate with certain arguments.
type Found struct {
	ID      int64    // its id, 0 if there is no such candidate
	Split   int      // its split
	Missing []string // the stable ids that no context has, each once
	// Others counts further candidates with the same arguments, which only a
	// foreign program can have made, without the constraint of the table.
	Others int
}

// Find looks up candidates of the subclass by the stable ids of their
// arguments, in the subclass's order of arguments: one Found per element of
// stableIDs. An element with another number of ids is a candidate that does not
// exist. However many there are, it takes two queries at most, so ask for some
// thousand at once.
func (c *Subclass) Find(ctx context.Context, tx *sqlx.Tx, stableIDs [][]string) ([]Found, error) {
	found := make([]Found, len(stableIDs))
	list, err := json.Marshal(stableIDs)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, c.findQuery(), string(list), len(c.Args), c.Table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var i, id int64
		var split int
		if err := rows.Scan(&i, &id, &split); err != nil {
			return nil, err
		}
		f := &found[i]
		if f.ID != 0 {
			f.Others++
		}
		if f.ID == 0 || id < f.ID { // of several the first
			f.ID, f.Split = id, split
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return found, addMissing(ctx, tx, found, stableIDs)
}

// findQuery goes from the contexts of the wanted arguments to the candidates;
// CROSS JOIN keeps SQLite from turning that round.
func (c *Subclass) findQuery() string {
	var contexts, arguments strings.Builder
	for i, arg := range c.Args {
		fmt.Fprintf(&contexts, "CROSS JOIN context AS x%d ON x%d.stable_id = w.value ->> %d\n", i, i, i)
		fmt.Fprintf(&arguments, "a.%s = x%d.id AND ", quote(arg+"_id"), i)
	}
	return fmt.Sprintf("SELECT w.key, c.id, c.split FROM json_each(?) AS w\n"+
		"%sCROSS JOIN %s AS a ON %sjson_array_length(w.value) = ?\nCROSS JOIN candidate AS c ON c.id = a.id AND c.type = ?",
		&contexts, quote(c.Table), &arguments)
}

// addMissing says of what was not found which contexts there are none of.
func addMissing(ctx context.Context, tx *sqlx.Tx, found []Found, stableIDs [][]string) error {
	var wanted []string
	for i, f := range found {
		if f.ID == 0 {
			wanted = append(wanted, stableIDs[i]...)
		}
	}
	if wanted == nil {
		return nil
	}
	list, err := json.Marshal(wanted)
	if err != nil {
		return err
	}
	var have []string
	err = tx.SelectContext(ctx, &have, "SELECT stable_id FROM context WHERE stable_id IN (SELECT value FROM json_each(?))", string(list))
	if err != nil {
		return err
	}
	known := make(map[string]bool, len(have))
	for _, id := range have {
		known[id] = true
	}
	for i := range found {
		f := &found[i]
		if f.ID != 0 {
			continue
		}
		for _, id := range stableIDs[i] {
			if !known[id] && !slices.Contains(f.Missing, id) {
				f.Missing = append(f.Missing, id)
			}
		}
	}
	return nil
}
