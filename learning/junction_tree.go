package learning

import (
	"math"
	"slices"
)

// junctionTree computes exact marginals of a distribution over LFs whose
// potentials are on pairs of them: what the model is for one connected component
// of the dependency graph, given y. It eliminates the LFs one after the other
// (bucket elimination; Dechter 1999, Koller and Friedman 2009, chapters 9 and
// 10). One pass up the tree of cliques gives the normalising constant, one down
// the probabilities; the cost is the number of entries in all cliques' tables,
// states^(treewidth + 1) for the largest.
//
// LFs go by their rank, which is their place in the order of elimination.
type junctionTree struct {
	states  int
	rank    []int    // LF → rank
	home    []int    // rank → the clique that eliminates it
	cliques []clique // parents behind their children
}

// clique is a table over some LFs. Those that it eliminates vary fastest; it
// shares the others, the separator, with its parent.
type clique struct {
	members  []int // ascending
	block    int   // states^(LFs that it eliminates)
	parent   int   // −1 for a root
	children []int
	toParent []int32 // entry of the parent's table → state of the separator

	cliqueTable
	message []float64 // state of the separator → what children and potentials say of it, scaled
	outside []float64 // state of the separator → its probability
}

// newJunctionTree makes the tree of n LFs with potentials on some pairs, each
// as often as it has factors, besides so many factors of each LF alone.
func newJunctionTree(n, states int, edges [][2]int, alone int) *junctionTree {
	t := &junctionTree{states: states}
	var cliques []draft
	t.rank, cliques, t.home = drafts(eliminationOrder(n, edges))
	for _, e := range edges {
		cliques[t.home[min(t.rank[e[0]], t.rank[e[1]])]].factors++
	}
	for i := range cliques {
		cliques[i].factors += float64(alone * len(cliques[i].own))
	}
	join(cliques, t.home, states)
	cliques = slices.DeleteFunc(cliques, func(d draft) bool { return len(d.own) == 0 })
	// Each separator begins with an LF that the parent eliminates.
	slices.SortFunc(cliques, func(a, b draft) int { return a.own[len(a.own)-1] - b.own[len(b.own)-1] })
	for i := range cliques {
		for _, r := range cliques[i].own {
			t.home[r] = i
		}
	}
	seen := indexes{states: states}
	for i := range cliques {
		t.cliques = append(t.cliques, newClique(&cliques[i], states))
	}
	for i := range cliques {
		if len(cliques[i].separator) == 0 {
			continue
		}
		c := &t.cliques[i]
		c.parent = t.home[cliques[i].separator[0]]
		p := &t.cliques[c.parent]
		p.children = append(p.children, i)
		c.toParent = seen.of(len(p.members), p.positions(cliques[i].separator))
	}
	return t
}

func newClique(d *draft, states int) clique {
	members, separator := d.members(), power(states, len(d.separator))
	return clique{members: members, block: power(states, len(d.own)), parent: -1, cliqueTable: newCliqueTable(len(members), states),
		message: make([]float64, separator), outside: make([]float64, separator)}
}

// power is states^n.
func power(states, n int) int {
	size := 1
	for range n {
		size *= states
	}
	return size
}

// positions are the places of some members, by rank.
func (c *clique) positions(ranks []int) positions {
	var set positions
	for i, r := range c.members {
		if slices.Contains(ranks, r) {
			set |= 1 << i
		}
	}
	return set
}

// run computes the probabilities of every clique from its potentials and
// returns log Z.
func (t *junctionTree) run() float64 {
	logZ := 0.0
	for i := range t.cliques {
		logZ += t.sumUp(&t.cliques[i])
	}
	for i := len(t.cliques) - 1; i >= 0; i-- {
		c := &t.cliques[i]
		if c.parent < 0 {
			continue // the table is the root's already
		}
		clear(c.outside)
		for at, p := range t.cliques[c.parent].table {
			c.outside[c.toParent[at]] += p
		}
		for s, p := range c.outside {
			scale := ratioOf(p, c.message[s])
			for at := s * c.block; at < (s+1)*c.block; at++ {
				c.table[at] *= scale
			}
		}
	}
	return logZ
}

// sumUp computes the message of a clique whose children have theirs, and
// returns the logarithm of its scale.
func (t *junctionTree) sumUp(c *clique) float64 {
	const (
		small = 100    // entries of which each can have its own exponential
		least = 1e-200 // of the sum; products that are smaller may have lost entries that matter
	)
	if len(c.table) > small {
		top := c.setProducts()
		if sum := t.send(c); sum > least {
			return top + math.Log(sum)
		}
	}
	top := c.setExponentials()
	return top + math.Log(t.send(c))
}

// send multiplies a table by the messages of the children, sums it over the LFs
// that the clique eliminates, and returns the scale by which it divides both the
// table and the sums: it keeps products of many small numbers within range.
func (t *junctionTree) send(c *clique) float64 {
	for _, child := range c.children {
		m := &t.cliques[child]
		for at := range c.table {
			c.table[at] *= m.message[m.toParent[at]]
		}
	}
	sum := 0.0
	for s := range c.message {
		c.message[s] = total(c.table[s*c.block:][:c.block])
		sum += c.message[s]
	}
	for s := range c.message {
		c.message[s] /= sum
	}
	inverse := 1 / sum
	for at := range c.table {
		c.table[at] *= inverse
	}
	return sum
}

// ratioOf is a / b, 0 where both are 0.
func ratioOf(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
