package candidates

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"workbench/session"
)

// SplitOptions say how [AssignSplits] divides candidates.
type SplitOptions struct {
	// Shares of the splits 0, 1, 2, …: not negative, with the sum 1 (within
	// 1e-9).
	Shares []float64
	Seed   uint64
	Type   string // only candidates of this type, or "" for all
	// ByDocument keeps the candidates of a document in one split. The document
	// is that of the first argument; a context without one, such as a raw
	// text, is its own.
	ByDocument bool
	// Reassign allows to change an assignment: candidates that lie in several
	// splits.
	Reassign bool
}

// ErrAssigned says that candidates lie in several splits already.
var ErrAssigned = errors.New("the candidates are assigned to splits already")

// ErrShares says that shares do not divide anything.
var ErrShares = errors.New("shares must not be negative, and sum to 1")

// AssignSplits puts every candidate into a split at random, in one
// transaction, and returns how many each split has got. The same file and seed
// give the same splits. The number of candidates differs from a split's share
// by less than 1, by document by less than the largest document. Labels, gold
// labels and marginals stay with their candidates.
//
// It needs 16 bytes of memory per candidate, and some more per document.
func AssignSplits(ctx context.Context, s *session.Session, o SplitOptions) ([]int, error) {
	sum := 0.0
	for _, share := range o.Shares {
		if !(share >= 0) { // NaN, too
			return nil, ErrShares
		}
		sum += share
	}
	const rounding = 1e-9
	if !(math.Abs(sum-1) <= rounding) {
		return nil, ErrShares
	}
	var counts []int
	err := s.Update(ctx, func(tx *session.Tx) error {
		if err := o.check(s, tx); err != nil {
			return err
		}
		members, err := o.members(s, tx)
		if err != nil {
			return err
		}
		splits := o.divide(members)
		counts = make([]int, len(o.Shares))
		for split := range o.Shares {
			var ids []int64
			for i, m := range members {
				if int(splits[i]) == split {
					ids = append(ids, m.id)
				}
			}
			counts[split] = len(ids)
			slices.Sort(ids) // neighbours share pages
			if err := setSplit(tx, split, ids); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return counts, nil
}

// where is the condition on the candidates c that are divided.
func (o SplitOptions) where() (string, []any) {
	if o.Type == "" {
		return "", nil
	}
	return " WHERE c.type = ?", []any{o.Type}
}

// check refuses to divide nothing, and what is divided already.
func (o SplitOptions) check(s *session.Session, tx *session.Tx) error {
	where, args := o.where()
	var have []struct {
		Split      int `db:"split"`
		Candidates int `db:"candidates"`
	}
	err := tx.Select(&have, "SELECT split, count(*) AS candidates FROM candidate AS c"+where+" GROUP BY split ORDER BY split", args...)
	switch {
	case err != nil:
		return err
	case len(have) == 0 && o.Type != "":
		return fmt.Errorf("%s: there are no candidates of type %q", s.Path(), o.Type)
	case len(have) == 0:
		return fmt.Errorf("%s: there are no candidates", s.Path())
	case len(have) > 1 && !o.Reassign:
		list := make([]string, len(have))
		for i, h := range have {
			list[i] = fmt.Sprintf("%d in split %d", h.Candidates, h.Split)
		}
		return fmt.Errorf("%s: %w: %s", s.Path(), ErrAssigned, strings.Join(list, ", "))
	}
	return nil
}

// member is a candidate, and what it must stay together with.
type member struct{ id, group int64 }

// members reads the candidates, those of a group one after another.
func (o SplitOptions) members(s *session.Session, tx *session.Tx) ([]member, error) {
	where, args := o.where()
	var types []string
	if o.ByDocument {
		if err := tx.Select(&types, "SELECT DISTINCT type FROM candidate AS c"+where+" ORDER BY type", args...); err != nil {
			return nil, err
		}
	}
	var all []member
	read := func(group, joins, where string, args []any) error {
		return tx.Each(func(scan func(into ...any) error) error {
			var m member
			err := scan(&m.id, &m.group)
			all = append(all, m)
			return err
		}, fmt.Sprintf("SELECT c.id, %s FROM candidate AS c%s%s ORDER BY c.id", group, joins, where), args...)
	}
	// Without a document a candidate stands alone. Its group must differ from
	// all ids of contexts, which are positive.
	const alone = "-c.id"
	if !o.ByDocument {
		if err := read(alone, "", where, args); err != nil {
			return nil, err
		}
	}
	for _, typ := range types {
		group, joins := alone, ""
		if names := argNames(s, typ); len(names) > 0 {
			group, joins = documentOf(s, typ, names[0])
		}
		if err := read(group, joins, " WHERE c.type = ?", []any{typ}); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b member) int { return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.id, b.id)) })
	return all, nil
}

// documentOf returns an SQL expression for the context id of the document that
// an argument of a candidate c lies in, and the joins it needs.
func documentOf(s *session.Session, table, arg string) (group, joins string) {
	arg = "a." + session.Quote(arg+"_id")
	joins = fmt.Sprintf(" LEFT JOIN %s AS a ON a.id = c.id", session.Quote(table))
	group = arg
	if s.HasTable("sentence") {
		sentence := arg
		if s.HasTable("span") {
			joins += fmt.Sprintf(" LEFT JOIN span AS p ON p.id = %s", arg)
			sentence = fmt.Sprintf("coalesce(p.sentence_id, %s)", arg)
		}
		joins += fmt.Sprintf(" LEFT JOIN sentence AS t ON t.id = %s", sentence)
		group = fmt.Sprintf("coalesce(t.document_id, %s)", group)
	}
	return fmt.Sprintf("coalesce(%s, -c.id)", group), joins
}

// divide returns the split of each member. It shuffles the groups, lays their
// members end to end, cuts that line by the shares, and puts a group where its
// middle lies.
func (o SplitOptions) divide(members []member) []uint16 {
	var starts []int32 // of the groups
	for i, m := range members {
		if i == 0 || m.group != members[i-1].group {
			starts = append(starts, int32(i))
		}
	}
	order := make([]int32, len(starts))
	for i := range order {
		order[i] = int32(i)
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0))
	rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })

	last := 0 // the last split that gets anything
	for i, share := range o.Shares {
		if share > 0 {
			last = i
		}
	}
	// A middle that lies on a cut but for rounding lies on it: otherwise two
	// cuts might be rounded to different sides, and a split be off by one.
	const tie = 1e-6
	splits := make([]uint16, len(members))
	split, cut, before := 0, o.Shares[0]*float64(len(members)), 0
	for _, g := range order {
		from, to := int(starts[g]), len(members)
		if int(g)+1 < len(starts) {
			to = int(starts[g+1])
		}
		middle := float64(before) + float64(to-from)/2
		for split < last && middle+tie >= cut {
			split++
			cut += o.Shares[split] * float64(len(members))
		}
		for i := from; i < to; i++ {
			splits[i] = uint16(split)
		}
		before += to - from
	}
	return splits
}

// setSplit puts candidates into a split, a thousand with each statement.
func setSplit(tx *session.Tx, split int, ids []int64) error {
	for batch := range slices.Chunk(ids, 1000) {
		if _, err := tx.Exec("UPDATE candidate SET split = ? WHERE id IN (SELECT value FROM ids(?)) AND split <> ?", split, session.IDs(batch), split); err != nil {
			return err
		}
	}
	return nil
}
