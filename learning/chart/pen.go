package chart

import (
	"image/color"
	"strings"
	"unicode"

	stdfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
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
	titleSize vg.Length = 13
	headSize  vg.Length = 10
	textSize  vg.Length = 8.5
	smallSize vg.Length = 7.5
)

// pen draws on a canvas, whose origin is below on the left.
type pen struct {
	draw.Canvas
	fonts *font.Cache
}

func newPen(c draw.Canvas) *pen {
	return &pen{Canvas: c, fonts: font.NewCache(liberation.Collection())}
}

func (p *pen) fill(c color.Color, x0, y0, x1, y1 vg.Length) {
	p.FillPolygon(c, []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}})
}

func (p *pen) line(c color.Color, width, x0, y0, x1, y1 vg.Length, dashes ...vg.Length) {
	p.StrokeLine2(draw.LineStyle{Color: c, Width: width, Dashes: dashes}, x0, y0, x1, y1)
}

// style is how text of a size is written, from x to the right and with y in the
// middle of its height.
func (p *pen) style(c color.Color, size vg.Length) text.Style {
	return text.Style{Color: c, Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
		YAlign: text.YCenter, Handler: text.Plain{Fonts: p.fonts}}
}

func (p *pen) bold(c color.Color, size vg.Length) text.Style {
	s := p.style(c, size)
	s.Font.Weight = stdfont.WeightBold
	return s
}

// left, right and middle write text that begins, ends and is centred at x.
func (p *pen) left(s text.Style, x, y vg.Length, txt string) { p.write(s, text.XLeft, x, y, txt) }

func (p *pen) right(s text.Style, x, y vg.Length, txt string) { p.write(s, text.XRight, x, y, txt) }

func (p *pen) middle(s text.Style, x, y vg.Length, txt string) { p.write(s, text.XCenter, x, y, txt) }

func (p *pen) write(s text.Style, align text.XAlignment, x, y vg.Length, txt string) {
	s.XAlign = align
	if s.Rotation == 0 {
		y += s.Font.Size / 10 // the middle of digits and capitals is above that of the line
	}
	p.FillText(s, vg.Point{X: x, Y: y}, txt)
}

// legible is a name without what cannot be printed, cut to a width.
func (p *pen) legible(s text.Style, name string, width vg.Length) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return unicode.ReplacementChar
	}, name)
	if s.Width(name) <= width {
		return name
	}
	letters := []rune(name)
	for len(letters) > 1 && s.Width(string(letters)+"…") > width {
		letters = letters[:len(letters)-1]
	}
	return string(letters) + "…"
}
