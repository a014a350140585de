package session

import (
	"strconv"
	"strings"
)

// postgresForm is how the values of a column come: numbers, bools and bytes as they
// are in the server's memory, everything else as text.
type postgresForm uint8

const (
	pgText postgresForm = iota
	pgBool
	pgInt2
	pgInt4
	pgInt8
	pgOID
	pgFloat4
	pgFloat8
	pgNumeric
	pgBytes
	pgTexts
	pgInts
)

// formOf is the form of a type, by its number in pg_type, which is fixed.
func formOf(oid uint32) postgresForm {
	switch oid {
	case 16:
		return pgBool
	case 17:
		return pgBytes
	case 20:
		return pgInt8
	case 21:
		return pgInt2
	case 23:
		return pgInt4
	case 26:
		return pgOID
	case 700:
		return pgFloat4
	case 701:
		return pgFloat8
	case 1700:
		return pgNumeric
	case 1005, 1007, 1016: // of int2, int4 and int8
		return pgInts
	case 1009, 1014, 1015: // of text, char and varchar
		return pgTexts
	default:
		return pgText
	}
}

// format is what to ask for: 0 is text.
func (f postgresForm) format() int16 {
	switch f {
	case pgText, pgNumeric, pgTexts, pgInts:
		return 0
	default:
		return 1
	}
}

// list takes an array apart, {a,"b, c",NULL}, into int64, string or nil.
func (r *postgresRows) list(i int) []any {
	text := r.text(i)
	if at := strings.Index(text, "={"); text != "" && text[0] == '[' && at > 0 { // [0:2]={…} counts from 0
		text = text[at+1:]
	}
	text = strings.TrimSuffix(strings.TrimPrefix(text, "{"), "}")
	list := []any{}
	for text != "" {
		var element string
		var quoted bool
		element, text, quoted = arrayElement(text)
		n, err := strconv.ParseInt(element, 10, 64)
		switch {
		case !quoted && strings.EqualFold(element, "NULL"):
			list = append(list, nil)
		case r.forms[i] == pgInts && err == nil:
			list = append(list, n)
		default:
			list = append(list, element)
		}
	}
	return list
}

// arrayElement returns the first element of a list, and what follows its comma.
func arrayElement(text string) (element, rest string, quoted bool) {
	if text[0] != '"' {
		element, rest, _ = strings.Cut(text, ",")
		return element, rest, false
	}
	var b strings.Builder
	at := 1
	for at < len(text) && text[at] != '"' {
		if text[at] == '\\' && at+1 < len(text) {
			at++
		}
		b.WriteByte(text[at])
		at++
	}
	return b.String(), strings.TrimPrefix(text[min(at+1, len(text)):], ","), true
}
