package learning

import (
	"fmt"
	"slices"

	"workbench/annotations/matrix"
	"workbench/learning/option"
)

// checkRanges reports a range that makes no sense for k classes, or the first
// label outside its candidate's range.
func checkRanges(L *matrix.LabelMatrix, ranges [][]int16, k int) error {
	if ranges == nil {
		return nil
	}
	if k == 2 {
		return option.Errorf("candidate_ranges", "exist for more than two classes only")
	}
	for i := range L.Rows() {
		scope := rangeOf(ranges, i)
		if scope == nil {
			continue
		}
		id := L.Candidates()[i]
		for x, v := range scope {
			if v < 1 || int(v) > k || slices.Contains(scope[:x], v) {
				return option.Errorf("candidate_ranges", "candidate %d: class %d is repeated or none of 1 to %d", id, v, k)
			}
		}
		cols, vals := L.Row(i)
		for x, v := range vals {
			if !slices.Contains(scope, v) {
				return fmt.Errorf("candidate %d, LF %s: %w: %d is not in its range %v", id, L.Keys()[cols[x]].Name, matrix.ErrBadLabel, v, scope)
			}
		}
	}
	return nil
}

// ascending are the same ranges, each with its classes in ascending order.
func ascending(ranges [][]int16) [][]int16 {
	if ranges == nil {
		return nil
	}
	sorted := slices.Clone(ranges)
	for i, scope := range sorted {
		if !slices.IsSorted(scope) {
			sorted[i] = slices.Sorted(slices.Values(scope))
		}
	}
	return sorted
}
