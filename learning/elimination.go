package learning

import (
	"math"
	"slices"

	"workbench/learning/dependency"
)

// connected returns the connected components of the dependency graph, each
// with its LFs in ascending order.
func connected(n int, deps []dependency.Dependency) [][]int {
	group := make([]int, n)
	for j := range group {
		group[j] = j
	}
	var find func(j int) int
	find = func(j int) int {
		if group[j] != j {
			group[j] = find(group[j])
		}
		return group[j]
	}
	for _, d := range deps {
		a, b := find(d.J), find(d.K)
		group[max(a, b)] = min(a, b)
	}
	at := make(map[int]int)
	var parts [][]int
	for j := range n {
		root := find(j)
		if root == j {
			at[root] = len(parts)
			parts = append(parts, nil)
		}
		parts[at[root]] = append(parts[at[root]], j)
	}
	return parts
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

// draft is a clique before its tables are made: the LFs that it eliminates and
// the others, by rank and ascending.
type draft struct {
	own, separator []int
	factors        float64 // how many there are on pairs of which it eliminates one
}

// members are all LFs of the clique.
func (d *draft) members() []int { return append(slices.Clone(d.own), d.separator...) }

// drafts are the maximal cliques of a graph that is eliminated in some order,
// and which of them eliminates each rank. A clique that is part of one of its
// children goes into that.
func drafts(order []int, neighbours [][]int) (rank []int, cliques []draft, home []int) {
	rank, home = make([]int, len(order)), make([]int, len(order))
	for r, v := range order {
		rank[v] = r
	}
	waiting := make([][]int, len(order)) // rank → cliques of whose separators it is the first
	for r := range order {
		separator := make([]int, len(neighbours[r]))
		for i, v := range neighbours[r] {
			separator[i] = rank[v]
		}
		slices.Sort(separator)
		at := slices.IndexFunc(waiting[r], func(c int) bool { return len(cliques[c].separator) == len(separator)+1 })
		if at < 0 {
			home[r] = len(cliques)
			cliques = append(cliques, draft{})
		} else {
			home[r] = waiting[r][at]
		}
		c := &cliques[home[r]]
		c.own, c.separator = append(c.own, r), separator
		if len(separator) > 0 {
			waiting[separator[0]] = append(waiting[separator[0]], home[r])
		}
	}
	return rank, cliques, home
}

// tableSize is the number of entries in the cliques of a graph, without making
// them; it saturates far above any limit.
func tableSize(n, states int, edges [][2]int) float64 {
	_, cliques, _ := drafts(eliminationOrder(n, edges))
	total := 0.0
	for _, c := range cliques {
		total += math.Pow(float64(states), float64(len(c.own)+len(c.separator)))
	}
	return total
}

// join puts cliques into their parents where one larger table costs less than
// the covariances between the factors of both, which take a sum over the
// separator for each two of them.
func join(cliques []draft, home []int, states int) {
	const perEntry = 80 // how many terms of such a sum one entry costs in a step of training
	size := func(n int) float64 { return math.Pow(float64(states), float64(n)) }
	for joined := true; joined; {
		joined = false
		for i := range cliques {
			c := &cliques[i]
			if len(c.separator) == 0 {
				continue // a root, or one that is joined
			}
			at := home[c.separator[0]]
			p := &cliques[at]
			n, between := len(c.own)+len(p.own)+len(p.separator), (c.factors+1)*(p.factors+1)*size(len(c.separator))
			apart := perEntry*(size(len(c.own)+len(c.separator))+size(n-len(c.own))) + between
			if size(n) > maxTable || perEntry*size(n) > apart {
				continue
			}
			for _, r := range c.own {
				home[r] = at
			}
			p.own, p.factors = append(p.own, c.own...), p.factors+c.factors
			slices.Sort(p.own)
			*c = draft{}
			joined = true
		}
	}
}
