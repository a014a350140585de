// Package chart draws what learning computes: histograms of marginals,
// reliability diagrams of evaluations, and how labeling functions agree; and how
// its cost grows. Each function returns a [Picture], which is written as PNG or SVG; the same data make
// the same bytes.
package chart

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Format is a format of image files.
type Format string

// The formats of pictures.
const (
	PNG Format = "png"
	SVG Format = "svg"
)

// FormatOf is the format that the ending of a file's name tells, and false if it
// tells none.
func FormatOf(name string) (Format, bool) {
	f := Format(strings.ToLower(strings.TrimPrefix(filepath.Ext(name), ".")))
	return f, slices.Contains([]Format{PNG, SVG}, f)
}

// Picture is a drawing that can be written.
type Picture struct {
	width, height vg.Length
	paint         func(p *pen)
}

// dotsPerInch is twice that of usual screens, so that small print is crisp.
const dotsPerInch = 192

// Write writes the picture to w. An unknown format is an error.
func (p *Picture) Write(w io.Writer, format Format) error {
	var canvas interface {
		vg.CanvasSizer
		io.WriterTo
	}
	switch format {
	case PNG:
		canvas = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(p.width, p.height), vgimg.UseDPI(dotsPerInch))}
	case SVG:
		canvas = vgsvg.New(p.width, p.height)
	default:
		return fmt.Errorf("a picture is %s or %s, not %q", PNG, SVG, format)
	}
	pen := newPen(draw.New(canvas))
	pen.fill(paper, pen.Min.X, pen.Min.Y, pen.Max.X, pen.Max.Y)
	p.paint(pen)
	_, err := canvas.WriteTo(w)
	return err
}
