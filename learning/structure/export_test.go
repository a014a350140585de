package structure

// Exp is the exponential function of the steps.
func Exp(x float64) float64 { return exp(x) }

// Contrast is (p − q)/(p + q), from the log of p/q where both are too small.
func Contrast(p, q, odds float64) float64 { return contrast(p, q, odds) }
