package latent

import (
	"cmp"
	"slices"

	"workbench/annotations/matrix"
)

// canonical returns the columns of patterns in an order that does not depend on the
// one they have, but on what their LFs say: by a hash of their votes, each with the
// numbers of votes of its candidate for each class. Sums over columns, and what
// a search finds first, are then the same for any order of the LFs.
func canonical(p *matrix.Patterns, k int) []int {
	const odd, other = 0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9
	mix := func(h uint64) uint64 {
		h = (h ^ h>>31) * other
		return h ^ h>>29
	}
	n := p.Distinct.Cols()
	hash := make([]uint64, n)
	count := make([]uint64, k+1)
	for d, candidates := range p.Counts {
		cols, vals := p.Distinct.Row(d)
		row := uint64(odd)
		for _, v := range vals {
			count[classOf(v, k)]++
		}
		for _, v := range vals {
			c := classOf(v, k)
			if count[c] > 0 {
				row += mix(uint64(c)<<32 | count[c])
				count[c] = 0
			}
		}
		for e, j := range cols {
			hash[j] += uint64(candidates) * mix(mix(row)+uint64(classOf(vals[e], k))*odd)
		}
	}
	order := make([]int, n)
	for j := range order {
		order[j] = j
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(hash[a], hash[b]) })
	return order
}

// renumber gives the LFs of a result the numbers that they have in the matrix,
// which order tells.
func (res *Result) renumber(order []int) {
	for i := range res.Pairs {
		p := &res.Pairs[i]
		p.J, p.K = ascending(order[p.J], order[p.K])
	}
	slices.SortFunc(res.Pairs, func(a, b Pair) int { return cmp.Or(cmp.Compare(a.J, b.J), cmp.Compare(a.K, b.K)) })
	for i := range res.Path {
		p := &res.Path[i]
		p.J, p.K = ascending(order[p.J], order[p.K])
	}
	if res.Families != nil {
		families := make([]Family, len(order))
		for j, f := range res.Families {
			families[order[j]] = f
		}
		res.Families = families
	}
	for j := range res.Constant {
		res.Constant[j] = order[res.Constant[j]]
	}
	slices.Sort(res.Constant)
	for _, m := range res.Members {
		m.renumber(order, res.Classes)
	}
}

func ascending(j, k int) (int, int) { return min(j, k), max(j, k) }

func (o *Member) renumber(order []int, k int) {
	for _, f := range o.Factors {
		for i, j := range f.LFs {
			f.LFs[i] = order[j]
		}
	}
	if o.Usual != nil {
		usual, table := make([]float64, len(o.Usual)), make([]float64, len(o.Table))
		for j, to := range order {
			copy(usual[to*k:], o.Usual[j*k:(j+1)*k])
			copy(table[to*k*k:], o.Table[j*k*k:(j+1)*k*k])
		}
		o.Usual, o.Table = usual, table
	}
}
