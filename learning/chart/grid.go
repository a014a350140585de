package chart

import (
	"math"
	"strconv"
)

// grid lays out panels of one size.
type grid struct {
	panels        int
	width, height length // of a panel's area of data
	foot          length // below each, for what belongs to it
	title, note   string
	xLabel        string
	yLabel        string
	head          length // above each, for its name; 0 is none
}

const (
	margin    = 0.45 * centimeter
	yNumbers  = 1.5 * centimeter // left of each panel
	xNumbers  = 0.55 * centimeter
	headSpace = 0.65 * centimeter
	twoHeads  = 1.1 * centimeter // for a name and a line below it
	gutter    = 0.3 * centimeter
	labelled  = 0.5 * centimeter  // for the name of an axis
	topSpace  = 1.25 * centimeter // for title and note
)

// columns is how many panels stand side by side.
func (g *grid) columns() int {
	switch {
	case g.panels <= 3:
		return g.panels
	case g.panels == 4:
		return 2
	case g.panels <= 9:
		return 3
	default:
		return 4
	}
}

// picture draws each panel with paint.
func (g *grid) picture(paint func(p *pen, a *area, i int)) *Picture {
	columns := g.columns()
	rows := int(math.Ceil(float64(g.panels) / float64(columns)))
	cellWidth := yNumbers + g.width + gutter
	cellHeight := g.head + g.height + xNumbers + g.foot + gutter
	pic := &Picture{width: 2*margin + labelled + length(columns)*cellWidth,
		height: 2*margin + topSpace + length(rows)*cellHeight + labelled}
	pic.paint = func(p *pen) {
		x0, y1 := margin+labelled, pic.height-margin-topSpace
		title := p.bold(black, titleSize)
		top := pic.height - margin - titleSize/2
		note, room := p.style(grey, textSize), pic.width-margin-x0-yNumbers
		p.left(title, x0+yNumbers, top, p.legible(title, g.title, room))
		p.left(note, x0+yNumbers, top-titleSize-1, p.legible(note, g.note, room))
		for i := range g.panels {
			left := x0 + length(i%columns)*cellWidth + yNumbers
			upper := y1 - length(i/columns)*cellHeight - g.head
			paint(p, &area{left: left, right: left + g.width, bottom: upper - g.height, top: upper}, i)
		}
		axis := p.style(grey, textSize)
		middle := (x0 + yNumbers + pic.width - margin - gutter) / 2
		p.middle(axis, middle, margin+textSize/2, g.xLabel)
		axis.upright = true
		p.middle(axis, margin+textSize/2, (margin+labelled+xNumbers+gutter+g.foot+y1-g.head)/2, g.yLabel)
	}
	return pic
}

// area is where the data of a panel are, in points of the picture.
type area struct{ left, right, bottom, top length }

// x and y are where shares of the width and of the height are.
func (a *area) x(share float64) length { return a.left + (a.right-a.left)*length(share) }
func (a *area) y(share float64) length { return a.bottom + (a.top-a.bottom)*length(share) }

// head writes the panel's name above it, at this height, and what is said of it
// below that.
func (a *area) head(p *pen, height length, name, detail string) {
	s, small := p.bold(black, headSize), p.style(grey, textSize)
	y := a.top + height - headSize/2 - 1
	p.left(s, a.left, y, p.legible(s, name, a.right-a.left))
	p.left(small, a.left, y-headSize-2, p.legible(small, detail, a.right-a.left))
}

// counts draws lines across at the marks of an axis, and their numbers.
func (a *area) counts(p *pen, axis countAxis) {
	for _, n := range axis.ticks {
		y := a.y(axis.share(n))
		p.stroke(hairs, 0.6, a.left, y, a.right, y)
		p.right(p.style(grey, smallSize), a.left-4, y, grouped(n))
	}
}

// unitAxis writes probabilities below the panel.
func (a *area) unitAxis(p *pen) {
	const steps = 5
	for i := range steps + 1 {
		share := float64(i) / steps
		p.stroke(grey, 0.6, a.x(share), a.bottom, a.x(share), a.bottom-3)
		p.middle(p.style(grey, smallSize), a.x(share), a.bottom-3-smallSize, strconv.FormatFloat(share, 'g', -1, 64))
	}
}
