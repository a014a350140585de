package annotations

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"workbench/annotations/matrix"
	"workbench/session"
)

// ErrNoKey says that a file has no key of a name in a group, or no such group.
var ErrNoKey = errors.New("no such key")

// ErrNoAnnotator says that a file has no gold labels of an annotator.
var ErrNoAnnotator = errors.New("no such annotator")

// readKeys reads the keys of one group by ascending id, or of all groups.
func readKeys(sc *session.Scanner, table string, group int, all bool) ([]matrix.Key, error) {
	var keys []matrix.Key
	query := fmt.Sprintf(`SELECT id, name, "group" FROM %s_key WHERE "group" = ? ORDER BY id`, table)
	args := []any{group}
	if all {
		query, args = fmt.Sprintf(`SELECT id, name, "group" FROM %s_key ORDER BY id`, table), nil
	}
	err := sc.Each(func(cur *session.Cursor) error {
		keys = append(keys, matrix.Key{ID: cur.Int64(0), Name: cur.Text(1), Group: int(cur.Int64(2))})
		return nil
	}, query, args...)
	return keys, err
}

// selectKeys reads the keys of sel's group in the given table, narrowed to
// sel's key names. Names that the group lacks are an error.
func selectKeys(sc *session.Scanner, path, table string, sel Selection) ([]matrix.Key, error) {
	keys, err := readKeys(sc, table, sel.KeyGroup, false)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		every, err := readKeys(sc, table, 0, true)
		if err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%s: %w: %s_key has no group %d; groups: %s", path, ErrNoKey, table, sel.KeyGroup, groupList(every))
	}
	if sel.KeyNames == nil {
		return keys, nil
	}
	for _, name := range sel.KeyNames {
		if !slices.ContainsFunc(keys, func(k matrix.Key) bool { return k.Name == name }) {
			return nil, fmt.Errorf("%s: %w: %q is not in group %d of %s_key; keys: %s",
				path, ErrNoKey, name, sel.KeyGroup, table, nameList(keys))
		}
	}
	return slices.DeleteFunc(keys, func(k matrix.Key) bool { return !slices.Contains(sel.KeyNames, k.Name) }), nil
}

func groupList(keys []matrix.Key) string {
	var groups []int
	for _, k := range keys {
		if !slices.Contains(groups, k.Group) {
			groups = append(groups, k.Group)
		}
	}
	slices.Sort(groups)
	if groups == nil {
		return "none"
	}
	return strings.Trim(fmt.Sprint(groups), "[]")
}

// nameList lists key names for a message, the first few if there are many.
func nameList(keys []matrix.Key) string {
	const few = 20
	var names []string
	for i, k := range keys {
		if i == few {
			names = append(names, fmt.Sprintf("and %d more", len(keys)-few))
			break
		}
		names = append(names, k.Name)
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ", ")
}
