package python

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lower is Python's str.lower(): simple lower-casing of each code point, but
// İ gives two (i and a combining dot above), and Σ at the end of a word gives
// ς. It may be called from several goroutines, and does not allocate for text
// that is lower case already.
//
// It does not use golang.org/x/text/cases, which lower-cases every code point
// the same but looks only 30 code points ahead for the end of the word, and
// keeps state.
func Lower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	written := 0 // how much of s is in b
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		l := unicode.ToLower(r)
		if r == 'Σ' && endsWord(s[:i], s[i+size:]) {
			l = 'ς'
		}
		if l != r {
			if written == 0 {
				b.Grow(len(s) + len(s)/16 + utf8.UTFMax)
			}
			b.WriteString(s[written:i])
			b.WriteRune(l)
			if r == 'İ' {
				b.WriteRune('\u0307')
			}
			written = i + size
		}
		i += size
	}
	if written == 0 {
		return s
	}
	b.WriteString(s[written:])
	return b.String()
}

// endsWord reports whether a Σ between before and after ends a word: the first
// code point that is not case-ignorable is cased on its left, and not cased on
// its right. This is Final_Sigma of the Unicode standard, section 3.13.
func endsWord(before, after string) bool {
	for {
		r, size := utf8.DecodeLastRuneInString(before)
		if !isCaseIgnorable(r) {
			if size == 0 || !isCased(r) {
				return false
			}
			break
		}
		before = before[:len(before)-size]
	}
	for {
		r, size := utf8.DecodeRuneInString(after)
		if !isCaseIgnorable(r) {
			return size == 0 || !isCased(r)
		}
		after = after[size:]
	}
}

func isCased(r rune) bool {
	return unicode.In(r, unicode.Lu, unicode.Ll, unicode.Lt,
		unicode.Other_Uppercase, unicode.Other_Lowercase)
}

// isCaseIgnorable is the property Case_Ignorable. The code points that are
// named are those with Word_Break MidLetter, MidNumLet or Single_Quote.
func isCaseIgnorable(r rune) bool {
	switch r {
	case '\'', '.', ':', 0xb7, 0x387, 0x55f, 0x5f4, 0x2018, 0x2019, 0x2024, 0x2027,
		0xfe13, 0xfe52, 0xfe55, 0xff07, 0xff0e, 0xff1a:
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}

func isASCII(s string) bool {
	for ; len(s) >= 8; s = s[8:] {
		if (s[0]|s[1]|s[2]|s[3]|s[4]|s[5]|s[6]|s[7])&utf8.RuneSelf != 0 {
			return false
		}
	}
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
