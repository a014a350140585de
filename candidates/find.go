package candidates

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"workbench/session"
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
func (c *Subclass) Find(tx *session.Tx, stableIDs [][]string) ([]Found, error) {
	found := make([]Found, len(stableIDs))
	var wanted session.TextRows
	var places []int // of the elements that have the right number of ids
	for i, ids := range stableIDs {
		if len(ids) == len(c.Args) {
			wanted, places = append(wanted, ids), append(places, i)
		}
	}
	err := tx.Each(func(scan func(into ...any) error) error {
		var place, id int64
		var split int
		if err := scan(&place, &id, &split); err != nil {
			return err
		}
		i := places[place]
		f := &found[i]
		if f.ID != 0 {
			f.Others++
		}
		if f.ID == 0 || id < f.ID { // of several the first
			f.ID, f.Split = id, split
		}
		return nil
	}, c.findQuery(), wanted, c.Table)
	if err != nil {
		return nil, err
	}
	return found, addMissing(tx, found, stableIDs)
}

// findQuery goes from the contexts of the wanted arguments to the candidates;
// CROSS JOIN keeps SQLite from turning that round.
func (c *Subclass) findQuery() string {
	var contexts, arguments strings.Builder
	for i, arg := range c.Args {
		fmt.Fprintf(&contexts, " CROSS JOIN context AS x%d", i)
		fmt.Fprintf(&arguments, "x%d.stable_id = w.value%d AND a.%s = x%d.id AND ", i, i, session.Quote(arg+"_id"), i)
	}
	return fmt.Sprintf("SELECT w.place, c.id, c.split FROM texts(?, %d) AS w%s CROSS JOIN %s AS a CROSS JOIN candidate AS c\n"+
		"WHERE %sc.id = a.id AND c.type = ?", len(c.Args), &contexts, session.Quote(c.Table), &arguments)
}

// addMissing says of what was not found which contexts there are none of.
func addMissing(tx *session.Tx, found []Found, stableIDs [][]string) error {
	var wanted session.Texts
	for i, f := range found {
		if f.ID == 0 {
			wanted = append(wanted, stableIDs[i]...)
		}
	}
	if wanted == nil {
		return nil
	}
	var have []string
	if err := tx.Select(&have, "SELECT stable_id FROM context WHERE stable_id IN (SELECT value FROM texts(?))", wanted); err != nil {
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

// Identity is how a candidate is known outside of its file.
type Identity struct {
	Type      string   // the table of its class
	Split     int      // its split
	StableIDs []string // of its arguments, in the order of the class
}

// ErrLost says that a candidate has lost an argument, and with it what it is
// known by outside of its file.
var ErrLost = errors.New("has lost an argument")

// Identify is the opposite of [Subclass.Find]. A candidate that does not exist is
// [ErrNoCandidate]; of one that has lost its arguments, or one of them, nobody
// can tell what it was ([ErrLost]).
func Identify(s *session.Session, tx *session.Tx, id int64) (Identity, error) {
	var known struct {
		Type  string `db:"type"`
		Split int    `db:"split"`
	}
	found, err := tx.Get(&known, "SELECT type, split FROM candidate WHERE id = ?", id)
	switch {
	case err != nil:
		return Identity{}, err
	case !found:
		return Identity{}, fmt.Errorf("%s: candidate %d: %w", s.Path(), id, ErrNoCandidate)
	}
	x := Identity{Type: known.Type, Split: known.Split}
	args := argNames(s, x.Type)
	for _, arg := range args {
		var stableID string
		found, err := tx.Get(&stableID, fmt.Sprintf("SELECT x.stable_id FROM %s AS a JOIN context AS x ON x.id = a.%s WHERE a.id = ? AND x.stable_id IS NOT NULL",
			session.Quote(x.Type), session.Quote(arg+"_id")), id)
		if err != nil {
			return Identity{}, err
		}
		if found {
			x.StableIDs = append(x.StableIDs, stableID)
		}
	}
	if len(args) == 0 || len(x.StableIDs) < len(args) {
		return Identity{}, fmt.Errorf("%s: candidate %d %w", s.Path(), id, ErrLost)
	}
	return x, nil
}
