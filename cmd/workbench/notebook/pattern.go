package notebook

import (
	"math"
	"math/rand/v2"
)

// class is what the annotator thinks of a candidate. The train split has
// classes too, for the choice of text; nothing of them is stored.
type class int

const (
	positive class = iota
	negative
	unclear // the annotator left it out
	classes
)

// gold returns the label of a class, 0 for none.
func (c class) gold() int16 { return [classes]int16{positive: 1, negative: -1}[c] }

// pattern is a set of candidates that get the same votes.
type pattern struct {
	votes  [5]int16 // in the order of LFNames
	groups [classes]group
}

// group is the candidates of a pattern that are of one class.
type group struct {
	dev       int      // how many the dev split has
	templates []string // what their sentences look like
	pairs     pairing
}

// pairing says who the two persons of a sentence can be.
type pairing int

const (
	anyone  pairing = iota
	partner         // mostly a woman and a man
	known           // a known couple
)

// patterns returns the counts of the notebook's dev split.
func patterns() []pattern {
	return []pattern{
		{[5]int16{1, 1, 0, 1, -1}, [classes]group{
			positive: {10, andSpouse(), known},
		}},
		{[5]int16{0, 1, 0, 0, -1}, [classes]group{
			positive: {12, couple(), known},
			negative: {4, work(), known},
		}},
		{[5]int16{1, 0, -1, 0, 0}, [classes]group{
			positive: {2, almostThenMarried(), partner},
			negative: {5, almostNotMarried(), partner},
			unclear:  {1, almostPerhapsMarried(), partner},
		}},
		{[5]int16{1, 0, 0, 0, 0}, [classes]group{
			positive: {52, married(), partner},
			negative: {124, othersMarried(), anyone},
			unclear:  {8, perhapsMarried(), partner},
		}},
		{[5]int16{0, 0, -1, 0, 0}, [classes]group{
			positive: {5, oncePartners(), partner},
			negative: {19, partners(), partner},
			unclear:  {3, perhapsPartners(), partner},
		}},
		{[5]int16{}, [classes]group{
			positive: {109, couple(), partner},
			negative: {2397, append(work(), family()...), anyone},
			unclear:  {60, together(), anyone},
		}},
	}
}

func (p pattern) dev() int {
	n := 0
	for _, g := range p.groups {
		n += g.dev
	}
	return n
}

// draw returns a class at the pattern's rates.
func (p pattern) draw(rng *rand.Rand) class {
	n := rng.IntN(p.dev())
	c := positive
	for ; n >= p.groups[c].dev; c++ {
		n -= p.groups[c].dev
	}
	return c
}

// kind is the pattern and the class of one candidate.
type kind struct {
	pattern *pattern
	class   class
}

func (k kind) group() group { return k.pattern.groups[k.class] }

// devKinds returns the candidates of the dev split in their order.
func devKinds(pats []pattern, rng *rand.Rand) []kind {
	var kinds []kind
	for i := range pats {
		for c, g := range pats[i].groups {
			for range g.dev {
				kinds = append(kinds, kind{&pats[i], class(c)})
			}
		}
	}
	return shuffled(kinds, rng)
}

// trainKinds returns the candidates of the train split in their order: each
// pattern has its share of the dev split, rounded, and the last one, which
// nobody votes on, takes the rest.
func trainKinds(pats []pattern, rng *rand.Rand) []kind {
	kinds := make([]kind, 0, TrainCandidates)
	for i := range pats {
		n := int(math.Round(float64(pats[i].dev()) * TrainCandidates / DevCandidates))
		if i == len(pats)-1 {
			n = TrainCandidates - len(kinds)
		}
		for range n {
			kinds = append(kinds, kind{&pats[i], pats[i].draw(rng)})
		}
	}
	return shuffled(kinds, rng)
}

func shuffled(kinds []kind, rng *rand.Rand) []kind {
	rng.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	return kinds
}
