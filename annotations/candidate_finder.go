package annotations

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"workbench/candidates"
)

// candidateFinder finds the candidates that rows of a table name, all of a
// batch with one query.
type candidateFinder struct {
	ctx   context.Context
	class *candidates.Subclass // nil: the rows have ids
	typ   string               // only candidates of this type, if set
	query *sqlx.Stmt
	asked []askedCandidate
}

// askedCandidate is what a row says; those after it that say the same are not
// asked again.
type askedCandidate struct {
	row       int
	id        int64
	stableIDs []string // of the arguments
}

func newCandidateFinder(ctx context.Context, tx *sqlx.Tx, class *candidates.Subclass, typ string) (*candidateFinder, error) {
	query := `SELECT min(j.key) FROM json_each(?) AS j
		WHERE NOT EXISTS (SELECT 1 FROM candidate AS c WHERE c.id = j.value AND ? IN ('', c.type))`
	if class != nil {
		var contexts, arguments strings.Builder
		for i, arg := range class.Args {
			fmt.Fprintf(&contexts, "\nLEFT JOIN context AS x%d ON x%d.stable_id = j.value ->> %d", i, i, i)
			fmt.Fprintf(&arguments, "a.%s = x%d.id AND ", quoted(arg+"_id"), i)
		}
		query = fmt.Sprintf(`SELECT coalesce(c.id, 0), count(c.id) FROM json_each(?) AS j%s
			LEFT JOIN %s AS a ON %s LEFT JOIN candidate AS c ON c.id = a.id AND c.type = ? GROUP BY j.key ORDER BY j.key`,
			&contexts, quoted(class.Table), strings.TrimSuffix(arguments.String(), " AND "))
	}
	stmt, err := tx.PreparexContext(ctx, query)
	return &candidateFinder{ctx: ctx, class: class, typ: typ, query: stmt}, err
}

// quoted writes a name as an SQL identifier.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// add notes which candidate a row of the batch names.
func (f *candidateFinder) add(t *labelTable, fields []string, row int) error {
	ask := askedCandidate{row: row}
	if f.class == nil {
		text := fields[t.refs[0]]
		id, err := wholeNumber(strings.TrimSpace(text))
		if err != nil {
			return t.errorf(t.line, "column %s: %q is no candidate id", columnCandidate, text)
		}
		ask.id = id
	}
	if f.class != nil {
		for _, i := range t.refs {
			if err := t.checkText(i, fields[i]); err != nil {
				return err
			}
			ask.stableIDs = append(ask.stableIDs, fields[i])
		}
	}
	if n := len(f.asked); n > 0 && f.asked[n-1].id == ask.id && slices.Equal(f.asked[n-1].stableIDs, ask.stableIDs) {
		return nil
	}
	f.asked = append(f.asked, ask)
	return nil
}

// find fills in the candidates of the batch's rows.
func (f *candidateFinder) find(t *labelTable, rows []importRow) (*mistake, error) {
	wrong, err := f.lookUp(t, rows)
	for i, ask := range f.asked {
		end := len(rows)
		if i+1 < len(f.asked) {
			end = f.asked[i+1].row
		}
		for r := ask.row; r < end; r++ {
			rows[r].candidate = ask.id
		}
	}
	f.asked = f.asked[:0]
	return wrong, err
}

// lookUp finds the ids of what was asked for, and the first that has none.
func (f *candidateFinder) lookUp(t *labelTable, rows []importRow) (*mistake, error) {
	if len(f.asked) == 0 {
		return nil, nil
	}
	if f.class != nil {
		return f.lookUpStable(t, rows)
	}
	var list idList
	for _, ask := range f.asked {
		list.add(ask.id)
	}
	var missing sql.NullInt64
	if err := f.query.GetContext(f.ctx, &missing, list.json(), f.typ); err != nil || !missing.Valid {
		return nil, err
	}
	ask := f.asked[missing.Int64]
	what := fmt.Sprintf("candidate %d", ask.id)
	if f.typ != "" {
		what += " of type " + f.typ
	}
	return &mistake{ask.row, t.errorf(rows[ask.row].line, "%s: %w", what, candidates.ErrNoCandidate)}, nil
}

func (f *candidateFinder) lookUpStable(t *labelTable, rows []importRow) (*mistake, error) {
	list := make([][]string, len(f.asked))
	for i, ask := range f.asked {
		list[i] = ask.stableIDs
	}
	text, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	found, err := f.query.QueryContext(f.ctx, string(text), f.class.Table)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var wrong *mistake
	for i := 0; found.Next(); i++ {
		ask, matches := &f.asked[i], 0
		if err := found.Scan(&ask.id, &matches); err != nil {
			return nil, err
		}
		if matches == 1 || wrong != nil {
			continue
		}
		err := candidates.ErrNoCandidate
		if matches > 1 {
			err = fmt.Errorf("%d candidates have these arguments; name them in a column %s", matches, columnCandidate)
		}
		wrong = &mistake{ask.row, t.errorf(rows[ask.row].line, "%s of %q: %w", f.class.Table, ask.stableIDs, err)}
	}
	return wrong, found.Err()
}

// idList is a JSON array of integers, which passes any number of them as one
// SQL argument.
type idList struct {
	text []byte
	n    int
}

func (l *idList) add(id int64) {
	l.text = strconv.AppendInt(append(l.text, ','), id, 10)
	l.n++
}

func (l *idList) json() string {
	if l.n == 0 {
		return "[]"
	}
	return "[" + string(l.text[1:]) + "]"
}
