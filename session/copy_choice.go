package session

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// choose decides what is copied, and notes what is not.
func (c *copying) choose(all *structure) (tables []*tableStructure, indexes []indexStructure, err error) {
	if len(all.omitted) > 0 {
		c.Notes = append(c.Notes, "not copied: "+strings.Join(all.omitted, ", "))
	}
	for i := range all.tables {
		t := &all.tables[i]
		c.findLists(t)
		odd := c.odd(t)
		switch {
		case odd != "" && t.needed():
			return nil, nil, fmt.Errorf("%s: table %s cannot be copied: %s", c.session.path, t.name, odd)
		case odd != "":
			c.Notes = append(c.Notes, fmt.Sprintf("not copied: table %s, because %s", t.name, odd))
			continue
		}
		c.noteLosses(t)
		tables = append(tables, t)
	}
	has := func(name string) bool {
		return slices.ContainsFunc(tables, func(t *tableStructure) bool { return t.name == name })
	}
	for _, t := range tables {
		t.foreign = slices.DeleteFunc(t.foreign, func(f foreignKey) bool {
			gone := !c.sameFile() && (!has(f.refers) || len(f.to) != len(f.columns))
			if gone {
				c.Notes = append(c.Notes, fmt.Sprintf("not copied: a foreign key of table %s to what is not in the copy of %s", t.name, f.refers))
			}
			return gone
		})
	}
	for _, i := range all.indexes {
		switch {
		case !has(i.table):
		case i.odd && !c.sameFile():
			c.Notes = append(c.Notes, fmt.Sprintf("not copied: index %s of table %s, which is no list of columns", i.name, i.table))
		default:
			indexes = append(indexes, i)
		}
	}
	return tables, indexes, nil
}

// sameFile: tables are made by the statements that made them.
func (c *copying) sameFile() bool { return !c.across && !c.target.onServer() }

// findLists gives the columns of a file their type that are lists.
func (c *copying) findLists(t *tableStructure) {
	for i := range t.columns {
		column, name := &t.columns[i], t.name+"."+t.columns[i].name
		switch {
		case column.typ != blobType:
		case slices.Contains(c.lists.Texts, name) && !c.session.onServer():
			column.typ = textsType
		case slices.Contains(c.lists.Integers, name) && !c.session.onServer():
			column.typ = intsType
		}
	}
}

// odd is why a table cannot be copied, or "".
func (c *copying) odd(t *tableStructure) string {
	switch {
	case t.odd != "":
		return t.odd
	case len(t.columns) == 0:
		return "it has no columns"
	case !c.across:
		return ""
	}
	for _, column := range t.columns {
		if column.typ == otherType {
			return fmt.Sprintf("the type of its column %s is %s", column.name, cmp.Or(column.declared, "missing"))
		}
	}
	if c.target.onServer() {
		return t.postgresOdd()
	}
	return ""
}

// needed reports whether a table is Snorkel's, workbench's, or one of candidates or
// contexts of a kind of their own.
func (t *tableStructure) needed() bool {
	return ours(t.name) || slices.ContainsFunc(t.foreign, func(f foreignKey) bool {
		return slices.Equal(f.columns, []string{"id"}) && (f.refers == "candidate" || f.refers == "context")
	})
}

// noteLosses notes what the copy of a table lacks.
func (c *copying) noteLosses(t *tableStructure) {
	if c.sameFile() {
		return
	}
	if t.checks {
		c.Notes = append(c.Notes, fmt.Sprintf("not copied: conditions or generated columns of table %s", t.name))
	}
	for _, column := range t.columns {
		if column.odd != "" {
			c.Notes = append(c.Notes, fmt.Sprintf("not copied: what fills column %s of table %s where nothing is given", column.name, t.name))
		}
	}
}
