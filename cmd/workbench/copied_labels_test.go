package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// ids is a table of so many texts.
func ids(n int) string {
	var b strings.Builder
	b.WriteString("id,text\n")
	for i := range n {
		fmt.Fprintf(&b, "m%d,%d\n", i, i)
	}
	return b.String()
}

// copiedLabels is a table of the labels of five labeling functions, of which the
// last often copies the first.
func copiedLabels(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("candidate_id,a,b,c,d,e\n")
	for i := range n {
		y := 2*r.IntN(2) - 1
		vote := func() int {
			switch x := r.Float64(); {
			case x < 0.4:
				return 0
			case x < 0.85:
				return y
			}
			return -y
		}
		first := vote()
		last := first
		if r.Float64() > 0.8 {
			last = vote()
		}
		fmt.Fprintf(&b, "%d,%d,%d,%d,%d,%d\n", i+1, first, vote(), vote(), vote(), last)
	}
	return b.String()
}
