package records

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"workbench/candidates"
	"workbench/candidates/delimited"
)

// table reads CSV and TSV.
type table struct {
	rows   *delimited.Table
	column map[string]int
	row    []string
}

// newTable reads the header.
func newTable(text *delimited.Text) (*table, error) {
	rows, err := text.Table()
	if err != nil {
		return nil, err
	}
	if err := rows.Unique(); err != nil {
		return nil, err
	}
	d := &table{rows: rows, column: make(map[string]int)}
	for i, name := range rows.Names() {
		d.column[name] = i
	}
	return d, nil
}

func (d *table) next() (line int, err error) {
	d.row, line, err = d.rows.Next()
	return line, err
}

func (d *table) has(name string) bool {
	_, has := d.column[name]
	return has
}

func (d *table) text(name string) (string, bool, error) {
	i, has := d.column[name]
	if !has || d.row[i] == "" {
		return "", false, nil
	}
	return strings.Clone(d.row[i]), true, nil // the row's fields share one string
}

func (d *table) number(name string) (int, bool, error) {
	i, has := d.column[name]
	if !has || d.row[i] == "" {
		return 0, false, nil
	}
	n, err := parseNumber(d.row[i])
	if err != nil {
		return 0, false, fmt.Errorf("%s: %w", name, err)
	}
	return n, true, nil
}

func (d *table) list(name string) ([]byte, bool, error) {
	i, has := d.column[name]
	if !has || d.row[i] == "" {
		return nil, false, nil
	}
	return []byte(d.row[i]), true, nil
}

func (d *table) label(name string) (string, error) {
	text, _, err := d.text(name)
	return text, err
}

func (d *table) mentions(*candidates.Subclass) ([][]candidates.Mention, bool, error) {
	return nil, false, nil
}

// columns lists the columns for a message. Names that would break its line are
// quoted.
func (d *table) columns() string {
	names := make([]string, len(d.rows.Names()))
	for i, name := range d.rows.Names() {
		names[i] = name
		if quoted := strconv.Quote(name); quoted != `"`+name+`"` || name == "" {
			names[i] = quoted
		}
	}
	return strings.Join(names, ", ")
}

// others lists the columns that are none of the known ones.
func (d *table) others(known []string) []string {
	var names []string
	for _, name := range d.rows.Names() {
		if !slices.Contains(known, name) {
			names = append(names, name)
		}
	}
	return names
}

// checkHeader reports the first column that is missing, and columns of an
// argument that the class does not have.
func (rd *Reader) checkHeader(line int) error {
	d, class := rd.source.(*table), rd.options.Class
	lacks := func(name, why string) error {
		return rd.error(line, fmt.Errorf("there is no column %q%s; the columns are %s", name, why, d.columns()))
	}
	if rd.options.NeedGold && !d.has(rd.options.Gold) {
		return lacks(rd.options.Gold, " for the gold labels")
	}
	if rd.raw {
		for _, name := range []string{rd.options.ID, rd.options.Text} {
			if name != "" && !d.has(name) {
				return lacks(name, "")
			}
		}
		if rd.options.ID == rd.options.Text && !rd.idAlone {
			return rd.error(line, errors.New("one column cannot be both the text and the id"))
		}
		return nil
	}
	text, err := rd.sentenceText()
	if err != nil {
		return rd.error(line, err)
	}
	for _, name := range []string{"document", text} {
		if !d.has(name) {
			why := ", which records of sentences need"
			if len(class.Args) == 1 && rd.options.RawTexts != "" {
				why += " (" + rd.options.RawTexts + ")"
			}
			return lacks(name, why)
		}
	}
	for _, arg := range class.Args {
		for _, side := range []string{"start", "end"} {
			short, long := arg+"_"+side, arg+"_char_"+side
			switch {
			case d.has(short) && d.has(long):
				return rd.error(line, fmt.Errorf("the columns %s and %s mean the same; leave one out", short, long))
			case !d.has(short) && !d.has(long):
				return lacks(short, fmt.Sprintf(" for the argument %s of %s", arg, class))
			}
		}
	}
	for _, name := range d.rows.Names() {
		arg, isStart := strings.CutSuffix(name, "_start")
		arg = strings.TrimSuffix(arg, "_char")
		if isStart && !slices.Contains(class.Args, arg) && (d.has(arg+"_end") || d.has(arg+"_char_end")) {
			return rd.error(line, fmt.Errorf("column %q: %s has no argument %q", name, class, arg))
		}
	}
	return nil
}
