package chart

import "fmt"

// length is a distance in a picture, in points of 1/72 inch.
type length float64

const centimeter length = 72 / 2.54

// point is a place in a picture, whose origin is below on the left.
type point struct{ x, y length }

// canvas is what a pen draws on.
type canvas interface {
	polygon(c ink, corners ...point)
	line(c ink, width length, from, to point, dashes []length)
	// text writes from a point on the base line, to the right or upwards.
	text(s style, at point, txt string)
	bytes() ([]byte, error)
}

// newCanvas makes an empty one; an unknown format is an error.
func newCanvas(format Format, width, height length) (canvas, error) {
	switch format {
	case PNG:
		return newPixels(width, height), nil
	case SVG:
		return newVectors(width, height), nil
	}
	return nil, fmt.Errorf("a picture is %s or %s, not %q", PNG, SVG, format)
}
