package chart

import (
	"bytes"
	"fmt"
	"html"
	"strings"
)

// vectors is a canvas that becomes an SVG file.
type vectors struct{ bytes.Buffer }

func newVectors(width, height length) *vectors {
	v := new(vectors)
	fmt.Fprintf(v, `<?xml version="1.0"?>
<svg width="%.5gpt" height="%.5gpt" viewBox="0 0 %.5g %.5g"
	xmlns="http://www.w3.org/2000/svg">
<g transform="scale(1, -1) translate(0, -%.5g)">
`, width, height, width, height, height)
	return v
}

func (v *vectors) polygon(c ink, corners ...point) {
	v.WriteString(`<path d="`)
	for i, p := range corners {
		letter := 'L'
		if i == 0 {
			letter = 'M'
		}
		fmt.Fprintf(v, "%c%.5g,%.5g", letter, p.x, p.y)
	}
	fmt.Fprintf(v, "Z\" style=\"fill:%s\" />\n", hex(c))
}

func (v *vectors) line(c ink, width length, from, to point, dashes []length) {
	fmt.Fprintf(v, `<path d="M%.5g,%.5gL%.5g,%.5g" style="fill:none;stroke:%s;stroke-width:%.5g`,
		from.x, from.y, to.x, to.y, hex(c), width)
	if len(dashes) > 0 {
		list := make([]string, len(dashes))
		for i, dash := range dashes {
			list[i] = fmt.Sprintf("%.5g", dash)
		}
		v.WriteString(";stroke-dasharray:" + strings.Join(list, ","))
	}
	v.WriteString("\" />\n")
}

func (v *vectors) text(s style, at point, txt string) {
	if s.upright {
		at = point{at.y, -at.x}
		v.WriteString("<g transform=\"rotate(90)\">\n")
	}
	fmt.Fprintf(v, `<text x="%.5g" y="%.5g" transform="scale(1, -1)"
	style="font-family:Liberation Sans,Arial,Helvetica,sans-serif;font-weight:%s;font-size:%.5gpx;fill:%s">%s</text>
`, at.x, -at.y, s.face.weight, s.size, hex(s.color), html.EscapeString(txt))
	if s.upright {
		v.WriteString("</g>\n")
	}
}

func (v *vectors) bytes() ([]byte, error) { return append(v.Bytes(), "</g>\n</svg>\n"...), nil }

// hex is an ink as SVG writes it.
func hex(c ink) string { return fmt.Sprintf("#%06X", uint32(c)) }
