package python

import "strings"

// group reads what follows a ( at a position. It is not ok if that was a
// comment or global flags, which leave no node.
func (p *parser) group(at int, verbose bool, depth int, first bool) (n node, ok bool) {
	n = node{op: opGroup}
	name := ""
	if p.match('?') {
		token := p.get()
		if len(token) == 0 {
			p.wrong(p.position(), "unexpected end of pattern")
		}
		c := token[0]
		if len(token) > 1 {
			p.wrong(p.position()-3, "unknown extension ?%s", string(token))
		}
		switch {
		case c == ':':
			n.plain = true
		case c == 'P':
			name = p.named(at)
		case c == '#':
			p.comment(at)
			return n, false
		case strings.ContainsRune("=!<>(", c):
			p.refuse(c, at)
		case c == '-' || strings.ContainsRune(flagLetters, c):
			var global bool
			if n.add, n.del, global = p.inlineFlags(c); global {
				if !first {
					p.wrong(at, "global flags not at the start of the expression")
				}
				return n, false
			}
			verbose = (verbose || n.add&Verbose != 0) && n.del&Verbose == 0
			n.plain = n.add == 0 && n.del == 0
		default:
			p.wrong(p.position()-2, "unknown extension ?%c", c)
		}
	}
	number := 0
	if !n.plain && n.add == 0 && n.del == 0 {
		number = len(p.closed)
		p.closed = append(p.closed, false)
		if name != "" {
			if was, taken := p.names[name]; taken {
				p.wrong(p.position()-len([]rune(name))-1,
					"redefinition of group name '%s' as group %d; was group %d", name, number, was)
			}
			p.names[name] = number
		}
	}
	n.branches = [][]node{p.alternation(verbose, depth+1)}
	if !p.match(')') {
		p.wrong(at, "missing ), unterminated subpattern")
	}
	if number > 0 {
		p.closed[number] = true
	}
	return n, true
}

// named reads what follows (?P: the name of a group.
func (p *parser) named(at int) string {
	switch {
	case p.match('<'):
		name := p.until('>', "group name")
		p.groupName(name)
		return name
	case p.match('='):
		name := p.until(')', "group name")
		p.groupName(name)
		start := p.position() - len([]rune(name)) - 1
		group, known := p.names[name]
		if !known {
			p.wrong(start, "unknown group name '%s'", name)
		}
		p.reference(group, start, start)
		p.unsupported(at, "back-reference (?P="+name+")")
	}
	token := p.get()
	if len(token) == 0 {
		p.wrong(p.position(), "unexpected end of pattern")
	}
	p.wrong(p.position()-2-len(token), "unknown extension ?P%s", string(token))
	return ""
}

func (p *parser) comment(at int) {
	for {
		if len(p.next) == 0 {
			p.wrong(at, "missing ), unterminated comment")
		}
		if t := p.get(); len(t) == 1 && t[0] == ')' {
			return
		}
	}
}

// refuse stops at a group that cannot be matched in linear time, or that
// Python does not have either.
func (p *parser) refuse(c rune, at int) {
	switch c {
	case '=', '!':
		p.unsupported(at, "look-ahead (?"+string(c)+"…)")
	case '>':
		p.unsupported(at, "atomic group (?>…)")
	case '(':
		p.unsupported(at, "conditional (?(…)…)")
	}
	token := p.get()
	switch {
	case len(token) == 0:
		p.wrong(p.position(), "unexpected end of pattern")
	case len(token) == 1 && (token[0] == '=' || token[0] == '!'):
		p.unsupported(at, "look-behind (?<"+string(token)+"…)")
	}
	p.wrong(p.position()-2-len(token), "unknown extension ?<%s", string(token))
}

const flagLetters = "aiLmstux"

// flagOf returns the flag of a letter of flagLetters.
func (p *parser) flagOf(letter rune) Flags {
	switch letter {
	case 'a':
		return ASCII
	case 'i':
		return IgnoreCase
	case 'm':
		return Multiline
	case 's':
		return DotAll
	case 'x':
		return Verbose
	case 't':
		p.unsupported(p.position()-1, "inline flag t")
	}
	return unicodeOnly
}

// inlineFlags reads flags from the first letter, or the -, on. Global ones
// are added to those of the pattern.
func (p *parser) inlineFlags(c rune) (add, del Flags, global bool) {
	for c != '-' && c != ')' && c != ':' {
		if c == 'L' {
			p.wrong(p.position(), "bad inline flags: cannot use 'L' flag with a str pattern")
		}
		add |= p.flagOf(c)
		if add&ASCII != 0 && add&unicodeOnly != 0 {
			p.wrong(p.position(), "bad inline flags: flags 'a', 'u' and 'L' are incompatible")
		}
		c = p.flagLetter("-, : or )", ")-:")
	}
	if c == ')' {
		p.flags |= add
		return add, 0, true
	}
	if c == '-' {
		c = p.flagLetter("flag", "")
		for c != ':' {
			if strings.ContainsRune("aLu", c) {
				p.wrong(p.position(), "bad inline flags: cannot turn off flags 'a', 'u' and 'L'")
			}
			del |= p.flagOf(c)
			c = p.flagLetter(":", ":")
		}
	}
	if add&del != 0 {
		p.wrong(p.position()-1, "bad inline flags: flag turned on and off")
	}
	return add, del, false
}

// flagLetter reads a letter of a flag or one of the ends.
func (p *parser) flagLetter(missing, ends string) rune {
	token := p.get()
	if len(token) == 0 {
		p.wrong(p.position(), "missing %s", missing)
	}
	c := token[0]
	switch {
	case len(token) == 1 && strings.ContainsRune(flagLetters+ends, c):
		return c
	case len(token) == 1 && isLetter(c):
		p.wrong(p.position()-1, "unknown flag")
	}
	p.wrong(p.position()-len(token), "missing %s", missing)
	return 0
}
