package matrix

import (
	"cmp"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Groups are the patterns of a label matrix, and which one each candidate has.
type Groups struct {
	*Patterns
	Of []int32 // m: the pattern of each row
}

// Group finds the patterns of L. marks, if not nil, has a number for each row,
// by which rows differ besides their labels: a known class, for instance. It
// works on all processors; the result does not depend on how many there are.
//
// Rows are hashed and dealt out by the first bits of their hashes, so that each
// part fits a cache and the parts are in order already; then all rows with one
// hash are compared.
func Group(L *LabelMatrix, marks []uint32) *Groups { return group(L, nil, marks) }

// group is Group where row i stands for counts[i] candidates, or one if counts
// is nil.
func group(L *LabelMatrix, counts []int, marks []uint32) *Groups {
	g := &grouping{L: L, counts: counts, marks: marks, of: make([]int32, L.Rows())}
	g.deal()
	g.number()
	groups, ok := g.groups()
	if !ok {
		groups = g.plain()
	}
	return groups
}

// grouping is what Group works on.
type grouping struct {
	L      *LabelMatrix
	counts []int
	marks  []uint32

	hashes []uint64
	bits   int     // the number of parts is 2 to that
	starts []int   // where each part starts
	rows   []int32 // by part
	base   []int   // the first pattern of each part
	of     []int32 // the pattern of each row, less the first of its part
	first  []int32 // the first row of each pattern
	count  []int   // its candidates
}

// hashedRows is how many rows are hashed at a time.
const hashedRows = 1 << 15

// hash is that of row i. Each label takes one multiplication; one row's hash
// begins while another's ends.
func (g *grouping) hash(i int) uint64 {
	lo, hi := g.L.indptr[i], g.L.indptr[i+1]
	h := uint64(g.mark(i))*0x9e3779b97f4a7c15 + 0x243f6a8885a308d3
	vals := g.L.vals[lo:hi]
	for e, j := range g.L.cols[lo:hi] {
		h = (h ^ (uint64(uint32(j))<<16 | uint64(uint16(vals[e])))) * 0x9fb21c651e98df25
		h ^= h >> 29
	}
	return h
}

func (g *grouping) mark(i int) uint32 {
	if g.marks == nil {
		return 0
	}
	return g.marks[i]
}

// part is that of a hash.
func (g *grouping) part(h uint64) int { return int(h >> 1 >> (63 - g.bits)) }

// deal hashes the rows and deals them out, in their order within each part.
func (g *grouping) deal() {
	const rowsOfPart, mostBits = 1 << 11, 10
	m := g.L.Rows()
	g.bits = min(bits.Len(uint(m/rowsOfPart)), mostBits)
	parts := 1 << g.bits
	g.hashes, g.rows = make([]uint64, m), make([]int32, m)
	chunks := (m + hashedRows - 1) / hashedRows
	next := make([]int, chunks*parts) // rows of each part in each chunk, then where they go
	spread(chunks, func(c int) {
		count := next[c*parts : (c+1)*parts]
		for i := c * hashedRows; i < min((c+1)*hashedRows, m); i++ {
			h := g.hash(i)
			g.hashes[i] = h
			count[g.part(h)]++
		}
	})
	g.starts = make([]int, parts+1)
	at := 0
	for p := range parts {
		g.starts[p] = at
		for c := range chunks {
			n := next[c*parts+p]
			next[c*parts+p] = at
			at += n
		}
	}
	g.starts[parts] = at
	spread(chunks, func(c int) {
		next := next[c*parts : (c+1)*parts]
		for i := c * hashedRows; i < min((c+1)*hashedRows, m); i++ {
			p := g.part(g.hashes[i])
			g.rows[next[p]] = int32(i)
			next[p]++
		}
	})
}

// number takes rows with one hash for equal, and numbers the hashes in their
// order. First rows take the place of the rows.
func (g *grouping) number() {
	parts := len(g.starts) - 1
	counts := make([][]int, parts)
	lanes := lanesOf(len(g.rows))
	spread(lanes, func(lane int) {
		var d distinct
		for p, hi := laneRows(lane, lanes, parts); p < hi; p++ {
			counts[p] = d.number(g, g.rows[g.starts[p]:g.starts[p+1]])
		}
	})
	g.base = make([]int, parts+1)
	for p := range counts {
		g.base[p+1] = g.base[p] + len(counts[p])
	}
	g.count = make([]int, g.base[parts])
	for p, count := range counts {
		copy(g.count[g.base[p]:], count)
		copy(g.rows[g.base[p]:], g.rows[g.starts[p]:][:len(count)])
	}
	g.first = g.rows[:g.base[parts]]
}

// distinct finds the hashes of one part after another.
type distinct struct {
	hashes []uint64   // of the rows
	of     []int32    // which one each row has, in the order in which they come
	table  []hashSlot // kept in order, and found by leading bits
	first  []int32    // row
	count  []int      // candidates
	rank   []int32    // place among the hashes of the part
}

type hashSlot struct {
	hash uint64
	n    int32 // one more than the number of the hash, 0 in an empty slot
}

// number sets the pattern of each row of a part and replaces the first rows by
// those of the patterns. It returns how many candidates these have.
func (d *distinct) number(g *grouping, rows []int32) []int {
	width := bits.Len(uint(2 * len(rows)))
	d.begin(1<<width+16, len(rows))
	for x, row := range rows { // far apart, so together
		d.hashes[x] = g.hashes[row]
	}
	for x, h := range d.hashes {
		at, table := int(h<<g.bits>>1>>(63-width)), d.table
		for at < len(table) && table[at].n > 0 && table[at].hash < h {
			at++
		}
		candidates := 1
		if g.counts != nil {
			candidates = g.counts[rows[x]]
		}
		if at < len(table) && table[at].n > 0 && table[at].hash == h {
			d.of[x] = table[at].n - 1
			d.count[d.of[x]] += candidates
			continue
		}
		d.of[x] = int32(len(d.first))
		d.first, d.count = append(d.first, rows[x]), append(d.count, candidates)
		d.insert(at, hashSlot{h, int32(len(d.first))})
	}
	d.rank = slices.Grow(d.rank[:0], len(d.first))[:len(d.first)]
	rank := int32(0)
	for _, s := range d.table {
		if s.n > 0 {
			d.rank[s.n-1] = rank
			rank++
		}
	}
	for x, row := range rows {
		g.of[row] = d.rank[d.of[x]]
	}
	count := make([]int, len(d.first))
	for n, rank := range d.rank {
		rows[rank], count[rank] = d.first[n], d.count[n]
	}
	return count
}

// begin empties it, for so many slots and rows.
func (d *distinct) begin(slots, rows int) {
	d.table = slices.Grow(d.table[:0], slots)[:slots]
	clear(d.table)
	d.hashes, d.of = slices.Grow(d.hashes[:0], rows)[:rows], slices.Grow(d.of[:0], rows)[:rows]
	d.first, d.count = d.first[:0], d.count[:0]
}

// insert puts a hash where it belongs; what stands there moves on.
func (d *distinct) insert(at int, s hashSlot) {
	for ; s.n > 0; at++ {
		if at == len(d.table) {
			d.table = append(d.table, s)
			return
		}
		s, d.table[at] = d.table[at], s
	}
}

// groups copies the rows of the patterns, and reports whether all rows are those
// of their patterns.
func (g *grouping) groups() (*Groups, bool) {
	p := g.patterns()
	m := g.L.Rows()
	var differ atomic.Bool
	spread((m+hashedRows-1)/hashedRows, func(c int) {
		for i := c * hashedRows; i < min((c+1)*hashedRows, m); i++ {
			d := int(g.of[i])
			if g.base != nil {
				d += g.base[g.part(g.hashes[i])]
				g.of[i] = int32(d)
			}
			if first := int(g.first[d]); first == i {
				p.copyRow(d, g.L, i)
			} else if g.mark(i) != g.mark(first) || !equalRows(g.L, i, first) {
				differ.Store(true)
				return
			}
		}
	})
	return &Groups{p, g.of}, !differ.Load()
}

// patterns makes room for the rows of the patterns.
func (g *grouping) patterns() *Patterns {
	n := len(g.first)
	L := &LabelMatrix{keys: g.L.keys, Warnings: g.L.Warnings, candidates: make([]int64, n), indptr: make([]int, n+1)}
	p := &Patterns{Distinct: L, Counts: g.count}
	if g.marks != nil {
		p.Marks = make([]uint32, n)
	}
	spread((n+hashedRows-1)/hashedRows, func(c int) {
		for d := c * hashedRows; d < min((c+1)*hashedRows, n); d++ {
			i := g.first[d]
			L.candidates[d], L.indptr[d+1] = g.L.candidates[i], g.L.indptr[i+1]-g.L.indptr[i]
			if g.marks != nil {
				p.Marks[d] = g.marks[i]
			}
		}
	})
	L.ascending = slices.IsSorted(L.candidates)
	for d := range n {
		L.indptr[d+1] += L.indptr[d]
	}
	L.cols, L.vals = make([]int32, L.indptr[n]), make([]int16, L.indptr[n])
	return p
}

// copyRow takes row i of a matrix for pattern d.
func (p *Patterns) copyRow(d int, L *LabelMatrix, i int) {
	at := p.Distinct.indptr[d]
	cols, vals := L.Row(i)
	copy(p.Distinct.cols[at:], cols)
	copy(p.Distinct.vals[at:], vals)
}

// equalRows compares two rows.
func equalRows(L *LabelMatrix, a, b int) bool {
	cols, vals := L.Row(a)
	lo, hi := L.indptr[b], L.indptr[b+1]
	if hi-lo != len(cols) {
		return false
	}
	for e, j := range L.cols[lo:hi] {
		if cols[e] != j || vals[e] != L.vals[lo+e] {
			return false
		}
	}
	return true
}

// plain groups by sorting, by the hashes and then by all else.
func (g *grouping) plain() *Groups {
	rows := make([]int32, g.L.Rows())
	for i := range rows {
		rows[i] = int32(i)
	}
	slices.SortStableFunc(rows, func(a, b int32) int {
		return cmp.Or(cmp.Compare(g.hashes[a], g.hashes[b]), g.compare(int(a), int(b)))
	})
	g.base, g.first, g.count = nil, nil, nil
	for x, row := range rows {
		if x == 0 || g.hashes[rows[x-1]] != g.hashes[row] || g.compare(int(rows[x-1]), int(row)) != 0 {
			g.first, g.count = append(g.first, row), append(g.count, 0)
		}
		d := len(g.first) - 1
		g.of[row] = int32(d)
		candidates := 1
		if g.counts != nil {
			candidates = g.counts[row]
		}
		g.count[d] += candidates
	}
	groups, _ := g.groups()
	return groups
}

func (g *grouping) compare(a, b int) int {
	colsA, valsA := g.L.Row(a)
	colsB, valsB := g.L.Row(b)
	return cmp.Or(cmp.Compare(len(colsA), len(colsB)), slices.Compare(colsA, colsB), slices.Compare(valsA, valsB),
		cmp.Compare(g.mark(a), g.mark(b)))
}

// spread calls f for 0 to n−1, on all processors.
func spread(n int, f func(i int)) {
	workers := min(n, runtime.GOMAXPROCS(0))
	if workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
}
