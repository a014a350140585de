package matrix

import (
	"math/bits"
	"slices"
)

// Index finds the position of an id among ascending ids. Ids are mostly
// consecutive, or nearly so: then a set of bits says which there are, and the
// number of those before each 64 of them gives the position. Ids that are spread
// too widely for that are searched for.
type Index struct {
	ids   []int64
	first int64
	words []word // of bit id − first; nil when searching
	last  int    // where the last search ended: the next id is often near
}

// word tells which of 64 ids there are, and how many are before them.
type word struct {
	bits   uint64
	before int32
}

// NewIndex makes the index of ascending ids, each of which it has once, and keeps
// them. It is not safe for concurrent use.
func NewIndex(ids []int64) *Index {
	x := &Index{ids: ids}
	if len(ids) == 0 {
		return x
	}
	const slack, minimum = 64, 1 << 16 // at most 16 bytes per id, or 16 KiB
	width := ids[len(ids)-1] - ids[0] + 1
	if width <= 0 || width > max(slack*int64(len(ids)), minimum) {
		return x
	}
	x.first = ids[0]
	x.words = make([]word, (width+63)/64)
	for i, id := range ids {
		at := uint64(id - x.first)
		w := &x.words[at/64]
		if w.bits == 0 {
			w.before = int32(i)
		}
		w.bits |= 1 << (at % 64)
	}
	return x
}

// Find returns the position of id, or −1.
func (x *Index) Find(id int64) int32 {
	if x.words != nil {
		at := uint64(id - x.first)
		if at/64 >= uint64(len(x.words)) {
			return -1
		}
		w, bit := x.words[at/64], uint64(1)<<(at%64)
		if w.bits&bit == 0 {
			return -1
		}
		return w.before + int32(bits.OnesCount64(w.bits&(bit-1)))
	}
	if x.last < len(x.ids) && x.ids[x.last] == id {
		return int32(x.last)
	}
	i, ok := slices.BinarySearch(x.ids, id)
	if !ok {
		return -1
	}
	x.last = i
	return int32(i)
}
