package learning_test

import (
	"slices"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

func TestParseBucket(t *testing.T) {
	for _, b := range learning.Buckets() {
		if got, err := learning.ParseBucket(string(b)); got != b || err != nil {
			t.Errorf("%s: %s, %v", b, got, err)
		}
	}
	if got, err := learning.ParseBucket("FN"); got != learning.FalseNegatives || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	const want = `"Pos" is none of tp, fp, fn, tn, correct, incorrect, abstain`
	if _, err := learning.ParseBucket("Pos"); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// Every candidate that counts is in one bucket of those that there are, and
// buckets of the other kind of task are none.
func TestBucketsHoldTheRows(t *testing.T) {
	gold := []int16{1, -1, 1, 0, -1}
	L := labels(t, 1, [][]int16{{1}, {1}, {0}, {1}, {-1}})
	test := learning.TestLF(L, 0, gold, 2)
	analysis := analysisOf(t, &matrix.Marginals{Candidates: []int64{1, 2, 3, 4, 5}, Cardinality: 2,
		P: []float64{0.9, 0.8, 0.1, 0.5, 0.2}}, gold, learning.DefaultScoreOptions())
	many := analysisOf(t, &matrix.Marginals{Candidates: []int64{1}, Cardinality: 3, P: []float64{0.1, 0.2, 0.7}},
		[]int16{3}, learning.DefaultScoreOptions())
	for _, x := range []struct {
		bucket learning.Bucket
		of     func(learning.Bucket) ([]int, bool)
		want   []int
		ok     bool
	}{
		{learning.TruePositives, test.Bucket, []int{0}, true},
		{learning.FalsePositives, test.Bucket, []int{1}, true},
		{learning.TrueNegatives, test.Bucket, []int{4}, true},
		{learning.FalseNegatives, test.Bucket, nil, true},
		{learning.Abstained, test.Bucket, []int{2}, true},
		{learning.Correct, test.Bucket, nil, false},
		{learning.TruePositives, analysis.Bucket, []int{0}, true},
		{learning.FalsePositives, analysis.Bucket, []int{1}, true},
		{learning.TrueNegatives, analysis.Bucket, []int{3, 4}, true},
		{learning.FalseNegatives, analysis.Bucket, []int{2}, true},
		{learning.Abstained, analysis.Bucket, nil, false},
		{"pos", analysis.Bucket, nil, false},
		{learning.Correct, many.Bucket, []int{0}, true},
		{learning.TruePositives, many.Bucket, nil, false},
	} {
		if got, ok := x.of(x.bucket); !slices.Equal(got, x.want) || ok != x.ok {
			t.Errorf("%s: %v, %v, want %v, %v", x.bucket, got, ok, x.want, x.ok)
		}
	}
	if got := learning.BucketNames(learning.TestLF(L, 0, gold, 3).Buckets()); got != "correct, incorrect, abstain" {
		t.Errorf("%s", got)
	}
}
