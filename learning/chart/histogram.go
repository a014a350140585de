package chart

import (
	"cmp"
	"fmt"
	"slices"

	"workbench/annotations/matrix"
)

// mostPanels is how many small pictures one may have: more cannot be read, and
// would fill the memory.
const mostPanels = 100

// HistogramOptions say what stands beside the bars.
type HistogramOptions struct {
	Title string // "" is none
	Axis  string // of what the probabilities are; "" is just that
	// Classes are names for the panels, one for each list of counts; nil are
	// class 1, class 2, …, and none for one list.
	Classes []string
}

// Histogram draws bars for the probabilities of the positive class, or for those
// of each of more classes in a panel of its own. The panels have the same axes.
// More than a hundred classes, and another number of names, are errors.
func Histogram(h *matrix.Histogram, o HistogramOptions) (*Picture, error) {
	n := len(h.Counts)
	switch {
	case n == 0 || n > mostPanels:
		return nil, fmt.Errorf("a histogram of %d classes: from 2 to %d can be drawn", n, mostPanels)
	case o.Classes != nil && len(o.Classes) != n:
		return nil, fmt.Errorf("%d names for %d classes", len(o.Classes), n)
	}
	most, total := 0, 0
	for _, counts := range h.Counts {
		most = max(most, slices.Max(counts))
	}
	for _, count := range h.Counts[0] {
		total += count
	}
	axis := newCountAxis(most)
	g := grid{panels: n, width: 6 * centimeter, height: 3.6 * centimeter,
		title: o.Title, note: fmt.Sprintf("%s candidates", grouped(total)), xLabel: cmp.Or(o.Axis, "probability"), yLabel: "candidates"}
	if n > 1 || o.Classes != nil {
		g.head = headSpace
	}
	if n == 1 {
		g.width, g.height = 14*centimeter, 7.4*centimeter
	}
	return g.picture(func(p *pen, a *area, i int) {
		if g.head > 0 {
			name := fmt.Sprintf("class %d", i+1)
			if o.Classes != nil {
				name = o.Classes[i]
			}
			a.head(p, g.head, name, "")
		}
		a.counts(p, axis)
		a.unitAxis(p)
		bars(p, a, h, h.Counts[i], axis)
	}), nil
}

// bars draws the bars of one class. One that has a candidate can be seen.
func bars(p *pen, a *area, h *matrix.Histogram, counts []int, axis countAxis) {
	const gap, least = 0.7, 1.2
	for b, n := range counts {
		if n == 0 {
			continue
		}
		height := max(a.y(axis.share(n))-a.bottom, least)
		p.fill(blue, a.x(h.Edge(b))+gap/2, a.bottom, a.x(h.Edge(b+1))-gap/2, a.bottom+height)
	}
	p.stroke(black, 0.7, a.left, a.bottom, a.right, a.bottom)
}
