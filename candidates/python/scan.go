package python

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// A scanner splits a pattern into tokens: a code point, or a backslash and the
// one after it. Like the tokenizer of Python's re._parser it is always one
// token ahead, which decides what some wrong patterns are told.
type scanner struct {
	source []rune
	after  int    // the index after next
	next   []rune // the token to come; empty at the end
}

func (s *scanner) advance() {
	if s.after == len(s.source) {
		s.next = nil
		return
	}
	size := 1
	if s.source[s.after] == '\\' {
		if size = 2; s.after+1 == len(s.source) {
			s.wrong(s.after, "bad escape (end of pattern)")
		}
	}
	s.next = s.source[s.after : s.after+size]
	s.after += size
}

func (s *scanner) position() int { return s.after - len(s.next) }

func (s *scanner) seek(position int) {
	s.after = position
	s.advance()
}

func (s *scanner) get() []rune {
	token := s.next
	s.advance()
	return token
}

// char returns the next token if it is a single code point, or -1.
func (s *scanner) char() rune {
	if len(s.next) == 1 {
		return s.next[0]
	}
	return -1
}

func (s *scanner) match(r rune) bool {
	if s.char() != r {
		return false
	}
	s.advance()
	return true
}

// while takes up to n tokens that are all in a set of characters.
func (s *scanner) while(n int, set string) string {
	var b strings.Builder
	for ; n > 0 && s.char() >= 0 && strings.ContainsRune(set, s.char()); n-- {
		b.WriteRune(s.get()[0])
	}
	return b.String()
}

// until takes a name and the character that ends it.
func (s *scanner) until(end rune, what string) string {
	from := s.position()
	for {
		at := s.position()
		token := s.get()
		switch {
		case len(token) == 0 && at == from:
			s.wrong(at, "missing %s", what)
		case len(token) == 0:
			s.wrong(from, "missing %c, unterminated name", end)
		case len(token) == 1 && token[0] == end:
			if at == from {
				s.wrong(at, "missing %s", what)
			}
			return string(s.source[from:at])
		}
	}
}

// wrong stops parsing with an error of the kind ErrSyntax, in Python's words.
func (s *scanner) wrong(position int, format string, args ...any) {
	message := fmt.Sprintf(format, args...) + fmt.Sprintf(" at position %d", position)
	panic(&patternError{ErrSyntax, printable(message)})
}

// unsupported stops parsing with an error of the kind ErrUnsupported.
func (s *scanner) unsupported(position int, what string) {
	panic(&patternError{ErrUnsupported, printable(fmt.Sprintf("%s at position %d is not supported", what, position))})
}

// printable escapes what would not print, so that a message stays on its line.
func printable(message string) string {
	var b strings.Builder
	for _, r := range message {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return b.String()
}

const (
	octal   = "01234567"
	digits  = "0123456789"
	hex     = "0123456789abcdefABCDEF"
	classes = "dDsSwW"
)

// control returns the character that the letter of an escape stands for, such
// as n for a newline; b is one in sets only.
func control(letter rune) (rune, bool) {
	if i := strings.IndexRune(`abfnrtv\`, letter); i >= 0 {
		return rune("\a\b\f\n\r\t\v\\"[i]), true
	}
	return 0, false
}

// character reads what an escape stands for that is the same inside and
// outside of a set: \xhh, \uhhhh, \Uhhhhhhhh, or a character that is not a
// letter. The token of the escape has been taken.
func (s *scanner) character(escape []rune) rune {
	c := escape[1]
	at := s.position() - 2
	if i := strings.IndexRune("xuU", c); i >= 0 {
		size := 2 << i
		value := s.while(size, hex)
		if len(value) < size {
			s.wrong(at, "incomplete escape %s%s", string(escape), value)
		}
		r, err := strconv.ParseUint(value, 16, 32)
		if err != nil || r > unicode.MaxRune {
			s.wrong(at, "bad escape %s%s", string(escape), value)
		}
		return rune(r)
	}
	if c == 'N' {
		if !s.match('{') {
			s.wrong(s.position(), "missing {")
		}
		s.until('}', "character name")
		s.unsupported(at, `character name \N{…}`)
	}
	if c < 0x80 && (unicode.IsLetter(c) || unicode.IsDigit(c)) {
		s.wrong(at, "bad escape %s", string(escape))
	}
	return c
}

// octalCharacter reads the value of digits that follow a backslash at a
// position.
func (s *scanner) octalCharacter(value string, at int) rune {
	r, _ := strconv.ParseUint(value, 8, 32) // three octal digits at most
	if r > 0o377 {
		s.wrong(at, `octal escape value \%s outside of range 0-0o377`, value)
	}
	return rune(r)
}
