package session

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// postgresLongestName is how many bytes a name may have.
const postgresLongestName = 63

// postgresCopied are the tables of [postgresTables] that are no part of another one.
const postgresCopied = postgresTables + ` AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits AS h WHERE h.inhrelid = c.oid)`

// structure asks PostgreSQL's catalogue.
func (p *postgres) structure(sc *Scanner) (*structure, error) {
	s := &structure{}
	for _, read := range []func(*Scanner, *structure) error{postgresColumns, postgresKeys, postgresIndexes, postgresOthers} {
		if err := read(sc, s); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func postgresColumns(sc *Scanner, s *structure) error {
	return sc.Each(func(cur *Cursor) error {
		name := cur.Text(0)
		if last := len(s.tables) - 1; last < 0 || s.tables[last].name != name {
			t := tableStructure{name: name}
			if cur.Text(1) == "f" {
				t.odd = "it is a foreign table"
			}
			s.tables = append(s.tables, t)
		}
		t := &s.tables[len(s.tables)-1]
		c := columnStructure{name: cur.Text(2), declared: cur.Text(3), notNull: cur.Int64(4) != 0}
		c.typ, c.length = postgresType(c.declared)
		// Of a literal the server says the type, too.
		value := regexp.MustCompile(`::[a-z ]+(\(\d+\))?$`).ReplaceAllString(cur.Text(5), "")
		switch {
		case strings.HasPrefix(value, "nextval(") || cur.Text(6) != "":
			c.serial = true
		case cur.Text(7) != "":
			c.odd = "generated"
		case isLiteral(value):
			c.value = value
		default:
			c.odd = value
		}
		t.columns = append(t.columns, c)
		return nil
	}, `SELECT c.relname, c.relkind, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), ''),
			coalesce(pg_catalog.to_jsonb(a) ->> 'attidentity', ''), coalesce(pg_catalog.to_jsonb(a) ->> 'attgenerated', '')
		FROM pg_catalog.pg_attribute AS a LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum, `+postgresCopied+`
		WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.oid, a.attnum`)
}

// postgresType is the type of a column in the server's words.
func postgresType(declared string) (typ columnType, length int) {
	name, length := sized(declared)
	if length > 0 {
		if name == "CHARACTER VARYING" {
			return varcharType, length
		}
		return otherType, 0
	}
	switch name {
	case "SMALLINT":
		return smallintType, 0
	case "INTEGER":
		return integerType, 0
	case "BIGINT":
		return bigintType, 0
	case "REAL":
		return realType, 0
	case "DOUBLE PRECISION":
		return floatType, 0
	case "BOOLEAN":
		return booleanType, 0
	case "CHARACTER VARYING":
		return varcharType, 0
	case "TEXT":
		return textType, 0
	case "BYTEA":
		return blobType, 0
	case "CHARACTER VARYING[]", "TEXT[]":
		return textsType, 0
	case "INTEGER[]":
		return intsType, 0
	}
	return otherType, 0
}

// postgresKeys reads the constraints of tables.
func postgresKeys(sc *Scanner, s *structure) error {
	actions := map[string]string{"r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
	return sc.Each(func(cur *Cursor) error {
		t, kind, column, first := s.table(cur.Text(0)), cur.Text(1), cur.Text(2), cur.Int64(3) == 1
		switch kind {
		case "p":
			t.key = append(t.key, column)
		case "u":
			if first {
				t.unique = append(t.unique, nil)
			}
			last := &t.unique[len(t.unique)-1]
			*last = append(*last, column)
		case "f":
			if first {
				t.foreign = append(t.foreign, foreignKey{refers: cur.Text(4), onUpdate: actions[cur.Text(6)], onDelete: actions[cur.Text(7)]})
			}
			last := &t.foreign[len(t.foreign)-1]
			last.columns, last.to = append(last.columns, column), append(last.to, cur.Text(5))
		default:
			t.checks = true
		}
		return nil
	}, `SELECT c.relname, t.contype, coalesce(a.attname, ''), coalesce(k.place, 1), coalesce(r.relname, ''), coalesce(b.attname, ''), t.confupdtype, t.confdeltype
		FROM pg_catalog.pg_constraint AS t LEFT JOIN unnest(t.conkey) WITH ORDINALITY AS k(attnum, place) ON TRUE
		LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.conrelid AND a.attnum = k.attnum
		LEFT JOIN pg_catalog.pg_class AS r ON r.oid = t.confrelid
		LEFT JOIN pg_catalog.pg_attribute AS b ON b.attrelid = t.confrelid AND b.attnum = t.confkey[k.place], `+postgresCopied+`
		WHERE c.oid = t.conrelid AND t.contype IN ('p', 'u', 'f', 'c', 'x') ORDER BY c.oid, t.oid, k.place`)
}

// postgresIndexes reads the indexes that no constraint made.
func postgresIndexes(sc *Scanner, s *structure) error {
	return sc.Each(func(cur *Cursor) error {
		name, last := cur.Text(1), len(s.indexes)-1
		if last < 0 || s.indexes[last].name != name {
			s.indexes = append(s.indexes, indexStructure{name: name, table: cur.Text(0), unique: cur.Int64(3) != 0, odd: cur.Int64(4) != 0})
			last++
		}
		s.indexes[last].columns = append(s.indexes[last].columns, cur.Text(2))
		return nil
	}, `SELECT c.relname, i.relname, coalesce(a.attname, ''), x.indisunique, x.indexprs IS NOT NULL OR x.indpred IS NOT NULL OR m.amname <> 'btree'
		FROM pg_catalog.pg_index AS x JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid JOIN pg_catalog.pg_am AS m ON m.oid = i.relam
		CROSS JOIN unnest(x.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
		LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = x.indrelid AND a.attnum = k.attnum, `+postgresCopied+`
		WHERE c.oid = x.indrelid AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS t WHERE t.conindid = i.oid AND t.contype IN ('p', 'u', 'x'))
		ORDER BY i.oid, k.place`)
}

// postgresOthers reads the names of what is not copied.
func postgresOthers(sc *Scanner, s *structure) error {
	return sc.Each(func(cur *Cursor) error {
		s.omitted = append(s.omitted, cur.Text(0)+" "+cur.Text(1))
		return nil
	}, `SELECT CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END, c.relname
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('v', 'm') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%' AND pg_catalog.pg_table_is_visible(c.oid)
		UNION ALL SELECT 'trigger', g.tgname FROM pg_catalog.pg_trigger AS g, `+postgresCopied+` WHERE g.tgrelid = c.oid AND NOT g.tgisinternal
		ORDER BY 1 DESC, 2`)
}

// postgresDDL is the statement that makes a table without its keys.
func (t *tableStructure) postgresDDL() string {
	lines := make([]string, len(t.columns))
	for i, c := range t.columns {
		lines[i] = Quote(c.name) + " " + postgresTypeName(c)
		if c.value != "" {
			lines[i] += " DEFAULT " + c.value
		}
		if c.notNull {
			lines[i] += " NOT NULL"
		}
	}
	return "CREATE TABLE " + Quote(t.name) + " (" + strings.Join(lines, ", ") + ")"
}

// postgresTypeName is a type in the server's words.
func postgresTypeName(c columnStructure) string {
	switch {
	case c.serial && c.typ == smallintType:
		return "SMALLSERIAL"
	case c.serial && c.typ == integerType:
		return "SERIAL"
	case c.serial && c.typ == bigintType:
		return "BIGSERIAL"
	}
	switch c.typ {
	case smallintType:
		return "SMALLINT"
	case integerType:
		return "INTEGER"
	case bigintType:
		return "BIGINT"
	case realType:
		return "REAL"
	case floatType:
		return "FLOAT"
	case booleanType:
		return "BOOLEAN"
	case varcharType:
		return withLength("VARCHAR", c.length)
	case textType:
		return "TEXT"
	case blobType:
		return "BYTEA"
	case textsType:
		if c.declared == "text[]" {
			return c.declared
		}
		return "VARCHAR[]"
	case intsType:
		return "INTEGER[]"
	default:
		return c.declared
	}
}

// postgresDDL is the statement that makes an index. A name that is too long is cut as
// SQLAlchemy does it.
func (i indexStructure) postgresDDL() string {
	name := i.name
	if len(name) > postgresLongestName {
		sum := md5.Sum([]byte(name))
		name = strings.ToValidUTF8(name[:postgresLongestName-8], "") + "_" + hex.EncodeToString(sum[:])[28:]
	}
	return "CREATE " + uniqueWord(i.unique) + "INDEX " + Quote(name) + " ON " + Quote(i.table) + " (" + quoted(i.columns) + ")"
}

// postgresOdd is why a table cannot be made on a server, or "".
func (t *tableStructure) postgresOdd() string {
	names := append([]string{t.name}, t.names()...)
	if i := slices.IndexFunc(names, func(name string) bool { return len(name) > postgresLongestName }); i >= 0 {
		return fmt.Sprintf("the name %s has more than %d bytes", names[i], postgresLongestName)
	}
	return ""
}
