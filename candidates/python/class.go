package python

import (
	"regexp/syntax"
	"slices"
	"unicode"
)

// isLetter is Python's str.isalpha() of one code point.
func isLetter(r rune) bool { return unicode.IsLetter(r) }

// isWord is Python's \w: str.isalnum() or an underscore. Every number counts,
// such as ½ and Ⅷ; combining marks do not.
func isWord(r rune) bool {
	if r < 0x80 {
		return isASCIIWord(r)
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

func isASCIIWord(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_'
}

// set reads a set in brackets, of which the [ has been read.
func (p *parser) set(at int) node {
	n := node{op: opSet, negated: p.match('^')}
	for {
		token := p.setToken(at)
		if len(token) == 1 && token[0] == ']' && len(n.set) > 0 {
			break
		}
		m := p.member(token)
		if !p.match('-') {
			n.set = append(n.set, m)
			continue
		}
		last := p.setToken(at)
		if len(last) == 1 && last[0] == ']' {
			n.set = append(n.set, m, member{lo: '-', hi: '-'})
			break
		}
		to := p.member(last)
		if m.class != 0 || to.class != 0 || to.lo < m.lo {
			p.wrong(p.position()-len(token)-1-len(last),
				"bad character range %s-%s", string(token), string(last))
		}
		n.set = append(n.set, member{lo: m.lo, hi: to.lo, span: true})
	}
	if first := n.set[0]; first.literal() && !slices.ContainsFunc(n.set, func(m member) bool { return m != first }) {
		if n.negated {
			return node{op: opNotLiteral, char: first.lo}
		}
		return node{op: opLiteral, char: first.lo}
	}
	return n
}

func (p *parser) setToken(at int) []rune {
	token := p.get()
	if len(token) == 0 {
		p.wrong(at, "unterminated character set")
	}
	return token
}

// member turns a token of a set into a member.
func (p *parser) member(token []rune) member {
	r := token[0]
	if len(token) == 2 {
		c, at := token[1], p.position()-2
		if slices.Contains([]rune(classes), c) {
			return member{class: c}
		}
		if char, ok := control(c); ok {
			r = char
		} else if '0' <= c && c <= '7' {
			r = p.octalCharacter(string(c)+p.while(2, octal), at)
		} else {
			r = p.character(token)
		}
	}
	return member{lo: r, hi: r}
}

// A runeSet is a set of code points: pairs of the first and last of a range.
type runeSet []rune

func (s *runeSet) addTable(tables ...*unicode.RangeTable) {
	for _, t := range tables {
		for _, r := range t.R16 {
			s.addStrided(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range t.R32 {
			s.addStrided(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
}

func (s *runeSet) addStrided(lo, hi, stride rune) {
	if stride == 1 {
		*s = append(*s, lo, hi)
		return
	}
	for r := lo; r <= hi; r += stride {
		*s = append(*s, r, r)
	}
}

// sorted puts the ranges in order and joins those that meet.
func (s runeSet) sorted() runeSet {
	type span struct{ lo, hi rune }
	spans := make([]span, 0, len(s)/2)
	for i := 0; i < len(s); i += 2 {
		spans = append(spans, span{s[i], s[i+1]})
	}
	slices.SortFunc(spans, func(a, b span) int { return int(a.lo - b.lo) })
	out := make(runeSet, 0, len(s))
	for _, r := range spans {
		if n := len(out); n > 0 && r.lo <= out[n-1]+1 {
			out[n-1] = max(out[n-1], r.hi)
		} else {
			out = append(out, r.lo, r.hi)
		}
	}
	return out
}

// negated returns all other code points; s is sorted.
func (s runeSet) negated() runeSet {
	out := make(runeSet, 0, len(s)+2)
	next := rune(0)
	for i := 0; i < len(s); i += 2 {
		if next < s[i] {
			out = append(out, next, s[i]-1)
		}
		next = s[i+1] + 1
	}
	if next <= unicode.MaxRune {
		out = append(out, next, unicode.MaxRune)
	}
	return out
}

// expression returns the set as a tree of Go; s is sorted. Surrogates, which
// no text has, do not make a set: Go takes a literal one for U+FFFD.
func (s runeSet) expression() *syntax.Regexp {
	switch {
	case len(s) == 0 || s[0] >= 0xd800 && s[len(s)-1] <= 0xdfff:
		return &syntax.Regexp{Op: syntax.OpNoMatch}
	case len(s) == 2 && s[0] == s[1]:
		return &syntax.Regexp{Op: syntax.OpLiteral, Rune: s[:1]}
	case len(s) == 2 && s[0] == 0 && s[1] == unicode.MaxRune:
		return &syntax.Regexp{Op: syntax.OpAnyChar}
	}
	return &syntax.Regexp{Op: syntax.OpCharClass, Rune: s}
}
