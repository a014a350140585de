package annotations

import (
	"context"
	"fmt"

	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// SaveMarginals is the function of that name for the candidates of the selection, where of
// has the marginals of the rows of L. To a server they go once for each row, and it finds
// itself which candidates have them; if labels were changed meanwhile nothing is stored
// ([candidates.ErrChanged]).
func (p *Patterns) SaveMarginals(ctx context.Context, of *matrix.Marginals, o SaveOptions) (Saved, error) {
	if p.packing == nil {
		return SaveMarginals(ctx, p.session, of, o)
	}
	return saveWith(ctx, p.session, of, o, func(tx *session.Tx) (Saved, error) { return p.save(tx, of, o) })
}

// packedTable is the temporary table of marginals by packed labels.
const packedTable = "workbench_packed_marginal"

// save stores them on the server.
func (p *Patterns) save(tx *session.Tx, of *matrix.Marginals, o SaveOptions) (Saved, error) {
	path := p.session.Path()
	where, args := p.Selection.where("c")
	if err := p.sameCandidates(tx, where, args); err != nil {
		return Saved{}, err
	}
	if !o.DeleteOthers && !o.KeepOthers {
		if err := lostMarginals(tx, path, o.Training, "NOT ("+where+")", args...); err != nil {
			return Saved{}, err
		}
	}
	which, whichArgs := "training = ?", []any{o.Training}
	if o.KeepOthers {
		which, whichArgs = which+" AND candidate_id IN (SELECT c.id FROM candidate AS c WHERE "+where+")", append(whichArgs, args...)
	}
	replaced, err := tx.Exec("DELETE FROM marginal WHERE "+which, whichArgs...)
	if err != nil {
		return Saved{}, err
	}
	saved := Saved{Candidates: p.Total(), Replaced: int(replaced)}
	if saved.Rows, err = p.sendMarginals(tx, of); err != nil {
		return Saved{}, err
	}
	packed, err := tx.Packed(p.packing)
	if err != nil {
		return Saved{}, err
	}
	join := ""
	for w := range p.packing.Words() {
		join += fmt.Sprintf("%sm.word%d = coalesce(x.word%[2]d, 0)", [2]string{"", " AND "}[min(w, 1)], w)
	}
	rows, err := tx.InsertSelected("marginal", []string{"candidate_id", "value", "training", "probability"}, 2,
		"SELECT c.id AS candidate_id, m.value AS value, "+boolean(o.Training)+", m.probability FROM candidate AS c LEFT JOIN ("+packed+
			") AS x ON x.id = c.id JOIN "+packedTable+" AS m ON "+join+" WHERE "+where, args...)
	if err == nil && rows != saved.Rows {
		err = fmt.Errorf("%s: %w", path, candidates.ErrChanged)
	}
	return saved, err
}

func boolean(b bool) string {
	if b {
		return "TRUE"
	}
	return "FALSE"
}

// sameCandidates refuses candidates that are not those of the rows.
func (p *Patterns) sameCandidates(tx *session.Tx, where string, args []any) error {
	var now struct {
		All   int   `db:"n"`
		First int64 `db:"first"`
		Last  int64 `db:"last"`
	}
	_, err := tx.Get(&now, "SELECT count(*) AS n, coalesce(min(c.id), 0) AS first, coalesce(max(c.id), 0) AS last FROM candidate AS c WHERE "+where, args...)
	if err == nil && (now.All != p.Total() || now.First != p.packing.First || now.Last != p.packing.Last) {
		err = fmt.Errorf("%s: %w", p.session.Path(), candidates.ErrChanged)
	}
	return err
}

// sendMarginals makes the temporary table, and returns how many rows its candidates get.
func (p *Patterns) sendMarginals(tx *session.Tx, of *matrix.Marginals) (stored int, err error) {
	words := make([]int64, p.packing.Words())
	columns := packedColumns(words, "word%d bigint NOT NULL, ")
	if err := tx.TempTable(packedTable, columns+"value integer NOT NULL, probability double precision NOT NULL"); err != nil {
		return 0, err
	}
	var names []string
	for w := range words {
		names = append(names, fmt.Sprintf("word%d", w))
	}
	rows := tx.Rows(packedTable, append(names, "value", "probability")...)
	values := make([]any, len(words)+2)
	for i := range p.L.Rows() {
		cols, vals := p.L.Row(i)
		for w, word := range packRow(p.packing, words, cols, vals) {
			values[w] = word
		}
		for k := 1; k < of.Cardinality; k++ {
			if x := of.Prob(i, k); x > 0 {
				values[len(words)], values[len(words)+1] = int64(k), x
				if err := rows.Add(values...); err != nil {
					return 0, err
				}
				stored += p.Count(i)
			}
		}
	}
	return stored, rows.Flush()
}
