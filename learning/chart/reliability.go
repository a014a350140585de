package chart

import (
	"fmt"
	"strconv"

	"workbench/learning"
)

// ReliabilityOptions say what stands beside a reliability diagram.
type ReliabilityOptions struct {
	Title string // "" is none
}

// strip is the height of what says how many candidates a bin has.
const strip = 1.1 * centimeter

// Reliability draws how often the most probable class is right against how
// probable it was held to be, in a panel for each approach: where a bar ends
// below the diagonal, the probabilities are too sure. The bars below say how
// many candidates are in a bin. More than a hundred panels are an error.
func Reliability(list []learning.Compared, o ReliabilityOptions) (*Picture, error) {
	if len(list) == 0 || len(list) > mostPanels {
		return nil, fmt.Errorf("a reliability diagram of %d panels: from 1 to %d can be drawn", len(list), mostPanels)
	}
	g := grid{panels: len(list), width: 5.2 * centimeter, height: 5.2 * centimeter, foot: strip + gutter,
		title: o.Title, note: grouped(list[0].Evaluation.Labelled) + " gold labels; red: too sure, light blue: not sure enough",
		xLabel: "probability of the most probable class", yLabel: "accuracy", head: twoHeads}
	if len(list) == 1 {
		g.width, g.height = 8*centimeter, 8*centimeter
	}
	return g.picture(func(p *pen, a *area, i int) {
		e := list[i].Evaluation
		a.head(p, g.head, list[i].Approach, fmt.Sprintf("accuracy %.3f, calibration error %.3f", e.Accuracy, e.CalibrationError))
		a.unitLines(p)
		for _, bin := range e.Bins {
			if bin.Candidates > 0 {
				a.bin(p, bin)
			}
		}
		p.stroke(black, 0.9, a.left, a.bottom, a.right, a.top, 3, 2.5)
		p.stroke(black, 0.7, a.left, a.bottom, a.right, a.bottom)
		a.binCounts(p, e)
	}), nil
}

// unitLines draws lines across at shares, and their numbers.
func (a *area) unitLines(p *pen) {
	const steps = 5
	for i := range steps + 1 {
		share := float64(i) / steps
		p.stroke(hairs, 0.6, a.left, a.y(share), a.right, a.y(share))
		p.right(p.style(grey, smallSize), a.left-4, a.y(share), strconv.FormatFloat(share, 'g', -1, 64))
	}
}

// bin draws the accuracy of a bin, and what its probabilities differ from it by.
func (a *area) bin(p *pen, bin learning.ReliabilityBin) {
	const gap = 0.7
	left, right := a.x(bin.Lo)+gap, a.x(bin.Hi)-gap
	p.fill(blue, left, a.bottom, right, a.y(bin.Accuracy))
	difference := between(paper, red, 0.45)
	if bin.Confidence < bin.Accuracy {
		difference = between(paper, blue, 0.4)
	}
	p.fill(difference, left, a.y(min(bin.Accuracy, bin.Confidence)), right, a.y(max(bin.Accuracy, bin.Confidence)))
}

// binCounts draws below the panel how many candidates each bin has.
func (a *area) binCounts(p *pen, e *learning.Evaluation) {
	most := 0
	for _, bin := range e.Bins {
		most = max(most, bin.Candidates)
	}
	below := &area{left: a.left, right: a.right, bottom: a.bottom - gutter - strip, top: a.bottom - gutter}
	axis := newCountAxis(most)
	for _, bin := range e.Bins {
		if bin.Candidates == 0 {
			continue
		}
		const gap, least = 0.7, 1
		height := max(below.y(axis.share(bin.Candidates))-below.bottom, least)
		p.fill(between(paper, grey, 0.55), below.x(bin.Lo)+gap, below.bottom, below.x(bin.Hi)-gap, below.bottom+height)
	}
	p.right(p.style(grey, smallSize), a.left-4, below.y(axis.share(most)), grouped(most))
	p.right(p.style(grey, smallSize), a.left-4, below.bottom, "0")
	p.stroke(black, 0.7, below.left, below.bottom, below.right, below.bottom)
	below.unitAxis(p)
}
