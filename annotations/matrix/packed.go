package matrix

import (
	"math/bits"
	"slices"
)

// Packed is a label matrix of few bits per label, m rows × n labeling functions, for
// those who keep many rows in memory and look at them again and again: of two classes
// twenty labeling functions take 8 bytes per row. Labels come in any order. It may be
// read from several goroutines when it is complete.
type Packed struct {
	keys  []Key
	rows  int
	bits  int // of a label: 2, 4, 8 or 16
	width int // words per row
	words []uint64
}

// NewPacked makes a matrix without labels.
func NewPacked(rows int, keys []Key) *Packed {
	const fewest = 2
	p := &Packed{keys: keys, rows: rows, bits: fewest}
	p.width = p.wordsOf(fewest)
	p.words = make([]uint64, rows*p.width)
	return p
}

// wordsOf is how many words a row has with so many bits per label.
func (p *Packed) wordsOf(bits int) int { return (len(p.keys)*bits + 63) / 64 }

// Rows returns m.
func (p *Packed) Rows() int { return p.rows }

// Cols returns n.
func (p *Packed) Cols() int { return len(p.keys) }

// Keys returns the keys of the columns, in column order.
func (p *Packed) Keys() []Key { return p.keys }

// packedCode numbers labels: 0 abstains, 1 is −1, and k+1 the label k.
func packedCode(label int16) uint64 {
	if label < 0 {
		return 1
	}
	if label == 0 {
		return 0
	}
	return uint64(label) + 1
}

func unpackedLabel(code uint64) int16 {
	switch code {
	case 0:
		return 0
	case 1:
		return -1
	}
	return int16(code - 1)
}

// place is the word of a label and where in it the label begins.
func (p *Packed) place(row, col int) (word int, shift uint) {
	at := col * p.bits
	return row*p.width + at/64, uint(at % 64)
}

// Set sets a label, from −1 on.
func (p *Packed) Set(row, col int, label int16) {
	code := packedCode(label)
	for code>>p.bits != 0 {
		p.widen()
	}
	word, shift := p.place(row, col)
	p.words[word] = p.words[word]&^(p.mask()<<shift) | code<<shift
}

func (p *Packed) mask() uint64 { return 1<<p.bits - 1 }

// widen doubles the bits of a label.
func (p *Packed) widen() {
	wide := &Packed{keys: p.keys, rows: p.rows, bits: 2 * p.bits}
	wide.width = p.wordsOf(wide.bits)
	wide.words = make([]uint64, p.rows*wide.width)
	for i := range p.rows {
		for j := range p.keys {
			from, down := p.place(i, j)
			to, up := wide.place(i, j)
			wide.words[to] |= p.words[from] >> down & p.mask() << up
		}
	}
	*p = *wide
}

// At returns the label at row i and column j, 0 for an abstention.
func (p *Packed) At(i, j int) int16 {
	word, shift := p.place(i, j)
	return unpackedLabel(p.words[word] >> shift & p.mask())
}

// Row appends the columns and the labels of row i to slices, by ascending column.
func (p *Packed) Row(i int, cols []int32, labels []int16) ([]int32, []int16) {
	perWord := 64 / p.bits
	for w, word := range p.words[i*p.width : (i+1)*p.width] {
		for word != 0 {
			at := bits.TrailingZeros64(word) / p.bits
			cols = append(cols, int32(w*perWord+at))
			labels = append(labels, unpackedLabel(word>>(at*p.bits)&p.mask()))
			word &^= p.mask() << (at * p.bits)
		}
	}
	return cols, labels
}

// Any reports whether row i has a label.
func (p *Packed) Any(i int) bool {
	for _, word := range p.rowWords(i) {
		if word != 0 {
			return true
		}
	}
	return false
}

// Matrix returns the rows from lo up to, but without, hi as a label matrix of some of
// the columns; the candidates of its rows are their numbers in p.
func (p *Packed) Matrix(lo, hi int, columns []int) (*LabelMatrix, error) {
	keys, place := make([]Key, len(columns)), make([]int32, len(p.keys))
	for j := range place {
		place[j] = -1
	}
	for at, j := range columns {
		keys[at], place[j] = p.keys[j], int32(at)
	}
	ids := make([]int64, hi-lo)
	var b Builder[int16]
	var cols []int32
	var labels []int16
	for i := range ids {
		ids[i] = int64(lo + i)
		cols, labels = p.Row(lo+i, cols[:0], labels[:0])
		for e, j := range cols {
			if place[j] >= 0 {
				b.Add(int32(i), place[j], labels[e])
			}
		}
	}
	return b.Matrix(ids, keys)
}

// PackedGroups are the distinct rows of a packed matrix, in the order in which they
// first come.
type PackedGroups struct {
	*Packed
	Of     []int32 // m: the distinct row of each row
	First  []int32 // of each distinct row, the first that is equal to it
	Counts []int32 // how many are
}

// Group finds the distinct rows of p.
func (p *Packed) Group() *PackedGroups {
	g := &PackedGroups{Packed: &Packed{keys: p.keys, bits: p.bits, width: p.width}, Of: make([]int32, p.rows)}
	var t packedTable
	for i := range p.rows {
		row := p.words[i*p.width : (i+1)*p.width]
		d, isNew := t.find(g, row)
		if isNew {
			g.words = append(g.words, row...)
			g.rows++
			g.First, g.Counts = append(g.First, int32(i)), append(g.Counts, 0)
		}
		g.Of[i] = d
		g.Counts[d]++
	}
	g.words, g.First, g.Counts = slices.Clip(g.words), slices.Clip(g.First), slices.Clip(g.Counts)
	return g
}

// packedTable finds distinct rows by their hashes: an open hash table with one more
// than the number of a row in a slot, 0 in an empty one.
type packedTable struct{ slots []int32 }

// find returns the number of a row, that of the next one if it is new.
func (t *packedTable) find(g *PackedGroups, row []uint64) (d int32, isNew bool) {
	if 2*(g.rows+1) > len(t.slots) {
		t.grow(g)
	}
	mask := uint64(len(t.slots) - 1)
	for at := hashWords(row) & mask; ; at = (at + 1) & mask {
		switch n := t.slots[at]; {
		case n == 0:
			t.slots[at] = int32(g.rows) + 1
			return int32(g.rows), true
		case slices.Equal(g.rowWords(int(n)-1), row):
			return n - 1, false
		}
	}
}

// grow doubles the slots.
func (t *packedTable) grow(g *PackedGroups) {
	const fewest = 1 << 10
	t.slots = make([]int32, max(fewest, 2*len(t.slots)))
	mask := uint64(len(t.slots) - 1)
	for d := range g.rows {
		at := hashWords(g.rowWords(d)) & mask
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = int32(d) + 1
	}
}

func (p *Packed) rowWords(i int) []uint64 { return p.words[i*p.width : (i+1)*p.width] }

func hashWords(words []uint64) uint64 {
	h := uint64(0x243f6a8885a308d3)
	for _, w := range words {
		h = (h ^ w) * 0x9fb21c651e98df25
		h ^= h >> 32
	}
	return h ^ h>>17
}

// WithoutColumn finds the distinct rows of p when the labels of column j are left out.
func (p *Packed) WithoutColumn(j int) *PackedGroups {
	q := &Packed{keys: p.keys, rows: p.rows, bits: p.bits, width: p.width, words: slices.Clone(p.words)}
	for i := range p.rows {
		word, shift := q.place(i, j)
		q.words[word] &^= q.mask() << shift
	}
	return q.Group()
}
