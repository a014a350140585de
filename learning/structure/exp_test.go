package structure_test

import (
	"math"
	"testing"

	"workbench/learning/structure"
)

// The inlined exponential is as exact as its comment says, where it is used.
func TestExp(t *testing.T) {
	t.Parallel()
	check := func(x float64) {
		want := math.Exp(x)
		if d := math.Abs(structure.Exp(x)-want) / want; !(d <= 2e-15+2e-16*math.Abs(x)) {
			t.Errorf("exp(%v) is %v, not %v", x, structure.Exp(x), want)
		}
	}
	for x := -700.0; x <= 700; x += 0.0137 {
		check(x)
	}
	// Around 0, where most arguments are, and at the edges of the table's parts.
	for x := -1.5; x <= 1.5; x += 1e-4 {
		check(x)
	}
	for i := range 1000 {
		edge := (float64(i) - 499.5) * math.Ln2 / 128
		check(edge)
		check(math.Nextafter(edge, -1e3))
		check(math.Nextafter(edge, 1e3))
	}
	if structure.Exp(0) != 1 {
		t.Errorf("exp(0) is %v", structure.Exp(0))
	}
}

// A contrast of probabilities is exact, and stays so where they underflow.
func TestContrast(t *testing.T) {
	t.Parallel()
	const tolerance = 1e-14 // a few roundings, and exp's 2e-15
	for _, c := range []struct{ p, q, odds, want float64 }{
		{0.3, 0.1, math.Log(3), 0.5},
		{0, 0.1, -900, -1},
		{0, 0, 0, 0},
		{1e-300, 3e-300, -math.Log(3), -0.5},
		{0, 0, 2, math.Tanh(1)},
		{0, 0, 5000, 1},
		{0, 0, -5000, -1},
	} {
		if got := structure.Contrast(c.p, c.q, c.odds); !(math.Abs(got-c.want) <= tolerance) {
			t.Errorf("contrast of %v and %v with odds %v is %v, not %v", c.p, c.q, c.odds, got, c.want)
		}
	}
}
