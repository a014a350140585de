package matrix

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
// (0, 2), …, (1, 2), …. It takes time in the squares of the rows' lengths.
func PairStats(L *LabelMatrix) []PairStat {
	n := L.Cols()
	both, alike := make([]int, n*n), make([]int, n*n)
	for i := range L.Rows() {
		cols, vals := L.Row(i)
		for a, j := range cols {
			for b := a + 1; b < len(cols); b++ {
				at := int(j)*n + int(cols[b])
				both[at]++
				if vals[a] == vals[b] {
					alike[at]++
				}
			}
		}
	}
	m := float64(L.Rows())
	var stats []PairStat
	for j := range n {
		for k := j + 1; k < n; k++ {
			at := j*n + k
			stats = append(stats, PairStat{NameJ: L.keys[j].Name, NameK: L.keys[k].Name, J: j, K: k,
				Overlap: float64(both[at]) / m, Agreement: float64(alike[at]) / m, Conflict: float64(both[at]-alike[at]) / m})
		}
	}
	return stats
}
