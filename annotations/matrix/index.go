package matrix

import "slices"

// Index finds the position of an id among ascending ids. Ids are mostly
// consecutive, so a table indexed by id − first does it in one step; ids that
// are spread too widely for that are searched for.
type Index struct {
	ids   []int64
	first int64
	at    []int32 // position by id − first, −1 for none; nil when searching
	last  int     // where the last search ended: the next id is often near
}

// NewIndex makes the index of ascending ids, which it keeps. It is not safe for
// concurrent use.
func NewIndex(ids []int64) *Index {
	x := &Index{ids: ids}
	if len(ids) == 0 {
		return x
	}
	const slack, minimum = 8, 1 << 16 // at most 32 bytes per id, or 256 KiB
	width := ids[len(ids)-1] - ids[0] + 1
	if width <= 0 || width > max(slack*int64(len(ids)), minimum) {
		return x
	}
	x.first = ids[0]
	x.at = make([]int32, width)
	for i := range x.at {
		x.at[i] = -1
	}
	for i, id := range ids {
		x.at[id-x.first] = int32(i)
	}
	return x
}

// Find returns the position of id, or −1.
func (x *Index) Find(id int64) int32 {
	if x.at != nil {
		if p := uint64(id - x.first); p < uint64(len(x.at)) {
			return x.at[p]
		}
		return -1
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
