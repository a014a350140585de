package session

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// structure is what the tables of a database are made of, said so that another
// database can be given the same.
type structure struct {
	tables  []tableStructure // in the order in which they were made
	indexes []indexStructure // those that no key made
	omitted []string         // what else there is, such as views, by name
}

// tableStructure is one table.
type tableStructure struct {
	name    string
	columns []columnStructure
	key     []string
	unique  [][]string
	foreign []foreignKey
	odd     string // why a copy cannot have it, or ""
	checks  bool   // it has conditions that are not said here
	text    string // the statement of SQLite's that makes it
}

// columnStructure is a column of a table.
type columnStructure struct {
	name     string
	typ      columnType
	length   int    // the longest text, 0 without such a limit
	declared string // the type in the words of its own database
	notNull  bool
	value    string // a literal that is its default, or ""
	odd      string // a default that is none, or ""
	serial   bool   // its values come from a sequence
}

// columnType is a type of which both databases have one. Those of otherType are
// copied between databases of a kind only.
type columnType uint8

const (
	otherType columnType = iota
	smallintType
	integerType
	bigintType
	realType // PostgreSQL's of 32 bits
	floatType
	booleanType
	varcharType
	textType
	blobType
	textsType // an array, or a pickled list
	intsType
)

func (c *columnStructure) isList() bool { return c.typ == textsType || c.typ == intsType }

// foreignKey is a foreign key of a table.
type foreignKey struct {
	columns            []string
	refers             string // to this table
	to                 []string
	onUpdate, onDelete string // such as CASCADE, "" for nothing
}

// indexStructure is an index.
type indexStructure struct {
	name, table string
	columns     []string
	unique      bool
	odd         bool   // it is no plain list of columns
	text        string // the statement of SQLite's that makes it
}

func (s *structure) table(name string) *tableStructure {
	i := slices.IndexFunc(s.tables, func(t tableStructure) bool { return t.name == name })
	if i < 0 {
		return nil
	}
	return &s.tables[i]
}

func (t *tableStructure) names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

// isForeign reports whether a foreign key has the column.
func (t *tableStructure) isForeign(column string) bool {
	return slices.ContainsFunc(t.foreign, func(f foreignKey) bool { return slices.Contains(f.columns, column) })
}

// constraints are the keys of a table as SQLAlchemy orders them: the primary one, those
// that were declared for the whole table, and those of columns in their order.
func (t *tableStructure) constraints(quote func(string) string) (list []string) {
	names := func(columns []string) string {
		quoted := make([]string, len(columns))
		for i, c := range columns {
			quoted[i] = quote(c)
		}
		return strings.Join(quoted, ", ")
	}
	if len(t.key) > 0 {
		list = append(list, "PRIMARY KEY ("+names(t.key)+")")
	}
	ofColumn := func(columns []string) bool { return len(columns) == 1 && !t.isForeign(columns[0]) }
	for _, columns := range t.unique {
		if !ofColumn(columns) {
			list = append(list, "UNIQUE ("+names(columns)+")")
		}
	}
	for _, c := range t.columns {
		for _, columns := range t.unique {
			if ofColumn(columns) && columns[0] == c.name {
				list = append(list, "UNIQUE ("+names(columns)+")")
			}
		}
		for _, f := range t.foreign {
			if f.columns[0] == c.name {
				list = append(list, f.text(quote, names))
			}
		}
	}
	return list
}

func (f foreignKey) text(quote func(string) string, names func([]string) string) string {
	text := "FOREIGN KEY(" + names(f.columns) + ") REFERENCES " + quote(f.refers) + " (" + names(f.to) + ")"
	if f.onDelete != "" {
		text += " ON DELETE " + f.onDelete
	}
	if f.onUpdate != "" {
		text += " ON UPDATE " + f.onUpdate
	}
	return text
}

// isLiteral reports whether a default value means the same everywhere.
func isLiteral(value string) bool {
	return regexp.MustCompile(`^(-?\d+(\.\d+)?|'([^']|'')*'|(?i:null|true|false))$`).MatchString(value)
}

// sized splits VARCHAR(20) into the type and 20.
func sized(declared string) (name string, length int) {
	name, rest, found := strings.Cut(declared, "(")
	if !found {
		return strings.ToUpper(strings.TrimSpace(declared)), 0
	}
	length, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), ")")))
	if err != nil || length <= 0 {
		return "", 0
	}
	return strings.ToUpper(strings.TrimSpace(name)), length
}

func withLength(name string, length int) string {
	if length > 0 {
		return name + "(" + strconv.Itoa(length) + ")"
	}
	return name
}

func uniqueWord(unique bool) string {
	if unique {
		return "UNIQUE "
	}
	return ""
}
