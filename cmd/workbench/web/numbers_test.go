package web_test

import (
	"math"
	"strconv"
)

// count and figure write numbers as pages do, of fewer than a thousand.
func count(n int) string { return strconv.Itoa(n) }

func figure(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return strconv.FormatFloat(x, 'f', 3, 64)
}
