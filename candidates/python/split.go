package python

import "strings"

// Fields is Python's str.split() without arguments: the parts of s between
// runs of white space, none of them empty.
func Fields(s string) []string { return strings.FieldsFunc(s, isSpace) }

// Strip is Python's str.strip() without arguments: s without the white space
// at both ends.
func Strip(s string) string { return strings.TrimFunc(s, isSpace) }

// isSpace is Python's str.isspace() of one code point. It is not
// unicode.IsSpace, to which the separators U+001C to U+001F are no space.
func isSpace(r rune) bool {
	switch {
	case r < 0x80:
		return r == ' ' || '\t' <= r && r <= '\r' || 0x1c <= r && r <= 0x1f
	case r < 0x1680:
		return r == 0x85 || r == 0xa0
	}
	switch r {
	case 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000:
		return true
	}
	return 0x2000 <= r && r <= 0x200a
}
