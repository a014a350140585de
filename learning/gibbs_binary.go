package learning

import (
	"math"
	"slices"

	"workbench/learning/dependency"
)

// binaryChains are the two Gibbs chains of training with two classes. Labels
// are as Snorkel's users know them, −1, 0 and 1, which makes the accuracy
// factor y · vote. The clamped chain keeps the votes of the data and samples y;
// the free chain samples everything.
type binaryChains struct {
	*gibbsModel
	data, free []int8 // m × n votes of the clamped and of the free chain
	y, yFree   []int8 // m classes, −1 or 1

	// effects[0] and effects[1] tell an LF that is first or second in a
	// dependency: type, y and the other's vote → the factor for its own votes.
	effects [2][4][2][3][3]int8

	// factors are those of each kind, for y and vote + 1; of kinds without votes
	// all of a row are the same. splits are them as constant + z · y.
	factors [numKinds][2][4]int8
	splits  [numKinds][4][2]float64
	// gradients are the factors in the free chain less those in the data: y of
	// the data and of the free chain, and both votes as pair has them.
	gradients [numKinds][2][2][16]int8
}

// pair numbers two votes.
func pair(data, free int8) uint8 { return uint8(data)&3<<2 | uint8(free)&3 }

// Votes of the binary model and numbskull's values for them, in either order.
func binaryValue(label int8) int { return [3]int{0, 2, 1}[label+1] }

func binaryLabel(value int) int8 { return [3]int8{-1, 1, 0}[value] }

// newBinaryChains makes chains that start from the given classes, in
// numbskull's values, and have no votes.
func newBinaryChains(g *gibbsModel, start []int16) *binaryChains {
	c := &binaryChains{gibbsModel: g, data: make([]int8, len(start)*g.n), y: make([]int8, len(start))}
	for i, v := range start {
		c.y[i] = binaryLabel(int(v))
	}
	c.free, c.yFree = slices.Clone(c.data), slices.Clone(c.y)
	c.tabulate()
	return c
}

// tabulate takes the factors from where they are stated.
func (c *binaryChains) tabulate() {
	for own := range 3 {
		a := binaryValue(int8(own - 1))
		for y := range 2 {
			for kind := range c.factors {
				c.factors[kind][y][own] = int8(c.factor(weightKind(kind), y, a, 2))
			}
			for t := range c.effects[0] {
				for other := range 3 {
					b := binaryValue(int8(other - 1))
					c.effects[0][t][y][other][own] = int8(c.dependencyFactor(dependency.Type(t), y, a, b, 2))
					c.effects[1][t][y][other][own] = int8(c.dependencyFactor(dependency.Type(t), y, b, a, 2))
				}
			}
		}
		for kind := range c.splits {
			f := &c.factors[kind]
			c.splits[kind][own][0], c.splits[kind][own][1] = halves(int(f[1][own]), int(f[0][own]))
		}
	}
	for kind := range c.gradients {
		f := &c.factors[kind]
		for i := range 3 * 3 * 2 * 2 {
			data, free, y, yFree := i%3, i/3%3, i/9%2, i/18
			c.gradients[kind][y][yFree][pair(int8(data-1), int8(free-1))] = f[yFree][free] - f[y][data]
		}
	}
}

func (c *binaryChains) drawClass(i int) {
	row := c.free[i*c.n : (i+1)*c.n]
	c.yFree[i] = int8(c.pickClass(row))
}

// pickClass draws −1 or 1 given the votes. Half the log-odds of y = 1 are added
// up in any order, and the draw compares with the odds; exactClass decides what
// is too close.
func (c *binaryChains) pickClass(row []int8) int {
	r := c.random.draw()
	half, span := leaning(c.weights[accuracyKind], row)
	both := 0.0
	if len(c.ofY)+len(c.ofBoth)+len(c.directed) > 1 {
		otherHalf, otherBoth, otherSpan := c.otherLeaning(row)
		half, both, span = half+otherHalf, otherBoth, span+otherSpan
	}
	// y is 1 if exp(2 half) / (1 + exp(2 half)) > 1 − r, here solved for half.
	distance := 2*half - math.Log((1-r)/r)
	if !(span < widestSpan && math.Abs(half)+math.Abs(both) < widestExponent && math.Abs(distance) > c.margin) {
		return c.exactly(-1, 0, row, r)
	}
	var yes int
	if distance > 0 {
		yes = 1
	}
	return 2*yes - 1
}

// leaning adds up what the accuracies say of y, and the sum of their sizes.
//
//go:noinline
func leaning(accuracy []gibbsWeight, row []int8) (half, span float64) {
	accuracy = accuracy[:len(row)]
	for j, v := range row {
		a := accuracy[j].prior + accuracy[j].learned
		half += a * float64(v)
		span += math.Abs(a)
	}
	return half, span
}

// otherLeaning does the same for all other factors that y is a member of; both
// is what they say whatever y is.
func (c *binaryChains) otherLeaning(row []int8) (half, both, span float64) {
	for _, kind := range c.ofY {
		w := c.weights[kind][0].learned
		half += w * c.splits[kind][0][1]
		both += w * c.splits[kind][0][0]
		span += math.Abs(w)
	}
	for _, kind := range c.ofBoth[1:] {
		splits := &c.splits[kind]
		weights := c.weights[kind][:len(row)]
		for j, v := range row {
			w := weights[j].learned
			split := &splits[(v+1)&3]
			half += w * split[1]
			both += w * split[0]
			span += math.Abs(w)
		}
	}
	for _, d := range c.directed {
		t, w := &c.deps[d], c.dep[d].learned
		no, yes := c.effects[0][t.Type][0][row[t.K]+1][row[t.J]+1], c.effects[0][t.Type][1][row[t.K]+1][row[t.J]+1]
		half += w * float64(yes-no) / 2
		both += w * float64(yes+no) / 2
		span += math.Abs(w)
	}
	return half, both, span
}

func (c *binaryChains) learnClass(i int) {
	data, free := c.data[i*c.n:(i+1)*c.n], c.free[i*c.n:(i+1)*c.n]
	y, yFree := c.pickClass(data), c.pickClass(free)
	c.y[i], c.yFree[i] = int8(y), int8(yFree)
	s := &c.step
	at, atFree := (y+1)/2, (yFree+1)/2
	for _, kind := range c.ofY {
		s.touch(&c.learned[kind][0], int(c.gradients[kind][at][atFree][pair(0, 0)]))
	}
	c.touchBoth(y, yFree, data, free)
	for _, d := range c.directed {
		t := &c.deps[d]
		effect := &c.effects[0][t.Type]
		g := effect[atFree][free[t.K]+1][free[t.J]+1] - effect[at][data[t.K]+1][data[t.J]+1]
		s.touch(&c.dep[d], int(g))
	}
	if s.l1 && s.toss() {
		c.shrinkClass()
	}
}

// touchBoth touches the weights that depend on y and votes. The factor of the
// accuracy is y · vote.
func (c *binaryChains) touchBoth(y, yFree int, data, free []int8) {
	s, accuracy := &c.step, c.learned[accuracyKind]
	ours, chain := data[:len(accuracy)], free[:len(accuracy)]
	for j := range accuracy {
		s.touch(&accuracy[j], yFree*int(chain[j])-y*int(ours[j]))
	}
	for _, kind := range c.ofBoth[1:] {
		c.touchKind(kind, y, yFree, data, free)
	}
}

// touchKind touches the weights of one kind.
func (c *binaryChains) touchKind(kind weightKind, y, yFree int, data, free []int8) {
	s, weights := &c.step, c.learned[kind]
	gradients := &c.gradients[kind][(y+1)/2][(yFree+1)/2]
	data = data[:len(weights)]
	free = free[:len(weights)]
	for j := range weights {
		s.touch(&weights[j], int(gradients[pair(data[j], free[j])&15]))
	}
}

func (c *binaryChains) drawVotes(i int) {
	c.pickVotes(int(c.yFree[i]), c.free[i*c.n:(i+1)*c.n], 0, nil)
}

func (c *binaryChains) learnVotes(i int) {
	data, free := c.data[i*c.n:(i+1)*c.n], c.free[i*c.n:(i+1)*c.n]
	y, yFree := int(c.y[i]), int(c.yFree[i])
	c.pickVotes(yFree, free, y, data)
	c.touchBoth(y, yFree, data, free)
	for _, kind := range c.ofVotes {
		c.touchKind(kind, y, yFree, data, free)
	}
	if c.step.l1 {
		c.shrinkVotes()
	}
}

// weigh sets the weights of the votes −1, 0 and 1 of every LF given y, without
// dependencies. No vote of the candidate changes them.
func (c *binaryChains) weigh(y int) {
	minus, none, plus := c.outcomes[0], c.outcomes[1], c.outcomes[2]
	if y > 0 {
		expsOf(c.weights[accuracyKind], c.limit, minus, plus)
	} else {
		expsOf(c.weights[accuracyKind], c.limit, plus, minus)
	}
	setAll(none, 1)
	for _, kind := range c.ofBoth[1:] {
		c.weighKind(kind, y)
	}
	for _, kind := range c.ofVotes {
		c.weighKind(kind, y)
	}
}

// weighKind multiplies the weights of votes by those of one kind.
func (c *binaryChains) weighKind(kind weightKind, y int) {
	down, up := c.down, c.up
	expsOf(c.weights[kind], c.limit, down, up)
	factors := &c.factors[kind][(y+1)/2]
	if factors[0] == 1 && factors[1] == 0 && factors[2] == 1 { // in one go
		minus, plus := c.outcomes[0][:len(up)], c.outcomes[2][:len(up)]
		for j, x := range up {
			minus[j] *= x
			plus[j] *= x
		}
		return
	}
	for v, weights := range &c.outcomes {
		switch factors[v] {
		case 1:
			scaleBy(weights, up)
		case -1:
			scaleBy(weights, down)
		}
	}
}

// pickVotes draws the votes of a candidate's LFs given y, one after the other.
// data are the votes of the clamped chain if dependencies are to be learned
// from, else nil.
func (c *binaryChains) pickVotes(y int, row []int8, yData int, data []int8) {
	c.weigh(y)
	draws := c.random.take(len(row))[:len(row)]
	minus, none, plus := c.outcomes[0][:len(row)], c.outcomes[1][:len(row)], c.outcomes[2][:len(row)]
	linked, margin := len(c.deps) > 0, c.margin
	inTurn := data != nil && (linked || c.step.l1)
	for j := range row {
		if linked && len(c.links[j]) > 0 {
			c.applyLinks(j, y, row)
		}
		first := minus[j]
		second := first + plus[j]
		total := second + none[j]
		z := draws[j] * total
		var past1, past2 int
		if z > first {
			past1 = 1
		}
		if z > second {
			past2 = 1
		}
		// −1 before both boundaries, 1 between them, 0 behind both.
		v := 2*past1 - 1 - past2
		// The product is this large only if both distances are above margin.
		if !(math.Abs((z-first)*(z-second)) > margin*total*total+tinySum) {
			v = c.exactly(j, y, row, draws[j])
		}
		row[j] = int8(v)
		if inTurn {
			c.learnLinks(j, y, row, yData, data)
		}
	}
}

// applyLinks multiplies the weights of the votes of LF j by those of its
// dependencies.
func (c *binaryChains) applyLinks(j, y int, row []int8) {
	for i := range c.links[j] {
		l := &c.links[j][i]
		down, up := c.dependencyExps(l.dep)
		for v, f := range c.effect(l, y, row) {
			at := &c.outcomes[v][j]
			switch f {
			case 1:
				*at *= up
			case -1:
				*at *= down
			}
		}
	}
}

// learnLinks touches what the vote of LF j shares with other LFs, and tosses
// its coin: the next LFs must see the result.
func (c *binaryChains) learnLinks(j, y int, row []int8, yData int, data []int8) {
	s := &c.step
	cut := s.l1 && s.toss()
	c.cuts[j] = cut
	for i := range c.links[j] {
		l := &c.links[j][i]
		w := &c.dep[l.dep]
		s.touch(w, int(c.effect(l, y, row)[row[j]+1])-int(c.effect(l, yData, data)[data[j]+1]))
		if cut {
			s.shrink(w)
		}
	}
}

// effect is the factor of a dependency for the three votes of the LF that the
// link belongs to.
func (c *binaryChains) effect(l *gibbsLink, y int, row []int8) *[3]int8 {
	side := 1
	if l.first {
		side = 0
	}
	return &c.effects[side][l.kind][(y+1)/2][row[l.other]+1]
}

// exactly draws by the exact computation: the label of LF j, or y for j < 0.
//
//go:noinline
func (c *binaryChains) exactly(j, y int, row []int8, r float64) int {
	for k, v := range row {
		c.votes[k] = binaryValue(v)
	}
	if j < 0 {
		return int(binaryLabel(c.exactClass(2, c.votes, r)))
	}
	return int(binaryLabel(c.exactVote(j, 2, (y+1)/2, c.votes, r)))
}

func (c *binaryChains) reset(value int) {
	for i := range c.yFree {
		c.yFree[i] = binaryLabel(value)
	}
	for i := range c.free {
		c.free[i] = binaryLabel(value)
	}
}

func (c *binaryChains) values(i int, into []int) (y int) {
	for j, v := range c.free[i*c.n : (i+1)*c.n] {
		into[j] = binaryValue(v)
	}
	return binaryValue(c.yFree[i])
}
