package annotations

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// Selection says which rows and columns of an annotation table to load. Rows
// are the candidates with the ids CandidateIDs if that is not nil, or those
// that the SQL query CandidateQuery returns in its first column, or else those
// of Split, or of every split with AllSplits, of one Type if that is set. Columns are the keys of KeyGroup, only
// those of KeyNames if that is not nil.
type Selection struct {
	Split          int
	AllSplits      bool
	Type           string
	CandidateIDs   []int64
	CandidateQuery string
	KeyGroup       int
	KeyNames       []string
	// Sample takes one in so many of the candidates of a split, by a hash of their ids: the
	// same ones in every run and from every database. Below 2 it takes all.
	Sample int
	// ZeroOne keeps the entries that are 1 and drops all others.
	ZeroOne bool
}

// bySplit reports whether the rows are those of the split.
func (sel Selection) bySplit() bool {
	return sel.CandidateIDs == nil && sel.CandidateQuery == "" && !sel.AllSplits
}

// ErrBadValue says that a row of an annotation table holds something that is
// no label or no feature value.
var ErrBadValue = errors.New("unusable value")

// stored says how the values of an annotation table are read.
type stored[V matrix.Value] struct {
	table   string
	columns session.Columns // candidate_id and key_id, then value
	many    func(b *session.Batch, k int) (V, error)
	one     func(cur *session.Cursor) (V, error)
}

// load reads one annotation table into a matrix: the candidates, the keys, and
// then the whole table once in stored order, which is the fastest way through
// an SQLite file. Rows of other candidates or keys are passed over. choose reads
// the keys.
func load[V matrix.Value](ctx context.Context, s *session.Session, from stored[V], sel Selection,
	choose func(sc *session.Scanner) ([]matrix.Key, error)) (*matrix.Matrix[V], error) {
	for _, t := range []string{from.table, from.table + "_key"} {
		if !s.HasTable(t) {
			return nil, fmt.Errorf("%s: no table %s", s.Path(), t)
		}
	}
	var m *matrix.Matrix[V]
	noRows := false
	err := s.Scan(ctx, func(sc *session.Scanner) error {
		ids, err := selectCandidates(sc, s.Path(), sel)
		if err != nil {
			return err
		}
		if noRows = len(ids) == 0 && sel.bySplit(); noRows {
			return nil
		}
		keys, err := choose(sc)
		if err != nil {
			return err
		}
		b, err := from.read(sc, s.Path(), ids, keys, sel.ZeroOne)
		if err != nil {
			return err
		}
		if m, err = b.Matrix(ids, keys); err != nil {
			return fmt.Errorf("%s: table %s: %w", s.Path(), from.table, err)
		}
		return nil
	})
	if err == nil && noRows {
		err = noCandidates(ctx, s, sel)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// read collects the values of candidates and keys, or those among them that are 1.
func (from stored[V]) read(sc *session.Scanner, path string, ids []int64, keys []matrix.Key, ones bool) (*matrix.Builder[V], error) {
	keyIDs := make([]int64, len(keys))
	for j, k := range keys {
		keyIDs[j] = k.ID
	}
	rowOf, colOf := matrix.NewIndex(ids), matrix.NewIndex(keyIDs)
	b := &matrix.Builder[V]{}
	bad := func(row, col int32, err error) error {
		return fmt.Errorf("%s: table %s, candidate_id %d, key_id %d (%s): %w",
			path, from.table, ids[row], keyIDs[col], keys[col].Name, err)
	}
	columns := from.columns
	columns.Needed = []session.Needed{{Column: "candidate_id", IDs: ids}, {Column: "key_id", IDs: keyIDs}}
	err := sc.Table(from.table, columns, func(batch *session.Batch) error {
		keys := batch.Integers[1]
		last, row := int64(0), rowOf.Find(0)
		for k, id := range batch.Integers[0] {
			if id != last { // labels of a candidate mostly lie together
				last, row = id, rowOf.Find(id)
			}
			if row < 0 {
				continue
			}
			col := colOf.Find(keys[k])
			if col < 0 {
				continue
			}
			v, err := from.many(batch, k)
			if err != nil {
				return bad(row, col, err)
			}
			if !ones || v == 1 {
				b.Add(row, col, v)
			}
		}
		return nil
	}, func(cur *session.Cursor) error {
		row, col := rowOf.Find(cur.Int64(0)), colOf.Find(cur.Int64(1))
		if row < 0 || col < 0 {
			return nil
		}
		v, err := from.one(cur)
		if err != nil {
			return bad(row, col, err)
		}
		if !ones || v == 1 {
			b.Add(row, col, v)
		}
		return nil
	})
	return b, err
}

// CandidateIDs returns the ids of the candidates that are the rows of sel, in
// their order. A split without any is an error.
func CandidateIDs(ctx context.Context, s *session.Session, sel Selection) (ids []int64, err error) {
	err = s.Scan(ctx, func(sc *session.Scanner) error {
		ids, err = selectCandidates(sc, s.Path(), sel)
		return err
	})
	if err == nil && len(ids) == 0 && sel.bySplit() {
		err = noCandidates(ctx, s, sel)
	}
	return ids, err
}

// selectCandidates reads the ids of sel's rows, ascending and each once.
func selectCandidates(sc *session.Scanner, path string, sel Selection) ([]int64, error) {
	ids := []int64{}
	var err error
	switch {
	case sel.CandidateIDs != nil:
		ids = append(ids, sel.CandidateIDs...)
	case sel.CandidateQuery != "":
		ids, err = queryCandidates(sc, path, sel.CandidateQuery)
	default:
		ids, _, err = candidatesAndTypes(sc, path, sel)
		return ids, err
	}
	if err == nil {
		ids, err = ascending(path, ids)
	}
	if err != nil {
		return nil, err
	}
	if sel.CandidateIDs != nil {
		return ids, checkExist(sc, path, ids)
	}
	return ids, nil
}

// candidatesAndTypes reads the ids of the candidates of a split or of all, of one type
// or of all, ascending and each once, and their types.
func candidatesAndTypes(sc *session.Scanner, path string, sel Selection) (ids []int64, types []string, err error) {
	ids = []int64{}
	var found typeSet
	err = eachCandidate(sc, sel, func(id int64, typ string) {
		ids = append(ids, id)
		found.add(typ)
	})
	if err != nil {
		return nil, nil, err
	}
	ids, err = ascending(path, ids)
	return ids, found.all, err
}

// ascending orders the ids of rows, and leaves each once.
func ascending(path string, ids []int64) ([]int64, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) > matrix.MaxRows {
		return nil, fmt.Errorf("%s: %d candidates are more than a matrix can have (%d)", path, len(ids), matrix.MaxRows)
	}
	return ids, nil
}

// existing returns those of some ids that candidates have, ascending.
func existing(sc *session.Scanner, ids []int64) (have []int64, err error) {
	err = sc.Each(func(cur *session.Cursor) error {
		have = append(have, cur.Int64(0))
		return nil
	}, "SELECT id FROM candidate WHERE id IN (SELECT value FROM ids(?)) ORDER BY id", session.IDs(ids))
	return have, err
}

// queryCandidates reads the ids that a query returns in its first column.
func queryCandidates(sc *session.Scanner, path, query string) (ids []int64, err error) {
	ids = []int64{}
	err = sc.Each(func(cur *session.Cursor) error {
		if cur.Kind(0) != session.Integer {
			return fmt.Errorf("%s: the candidate query returned a value of type %s, not a candidate id", path, cur.Kind(0))
		}
		ids = append(ids, cur.Int64(0))
		return nil
	}, query)
	return ids, err
}

// eachCandidate visits the candidates of a split or of all, of one type or of all. If
// there is a row without a number for its split, SQLite says which they are, and some
// are visited twice.
func eachCandidate(sc *session.Scanner, sel Selection, visit func(id int64, typ string)) error {
	if sc.OnServer() {
		where, args := sel.where("c")
		return sc.Each(func(cur *session.Cursor) error {
			visit(cur.Int64(0), cur.Text(1))
			return nil
		}, "SELECT c.id, c.type FROM candidate AS c WHERE "+where+" ORDER BY c.id", args...)
	}
	odd := errors.New("an odd row")
	err := sc.Table("candidate", session.Columns{Integers: []string{"id", "split"}, Texts: []string{"type"}}, func(b *session.Batch) error {
		for k, split := range b.Integers[1] {
			if typ := b.Texts[0][k]; (sel.Sample < 2 || session.Sampled(b.Integers[0][k], sel.Sample)) && (sel.AllSplits || split == int64(sel.Split)) && (sel.Type == "" || typ == sel.Type) {
				visit(b.Integers[0][k], typ)
			}
		}
		return nil
	}, func(*session.Cursor) error { return odd })
	if err != odd {
		return err
	}
	return sc.Each(func(cur *session.Cursor) error {
		if session.Sampled(cur.Int64(0), sel.Sample) {
			visit(cur.Int64(0), cur.Text(1))
		}
		return nil
	}, "SELECT id, type FROM candidate WHERE (? OR split = ?) AND (? OR type = ?) ORDER BY id", sel.AllSplits, sel.Split, sel.Type == "", sel.Type)
}

// missingCandidate finds the place of the first of some ids that no candidate
// has, or none of a type if one is given; null if all are there.
func missingCandidate(ids []int64, typ string) (query string, args []any) {
	query, args = "SELECT min(l.place) FROM ids(?) AS l WHERE NOT EXISTS (SELECT 1 FROM candidate AS c WHERE c.id = l.value", []any{session.IDs(ids)}
	if typ != "" {
		query, args = query+" AND c.type = ?", append(args, typ)
	}
	return query + ")", args
}

// checkExist looks the ids up in the candidate table.
func checkExist(sc *session.Scanner, path string, ids []int64) error {
	for part := range slices.Chunk(ids, findRows) {
		query, args := missingCandidate(part, "")
		err := sc.Each(func(cur *session.Cursor) error {
			if cur.Kind(0) == session.Null {
				return nil
			}
			return fmt.Errorf("%s: candidate %d: %w", path, part[cur.Int64(0)], candidates.ErrNoCandidate)
		}, query, args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// labelReader converts label values and counts the oddities among them.
type labelReader struct{ blobs int }

// read is [storedLabel] for column 2.
func (r *labelReader) read(cur *session.Cursor) (int16, error) {
	kind := cur.Kind(2)
	if kind == session.Integer { // as nearly all are
		return checkLabel(cur.Int64(2))
	}
	v, err := storedLabel(cur.Value(2))
	if kind == session.Blob {
		r.blobs++
	}
	return v, err
}

// storedLabel takes integers as they are. Integers that numpy wrote without
// conversion are blobs of 8 bytes, little-endian. Fractions, texts and labels
// that no class number can be are errors.
func storedLabel(value any) (int16, error) {
	var v int64
	switch value := value.(type) {
	case int64:
		v = value
	case []byte:
		if len(value) != 8 {
			return 0, fmt.Errorf("%w: a blob of %d bytes, not a label", ErrBadValue, len(value))
		}
		v = int64(binary.LittleEndian.Uint64(value))
	case float64:
		return 0, fmt.Errorf("%w: %v is a fraction, not a label", ErrBadValue, value)
	case nil:
		return 0, fmt.Errorf("%w: null is not a label", ErrBadValue)
	default:
		return 0, fmt.Errorf("%w: text %q is not a label", ErrBadValue, value)
	}
	return checkLabel(v)
}

// checkLabel refuses what no class number can be.
func checkLabel(v int64) (int16, error) {
	if v < -1 || v > math.MaxInt16 {
		return 0, fmt.Errorf("%w: label %d is outside -1..%d", ErrBadValue, v, math.MaxInt16)
	}
	return int16(v), nil
}

func (r *labelReader) warnings(table string) []string {
	if r.blobs == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d values of table %s are numpy integers stored as blobs; they were read as integers, real Snorkel fails on them", r.blobs, table)}
}
