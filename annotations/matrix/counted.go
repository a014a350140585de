package matrix

import "fmt"

// Counted are rows of a label matrix with how many candidates have each: one, where
// candidates were read one by one, or many, where a database counted equal rows.
type Counted struct {
	// L has the rows, each with the id of a candidate that has it: the smallest one, if
	// rows stand for several.
	L *LabelMatrix
	// Counts has the number of candidates of each row, at least one; nil is one for each.
	Counts []int
}

// NewCounted makes counted rows. Other numbers of counts than rows, and counts below
// one, are an error.
func NewCounted(L *LabelMatrix, counts []int) (Counted, error) {
	if counts != nil && len(counts) != L.Rows() {
		return Counted{}, fmt.Errorf("%d counts for %d rows", len(counts), L.Rows())
	}
	for i, n := range counts {
		if n < 1 {
			return Counted{}, fmt.Errorf("row %d stands for %d candidates", i, n)
		}
	}
	return Counted{L, counts}, nil
}

// Total is the number of candidates.
func (c Counted) Total() int {
	if c.Counts == nil {
		return c.L.Rows()
	}
	total := 0
	for _, n := range c.Counts {
		total += n
	}
	return total
}

// Labels is the number of their labels.
func (c Counted) Labels() int {
	if c.Counts == nil {
		return c.L.NNZ()
	}
	labels := 0
	for i, n := range c.Counts {
		labels += n * (c.L.indptr[i+1] - c.L.indptr[i])
	}
	return labels
}

// Count is the number of candidates with row i.
func (c Counted) Count(i int) int {
	if c.Counts == nil {
		return 1
	}
	return c.Counts[i]
}

// Group finds their patterns, see the function of that name.
func (c Counted) Group() *Patterns { return group(c.L, c.Counts, nil).Patterns }

// LFStats is [LFStats] of all candidates, where gold has the gold labels of the rows of
// labelled, 0 for none: the rows of those candidates that have one, or more; nil is none.
func (c Counted) LFStats(labelled *LabelMatrix, gold []int16, cardinality int) []LFStat {
	if c.Counts == nil && (gold == nil || labelled == c.L) {
		return LFStats(c.L, gold, cardinality)
	}
	counts := countVotes(c.L, c.Counts, nil, cardinality)
	if gold != nil {
		compared := countVotes(labelled, nil, gold, cardinality)
		for j := range counts {
			compared[j].kind = [kindsOfVotes]int{}
			counts[j].add(&compared[j])
		}
	}
	return lfStats(c.L.keys, counts, c.Total(), gold != nil, cardinality)
}

// PairStats is [PairStats] of all candidates.
func (c Counted) PairStats() []PairStat {
	if c.Counts == nil {
		return PairStats(c.L)
	}
	n := c.L.Cols()
	p := &pairCounts{L: c.L, n: n, both: make([]int, n*n), alike: make([]int, n*n), counts: c.Counts}
	p.countRows(0, c.L.Rows())
	return p.stats(c.Total())
}
