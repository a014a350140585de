package session

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
	"sync/atomic"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"
	"modernc.org/sqlite/vtab"
)

// feed gives SQLite the rows that wait, as a table that exists for the connection
// only: a statement that selects from it writes many rows, without an argument for
// each of their values, which costs as much as what SQLite does with it. A session
// has one transaction at a time that writes, and that one statement.
type feed struct {
	rows  atomic.Pointer[fedRows]
	other atomic.Bool // a row that was to be overwritten is another one
}

// fedRows are rows that a statement reads, as many values in each.
type fedRows struct {
	values []any
	width  int
}

const (
	feedTable = "workbench_rows"
	feedValue = "workbench_value" // see [Overwriting]
	// feedWidth is how many columns the table has.
	feedWidth = 64
	// fewFed rows and fewer are written without it. It takes longer to make.
	fewFed = 16
)

// connector opens connections that know a feed. Its driver is that of the session,
// so that nothing is registered for the whole process.
type connector struct {
	driver *sqlite.Driver
	dsn    string
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return c.driver }

// open opens a pool of connections that know the feed, if it is one.
func (f *feed) open(dsn string) (*sqlx.DB, error) {
	if f == nil {
		return sqlx.Open("sqlite", dsn)
	}
	c := connector{&sqlite.Driver{}, dsn}
	if err := errors.Join(c.driver.RegisterModule(feedTable, f), c.driver.RegisterScalarFunction(feedValue, -1, f.value)); err != nil {
		return nil, err
	}
	return sqlx.NewDb(sql.OpenDB(c), "sqlite"), nil
}

// selectFed is the query for some columns of the rows.
func selectFed(columns int) string {
	return "SELECT " + feedColumns(columns) + " FROM temp." + feedTable + " WHERE TRUE" // so that ON CONFLICT may follow
}

// feedColumns lists the names of columns.
func feedColumns(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = "c" + string('0'+rune(i/10)) + string('0'+rune(i%10))
	}
	return strings.Join(names, ", ")
}

// makeFeed makes the table, unless the connection has it.
func (w *sqliteWriting) makeFeed(t *Tx) error {
	if w.fed {
		return nil
	}
	err := w.script(t, "CREATE VIRTUAL TABLE IF NOT EXISTS temp."+feedTable+" USING "+feedTable)
	w.fed = err == nil
	return err
}

// execFed runs a statement that reads rows.
func (w *sqliteWriting) execFed(t *Tx, query string, rows fedRows, args ...any) (int64, error) {
	if err := w.makeFeed(t); err != nil {
		return 0, err
	}
	w.feed.rows.Store(&rows)
	defer w.feed.rows.Store(nil)
	return t.Exec(query, args...)
}

// simple is a value as SQLite stores it, if the feed can give it.
func simple(v any) (value any, ok bool) {
	switch v := v.(type) {
	case int64, float64, string, nil:
		return v, true
	case int:
		return int64(v), true
	case bool:
		if v {
			return int64(1), true
		}
		return int64(0), true
	case []byte:
		if v == nil {
			return nil, true
		}
		return v, true
	default:
		return v, false
	}
}

// Create makes the table; see [vtab.Module].
func (f *feed) Create(ctx vtab.Context, _ []string) (vtab.Table, error) {
	return f, ctx.Declare("CREATE TABLE " + feedTable + " (" + feedColumns(feedWidth) + ")")
}

// Connect is [feed.Create].
func (f *feed) Connect(ctx vtab.Context, args []string) (vtab.Table, error) {
	return f.Create(ctx, args)
}

// BestIndex says that there is one way to read the table.
func (f *feed) BestIndex(*vtab.IndexInfo) error { return nil }

// Disconnect has nothing to do.
func (f *feed) Disconnect() error { return nil }

// Destroy has nothing to do.
func (f *feed) Destroy() error { return nil }

// Open begins to read the rows.
func (f *feed) Open() (vtab.Cursor, error) { return &fedCursor{feed: f}, nil }

// fedCursor is in front of the rest of the rows.
type fedCursor struct {
	feed *feed
	rows fedRows
	row  int64
}

// Filter goes to the first row.
func (c *fedCursor) Filter(int, string, []vtab.Value) error {
	rows := c.feed.rows.Load()
	if rows == nil {
		return errors.New("no rows wait")
	}
	c.rows, c.row = *rows, 0
	return nil
}

// Next goes to the next row.
func (c *fedCursor) Next() error {
	c.rows.values = c.rows.values[c.rows.width:]
	c.row++
	return nil
}

// Eof reports whether all rows were read.
func (c *fedCursor) Eof() bool { return len(c.rows.values) == 0 }

// Column returns a value of the row.
func (c *fedCursor) Column(i int) (vtab.Value, error) { return c.rows.values[i], nil }

// Rowid returns the row's number.
func (c *fedCursor) Rowid() (int64, error) { return c.row, nil }

// Close has nothing to do.
func (c *fedCursor) Close() error { return nil }
