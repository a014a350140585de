package python

import (
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// expression writes a tree of a [builder] as Go's regexp reads it.
//
// [syntax.Regexp.String] would look for the flags that make the shortest text,
// and for that goes through each character of each set: milliseconds for one
// such as [^a]. Here no flag goes beyond the character that it is for.
//
// Alternatives are sorted, for Go takes out what those next to each other start
// with: thousands of names become few first steps. Which of them matches is not
// asked.
func expression(re *syntax.Regexp) string {
	var w writer
	w.write(re)
	return w.String()
}

type writer struct{ strings.Builder }

func (w *writer) write(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpNoMatch:
		w.WriteString(`[^\x00-\x{10ffff}]`)
	case syntax.OpEmptyMatch:
		w.WriteString(`(?:)`)
	case syntax.OpLiteral:
		w.literal(re.Rune[0])
	case syntax.OpCharClass:
		w.set(re.Rune)
	case syntax.OpAnyCharNotNL:
		w.WriteString(`(?-s:.)`)
	case syntax.OpAnyChar:
		w.WriteString(`(?s:.)`)
	case syntax.OpBeginLine:
		w.WriteString(`(?m:^)`)
	case syntax.OpEndLine:
		w.WriteString(`(?m:$)`)
	case syntax.OpBeginText:
		w.WriteString(`\A`)
	case syntax.OpEndText:
		w.WriteString(`\z`)
	case syntax.OpWordBoundary:
		w.WriteString(`\b`)
	case syntax.OpNoWordBoundary:
		w.WriteString(`\B`)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if sub.Op == syntax.OpAlternate {
				w.group(sub)
			} else {
				w.write(sub)
			}
		}
	case syntax.OpAlternate:
		w.alternatives(re.Sub)
	default:
		if sub := re.Sub[0]; len(sub.Sub) == 0 {
			w.write(sub)
		} else {
			w.group(sub)
		}
		w.quantifier(re)
	}
}

func (w *writer) group(re *syntax.Regexp) {
	w.WriteString("(?:")
	w.write(re)
	w.WriteByte(')')
}

// alternatives writes the flat ones first, in order; the others would be copied
// again for each alternative that they lie in.
func (w *writer) alternatives(subs []*syntax.Regexp) {
	var flats []string
	var others []*syntax.Regexp
	for _, sub := range subs {
		if flat(sub) {
			flats = append(flats, expression(sub))
		} else {
			others = append(others, sub)
		}
	}
	slices.Sort(flats)
	w.WriteString(strings.Join(slices.Compact(flats), "|"))
	for i, sub := range others {
		if i > 0 || flats != nil {
			w.WriteByte('|')
		}
		w.write(sub)
	}
}

// flat reports whether a tree is a sequence of characters, sets and conditions,
// each perhaps repeated.
func flat(re *syntax.Regexp) bool {
	if re.Op == syntax.OpConcat {
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !single(sub) })
	}
	return single(re)
}

func single(re *syntax.Regexp) bool {
	return len(re.Sub) == 0 || re.Op != syntax.OpConcat && re.Op != syntax.OpAlternate && len(re.Sub[0].Sub) == 0
}

func (w *writer) quantifier(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpStar:
		w.WriteByte('*')
	case syntax.OpPlus:
		w.WriteByte('+')
	case syntax.OpQuest:
		w.WriteByte('?')
	case syntax.OpRepeat:
		w.WriteString("{" + strconv.Itoa(re.Min))
		if re.Max != re.Min {
			w.WriteByte(',')
			if re.Max >= 0 {
				w.WriteString(strconv.Itoa(re.Max))
			}
		}
		w.WriteByte('}')
	}
}

// literal writes a character, or a condition: as a surrogate, which no other
// literal is, in a group, so that the parser does not join it with others to a
// set.
func (w *writer) literal(r rune) {
	if r < firstCondition {
		w.char(r)
		return
	}
	w.WriteByte('(')
	w.char(written(r))
	w.WriteByte(')')
}

func (w *writer) set(ranges []rune) {
	w.WriteByte('[')
	for i := 0; i < len(ranges); i += 2 {
		lo, hi := ranges[i], ranges[i+1]
		w.char(lo)
		if lo < hi {
			w.WriteByte('-')
			w.char(hi)
		}
	}
	w.WriteByte(']')
}

// char writes a character so that it stands for itself also in a set.
func (w *writer) char(r rune) {
	if isASCIIWord(r) || r >= utf8.RuneSelf && utf8.ValidRune(r) {
		w.WriteRune(r)
		return
	}
	w.WriteString(`\x{` + strconv.FormatInt(int64(r), 16) + "}")
}
