package session

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"
)

// postgresScanner is a connection to a PostgreSQL server in a transaction.
// Its queries are cursors of the server's, so that the rows of several may be read in
// turn and none is in memory whole.
type postgresScanner struct {
	*postgres
	ctx      context.Context
	conn     *pgconn.PgConn
	cursors  int // that were opened
	limited  int // how many bytes a value may have
	snapshot string
	computes bool // aggregates was called
	closed   bool
	writes   bool // the transaction may change something
}

// close may be called again.
func (sc *postgresScanner) close() {
	if !sc.closed {
		sc.closed = true
		sc.release(sc.conn)
	}
}

func (sc *postgresScanner) limit(longest int32)         { sc.limited = int(longest) }
func (sc *postgresScanner) inOrder(table string) string { return table }

// beside opens connections that share the snapshot, of which there are as many as
// the server admits.
func (sc *postgresScanner) beside(n int) (others []connection, err error) {
	if sc.snapshot == "" {
		result := sc.conn.ExecParams(sc.ctx, "SELECT pg_export_snapshot()", nil, nil, nil, nil).Read()
		if result.Err != nil {
			return nil, sc.wrap(sc.ctx, result.Err)
		}
		sc.snapshot = string(result.Rows[0][0])
	}
	for len(others) < n {
		other, err := sc.scanner(sc.ctx, sc.snapshot)
		switch {
		case isFull(err):
			return others, nil
		case err != nil:
			return others, err
		}
		others = append(others, other)
	}
	return others, nil
}

// query declares a cursor for a query.
func (sc *postgresScanner) query(query string, args []any) (rows, error) {
	if err := sc.ctx.Err(); err != nil {
		return nil, err
	}
	values, err := postgresValues(args)
	if err != nil {
		return nil, err
	}
	if len(args) > 0 {
		query = sc.dialect(query)
	}
	described, err := sc.conn.Prepare(sc.ctx, "", query, nil)
	if err != nil {
		return nil, sc.wrap(sc.ctx, err)
	}
	r := &postgresRows{sc: sc}
	if len(described.Fields) == 0 { // not run
		r.ended = true
		return r, nil
	}
	for _, f := range described.Fields {
		form := formOf(f.DataTypeOID)
		r.names, r.forms, r.formats = append(r.names, f.Name), append(r.forms, form), append(r.formats, form.format())
	}
	sc.cursors++
	r.cursor = "workbench_" + strconv.Itoa(sc.cursors)
	declare := "DECLARE " + r.cursor + " NO SCROLL CURSOR FOR " + query
	if err := sc.conn.ExecParams(sc.ctx, declare, values, described.ParamOIDs, nil, nil).Read().Err; err != nil {
		return nil, sc.wrap(sc.ctx, err)
	}
	return r, nil
}

// postgresValues writes arguments as text.
func postgresValues(args []any) (values [][]byte, err error) {
	values = make([][]byte, len(args))
	for i := 0; i < len(args) && err == nil; i++ {
		values[i], err = postgresValue(args[i])
	}
	return values, err
}

// postgresValue writes an argument as text.
func postgresValue(v any) ([]byte, error) {
	switch v := v.(type) {
	case int64:
		return strconv.AppendInt(nil, v, 10), nil
	case int:
		return strconv.AppendInt(nil, int64(v), 10), nil
	case float64:
		return strconv.AppendFloat(nil, v, 'g', -1, 64), nil
	case bool:
		return strconv.AppendBool(nil, v), nil
	case string:
		return []byte(v), nil
	case nil:
		return nil, nil
	case []byte:
		return appendBytes(nil, v), nil
	case driver.Valuer: // IDs, Texts and TextRows
		list, err := v.Value()
		if err != nil {
			return nil, err
		}
		return postgresValue(list)
	default:
		return nil, fmt.Errorf("session: a cursor cannot bind a %T", v)
	}
}

// postgresRows are the rows of a cursor, of which some are in memory.
type postgresRows struct {
	sc      *postgresScanner
	cursor  string
	names   []string
	forms   []postgresForm
	formats []int16
	data    []byte // the values of the rows in memory
	cells   []cell // where they are
	row     []cell // of the row that is looked at
	after   int    // cells up to the end of that row
	fetched int    // rows that were asked for last
	ended   bool
	err     error
}

// cell is where a value lies.
type cell struct {
	from, to int
	null     bool
}

func (r *postgresRows) columns() []string { return r.names }

func (r *postgresRows) next() bool {
	if r.after == len(r.cells) && !r.fetch() {
		return false
	}
	width := len(r.forms)
	r.row = r.cells[r.after : r.after+width]
	r.after += width
	return true
}

// fetch gets more rows: at first few, then as many as take little memory.
func (r *postgresRows) fetch() bool {
	const few, many, little = 64, 8192, 4 << 20
	if r.ended || r.err != nil {
		return false
	}
	rows := few
	if r.fetched > 0 {
		rows = min(4*r.fetched, many, 1+little*r.fetched/(1+len(r.data)))
	}
	r.fetched, r.data, r.cells, r.after = rows, r.data[:0], r.cells[:0], 0
	result := r.sc.conn.ExecParams(r.sc.ctx, fmt.Sprintf("FETCH %d FROM %s", rows, r.cursor), nil, nil, nil, r.formats)
	for result.NextRow() {
		for _, v := range result.Values() {
			if len(v) > r.sc.limited && r.err == nil {
				r.err = &Error{Path: r.sc.session.path, Kind: ErrTooLarge, Hint: tooLargeHint()}
			}
			from := len(r.data)
			r.data = append(r.data, v...)
			r.cells = append(r.cells, cell{from, len(r.data), v == nil})
		}
	}
	if _, err := result.Close(); err != nil && r.err == nil {
		r.err = r.sc.wrap(r.sc.ctx, err)
	}
	r.ended = len(r.cells) < rows*len(r.forms)
	return r.err == nil && len(r.cells) > 0
}

func (r *postgresRows) close() error {
	if r.cursor != "" && !r.sc.closed && !r.sc.conn.IsClosed() && r.sc.ctx.Err() == nil && r.err == nil {
		r.err = r.sc.wrap(r.sc.ctx, r.sc.conn.ExecParams(r.sc.ctx, "CLOSE "+r.cursor, nil, nil, nil, nil).Read().Err)
	}
	r.cursor, r.ended = "", true
	return r.err
}

func (r *postgresRows) bytes(i int) []byte { return r.data[r.row[i].from:r.row[i].to] }

func (r *postgresRows) kind(i int) Kind {
	if r.row[i].null {
		return Null
	}
	switch f := r.forms[i]; f {
	case pgBytes:
		return Blob
	case pgFloat4, pgFloat8:
		return Real
	case pgNumeric:
		if _, err := strconv.ParseInt(string(r.bytes(i)), 10, 64); err != nil {
			return Real
		}
		return Integer
	case pgTexts, pgInts:
		return List
	case pgText:
		return Text
	default:
		return Integer
	}
}

func (r *postgresRows) int64(i int) int64 {
	b := r.bytes(i)
	if len(b) == 0 {
		return 0
	}
	switch r.forms[i] {
	case pgBool:
		return int64(b[0])
	case pgInt2:
		return int64(int16(binary.BigEndian.Uint16(b)))
	case pgInt4:
		return int64(int32(binary.BigEndian.Uint32(b)))
	case pgInt8:
		return int64(binary.BigEndian.Uint64(b))
	case pgOID:
		return int64(binary.BigEndian.Uint32(b))
	case pgFloat4, pgFloat8:
		return int64(r.float64(i))
	default:
		n, err := strconv.ParseInt(string(b), 10, 64)
		if err != nil {
			return int64(r.float64(i))
		}
		return n
	}
}

func (r *postgresRows) float64(i int) float64 {
	b := r.bytes(i)
	if len(b) == 0 {
		return 0
	}
	switch r.forms[i] {
	case pgFloat4:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b)))
	case pgFloat8:
		return math.Float64frombits(binary.BigEndian.Uint64(b))
	case pgText, pgNumeric, pgBytes, pgTexts, pgInts:
		f, _ := strconv.ParseFloat(string(b), 64) // of what is none it is 0, as in SQLite
		return f
	default:
		return float64(r.int64(i))
	}
}

func (r *postgresRows) text(i int) string {
	if r.row[i].null {
		return ""
	}
	switch r.forms[i] {
	case pgText, pgNumeric, pgBytes, pgTexts, pgInts:
		return string(r.bytes(i))
	case pgFloat4, pgFloat8:
		return strconv.FormatFloat(r.float64(i), 'g', 15, 64)
	default:
		return strconv.FormatInt(r.int64(i), 10)
	}
}
