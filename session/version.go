package session

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Version tells which Snorkel releases write files of this shape.
type Version string

// The shapes of file that a session opens. Snorkel stores no version number;
// the columns tell.
const (
	// V05 keeps training marginals in candidate.training_marginal and has no
	// marginal table.
	V05 Version = "0.5"
	// V06 has the marginal table, but no sentence.abs_char_offsets: Snorkel
	// wrote such files on the way from 0.5 to 0.6, and 0.6 makes such ones of
	// those of 0.5 by opening them.
	V06 Version = "0.5–0.6"
	// V07 is what 0.6, 0.6.3 and 0.7 write; they cannot be told apart.
	V07 Version = "0.6–0.7"
)

// schema is what a session knows of the file's tables.
type schema struct {
	version    Version
	cookie     int                   // PRAGMA schema_version, changed by every DDL statement; 0 if only reading
	tables     map[string][]string   // table name → column names in stored order
	key        map[string][]string   // table name → columns of the primary key
	indexedKey map[string]bool       // whether the primary key has an index
	unique     map[string][][]string // table name → columns of each unique constraint, in its order
}

// readSchema looks at the tables of the file. Views do not count: one such as
// spouse_serialized may repeat column names.
func (s *Session) readSchema(rows ask) (*schema, error) {
	sc := &schema{tables: make(map[string][]string), unique: make(map[string][][]string),
		key: make(map[string][]string), indexedKey: make(map[string]bool)}
	err := rows.columns(func(table, column string, key bool) {
		sc.tables[table] = append(sc.tables[table], column)
		if key {
			sc.key[table] = append(sc.key[table], column)
		}
	})
	if err != nil {
		return nil, err
	}
	err = rows.indexes(func(table, column, place string) {
		switch place {
		case "":
			sc.indexedKey[table] = true
			return
		case "0":
			sc.unique[table] = append(sc.unique[table], nil)
		}
		last := &sc.unique[table][len(sc.unique[table])-1]
		*last = append(*last, column)
	})
	if err != nil {
		return nil, err
	}
	if err := s.identify(sc); err != nil {
		return sc, err
	}
	return sc, s.checkShape(sc, rows.hasIDs)
}

// identify decides which Snorkel the tables belong to.
func (s *Session) identify(sc *schema) error {
	switch {
	case sc.tables["candidate_set"] != nil || sc.tables["annotation_key"] != nil:
		return &Error{Path: s.path, Kind: ErrSnorkel04,
			Hint: "migrate it with Snorkel 0.5 or later first"}
	case !sc.has("candidate", "id") || !sc.has("candidate", "type") ||
		!sc.has("candidate", "split") || sc.tables["context"] == nil:
		return &Error{Path: s.path, Kind: ErrNotSnorkel, Hint: sc.describe()}
	case sc.has("candidate", "training_marginal") && sc.tables["marginal"] == nil:
		sc.version = V05
	case sc.has("sentence", "abs_char_offsets"):
		sc.version = V07
	default:
		sc.version = V06
	}
	return nil
}

func (sc *schema) has(table, column string) bool {
	return slices.Contains(sc.tables[table], column)
}

// describe says what a database that is not Snorkel's holds instead.
func (sc *schema) describe() string {
	if len(sc.tables) == 0 {
		return "it has no tables at all"
	}
	names := slices.Sorted(maps.Keys(sc.tables))
	const few = 5
	if len(names) > few {
		names = append(names[:few], fmt.Sprintf("and %d more", len(sc.tables)-few))
	}
	return "it lacks the tables candidate(id, type, split) and context; it has " + strings.Join(names, ", ")
}

// Version returns which Snorkel wrote the file.
func (s *Session) Version() Version { return s.schema.Load().version }

// HasTable reports whether the file has a table of that name.
func (s *Session) HasTable(table string) bool { return s.schema.Load().tables[table] != nil }

// HasColumn reports whether the table exists and has the column.
func (s *Session) HasColumn(table, column string) bool { return s.schema.Load().has(table, column) }

// Columns returns the names of a table's columns in their stored order, nil
// when there is no such table.
func (s *Session) Columns(table string) []string {
	return slices.Clone(s.schema.Load().tables[table])
}

// Unique returns the columns of a table's unique constraints, each in its order;
// the primary key is none of them.
func (s *Session) Unique(table string) [][]string {
	all := slices.Clone(s.schema.Load().unique[table])
	for i := range all {
		all[i] = slices.Clone(all[i])
	}
	return all
}

// Tables returns the names of all tables, sorted.
func (s *Session) Tables() []string { return slices.Sorted(maps.Keys(s.schema.Load().tables)) }
