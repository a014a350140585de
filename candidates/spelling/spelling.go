// Package spelling finds the name that somebody may have meant.
package spelling

import (
	"fmt"

	"github.com/xrash/smetrics"
)

// longest is the length of the names that are compared. Comparing takes time in
// proportion to the product of the lengths, and what is longer is no name any
// more.
const longest = 1000

// Nearest returns the known name that is most like a misspelt one, or "" if none
// is like it: a third of the letters may differ, and never all.
func Nearest(name string, known []string) string {
	best, distance := "", min((len(name)+2)/3+1, len(name))
	for _, k := range known {
		if len(name) > longest || len(k) > longest {
			continue
		}
		if d := smetrics.WagnerFischer(name, k, 1, 1, 1); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// Hint asks whether the [Nearest] name was meant, in words to put behind a
// message, or is "" if there is none.
func Hint(name string, known []string) string {
	if best := Nearest(name, known); best != "" {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	return ""
}
