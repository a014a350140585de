package python

import (
	"regexp/syntax"
	"unicode/utf8"
)

// search reports whether there is a match in the text. It is not ok if that took
// more than so many steps.
func (m *machine) search(text string, most int) (found, ok bool) {
	r := m.runs.Get().(*run)
	defer m.put(r)
	before := noRune // the code point before pos
	for pos := 0; ; {
		if len(r.now.dense) == 0 {
			if m.anchored && pos > 0 {
				return false, true
			}
			if m.skips {
				pos, before = m.skip(text, pos, before)
				if pos == len(text) {
					return false, true
				}
			}
		}
		c, size := decode(text, pos)
		if m.mayStart(text, pos) {
			if m.follow(r, &r.now, m.start, m.holding(text, pos, before, c)) {
				return true, true
			}
		}
		if size == 0 {
			return false, true
		}
		if most -= len(r.now.dense); most < 0 {
			return false, false
		}
		pos += size
		if m.step(r, c, text, pos) {
			return true, true
		}
		before = c
	}
}

// mayStart reports whether a match can start at pos, as far as one byte tells.
func (m *machine) mayStart(text string, pos int) bool {
	if m.anchored && pos > 0 {
		return false
	}
	return !m.skips || pos < len(text) && m.first[text[pos]]
}

// step moves all threads over the code point c, which ends at pos.
func (m *machine) step(r *run, c rune, text string, pos int) bool {
	var holds condition
	known := false
	for _, pc := range r.now.dense {
		i := &m.insts[pc]
		if i.op != syntax.InstRune {
			continue
		}
		if c < utf8.RuneSelf {
			if i.ascii[c/64]>>(c%64)&1 == 0 {
				continue
			}
		} else if !i.in.MatchRune(c) {
			continue
		}
		if !known {
			after, _ := decode(text, pos)
			holds, known = m.holding(text, pos, c, after), true
		}
		if m.follow(r, &r.next, i.out, holds) {
			return true
		}
	}
	r.now, r.next = r.next, r.now
	r.next.dense = r.next.dense[:0]
	return false
}

// skip goes on to where a match can start, or to the end.
func (m *machine) skip(text string, pos int, before rune) (int, rune) {
	for pos < len(text) && !m.first[text[pos]] {
		c, size := decode(text, pos)
		before = c
		pos += size
	}
	return pos, before
}

// decode returns the code point at pos, and its size in bytes: noRune and 0 at
// the end.
func decode(text string, pos int) (rune, int) {
	if pos == len(text) {
		return noRune, 0
	}
	if c := text[pos]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRuneInString(text[pos:])
}

// holding returns the conditions that hold at pos, between two code points; of
// boundaries only those that the program asks for.
func (m *machine) holding(text string, pos int, before, after rune) condition {
	if m.asks == 0 {
		return 0
	}
	var c condition
	if pos == 0 {
		c = beginLine | beginText
	} else if before == '\n' {
		c = beginLine
	}
	if pos == len(text) {
		c |= endLine | endText | finalNewline
	} else if after == '\n' {
		if c |= endLine; pos == len(text)-1 {
			c |= finalNewline
		}
	}
	if text == "" {
		return c // where Python finds neither \b nor \B
	}
	if m.asks&words != 0 {
		if isWord(before) != isWord(after) {
			c |= wordBoundary
		} else {
			c |= noWordBoundary
		}
	}
	if m.asks&asciiWords != 0 {
		if isASCIIWord(before) != isASCIIWord(after) {
			c |= asciiBoundary
		} else {
			c |= noASCIIBoundary
		}
	}
	return c
}
