package pickle

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// latin1 reads one code point from each byte.
func latin1(s string) string {
	var b strings.Builder
	b.Grow(len(s) + highBytes(s))
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

// highBytes counts the bytes that are two in UTF-8 where they are Latin-1.
func highBytes(s string) (n int) {
	for i := range len(s) {
		n += int(s[i] >> 7)
	}
	return n
}

// python2Text reads a byte string of Python 2.
func python2Text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return latin1(s)
}

// utf8Text reads UTF-8 as Python's error handler surrogatepass does: surrogates
// are three bytes each. They become U+FFFD, one for one. Other bytes that are
// not UTF-8 are not text.
func utf8Text(s string) (text string, ok bool) {
	if utf8.ValidString(s) {
		return s, true
	}
	var b strings.Builder
	b.Grow(len(s))
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			if !isSurrogate(s) {
				return "", false
			}
			size = 3
		}
		b.WriteRune(r)
		s = s[size:]
	}
	return b.String(), true
}

// isSurrogate: s starts with a surrogate, written as three bytes.
func isSurrogate(s string) bool {
	return len(s) >= 3 && s[0] == 0xed && s[1] >= 0xa0 && s[1] <= 0xbf && s[2] >= 0x80 && s[2] <= 0xbf
}

// rawUnicodeEscape reads the text of the opcode UNICODE: Latin-1, with \uXXXX
// and \UXXXXXXXX for what else there is. A backslash before anything else
// stands for itself.
func rawUnicodeEscape(s string) (text string, ok bool) {
	high := highBytes(s)
	if high == 0 && strings.IndexByte(s, '\\') < 0 {
		return s, true
	}
	var b strings.Builder
	b.Grow(len(s) + high)
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteRune(rune(s[i]))
			i++
			continue
		}
		digits := 0
		switch s[i+1] {
		case 'u':
			digits = 4
		case 'U':
			digits = 8
		default: // two characters, of which the second starts no escape
			b.WriteByte('\\')
			b.WriteRune(rune(s[i+1]))
			i += 2
			continue
		}
		i += 2
		if len(s)-i < digits {
			return "", false
		}
		// ParseUint would take a sign or a prefix, but not in base 16.
		r, err := strconv.ParseUint(s[i:i+digits], 16, 32)
		if err != nil || r > utf8.MaxRune {
			return "", false
		}
		b.WriteRune(rune(r)) // U+FFFD for a surrogate
		i += digits
	}
	return b.String(), true
}

// quotedString reads the line of the opcode STRING: a literal of Python 2, in
// quotes and with escapes.
func quotedString(s string) (text string, ok bool) {
	if len(s) < 2 || s[0] != s[len(s)-1] || s[0] != '\'' && s[0] != '"' {
		return "", false
	}
	s = s[1 : len(s)-1]
	if strings.IndexByte(s, '\\') < 0 {
		return python2Text(s), true
	}
	const names, meanings = `\'"abfnrtv`, "\\'\"\a\b\f\n\r\t\v"
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b = append(b, s[i])
			i++
			continue
		}
		if i+1 == len(s) {
			return "", false
		}
		c := s[i+1]
		i += 2
		if k := strings.IndexByte(names, c); k >= 0 {
			b = append(b, meanings[k])
			continue
		}
		switch c {
		case 'x':
			if len(s)-i < 2 {
				return "", false
			}
			v, err := strconv.ParseUint(s[i:i+2], 16, 8)
			if err != nil {
				return "", false
			}
			b = append(b, byte(v))
			i += 2
		case '0', '1', '2', '3', '4', '5', '6', '7':
			v := int(c - '0')
			for end := min(i+2, len(s)); i < end && s[i] >= '0' && s[i] <= '7'; i++ {
				v = v<<3 | int(s[i]-'0')
			}
			b = append(b, byte(v))
		default: // no escape
			b = append(b, '\\', c)
		}
	}
	return python2Text(string(b)), true
}

// latin1Bytes is the reverse of latin1, and fails on text that is not Latin-1.
func latin1Bytes(text string) (b Bytes, ok bool) {
	b = make(Bytes, 0, len(text))
	for _, r := range text {
		if r > 0xff {
			return nil, false
		}
		b = append(b, byte(r))
	}
	return b, true
}
