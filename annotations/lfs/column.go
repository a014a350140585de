package lfs

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"workbench/candidates/python"
)

// column is a column by its number from 1, or else by its name.
type column struct {
	number int
	name   string
}

// table reads what a mapping says of a file with a set.
func (p *parser) table(n *node) (table, error) {
	var t table
	if err := n.only("a file with a set", "file", "column", "columns", "header", "delimiter"); err != nil {
		return t, err
	}
	file := n.get("file")
	if file == nil {
		return t, n.errorf("a set is a list, or names its file: {file: …}")
	}
	var err error
	if t.path, err = file.str("file"); err != nil {
		return t, err
	}
	if t.path == "" {
		return t, file.errorf("file: is empty")
	}
	if !filepath.IsAbs(t.path) {
		t.path = filepath.Join(p.dir, t.path)
	}
	if err := p.use(file, "file\x00"+t.path); err != nil {
		return t, err
	}
	if d := n.get("delimiter"); d != nil {
		text, err := d.str("delimiter")
		if err != nil {
			return t, err
		}
		if text == "tab" {
			text = "\t"
		}
		if r := []rune(text); len(r) != 1 || strings.ContainsAny(text, "\"\r\n\uFFFD\uFEFF") {
			return t, d.errorf("delimiter: must be one character, such as \";\", or tab, not %q", text)
		}
		t.delimiter = text
	}
	columns := []*node{}
	if c := n.get("column"); c != nil {
		columns = append(columns, c)
	}
	if c := n.get("columns"); c != nil {
		if len(columns) > 0 {
			return t, c.errorf("column: is for terms and columns: for pairs; give one of them")
		}
		if columns = c.items; len(columns) != 2 {
			return t, c.errorf("columns: must be the two of a pair, such as [1, 2] or [husband, wife], not %s", c)
		}
	}
	t.named = len(columns)
	for i, c := range columns {
		if c.kind == scalar && c.tag == "!!int" {
			if t.columns[i].number, err = c.integer("column", 1); err != nil {
				return t, err
			}
		} else if t.columns[i].name, err = c.str("column"); err != nil {
			return t, err
		}
		t.header = t.header || t.columns[i].number == 0
	}
	if h := n.get("header"); h != nil {
		header, err := h.boolean("header")
		if err != nil {
			return t, err
		}
		if t.header && !header {
			return t, h.errorf("header: must be true where columns have names; otherwise number them from 1")
		}
		t.header = header
		t.hasHeader = true
	}
	return t, nil
}

// pick returns the numbers of columns, by the first line of the table.
func pick(columns []column, record []string) ([]int, error) {
	numbers := make([]int, len(columns))
	for i, c := range columns {
		if c.number == 0 {
			names := make([]string, len(record))
			for k, name := range record {
				names[k] = python.Strip(name)
			}
			if c.number = slices.Index(names, c.name) + 1; c.number == 0 {
				return nil, fmt.Errorf("there is no column %q; the columns are %s", c.name, quoted(names))
			}
		}
		if c.number > len(record) {
			return nil, fmt.Errorf("there is no column %d; the line has %d", c.number, len(record))
		}
		numbers[i] = c.number
	}
	return numbers, nil
}

func quoted(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = fmt.Sprintf("%q", name)
	}
	return strings.Join(list, ", ")
}
