package chart

import (
	"fmt"
	"math"

	"workbench/annotations/matrix"
)

// mostRows is how many labeling functions a heat map has at most.
const mostRows = 400

// AgreementOptions say what stands beside a heat map.
type AgreementOptions struct {
	Title string // "" is none
}

// Agreement draws a heat map of every two labeling functions of L: of the
// candidates that both label, the share that they label alike, in percent where
// there is room. Where they never meet the cell is empty. Fewer than two, and
// more than 400 labeling functions are errors.
func Agreement(L *matrix.LabelMatrix, o AgreementOptions) (*Picture, error) {
	return CountedAgreement(matrix.Counted{L: L}, o)
}

// CountedAgreement is [Agreement] of counted rows.
func CountedAgreement(c matrix.Counted, o AgreementOptions) (*Picture, error) {
	if err := checkHeat(c.L.Cols()); err != nil {
		return nil, err
	}
	return AgreementOf(c.L.Keys(), c.PairStats(), o)
}

func checkHeat(n int) error {
	if n < 2 || n > mostRows {
		return fmt.Errorf("a heat map of %d labeling functions: from 2 to %d can be drawn", n, mostRows)
	}
	return nil
}

// AgreementOf is [Agreement] of statistics that were computed before, of labeling
// functions with these keys.
func AgreementOf(keys []matrix.Key, stats []matrix.PairStat, o AgreementOptions) (*Picture, error) {
	n := len(keys)
	if err := checkHeat(n); err != nil {
		return nil, err
	}
	agreement := make([]float64, n*n)
	for _, s := range stats {
		x := s.Agreement / s.Overlap
		agreement[s.J*n+s.K], agreement[s.K*n+s.J] = x, x
	}
	h := newHeat(keys, agreement)
	h.title = o.Title
	return &Picture{width: h.left + max(h.side()+keyWidth, narrowestTitle) + margin, height: h.bottom + h.side() + topSpace + margin, paint: h.paint}, nil
}

// heat is a heat map to be drawn.
type heat struct {
	title        string
	names        []string
	agreement    []float64 // n × n, NaN where two never meet
	cell         length
	print        length // size of the names
	left, bottom length // of the cells
}

const (
	keyWidth   = 2.1 * centimeter // for what the colours mean
	widestName = 7 * centimeter

	narrowestTitle = 7 * centimeter // room for a title
)

// newHeat finds the sizes.
func newHeat(keys []matrix.Key, agreement []float64) *heat {
	const wanted, widest, narrowest = 15 * centimeter, 1.15 * centimeter, 0.14 * centimeter
	n := len(keys)
	h := &heat{agreement: agreement, cell: max(narrowest, min(widest, wanted/length(n)))}
	h.print = min(textSize, 0.95*h.cell)
	p := newPen(nil) // to measure with
	s := p.style(black, h.print)
	longest := length(0)
	for _, key := range keys {
		name := p.legible(s, key.Name, widestName)
		h.names = append(h.names, name)
		longest = max(longest, s.width(name))
	}
	h.left, h.bottom = margin+longest+5, margin+longest+5
	return h
}

func (h *heat) side() length { return h.cell * length(len(h.names)) }

func (h *heat) paint(p *pen) {
	n := len(h.names)
	top := h.bottom + h.side()
	title, room := p.bold(black, titleSize), max(h.side()+keyWidth, narrowestTitle)
	y := top + topSpace - titleSize/2
	p.left(title, h.left, y, p.legible(title, h.title, room))
	note := p.style(grey, textSize)
	p.left(note, h.left, y-titleSize-1, p.legible(note, "agreement where both vote, in percent", room))
	s := p.style(black, h.print)
	upright := s
	upright.upright = true
	for j, name := range h.names {
		x, y := h.left+h.cell*(length(j)+0.5), top-h.cell*(length(j)+0.5)
		p.right(s, h.left-5, y, name)
		p.right(upright, x, h.bottom-5, name)
		for k := range n {
			h.square(p, j, k)
		}
	}
	h.key(p, h.left+h.side()+0.5*centimeter, top)
}

// square draws the cell of row j and column k.
func (h *heat) square(p *pen, j, k int) {
	const roomForNumber = 0.52 * centimeter
	gap := min(0.5, h.cell/16)
	x, y := h.left+h.cell*length(k), h.bottom+h.side()-h.cell*length(j+1)
	share := h.agreement[j*len(h.names)+k]
	switch {
	case j == k:
		p.fill(between(paper, grey, 0.35), x+gap, y+gap, x+h.cell-gap, y+h.cell-gap)
		return
	case math.IsNaN(share):
		p.empty(x+gap, y+gap, h.cell-2*gap)
		return
	}
	p.fill(heatColor(share), x+gap, y+gap, x+h.cell-gap, y+h.cell-gap)
	if h.cell >= roomForNumber {
		const strong = 0.32 // from here on black is hard to read
		ink := black
		if math.Abs(share-0.5) > strong {
			ink = paper
		}
		p.middle(p.style(ink, min(textSize, h.cell/2.2)), x+h.cell/2, y+h.cell/2, fmt.Sprintf("%.0f", 100*share))
	}
}

// empty draws the cell of two that never meet.
func (p *pen) empty(x, y, side length) {
	p.fill(hairs, x, y, x+side, y+side)
	p.fill(paper, x+0.6, y+0.6, x+side-0.6, y+side-0.6)
	p.stroke(hairs, 0.6, x, y, x+side, y+side)
}

// heatColor is red where two disagree, blue where they agree, and light between.
func heatColor(share float64) ink {
	const middle ink = 0xf7f7f7
	if share < 0.5 {
		return between(middle, 0xb2382f, (0.5-share)*2)
	}
	return between(middle, 0x2b5c99, (share-0.5)*2)
}

// key draws what the colours mean, from the top down.
func (h *heat) key(p *pen, x, top length) {
	const (
		width, steps     = 0.35 * centimeter, 50
		lowest, highest  = 1.4 * centimeter, 5 * centimeter
		below, emptySide = 0.35 * centimeter, 0.35 * centimeter
	)
	height := max(lowest, min(highest, h.side()-below-emptySide))
	s := p.style(grey, smallSize)
	for i := range steps {
		share := (float64(i) + 0.5) / steps
		y := top - height + height*length(i)/steps
		p.fill(heatColor(share), x, y, x+width, min(top, y+height/steps+0.3)) // without seams
	}
	for _, percent := range []int{0, 50, 100} {
		y := top - height + height*length(percent)/100
		y = max(top-height+smallSize/2, min(top-smallSize/2, y))
		p.left(s, x+width+4, y, fmt.Sprint(percent))
	}
	bottom := top - height - below - emptySide
	p.empty(x, bottom, emptySide)
	p.left(s, x+width+4, bottom+emptySide/2, "never meet")
}
