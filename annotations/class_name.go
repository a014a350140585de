package annotations

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"workbench"
	"workbench/session"
)

// Classes are the K classes of a candidate type, as a database remembers them:
// with names, or how many there are.
type Classes struct {
	Type  string   // the table of the candidates' class
	Names []string // by class: of two the first is −1 and the second 1, of more the k-th is k; nil if they have none
	// Cardinality is K. With Names it may be left 0, and otherwise must be their
	// number.
	Cardinality int
}

// ErrOtherClasses says that the classes of a candidate type have other names
// already, and ErrOtherNumber that there are more or fewer.
var (
	ErrOtherClasses = errors.New("the classes have other names already")
	ErrOtherNumber  = errors.New("the database remembers another number of classes")
)

const classTable = "workbench_class"

// LoadClasses reads what is remembered of the classes of a candidate type, nil if
// that is nothing.
func LoadClasses(ctx context.Context, s *session.Session, typ string) (*Classes, error) {
	if !s.HasTable(classTable) {
		return nil, nil
	}
	c := &Classes{Type: typ}
	err := s.View(ctx, func(tx *session.Tx) error { return c.load(tx) })
	if err != nil || c.Cardinality == 0 {
		return nil, err
	}
	return c, nil
}

// load reads a row for each class. Of classes without names each is called by its
// label, which no name can be ([CheckClassNames]).
func (c *Classes) load(tx *session.Tx) error {
	var rows []struct {
		Value int64  `db:"value"`
		Name  string `db:"name"`
	}
	if err := tx.Select(&rows, "SELECT value, name FROM workbench_class WHERE type = ? ORDER BY value", c.Type); err != nil {
		return err
	}
	c.Cardinality = len(rows)
	for i, row := range rows {
		if row.Value != int64(ClassValue(len(rows), i)) {
			return fmt.Errorf("table %s, type %s: value %d is no class of %d", classTable, c.Type, row.Value, len(rows))
		}
		if row.Name != strconv.FormatInt(row.Value, 10) {
			c.Names = append(c.Names, row.Name)
		}
	}
	if c.Names != nil && len(c.Names) != len(rows) {
		return fmt.Errorf("table %s, type %s: some of the classes have names, and some have none", classTable, c.Type)
	}
	return nil
}

// Len is K, and 0 of nil.
func (c *Classes) Len() int {
	switch {
	case c == nil:
		return 0
	case c.Cardinality == 0:
		return len(c.Names)
	}
	return c.Cardinality
}

// Named reports whether the classes have names.
func (c *Classes) Named() bool { return c != nil && c.Names != nil }

// String lists the names with their labels, or says how many classes there are.
func (c *Classes) String() string {
	if !c.Named() {
		return fmt.Sprintf("%d classes", c.Len())
	}
	list := make([]string, len(c.Names))
	for i, name := range c.Names {
		list[i] = fmt.Sprintf("%s is %d", name, ClassValue(len(c.Names), i))
	}
	return strings.Join(list, ", ")
}

// Name is the name of the class that a label names, "" if it names none.
func (c *Classes) Name(label int16) string {
	if c == nil {
		return ""
	}
	for i, name := range c.Names {
		if ClassValue(len(c.Names), i) == label {
			return name
		}
	}
	return ""
}

// Fits reports whether there are names, of so many classes.
func (c *Classes) Fits(cardinality int) bool { return c.Named() && len(c.Names) == cardinality }

// Check reports what a database cannot remember: bad names, and other classes
// than it remembers ([ErrOtherClasses], [ErrOtherNumber]). nil is nothing.
func (c *Classes) Check(ctx context.Context, s *session.Session) error {
	if c == nil {
		return nil
	}
	if err := c.check(); err != nil {
		return err
	}
	stored, err := LoadClasses(ctx, s, c.Type)
	if err == nil {
		err = c.agrees(stored)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.Path(), err)
	}
	return nil
}

// check reports classes that make no sense.
func (c *Classes) check() error {
	switch k := c.Len(); {
	case c.Names == nil && (k < 2 || k > math.MaxInt16):
		return fmt.Errorf("%d classes: there are 2 to %d", k, math.MaxInt16)
	case c.Names != nil && k != len(c.Names):
		return fmt.Errorf("%d names for %d classes", len(c.Names), k)
	case c.Names == nil:
		return nil
	}
	return CheckClassNames(c.Names)
}

// agrees reports that others of the type are stored, nil ones being none.
// Classes that have no names yet may get some.
func (c *Classes) agrees(stored *Classes) error {
	switch {
	case stored == nil:
		return nil
	case c.Named() && stored.Named() && !slices.Equal(c.Names, stored.Names):
		return fmt.Errorf("type %s: %w: %s", c.Type, ErrOtherClasses, stored)
	case c.Len() != stored.Len():
		return stored.notSoMany(c.Len())
	}
	return nil
}

// notSoMany is the error for another number of classes.
func (c *Classes) notSoMany(k int) error {
	names := ""
	if c.Named() {
		names = " (" + c.String() + ")"
	}
	return fmt.Errorf("type %s: %w: %d%s, not %d", c.Type, ErrOtherNumber, c.Len(), names, k)
}

// Remember stores the classes as part of a transaction, if they are not stored
// yet. nil is none.
func (c *Classes) Remember(tx *session.Tx) error {
	if c == nil {
		return nil
	}
	columns, err := tx.Columns(classTable)
	if err == nil && columns == nil {
		err = tx.Script(workbench.ClassSchema())
	}
	stored := &Classes{Type: c.Type}
	if err == nil {
		err = stored.load(tx)
	}
	if err != nil {
		return err
	}
	if stored.Cardinality == 0 {
		return c.insert(tx)
	}
	if err := c.agrees(stored); err != nil || stored.Named() || !c.Named() {
		return err
	}
	if err := forgetClasses(tx, c.Type); err != nil {
		return err
	}
	return c.insert(tx)
}

// remembered reports whether [Classes.Remember] has nothing to store.
func (c *Classes) remembered(tx *session.Tx) (bool, error) {
	if c == nil {
		return true, nil
	}
	columns, err := tx.Columns(classTable)
	if err != nil || columns == nil {
		return false, err
	}
	stored := &Classes{Type: c.Type}
	err = stored.load(tx)
	return stored.Cardinality != 0 && (stored.Named() || !c.Named()), err
}

// insert adds a row for each class.
func (c *Classes) insert(tx *session.Tx) error {
	rows := tx.Rows(classTable, "type", "value", "name")
	for i := range c.Len() {
		value := int64(ClassValue(c.Len(), i))
		name := strconv.FormatInt(value, 10)
		if c.Names != nil {
			name = c.Names[i]
		}
		if err := rows.Add(c.Type, value, name); err != nil {
			return err
		}
	}
	return rows.Flush()
}

// SaveClasses stores the classes of a type. Others than those that are stored are
// [ErrOtherClasses] or [ErrOtherNumber], unless replace is set. Labels stay the numbers that they are.
func SaveClasses(ctx context.Context, s *session.Session, c *Classes, replace bool) error {
	if err := c.check(); err != nil {
		return err
	}
	if replace {
		return s.Update(ctx, func(tx *session.Tx) error {
			if err := forgetClasses(tx, c.Type); err != nil {
				return err
			}
			return c.Remember(tx)
		})
	}
	if err := c.Check(ctx, s); err != nil {
		return err
	}
	return s.Update(ctx, c.Remember)
}

// ForgetClasses deletes what is remembered of the classes of a type.
func ForgetClasses(ctx context.Context, s *session.Session, typ string) error {
	return s.Update(ctx, func(tx *session.Tx) error { return forgetClasses(tx, typ) })
}

func forgetClasses(tx *session.Tx, typ string) error {
	columns, err := tx.Columns(classTable)
	if err == nil && columns != nil {
		_, err = tx.Exec("DELETE FROM workbench_class WHERE type = ?", typ)
	}
	return err
}

// ClassValue is the label of a class of k, counted from 0: of two the first is
// −1 and the second 1, and of more class i is i + 1.
func ClassValue(k, i int) int16 {
	switch {
	case k != 2:
		return int16(i + 1)
	case i == 0:
		return -1
	}
	return 1
}

// CheckClassNames reports names that cannot be those of all classes: fewer than
// two, one that comes twice, or one that would be read as a label without it.
func CheckClassNames(names []string) error {
	if len(names) < 2 {
		return fmt.Errorf("%d names of classes: there are at least two classes", len(names))
	}
	for i, name := range names {
		_, err := parseLabel(name)
		switch {
		case strings.TrimSpace(name) != name:
			return fmt.Errorf("the name %q of a class begins or ends with space", name)
		case name == "":
			return fmt.Errorf("the name of class %d of %d is empty", i+1, len(names))
		case err == nil:
			return fmt.Errorf("%s cannot be the name of a class: it is a label by itself", name)
		case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
			return fmt.Errorf("the name %q of a class has a control character", name)
		case slices.Contains(names[:i], name):
			return fmt.Errorf("two classes have the name %s", name)
		}
	}
	return nil
}
