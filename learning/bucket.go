package learning

import (
	"fmt"
	"slices"
	"strings"
)

// Bucket is what candidates have in common whose predictions were compared with
// gold labels.
type Bucket string

// The buckets of two classes are by prediction and gold label, those of more by
// whether they agree. Of one labeling function there are the candidates that
// it abstains on, too.
const (
	TruePositives  Bucket = "tp"
	FalsePositives Bucket = "fp"
	TrueNegatives  Bucket = "tn"
	FalseNegatives Bucket = "fn"
	Correct        Bucket = "correct"
	Incorrect      Bucket = "incorrect"
	Abstained      Bucket = "abstain"
)

// Buckets returns all of them.
func Buckets() []Bucket {
	return []Bucket{TruePositives, FalsePositives, FalseNegatives, TrueNegatives, Correct, Incorrect, Abstained}
}

// ParseBucket reads the name of a bucket, whatever its case.
func ParseBucket(name string) (Bucket, error) {
	b := Bucket(strings.ToLower(name))
	if !slices.Contains(Buckets(), b) {
		return "", fmt.Errorf("%q is none of %s", name, BucketNames(Buckets()))
	}
	return b, nil
}

// BucketNames lists buckets, for messages.
func BucketNames(list []Bucket) string {
	names := make([]string, len(list))
	for i, b := range list {
		names[i] = string(b)
	}
	return strings.Join(names, ", ")
}

// Buckets returns the buckets that the analysis has.
func (a *Analysis) Buckets() []Bucket {
	if a.Cardinality > 2 {
		return []Bucket{Correct, Incorrect}
	}
	return []Bucket{TruePositives, FalsePositives, TrueNegatives, FalseNegatives}
}

// Bucket returns the rows in a bucket, ascending; false if it is none of
// [Analysis.Buckets].
func (a *Analysis) Bucket(b Bucket) (rows []int, ok bool) {
	rows = map[Bucket][]int{TruePositives: a.TP, FalsePositives: a.FP, TrueNegatives: a.TN, FalseNegatives: a.FN,
		Correct: a.Correct, Incorrect: a.Incorrect}[b]
	return rows, slices.Contains(a.Buckets(), b)
}

// Buckets returns the buckets that the test has.
func (t *LFTest) Buckets() []Bucket {
	if t.Cardinality > 2 {
		return []Bucket{Correct, Incorrect, Abstained}
	}
	return []Bucket{TruePositives, FalsePositives, FalseNegatives, TrueNegatives, Abstained}
}

// Bucket returns the rows in a bucket, ascending; false if it is none of
// [LFTest.Buckets].
func (t *LFTest) Bucket(b Bucket) (rows []int, ok bool) {
	rows = map[Bucket][]int{TruePositives: t.TP, FalsePositives: t.FP, TrueNegatives: t.TN, FalseNegatives: t.FN,
		Correct: t.Correct, Incorrect: t.Incorrect, Abstained: t.Abstained}[b]
	return rows, slices.Contains(t.Buckets(), b)
}
