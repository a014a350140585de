// Package chart draws what learning computes: histograms of marginals,
// reliability diagrams of evaluations, and how labeling functions agree; and how
// its cost grows. Each function returns a [Picture], which is written as PNG or SVG; the same data make
// the same bytes.
package chart

import (
	"io"
	"path/filepath"
	"slices"
	"strings"
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
	width, height length
	paint         func(p *pen)
}

// Write writes the picture to w. An unknown format is an error.
func (p *Picture) Write(w io.Writer, format Format) error {
	c, err := newCanvas(format, p.width, p.height)
	if err != nil {
		return err
	}
	pen := newPen(c)
	pen.fill(paper, 0, 0, p.width, p.height)
	p.paint(pen)
	file, err := c.bytes()
	if err != nil {
		return err
	}
	_, err = w.Write(file)
	return err
}
