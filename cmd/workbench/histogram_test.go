package main

import (
	"math"
	"testing"
)

// A bin begins at its edge as it is printed, whatever x·20 is rounded to.
func TestBinsBeginAtTheirEdges(t *testing.T) {
	for b := range bins {
		first, last := edge(b), math.Nextafter(edge(b+1), 0)
		if binOf(first) != b || binOf(last) != b {
			t.Errorf("%v and %v are in the bins %d and %d, want %d", first, last, binOf(first), binOf(last), b)
		}
	}
}
