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
}

// Find looks up candidates of the subclass by the stable ids of their
// arguments, in the subclass's order of arguments: one Found per element of
// stableIDs. An element with another number of ids is a candidate that does not
// exist. However many there are, it takes two queries, so ask for some thousand
// at once.
func (c *Subclass) Find(ctx context.Context, tx *sqlx.Tx, stableIDs [][]string) ([]Found, error) {
	contexts, err := contextIDs(ctx, tx, slices.Concat(stableIDs...))
	if err != nil {
		return nil, err
	}
	found := make([]Found, len(stableIDs))
	var wanted [][]int64 // per candidate its place in found, and the ids of its contexts
	for i, ids := range stableIDs {
		row := []int64{int64(i)}
		for _, id := range ids {
			if x, ok := contexts[id]; ok {
				row = append(row, x)
			} else if !slices.Contains(found[i].Missing, id) {
				found[i].Missing = append(found[i].Missing, id)
			}
		}
		if len(ids) == len(c.Args) && found[i].Missing == nil {
			wanted = append(wanted, row)
		}
	}
	if wanted == nil {
		return found, nil
	}
	list, err := json.Marshal(wanted)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, c.findQuery(), string(list))
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
		// The table has each combination of arguments once. Where a foreign
		// program left that constraint out, the first candidate counts.
		if f := &found[i]; f.ID == 0 || id < f.ID {
			f.ID, f.Split = id, split
		}
	}
	return found, rows.Err()
}

// findQuery goes from the wanted arguments to the candidates; CROSS JOIN keeps
// SQLite from turning that round.
func (c *Subclass) findQuery() string {
	var on strings.Builder
	for i, arg := range c.Args {
		if i > 0 {
			on.WriteString(" AND ")
		}
		fmt.Fprintf(&on, "a.%s = json_extract(w.value, '$[%d]')", quote(arg+"_id"), i+1)
	}
	return fmt.Sprintf("SELECT json_extract(w.value, '$[0]'), c.id, c.split FROM json_each(?) AS w\n"+
		"CROSS JOIN %s AS a ON %s\nCROSS JOIN candidate AS c ON c.id = a.id", quote(c.Table), &on)
}

// contextIDs finds the ids of contexts by their stable ids.
func contextIDs(ctx context.Context, tx *sqlx.Tx, stableIDs []string) (map[string]int64, error) {
	list, err := json.Marshal(stableIDs)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, "SELECT stable_id, id FROM context WHERE stable_id IN (SELECT value FROM json_each(?))", string(list))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	ids := make(map[string]int64)
	for rows.Next() {
		var stableID string
		var id int64
		if err := rows.Scan(&stableID, &id); err != nil {
			return nil, err
		}
		ids[stableID] = id
	}
	return ids, rows.Err()
}
