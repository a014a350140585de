package matrix

import (
	"math/bits"
	"sync"
)

// PairStat says how two labeling functions J < K get along. Shares are
// fractions of the m candidates.
type PairStat struct {
	NameJ, NameK string
	J, K         int
	Overlap      float64 // share that both label
	Agreement    float64 // share that both label alike
	Conflict     float64 // share that both label differently
}

// PairStats compares every two labeling functions of L, in the order (0, 1),
// (0, 2), …, (1, 2), …. It takes time in the squares of the rows' lengths, or in
// that of the number of columns, whichever is less.
func PairStats(L *LabelMatrix) []PairStat {
	lanes := make([]*pairCounts, pairLanes(L))
	limits := sync.OnceValues(func() (least, most int16) { return L.MinLabel(), L.MaxLabel() })
	spread(len(lanes), func(lane int) {
		c := newPairCounts(L, limits)
		lo, hi := laneRows(lane, len(lanes), L.Rows())
		for ; lo < hi; lo += rowsOfBlock {
			c.count(lo, min(lo+rowsOfBlock, hi))
		}
		lanes[lane] = c
	})
	all := lanes[0]
	for _, c := range lanes[1:] {
		for at := range all.both {
			all.both[at] += c.both[at]
			all.alike[at] += c.alike[at]
		}
	}
	return all.stats(L.Rows())
}

// stats makes the statistics of so many candidates.
func (c *pairCounts) stats(candidates int) []PairStat {
	return pairStats(c.L.keys, c.both, c.alike, candidates)
}

// pairStats are the statistics of counts over so many candidates.
func pairStats(keys []Key, both, alike []int, candidates int) (stats []PairStat) {
	n, m := len(keys), float64(candidates)
	for j := range n {
		for k := j + 1; k < n; k++ {
			at := j*n + k
			stats = append(stats, PairStat{NameJ: keys[j].Name, NameK: keys[k].Name, J: j, K: k,
				Overlap: float64(both[at]) / m, Agreement: float64(alike[at]) / m, Conflict: float64(both[at]-alike[at]) / m})
		}
	}
	return stats
}

// pairLanes is into how many parts the rows are cut, one where the counts of
// pairs would take much memory.
func pairLanes(L *LabelMatrix) int {
	const most = 1 << 20
	if L.Cols()*L.Cols() > most {
		return 1
	}
	return lanesOf(L.Rows())
}

// rowsOfBlock is how many rows are compared at a time: the bits of a column in a
// block of rows are a few cache lines.
const rowsOfBlock = 64 * wordsOfBlock

const wordsOfBlock = 32

// pairCounts counts for each pair how many rows have both labels, and both alike,
// n × n and j < k. Either it takes the pairs of each row, or it has the rows of a
// block as bits, column by column, and takes 64 rows of a pair at a time.
type pairCounts struct {
	L           *LabelMatrix
	n           int
	both, alike []int
	counts      []int // candidates of each row, nil for one; only [pairCounts.countRows] knows them

	// Of each column, whether there is a label, and then the bits of its code.
	columns     [][wordsOfBlock]uint64
	square      [][64]uint64 // of 64 rows, the same of 64 columns
	planes      int          // 1 and the bits of a code, or 2 at least
	limits      func() (least, most int16)
	least, most int16 // once there are columns
}

func newPairCounts(L *LabelMatrix, limits func() (least, most int16)) *pairCounts {
	n := L.Cols()
	return &pairCounts{L: L, n: n, both: make([]int, n*n), alike: make([]int, n*n), planes: 2, limits: limits}
}

// prepare makes room for bits.
func (c *pairCounts) prepare() {
	c.least, c.most = c.limits()
	c.planes = 1 + bits.Len16(c.code(c.most))
	c.columns = make([][wordsOfBlock]uint64, c.n*c.planes)
	c.square = make([][64]uint64, c.groups()*c.planes)
}

// code numbers labels from 0: of two classes it is whether they are positive.
func (c *pairCounts) code(v int16) uint16 {
	if c.least == -1 && c.most == 1 {
		return uint16(v+1) >> 1
	}
	return uint16(v - c.least)
}

// count adds the rows of a block, in the way that takes less time.
func (c *pairCounts) count(lo, hi int) {
	pairs := 0
	for i := lo; i < hi; i++ {
		labels := c.L.indptr[i+1] - c.L.indptr[i]
		pairs += labels * (labels - 1) / 2
	}
	words := (hi - lo + 63) / 64
	const perPair, perLabel, perSquare = 8, 3, 600 // cycles, about; a word of a pair takes one for each plane
	byBits := func() bool {
		return perPair*pairs > perLabel*(c.L.indptr[hi]-c.L.indptr[lo])+
			words*c.planes*(perSquare*c.groups()+c.n*(c.n-1)/2)
	}
	if byBits() && c.columns == nil {
		c.prepare()
	}
	if byBits() {
		c.countBits(lo, hi, words)
	} else {
		c.countRows(lo, hi)
	}
}

// groups is how many times 64 columns there are.
func (c *pairCounts) groups() int { return (c.n + 63) / 64 }

// countRows takes the pairs of each row.
func (c *pairCounts) countRows(lo, hi int) {
	for i := lo; i < hi; i++ {
		cols, vals := c.L.Row(i)
		candidates := 1
		if c.counts != nil {
			candidates = c.counts[i]
		}
		for a, j := range cols {
			both, alike := c.both[int(j)*c.n:], c.alike[int(j)*c.n:]
			for b := a + 1; b < len(cols); b++ {
				both[cols[b]] += candidates
				if vals[a] == vals[b] {
					alike[cols[b]] += candidates
				}
			}
		}
	}
}

// countBits takes 64 rows at a time. Their labels are written as bits row by row,
// and turned into bits column by column.
func (c *pairCounts) countBits(lo, hi, words int) {
	for word := range words {
		from := lo + 64*word
		clear(c.square)
		if len(c.square) == 2 {
			c.twoSquares(from, min(from+64, hi))
		} else {
			c.squares(from, min(from+64, hi))
		}
		for q := range c.square {
			transpose(&c.square[q])
			group, plane := q/c.planes, q%c.planes
			for j, bits := range c.square[q][:min(64, c.n-64*group)] {
				c.columns[(64*group+j)*c.planes+plane][word] = bits
			}
		}
	}
	for j := range c.n {
		a := c.columns[j*c.planes : (j+1)*c.planes]
		for k := j + 1; k < c.n; k++ {
			b := c.columns[k*c.planes : (k+1)*c.planes]
			var both, alike int
			for w := range words {
				common := a[0][w] & b[0][w]
				both += bits.OnesCount64(common)
				for plane := 1; plane < len(a); plane++ {
					common &^= a[plane][w] ^ b[plane][w]
				}
				alike += bits.OnesCount64(common)
			}
			c.both[j*c.n+k] += both
			c.alike[j*c.n+k] += alike
		}
	}
}

// squares writes the bits of up to 64 rows.
func (c *pairCounts) squares(lo, hi int) {
	for i := lo; i < hi; i++ {
		cols, vals := c.L.Row(i)
		for e, j := range cols {
			squares, bit := c.square[int(j)>>6*c.planes:], uint(j)&63
			squares[0][i-lo] |= 1 << bit
			code := uint64(c.code(vals[e]))
			for plane := 1; plane < c.planes; plane++ {
				squares[plane][i-lo] |= code & 1 << bit
				code >>= 1
			}
		}
	}
}

// twoSquares does so for up to 64 columns of two classes.
func (c *pairCounts) twoSquares(lo, hi int) {
	for i := lo; i < hi; i++ {
		var labels, codes uint64
		cols, vals := c.L.Row(i)
		for e, j := range cols {
			bit := uint(j) & 63
			labels |= 1 << bit
			codes |= uint64(c.code(vals[e])) << bit
		}
		c.square[0][i-lo], c.square[1][i-lo] = labels, codes
	}
}

// transpose exchanges rows and columns of a square of bits, in halves, quarters
// and so on (Warren, Hacker's Delight, section 7-3).
func transpose(square *[64]uint64) {
	mask := uint64(1<<32 - 1)
	for width := 32; width > 0; width >>= 1 {
		for at := 0; at < 64; at = (at + width + 1) &^ width {
			swap := (square[at]>>width ^ square[at+width]) & mask
			square[at] ^= swap << width
			square[at+width] ^= swap
		}
		mask ^= mask << (width >> 1)
	}
}
