package annotations

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"sync"
)

// CandidateOrder is the order of a [CandidateList].
type CandidateOrder string

// The orders.
const (
	// ByID is that of the ids.
	ByID CandidateOrder = "id"
	// ByDisagreement begins with those of which the most labeling functions vote
	// against the label with the most votes; of as many, those with the fewest votes.
	ByDisagreement CandidateOrder = "disagreement"
	// ByUncertainty begins with those of which the most probable label is the least
	// probable. Those of which nothing is known come last.
	ByUncertainty CandidateOrder = "uncertainty"
	// ByPattern has one candidate for each combination of votes, the most frequent
	// first.
	ByPattern CandidateOrder = "pattern"
	// AtRandom shuffles them, by a seed.
	AtRandom CandidateOrder = "random"
)

// CandidateOrders lists them.
func CandidateOrders() []CandidateOrder {
	return []CandidateOrder{ByID, ByDisagreement, ByUncertainty, ByPattern, AtRandom}
}

// orderCache keeps the orders that were asked for, the last one of the random ones.
type orderCache struct {
	mu     sync.Mutex
	orders map[CandidateOrder][]int32
	seed   uint64
}

// get returns an order, which make makes if it is not known.
func (c *orderCache) get(order CandidateOrder, seed uint64, build func() []int32) []int32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if rows := c.orders[order]; rows != nil && (order != AtRandom || seed == c.seed) {
		return rows
	}
	if c.orders == nil {
		c.orders = make(map[CandidateOrder][]int32)
	}
	if order == AtRandom {
		c.seed = seed
	}
	c.orders[order] = build()
	return c.orders[order]
}

// order returns the rows in an order; nil is that of the ids.
func (x *CandidateIndex) order(q *CandidateFilter) []int32 {
	switch q.Order {
	case ByDisagreement:
		return x.orders.get(q.Order, 0, x.byDisagreement)
	case ByPattern:
		return x.orders.get(q.Order, 0, x.byPattern)
	case AtRandom:
		return x.orders.get(q.Order, q.Seed, func() []int32 { return atRandom(len(x.IDs), q.Seed) })
	case ByUncertainty:
		if q.Belief != nil {
			return q.Belief.orders.get(q.Order, 0, q.Belief.byUncertainty)
		}
	}
	return nil
}

// countingSort orders rows by a small number that each has, and then by themselves.
func countingSort(rows, numbers int, numberOf func(row int) int) []int32 {
	next := make([]int32, numbers+1)
	for row := range rows {
		next[numberOf(row)+1]++
	}
	for n := range numbers {
		next[n+1] += next[n]
	}
	order := make([]int32, rows)
	for row := range rows {
		n := numberOf(row)
		order[next[n]] = int32(row)
		next[n]++
	}
	return order
}

func (x *CandidateIndex) byDisagreement() []int32 {
	n, d := x.Votes.Cols()+1, x.Votes.Rows()
	place := make([]int32, d)
	for i := range d {
		against, votes := x.Votes.Disagreement(i)
		place[i] = int32((n-1-against)*n + votes)
	}
	return countingSort(len(x.IDs), n*n, func(row int) int { return int(place[x.Votes.Of[row]]) })
}

// byPattern puts the candidates of a pattern together.
func (x *CandidateIndex) byPattern() []int32 {
	d := x.Votes.Rows()
	patterns, place := make([]int32, d), make([]int32, d)
	for i := range patterns {
		patterns[i] = int32(i)
	}
	slices.SortFunc(patterns, func(a, b int32) int {
		return cmp.Or(cmp.Compare(x.Votes.Counts[b], x.Votes.Counts[a]), cmp.Compare(a, b))
	})
	for i, p := range patterns {
		place[p] = int32(i)
	}
	return countingSort(len(x.IDs), d, func(row int) int { return int(place[x.Votes.Of[row]]) })
}

// byUncertainty takes probabilities in steps of 2⁻¹⁶.
func (b *Belief) byUncertainty() []int32 {
	const steps = 1 << 16
	return countingSort(len(b.Top), steps+2, func(row int) int {
		if top := b.Top[row]; top >= 0 { // a number
			return int(top * steps)
		}
		return steps + 1
	})
}

func atRandom(rows int, seed uint64) []int32 {
	order := make([]int32, rows)
	for i := range order {
		order[i] = int32(i)
	}
	r := rand.New(rand.NewPCG(seed, 0))
	r.Shuffle(rows, func(i, j int) { order[i], order[j] = order[j], order[i] })
	return order
}

func compareGroups(a, b CandidateGroup) int {
	return cmp.Or(cmp.Compare(a.Split, b.Split), cmp.Compare(a.Type, b.Type))
}

// Warm makes the orders that take long, so that who asks for them does not wait.
func (x *CandidateIndex) Warm(ctx context.Context) {
	for _, order := range []CandidateOrder{ByDisagreement, ByPattern} {
		if ctx.Err() == nil {
			x.order(&CandidateFilter{Order: order})
		}
	}
}
