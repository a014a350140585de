package matrix

// Judged is a row of a [Packed] matrix that a candidate with a gold label has.
type Judged struct {
	Row  int32
	Gold int16
}

// eachCounted calls visit for each row that stands for candidates, with how many there
// are and its labels, which are overwritten by the next ones.
func (p *Packed) eachCounted(counts []int, visit func(n int, cols []int32, vals []int16)) {
	var cols []int32
	var vals []int16
	for i, n := range counts {
		if n != 0 {
			cols, vals = p.Row(i, cols[:0], vals[:0])
			visit(n, cols, vals)
		}
	}
}

// LFStats is [LFStats] for a matrix of which row i stands for counts[i] candidates.
// judged has the candidates with a gold label, or is nil if there are no gold labels.
func (p *Packed) LFStats(counts []int, judged []Judged, cardinality int) []LFStat {
	votes := make([]voteCounts, p.Cols())
	total := 0
	p.eachCounted(counts, func(n int, cols []int32, vals []int16) {
		total += n
		kind := kindOf(vals)
		for _, j := range cols {
			votes[j].kind[kind] += n
		}
	})
	var cols []int32
	var vals []int16
	for _, one := range judged {
		cols, vals = p.Row(int(one.Row), cols[:0], vals[:0])
		for e, j := range cols {
			votes[j].compare(vals[e], one.Gold, cardinality)
		}
	}
	return lfStats(p.keys, votes, total, judged != nil, cardinality)
}

// Summarise is [Summarise] for a matrix of which row i stands for counts[i]
// candidates.
func (p *Packed) Summarise(counts []int) Summary {
	var kinds [kindsOfVotes]int
	total, labels := 0, 0
	p.eachCounted(counts, func(n int, _ []int32, vals []int16) {
		total += n
		if len(vals) > 0 {
			kinds[kindOf(vals)] += n
			labels += n * len(vals)
		}
	})
	m := float64(total)
	return Summary{
		Coverage: float64(kinds[alone]+kinds[agreed]+kinds[contested]) / m,
		Overlap:  float64(kinds[agreed]+kinds[contested]) / m,
		Conflict: float64(kinds[contested]) / m,
		Density:  float64(labels) / (m * float64(p.Cols())),
	}
}

// PairStats is [PairStats] for a matrix of which row i stands for counts[i]
// candidates.
func (p *Packed) PairStats(counts []int) []PairStat {
	n := p.Cols()
	both, alike := make([]int, n*n), make([]int, n*n)
	total := 0
	p.eachCounted(counts, func(times int, cols []int32, vals []int16) {
		total += times
		for a, j := range cols {
			for b := a + 1; b < len(cols); b++ {
				at := int(j)*n + int(cols[b])
				both[at] += times
				if vals[a] == vals[b] {
					alike[at] += times
				}
			}
		}
	})
	return pairStats(p.keys, both, alike, total)
}

// Disagreement is how many votes of row i are for another label than the one with the
// most, and how many votes there are.
func (p *Packed) Disagreement(i int) (against, votes int) {
	var room [32]int16
	var columns [32]int32
	_, vals := p.Row(i, columns[:0], room[:0])
	most := 0
	for a, v := range vals {
		same := 1
		for _, w := range vals[a+1:] {
			if w == v {
				same++
			}
		}
		most = max(most, same)
	}
	return len(vals) - most, len(vals)
}

// LabelCounts counts how often each column has each label, when row i stands for
// counts[i] candidates: that of a label is at its number plus one.
func (p *Packed) LabelCounts(counts []int) [][]int {
	times := make([][]int, p.Cols())
	p.eachCounted(counts, func(n int, cols []int32, vals []int16) {
		for e, j := range cols {
			at := int(vals[e]) + 1
			for len(times[j]) <= at {
				times[j] = append(times[j], 0)
			}
			times[j][at] += n
		}
	})
	return times
}
