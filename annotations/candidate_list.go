package annotations

import (
	"slices"

	"workbench/annotations/matrix"
)

// CandidateFilter says which candidates of a [CandidateIndex] to list, and how. The
// zero value is all of them.
type CandidateFilter struct {
	Split      *int   // nil is all
	Type       string // "" is all
	Conditions []LabelCondition
	IDs        []int64 // only these, in any order, if not nil
	// LikeRow asks for candidates with the same votes as that of a row.
	LikeRow *int
	// NextTo asks for candidates that a labeling function, by its column, does not
	// label, though it labels others on which all others vote alike; those without any
	// vote are none of them.
	NextTo *int

	Order  CandidateOrder // "" is ByID
	Seed   uint64         // of AtRandom
	Belief *Belief        // of ByUncertainty; nil is ByID
}

// Sayer says something of candidates: a labeling function, or whoever gave or believes
// labels.
type Sayer struct {
	LF   int     // a column
	Rows []int16 // m labels; nil is the labeling function
}

// LabelCondition is about what a [Sayer] says of a candidate.
type LabelCondition struct {
	Of    Sayer
	Is    Verdict
	Label int16 // with ThisLabel
	Other Sayer // with SameLabel and OtherLabels
}

// Verdict says what is wanted of a label.
type Verdict int

// What may be wanted: that there is one, or none; a certain one; the same as that of
// another sayer, or another one, where both say something.
const (
	SomeLabel Verdict = iota
	NoLabel
	ThisLabel
	SameLabel
	DifferentLabel
)

// holds reports whether a label v is as wanted, beside other.
func (c *LabelCondition) holds(v, other int16) bool {
	switch c.Is {
	case NoLabel:
		return v == 0
	case ThisLabel:
		return v == c.Label
	case SameLabel:
		return v != 0 && v == other
	case DifferentLabel:
		return v != 0 && other != 0 && v != other
	}
	return v != 0
}

// CandidateList is some candidates of an index in an order.
type CandidateList struct {
	x     *CandidateIndex
	order []int32          // nil is that of the rows
	in    []bool           // by group
	votes rowBits          // by distinct row of votes; nil is all
	like  int32            // the only distinct row of votes, or −1
	these []LabelCondition // wants of labels of rows: a certain one, which is looked at first,
	rows  []LabelCondition // and others
	ids   rowBits          // nil is all
	first bool             // only the first of each pattern
}

// List selects candidates. Labels in conditions are those of m rows.
func (x *CandidateIndex) List(q CandidateFilter) *CandidateList {
	l := &CandidateList{x: x, like: -1, order: x.order(&q), in: x.selected(q.Split, q.Type), first: q.Order == ByPattern}
	for _, c := range q.Conditions {
		if c.Of.Rows != nil || (c.Is == SameLabel || c.Is == DifferentLabel) && c.Other.Rows != nil {
			if c.Is == ThisLabel {
				l.these = append(l.these, c)
			} else {
				l.rows = append(l.rows, c)
			}
			continue
		}
		l.onlyVotes(x.masks.get(maskOf(&c), x.Votes.Rows(), func(d int) bool {
			return c.holds(x.Votes.At(d, c.Of.LF), x.other(&c, d))
		}))
	}
	if q.LikeRow != nil {
		l.like = x.Votes.Of[*q.LikeRow]
	}
	if q.NextTo != nil {
		l.onlyVotes(x.masks.get(voteMask{next: true, lf: *q.NextTo}, x.Votes.Rows(), x.nextTo(*q.NextTo)))
	}
	if q.IDs != nil {
		l.ids = make(rowBits, (len(x.IDs)+63)/64)
		for _, id := range q.IDs {
			if row, ok := x.Row(id); ok {
				l.ids.set(row)
			}
		}
	}
	return l
}

// other is what the other labeling function of a condition says.
func (x *CandidateIndex) other(c *LabelCondition, d int) int16 {
	if c.Is == SameLabel || c.Is == DifferentLabel {
		return x.Votes.At(d, c.Other.LF)
	}
	return 0
}

// onlyVotes narrows the distinct rows of votes.
func (l *CandidateList) onlyVotes(only rowBits) {
	if l.votes == nil {
		l.votes = only
		return
	}
	both := make(rowBits, len(only))
	for i, word := range only {
		both[i] = l.votes[i] & word
	}
	l.votes = both
}

// nextTo tells which distinct rows are next to those that a labeling function labels. The
// work is done when it is first asked.
func (x *CandidateIndex) nextTo(lf int) func(d int) bool {
	var others *matrix.PackedGroups
	var labelled []bool
	return func(d int) bool {
		if others == nil {
			others = x.Votes.WithoutColumn(lf)
			labelled = make([]bool, others.Rows())
			for d := range x.Votes.Rows() {
				if x.Votes.At(d, lf) != 0 {
					labelled[others.Of[d]] = true
				}
			}
		}
		return x.Votes.At(d, lf) == 0 && labelled[others.Of[d]] && x.Votes.Any(d)
	}
}

// said is what a sayer says of a row.
func (l *CandidateList) said(s Sayer, row int) int16 {
	if s.Rows != nil {
		return s.Rows[row]
	}
	return l.x.Votes.At(int(l.x.Votes.Of[row]), s.LF)
}

// has reports whether a row is in the list, but for those that come later in their
// pattern.
func (l *CandidateList) has(row int) bool {
	for i := range l.these {
		if c := &l.these[i]; c.Of.Rows[row] != c.Label {
			return false
		}
	}
	if l.like >= 0 && l.x.Votes.Of[row] != l.like {
		return false
	}
	if !l.in[l.x.group[row]] || l.votes != nil && !l.votes.has(int(l.x.Votes.Of[row])) || l.ids != nil && !l.ids.has(row) {
		return false
	}
	for i := range l.rows {
		c := &l.rows[i]
		other := int16(0)
		if c.Is == SameLabel || c.Is == DifferentLabel {
			other = l.said(c.Other, row)
		}
		if !c.holds(l.said(c.Of, row), other) {
			return false
		}
	}
	return true
}

func (l *CandidateList) row(place int) int {
	if l.order == nil {
		return place
	}
	return int(l.order[place])
}

// place is where a candidate stands in the order of all, whether it is in the list or
// not. One that is gone stands where its id would.
func (l *CandidateList) place(id int64) (place int, exact bool) {
	row, ok := l.x.Row(id)
	if l.order == nil || !ok {
		return row, ok
	}
	return slices.Index(l.order, int32(row)), true
}

// After returns the next candidates behind the one with an id, or the first ones with
// nil, and whether there are more behind them.
func (l *CandidateList) After(id *int64, limit int) (ids []int64, more bool) {
	place, last := 0, int32(-1)
	if id != nil {
		at, exact := l.place(*id)
		place = at
		if exact {
			place++
			if l.first {
				last = l.x.Votes.Of[l.row(at)]
			}
		}
	}
	for ; place < len(l.x.IDs); place++ {
		row := l.row(place)
		if l.first && l.x.Votes.Of[row] == last || !l.has(row) {
			continue
		}
		if len(ids) == limit {
			return ids, true
		}
		last = l.x.Votes.Of[row]
		ids = append(ids, l.x.IDs[row])
	}
	return ids, false
}

// Before returns the candidates before the one with an id, in their order, and whether
// there are more before them.
func (l *CandidateList) Before(id int64, limit int) (ids []int64, more bool) {
	place, exact := l.place(id)
	own := int32(-1)
	if exact && l.first {
		own = l.x.Votes.Of[l.row(place)]
	}
	for place--; place >= 0; place-- {
		row := l.row(place)
		if l.first {
			d := l.x.Votes.Of[row]
			if d == own {
				continue
			}
			if place, row = l.firstOf(place); row < 0 {
				continue
			}
		} else if !l.has(row) {
			continue
		}
		if len(ids) == limit {
			more = true
			break
		}
		ids = append(ids, l.x.IDs[row])
	}
	slices.Reverse(ids)
	return ids, more
}

// firstOf goes back to where the pattern at a place begins, and finds the first row of
// it that is in the list, or −1.
func (l *CandidateList) firstOf(place int) (begin, row int) {
	row = -1
	for d := l.x.Votes.Of[l.row(place)]; place >= 0 && l.x.Votes.Of[l.row(place)] == d; place-- {
		if r := l.row(place); l.has(r) {
			row = r
		}
	}
	return place + 1, row
}

// Len counts the list.
func (l *CandidateList) Len() int {
	n := 0
	var seen []bool
	if l.first {
		seen = make([]bool, l.x.Votes.Rows())
	}
	for row := range l.x.IDs {
		if !l.has(row) {
			continue
		}
		if l.first {
			if d := l.x.Votes.Of[row]; seen[d] {
				continue
			} else {
				seen[d] = true
			}
		}
		n++
	}
	return n
}
