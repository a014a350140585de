package matrix

// GroupBySorting is Group on its plain path.
func GroupBySorting(L *LabelMatrix, marks []uint32) *Groups {
	g := &grouping{L: L, marks: marks, of: make([]int32, L.Rows())}
	g.deal()
	return g.plain()
}

// RowHash is the hash of row i.
func RowHash(L *LabelMatrix, i int) uint64 { return (&grouping{L: L}).hash(i) }

// PairsByRow counts the pairs of a matrix row by row.
func PairsByRow(L *LabelMatrix) (both, alike []int) {
	c := newPairCounts(L, nil)
	c.countRows(0, L.Rows())
	return c.both, c.alike
}
