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
	type count struct{ labels, overlaps, conflicts, equal, both int }
	n := L.Cols()
	counts := make([]count, n)
	stats := make([]LFStat, n)
	for i := range L.Rows() {
		cols, vals := L.Row(i)
		conflict := differ(vals)
		for k, j := range cols {
			c := &counts[j]
			c.labels++
			if len(cols) > 1 {
				c.overlaps++
			}
			if conflict {
				c.conflicts++
			}
			if gold == nil || gold[i] == 0 {
				continue
			}
			s := &stats[j]
			c.both++
			if vals[k] == gold[i] {
				c.equal++
			}
			switch {
			case cardinality != 2:
				// The four outcomes are those of two classes.
			case vals[k] == 1 && gold[i] == 1:
				s.TP++
			case vals[k] == 1 && gold[i] == -1:
				s.FP++
			case vals[k] == -1 && gold[i] == 1:
				s.FN++
			case vals[k] == -1 && gold[i] == -1:
				s.TN++
			}
		}
	}
	m := float64(L.Rows())
	for j := range stats {
		s, c := &stats[j], counts[j]
		s.Name, s.J = L.Keys()[j].Name, j
		s.Coverage = float64(c.labels) / m
		s.Overlaps = float64(c.overlaps) / m
		s.Conflicts = float64(c.conflicts) / m
		s.EmpiricalAcc = float64(c.equal) / float64(c.both)
		if cardinality == 2 {
			s.EmpiricalAcc = float64(s.TP+s.TN) / float64(s.TP+s.FP+s.FN+s.TN)
		}
		if gold == nil {
			s.EmpiricalAcc = math.NaN()
		}
	}
	return stats
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
	var covered, overlapping, conflicting int
	for i := range L.Rows() {
		_, vals := L.Row(i)
		if len(vals) > 0 {
			covered++
		}
		if len(vals) > 1 {
			overlapping++
		}
		if differ(vals) {
			conflicting++
		}
	}
	m := float64(L.Rows())
	return Summary{
		Coverage: float64(covered) / m,
		Overlap:  float64(overlapping) / m,
		Conflict: float64(conflicting) / m,
		Density:  float64(L.NNZ()) / (m * float64(L.Cols())),
	}
}
