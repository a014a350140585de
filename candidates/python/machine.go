package python

import (
	"regexp/syntax"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A machine runs a program of Go's regexp/syntax over a text, all threads at
// once (Pike's method), with the conditions of Python. It only tells whether
// there is a match. It may be used by several goroutines.
type machine struct {
	insts    []inst
	start    uint32
	asks     condition // all conditions in the program
	first    [256]bool // the bytes that the code point of a first step may start with
	skips    bool      // first may be used: there is no match without a step
	anchored bool      // a match starts at the start of the text
	runs     sync.Pool // of *run
}

// An inst is a syntax.Inst with a faster look-up of ASCII.
type inst struct {
	op       syntax.InstOp
	out, arg uint32
	needs    condition
	ascii    [2]uint64
	in       *syntax.Inst
}

// A condition is a set of conditions on a place in the text.
type condition uint16

const (
	beginLine            = condition(syntax.EmptyBeginLine)
	endLine              = condition(syntax.EmptyEndLine)
	beginText            = condition(syntax.EmptyBeginText)
	endText              = condition(syntax.EmptyEndText)
	wordBoundary         = condition(syntax.EmptyWordBoundary)
	noWordBoundary       = condition(syntax.EmptyNoWordBoundary)
	finalNewline         = condition(1 << 6)
	asciiBoundary        = condition(1 << 7)
	noASCIIBoundary      = condition(1 << 8)
	words                = wordBoundary | noWordBoundary
	asciiWords           = asciiBoundary | noASCIIBoundary
	noRune          rune = -1
)

// A run is what one search needs.
type run struct {
	now, next threads
	stack     []uint32
}

// threads is a sparse set of instructions.
type threads struct {
	sparse, dense []uint32
}

func (t *threads) add(pc uint32) bool {
	if i := t.sparse[pc]; int(i) < len(t.dense) && t.dense[i] == pc {
		return false
	}
	t.sparse[pc] = uint32(len(t.dense))
	t.dense = append(t.dense, pc)
	return true
}

// newMachine compiles the nodes of a pattern.
func newMachine(nodes []node, flags Flags) (*machine, error) {
	b := builder{exact: true}
	re, err := syntax.Parse(expression(b.sequence(nodes, flags)), syntax.Perl)
	if err != nil {
		return nil, err
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return nil, err
	}
	m := &machine{insts: make([]inst, len(prog.Inst)), start: uint32(prog.Start)}
	m.anchored = prog.StartCond()&syntax.EmptyBeginText != 0
	for i := range prog.Inst {
		m.insts[i] = newInst(&prog.Inst[i])
		m.asks |= m.insts[i].needs
	}
	m.runs.New = func() any {
		n := len(m.insts)
		return &run{
			now:   threads{make([]uint32, n), make([]uint32, 0, n)},
			next:  threads{make([]uint32, n), make([]uint32, 0, n)},
			stack: make([]uint32, 0, n),
		}
	}
	m.findFirst()
	return m, nil
}

func newInst(in *syntax.Inst) inst {
	i := inst{op: in.Op, out: in.Out, arg: in.Arg, in: in}
	switch in.Op {
	case syntax.InstEmptyWidth:
		i.needs = condition(in.Arg)
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		if len(in.Rune) == 1 {
			if c := conditionOf(in.Rune[0]); c != 0 {
				i.op = syntax.InstEmptyWidth
				i.needs = finalNewline << (c - beforeFinalNewline)
				return i
			}
		}
		i.op = syntax.InstRune
		for r := range rune(utf8.RuneSelf) {
			if in.MatchRune(r) {
				i.ascii[r/64] |= 1 << (r % 64)
			}
		}
	}
	return i
}

// findFirst finds the bytes that a match can start with.
func (m *machine) findFirst() {
	r := m.runs.Get().(*run)
	defer m.put(r)
	if m.follow(r, &r.now, m.start, ^condition(0)) {
		return // the empty text may match
	}
	m.skips = true
	for _, pc := range r.now.dense {
		i := &m.insts[pc]
		if i.op != syntax.InstRune {
			continue
		}
		for b := range utf8.RuneSelf {
			m.first[b] = m.first[b] || i.ascii[b/64]>>(b%64)&1 != 0
		}
		set := i.in.Rune
		if i.in.Op == syntax.InstRuneAny || i.in.Op == syntax.InstRuneAnyNotNL {
			set = []rune{0, utf8.MaxRune}
		} else if len(set) == 1 {
			set = cases(set[0], syntax.Flags(i.in.Arg)&syntax.FoldCase != 0)
		}
		for k := 0; k < len(set); k += 2 {
			m.firstOf(set[k], set[k+1])
		}
	}
}

// cases returns the set of a character, if fold in all its cases.
func cases(r rune, fold bool) []rune {
	set := []rune{r, r}
	if fold {
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			set = append(set, other, other)
		}
	}
	return set
}

// leaps reports whether few bytes can start a match, so that a search leaps
// from one to the next. Go's matcher does that only for a literal that each
// match starts with, and is slower by a factor of two to nine otherwise.
func (m *machine) leaps() bool {
	const few = 6
	n := 0
	for _, can := range m.first[:utf8.RuneSelf] {
		if can {
			n++
		}
	}
	return m.skips && n <= few
}

// firstOf adds the first bytes of a range of code points beyond ASCII.
func (m *machine) firstOf(lo, hi rune) {
	if lo = max(lo, utf8.RuneSelf); lo > hi {
		return
	}
	from, to := utf8.AppendRune(nil, lo)[0], utf8.AppendRune(nil, hi)[0]
	if lo <= utf8.RuneError && utf8.RuneError <= hi || lo > 0xd7ff && lo < 0xe000 || hi > 0xd7ff && hi < 0xe000 {
		from, to = utf8.RuneSelf, 0xff // bytes that are not UTF-8 too
	}
	for b := int(from); b <= int(to); b++ {
		m.first[b] = true
	}
}

func (m *machine) put(r *run) {
	r.now.dense, r.next.dense, r.stack = r.now.dense[:0], r.next.dense[:0], r.stack[:0]
	m.runs.Put(r)
}

// follow adds the thread pc, and all that it reaches without a step where the
// conditions hold. It reports whether there is a match among them.
func (m *machine) follow(r *run, t *threads, pc uint32, holds condition) bool {
	stack := append(r.stack[:0], pc)
	for len(stack) > 0 {
		pc = stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for t.add(pc) {
			i := &m.insts[pc]
			switch i.op {
			case syntax.InstMatch:
				return true
			case syntax.InstAlt, syntax.InstAltMatch:
				stack = append(stack, i.arg)
				pc = i.out
			case syntax.InstNop, syntax.InstCapture:
				pc = i.out
			case syntax.InstEmptyWidth:
				if i.needs&^holds == 0 {
					pc = i.out
				}
			}
		}
	}
	r.stack = stack
	return false
}
