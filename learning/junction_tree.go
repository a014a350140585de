package learning

import (
	"math"
	"slices"
)

// junctionTree computes exact marginals of a distribution over LFs whose
// potentials are on single LFs and on pairs of them: what the model is for one
// connected component of the dependency graph, given y. It eliminates the LFs
// one after the other (bucket elimination; Dechter 1999, Koller and Friedman
// 2009, chapters 9 and 10): each LF has a clique of itself and of its
// neighbours at the time of its elimination. One pass up the tree gives the
// normalising constant, one down the marginals; the cost is the number of
// entries in all cliques' tables, states^(treewidth + 1) for the largest.
type junctionTree struct {
	states  int
	cliques []clique // in the order of elimination: parents behind their children
	bucket  []int    // LF → the clique that eliminates it
}

// clique is the table over one LF and its neighbours. The LF that the clique
// eliminates is members[0] and varies fastest in the table.
type clique struct {
	members  []int
	size     int // states^len(members)
	parent   int // −1 for a root
	children []int
	toParent []int32    // entry of the parent's table → entry of this clique's message
	digits   [][]uint16 // member → its state in each entry

	logPsi  []float64 // potentials of this clique alone
	psi     []float64 // times the messages of the children, scaled
	message []float64 // psi summed over members[0], scaled
	belief  []float64 // P(members)
	outside []float64 // parent's belief over the separator

	dPsi, dMessage, dBelief, dOutside []float64 // derivatives in one direction
	dLogMessage                       []float64 // dMessage / message
	direction                         []float64 // room for the change of logPsi
}

// eliminationOrder orders n LFs by the smallest number of edges that their
// elimination adds, then by the smallest clique, then by number, and returns
// each one's neighbours at its turn.
func eliminationOrder(n int, edges [][2]int) (order []int, neighbours [][]int) {
	adjacent := make([]map[int]bool, n)
	for i := range adjacent {
		adjacent[i] = make(map[int]bool)
	}
	for _, e := range edges {
		adjacent[e[0]][e[1]], adjacent[e[1]][e[0]] = true, true
	}
	left := make([]bool, n)
	for i := range left {
		left[i] = true
	}
	for range n {
		best, bestFill := -1, 0
		for v := range n {
			if !left[v] {
				continue
			}
			fill := 0
			for a := range adjacent[v] {
				for b := range adjacent[v] {
					if a < b && !adjacent[a][b] {
						fill++
					}
				}
			}
			if best < 0 || fill < bestFill || fill == bestFill && len(adjacent[v]) < len(adjacent[best]) {
				best, bestFill = v, fill
			}
		}
		var around []int
		for a := range adjacent[best] {
			around = append(around, a)
		}
		slices.Sort(around)
		for _, a := range around {
			for _, b := range around {
				if a != b {
					adjacent[a][b] = true
				}
			}
			delete(adjacent[a], best)
		}
		left[best] = false
		order, neighbours = append(order, best), append(neighbours, around)
	}
	return order, neighbours
}

// tableSize is the number of entries in the cliques of a graph, without making
// them; it saturates far above any limit.
func tableSize(n, states int, edges [][2]int) float64 {
	_, neighbours := eliminationOrder(n, edges)
	total := 0.0
	for _, around := range neighbours {
		total += math.Pow(float64(states), float64(len(around)+1))
	}
	return total
}

func newJunctionTree(n, states int, edges [][2]int) *junctionTree {
	t := &junctionTree{states: states, bucket: make([]int, n)}
	order, neighbours := eliminationOrder(n, edges)
	for i, v := range order {
		t.bucket[v] = i
	}
	for i, v := range order {
		around := neighbours[i]
		slices.SortFunc(around, func(a, b int) int { return t.bucket[a] - t.bucket[b] })
		c := clique{members: append([]int{v}, around...), size: 1, parent: -1}
		for range c.members {
			c.size *= states
		}
		if len(around) > 0 {
			c.parent = t.bucket[around[0]]
		}
		for _, table := range []*[]float64{&c.logPsi, &c.psi, &c.belief, &c.dPsi, &c.dBelief, &c.direction} {
			*table = make([]float64, c.size)
		}
		for _, table := range []*[]float64{&c.message, &c.outside, &c.dMessage, &c.dOutside, &c.dLogMessage} {
			*table = make([]float64, c.size/states)
		}
		c.setDigits(states)
		t.cliques = append(t.cliques, c)
	}
	for i := range t.cliques {
		c := &t.cliques[i]
		if c.parent < 0 {
			continue
		}
		p := &t.cliques[c.parent]
		p.children = append(p.children, i)
		c.toParent = make([]int32, p.size)
		for at := range p.size {
			c.toParent[at] = int32(c.separatorIndex(p, at, states))
		}
	}
	return t
}

// setDigits lists each member's state in each entry of the table.
func (c *clique) setDigits(states int) {
	c.digits = make([][]uint16, len(c.members))
	stride := 1
	for m := range c.members {
		c.digits[m] = make([]uint16, c.size)
		for at := range c.size {
			c.digits[m][at] = uint16(at / stride % states)
		}
		stride *= states
	}
}

// separatorIndex finds the entry of c's message for entry at of its parent p.
func (c *clique) separatorIndex(p *clique, at, states int) int {
	index, stride := 0, 1
	for _, v := range c.members[1:] {
		x := at
		for _, w := range p.members {
			if w == v {
				index += x % states * stride
				break
			}
			x /= states
		}
		stride *= states
	}
	return index
}

// place finds the clique that holds the pair (j, k), and the states of j and k
// in each entry of its table.
func (t *junctionTree) place(j, k int) (at int, stateJ, stateK []uint16) {
	at = min(t.bucket[j], t.bucket[k])
	c := &t.cliques[at]
	return at, c.digits[slices.Index(c.members, j)], c.digits[slices.Index(c.members, k)]
}

// clear removes all potentials.
func (t *junctionTree) clear() {
	for i := range t.cliques {
		clear(t.cliques[i].logPsi)
	}
}

// run computes the belief of every clique and returns log Z.
func (t *junctionTree) run() float64 {
	logZ := 0.0
	for i := range t.cliques {
		c := &t.cliques[i]
		top := slices.Max(c.logPsi)
		for at, x := range c.logPsi {
			c.psi[at] = math.Exp(x - top)
		}
		logZ += top
		for _, child := range c.children {
			m := &t.cliques[child]
			for at := range c.psi {
				c.psi[at] *= m.message[m.toParent[at]]
			}
		}
		sum := 0.0
		for at := range c.message {
			s := 0.0
			for _, x := range c.psi[at*t.states : (at+1)*t.states] {
				s += x
			}
			c.message[at] = s
			sum += s
		}
		// The scale is a constant; it keeps products of many small numbers
		// within range.
		for at := range c.message {
			c.message[at] /= sum
		}
		for at := range c.psi {
			c.psi[at] /= sum
		}
		logZ += math.Log(sum)
	}
	for i := len(t.cliques) - 1; i >= 0; i-- {
		c := &t.cliques[i]
		if c.parent < 0 {
			copy(c.belief, c.psi)
			continue
		}
		p := &t.cliques[c.parent]
		clear(c.outside)
		for at, b := range p.belief {
			c.outside[c.toParent[at]] += b
		}
		for at := range c.belief {
			c.belief[at] = ratioOf(c.psi[at]*c.outside[at/t.states], c.message[at/t.states])
		}
	}
	return logZ
}

// ratioOf is a / b, 0 where both are 0.
func ratioOf(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// differentiate computes the derivative of every belief when the potentials of
// clique source change in the given direction; run must have been called. Only
// the messages above the source change on the way up.
func (t *junctionTree) differentiate(source int, direction []float64) {
	changed := make([]bool, len(t.cliques))
	for i := source; i < len(t.cliques); i++ {
		c := &t.cliques[i]
		changed[i] = i == source
		for _, child := range c.children {
			changed[i] = changed[i] || changed[child]
		}
		if !changed[i] {
			continue
		}
		if i == source {
			copy(c.dPsi, direction)
		} else {
			clear(c.dPsi)
		}
		for _, child := range c.children {
			if changed[child] {
				m := &t.cliques[child]
				for at, to := range m.toParent {
					c.dPsi[at] += m.dLogMessage[to]
				}
			}
		}
		for at, x := range c.psi {
			c.dPsi[at] *= x
		}
		for at := range c.dMessage {
			s := 0.0
			for _, x := range c.dPsi[at*t.states : (at+1)*t.states] {
				s += x
			}
			c.dMessage[at] = s
			c.dLogMessage[at] = ratioOf(s, c.message[at])
		}
	}
	for i := len(t.cliques) - 1; i >= 0; i-- {
		c := &t.cliques[i]
		switch {
		case c.parent < 0 && !changed[i]:
			clear(c.dBelief)
		case c.parent < 0:
			sum := 0.0
			for _, x := range c.dPsi {
				sum += x
			}
			for at := range c.dBelief {
				c.dBelief[at] = c.dPsi[at] - c.belief[at]*sum
			}
		default:
			t.differentiateBelief(c, changed[i])
		}
	}
}

// differentiateBelief applies the product rule to belief = psi · outside / message.
func (t *junctionTree) differentiateBelief(c *clique, changed bool) {
	p := &t.cliques[c.parent]
	clear(c.dOutside)
	for at, b := range p.dBelief {
		c.dOutside[c.toParent[at]] += b
	}
	for s, x := range c.outside {
		d := ratioOf(c.dOutside[s], x)
		if changed {
			d -= c.dLogMessage[s]
		}
		for at := s * t.states; at < (s+1)*t.states; at++ {
			c.dBelief[at] = c.belief[at] * d
			if changed {
				c.dBelief[at] += ratioOf(c.dPsi[at]*x, c.message[s])
			}
		}
	}
}
