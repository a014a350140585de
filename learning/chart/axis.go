package chart

import (
	"strconv"
	"strings"
)

// countAxis is an axis of whole numbers from 0, with marks at round ones and some
// room above the largest count.
type countAxis struct {
	top   float64 // of the axis, in counts
	ticks []int
}

func newCountAxis(most int) countAxis {
	const steps, headroom = 5, 1.06
	a := countAxis{top: headroom * float64(max(most, 1))}
	step := 1
	for step*steps < most {
		if lead := strconv.Itoa(step)[0]; lead == '2' {
			step = step / 2 * 5
		} else { // 1 or 5
			step *= 2
		}
	}
	for n := 0; float64(n) <= a.top; n += step {
		a.ticks = append(a.ticks, n)
	}
	return a
}

// share is how far up a count is.
func (a countAxis) share(n int) float64 { return float64(n) / a.top }

// grouped writes a number with a space at each thousand, as SI has it.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteRune('\u2009') // a thin space
		}
		b.WriteRune(d)
	}
	return b.String()
}
