package annotations

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"workbench"
	"workbench/session"
)

// Classes are the names of the K classes of a candidate type, as a database
// remembers them.
type Classes struct {
	Type  string   // the table of the candidates' class
	Names []string // by class: of two the first is −1 and the second 1, of more the k-th is k
}

// ErrOtherClasses says that the classes of a candidate type have other names
// already.
var ErrOtherClasses = errors.New("the classes have other names already")

const classTable = "workbench_class"

// LoadClasses reads the names of the classes of a candidate type, nil if it has
// none.
func LoadClasses(ctx context.Context, s *session.Session, typ string) (*Classes, error) {
	if !s.HasTable(classTable) {
		return nil, nil
	}
	c := &Classes{Type: typ}
	err := s.View(ctx, func(tx *session.Tx) error { return c.load(tx) })
	if err != nil || c.Names == nil {
		return nil, err
	}
	return c, nil
}

func (c *Classes) load(tx *session.Tx) error {
	var rows []struct {
		Value int64  `db:"value"`
		Name  string `db:"name"`
	}
	if err := tx.Select(&rows, "SELECT value, name FROM workbench_class WHERE type = ? ORDER BY value", c.Type); err != nil {
		return err
	}
	for i, row := range rows {
		if row.Value != int64(ClassValue(len(rows), i)) {
			return fmt.Errorf("table %s, type %s: value %d is no class of %d", classTable, c.Type, row.Value, len(rows))
		}
		c.Names = append(c.Names, row.Name)
	}
	return nil
}

// String lists the names with their labels.
func (c *Classes) String() string {
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
func (c *Classes) Fits(cardinality int) bool { return c != nil && len(c.Names) == cardinality }

// Check reports names that a database cannot remember: bad ones, and other ones
// than it remembers ([ErrOtherClasses]). nil is none.
func (c *Classes) Check(ctx context.Context, s *session.Session) error {
	if c == nil {
		return nil
	}
	if err := CheckClassNames(c.Names); err != nil {
		return err
	}
	stored, err := LoadClasses(ctx, s, c.Type)
	if err != nil || stored == nil || slices.Equal(stored.Names, c.Names) {
		return err
	}
	return fmt.Errorf("%s: type %s: %w: %s", s.Path(), c.Type, ErrOtherClasses, stored)
}

// remember stores the names, if they are not stored yet. nil is none.
func (c *Classes) remember(tx *session.Tx) error {
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
	switch {
	case err != nil || slices.Equal(stored.Names, c.Names):
		return err
	case stored.Names != nil:
		return fmt.Errorf("type %s: %w: %s", c.Type, ErrOtherClasses, stored)
	}
	rows := tx.Rows(classTable, "type", "value", "name")
	for i, name := range c.Names {
		if err := rows.Add(c.Type, int64(ClassValue(len(c.Names), i)), name); err != nil {
			return err
		}
	}
	return rows.Flush()
}

// SaveClasses stores the names of the classes of a type. Other names than those
// that are stored are [ErrOtherClasses], unless replace is set. Labels stay the
// numbers that they are.
func SaveClasses(ctx context.Context, s *session.Session, c *Classes, replace bool) error {
	if err := CheckClassNames(c.Names); err != nil {
		return err
	}
	if replace {
		return s.Update(ctx, func(tx *session.Tx) error {
			if err := forgetClasses(tx, c.Type); err != nil {
				return err
			}
			return c.remember(tx)
		})
	}
	if err := c.Check(ctx, s); err != nil {
		return err
	}
	return s.Update(ctx, c.remember)
}

// ForgetClasses deletes the names of the classes of a type.
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

// checkNames reports names of classes that cannot be remembered, or that are not
// those of the class that is declared. Of its two values the first is 1.
func (a LabelAnnotator) checkNames(ctx context.Context, s *session.Session) error {
	if err := a.Classes.Check(ctx, s); err != nil || a.Classes == nil || a.Subclass == nil {
		return err
	}
	if k := len(a.Classes.Names); k != a.Subclass.Cardinality {
		return fmt.Errorf("%s: type %s has %d classes (%s), not %d", s.Path(), a.Classes.Type, k, a.Classes, a.Subclass.Cardinality)
	}
	for _, value := range a.Subclass.Values {
		name, ok := value.(string)
		if !ok {
			continue
		}
		if label, err := LabelOf(a.Subclass, name); err != nil || a.Classes.Name(int16(label)) != name {
			return fmt.Errorf("%s: type %s: %w: %s; declared is %s as %d", s.Path(), a.Classes.Type, ErrOtherClasses, a.Classes, name, label)
		}
	}
	return nil
}

// rememberedCardinality is the number of classes of candidate types that all have
// names, the largest one, else 0.
func rememberedCardinality(sc *session.Scanner, s *session.Session, types []string) (int, error) {
	if !s.HasTable(classTable) {
		return 0, nil
	}
	known, most := 0, 0
	err := sc.Each(func(cur *session.Cursor) error {
		known++
		most = max(most, int(cur.Int64(1)))
		return nil
	}, "SELECT type, count(*) FROM workbench_class WHERE type IN (SELECT value FROM texts(?)) GROUP BY type", session.Texts(types))
	if known < len(types) {
		most = 0
	}
	return most, err
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
