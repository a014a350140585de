package learning

import "workbench/learning/dependency"

// component is a set of LFs that dependencies connect. Given y it is a pairwise
// graphical model over their labels, on which a junction tree is exact.
//
// A label is a state from 0: of two classes −1, 0 and 1; of more 0 to K, where
// 0 abstains.
type component struct {
	lfs     []int
	abstain uint16 // the state that abstains
	first   uint16 // the one that votes for the first class
	tree    *junctionTree
	factors [][]factor // state of y → factors of all weights that concern the LFs
}

// factor is one weight's factor on the table of one clique.
type factor struct {
	weight int
	clique int
	a, b   []uint16  // states of its one or two LFs in each entry; b is nil for one
	value  []float64 // by the state of a, plus states times that of b
}

// expand writes the factor in each entry of its clique's table.
func (f *factor) expand(states int, into []float64) {
	if f.b == nil {
		for at, x := range f.a {
			into[at] = f.value[x]
		}
		return
	}
	for at, x := range f.a {
		into[at] = f.value[int(x)+states*int(f.b[at])]
	}
}

// maxTable is how many table entries exact inference may take per component:
// enough for 9 LFs that all depend on each other (two classes), or for thousands
// of them in a chain. Each further LF that depends on all others takes three to
// four times as long; at 10 training would take minutes.
const maxTable = 1 << 16

// tooLarge reports whether a component is beyond exact inference.
func tooLarge(lfs []int, deps []dependency.Dependency, cardinality int) bool {
	return len(lfs) > 1 && tableSize(len(lfs), cardinality+1, localEdges(lfs, deps)) > maxTable
}

// localEdges are the dependencies among the given LFs, by position.
func localEdges(lfs []int, deps []dependency.Dependency) [][2]int {
	at := make(map[int]int, len(lfs))
	for i, j := range lfs {
		at[j] = i
	}
	var edges [][2]int
	for _, d := range deps {
		if i, ok := at[d.J]; ok {
			edges = append(edges, [2]int{i, at[d.K]})
		}
	}
	return edges
}

func newComponent(m *joint, lfs []int) *component {
	states := m.cardinality + 1
	c := &component{lfs: lfs, first: 1, tree: newJunctionTree(len(lfs), states, localEdges(lfs, m.dependencies))}
	if m.binary {
		c.abstain, c.first = 1, 0
	}
	at := make(map[int]int, len(lfs))
	for i, j := range lfs {
		at[j] = i
	}
	for _, y := range m.ys {
		var factors []factor
		for i, j := range lfs {
			for _, kind := range m.ofLFs {
				f := factor{weight: m.at[kind] + j, clique: c.tree.bucket[i], value: make([]float64, states)}
				f.a = c.tree.cliques[f.clique].digits[0]
				for x := range states {
					f.value[x] = float64(m.kinds[kind].value(y, m.label(x)))
				}
				factors = append(factors, f)
			}
		}
		for i, d := range m.dependencies {
			if _, ok := at[d.J]; !ok {
				continue
			}
			f := factor{weight: m.deps + i, value: make([]float64, states*states)}
			f.clique, f.a, f.b = c.tree.place(at[d.J], at[d.K])
			for x := range states {
				for z := range states {
					f.value[x+states*z] = float64(d.Type.Factor(m.label(x), m.label(z), y))
				}
			}
			factors = append(factors, f)
		}
		c.factors = append(c.factors, factors)
	}
	return c
}

// label is the label of a state.
func (m *joint) label(state int) int {
	if m.binary {
		return state - 1
	}
	return state
}

// run computes the beliefs for one state of y and returns log Z.
func (c *component) run(theta []float64, s int) float64 {
	c.tree.clear()
	for i := range c.factors[s] {
		f := &c.factors[s][i]
		w := theta[f.weight]
		if w == 0 {
			continue
		}
		table := c.tree.cliques[f.clique].logPsi
		if f.b == nil {
			for at, x := range f.a {
				table[at] += w * f.value[x]
			}
			continue
		}
		for at, x := range f.a {
			table[at] += w * f.value[int(x)+c.tree.states*int(f.b[at])]
		}
	}
	return c.tree.run()
}

// expect writes the factors' means for one state of y and returns log Z.
func (c *component) expect(theta []float64, s int, mean []float64) float64 {
	logZ := c.run(theta, s)
	for i := range c.factors[s] {
		f := &c.factors[s][i]
		mean[f.weight] = f.mean(c.tree.cliques[f.clique].belief, c.tree.states)
	}
	return logZ
}

// mean sums the factor over a table of probabilities, or of their derivatives.
func (f *factor) mean(table []float64, states int) float64 {
	sum := 0.0
	if f.b == nil {
		for at, x := range f.a {
			sum += table[at] * f.value[x]
		}
		return sum
	}
	for at, x := range f.a {
		sum += table[at] * f.value[int(x)+states*int(f.b[at])]
	}
	return sum
}

// subtractCov takes q times the covariances given state s of y off jac. The
// covariance of two factors is the derivative of one's mean by the other's
// weight.
func (c *component) subtractCov(theta []float64, s int, q float64, jac []float64) {
	c.run(theta, s)
	size := len(theta)
	for i := range c.factors[s] {
		f := &c.factors[s][i]
		direction := c.tree.cliques[f.clique].direction
		f.expand(c.tree.states, direction)
		c.tree.differentiate(f.clique, direction)
		for k := range c.factors[s] {
			g := &c.factors[s][k]
			jac[g.weight*size+f.weight] -= q * g.mean(c.tree.cliques[g.clique].dBelief, c.tree.states)
		}
	}
}

// votes writes the LFs' votes for one state of y.
func (c *component) votes(theta []float64, s int, into []vote) {
	c.run(theta, s)
	for i, j := range c.lfs {
		q := &c.tree.cliques[c.tree.bucket[i]]
		var v vote
		for at, p := range q.belief {
			switch q.digits[0][at] {
			case c.abstain:
				v.abstain += p
			case c.first:
				v.first += p
			default:
				v.other += p
			}
		}
		into[j] = v
	}
}
