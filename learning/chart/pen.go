package chart

import (
	"image/color"
	"strings"
	"unicode"
)

// ink is a colour without transparency.
type ink uint32

// RGBA makes an ink a color.Color.
func (i ink) RGBA() (r, g, b, a uint32) {
	return color.RGBA{R: uint8(i >> 16), G: uint8(i >> 8), B: uint8(i), A: 0xff}.RGBA()
}

const (
	paper ink = 0xffffff
	black ink = 0x22262b
	grey  ink = 0x6b7280
	hairs ink = 0xe3e6ea // lines behind the data
	blue  ink = 0x4878b0
	red   ink = 0xe0756b
)

// between mixes two inks; share is that of the second.
func between(a, b ink, share float64) ink {
	mix := func(shift int) ink {
		x, y := float64(a>>shift&0xff), float64(b>>shift&0xff)
		return ink(x+(y-x)*share+0.5) << shift
	}
	return mix(16) | mix(8) | mix(0)
}

// Sizes of print.
const (
	titleSize length = 13
	headSize  length = 10
	textSize  length = 8.5
	smallSize length = 7.5
)

// pen draws on a canvas.
type pen struct {
	canvas
	plain, strong *face
}

// newPen makes a pen; one without a canvas only measures.
func newPen(c canvas) *pen { return &pen{c, regularFace(), boldFace()} }

func (p *pen) fill(c ink, x0, y0, x1, y1 length) {
	p.polygon(c, point{x0, y0}, point{x1, y0}, point{x1, y1}, point{x0, y1})
}

func (p *pen) stroke(c ink, width, x0, y0, x1, y1 length, dashes ...length) {
	p.line(c, width, point{x0, y0}, point{x1, y1}, dashes)
}

// style is how text of a size is written.
func (p *pen) style(c ink, size length) style { return style{color: c, face: p.plain, size: size} }

func (p *pen) bold(c ink, size length) style { return style{color: c, face: p.strong, size: size} }

// left, right and middle write text that begins, ends and is centred at x, with y
// in the middle of its height; of upright text it is the other way round.
func (p *pen) left(s style, x, y length, txt string) { p.write(s, 0, x, y, txt) }

func (p *pen) right(s style, x, y length, txt string) { p.write(s, 1, x, y, txt) }

func (p *pen) middle(s style, x, y length, txt string) { p.write(s, 0.5, x, y, txt) }

// write writes text of which a share is before the point.
func (p *pen) write(s style, share, x, y length, txt string) {
	if txt == "" {
		return
	}
	before, below := share*s.width(txt), s.scaled(s.face.middle)
	at := point{x - before, y - below + s.size/10} // the middle of digits and capitals is above that of the line
	if s.upright {
		at = point{x + below, y - before}
	}
	p.text(s, at, txt)
}

// legible is a name without what cannot be printed, cut to a width.
func (p *pen) legible(s style, name string, width length) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return unicode.ReplacementChar
	}, name)
	if s.width(name) <= width {
		return name
	}
	letters := []rune(name)
	for len(letters) > 1 && s.width(string(letters)+"…") > width {
		letters = letters[:len(letters)-1]
	}
	return string(letters) + "…"
}
