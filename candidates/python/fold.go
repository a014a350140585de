package python

import (
	"slices"
	"unicode"
)

// pythonFolds are the code points that match each other under IGNORECASE in
// Python 3.11 and are no folding orbit of the unicode package. Python takes
// two characters for equal whose lower case is the same, or is in one line of
// its table re._casefix._EXTRA_CASES. The lines here are what differed when
// that relation was compared with unicode.SimpleFold for all code points:
// dotted and dotless i, two Greek vowels with tonos and oxia, and the
// ligatures st.
const pythonFolds = "IiİıI" + "\u0390\u1fd3\u0390" + "\u03b0\u1fe3\u03b0" + "\ufb05\ufb06\ufb05"

// nextFold returns the next code point of those that match r under
// IGNORECASE, r itself after the last.
func nextFold(r rune) rune {
	if r == 'I' || r == 'i' || r >= 'İ' {
		found := false
		for _, f := range pythonFolds {
			if found {
				return f
			}
			found = f == r
		}
	}
	return unicode.SimpleFold(r)
}

// folds adds all code points that match r under IGNORECASE.
func (s *runeSet) folds(r rune, ascii bool) {
	*s = append(*s, r, r)
	if ascii {
		if isASCIIWord(r) && r > '9' && r != '_' {
			*s = append(*s, r^0x20, r^0x20)
		}
		return
	}
	for f := nextFold(r); f != r; f = nextFold(f) {
		*s = append(*s, f, f)
	}
}

// foldRange adds all code points that match one of a range.
func (s *runeSet) foldRange(lo, hi rune, ascii bool) {
	*s = append(*s, lo, hi)
	if ascii {
		for r := max(lo, 'A'); r <= min(hi, 'z'); r++ {
			s.folds(r, true)
		}
	}
	each := func(r rune) {
		switch {
		case !ascii && lo <= r && r <= hi:
			s.folds(r, false)
		case ascii && r > 0xffff && hi > 0xffff && lo <= unicode.ToUpper(r) && unicode.ToUpper(r) <= hi:
			*s = append(*s, r, r) // Python asks for the upper case here even so
		}
	}
	for _, c := range unicode.CaseRanges {
		for r := rune(c.Lo); r <= rune(c.Hi); r++ {
			each(r)
		}
	}
	each('ß') // has no upper case of its own, but ẞ has it for its lower case
	for _, r := range pythonFolds {
		each(r)
	}
}

// runes returns the code points that match a set under flags.
func (n node) runes(f Flags) runeSet {
	ascii, fold := f&ASCII != 0, f&IgnoreCase != 0
	var s runeSet
	for _, m := range n.set {
		switch {
		case m.class != 0:
			s = append(s, classSet(m.class, ascii)...)
		case !fold:
			s = append(s, m.lo, m.hi)
		case m.span:
			s.foldRange(m.lo, m.hi, ascii)
		case m.lo <= 0xffff:
			s.folds(m.lo, ascii)
		case ascii:
			s = append(s, m.lo, m.lo)
		case unicode.ToLower(m.lo) == m.lo:
			s.folds(m.lo, false)
			// Python compares the lower case of the text with the members of a
			// set, and forgets to lower-case members beyond U+FFFF: a capital
			// one matches nothing.
		}
	}
	s = s.sorted()
	if n.negated {
		s = s.negated()
	}
	return s
}

// classSet returns \d, \s, \w or, as a capital, what is not in it.
func classSet(class rune, ascii bool) runeSet {
	var s runeSet
	switch unicode.ToLower(class) {
	case 'd':
		if s = (runeSet{'0', '9'}); !ascii {
			s.addTable(unicode.Nd)
		}
	case 's':
		if s = (runeSet{'\t', '\r', ' ', ' '}); !ascii {
			for r := rune(0); r <= 0x3000; r++ {
				if isSpace(r) {
					s = append(s, r, r)
				}
			}
		}
	case 'w':
		if s = (runeSet{'0', '9', 'A', 'Z', '_', '_', 'a', 'z'}); !ascii {
			s.addTable(unicode.L, unicode.N)
		}
	}
	s = s.sorted()
	if unicode.IsUpper(class) {
		s = s.negated()
	}
	return slices.Clip(s)
}
