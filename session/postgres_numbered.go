package session

import "fmt"

// Packed is [Scanner.Packed] in a transaction that writes a server's database.
func (t *Tx) Packed(p *Packing) (query string, err error) {
	w, ok := t.writing.(*postgresWriting)
	if !ok {
		return "", errOnlyReads
	}
	if err := w.aggregates(); err != nil {
		return "", err
	}
	return p.query(), nil
}

// InsertSelected inserts the rows of a query into some columns of a table of a server's
// database, on the server, and gives them the next ids in the order of the query's first
// columns: so many as order says.
func (t *Tx) InsertSelected(table string, columns []string, order int, query string, args ...any) (rows int, err error) {
	w, ok := t.writing.(*postgresWriting)
	if !ok {
		return 0, errOnlyReads
	}
	ids, err := w.sequence(t, table)
	if err != nil {
		return 0, err
	}
	by := ""
	for i, name := range columns[:order] {
		by += [2]string{"", ", "}[min(i, 1)] + "selected." + Quote(name)
	}
	text := insert(table, append([]string{"id"}, columns...)) +
		fmt.Sprintf("SELECT %d + row_number() OVER (ORDER BY %s), selected.* FROM (%s) AS selected", ids.last, by, query)
	n, err := t.Exec(text, args...)
	if err != nil {
		return 0, err
	}
	if ids.last += n; n > 0 {
		w.given[table] = max(w.given[table], ids.last)
	}
	return int(n), nil
}
