package candidates

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"workbench/session"
)

// Candidate is one object to be labelled. An orphan, whose subclass row is
// gone, has no arguments.
type Candidate struct {
	ID    int64
	Type  string // the subclass's table
	Split int
	Args  []Argument
}

// Argument is one context of a candidate.
type Argument struct {
	Name    string
	CID     string // canonical id, "" when none was set
	Context Context
}

// Context is what an argument points to.
type Context struct {
	ID       int64
	Type     string // document, sentence, span, raw_text, …
	StableID string
	Text     string // the text of a span, sentence or raw text; "" otherwise
	HasText  bool
}

// String writes the candidate as Snorkel does, with the arguments' text.
func (c Candidate) String() string {
	texts := make([]string, len(c.Args))
	for i, a := range c.Args {
		texts[i] = a.Context.String()
	}
	return c.Type + "(" + strings.Join(texts, ", ") + ")"
}

// String is the context's text in quotes, or its stable id if it has no text.
func (x Context) String() string {
	if x.HasText {
		return fmt.Sprintf("%q", x.Text)
	}
	return x.StableID
}

// Query selects candidates: those with the given ids, or those of a split,
// optionally of one type only. Limit 0 means all.
type Query struct {
	Split int
	Type  string
	IDs   []int64
	Limit int
}

// ErrNoSplit says that a split has no candidates (of the wanted type).
var ErrNoSplit = errors.New("has no candidates")

// ErrNoCandidate says that a file has no candidate with an id.
var ErrNoCandidate = errors.New("no candidate with that id")

// NoSplit is the error for a split without candidates, listing what exists.
func NoSplit(ctx context.Context, s *session.Session, split int, typ string) error {
	counts, err := s.Splits(ctx)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("split %d", split)
	if typ != "" {
		what += fmt.Sprintf(" of type %q", typ)
	}
	have := make([]string, len(counts))
	for i, c := range counts {
		have[i] = fmt.Sprintf("%d (%d %s)", c.Split, c.Candidates, c.Type)
	}
	if len(have) == 0 {
		have = []string{"none"}
	}
	return fmt.Errorf("%s: %s %w; splits with candidates: %s", s.Path(), what, ErrNoSplit, strings.Join(have, ", "))
}

// ByID reads one candidate.
func ByID(ctx context.Context, s *session.Session, id int64) (Candidate, error) {
	cands, err := Load(ctx, s, Query{IDs: []int64{id}})
	if err != nil {
		return Candidate{}, err
	}
	return cands[0], nil
}

// Load reads the candidates that q selects, by ascending id, with their
// arguments: one query for the candidates and one per subclass, never one per
// candidate. A split without candidates is an error that lists the splits that
// have some ([ErrNoSplit]); an id that does not exist is [ErrNoCandidate].
func Load(ctx context.Context, s *session.Session, q Query) ([]Candidate, error) {
	var cands []Candidate
	err := s.View(ctx, func(tx *sqlx.Tx) (err error) {
		where, args := q.where()
		var rows []struct {
			ID    int64  `db:"id"`
			Type  string `db:"type"`
			Split int    `db:"split"`
		}
		limit := -1
		if q.Limit > 0 {
			limit = q.Limit
		}
		err = tx.SelectContext(ctx, &rows,
			"SELECT c.id, c.type, c.split FROM candidate AS c WHERE "+where+" ORDER BY c.id LIMIT ?", append(args, limit)...)
		if err != nil || len(rows) == 0 {
			return err
		}
		cands = make([]Candidate, len(rows))
		var types []string
		for i, r := range rows {
			cands[i] = Candidate{ID: r.ID, Type: r.Type, Split: r.Split}
			if !slices.Contains(types, r.Type) {
				types = append(types, r.Type)
			}
		}
		// The limit stands as a range of ids: they are in order.
		where += " AND c.id <= ?"
		args = append(args, rows[len(rows)-1].ID)
		for _, typ := range types {
			if err := loadArgs(ctx, s, tx, typ, where, args, cands); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case q.IDs == nil && len(cands) == 0:
		return nil, NoSplit(ctx, s, q.Split, q.Type)
	case q.IDs != nil && q.Limit == 0:
		if err := missing(s, q.IDs, cands); err != nil {
			return nil, err
		}
	}
	return cands, nil
}

func (q Query) where() (string, []any) {
	if q.IDs != nil {
		return "c.id IN (SELECT value FROM json_each(?))", []any{jsonIDs(q.IDs)}
	}
	if q.Type != "" {
		return "c.split = ? AND c.type = ?", []any{q.Split, q.Type}
	}
	return "c.split = ?", []any{q.Split}
}

// jsonIDs passes any number of ids as one SQL argument.
func jsonIDs(ids []int64) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprint(&b, id)
	}
	b.WriteByte(']')
	return b.String()
}

// missing is an error about the first of the ids that no candidate has. Ids may
// be repeated, so counting them does not tell.
func missing(s *session.Session, ids []int64, have []Candidate) error {
	found := make(map[int64]bool, len(have))
	for _, c := range have {
		found[c.ID] = true
	}
	for _, id := range ids {
		if !found[id] {
			return fmt.Errorf("%s: candidate %d: %w", s.Path(), id, ErrNoCandidate)
		}
	}
	return nil
}

// loadArgs fills in the arguments of the candidates of one type.
func loadArgs(ctx context.Context, s *session.Session, tx *sqlx.Tx, typ, where string, args []any, cands []Candidate) error {
	if argsOf(s.Columns(typ)) == nil {
		return nil // a type without a table: its candidates are orphans
	}
	names, err := argNames(ctx, s, tx, typ)
	if err != nil {
		return err
	}
	var columns, joins strings.Builder
	for i, name := range names {
		text, join := textJoin(s, i)
		fmt.Fprintf(&columns, ", a.%s, a.%s, x%d.type, x%d.stable_id, %s", quote(name+"_id"), quote(name+"_cid"), i, i, text)
		fmt.Fprintf(&joins, "\nLEFT JOIN context AS x%d ON x%d.id = a.%s%s", i, i, quote(name+"_id"), join)
	}
	rows, err := tx.QueryxContext(ctx, fmt.Sprintf(
		"SELECT c.id%s\nFROM candidate AS c JOIN %s AS a ON a.id = c.id%s\nWHERE %s AND c.type = ? ORDER BY c.id",
		&columns, quote(typ), &joins, where), append(slices.Clone(args), typ)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	type cell struct {
		id                      sql.NullInt64
		cid, typ, stableID, txt sql.NullString
	}
	cells := make([]cell, len(names))
	var id int64
	targets := []any{&id}
	for i := range cells {
		c := &cells[i]
		targets = append(targets, &c.id, &c.cid, &c.typ, &c.stableID, &c.txt)
	}
	at := 0
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		for cands[at].ID != id {
			at++
		}
		cands[at].Args = make([]Argument, len(names))
		for i, c := range cells {
			cands[at].Args[i] = Argument{Name: names[i], CID: c.cid.String, Context: Context{
				ID: c.id.Int64, Type: c.typ.String, StableID: c.stableID.String, Text: c.txt.String, HasText: c.txt.Valid}}
		}
	}
	return rows.Err()
}

// textJoin returns an SQL expression for the text of context x_i, and the
// joins it needs: a span's text is cut out of its sentence (substr counts code
// points), and any other type of context has a text if its table has that
// column.
func textJoin(s *session.Session, i int) (expr, joins string) {
	expr = "NULL"
	var b strings.Builder
	for _, table := range s.Tables() {
		if !s.HasColumn(table, "id") || !s.HasColumn(table, "text") {
			continue
		}
		alias := fmt.Sprintf("text of %s %d", table, i) // like no alias of the others
		fmt.Fprintf(&b, "\nLEFT JOIN %s AS %s ON x%d.type = '%s' AND %s.id = x%d.id",
			quote(table), quote(alias), i, strings.ReplaceAll(table, "'", "''"), quote(alias), i)
		expr = fmt.Sprintf("coalesce(%s.text, %s)", quote(alias), expr)
	}
	if s.HasTable("span") && s.HasTable("sentence") {
		fmt.Fprintf(&b, "\nLEFT JOIN span AS p%d ON x%d.type = 'span' AND p%d.id = x%d.id"+
			"\nLEFT JOIN sentence AS t%d ON t%d.id = p%d.sentence_id", i, i, i, i, i, i, i)
		expr = fmt.Sprintf("coalesce(substr(t%d.text, p%d.char_start + 1, p%d.char_end - p%d.char_start + 1), %s)", i, i, i, i, expr)
	}
	return expr, b.String()
}
