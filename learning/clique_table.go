package learning

import "math"

// cliqueTable is the table of a clique. The energy of an entry is the sum of the
// potentials of all pairs of members, in their states.
type cliqueTable struct {
	states, n  int
	potentials [][]float64 // positions a < b as a · n + b → state of a + states · state of b → potential, nil for none
	table      []float64   // exp(energy), up to scale; in the end P(members)
	line       []float64   // scratch: what one member adds in each state of those before it

	// Scratch of setProducts.
	fast, slow []float64 // states of the faster half of the members, of the slower half
	terms      []float64 // state plus states · member of the faster half
}

func newCliqueTable(n, states int) cliqueTable {
	half := n / 2
	return cliqueTable{
		states: states, n: n, potentials: make([][]float64, n*n),
		table: make([]float64, power(states, n)), line: make([]float64, power(states, n-1)),
		fast: make([]float64, power(states, half)), slow: make([]float64, power(states, n-half)), terms: make([]float64, half*states),
	}
}

// setExponentials writes the exponential of each energy less the largest, which
// it returns.
func (c *cliqueTable) setExponentials() (top float64) {
	c.setEnergies(c.table, 0, c.n)
	return exponentials(c.table)
}

// setProducts writes the same with few exponentials. Given the states of the
// slower members, the energy is that among the faster ones plus a term of each,
// so its exponential is a product. The top that it takes off is a bound of the
// energies: where they are far below it, entries are lost.
func (c *cliqueTable) setProducts() (top float64) {
	half := c.n / 2
	c.setEnergies(c.fast, 0, half)
	c.setEnergies(c.slow, half, c.n)
	for b := range c.slow {
		c.slow[b] += c.setTerms(b)
	}
	top = exponentials(c.fast) + exponentials(c.slow)
	for b, scale := range c.slow {
		c.setTerms(b)
		for i, x := range c.terms {
			c.terms[i] = math.Exp(x)
		}
		row := c.table[b*len(c.fast):][:len(c.fast)]
		row[0] = scale
		size := 1
		for m := range half {
			for z := c.states - 1; z >= 0; z-- {
				factor, to := c.terms[m*c.states+z], row[z*size:][:size]
				for i, x := range row[:size] {
					to[i] = x * factor
				}
			}
			size *= c.states
		}
		for i, x := range c.fast {
			row[i] *= x
		}
	}
	return top
}

// setTerms writes the term of each faster member and state, for entry b of the
// slower members, less the largest of the member, and returns the sum of these.
func (c *cliqueTable) setTerms(b int) (tops float64) {
	half := c.n / 2
	for m := range half {
		terms, rest := c.terms[m*c.states:][:c.states], b
		clear(terms)
		for k := half; k < c.n; k++ {
			x := rest % c.states
			rest /= c.states
			if potential := c.potentials[m*c.n+k]; potential != nil {
				for z, e := range potential[x*c.states:][:c.states] {
					terms[z] += e
				}
			}
		}
		top := terms[0]
		for _, e := range terms {
			top = max(top, e)
		}
		for z := range terms {
			terms[z] -= top
		}
		tops += top
	}
	return tops
}

// setEnergies writes the energies among the members from the first one to before
// the last, one member after the other.
func (c *cliqueTable) setEnergies(table []float64, first, last int) {
	clear(table[:c.states])
	size := c.states
	for m := first + 1; m < last; m++ {
		for x := c.states - 1; x >= 0; x-- {
			c.setLine(first, m, x)
			before, to := table[:size], table[x*size:][:size]
			for i, e := range c.line[:size] {
				to[i] = before[i] + e
			}
		}
		size *= c.states
	}
}

// setLine writes what member m, in state x, adds to the energy in each state of
// the members from the first one to before it.
func (c *cliqueTable) setLine(first, m, x int) {
	c.line[0] = 0
	size := 1
	for k := first; k < m; k++ {
		potential := c.potentials[k*c.n+m]
		for z := c.states - 1; z >= 0; z-- {
			e := 0.0
			if potential != nil {
				e = potential[z+c.states*x]
			}
			before, to := c.line[:size], c.line[z*size:][:size]
			for i, y := range before {
				to[i] = y + e
			}
		}
		size *= c.states
	}
}

// exponentials replaces energies by exp(energy − top) and returns top, the
// largest.
func exponentials(list []float64) (top float64) {
	top = math.Inf(-1)
	for _, x := range list {
		if x > top {
			top = x
		}
	}
	for i, x := range list {
		list[i] = math.Exp(x - top)
	}
	return top
}
