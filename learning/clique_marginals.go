package learning

import "math/bits"

// positions is a set of members of a clique, by their places. A table over them
// has their states in the order of the places, the first varying fastest.
// Cliques are far smaller than 32: see maxTable.
type positions uint32

func (p positions) len() int { return bits.OnesCount32(uint32(p)) }

// within are the places of some members of p in a table over p.
func (p positions) within(some positions) positions {
	var set positions
	at := 0
	for ; p != 0; p &= p - 1 {
		if some&p&-p != 0 {
			set |= 1 << at
		}
		at++
	}
	return set
}

// indexes are lists that say for each entry of a table which entry it belongs to
// in a table over some of the members; each list is made once.
type indexes struct {
	states int
	lists  map[[2]int][]int32
}

// of is the list for a table over n members.
func (x *indexes) of(n int, some positions) []int32 {
	key := [2]int{n, int(some)}
	if list, ok := x.lists[key]; ok {
		return list
	}
	list := make([]int32, 1, power(x.states, n))
	stride := 1
	for m := range n {
		size, step := len(list), 0
		if some>>m&1 != 0 {
			step, stride = stride, stride*x.states
		}
		for z := 1; z < x.states; z++ {
			for _, at := range list[:size] {
				list = append(list, at+int32(z*step))
			}
		}
	}
	if x.lists == nil {
		x.lists = make(map[[2]int][]int32)
	}
	x.lists[key] = list
	return list
}

// marginals are the sums of a table over all but some members: for each choice
// of a number of members, a table over these and those that are always kept. All
// come from one recursion, which keeps or sums out one member after the other,
// from the one that varies slowest; choices that keep the same slow members
// share their sums.
type marginals struct {
	states int
	sets   []positions
	at     []int     // set → where its table begins
	out    []float64 // the tables
	steps  []sumStep
	spaces [][]float64 // how many members are summed out → sums, scratch
}

// sumStep sums out one member of a table, or, if it is the last step of a set,
// all that are left.
type sumStep struct {
	last   bool
	from   int // how many members are summed out of the table; 0 is the table itself
	blocks int // states of the members that are kept
	inner  int // states of the members that are faster than the one that is summed out
	at     int // of the last step: where the set's table begins
}

// newMarginals plans the sums of a table over n members.
func newMarginals(n, states int, always positions, choose int) *marginals {
	m := &marginals{states: states}
	size := 0
	var plan func(left, out int, kept positions, choose int)
	plan = func(left, out int, kept positions, choose int) {
		below := positions(1)<<left - 1 // undecided
		free := (below &^ always).len()
		if choose == 0 && below&always == 0 || choose == free {
			if choose == free {
				kept |= below
			}
			m.sets, m.at = append(m.sets, kept), append(m.at, size)
			blocks := power(states, kept.len())
			m.steps = append(m.steps, sumStep{true, out, blocks, power(states, n-out) / blocks, size})
			size += blocks
			return
		}
		bit := positions(1) << (left - 1)
		if always&bit != 0 {
			plan(left-1, out, kept|bit, choose)
			return
		}
		if choose > 0 {
			plan(left-1, out, kept|bit, choose-1)
		}
		m.steps = append(m.steps, sumStep{false, out, power(states, kept.len()), power(states, left-1), 0})
		plan(left-1, out+1, kept, choose)
	}
	plan(n, 0, 0, min(choose, n-always.len()))
	if !m.whole() {
		m.out = make([]float64, size)
	}
	m.spaces = make([][]float64, n+1)
	for _, s := range m.steps {
		if !s.last && m.spaces[s.from+1] == nil {
			m.spaces[s.from+1] = make([]float64, power(states, n-s.from-1))
		}
	}
	return m
}

// whole reports whether the only marginal is the table itself.
func (m *marginals) whole() bool { return len(m.steps) == 1 && m.steps[0].inner == 1 }

// find is a set that has some members.
func (m *marginals) find(some positions) int {
	for i, set := range m.sets {
		if set&some == some {
			return i
		}
	}
	panic("learning: no marginal has the members of a pair of factors")
}

// run sums a table.
func (m *marginals) run(table []float64) {
	if m.whole() {
		m.out = table
		return
	}
	m.spaces[0] = table
	for i := range m.steps {
		s := &m.steps[i]
		from := m.spaces[s.from]
		if s.last {
			sumEach(from, m.out[s.at:][:s.blocks], s.inner)
			continue
		}
		to := m.spaces[s.from+1]
		for b := range s.blocks {
			sumOut(from[b*m.states*s.inner:][:m.states*s.inner], to[b*s.inner:][:s.inner])
		}
	}
}

// sumEach adds up every so many entries.
func sumEach(from, to []float64, many int) {
	switch many {
	case 1:
		copy(to, from)
	case 3:
		for b := range to {
			x := from[3*b : 3*b+3 : 3*b+3]
			to[b] = x[0] + x[1] + x[2]
		}
	default:
		for b := range to {
			to[b] = total(from[b*many:][:many])
		}
	}
}

// sumOut adds up the parts of from, which are as long as to.
func sumOut(from, to []float64) {
	n := len(to)
	a, b := from[:n], from[n:][:n]
	if len(from) == 3*n {
		c := from[2*n:][:n]
		for i := range to {
			to[i] = a[i] + b[i] + c[i]
		}
		return
	}
	for i := range to {
		to[i] = a[i] + b[i]
	}
	for from = from[2*n:]; len(from) > 0; from = from[n:] {
		for i, x := range from[:n] {
			to[i] += x
		}
	}
}

// total adds up a list, in four sums that do not wait for each other.
func total(list []float64) float64 {
	var a, b, c, d float64
	whole := len(list) &^ 3
	for i := 0; i < whole; i += 4 {
		four := list[i : i+4 : i+4]
		a, b, c, d = a+four[0], b+four[1], c+four[2], d+four[3]
	}
	for _, x := range list[whole:] {
		a += x
	}
	return (a + b) + (c + d)
}
