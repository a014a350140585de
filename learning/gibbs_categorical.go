package learning

import (
	"math"
	"slices"

	"workbench/learning/dependency"
)

// categoricalChains are the two chains of training with more than two classes,
// in numbskull's values: classes from 0, and for a vote the number of classes
// is an abstention. With scoped categoricals each candidate has classes of its
// own, numbered from 0 in the order of its range.
type categoricalChains struct {
	*gibbsModel
	data, free []int16 // m × n votes of the clamped and of the free chain
	y, yFree   []int16 // m classes
	classes    []int16 // m numbers of classes

	// voted is the factor of a vote of each kind that depends on votes alone; it
	// is 0 for an abstention.
	voted [numKinds]int
}

// newCategoricalChains makes chains that start from the given classes and have
// no votes. classes are the numbers of classes.
func newCategoricalChains(g *gibbsModel, start, classes []int16) *categoricalChains {
	c := &categoricalChains{gibbsModel: g, y: start, yFree: slices.Clone(start), classes: classes}
	c.data = make([]int16, len(start)*g.n)
	for i, k := range classes {
		for j := range g.n {
			c.data[i*g.n+j] = k
		}
	}
	c.free = slices.Clone(c.data)
	for _, kind := range g.ofVotes {
		c.voted[kind] = g.kinds[kind].value(1, 1)
	}
	return c
}

func (c *categoricalChains) drawClass(i int) {
	c.yFree[i] = int16(c.pickClass(int(c.classes[i]), c.free[i*c.n:(i+1)*c.n]))
}

// pickClass draws the class given the votes. The exponent of a class is twice
// the accuracies of those who vote for it less the accuracies of all who vote,
// so that only classes with votes need an exponential of their own.
func (c *categoricalChains) pickClass(k int, row []int16) int {
	r := c.random.draw()
	sums := c.sums[:k]
	clear(sums)
	all, span := 0.0, 0.0
	accuracy := c.weights[accuracyKind][:len(row)]
	for j, v := range row {
		if int(v) < k {
			a := accuracy[j].prior + accuracy[j].learned
			all += a
			span += math.Abs(a)
			sums[v] += 2 * a
		}
	}
	none := math.Exp(-all)
	highest, total := math.Abs(all), 0.0
	for q, a := range sums {
		if a == 0 {
			total += none
		} else {
			total += math.Exp(a - all)
			highest = max(highest, math.Abs(a-all))
		}
		sums[q] = total
	}
	if !(span < widestSpan && highest < widestExponent) {
		return c.exactly(-1, k, 0, row, r)
	}
	q, sure := c.pickSure(sums, r)
	if !sure {
		return c.exactly(-1, k, 0, row, r)
	}
	return q
}

// pickSure picks as pickOutcome does, by running sums that are approximate. It
// is not sure of what is within the margin of another outcome.
func (c *categoricalChains) pickSure(sums []float64, r float64) (q int, sure bool) {
	total := sums[len(sums)-1]
	z := r * total
	for q < len(sums)-1 && z > sums[q] {
		q++
	}
	lim := c.margin*total + tinySum
	return q, (q == len(sums)-1 || sums[q]-z > lim) && (q == 0 || z-sums[q-1] > lim) && total <= math.MaxFloat64
}

// exactly draws by the exact computation: the vote of LF j, or y for j < 0.
//
//go:noinline
func (c *categoricalChains) exactly(j, k, y int, row []int16, r float64) int {
	for l, v := range row {
		c.votes[l] = int(v)
	}
	if j < 0 {
		return c.exactClass(k, c.votes, r)
	}
	return c.exactVote(j, k, y, c.votes, r)
}

func (c *categoricalChains) learnClass(i int) {
	data, free := c.data[i*c.n:(i+1)*c.n], c.free[i*c.n:(i+1)*c.n]
	k := c.classes[i]
	y := int16(c.pickClass(int(k), data))
	yFree := int16(c.pickClass(int(k), free))
	c.y[i], c.yFree[i] = y, yFree
	s := &c.step
	c.touchAccuracies(y, yFree, k, data, free)
	if s.l1 && s.toss() {
		c.shrinkClass()
	}
}

// agreement is the factor of the accuracy without branches, which votes would mislead.
func agreement(y, vote, k int16) int {
	var right, silent int
	if vote == y {
		right = 1
	}
	if vote == k {
		silent = 1
	}
	return 2*right - 1 + silent
}

// silent is 1 for an abstention.
func silent(vote, k int16) int {
	if vote == k {
		return 1
	}
	return 0
}

// touchAccuracies touches the weights that y and the votes have in common.
func (c *categoricalChains) touchAccuracies(y, yFree, k int16, data, free []int16) {
	s, accuracy := &c.step, c.learned[accuracyKind]
	for j := range accuracy {
		s.touch(&accuracy[j], agreement(yFree, free[j], k)-agreement(y, data[j], k))
	}
}

func (c *categoricalChains) drawVotes(i int) {
	c.pickVotes(int(c.classes[i]), int(c.yFree[i]), c.free[i*c.n:(i+1)*c.n], nil)
}

func (c *categoricalChains) learnVotes(i int) {
	data, free := c.data[i*c.n:(i+1)*c.n], c.free[i*c.n:(i+1)*c.n]
	k := c.classes[i]
	c.pickVotes(int(k), int(c.yFree[i]), free, data)
	c.touchAccuracies(c.y[i], c.yFree[i], k, data, free)
	s := &c.step
	for _, kind := range c.ofVotes {
		weights, voted := c.learned[kind], c.voted[kind]
		for j := range weights {
			s.touch(&weights[j], voted*(silent(data[j], k)-silent(free[j], k)))
		}
	}
	if s.l1 {
		c.shrinkVotes()
	}
}

// pickVotes draws the votes of a candidate's LFs given y, one after the other.
// data are the votes of the clamped chain if dependencies are to be learned
// from, else nil. All wrong classes of an LF without dependencies weigh the
// same, so the place of z among the running sums follows by division.
func (c *categoricalChains) pickVotes(k, y int, row, data []int16) {
	wrongs, rights := c.outcomes[0], c.outcomes[1]
	expsOf(c.weights[accuracyKind], c.limit, wrongs, rights)
	for _, kind := range c.ofVotes {
		expsOf(c.weights[kind], c.limit, c.down, c.up)
		voted := c.up
		if c.voted[kind] < 0 {
			voted = c.down
		}
		scaleBy(wrongs, voted)
		scaleBy(rights, voted)
	}
	draws := c.random.take(len(row))[:len(row)]
	inTurn := data != nil && (len(c.deps) > 0 || c.step.l1)
	for j := range row {
		var v int
		if len(c.links[j]) > 0 {
			v = c.pickLinked(j, k, y, row, draws[j], wrongs[j], rights[j])
		} else {
			v = c.pickVote(j, k, y, row, draws[j], wrongs[j], rights[j])
		}
		row[j] = int16(v)
		if inTurn {
			c.learnLinks(j, k, row, data)
		}
	}
}

func (c *categoricalChains) pickVote(j, k, y int, row []int16, r, wrong, right float64) int {
	before := float64(y) * wrong
	through := before + right
	votes := through + float64(k-1-y)*wrong
	total := votes + 1
	z := r * total
	var v int
	var near float64 // distance to the nearest boundary
	switch {
	case z > votes:
		v, near = k, z-votes
	case z > through:
		steps := (z - through) / wrong
		whole := math.Floor(steps)
		v, near = y+1+int(whole), min(steps-whole, whole+1-steps)*wrong
	case z > before:
		v, near = y, min(z-before, through-z)
	default:
		steps := z / wrong
		whole := math.Floor(steps)
		v, near = int(whole), min(steps-whole, whole+1-steps)*wrong
	}
	if !(near > c.margin*total+tinySum) {
		return c.exactly(j, k, y, row, r)
	}
	return v
}

// pickLinked is pickVote for an LF with dependencies.
func (c *categoricalChains) pickLinked(j, k, y int, row []int16, r, wrong, right float64) int {
	sums := c.sums[:k+1]
	setAll(sums, wrong)
	sums[y], sums[k] = right, 1
	for _, l := range c.links[j] {
		down, up := c.dependencyExps(l.dep)
		other := int(row[l.other])
		if l.kind == dependency.Similar {
			sums[other] *= up
		} else if other != k {
			for v := range k {
				sums[v] *= down
			}
		}
	}
	for v := 1; v <= k; v++ {
		sums[v] += sums[v-1]
	}
	v, sure := c.pickSure(sums, r)
	if !sure {
		return c.exactly(j, k, y, row, r)
	}
	return v
}

// learnLinks touches what the vote of LF j shares with other LFs, and tosses
// its coin: the next LFs must see the result.
func (c *categoricalChains) learnLinks(j, k int, row, data []int16) {
	s := &c.step
	cut := s.l1 && s.toss()
	c.cuts[j] = cut
	for _, l := range c.links[j] {
		w := &c.dep[l.dep]
		s.touch(w, c.dependencyFactor(l.kind, 0, int(row[j]), int(row[l.other]), k)-
			c.dependencyFactor(l.kind, 0, int(data[j]), int(data[l.other]), k))
		if cut {
			s.shrink(w)
		}
	}
}

func (c *categoricalChains) reset(value int) {
	for i := range c.yFree {
		c.yFree[i] = int16(value)
	}
	for i := range c.free {
		c.free[i] = int16(value)
	}
}

func (c *categoricalChains) values(i int, into []int) (y int) {
	for j, v := range c.free[i*c.n : (i+1)*c.n] {
		into[j] = int(v)
	}
	return int(c.yFree[i])
}
