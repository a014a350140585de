package python

import (
	"errors"
	"strconv"
	"strings"
	"unicode"
)

const (
	maxRepeat = 1000 // Go's limit of a repeat count
	maxNested = 200  // keeps the tree below Go's limit of its height
)

// A parser follows Python's re._parser, so that it refuses what that refuses.
type parser struct {
	scanner
	flags  Flags          // global
	closed []bool         // by group number: whether its end was read
	names  map[string]int // group numbers
}

// parse returns the nodes of a pattern, and its flags with the global inline
// flags.
func parse(expr string, flags Flags) (nodes []node, all Flags, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*patternError)
			if !ok {
				panic(r)
			}
			err = e
		}
	}()
	p := &parser{flags: flags, closed: []bool{false}, names: map[string]int{}}
	p.source = []rune(expr)
	p.advance()
	nodes = p.alternation(flags&Verbose != 0, 0)
	if p.flags&ASCII != 0 && p.flags&unicodeOnly != 0 {
		return nil, 0, &patternError{ErrSyntax, "ASCII and UNICODE flags are incompatible"}
	}
	if len(p.next) > 0 {
		p.wrong(p.position(), "unbalanced parenthesis")
	}
	return nodes, p.flags, nil
}

func (p *parser) alternation(verbose bool, depth int) []node {
	if depth > maxNested {
		p.unsupported(p.position(), "nesting of more than "+strconv.Itoa(maxNested)+" groups")
	}
	var branches [][]node
	for {
		branches = append(branches, p.sequence(verbose, depth, depth == 0 && len(branches) == 0))
		if !p.match('|') {
			return alternatives(branches)
		}
		if depth == 0 {
			verbose = p.flags&Verbose != 0
		}
	}
}

// sequence reads items up to | or ) or the end. First says that global flags
// may stand at its start.
func (p *parser) sequence(verbose bool, depth int, first bool) []node {
	var nodes []node
	for len(p.next) > 0 && p.char() != '|' && p.char() != ')' {
		at := p.position()
		token := p.get()
		if len(token) == 2 {
			nodes = append(nodes, p.escape(token))
			continue
		}
		c := token[0]
		if verbose && strings.ContainsRune(" \t\n\r\v\f", c) {
			continue
		}
		switch {
		case verbose && c == '#':
			for len(p.next) > 0 {
				if t := p.get(); len(t) == 1 && t[0] == '\n' {
					break
				}
			}
		case c == '[':
			nodes = append(nodes, p.set(at))
		case c == '.':
			nodes = append(nodes, node{op: opAny})
		case c == '^' || c == '$':
			nodes = append(nodes, node{op: opAt, char: c})
		case c == '(':
			if n, ok := p.group(at, verbose, depth, first && len(nodes) == 0); ok {
				nodes = append(nodes, n)
			} else {
				verbose = verbose || first && p.flags&Verbose != 0
			}
		case strings.ContainsRune("*+?{", c):
			low, high, ok := p.quantifier(c)
			if !ok {
				nodes = append(nodes, node{op: opLiteral, char: c})
				continue
			}
			p.repeat(nodes, low, high, at)
		default:
			nodes = append(nodes, node{op: opLiteral, char: c})
		}
	}
	return ungrouped(nodes)
}

// quantifier reads what follows the first character of a quantifier. A { that
// starts none is not ok.
func (p *parser) quantifier(c rune) (low, high int, ok bool) {
	switch c {
	case '?':
		return 0, 1, true
	case '*':
		return 0, -1, true
	case '+':
		return 1, -1, true
	}
	at := p.position()
	if p.char() == '}' {
		return 0, 0, false
	}
	lo := p.while(len(p.source), digits)
	hi := lo
	if p.match(',') {
		hi = p.while(len(p.source), digits)
	}
	if !p.match('}') {
		p.seek(at)
		return 0, 0, false
	}
	high = -1
	if lo != "" {
		low = p.count(lo, at)
	}
	if hi != "" {
		if high = p.count(hi, at); high < low {
			p.wrong(at, "min repeat greater than max repeat")
		}
	}
	return low, high, true
}

func (p *parser) count(s string, at int) int {
	n, err := strconv.ParseUint(s, 10, 32)
	if errors.Is(err, strconv.ErrRange) || n == 1<<32-1 {
		p.wrong(at, "the repetition number is too large")
	}
	return int(n)
}

// repeat puts the last node into a repeat of it.
func (p *parser) repeat(nodes []node, low, high, at int) {
	if len(nodes) == 0 || nodes[len(nodes)-1].op == opAt {
		p.wrong(at, "nothing to repeat")
	}
	last := &nodes[len(nodes)-1]
	if last.op == opRepeat {
		p.wrong(at, "multiple repeat")
	}
	if low > maxRepeat || high > maxRepeat {
		p.unsupported(at, "repeat count above "+strconv.Itoa(maxRepeat))
	}
	if !p.match('?') && p.char() == '+' {
		p.unsupported(at, "possessive quantifier "+string(p.source[at:p.position()])+"+")
	}
	*last = node{op: opRepeat, min: low, max: high, branches: [][]node{{*last}}}
}

// escape turns an escape outside of a set into a node.
func (p *parser) escape(token []rune) node {
	c, at := token[1], p.position()-2
	if strings.ContainsRune("AbBZ", c) {
		return node{op: opAt, char: c}
	}
	if strings.ContainsRune(classes, c) {
		return node{op: opSet, set: []member{{class: c}}}
	}
	if r, ok := control(c); ok {
		return node{op: opLiteral, char: r}
	}
	if c == '0' {
		return node{op: opLiteral, char: p.octalCharacter("0"+p.while(2, octal), at)}
	}
	if c < '1' || c > '9' {
		return node{op: opLiteral, char: p.character(token)}
	}
	value := string(c) + p.while(1, digits)
	if len(value) == 2 && strings.Trim(value, octal) == "" && p.char() >= '0' && p.char() <= '7' {
		value += string(p.get())
		return node{op: opLiteral, char: p.octalCharacter(value, at)}
	}
	group, _ := strconv.Atoi(value) // two digits at most
	p.reference(group, at+1, at)
	p.unsupported(at, `back-reference \`+value)
	return node{} // never: unsupported ends the parsing
}

// reference checks that a back-reference is to a group that was read.
func (p *parser) reference(group, at, start int) {
	if group >= len(p.closed) {
		p.wrong(at, "invalid group reference %d", group)
	}
	if !p.closed[group] {
		p.wrong(start, "cannot refer to an open group")
	}
}

// groupName checks the name of a group, which has been read with the
// character that ends it.
func (p *parser) groupName(name string) {
	for i, r := range name {
		start := r == '_' || unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start)
		if !start && (i == 0 || !unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)) {
			p.wrong(p.position()-len([]rune(name))-1, "bad character in group name '%s'", name)
		}
	}
}
