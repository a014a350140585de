package session

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"
)

// WithTriggers lets triggers run, and foreign keys of tables that are neither
// Snorkel's nor workbench's act, when the session writes. Without it a write that
// would is refused ([*TriggerError], [*ForeignRowsError]): what they do may be
// anything, and Snorkel makes none.
func WithTriggers() Option { return func(s *Session) { s.withTriggers = true } }

// TriggerError says that a write would run a trigger.
type TriggerError struct{ Path, Trigger, Table string }

// Error names the trigger and its table.
func (e *TriggerError) Error() string {
	return fmt.Sprintf("%s: this would run the trigger %s of table %s; nothing was changed", e.Path, e.Trigger, e.Table)
}

// ForeignRowsError says that a write would delete or change rows of tables that
// are neither Snorkel's nor workbench's, through foreign keys of theirs.
type ForeignRowsError struct {
	Path   string
	Tables []ForeignRows
}

// ForeignRows counts such rows of one table.
type ForeignRows struct {
	Table string
	Rows  int
}

// Error counts the rows of each table.
func (e *ForeignRowsError) Error() string {
	list := make([]string, len(e.Tables))
	for i, t := range e.Tables {
		list[i] = fmt.Sprintf("%d of %s", t.Rows, t.Table)
	}
	return fmt.Sprintf("%s: foreign keys would delete or change rows of other tables: %s; nothing was changed", e.Path, strings.Join(list, ", "))
}

// guard looks at what SQLite compiles for a transaction: a statement's program
// contains all that triggers and foreign keys would do.
type guard struct {
	path     string
	triggers map[string]string // trigger → table
	refused  error
	foreign  foreignTables
}

// foreignTable is a table that a foreign key of its own would change.
type foreignTable struct {
	name   string
	query  string // counts its rows, and those where each foreign key is set
	part   bool   // its rows are parts of candidates or contexts, as those of a subclass
	reset  bool   // a foreign key would get another value
	before []int
}

// watch puts a guard on a connection of the pool; unwatch takes it off.
func (s *Session) watch(ctx context.Context, conn *sqlx.Conn) (g *guard, unwatch func(), err error) {
	if s.withTriggers {
		return nil, func() {}, nil
	}
	g = &guard{path: s.path}
	register := func(fn sqlite.AuthorizerFn) error {
		return conn.Raw(func(driverConn any) error {
			return driverConn.(sqlite.AuthorizerRegisterer).RegisterAuthorizer(fn)
		})
	}
	if err := register(g.authorize); err != nil {
		return nil, nil, s.wrap(ctx, err)
	}
	return g, func() { register(nil) }, nil // it fails only for a connection that is gone
}

// authorize sees every action of a statement that is compiled. source is the
// trigger or the view that it comes from.
func (g *guard) authorize(action sqlite.AuthorizerActionCode, table, _, database, source string) sqlite.AuthorizerReturnCode {
	switch of := g.triggers[source]; {
	case source != "" && of != "":
		g.refused = &TriggerError{Path: g.path, Trigger: source, Table: of}
		return sqlite.AuthorizerDeny
	case action != sqlite.AuthDelete && action != sqlite.AuthUpdate, database != "main", ours(table):
	default:
		g.foreign.add(table)
	}
	return sqlite.AuthorizerOK
}

// ours reports whether rows of a table may change: one of Snorkel's, of workbench
// or of SQLite. Those of candidate subclasses have any name.
func ours(table string) bool {
	table = strings.ToLower(table)
	return slices.Contains([]string{"context", "document", "sentence", "span", "raw_text", "candidate", "marginal", "stable_label", "label", "label_key", "gold_label", "gold_label_key",
		"feature", "feature_key", "prediction", "prediction_key"}, table) ||
		strings.HasPrefix(table, "workbench_") || strings.HasPrefix(table, "sqlite_")
}

// compiled is called when a statement was compiled, before it runs.
func (g *guard) compiled(t *Tx, failure error) error {
	if g == nil {
		return failure
	}
	if g.refused != nil {
		return g.refused
	}
	if failure != nil {
		return failure
	}
	return g.foreign.look(t)
}

// foreignTables are those that foreign keys of theirs would change.
type foreignTables []*foreignTable

func (fs *foreignTables) add(table string) {
	if !slices.ContainsFunc(*fs, func(f *foreignTable) bool { return f.name == table }) {
		*fs = append(*fs, &foreignTable{name: table})
	}
}

// look counts the rows of those that are new.
func (fs foreignTables) look(t *Tx) error {
	for _, f := range fs {
		if f.query != "" {
			continue
		}
		f.query = "SELECT count(*)" // compiling the next query comes here too
		columns, reset, part, err := t.foreignKeys(f.name)
		if err != nil {
			return err
		}
		f.part, f.reset = part, reset
		for _, column := range columns {
			f.query += ", count(" + Quote(column) + ")"
		}
		f.query += " FROM " + Quote(f.name)
		if f.before, err = f.count(t); err != nil {
			return err
		}
	}
	return nil
}

func (f *foreignTable) count(t *Tx) ([]int, error) {
	row, err := t.tx.QueryRowxContext(t.ctx, f.query).SliceScan()
	counts := make([]int, len(row))
	for i, n := range row {
		n, _ := n.(int64)
		counts[i] = int(n)
	}
	return counts, err
}

// changed is the error for rows of other tables that the transaction changed.
func (g *guard) changed(t *Tx) error {
	if g == nil {
		return nil
	}
	return g.foreign.changed(t, g.path)
}

func (fs foreignTables) changed(t *Tx, path string) error {
	lost := &ForeignRowsError{Path: path}
	for _, f := range fs {
		if f.part {
			continue
		}
		after, err := f.count(t)
		if err != nil {
			return err
		}
		rows := 0
		for i := range after {
			rows = max(rows, f.before[i]-after[i])
		}
		if f.reset { // which rows have another value cannot be told
			rows = f.before[0]
		}
		if rows > 0 {
			lost.Tables = append(lost.Tables, ForeignRows{f.name, rows})
		}
	}
	if lost.Tables == nil {
		return nil
	}
	return lost
}
