package chart

import (
	"fmt"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// face is the shapes of letters. It measures in the units of the font, of which
// em are as long as the size of the print.
type face struct {
	font   *sfnt.Font
	weight string
	em     int
	middle int // of the height of a line, above the base line
	buffer sfnt.Buffer
}

func regularFace() *face { return newFace(liberationsansregular.TTF, "normal") }
func boldFace() *face    { return newFace(liberationsansbold.TTF, "bold") }

// newFace reads a font that is part of the program: an error is a mistake there.
func newFace(ttf []byte, weight string) *face {
	parsed, err := sfnt.Parse(ttf)
	f := &face{font: parsed, weight: weight}
	if err == nil {
		f.em = int(parsed.UnitsPerEm())
		var m font.Metrics
		m, err = parsed.Metrics(&f.buffer, f.scale(), font.HintingNone)
		f.middle = int(m.Ascent) + int(m.Ascent+m.Descent)/2 - f.em
	}
	if err != nil {
		panic(fmt.Sprintf("the %s font: %v", weight, err))
	}
	return f
}

// scale makes sfnt measure in the units of the font.
func (f *face) scale() fixed.Int26_6 { return fixed.Int26_6(f.em) }

// glyphs goes through the letters of a text, with how far each begins behind the
// first, and returns how long all are.
func (f *face) glyphs(txt string, visit func(glyph sfnt.Segments, offset int)) int {
	width, before := 0, sfnt.GlyphIndex(0)
	for i, r := range txt {
		glyph, err := f.font.GlyphIndex(&f.buffer, r) // 0, an empty box, of what the font lacks
		if err != nil {
			continue
		}
		if i > 0 {
			if kern, err := f.font.Kern(&f.buffer, before, glyph, f.scale(), font.HintingNone); err == nil {
				width += int(kern)
			}
		}
		if visit != nil {
			if shape, err := f.font.LoadGlyph(&f.buffer, glyph, f.scale(), nil); err == nil {
				visit(shape, width)
			}
		}
		if advance, err := f.font.GlyphAdvance(&f.buffer, glyph, f.scale(), font.HintingNone); err == nil {
			width += int(advance)
		}
		before = glyph
	}
	return width
}

// style is how a text is written.
type style struct {
	color   ink
	face    *face
	size    length
	upright bool // from below
}

// scaled turns units of the font into a length.
func (s style) scaled(units int) length { return s.size * length(units) / length(s.face.em) }

func (s style) width(txt string) length { return s.scaled(s.face.glyphs(txt, nil)) }
