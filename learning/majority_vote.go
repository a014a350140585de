package learning

import (
	"slices"

	"workbench/annotations/matrix"
)

// MajorityVote returns one label per candidate of L. For two classes it is 1
// where the labels sum to more than 0, else 0, as in Snorkel's workshop
// (lib/scoring.py). For k > 2 classes it is the class with the most votes, and
// 0 where there is none or where several have the most.
func MajorityVote(L *matrix.LabelMatrix, k int) []int16 {
	votes := make([]int16, L.Rows())
	overRows(L.Rows(), func(lo, hi int) {
		if k == 2 {
			binaryVote(L, votes, lo, hi)
			return
		}
		count := make([]int, k+1)
		for i := lo; i < hi; i++ {
			_, vals := L.Row(i)
			clear(count)
			for _, v := range vals {
				count[v]++
			}
			most := slices.Max(count)
			if first := slices.Index(count, most); most > 0 && !slices.Contains(count[first+1:], most) {
				votes[i] = int16(first)
			}
		}
	})
	return votes
}

// binaryVote votes on some rows.
func binaryVote(L *matrix.LabelMatrix, votes []int16, lo, hi int) {
	indptr, _, vals := L.CSR()
	for i := lo; i < hi; i++ {
		sum := 0
		for _, v := range vals[indptr[i]:indptr[i+1]] {
			sum += int(v)
		}
		if sum > 0 {
			votes[i] = 1
		}
	}
}

// VoteScore compares a majority vote with gold labels. For two classes Pos and
// Neg count the candidates by gold label, those without one as negative. For
// more, Labelled counts those with a gold label, of which Accuracy is the share
// that the vote gets right.
type VoteScore struct {
	Pos, Neg, Labelled int
	Scores             Scores
}

// ScoreVote scores the votes of [MajorityVote] against m gold labels.
func ScoreVote(votes, gold []int16, k int) VoteScore {
	positive := 0
	for _, vote := range votes {
		if vote == 1 {
			positive++
		}
	}
	return scoreVote(votes, gold, positive, len(gold), k)
}

// ScoreMajorityVote scores the majority vote on counted rows. gold has the gold labels of
// the rows of labelled, 0 for none: the rows of those candidates that have one, or more.
func ScoreMajorityVote(c matrix.Counted, labelled *matrix.LabelMatrix, gold []int16, k int) VoteScore {
	votes, positive := MajorityVote(c.L, k), 0
	for i, vote := range votes {
		if vote == 1 {
			positive += c.Count(i)
		}
	}
	if labelled != c.L {
		votes = MajorityVote(labelled, k)
	}
	return scoreVote(votes, gold, positive, c.Total(), k)
}

// scoreVote scores votes where so many of all candidates have the vote 1.
func scoreVote(votes, gold []int16, positive, candidates, k int) VoteScore {
	var s VoteScore
	var tp, right int
	for i, y := range gold {
		if y != 0 {
			s.Labelled++
			if votes[i] == y {
				right++
			}
		}
		if y == 1 {
			s.Pos++
			if votes[i] == 1 {
				tp++
			}
		}
	}
	if k > 2 {
		s.Pos = 0
		s.Scores = Scores{Accuracy: float64(right) / float64(s.Labelled), AccuracyAll: float64(right) / float64(candidates)}
		return s
	}
	s.Neg = candidates - s.Pos
	s.Scores = binaryScores(tp, positive-tp, s.Pos-tp, 1)
	return s
}
