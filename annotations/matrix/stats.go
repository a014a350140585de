package matrix

import (
	"math"
)

// LFStat is one row of the table that lf_stats prints. Shares are fractions of
// the m candidates. TP to TN compare with gold labels and are counted for
// binary labels only; EmpiricalAcc is NaN where nothing can be compared.
type LFStat struct {
	Name      string
	J         int
	Coverage  float64 // share of candidates that the LF labels
	Overlaps  float64 // share that it and another LF label
	Conflicts float64 // share that it labels and where labels differ

	TP, FP, FN, TN int
	EmpiricalAcc   float64
}

// LFStats summarises each labeling function of L (m × n), in column order
// (snorkel.annotations.csr_LabelMatrix.lf_stats). gold has m labels, 0 where a
// candidate has none, or is nil. For cardinality 2, TP counts (1, 1), FP
// (1, −1), FN (−1, 1) and TN (−1, −1) as (label, gold), and EmpiricalAcc is
// (TP+TN)/(TP+FP+FN+TN); for more classes it is the share of equal labels
// among those where both are given.
func LFStats(L *LabelMatrix, gold []int16, cardinality int) []LFStat {
	return lfStats(L.Keys(), countVotes(L, nil, gold, cardinality), L.Rows(), gold != nil, cardinality)
}

// lfStats makes the statistics of so many candidates of the counts of their votes.
func lfStats(keys []Key, counts []voteCounts, candidates int, withGold bool, cardinality int) []LFStat {
	m := float64(candidates)
	stats := make([]LFStat, len(keys))
	for j := range stats {
		s, c := &stats[j], &counts[j]
		s.Name, s.J = keys[j].Name, j
		s.Coverage = float64(c.kind[alone]+c.kind[agreed]+c.kind[contested]) / m
		s.Overlaps = float64(c.kind[agreed]+c.kind[contested]) / m
		s.Conflicts = float64(c.kind[contested]) / m
		if cardinality == 2 {
			s.TP, s.FP, s.FN, s.TN = c.outcome[1][1], c.outcome[1][0], c.outcome[0][1], c.outcome[0][0]
			s.EmpiricalAcc = float64(s.TP+s.TN) / float64(s.TP+s.FP+s.FN+s.TN)
		} else {
			s.EmpiricalAcc = float64(c.equal) / float64(c.equal+c.unequal)
		}
		if !withGold {
			s.EmpiricalAcc = math.NaN()
		}
	}
	return stats
}

// The kinds of votes: of a row that has one, of one where all are for one class,
// and of one where they differ.
const (
	alone = iota
	agreed
	contested
	kindsOfVotes
)

// voteCounts counts the votes of one labeling function.
type voteCounts struct {
	kind           [kindsOfVotes]int
	outcome        [2][2]int // of two classes: label and gold, 1 for positive
	equal, unequal int       // of more: with the gold label
}

// countVotes goes over the rows on all processors, one addition for a vote and
// one increment for its comparison with a gold label. Row i is that of rows[i]
// candidates, or of one if rows is nil.
func countVotes(L *LabelMatrix, rows []int, gold []int16, cardinality int) []voteCounts {
	lanes := make([][]voteCounts, lanesOf(L.Rows()))
	spread(len(lanes), func(lane int) {
		counts := make([]voteCounts, L.Cols())
		lo, hi := laneRows(lane, len(lanes), L.Rows())
		for i := lo; i < hi; i++ {
			cols, vals := L.Row(i)
			kind, n := kindOf(vals), 1
			if rows != nil {
				n = rows[i]
			}
			for _, j := range cols {
				counts[j].kind[kind] += n
			}
			if gold == nil || gold[i] == 0 {
				continue
			}
			y := gold[i]
			for k, j := range cols {
				counts[j].compare(vals[k], y, cardinality)
			}
		}
		lanes[lane] = counts
	})
	total := make([]voteCounts, L.Cols())
	for _, counts := range lanes {
		for j := range counts {
			total[j].add(&counts[j])
		}
	}
	return total
}

// kindOf is the kind of the votes of a row that has some.
func kindOf(vals []int16) int {
	switch {
	case len(vals) < 2:
		return alone
	case differ(vals):
		return contested
	}
	return agreed
}

// compare counts a vote v on a candidate with the gold label y.
func (c *voteCounts) compare(v, y int16, cardinality int) {
	switch {
	case cardinality == 2:
		if (v+1)&^2 == 0 && (y+1)&^2 == 0 { // both are −1 or 1
			c.outcome[(v+1)>>1][(y+1)>>1]++
		}
	case v == y:
		c.equal++
	default:
		c.unequal++
	}
}

func (c *voteCounts) add(o *voteCounts) {
	for kind, n := range o.kind {
		c.kind[kind] += n
	}
	for label := range o.outcome {
		for gold, n := range o.outcome[label] {
			c.outcome[label][gold] += n
		}
	}
	c.equal += o.equal
	c.unequal += o.unequal
}

// lanesOf is into how many parts to cut so many rows: eight keep as many
// processors busy, and a few thousand rows are not worth one.
func lanesOf(rows int) int { return min(8, rows>>13+1) }

// laneRows are the rows of a part.
func laneRows(lane, lanes, rows int) (lo, hi int) {
	return lane * rows / lanes, (lane + 1) * rows / lanes
}

// differ reports whether not all labels of a row are equal.
func differ(vals []int16) bool {
	for _, v := range vals {
		if v != vals[0] {
			return true
		}
	}
	return false
}

// Summary describes a whole label matrix. Coverage, Overlap and Conflict are
// shares of the m candidates with at least one label, with at least two, and
// with labels that differ; Density is the share of stored labels among the
// m·n possible ones.
type Summary struct {
	Coverage, Overlap, Conflict, Density float64
}

// Summarise counts what a [Summary] says.
func Summarise(L *LabelMatrix) Summary {
	type count struct{ covered, overlapping, conflicting int }
	lanes := make([]count, lanesOf(L.Rows()))
	spread(len(lanes), func(lane int) {
		var c count
		lo, hi := laneRows(lane, len(lanes), L.Rows())
		for i := lo; i < hi; i++ {
			n := L.indptr[i+1] - L.indptr[i]
			if n == 0 {
				continue
			}
			c.covered++
			if n == 1 {
				continue
			}
			c.overlapping++
			if differ(L.vals[L.indptr[i]:L.indptr[i+1]]) {
				c.conflicting++
			}
		}
		lanes[lane] = c
	})
	var all count
	for _, c := range lanes {
		all.covered += c.covered
		all.overlapping += c.overlapping
		all.conflicting += c.conflicting
	}
	m := float64(L.Rows())
	return Summary{
		Coverage: float64(all.covered) / m,
		Overlap:  float64(all.overlapping) / m,
		Conflict: float64(all.conflicting) / m,
		Density:  float64(L.NNZ()) / (m * float64(L.Cols())),
	}
}

// Disputed returns the candidates of L that have labels which differ, in row order.
func Disputed(L *LabelMatrix) (candidates []int64) {
	for i, id := range L.candidates {
		if differ(L.vals[L.indptr[i]:L.indptr[i+1]]) {
			candidates = append(candidates, id)
		}
	}
	return candidates
}
