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
	groups := g.groups()
	if !g.agree(groups) {
		g.plain()
		groups = g.groups()
	}
	return groups
}

// grouping is what Group works on.
type grouping struct {
	L      *LabelMatrix
	counts []int
	marks  []uint32

	bits   int     // the number of parts is 2 to that
	starts []int   // where each part starts
	dealt  []dealt // the rows, by part
	of     []int32
	first  []int32 // the first row of each pattern
	count  []int   // its candidates
}

type dealt struct {
	hash uint64
	row  int32
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

// deal hashes the rows and deals them out, in their order within each part.
func (g *grouping) deal() {
	const rowsOfPart, mostBits = 1 << 11, 10
	m := g.L.Rows()
	g.bits = min(bits.Len(uint(m/rowsOfPart)), mostBits)
	parts := 1 << g.bits
	part := func(h uint64) int { return int(h >> 1 >> (63 - g.bits)) }
	hashes := make([]uint64, m)
	chunks := (m + hashedRows - 1) / hashedRows
	next := make([]int, chunks*parts) // first rows of each part in each chunk, then where they go
	spread(chunks, func(c int) {
		count := next[c*parts : (c+1)*parts]
		for i := c * hashedRows; i < min((c+1)*hashedRows, m); i++ {
			h := g.hash(i)
			hashes[i] = h
			count[part(h)]++
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
	g.dealt = make([]dealt, m)
	spread(chunks, func(c int) {
		next := next[c*parts : (c+1)*parts]
		for i := c * hashedRows; i < min((c+1)*hashedRows, m); i++ {
			p := part(hashes[i])
			g.dealt[next[p]] = dealt{hashes[i], int32(i)}
			next[p]++
		}
	})
}

// number takes rows with one hash for equal, and numbers the hashes in their
// order.
func (g *grouping) number() {
	parts := len(g.starts) - 1
	found := make([]distinctHashes, parts)
	spread(parts, func(p int) { found[p] = g.distinct(g.dealt[g.starts[p]:g.starts[p+1]]) })
	base := make([]int, parts+1)
	for p := range found {
		base[p+1] = base[p] + len(found[p].first)
	}
	g.first, g.count = make([]int32, base[parts]), make([]int, base[parts])
	spread(parts, func(p int) {
		f := &found[p]
		for local, rank := range f.rank {
			g.first[base[p]+int(rank)], g.count[base[p]+int(rank)] = f.first[local], f.count[local]
		}
		for x, r := range g.dealt[g.starts[p]:g.starts[p+1]] {
			g.of[r.row] = int32(base[p]) + f.rank[f.of[x]]
		}
	})
}

// distinctHashes are those of a part, in the order in which they come.
type distinctHashes struct {
	of    []int32 // of each row of the part
	first []int32 // row
	count []int   // candidates
	rank  []int32 // place among them by hash
}

// distinct finds the hashes of a part with an open table that is indexed by
// their leading bits and kept in order.
func (g *grouping) distinct(rows []dealt) distinctHashes {
	type slot struct {
		hash uint64
		n    int32 // one more than the number of the hash, 0 in an empty slot
	}
	width := bits.Len(uint(2 * len(rows)))
	table := make([]slot, 1<<width+16)
	d := distinctHashes{of: make([]int32, len(rows))}
	for x, r := range rows {
		at := int(r.hash << g.bits >> 1 >> (63 - width))
		for at < len(table) && table[at].n > 0 && table[at].hash < r.hash {
			at++
		}
		candidates := 1
		if g.counts != nil {
			candidates = g.counts[r.row]
		}
		if at < len(table) && table[at].n > 0 && table[at].hash == r.hash {
			d.of[x] = table[at].n - 1
			d.count[d.of[x]] += candidates
			continue
		}
		d.of[x] = int32(len(d.first))
		d.first, d.count = append(d.first, r.row), append(d.count, candidates)
		// what stands there moves on
		for s := (slot{r.hash, int32(len(d.first))}); s.n > 0; at++ {
			if at == len(table) {
				table = append(table, s)
				break
			}
			s, table[at] = table[at], s
		}
	}
	d.rank = make([]int32, len(d.first))
	rank := int32(0)
	for _, s := range table {
		if s.n > 0 {
			d.rank[s.n-1] = rank
			rank++
		}
	}
	return d
}

// agree reports whether all rows are those of their patterns.
func (g *grouping) agree(groups *Groups) bool {
	m := g.L.Rows()
	var differ atomic.Bool
	spread((m+hashedRows-1)/hashedRows, func(c int) {
		for i := c * hashedRows; i < min((c+1)*hashedRows, m); i++ {
			d := int(g.of[i])
			if groups.Counts[d] > 1 && !(g.mark(i) == groups.Mark(d) && equalRows(g.L, i, groups.Distinct, d)) {
				differ.Store(true)
				return
			}
		}
	})
	return !differ.Load()
}

// equalRows compares row i with row d of another matrix.
func equalRows(L *LabelMatrix, i int, D *LabelMatrix, d int) bool {
	cols, vals := L.Row(i)
	lo, hi := D.indptr[d], D.indptr[d+1]
	if hi-lo != len(cols) {
		return false
	}
	for e, j := range D.cols[lo:hi] {
		if cols[e] != j || vals[e] != D.vals[lo+e] {
			return false
		}
	}
	return true
}

// plain groups by sorting, by the hashes and then by all else.
func (g *grouping) plain() {
	slices.SortStableFunc(g.dealt, func(a, b dealt) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), g.compare(int(a.row), int(b.row)))
	})
	g.first, g.count = nil, nil
	for x, r := range g.dealt {
		if x == 0 || g.dealt[x-1].hash != r.hash || g.compare(int(g.dealt[x-1].row), int(r.row)) != 0 {
			g.first, g.count = append(g.first, r.row), append(g.count, 0)
		}
		d := len(g.first) - 1
		g.of[r.row] = int32(d)
		candidates := 1
		if g.counts != nil {
			candidates = g.counts[r.row]
		}
		g.count[d] += candidates
	}
}

func (g *grouping) compare(a, b int) int {
	colsA, valsA := g.L.Row(a)
	colsB, valsB := g.L.Row(b)
	return cmp.Or(cmp.Compare(len(colsA), len(colsB)), slices.Compare(colsA, colsB), slices.Compare(valsA, valsB),
		cmp.Compare(g.mark(a), g.mark(b)))
}

// groups copies the rows of the patterns.
func (g *grouping) groups() *Groups {
	n := len(g.first)
	L := &LabelMatrix{keys: g.L.keys, Warnings: g.L.Warnings, candidates: make([]int64, n), indptr: make([]int, n+1)}
	p := &Patterns{Distinct: L, Counts: g.count}
	for d, i := range g.first {
		L.candidates[d] = g.L.candidates[i]
		L.indptr[d+1] = L.indptr[d] + g.L.indptr[i+1] - g.L.indptr[i]
		if g.marks != nil {
			p.Marks = append(p.Marks, g.marks[i])
		}
	}
	L.ascending = slices.IsSorted(L.candidates)
	L.cols, L.vals = make([]int32, L.indptr[n]), make([]int16, L.indptr[n])
	spread((n+hashedRows-1)/hashedRows, func(c int) {
		for d := c * hashedRows; d < min((c+1)*hashedRows, n); d++ {
			cols, vals := g.L.Row(int(g.first[d]))
			copy(L.cols[L.indptr[d]:], cols)
			copy(L.vals[L.indptr[d]:], vals)
		}
	})
	return &Groups{p, g.of}
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
