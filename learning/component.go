package learning

import (
	"math/bits"

	"workbench/learning/dependency"
)

// component is a set of LFs that dependencies connect, given one state of y.
// Their labels are a pairwise graphical model, on which a junction tree is exact.
//
// A label is a state from 0: of two classes −1, 0 and 1; of more 0 to K, where
// 0 abstains.
type component struct {
	lfs     []int
	abstain int // the state that abstains
	first   int // the one that votes for the first class
	tree    *junctionTree
	cliques []cliqueFactors // beside those of the tree
	alone   []place         // LF → where its label alone is found
	theta   []float64       // the weights of the model
	logZ    float64
	cov     *covariances // made when it is first asked for
}

// cliqueFactors are the factors on pairs of LFs of which a clique eliminates one.
type cliqueFactors struct {
	pairs   []lfPair
	factors []*factor // of all pairs
	twos    *marginals
}

// lfPair is a pair of LFs with all factors on them. Factors on one LF belong to
// one of its pairs.
type lfPair struct {
	members   positions
	potential []float64 // Σ weight × factor, by the state of the first plus states times that of the second
	p         []float64 // the probability of each
	set       int       // where the clique's pairs have it
	factors   []factor
}

// factor is one weight's factor.
type factor struct {
	weight int
	value  []float64 // as the potential
	mean   float64
}

// place is an LF's state among those of a pair.
type place struct {
	clique, pair int
	second       bool
}

// maxTable is how many table entries exact inference may take per component:
// enough for 12 LFs that all depend on each other (two classes), 10 of three
// classes, 8 of four, or for tens of thousands of them in a chain.
const maxTable = 1 << 20

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

func newComponent(m *joint, lfs []int, y int) *component {
	states := m.cardinality + 1
	c := &component{lfs: lfs, first: 1, alone: make([]place, len(lfs)),
		tree: newJunctionTree(len(lfs), states, localEdges(lfs, m.dependencies), len(m.ofLFs))}
	if m.binary {
		c.abstain, c.first = 1, 0
	}
	c.cliques = make([]cliqueFactors, len(c.tree.cliques))
	at := make(map[int]int, len(lfs))
	for i, j := range lfs {
		at[j] = i
		c.alone[i].clique = -1
	}
	for i, d := range m.dependencies {
		if _, ok := at[d.J]; ok {
			c.addPair(at[d.J], at[d.K], factor{weight: m.deps + i}, func(a, b int) int { return d.Type.Factor(m.label(a), m.label(b), y) })
		}
	}
	for i, j := range lfs {
		for _, kind := range m.ofLFs {
			c.addAlone(c.alone[i], factor{weight: m.at[kind] + j}, func(a int) int { return m.kinds[kind].value(y, m.label(a)) })
		}
	}
	for i := range c.cliques {
		c.setPairs(i)
	}
	return c
}

// addPair adds a factor on LFs i and k.
func (c *component) addPair(i, k int, f factor, value func(a, b int) int) {
	t := c.tree
	home := t.home[min(t.rank[i], t.rank[k])]
	of := &c.cliques[home]
	members := t.cliques[home].positions([]int{t.rank[i], t.rank[k]})
	at := 0
	for at < len(of.pairs) && of.pairs[at].members != members {
		at++
	}
	if at == len(of.pairs) {
		of.pairs = append(of.pairs, lfPair{members: members, potential: make([]float64, t.states*t.states)})
	}
	swapped := t.rank[i] > t.rank[k]
	for b := range t.states {
		for a := range t.states {
			if swapped {
				f.value = append(f.value, float64(value(b, a)))
			} else {
				f.value = append(f.value, float64(value(a, b)))
			}
		}
	}
	of.pairs[at].factors = append(of.pairs[at].factors, f)
	if c.alone[i].clique < 0 {
		c.alone[i] = place{home, at, swapped}
	}
	if c.alone[k].clique < 0 {
		c.alone[k] = place{home, at, !swapped}
	}
}

// addAlone adds a factor on one LF.
func (c *component) addAlone(at place, f factor, value func(a int) int) {
	states := c.tree.states
	for b := range states {
		for a := range states {
			if at.second {
				a = b
			}
			f.value = append(f.value, float64(value(a)))
		}
	}
	s := &c.cliques[at.clique].pairs[at.pair]
	s.factors = append(s.factors, f)
}

// setPairs plans the probabilities of a clique's pairs, and hands the clique
// their potentials.
func (c *component) setPairs(i int) {
	of, q := &c.cliques[i], &c.tree.cliques[i]
	n := len(q.members)
	of.twos = newMarginals(n, c.tree.states, 0, 2)
	for x := range of.pairs {
		s := &of.pairs[x]
		s.set = of.twos.find(s.members)
		first, second := bits.TrailingZeros32(uint32(s.members)), bits.Len32(uint32(s.members))-1
		q.potentials[first*n+second] = s.potential
		for k := range s.factors {
			of.factors = append(of.factors, &s.factors[k])
		}
	}
}

// label is the label of a state.
func (m *joint) label(state int) int {
	if m.binary {
		return state - 1
	}
	return state
}

// expect computes the factors' means and log Z.
func (c *component) expect() {
	for i := range c.cliques {
		for x := range c.cliques[i].pairs {
			s := &c.cliques[i].pairs[x]
			clear(s.potential)
			for k := range s.factors {
				axpy(s.potential, c.theta[s.factors[k].weight], s.factors[k].value)
			}
		}
	}
	c.logZ = c.tree.run()
	for i := range c.cliques {
		of := &c.cliques[i]
		of.twos.run(c.tree.cliques[i].table)
		for x := range of.pairs {
			s := &of.pairs[x]
			s.p = of.twos.out[of.twos.at[s.set]:][:len(s.potential)]
			for k := range s.factors {
				s.factors[k].mean = dot(s.factors[k].value, s.p)
			}
		}
	}
}

// setMeans writes the factors' means.
func (c *component) setMeans(mean []float64) {
	for i := range c.cliques {
		for _, f := range c.cliques[i].factors {
			mean[f.weight] = f.mean
		}
	}
}

// votes writes the LFs' votes.
func (c *component) votes(into []vote) {
	states := c.tree.states
	for i, j := range c.lfs {
		at := c.alone[i]
		var v vote
		for pair, p := range c.cliques[at.clique].pairs[at.pair].p {
			state := pair % states
			if at.second {
				state = pair / states
			}
			switch state {
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
