package annotations

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"workbench/annotations/matrix"
	"workbench/session"
)

// CandidateIndex is what finds candidates by what is said of them, and in an order: all
// candidates of a database with the votes of one key group, in little memory (of twenty
// labeling functions some 20 bytes per candidate, and up to 20 more where all votes
// differ). It does not change when the database does. It may be used from several
// goroutines.
type CandidateIndex struct {
	IDs    []int64 // m, ascending
	Votes  *matrix.PackedGroups
	groups []CandidateGroup
	group  []uint16 // m: which of groups each candidate is in

	orders orderCache
	masks  maskCache
}

// CandidateGroup is a split and a type that some candidates have in common.
type CandidateGroup struct {
	Split      int
	Type       string
	Candidates int
}

// LoadCandidateIndex reads the candidates and the labels of a key group, which need not
// exist.
func LoadCandidateIndex(ctx context.Context, s *session.Session, keyGroup int) (*CandidateIndex, error) {
	x := &CandidateIndex{}
	var votes *matrix.Packed
	err := s.Scan(ctx, func(sc *session.Scanner) (err error) {
		if err = x.readCandidates(sc); err != nil {
			return err
		}
		votes, err = x.readVotes(sc, s, keyGroup)
		return err
	})
	if err != nil {
		return nil, err
	}
	x.Votes = votes.Group()
	return x, nil
}

// Groups lists the splits and types that there are, by split, then type.
func (x *CandidateIndex) Groups() []CandidateGroup { return x.groups }

// Group is the split and the type of the candidate of a row.
func (x *CandidateIndex) Group(row int) CandidateGroup { return x.groups[x.group[row]] }

// Row is the row of a candidate, and false if there is none of that id.
func (x *CandidateIndex) Row(id int64) (int, bool) { return slices.BinarySearch(x.IDs, id) }

// Keys are the labeling functions, in the order of the columns of Votes.
func (x *CandidateIndex) Keys() []matrix.Key { return x.Votes.Keys() }

// readCandidates reads the candidates, which mostly stand in the order of their ids.
func (x *CandidateIndex) readCandidates(sc *session.Scanner) error {
	places := make(map[CandidateGroup]int)
	add := func(id, split int64, typ string) error {
		g := CandidateGroup{Split: int(split), Type: typ}
		at, known := places[g]
		if !known {
			if at = len(x.groups); at > math.MaxUint16 {
				return fmt.Errorf("more than %d splits and types of candidates", at)
			}
			places[g] = at
			x.groups = append(x.groups, g)
		}
		x.IDs, x.group = append(x.IDs, id), append(x.group, uint16(at))
		x.groups[at].Candidates++
		return nil
	}
	odd := errors.New("an odd row")
	err := sc.Table("candidate", session.Columns{Integers: []string{"id", "split"}, Texts: []string{"type"}}, func(b *session.Batch) error {
		for k, id := range b.Integers[0] {
			if err := add(id, b.Integers[1][k], b.Texts[0][k]); err != nil {
				return err
			}
		}
		return nil
	}, func(*session.Cursor) error { return odd })
	if err == odd { // as SQLite understands it
		x.IDs, x.group, x.groups = nil, nil, nil
		clear(places)
		err = sc.Each(func(cur *session.Cursor) error { return add(cur.Int64(0), cur.Int64(1), cur.Text(2)) },
			"SELECT id, split, type FROM candidate ORDER BY id")
	}
	if err != nil {
		return err
	}
	x.sortRows()
	x.sortGroups()
	return nil
}

// sortRows puts candidates in the order of their ids, if they are not.
func (x *CandidateIndex) sortRows() {
	if slices.IsSorted(x.IDs) {
		x.IDs, x.group = slices.Clip(x.IDs), slices.Clip(x.group)
		return
	}
	rows := make([]int32, len(x.IDs))
	for i := range rows {
		rows[i] = int32(i)
	}
	slices.SortFunc(rows, func(a, b int32) int { return int(min(1, max(-1, x.IDs[a]-x.IDs[b]))) })
	ids, group := make([]int64, len(rows)), make([]uint16, len(rows))
	for i, row := range rows {
		ids[i], group[i] = x.IDs[row], x.group[row]
	}
	x.IDs, x.group = ids, group
}

// sortGroups puts groups in order.
func (x *CandidateIndex) sortGroups() {
	order := make([]int, len(x.groups))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return compareGroups(x.groups[a], x.groups[b]) })
	groups, place := make([]CandidateGroup, len(order)), make([]uint16, len(order))
	for i, at := range order {
		groups[i], place[at] = x.groups[at], uint16(i)
	}
	for i, at := range x.group {
		x.group[i] = place[at]
	}
	x.groups = groups
}

// readVotes reads the labels of the candidates.
func (x *CandidateIndex) readVotes(sc *session.Scanner, s *session.Session, keyGroup int) (*matrix.Packed, error) {
	if !s.HasTable("label") || !s.HasTable("label_key") {
		return matrix.NewPacked(len(x.IDs), nil), nil
	}
	keys, err := readKeys(sc, "label", keyGroup, false)
	if err != nil || len(keys) == 0 {
		return matrix.NewPacked(len(x.IDs), nil), err
	}
	votes := matrix.NewPacked(len(x.IDs), keys)
	keyIDs := make([]int64, len(keys))
	for j, k := range keys {
		keyIDs[j] = k.ID
	}
	rowOf, colOf := matrix.NewIndex(x.IDs), matrix.NewIndex(keyIDs)
	bad := func(id, key int64, err error) error {
		return fmt.Errorf("%s: table label, candidate_id %d, key_id %d: %w", s.Path(), id, key, err)
	}
	var r labelReader
	err = sc.Table("label", session.Columns{Integers: []string{"candidate_id", "key_id", "value"}}, func(b *session.Batch) error {
		keys, values := b.Integers[1], b.Integers[2]
		for k, id := range b.Integers[0] {
			row, col := rowOf.Find(id), colOf.Find(keys[k])
			if row < 0 || col < 0 {
				continue
			}
			v, err := checkLabel(values[k])
			if err != nil {
				return bad(id, keys[k], err)
			}
			votes.Set(int(row), int(col), v)
		}
		return nil
	}, func(cur *session.Cursor) error {
		row, col := rowOf.Find(cur.Int64(0)), colOf.Find(cur.Int64(1))
		if row < 0 || col < 0 {
			return nil
		}
		v, err := r.read(cur)
		if err != nil {
			return bad(cur.Int64(0), cur.Int64(1), err)
		}
		votes.Set(int(row), int(col), v)
		return nil
	})
	return votes, err
}

// Counts has for each distinct row of Votes how many candidates of a split (of all if it
// is nil) and of a type (of all if it is "") have it.
func (x *CandidateIndex) Counts(split *int, typ string) []int {
	counts := make([]int, x.Votes.Rows())
	in := x.selected(split, typ)
	for row, g := range x.group {
		if in[g] {
			counts[x.Votes.Of[row]]++
		}
	}
	return counts
}

// selected tells which groups are of a split and a type.
func (x *CandidateIndex) selected(split *int, typ string) []bool {
	in := make([]bool, len(x.groups))
	for i, g := range x.groups {
		in[i] = (split == nil || g.Split == *split) && (typ == "" || g.Type == typ)
	}
	return in
}

// Judged lists the candidates of a split and a type, as for Counts, that have one of m
// labels which is not 0.
func (x *CandidateIndex) Judged(labels []int16, split *int, typ string) []matrix.Judged {
	judged := []matrix.Judged{}
	in := x.selected(split, typ)
	for row, v := range labels {
		if v != 0 && in[x.group[row]] {
			judged = append(judged, matrix.Judged{Row: x.Votes.Of[row], Gold: v})
		}
	}
	return judged
}

// Labels returns the labels in column j of a matrix for the rows of the index: m
// labels, 0 where there is none.
func (x *CandidateIndex) Labels(L *matrix.LabelMatrix, j int) []int16 {
	labels := make([]int16, len(x.IDs))
	for i, id := range L.Candidates() {
		if v := L.At(i, j); v != 0 {
			if row, ok := x.Row(id); ok {
				labels[row] = v
			}
		}
	}
	return labels
}

// Extremes is a label matrix of one candidate of a type with the smallest and the largest
// label that its candidates have: what tells how many classes there are.
func (x *CandidateIndex) Extremes(typ string) (*matrix.LabelMatrix, error) {
	var cols []int32
	var labels []int16
	least, most := int16(0), int16(0)
	for d, n := range x.Counts(nil, typ) {
		if n == 0 {
			continue
		}
		cols, labels = x.Votes.Row(d, cols[:0], labels[:0])
		for _, v := range labels {
			least, most = min(least, v), max(most, v)
		}
	}
	in := x.selected(nil, typ)
	row := slices.IndexFunc(x.group, func(g uint16) bool { return in[g] })
	if row < 0 {
		return nil, fmt.Errorf("type %q has no candidates", typ)
	}
	keys := []matrix.Key{{ID: 1, Name: "least"}, {ID: 2, Name: "most"}}
	return matrix.New(x.IDs[row:row+1], keys, []matrix.Entry[int16]{{Col: 0, Value: least}, {Col: 1, Value: most}})
}

// Matrix is the label matrix of a split and a type, as for Counts, with the labeling
// functions of some names, in their order; rows has the row of the index for each of its
// rows.
func (x *CandidateIndex) Matrix(split *int, typ string, lfs []string) (L *matrix.LabelMatrix, rows []int, err error) {
	columns, err := x.columns(lfs)
	if err != nil {
		return nil, nil, err
	}
	keys, place := make([]matrix.Key, len(columns)), make([]int32, x.Votes.Cols())
	for j := range place {
		place[j] = -1
	}
	for at, j := range columns {
		keys[at], place[j] = x.Keys()[j], int32(at)
	}
	var b matrix.Builder[int16]
	var ids []int64
	var cols []int32
	var labels []int16
	in := x.selected(split, typ)
	for row, g := range x.group {
		if !in[g] {
			continue
		}
		cols, labels = x.Votes.Row(int(x.Votes.Of[row]), cols[:0], labels[:0])
		for e, j := range cols {
			if place[j] >= 0 {
				b.Add(int32(len(ids)), place[j], labels[e])
			}
		}
		ids, rows = append(ids, x.IDs[row]), append(rows, row)
	}
	L, err = b.Matrix(ids, keys)
	return L, rows, err
}

// columns are those of labeling functions by their names.
func (x *CandidateIndex) columns(lfs []string) ([]int, error) {
	columns := make([]int, len(lfs))
	for at, name := range lfs {
		columns[at] = slices.IndexFunc(x.Keys(), func(k matrix.Key) bool { return k.Name == name })
		if columns[at] < 0 {
			return nil, fmt.Errorf("%w: %q", ErrNoLF, name)
		}
	}
	return columns, nil
}
