package annotations_test

import (
	"slices"
	"testing"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/session"
)

// TestPartsCoverAllCandidates labels every part of a split: each candidate is shown
// once, in order, and parts differ by one candidate at most.
func TestPartsCoverAllCandidates(t *testing.T) {
	path := copyOracle(t)
	s := writable(t, path)
	var want []int64
	must(t, s.Scan(t.Context(), func(sc *session.Scanner) error {
		return sc.Each(func(cur *session.Cursor) error {
			want = append(want, cur.Int64(0))
			return nil
		}, "SELECT id FROM candidate WHERE split = 1 ORDER BY id")
	}))
	for _, of := range []int{1, 7} {
		var seen []int64
		a := annotations.LabelAnnotator{Workers: 1, LFs: []annotations.LF{fn("LF", func(c *candidates.Candidate) annotations.Label {
			seen = append(seen, c.ID)
			return annotations.Positive
		})}}
		sizes := make([]int, of)
		for i := range sizes {
			o := annotations.ApplyOptions{Selection: annotations.Selection{Split: 1}, SplitOnly: true, Shard: annotations.Shard{Number: i + 1, Of: of}}
			done, err := a.Apply(t.Context(), s, o)
			must(t, err)
			sizes[i] = done.Matrix.Rows()
		}
		equal(t, "candidates", seen, want)
		if slices.Max(sizes)-slices.Min(sizes) > 1 {
			t.Errorf("%d parts have %v candidates", of, sizes)
		}
	}
}

// TestShardIsPartOfASplit refuses what would not leave the labels of one run.
func TestShardIsPartOfASplit(t *testing.T) {
	s := writable(t, copyOracle(t))
	a := annotations.LabelAnnotator{LFs: []annotations.LF{always("LF", annotations.Positive)}}
	for _, o := range []annotations.ApplyOptions{
		{Shard: annotations.Shard{Number: 1, Of: 2}},
		{Shard: annotations.Shard{Number: 1, Of: 2}, SplitOnly: true, Keep: true},
		{Shard: annotations.Shard{Number: 3, Of: 2}, SplitOnly: true},
		{Shard: annotations.Shard{Number: 0, Of: 2}, SplitOnly: true},
		{Shard: annotations.Shard{Number: 1, Of: 2}, SplitOnly: true, Selection: annotations.Selection{AllSplits: true}},
	} {
		_, err := a.Apply(t.Context(), s, o)
		wantError(t, "", err, "part")
	}
}
