package session

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Packing says how a table with a row for each value that an id has of a key becomes
// one row for each id, with its values as codes of a few bits side by side in integers.
// A server does so beside its rows, on each of its parts if the table is divided by the
// id, and a few numbers leave it instead of all values.
type Packing struct {
	Table          string
	ID, Key, Value string  // its columns, all of them integers
	Keys           []int64 // the keys that count, ascending
	Least          int64   // the value of code 1; 0 is as if there were no row
	Bits           int     // of a code, at least one
	First, Last    int64   // the ids that count
	Only           []int64 // those among them, ascending; nil for all
}

// bitsOfWord are those of an integer that has codes. The next one is of a word with a
// value that has no code; the sign is never one.
const bitsOfWord = 62

// PerWord is how many codes an integer has.
func (p *Packing) PerWord() int { return bitsOfWord / p.Bits }

// Words is how many integers an id takes.
func (p *Packing) Words() int { return (len(p.Keys) + p.PerWord() - 1) / p.PerWord() }

// Most is the largest value with a code.
func (p *Packing) Most() int64 { return p.Least + 1<<p.Bits - 2 }

// Fits reports whether a word has values with a code only, or none.
func (p *Packing) Fits(word int64) bool { return word>>bitsOfWord == 0 }

// Unpack calls visit for the codes of a word that are not 0, by ascending place of their
// keys in Keys.
func (p *Packing) Unpack(number int, word int64, visit func(key int, value int64)) {
	for key := number * p.PerWord(); word != 0; key++ {
		if code := word & (1<<p.Bits - 1); code != 0 {
			visit(key, p.Least+code-1)
		}
		word >>= p.Bits
	}
}

// OnServer reports whether the database is a server's. What it can count beside its
// rows is then not to be read.
func (sc *Scanner) OnServer() bool { return sc.conn.onServer() }

// Packable reports whether the columns of a packing are integers of the server's, of
// which bits can be taken.
func (sc *Scanner) Packable(p *Packing) (bool, error) {
	if !sc.OnServer() || len(p.Keys) == 0 {
		return false, nil
	}
	cur, err := sc.Query(fmt.Sprintf("SELECT %s, %s, %s FROM %s LIMIT 0", Quote(p.ID), Quote(p.Key), Quote(p.Value), Quote(p.Table)))
	if err != nil {
		return false, err
	}
	r, ok := cur.rows.(*postgresRows)
	return ok && r.integers(), cur.Close()
}

// Packed is the text of a query that packs, with the columns id, n, word0, word1, …: n
// is how many rows with another value than 0 it packed. For a database that is not
// [Scanner.OnServer] there is none.
func (sc *Scanner) Packed(p *Packing) (query string, err error) {
	if err := sc.conn.aggregates(); err != nil {
		return "", err
	}
	return p.query(), nil
}

// query is the text of Packed.
func (p *Packing) query() string {
	value := Quote(p.Value)
	code := fmt.Sprintf("CASE WHEN %s BETWEEN %d AND %d THEN (%s::bigint - %d) << ", value, p.Least, p.Most(), value, p.Least-1)
	var b strings.Builder
	fmt.Fprintf(&b, "SELECT %s AS id, count(*) AS n", Quote(p.ID))
	number := 0
	for keys := range slices.Chunk(p.Keys, p.PerWord()) {
		fmt.Fprintf(&b, ", bit_or(%s%s ELSE %d END)", code, p.place(keys), int64(1)<<bitsOfWord)
		if len(keys) < len(p.Keys) {
			fmt.Fprintf(&b, " FILTER (WHERE %s BETWEEN %d AND %d)", Quote(p.Key), keys[0], keys[len(keys)-1])
		}
		fmt.Fprintf(&b, " AS word%d", number)
		number++
	}
	ids := fmt.Sprintf("%s BETWEEN %d AND %d", Quote(p.ID), p.First, p.Last)
	if p.Only != nil {
		ids = among(p.ID, p.Only)
	}
	fmt.Fprintf(&b, " FROM %s WHERE %s AND %s AND %s IS DISTINCT FROM 0 GROUP BY %s",
		Quote(p.Table), ids, among(p.Key, p.Keys), value, Quote(p.ID))
	return b.String()
}

// place is where the code of each of some keys begins: mostly their ids are consecutive.
func (p *Packing) place(keys []int64) string {
	key := Quote(p.Key)
	if isRange(keys) {
		return fmt.Sprintf("(%s - %d)::int * %d", key, keys[0], p.Bits)
	}
	text := "CASE " + key
	for j, id := range keys {
		text += fmt.Sprintf(" WHEN %d THEN %d", id, j*p.Bits)
	}
	return text + " END"
}

// isRange reports whether ascending ids follow each other without a gap.
func isRange(ids []int64) bool { return ids[len(ids)-1]-ids[0] == int64(len(ids)-1) }

// among is a condition that holds where a column has one of some ids, ascending: of very
// many, where it has one between the first and the last.
func among(column string, ids []int64) string {
	const many = 1 << 14
	switch {
	case len(ids) == 0:
		return "FALSE"
	case len(ids) > many || isRange(ids):
		return fmt.Sprintf("%s BETWEEN %d AND %d", Quote(column), ids[0], ids[len(ids)-1])
	}
	list := make([]byte, 0, 8*len(ids))
	for i, id := range ids {
		if i > 0 {
			list = append(list, ',')
		}
		list = strconv.AppendInt(list, id, 10)
	}
	return fmt.Sprintf("%s IN (%s)", Quote(column), list)
}

func (sc *sqliteScanner) onServer() bool    { return false }
func (sc *sqliteScanner) aggregates() error { return nil }
func (sc *postgresScanner) onServer() bool  { return true }

// aggregates sets for the transaction what queries need that compute: each part of a
// divided table does its share, and a million groups fit into memory.
func (sc *postgresScanner) aggregates() error {
	const settings = `SET LOCAL enable_partitionwise_aggregate = on; SET LOCAL enable_partitionwise_join = on;
		SET LOCAL synchronize_seqscans = on; SET LOCAL jit = off;
		SELECT set_config('work_mem', '64MB', true) WHERE pg_size_bytes(current_setting('work_mem')) < 64 * 1024 * 1024`
	if sc.computes {
		return nil
	}
	_, err := sc.conn.Exec(sc.ctx, settings).ReadAll()
	sc.computes = err == nil
	return sc.wrap(sc.ctx, err)
}

// where is the condition of rows that are needed, as a server takes it.
func where(needed []Needed) string {
	text, word := "", " WHERE "
	for _, n := range needed {
		text += word + among(n.Column, n.IDs)
		word = " AND "
	}
	return text
}

// integers reports whether all columns are of integers.
func (r *postgresRows) integers() bool {
	for _, f := range r.forms {
		if f != pgInt2 && f != pgInt4 && f != pgInt8 {
			return false
		}
	}
	return true
}
