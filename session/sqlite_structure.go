package session

import (
	"regexp"
	"slices"
	"strings"
)

// structure asks SQLite's pragmas.
func (f sqliteFile) structure(sc *Scanner) (*structure, error) {
	s := &structure{}
	for _, read := range []func(*Scanner, *structure) error{sqliteTables, sqliteColumns, sqliteForeignKeys, sqliteIndexes, sqliteOthers} {
		if err := read(sc, s); err != nil {
			return nil, err
		}
	}
	for i := range s.tables {
		s.tables[i].finishSQLite(s)
	}
	return s, nil
}

// sqliteTables reads their names. SQLite has some of its own, and those of a virtual
// table are parts of it.
func sqliteTables(sc *Scanner, s *structure) error {
	return sc.Each(func(cur *Cursor) error {
		t := tableStructure{name: cur.Text(0), text: cur.Text(2)}
		switch cur.Text(1) {
		case "shadow":
			return nil
		case "virtual":
			t.odd = "it is a virtual table"
		default:
			if statements(t.text) != 1 {
				t.odd = "what made it is no statement"
			}
		}
		s.tables = append(s.tables, t)
		return nil
	}, `SELECT m.name, l.type, m.sql FROM sqlite_master AS m JOIN pragma_table_list AS l ON l.schema = 'main' AND l.name = m.name
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY m.rowid`)
}

func sqliteColumns(sc *Scanner, s *structure) error {
	keys := make(map[string]map[int64]string)
	err := sc.Each(func(cur *Cursor) error {
		t := s.table(cur.Text(0))
		if t == nil || t.odd != "" {
			return nil
		}
		if cur.Int64(6) != 0 {
			t.checks = true // a generated column, which is not stored or cannot be
			return nil
		}
		c := columnStructure{name: cur.Text(1), declared: cur.Text(2), notNull: cur.Int64(3) != 0}
		c.typ, c.length = sqliteType(c.declared)
		if value := cur.Text(4); value == "" || isLiteral(value) {
			c.value = value
		} else {
			c.odd = value
		}
		if place := cur.Int64(5); place > 0 {
			if keys[t.name] == nil {
				keys[t.name] = make(map[int64]string)
			}
			keys[t.name][place] = c.name
		}
		t.columns = append(t.columns, c)
		return nil
	}, `SELECT m.name, c.name, c.type, c."notnull", coalesce(c.dflt_value, ''), c.pk, c.hidden
		FROM sqlite_master AS m, pragma_table_xinfo(m.name) AS c WHERE m.type = 'table' ORDER BY m.rowid, c.cid`)
	for i := range s.tables {
		t := &s.tables[i]
		for place := int64(1); keys[t.name][place] != ""; place++ {
			t.key = append(t.key, keys[t.name][place])
		}
	}
	return err
}

// sqliteType is the type that a column's declaration means.
func sqliteType(declared string) (typ columnType, length int) {
	name, length := sized(declared)
	if length > 0 {
		if name == "VARCHAR" {
			return varcharType, length
		}
		return otherType, 0
	}
	switch name {
	case "SMALLINT":
		return smallintType, 0
	case "INTEGER", "INT":
		return integerType, 0
	case "BIGINT":
		return bigintType, 0
	case "FLOAT", "REAL", "DOUBLE", "DOUBLE PRECISION":
		return floatType, 0
	case "BOOLEAN":
		return booleanType, 0
	case "VARCHAR":
		return varcharType, 0
	case "TEXT":
		return textType, 0
	case "BLOB":
		return blobType, 0
	}
	return otherType, 0
}

// sqliteForeignKeys reads them in the order of the statement, which SQLite counts
// backwards.
func sqliteForeignKeys(sc *Scanner, s *structure) error {
	action := func(text string) string {
		if text == "NO ACTION" {
			return ""
		}
		return text
	}
	return sc.Each(func(cur *Cursor) error {
		t := s.table(cur.Text(0))
		if t == nil {
			return nil
		}
		if cur.Int64(1) == 0 {
			t.foreign = append(t.foreign, foreignKey{refers: cur.Text(2), onUpdate: action(cur.Text(5)), onDelete: action(cur.Text(6))})
		}
		f := &t.foreign[len(t.foreign)-1]
		f.columns = append(f.columns, cur.Text(3))
		if to := cur.Text(4); to != "" { // else it is the other table's key
			f.to = append(f.to, to)
		}
		return nil
	}, `SELECT m.name, f.seq, f."table", f."from", coalesce(f."to", ''), f.on_update, f.on_delete
		FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' ORDER BY m.rowid, f.id DESC, f.seq`)
}

// sqliteIndexes reads unique constraints, and the indexes that are none.
func sqliteIndexes(sc *Scanner, s *structure) error {
	last := ""
	return sc.Each(func(cur *Cursor) error {
		t, name, column := s.table(cur.Text(0)), cur.Text(1), cur.Text(4)
		if t == nil {
			return nil
		}
		first := name != last
		last = name
		if cur.Text(2) == "u" {
			if first {
				t.unique = append(t.unique, nil)
			}
			u := &t.unique[len(t.unique)-1]
			*u = append(*u, column)
			return nil
		}
		if first {
			s.indexes = append(s.indexes, indexStructure{name: name, table: t.name, unique: cur.Int64(3) != 0, text: cur.Text(6)})
		}
		i := &s.indexes[len(s.indexes)-1]
		i.columns = append(i.columns, column)
		i.odd = i.odd || cur.Int64(5) != 0
		return nil
	}, `SELECT m.name, l.name, l.origin, l."unique", coalesce(x.name, ''), l.partial OR x.cid < 0 OR x."desc" OR x.coll <> 'BINARY', coalesce(i.sql, '')
		FROM sqlite_master AS m, pragma_index_list(m.name) AS l, pragma_index_xinfo(l.name) AS x
		LEFT JOIN sqlite_master AS i ON i.type = 'index' AND i.name = l.name
		WHERE m.type = 'table' AND l.origin <> 'pk' AND x.key ORDER BY i.rowid, m.rowid, l.seq DESC, x.seqno`)
}

// sqliteOthers reads the names of what is not copied.
func sqliteOthers(sc *Scanner, s *structure) error {
	return sc.Each(func(cur *Cursor) error {
		s.omitted = append(s.omitted, cur.Text(0)+" "+cur.Text(1))
		return nil
	}, "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger') ORDER BY type DESC, name")
}

// finishSQLite says what follows from the rest. A sequence gives the ids where SQLAlchemy
// would have one on a server.
func (t *tableStructure) finishSQLite(s *structure) {
	for i := range t.foreign {
		t.foreign[i].resolve(s)
	}
	if len(t.key) == 1 && !t.isForeign(t.key[0]) {
		if i := slices.Index(t.names(), t.key[0]); i >= 0 {
			c := &t.columns[i]
			c.serial = c.value == "" && c.odd == "" && slices.Contains([]columnType{integerType, bigintType}, c.typ)
		}
	}
	booleans := regexp.MustCompile(`(?i)CHECK \("?\w+"? IN \(0, 1\)\)`) // as older SQLAlchemy writes the type
	t.checks = t.checks || slices.Contains(sqlWords(booleans.ReplaceAllString(t.text, "")), "check")
}

// resolve finds the table and columns that a foreign key refers to, in letters of either
// case, or else the table's key.
func (f *foreignKey) resolve(s *structure) {
	i := slices.IndexFunc(s.tables, func(t tableStructure) bool { return strings.EqualFold(t.name, f.refers) })
	if i < 0 {
		return
	}
	t := &s.tables[i]
	f.refers = t.name
	if len(f.to) == 0 {
		f.to = t.key
	}
	for k, to := range f.to {
		if at := slices.IndexFunc(t.names(), func(name string) bool { return strings.EqualFold(name, to) }); at >= 0 {
			f.to[k] = t.columns[at].name
		}
	}
}

// sqliteDDL is the statement that makes a table, as Snorkel's SQLAlchemy writes it.
func (t *tableStructure) sqliteDDL() string {
	lines := make([]string, 0, len(t.columns))
	for _, c := range t.columns {
		if slices.Equal(t.key, []string{c.name}) && (c.typ == smallintType || c.typ == bigintType) {
			c.typ = integerType // the only one that names a row, of 64 bits
		}
		line := sqliteName(c.name) + " " + sqliteTypeName(c)
		if c.value != "" {
			line += " DEFAULT " + c.value
		}
		if c.notNull {
			line += " NOT NULL"
		}
		lines = append(lines, line)
	}
	return "CREATE TABLE " + sqliteName(t.name) + " (\n\t" + strings.Join(append(lines, t.constraints(sqliteName)...), ", \n\t") + "\n)"
}

// sqliteTypeName is a type in SQLite's words.
func sqliteTypeName(c columnStructure) string {
	switch c.typ {
	case smallintType:
		return "SMALLINT"
	case integerType:
		return "INTEGER"
	case bigintType:
		return "BIGINT"
	case realType, floatType:
		return "FLOAT"
	case booleanType:
		return "BOOLEAN"
	case varcharType:
		return withLength("VARCHAR", c.length)
	case textType:
		return "TEXT"
	default:
		return "BLOB"
	}
}

// sqliteDDL is the statement that makes an index.
func (i indexStructure) sqliteDDL() string {
	names := make([]string, len(i.columns))
	for k, c := range i.columns {
		names[k] = sqliteName(c)
	}
	return "CREATE " + uniqueWord(i.unique) + "INDEX " + sqliteName(i.name) + " ON " + sqliteName(i.table) + " (" + strings.Join(names, ", ") + ")"
}

// sqliteName writes a name as SQLAlchemy does it for SQLite: in quotes only where it
// needs them.
func sqliteName(name string) string {
	if regexp.MustCompile(`^[a-z_][a-z0-9_$]*$`).MatchString(name) && !slices.Contains(strings.Fields(sqliteReserved), name) {
		return name
	}
	return Quote(name)
}

const sqliteReserved = `
	add after all alter analyze and as asc attach autoincrement before begin between by cascade case cast check collate
	column commit conflict constraint create cross current_date current_time current_timestamp database default
	deferrable deferred delete desc detach distinct drop each else end escape except exclusive exists explain false fail
	for foreign from full glob group having if ignore immediate in index indexed initially inner insert instead intersect
	into is isnull join key left like limit match natural not notnull null of offset on or order outer plan pragma
	primary query raise references reindex rename replace restrict right rollback row select set table temp temporary
	then to transaction trigger true union unique update using vacuum values view virtual when where`
