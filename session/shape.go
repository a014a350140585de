package session

import "slices"

// shape is what of a table of Snorkel's is relied on, if the file has it.
type shape struct {
	table   string
	columns []string
	id      bool // column id is an integer that names a row
}

// shapes lists the tables that every command may read.
func shapes() []shape {
	all := []shape{
		{"context", []string{"id", "type", "stable_id"}, true},
		{"document", []string{"id", "name", "meta"}, true},
		{"sentence", []string{"id", "document_id", "position", "text"}, true},
		{"span", []string{"id", "sentence_id", "char_start", "char_end", "meta"}, true},
		{"candidate", []string{"id", "type", "split"}, true},
		{"marginal", []string{"candidate_id", "training", "value", "probability"}, false},
		{"stable_label", []string{"context_stable_ids", "annotator_name", "split", "value"}, false},
	}
	for _, name := range []string{"label", "gold_label", "feature", "prediction"} {
		all = append(all, shape{name, []string{"value", "key_id", "candidate_id"}, false},
			shape{name + "_key", []string{"id", "name", "group"}, true})
	}
	return all
}

// checkShape compares the tables with those of Snorkel. Columns that somebody
// added do not matter. hasIDs reports whether the column id of a table is an integer in
// every row, each another, where no primary key sees to that.
func (s *Session) checkShape(sc *schema, hasIDs func(table string) (bool, error)) error {
	for _, want := range shapes() {
		if sc.tables[want.table] == nil {
			continue
		}
		for _, column := range want.columns {
			if !sc.has(want.table, column) {
				return &Error{Path: s.path, Kind: ErrShape, Hint: "table " + want.table + " has no column " + column}
			}
		}
		if !want.id {
			continue
		}
		ok, key := false, sc.key[want.table]
		switch {
		case len(key) > 0:
			ok = !sc.indexedKey[want.table] && slices.Equal(key, []string{"id"})
		case !sc.indexedKey[want.table]:
			var err error
			if ok, err = hasIDs(want.table); err != nil {
				return err
			}
		}
		if !ok {
			return &Error{Path: s.path, Kind: ErrShape, Hint: "id is not the integer primary key of table " + want.table}
		}
	}
	return nil
}
