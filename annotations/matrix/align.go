package matrix

// Align returns for each row of L the label in the first column of gold for
// the same candidate, 0 where there is none: m labels. Rows are matched by
// candidate id, so gold may cover other candidates, in another order.
func Align(L, gold *LabelMatrix) []int16 { return AlignTo(L.Candidates(), gold) }

// AlignTo does so for the candidates with these ids.
func AlignTo(ids []int64, gold *LabelMatrix) []int16 {
	labels := make([]int16, len(ids))
	for i, id := range ids {
		// Mostly both have the same rows; then no search is needed.
		row, ok := i, i < gold.Rows() && gold.candidates[i] == id
		if !ok {
			row, ok = gold.RowOf(id)
		}
		if ok && gold.Cols() > 0 {
			labels[i] = gold.At(row, 0)
		}
	}
	return labels
}
