package python

import (
	"regexp/syntax"
	"unicode"
)

// uses says which parts of a pattern Go answers differently, in some texts.
type uses struct {
	words bool // \b or \B of Unicode words
	end   bool // $ that matches before a final newline
	inner bool // \B
}

// A builder turns nodes into a tree of Go. If it is exact, the tree is for
// [machine] only: its \b and \B are Python's, and conditions that Go does not
// have are runes from firstCondition on.
//
// It bounds what a pattern becomes, for sets of Unicode have a thousand runes
// each and repeats are written out: beyond the bounds the tree is not whole.
type builder struct {
	exact  bool
	uses   uses
	times  int // how often the node in hand is repeated, less one
	steps  int // so far, with repeats written out
	size   int // so far, at least of the program: steps and what chooses between them
	runes  int // of sets so far
	large  bool
	nested bool // it is large for nested repeats
}

// The bounds of a pattern, which take some 400 MB at worst.
const (
	maxPattern = 1 << 20 // bytes
	maxSteps   = 1 << 18
	maxRunes   = 8 << 20
)

// count adds a step with the runes of a set.
func (b *builder) count(runes int) {
	b.steps = min(b.steps+b.times+1, maxSteps+1)
	b.choose(1)
	b.runes += runes
	b.large = b.large || b.steps > maxSteps || b.runes > maxRunes
	b.nested = b.nested || b.steps > maxSteps && b.times >= maxRepeat
}

// choose adds so many choices.
func (b *builder) choose(n int) { b.size += n * (b.times + 1) }

// body builds what is repeated up to so many times.
func (b *builder) body(n node, f Flags) *syntax.Regexp {
	outer := b.times
	b.times = min((outer+1)*max(n.min, n.max, 1), maxSteps+1) - 1
	defer func() { b.times = outer }()
	b.choose(2) // as many where the body may be empty
	return b.sequence(n.branches[0], f)
}

// Conditions of an exact tree, as runes that no text has. The tree has no
// other place for them.
const (
	firstCondition = unicode.MaxRune + 1 + iota
	beforeFinalNewline
	atASCIIBoundary
	atNoASCIIBoundary
	lastCondition = atNoASCIIBoundary
)

// Conditions are written as surrogates, from this on.
const firstSurrogate = 0xd800

// written returns the surrogate that a condition is written as.
func written(condition rune) rune { return firstSurrogate + condition - firstCondition }

// conditionOf returns the condition that was written as a literal, 0 if it is a
// character.
func conditionOf(r rune) rune {
	if c := r - firstSurrogate + firstCondition; firstCondition < c && c <= lastCondition {
		return c
	}
	return 0
}

// combine changes flags by those of a group.
func combine(f, add, del Flags) Flags {
	if add&(ASCII|unicodeOnly) != 0 {
		f &^= ASCII | unicodeOnly
	}
	return (f | add) &^ del
}

func (b *builder) sequence(nodes []node, f Flags) *syntax.Regexp {
	switch len(nodes) {
	case 0:
		b.choose(1)
		return &syntax.Regexp{Op: syntax.OpEmptyMatch}
	case 1:
		return b.node(nodes[0], f)
	}
	re := &syntax.Regexp{Op: syntax.OpConcat}
	for _, n := range nodes {
		re.Sub = append(re.Sub, b.node(n, f))
	}
	return re
}

func (b *builder) node(n node, f Flags) *syntax.Regexp {
	if b.large {
		return &syntax.Regexp{Op: syntax.OpEmptyMatch}
	}
	switch n.op {
	case opLiteral, opNotLiteral:
		s := runeSet{n.char, n.char}
		if f&IgnoreCase != 0 {
			s = nil
			s.folds(n.char, f&ASCII != 0)
			s = s.sorted()
		}
		if n.op == opNotLiteral {
			s = s.negated()
		}
		b.count(len(s))
		return s.expression()
	case opAny:
		b.count(0)
		if f&DotAll != 0 {
			return &syntax.Regexp{Op: syntax.OpAnyChar}
		}
		return &syntax.Regexp{Op: syntax.OpAnyCharNotNL}
	case opSet:
		s := n.runes(f)
		b.count(len(s))
		return s.expression()
	case opAt:
		b.count(0)
		return b.at(n.char, f)
	case opGroup:
		return b.sequence(n.branches[0], combine(f, n.add, n.del))
	case opRepeat:
		body := b.body(n, f)
		re := &syntax.Regexp{Op: syntax.OpRepeat, Min: n.min, Max: n.max, Sub: []*syntax.Regexp{body}}
		switch {
		case n.min == 0 && n.max == -1:
			re.Op = syntax.OpStar
		case n.min == 1 && n.max == -1:
			re.Op = syntax.OpPlus
		case n.min == 0 && n.max == 1:
			re.Op = syntax.OpQuest
		}
		return re
	}
	b.choose(len(n.branches) - 1)
	re := &syntax.Regexp{Op: syntax.OpAlternate}
	for _, branch := range n.branches {
		re.Sub = append(re.Sub, b.sequence(branch, f))
	}
	return re
}

// at returns the tree of a condition.
func (b *builder) at(letter rune, f Flags) *syntax.Regexp {
	var op syntax.Op
	condition := rune(0) // of an exact tree, where op will not do
	switch letter {
	case 'A':
		op = syntax.OpBeginText
	case 'Z':
		op = syntax.OpEndText
	case '^':
		if op = syntax.OpBeginText; f&Multiline != 0 {
			op = syntax.OpBeginLine
		}
	case '$':
		if op = syntax.OpEndLine; f&Multiline == 0 {
			op, condition = syntax.OpEndText, beforeFinalNewline
			b.uses.end = true
		}
	case 'b':
		if op = syntax.OpWordBoundary; f&ASCII != 0 {
			condition = atASCIIBoundary
		} else {
			b.uses.words = true
		}
	case 'B':
		b.uses.inner = true
		if op = syntax.OpNoWordBoundary; f&ASCII != 0 {
			condition = atNoASCIIBoundary
		} else {
			b.uses.words = true
		}
	}
	if b.exact && condition != 0 {
		return &syntax.Regexp{Op: syntax.OpLiteral, Rune: []rune{condition}}
	}
	return &syntax.Regexp{Op: op}
}
