package annotations

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strings"

	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// ErrManyPatterns says that candidates have more different label rows than are wanted in
// memory.
var ErrManyPatterns = errors.New("too many different label rows")

// MostPatterns is how many label rows a server may send, unless more are allowed: with ten
// labels each, and what grouping them and training on them take, a gibibyte.
const MostPatterns = 4 << 20

// PatternOptions say how [LabelAnnotator.LoadPatterns] reads; the zero value is fine.
type PatternOptions struct {
	// Candidates reads a row for each candidate, for what needs to know which have it.
	Candidates bool
	// Most is how many rows a server may send, 0 for [MostPatterns].
	Most int
	// Connections is how many of them a server is asked on, each for a range of candidates;
	// 0 is one for some ten thousand of them, up to eight and as many as there are
	// processors. The result does not depend on it.
	Connections int
}

// Patterns are the label rows of a selection with how many candidates have each. Of a
// file they are those of its candidates, one by one: it is read whole. Of a server's
// database they are the distinct ones, which it counts.
type Patterns struct {
	matrix.Counted
	// Selection is what they are of.
	Selection Selection

	session *session.Session
	packing *session.Packing // nil where rows are candidates
}

// LoadPatterns reads the label rows of a selection; errors are those of
// [LabelAnnotator.LoadMatrix], which it reads what a server cannot pack with, and
// [ErrManyPatterns].
//
// The result of [matrix.Counted.Group] is the same wherever the labels are.
func (a LabelAnnotator) LoadPatterns(ctx context.Context, s *session.Session, sel Selection, o PatternOptions) (*Patterns, error) {
	p := &Patterns{Selection: sel, session: s}
	if !o.Candidates && sel.CandidateIDs == nil && sel.CandidateQuery == "" && !sel.ZeroOne {
		switch err := p.pack(ctx, o); err {
		case nil:
			return p, nil
		case errNotPacked:
		default:
			return nil, err
		}
	}
	L, err := a.LoadMatrix(ctx, s, sel)
	if err != nil {
		return nil, err
	}
	p.Counted, p.packing = matrix.Counted{L: L}, nil
	return p, nil
}

// Matrix is the label matrix of the selection, of which a server's rows are read now.
func (p *Patterns) Matrix(ctx context.Context) (*matrix.LabelMatrix, error) {
	if p.packing == nil {
		return p.L, nil
	}
	return LabelAnnotator{}.LoadMatrix(ctx, p.session, p.Selection)
}

// LoadGold reads the gold labels of an annotator, as [LoadGoldLabels] does but maybe
// without the rows of candidates that have none, and the label rows of candidates with
// one, or of more, with the gold label of each.
func (p *Patterns) LoadGold(ctx context.Context, annotator string) (gold, labelled *matrix.LabelMatrix, labels []int16, err error) {
	sel := p.Selection
	if p.packing != nil {
		sel.CandidateIDs = []int64{}
		err := p.session.Scan(ctx, func(sc *session.Scanner) error {
			where, args := p.Selection.where("c")
			return sc.Each(func(cur *session.Cursor) error {
				sel.CandidateIDs = append(sel.CandidateIDs, cur.Int64(0))
				return nil
			}, "SELECT DISTINCT c.id FROM candidate AS c JOIN gold_label AS g ON g.candidate_id = c.id WHERE "+where+" ORDER BY c.id", args...)
		})
		if err != nil {
			return nil, nil, nil, err
		}
	}
	if gold, err = LoadGoldLabels(ctx, p.session, annotator, sel); err != nil {
		return nil, nil, nil, err
	}
	labelled = p.L
	if p.packing != nil {
		if labelled, err = (LabelAnnotator{}).LoadMatrix(ctx, p.session, sel); err != nil {
			return nil, nil, nil, err
		}
	}
	return gold, labelled, matrix.Align(labelled, gold), nil
}

// where is the condition on the candidates of a selection of splits, of the table with
// that name, as a server takes it.
func (sel *Selection) where(table string) (where string, args []any) {
	terms := []string{session.SampledCondition(table+".id", sel.Sample)}
	if !sel.AllSplits {
		terms, args = append(terms, table+".split = ?"), append(args, sel.Split)
	}
	if sel.Type != "" {
		terms, args = append(terms, table+".type = ?"), append(args, sel.Type)
	}
	return strings.Join(terms, " AND "), args
}

// errNotPacked says that a database does not pack the labels, so that they are read.
var errNotPacked = errors.New("labels are not packed")

// mostPackedWords is how many integers of packed labels are worth it: candidates with more
// labeling functions differ anyway.
const mostPackedWords = 32

// fewCandidates is how many are named one by one to a server.
const fewCandidates = 1 << 14

// pack reads the patterns that the server packs.
func (p *Patterns) pack(ctx context.Context, o PatternOptions) error {
	sel, path := &p.Selection, p.session.Path()
	for _, t := range []string{"label", "label_key"} {
		if !p.session.HasTable(t) {
			return errNotPacked // which says so
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	noRows := false
	err := p.session.Scan(ctx, func(sc *session.Scanner) error {
		if !sc.OnServer() {
			return errNotPacked
		}
		all, packing, err := p.extent(sc, o.Connections > 1)
		if err != nil {
			return err
		}
		if noRows = all == 0; noRows {
			return nil
		}
		keys, err := selectKeys(sc, path, "label", *sel)
		if err != nil {
			return err
		}
		for _, k := range keys {
			packing.Keys = append(packing.Keys, k.ID)
		}
		if err := choosePacking(sc, packing); err != nil {
			return err
		}
		reading := &packedReading{sel: sel, packing: packing, keys: keys, most: o.Most, stop: cancel}
		if reading.most == 0 {
			reading.most = MostPatterns
		}
		p.packing = packing
		p.Counted, err = reading.run(ctx, sc, connections(o.Connections, all))
		if errors.Is(err, errUnfit) {
			if err = measurePacking(sc, packing); err == nil {
				p.Counted, err = reading.run(ctx, sc, connections(o.Connections, all))
			}
		}
		if errors.Is(err, ErrManyPatterns) {
			err = fmt.Errorf("%s: split %d has more than %d: %w", path, sel.Split, reading.most, err)
		}
		return err
	})
	if err == nil && noRows {
		return noCandidates(ctx, p.session, *sel)
	}
	return err
}

// noCandidates is the error for a split, or a sample of it, without candidates; without a
// split there is none.
func noCandidates(ctx context.Context, s *session.Session, sel Selection) error {
	if sel.Sample > 1 {
		whole := sel
		whole.Sample = 0
		if ids, err := CandidateIDs(ctx, s, whole); err != nil || len(ids) > 0 {
			return errors.Join(err, fmt.Errorf("%s: a sample of 1/%d of %d candidates has none", s.Path(), sel.Sample, len(ids)))
		}
	}
	return candidates.NoSplit(ctx, s, sel.Split, sel.Type)
}

// extent begins a packing of the selection's candidates, of which it counts all. Few are
// named one by one, if they are not to be read in ranges.
func (p *Patterns) extent(sc *session.Scanner, ranges bool) (all int, packing *session.Packing, err error) {
	packing = &session.Packing{Table: "label", ID: "candidate_id", Key: "key_id", Value: "value"}
	where, args := p.Selection.where("c")
	err = sc.Each(func(cur *session.Cursor) error {
		all, packing.First, packing.Last = int(cur.Int64(0)), cur.Int64(1), cur.Int64(2)
		return nil
	}, "SELECT count(*), min(c.id), max(c.id) FROM candidate AS c WHERE "+where, args...)
	switch {
	case err != nil:
		return 0, nil, err
	case all == 0 && p.Selection.AllSplits:
		return 0, nil, errNotPacked
	case all > fewCandidates || ranges:
		return all, packing, nil
	}
	err = sc.Each(func(cur *session.Cursor) error {
		packing.Only = append(packing.Only, cur.Int64(0))
		return nil
	}, "SELECT c.id FROM candidate AS c WHERE "+where+" ORDER BY c.id", args...)
	return all, packing, err
}

// choosePacking finds how many bits a label takes, by the first ones of the table: if
// another label has no room, that is noticed.
func choosePacking(sc *session.Scanner, p *session.Packing) error {
	ok, err := sc.Packable(p)
	if err != nil {
		return err
	}
	if !ok {
		return errNotPacked
	}
	err = sc.Each(func(cur *session.Cursor) error {
		setPacking(p, cur.Int64(0), cur.Int64(1))
		return nil
	}, "SELECT coalesce(min(value), 0), coalesce(max(value), 0) FROM (SELECT value FROM label LIMIT 1000) AS few")
	if err == nil && p.Words() > mostPackedWords {
		err = errNotPacked
	}
	return err
}

// measurePacking finds it out of all labels.
func measurePacking(sc *session.Scanner, p *session.Packing) error {
	least, most, nulls := int64(0), int64(0), false
	err := sc.Each(func(cur *session.Cursor) error {
		least, most, nulls = cur.Int64(0), cur.Int64(1), cur.Int64(2) > 0
		return nil
	}, "SELECT coalesce(min(value), 0), coalesce(max(value), 0), count(*) - count(value) FROM label")
	if err != nil {
		return err
	}
	if least < -1 || most > math.MaxInt16 || nulls {
		return errNotPacked // loading names the row, if it is one of the selection
	}
	if setPacking(p, least, most); p.Words() > mostPackedWords {
		return errNotPacked
	}
	return nil
}

// setPacking makes room for labels between two: of two classes, if they may be of two.
func setPacking(p *session.Packing, least, most int64) {
	least, most = max(least, -1), min(max(most, 1), math.MaxInt16)
	if p.Least = 1; least < 0 || most == 1 {
		p.Least = -1
	}
	p.Bits = bits.Len64(uint64(most - p.Least + 1))
}

// Each calls visit for each candidate, by ascending id, with the place of its row in L. A
// candidate of a server that has another row than any of them, as it was changed
// meanwhile, is [candidates.ErrChanged].
func (p *Patterns) Each(ctx context.Context, visit func(id int64, row int) error) error {
	if p.packing == nil {
		for i, id := range p.L.Candidates() {
			if err := visit(id, i); err != nil {
				return err
			}
		}
		return nil
	}
	words := make([]int64, p.packing.Words())
	rows := make(map[string]int32, p.L.Rows())
	for i := range p.L.Rows() {
		cols, vals := p.L.Row(i)
		rows[string(packedKey(nil, packRow(p.packing, words, cols, vals)))] = int32(i)
	}
	return p.session.Scan(ctx, func(sc *session.Scanner) error {
		packed, err := sc.Packed(p.packing)
		if err != nil {
			return err
		}
		where, args := p.Selection.where("c")
		query := "SELECT c.id" + packedColumns(words, ", coalesce(x.word%d, 0)") +
			" FROM candidate AS c LEFT JOIN (" + packed + ") AS x ON x.id = c.id WHERE " + where + " ORDER BY c.id"
		var key []byte
		left := p.Total()
		err = sc.Each(func(cur *session.Cursor) error {
			for w := range words {
				words[w] = cur.Int64(1 + w)
			}
			key = packedKey(key[:0], words)
			row, ok := rows[string(key)]
			if left--; !ok || left < 0 {
				return fmt.Errorf("%s: %w", p.session.Path(), candidates.ErrChanged)
			}
			return visit(cur.Int64(0), int(row))
		}, query, args...)
		if err == nil && left > 0 {
			err = fmt.Errorf("%s: %w", p.session.Path(), candidates.ErrChanged)
		}
		return err
	})
}

// Scatter gives each candidate the marginals of its row of L.
func (p *Patterns) Scatter(ctx context.Context, of *matrix.Marginals) (*matrix.Marginals, error) {
	if p.packing == nil {
		return of, nil
	}
	all := &matrix.Marginals{Cardinality: of.Cardinality, Candidates: make([]int64, 0, p.Total()), P: make([]float64, 0, p.Total()*of.Width())}
	err := p.Each(ctx, func(id int64, row int) error {
		all.Candidates, all.P = append(all.Candidates, id), append(all.P, of.Row(row)...)
		return nil
	})
	return all, err
}

// packRow packs one row into words.
func packRow(p *session.Packing, words []int64, cols []int32, vals []int16) []int64 {
	clear(words)
	for e, j := range cols {
		words[int(j)/p.PerWord()] |= (int64(vals[e]) - p.Least + 1) << (int(j) % p.PerWord() * p.Bits)
	}
	return words
}

func packedKey(key []byte, words []int64) []byte {
	for _, w := range words {
		key = binary.BigEndian.AppendUint64(key, uint64(w))
	}
	return key
}

// packedColumns lists the columns of words, each written as form says.
func packedColumns(words []int64, form string) string {
	text := ""
	for w := range words {
		text += fmt.Sprintf(form, w)
	}
	return text
}
