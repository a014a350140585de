package chart

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"math"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/vector"
)

// dotsPerInch is twice that of usual screens, so that small print is crisp.
const dotsPerInch = 192

// pixels is a canvas that becomes a PNG file.
type pixels struct {
	image  *image.RGBA
	height length
}

func newPixels(width, height length) *pixels {
	dots := func(l length) int { return int(l*dotsPerInch/72 + 0.5) }
	p := &pixels{image.NewRGBA(image.Rect(0, 0, dots(width), dots(height))), height}
	draw.Draw(p.image, p.image.Bounds(), image.NewUniform(paper), image.Point{}, draw.Src) // to the last part of a dot
	return p
}

// dot is where a point is, from above on the left.
func (p *pixels) dot(at point) (x, y float32) {
	const dots = dotsPerInch / 72.0
	return float32(float64(at.x) * dots), float32(float64(p.height-at.y) * dots)
}

func (p *pixels) polygon(c ink, corners ...point) {
	var o outline
	for i, corner := range corners {
		op := sfnt.SegmentOpLineTo
		if i == 0 {
			op = sfnt.SegmentOpMoveTo
		}
		o.add(op, p, corner)
	}
	o.fill(p.image, c)
}

func (p *pixels) line(c ink, width length, from, to point, dashes []length) {
	whole := length(math.Hypot(float64(to.x-from.x), float64(to.y-from.y)))
	if whole == 0 {
		return
	}
	along := point{(to.x - from.x) / whole, (to.y - from.y) / whole}
	aside := point{-along.y * width / 2, along.x * width / 2}
	piece := func(start, end length) {
		a := point{from.x + along.x*start, from.y + along.y*start}
		b := point{from.x + along.x*end, from.y + along.y*end}
		p.polygon(c, point{a.x + aside.x, a.y + aside.y}, point{b.x + aside.x, b.y + aside.y},
			point{b.x - aside.x, b.y - aside.y}, point{a.x - aside.x, a.y - aside.y})
	}
	if len(dashes) == 0 {
		piece(0, whole)
		return
	}
	for at, i := length(0), 0; at < whole; i++ {
		end := min(at+dashes[i%len(dashes)], whole)
		if i%2 == 0 {
			piece(at, end)
		}
		at = end
	}
}

func (p *pixels) text(s style, at point, txt string) {
	var o outline
	s.face.glyphs(txt, func(glyph sfnt.Segments, offset int) {
		for _, segment := range glyph {
			var corners []point
			for _, a := range segment.Args[:arguments(segment.Op)] {
				u, v := s.scaled(int(a.X)+offset), -s.scaled(int(a.Y)) // glyphs are drawn from above
				if s.upright {
					u, v = -v, u
				}
				corners = append(corners, point{at.x + u, at.y + v})
			}
			o.add(segment.Op, p, corners...)
		}
	})
	o.fill(p.image, s.color)
}

func (p *pixels) bytes() ([]byte, error) {
	var b bytes.Buffer
	err := png.Encode(&b, p.image)
	return b.Bytes(), err
}

// arguments is how many points an operation has.
func arguments(op sfnt.SegmentOp) int {
	switch op {
	case sfnt.SegmentOpQuadTo:
		return 2
	case sfnt.SegmentOpCubeTo:
		return 3
	}
	return 1
}

// outline is an area to be filled, in dots.
type outline struct {
	steps       []step
	left, above float32
	right, base float32
}

type step struct {
	op   sfnt.SegmentOp
	dots [3][2]float32
}

func (o *outline) add(op sfnt.SegmentOp, p *pixels, corners ...point) {
	s := step{op: op}
	for i, corner := range corners {
		x, y := p.dot(corner)
		if len(o.steps) == 0 && i == 0 {
			o.left, o.right, o.above, o.base = x, x, y, y
		}
		o.left, o.right, o.above, o.base = min(o.left, x), max(o.right, x), min(o.above, y), max(o.base, y)
		s.dots[i] = [2]float32{x, y}
	}
	o.steps = append(o.steps, s)
}

// fill goes over no more of the picture than the area takes.
func (o *outline) fill(into *image.RGBA, c ink) {
	box := image.Rect(floor(o.left), floor(o.above), floor(o.right)+1, floor(o.base)+1)
	if len(o.steps) == 0 || !box.Overlaps(into.Bounds()) {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	for _, s := range o.steps {
		d := s.dots
		for i := range d {
			d[i][0] -= float32(box.Min.X)
			d[i][1] -= float32(box.Min.Y)
		}
		switch s.op {
		case sfnt.SegmentOpMoveTo:
			r.ClosePath()
			r.MoveTo(d[0][0], d[0][1])
		case sfnt.SegmentOpLineTo:
			r.LineTo(d[0][0], d[0][1])
		case sfnt.SegmentOpQuadTo:
			r.QuadTo(d[0][0], d[0][1], d[1][0], d[1][1])
		case sfnt.SegmentOpCubeTo:
			r.CubeTo(d[0][0], d[0][1], d[1][0], d[1][1], d[2][0], d[2][1])
		}
	}
	r.ClosePath()
	r.DrawOp = draw.Src
	mask := image.NewAlpha(r.Bounds())
	r.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
	draw.DrawMask(into, box, image.NewUniform(c), image.Point{}, mask, image.Point{}, draw.Over)
}

func floor(x float32) int { return int(math.Floor(float64(x))) }
