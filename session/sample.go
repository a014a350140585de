package session

import "fmt"

// A sample of rows is taken by a hash of their ids, which is the same in every run and in
// every database: two multiplications, each of 32 bits, so that a server's integers of 64
// bits have room for them.
const (
	hashFactor = 1640531527 // 2^32 divided by the square of the golden ratio
	hashMask   = 1<<32 - 1
)

// Sampled reports whether an id is in the sample of about one in so many ids, all if that
// is less than 2.
func Sampled(id int64, one int) bool {
	if one < 2 {
		return true
	}
	h := uint64(id) & hashMask * hashFactor & hashMask
	h = (h ^ h>>16) * hashFactor & hashMask
	return h*uint64(one) <= hashMask
}

// SampledCondition is the condition on a column of a server's table that holds for ids
// that are [Sampled]. The column's name needs no quotes.
func SampledCondition(column string, one int) string {
	if one < 2 {
		return "TRUE"
	}
	h := fmt.Sprintf("((%s::bigint & %d) * %d & %d)", column, hashMask, hashFactor, hashMask)
	return fmt.Sprintf("((%s # (%s >> 16)) * %d & %d) * %d <= %d", h, h, hashFactor, hashMask, one, hashMask)
}

// MostSampled is the smallest share of ids that a sample can have: one in so many.
const MostSampled = 1 << 20
