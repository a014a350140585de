package main

import (
	"fmt"

	"github.com/xrash/smetrics"
)

// nearest suggests the known name that is most like a misspelt one, as words
// to put behind it, or "" if none is like it.
func nearest(name string, known []string) string {
	if best := closest(name, known); best != "" {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	return ""
}

// closest returns the known name that is most like a misspelt one, or "" if
// none is like it.
func closest(name string, known []string) string {
	best, distance := "", len(name)/2+1
	for _, k := range known {
		if d := smetrics.WagnerFischer(name, k, 1, 1, 1); d < distance {
			best, distance = k, d
		}
	}
	return best
}
