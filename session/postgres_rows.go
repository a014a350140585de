package session

import (
	"bytes"
	"database/sql/driver"
	"encoding/hex"
	"math"
	"slices"
	"strconv"
	"strings"
)

// mostCopied is how many values go with one COPY.
const mostCopied = 1 << 16

func (w *postgresWriting) full(columns int) int { return max(1, mostCopied/columns) }

// write copies the rows into their table. Ids that they lack are given here.
func (w *postgresWriting) write(r *Rows) (written int, err error) {
	if err := w.touch(r.tx, "INSERT", r.table); err != nil {
		return 0, err
	}
	table, err := w.table(r.table)
	if err != nil {
		return 0, err
	}
	if r.ignore {
		return w.writeNew(r, table)
	}
	c := &postgresCopy{rows: r, columns: r.columns}
	place := slices.Index(r.columns, "id")
	if place < 0 && slices.Contains(table.columns, "id") {
		if c.ids, err = w.sequence(r.tx, r.table); err != nil {
			return 0, err
		}
		c.columns, c.first = append([]string{"id"}, r.columns...), c.ids.last+1
		c.ids.last += int64(r.Waiting())
		w.given[r.table] = max(w.given[r.table], c.ids.last)
	}
	for i := place; place >= 0 && i < len(r.values); i += len(r.columns) {
		id, _ := r.values[i].(int64)
		w.given[r.table] = max(w.given[r.table], id)
	}
	if err := w.copyRows(c, 0, r.Waiting()); err != nil {
		return 0, err
	}
	return r.Waiting(), nil
}

// savepoint begins a text of statements of which the last one may be undone alone.
func (w *postgresWriting) savepoint() string {
	text := "SAVEPOINT workbench; "
	if w.saved {
		text = "RELEASE workbench; " + text
	}
	w.saved = true
	return text
}

// postgresCopy is how waiting rows are copied.
type postgresCopy struct {
	rows    *Rows
	columns []string
	ids     *Sequence // of the ids that the rows lack, or nil
	first   int64     // the id of the first row
	text    []byte
}

// copyRows copies some of the rows with one statement. If the table refuses one of
// them, it copies those before the first that it refuses.
func (w *postgresWriting) copyRows(c *postgresCopy, from, to int) error {
	if err := c.write(from, to); err != nil {
		return err
	}
	statement := w.savepoint() + "COPY " + Quote(c.rows.table)
	for i, name := range c.columns {
		statement += [2]string{" (", ", "}[min(i, 1)] + Quote(name)
	}
	if err := w.ctx.Err(); err != nil {
		return err
	}
	_, err := w.conn.CopyFrom(w.ctx, bytes.NewReader(c.text), statement+") FROM STDIN")
	if !Refused(err) {
		return inWords(err)
	}
	if err := w.simple("ROLLBACK TO workbench"); err != nil {
		return err
	}
	if to-from == 1 {
		width := len(c.rows.columns)
		return &RowError{from, slices.Clone(c.rows.values[from*width : to*width]), inWords(err)}
	}
	middle := from + (to-from)/2
	if err := w.copyRows(c, from, middle); err != nil {
		return err
	}
	if err := w.copyRows(c, middle, to); err != nil {
		return err
	}
	return inWords(err) // each half alone is taken
}

// write writes rows as COPY reads them.
func (c *postgresCopy) write(from, to int) error {
	b, width := c.text[:0], len(c.rows.columns)
	for i := from; i < to; i++ {
		if c.ids != nil {
			b = strconv.AppendInt(b, c.first+int64(i), 10)
			b = append(b, '\t')
		}
		for k, v := range c.rows.values[i*width : (i+1)*width] {
			if k > 0 {
				b = append(b, '\t')
			}
			var err error
			if b, err = appendCopied(b, v); err != nil {
				return err
			}
		}
		b = append(b, '\n')
	}
	c.text = b
	return nil
}

// appendCopied appends a value as COPY reads it.
func appendCopied(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, `\N`...), nil
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case float64:
		if math.IsNaN(v) { // which SQLite stores so
			return append(b, `\N`...), nil
		}
		return strconv.AppendFloat(b, v, 'g', -1, 64), nil
	case string:
		return appendEscaped(b, v), nil
	case []byte:
		return appendBytes(append(b, '\\'), v), nil
	case TextArray:
		return appendEscaped(b, v.String()), nil
	case IntArray:
		return append(b, v.String()...), nil
	default:
		plain, err := driver.DefaultParameterConverter.ConvertValue(v)
		if err != nil {
			return nil, err
		}
		if plain, ok := plain.(bool); ok {
			return strconv.AppendBool(b, plain), nil
		}
		return appendCopied(b, plain)
	}
}

// appendEscaped appends a text, in which these four characters mean something.
func appendEscaped(b []byte, text string) []byte {
	if !strings.ContainsAny(text, "\\\n\r\t") {
		return append(b, text...)
	}
	for i := range len(text) {
		switch c := text[i]; c {
		case '\\', '\t':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		default:
			b = append(b, c)
		}
	}
	return b
}

// appendBytes appends bytes as the server reads them.
func appendBytes(b, bytes []byte) []byte {
	return hex.AppendEncode(append(b, `\x`...), bytes)
}

// writeNew inserts rows that the table does not have yet, column by column as
// arrays, which keep the order.
func (w *postgresWriting) writeNew(r *Rows, table *postgresTable) (written int, err error) {
	from, lists, err := table.unnest(r.columns, r.values)
	if err != nil {
		return 0, err
	}
	n, err := w.exec(insert(r.table, r.columns)+"SELECT * FROM "+from+" ON CONFLICT DO NOTHING", lists...)
	return int(n), err
}

// unnest is the table of values of some columns, row after row, which come as an array
// for each column.
func (t *postgresTable) unnest(columns []string, values []any) (from string, lists []any, err error) {
	casts := make([]string, len(columns))
	for k, name := range columns {
		var b strings.Builder
		for i := k; i < len(values); i += len(columns) {
			if err := addElement(&b, values[i]); err != nil {
				return "", nil, err
			}
		}
		b.WriteString("}")
		lists = append(lists, b.String())
		casts[k] = "$" + strconv.Itoa(k+1) + "::" + t.typeOf(name) + "[]"
	}
	return "unnest(" + strings.Join(casts, ", ") + ")", lists, nil
}

// overwrite changes the rows with one statement, if they are those that are expected:
// that takes half the time of writing them anew.
func (w *postgresWriting) overwrite(o *Overwriting, rows int64, width int) (same bool, err error) {
	if err := w.touch(o.tx, "UPDATE", o.table); err != nil {
		return false, err
	}
	table, err := w.table(o.table)
	if err != nil {
		return false, err
	}
	from, args, err := table.unnest(append(slices.Clone(o.same), o.column), o.values)
	if err != nil {
		return false, err
	}
	first, last := strconv.Itoa(width+1), strconv.Itoa(width+2)
	query := "UPDATE " + Quote(o.table) + " AS t SET " + Quote(o.column) + " = v.v" + strconv.Itoa(width-1) + " FROM " + from + " WITH ORDINALITY AS v("
	known := ""
	for k := range width {
		query += "v" + strconv.Itoa(k) + ", "
		if k < len(o.same) {
			known += " AND t." + Quote(o.same[k]) + " = v.v" + strconv.Itoa(k)
		}
	}
	query += "place) WHERE t.id BETWEEN $" + first + "::bigint AND $" + last + "::bigint AND t.id = $" + first + "::bigint + v.place - 1" + known
	if err := w.simple(strings.TrimSuffix(w.savepoint(), "; ")); err != nil {
		return false, err
	}
	n, err := w.exec(query, append(args, o.next, o.next+rows-1)...)
	if Refused(err) {
		if err := w.simple("ROLLBACK TO workbench"); err != nil {
			return false, err
		}
	}
	return err == nil && n == rows, err
}

func (w *postgresWriting) overwritable(_ *Tx, table string) (bool, error) {
	result, err := w.result(`
		SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND k.conkey = ARRAY[a.attnum]
				WHERE k.conrelid = c.oid AND k.contype = 'p' AND a.attname = 'id' AND a.atttypid IN (20, 21, 23))
			AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_trigger AS g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal)
			AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS f WHERE f.confrelid = c.oid AND f.contype = 'f')
		FROM pg_catalog.pg_class AS c WHERE c.oid = $1::regclass`, Quote(table))
	if err != nil {
		return false, err
	}
	return len(result.Rows) == 1 && string(result.Rows[0][0]) == "t", nil
}

// addElement adds a value to an array that begins with it or is not empty.
func addElement(b *strings.Builder, v any) error {
	if b.Len() == 0 {
		b.WriteString("{")
	} else {
		b.WriteString(",")
	}
	if v == nil {
		b.WriteString("NULL")
		return nil
	}
	text, err := postgresValue(v)
	if err != nil {
		return err
	}
	b.WriteString(quoteElement(string(text)))
	return nil
}

// elementEscapes are what quoteElement puts before characters. Making them takes longer
// than using them.
var elementEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// quoteElement writes a text as an element of an array.
func quoteElement(text string) string {
	return `"` + elementEscapes.Replace(text) + `"`
}
