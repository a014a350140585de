package candidates

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"workbench/session"
)

// Subclass is a relation type: the name of its class and table, its arguments,
// and what its candidates can be labelled with.
type Subclass struct {
	Name        string   // class name, such as Spouse
	Table       string   // table name, such as spouse; also candidate.type
	Args        []string // argument names, in order
	Cardinality int      // number of classes, at least 2
	Values      []any    // the classes, len Cardinality
}

// SubclassOption changes what [CandidateSubclass] would choose.
type SubclassOption func(*subclassSpec)

type subclassSpec struct {
	table       string
	cardinality int
	values      []any
	hasValues   bool
	hasK        bool
}

// TableName names the table; without it the class name is turned from
// CamelCase into snake_case.
func TableName(table string) SubclassOption { return func(s *subclassSpec) { s.table = table } }

// Cardinality sets the number of classes; alone it gives the values 0..k−1.
func Cardinality(k int) SubclassOption {
	return func(s *subclassSpec) { s.cardinality, s.hasK = k, true }
}

// Values sets the classes. Plain integers and nil are refused, as in Snorkel.
func Values(values ...any) SubclassOption {
	return func(s *subclassSpec) { s.values, s.hasValues = values, true }
}

// CandidateSubclass declares a relation type with Snorkel's rules and
// defaults (snorkel.models.candidate_subclass): without options it is binary
// with the values true and false.
func CandidateSubclass(name string, args []string, opts ...SubclassOption) (*Subclass, error) {
	var spec subclassSpec
	for _, opt := range opts {
		opt(&spec)
	}
	c := &Subclass{Name: name, Table: spec.table, Args: slices.Clone(args)}
	if c.Table == "" {
		c.Table = CamelToUnder(name)
	}
	if err := c.checkNames(); err != nil {
		return nil, err
	}
	switch {
	case spec.hasValues:
		if spec.hasK && spec.cardinality != len(spec.values) {
			return nil, fmt.Errorf("candidate subclass %s: %d values do not match cardinality %d",
				name, len(spec.values), spec.cardinality)
		}
		for _, v := range spec.values {
			switch v.(type) {
			case nil:
				return nil, fmt.Errorf("candidate subclass %s: nil cannot be a value, it means abstain", name)
			case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64:
				return nil, fmt.Errorf("candidate subclass %s: leave the values out if they are integers; they are then 0..cardinality-1", name)
			}
		}
		c.Values = slices.Clone(spec.values)
	case spec.hasK:
		for k := range spec.cardinality {
			c.Values = append(c.Values, k)
		}
	default:
		c.Values = []any{true, false}
	}
	c.Cardinality = len(c.Values)
	if c.Cardinality < 2 {
		return nil, fmt.Errorf("candidate subclass %s: cardinality %d is less than 2", name, c.Cardinality)
	}
	return c, nil
}

// checkNames refuses names that would not make a table of their own.
func (c *Subclass) checkNames() error {
	identifier := regexp.MustCompile(`^[\pL_][\pL\pN_]*$`)
	if !identifier.MatchString(c.Name) {
		return fmt.Errorf("candidate subclass %q: the name must be letters, digits and _, not starting with a digit", c.Name)
	}
	reserved := []string{"candidate", "context", "document", "sentence", "span", "raw_text", "marginal", "stable_label",
		"label", "label_key", "gold_label", "gold_label_key", "feature", "feature_key", "prediction", "prediction_key"}
	if !identifier.MatchString(c.Table) || slices.Contains(reserved, strings.ToLower(c.Table)) ||
		strings.HasPrefix(strings.ToLower(c.Table), "sqlite_") {
		return fmt.Errorf("candidate subclass %s: %q cannot be its table name", c.Name, c.Table)
	}
	if len(c.Args) == 0 {
		return fmt.Errorf("candidate subclass %s: it needs at least one argument", c.Name)
	}
	for i, arg := range c.Args {
		if !identifier.MatchString(arg) || slices.Contains(c.Args[:i], arg) {
			return fmt.Errorf("candidate subclass %s: argument name %q is not usable or repeated", c.Name, arg)
		}
		if c.hasAttribute(arg) {
			return fmt.Errorf("candidate subclass %s: an argument cannot be called %s, which is an attribute of the class in Snorkel", c.Name, arg)
		}
	}
	return nil
}

// hasAttribute reports whether the class in Snorkel has an attribute of an
// argument's name already, which the argument would replace: a column of
// candidate, what the labels can be, or a column of an argument.
func (c *Subclass) hasAttribute(arg string) bool {
	return slices.Contains([]string{"id", "type", "split", "values", "cardinality"}, arg) ||
		slices.ContainsFunc(c.Args, func(other string) bool { return arg == other+"_id" || arg == other+"_cid" })
}

// CamelToUnder turns a class name into Snorkel's table name for it
// (snorkel.utils.camel_to_under).
func CamelToUnder(name string) string {
	words := regexp.MustCompile(`(.)([A-Z][a-z]+)`).ReplaceAllString(name, "${1}_${2}")
	return strings.ToLower(regexp.MustCompile(`([a-z0-9])([A-Z])`).ReplaceAllString(words, "${1}_${2}"))
}

// Create makes the subclass's table as Snorkel would, with one index per
// argument. A table of that name with the same arguments is left as it is;
// with others it is an error.
func (c *Subclass) Create(ctx context.Context, s *session.Session) error {
	if s.HasTable(c.Table) {
		have, err := Lookup(s, c.Table)
		if err != nil {
			return err
		}
		if !slices.Equal(have.Args, c.Args) {
			return fmt.Errorf("%s: table %s exists with the arguments %s, not %s",
				s.Path(), c.Table, strings.Join(have.Args, ", "), strings.Join(c.Args, ", "))
		}
		return nil
	}
	return s.Update(ctx, func(tx *session.Tx) error { return tx.Script(c.ddl()) })
}

// NewDatabase makes a new database with the tables of candidate subclasses, in one
// transaction; see [session.Create].
func NewDatabase(ctx context.Context, location string, classes ...*Subclass) (*session.Session, error) {
	return session.CreateWith(ctx, location, func(tx *session.Tx) error {
		for _, c := range classes {
			if err := tx.Script(c.ddl()); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *Subclass) ddl() string {
	var columns, unique, foreign, indexes strings.Builder
	for i, arg := range c.Args {
		if i > 0 {
			unique.WriteString(", ")
		}
		id := session.Quote(arg + "_id")
		unique.WriteString(id)
		fmt.Fprintf(&columns, "\t%s INTEGER,\n\t%s VARCHAR,\n", id, session.Quote(arg+"_cid"))
		fmt.Fprintf(&foreign, ",\n\tFOREIGN KEY(%s) REFERENCES context (id) ON DELETE CASCADE", id)
		fmt.Fprintf(&indexes, ";\nCREATE INDEX %s ON %s (%s)", session.Quote("ix_"+c.Table+"_"+arg+"_id"), session.Quote(c.Table), id)
	}
	return fmt.Sprintf("CREATE TABLE %s (\n\tid INTEGER NOT NULL,\n%s\tPRIMARY KEY (id),\n\tUNIQUE (%s),\n"+
		"\tFOREIGN KEY(id) REFERENCES candidate (id) ON DELETE CASCADE%s\n)%s",
		session.Quote(c.Table), &columns, &unique, &foreign, &indexes)
}

// ErrNoSubclass says that a file has no candidate subclass table of that name.
var ErrNoSubclass = errors.New("no such candidate subclass table")

// Lookup recognises the candidate subclass that a table holds, and reads its
// arguments from the columns. What the file cannot tell gets Snorkel's
// defaults: the class name is the table's in CamelCase, the values binary.
func Lookup(s *session.Session, table string) (*Subclass, error) {
	c := recognise(s, table)
	if c == nil {
		return nil, fmt.Errorf("%s: %s: %w; there are: %s", s.Path(), table, ErrNoSubclass, tablesOf(s))
	}
	return c, nil
}

// recognise is Lookup that returns nil for another table.
func recognise(s *session.Session, table string) *Subclass {
	args := argNames(s, table)
	if args == nil {
		return nil
	}
	return &Subclass{Name: underToCamel(table), Table: table, Args: args, Cardinality: 2, Values: []any{true, false}}
}

// Subclasses lists the candidate subclasses that the file has tables for.
func Subclasses(s *session.Session) []*Subclass {
	var all []*Subclass
	for _, table := range s.Tables() {
		if c := recognise(s, table); c != nil {
			all = append(all, c)
		}
	}
	return all
}

// ErrNoSubclasses says that a file has no candidate subclass at all.
var ErrNoSubclasses = errors.New("it has no class of candidates")

// SeveralSubclassesError says that a file has more than one candidate subclass,
// so that one must be named.
type SeveralSubclassesError struct{ Tables []string }

// Error lists them.
func (e *SeveralSubclassesError) Error() string {
	return "the database has " + strings.Join(e.Tables, ", ")
}

// OnlySubclass returns the candidate subclass of a file that has only one, for
// whoever named none. With none it is [ErrNoSubclasses], with several a
// [SeveralSubclassesError].
func OnlySubclass(s *session.Session) (*Subclass, error) {
	switch all := Subclasses(s); len(all) {
	case 0:
		return nil, fmt.Errorf("%s: %w", s.Path(), ErrNoSubclasses)
	case 1:
		return all[0], nil
	default:
		several := &SeveralSubclassesError{}
		for _, c := range all {
			several.Tables = append(several.Tables, c.Table)
		}
		return nil, several
	}
}

// argsOf returns the arguments that columns can be of: there is an id, and ARG_id
// with ARG_cid for each argument. more tells that there are other columns, too.
func argsOf(columns []string) (args []string, more bool) {
	if !slices.Contains(columns, "id") {
		return nil, false
	}
	for _, column := range columns {
		if arg, ok := strings.CutSuffix(column, "_cid"); ok && slices.Contains(columns, arg+"_id") {
			args = append(args, arg)
		}
	}
	return args, len(columns) != 1+2*len(args)
}

func tablesOf(s *session.Session) string {
	var names []string
	for _, c := range Subclasses(s) {
		names = append(names, c.Table)
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ", ")
}

// argNames returns the arguments of a subclass table in order, nil if it is none:
// the order of the unique constraint over their columns, which is that of the
// class, whatever the order of the columns. A table without that constraint has
// them in the order of its columns, and no others; with it, others are somebody's
// additions.
func argNames(s *session.Session, table string) []string {
	args, more := argsOf(s.Columns(table))
	for _, columns := range s.Unique(table) {
		var ordered []string
		for _, column := range columns {
			if arg, ok := strings.CutSuffix(column, "_id"); ok && slices.Contains(args, arg) {
				ordered = append(ordered, arg)
			}
		}
		if len(ordered) > 0 && len(ordered) == len(columns) && (more || len(ordered) == len(args)) {
			return ordered
		}
	}
	if more {
		return nil
	}
	return args
}

func underToCamel(table string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(table, "_") {
		if word != "" {
			first, size := utf8.DecodeRuneInString(word)
			b.WriteRune(unicode.ToUpper(first))
			b.WriteString(word[size:])
		}
	}
	return b.String()
}
