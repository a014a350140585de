package chart

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Line is one that [Lines] draws through points with positive coordinates, as many of
// X as of Y.
type Line struct {
	Name   string // lines of one name have one colour
	X, Y   []float64
	Dashed bool
}

// LinePanel is a panel of lines.
type LinePanel struct {
	Name  string
	Lines []Line
}

// LinesOptions say what stands beside lines.
type LinesOptions struct {
	Title, Note string // "" are none
	XLabel      string
}

// Lines draws how quantities grow, in panels whose axes are logarithmic. Panels share
// the axis of X, and names the colours; the names stand in the first panel. No panel
// or more than a hundred, none with a line, and coordinates that are not positive are
// errors.
func Lines(panels []LinePanel, o LinesOptions) (*Picture, error) {
	if len(panels) == 0 || len(panels) > mostPanels {
		return nil, fmt.Errorf("lines in %d panels: from 1 to %d can be drawn", len(panels), mostPanels)
	}
	var x decades
	y := make([]decades, len(panels))
	var names []string
	for i, panel := range panels {
		for _, line := range panel.Lines {
			if len(line.X) != len(line.Y) || !x.take(line.X) || !y[i].take(line.Y) {
				return nil, fmt.Errorf("%s, %s: coordinates that cannot be drawn on logarithmic axes", panel.Name, line.Name)
			}
			if !slices.Contains(names, line.Name) {
				names = append(names, line.Name)
			}
		}
		if y[i].high == y[i].low {
			return nil, fmt.Errorf("%s: no lines", panel.Name)
		}
	}
	g := grid{panels: len(panels), width: 8 * centimeter, height: 8 * centimeter, head: headSpace,
		title: o.Title, note: o.Note, xLabel: o.XLabel}
	return g.picture(func(p *pen, a *area, i int) {
		a.head(p, g.head, panels[i].Name, "")
		a.decades(p, x, y[i])
		for _, line := range panels[i].Lines {
			a.through(p, lineInk(slices.Index(names, line.Name)), line, x, y[i])
		}
		if i == 0 {
			a.legend(p, names)
		}
	}), nil
}

// decades are powers of ten that an axis goes from and to.
type decades struct{ low, high int }

// take makes room for values, and reports whether all of them have some.
func (d *decades) take(values []float64) bool {
	for _, v := range values {
		if !(v > 0) || math.IsInf(v, 0) {
			return false
		}
		const beyond = 0.01 // the end of an axis a value may lie
		low, high := int(math.Floor(math.Log10(v)+beyond)), int(math.Ceil(math.Log10(v)-beyond))
		if d.high == d.low {
			*d = decades{low, max(high, low+1)}
		}
		d.low, d.high = min(d.low, low), max(d.high, high)
	}
	return true
}

// share is how far along the axis a value is.
func (d decades) share(v float64) float64 {
	return (math.Log10(v) - float64(d.low)) / float64(d.high-d.low)
}

// decades draws lines at powers of ten, and their numbers.
func (a *area) decades(p *pen, x, y decades) {
	number := func(power int) string {
		if power < 0 {
			return strconv.FormatFloat(math.Pow10(power), 'f', -1, 64)
		}
		return grouped(int(math.Pow10(power)))
	}
	for power := y.low; power <= y.high; power++ {
		at := a.y(y.share(math.Pow10(power)))
		p.stroke(hairs, 0.6, a.left, at, a.right, at)
		p.right(p.style(grey, smallSize), a.left-4, at, number(power))
	}
	for power := x.low; power <= x.high; power++ {
		at := a.x(x.share(math.Pow10(power)))
		p.stroke(hairs, 0.6, at, a.bottom, at, a.top)
		p.middle(p.style(grey, smallSize), at, a.bottom-3-smallSize, number(power))
	}
}

// through draws a line, with a mark at each point.
func (a *area) through(p *pen, c ink, line Line, x, y decades) {
	const mark = 1.6
	var dashes []length
	if line.Dashed {
		dashes = []length{3, 2.5}
	}
	for i := range line.X {
		atX, atY := a.x(x.share(line.X[i])), a.y(y.share(line.Y[i]))
		p.fill(c, atX-mark, atY-mark, atX+mark, atY+mark)
		if i > 0 {
			p.stroke(c, 1.1, a.x(x.share(line.X[i-1])), a.y(y.share(line.Y[i-1])), atX, atY, dashes...)
		}
	}
}

// legend writes names in their colours, where a panel of what grows is empty.
func (a *area) legend(p *pen, names []string) {
	for i, name := range names {
		y := a.top - 4 - length(i+1)*(textSize+3)
		c := lineInk(i)
		p.stroke(c, 2, a.left+6, y, a.left+18, y)
		p.left(p.style(black, textSize), a.left+22, y, p.legible(p.style(black, textSize), name, a.right-a.left-22))
	}
}

// lineInk is the colour of a line by its number.
func lineInk(i int) ink {
	inks := []ink{blue, red, 0x4f9d69, 0xb8860b, 0x7a5aa6, black}
	return inks[i%len(inks)]
}
