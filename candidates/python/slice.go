package python

import "unicode/utf8"

// Slice is Python's s[start:end], counted in code points: a negative index
// counts from the end, one beyond either end is that end, and the slice is
// empty where start is not before end. math.MaxInt stands for an end that is
// left out.
func Slice(s string, start, end int) string {
	if isASCII(s) {
		start, end = bounds(start, end, len(s))
		return s[start:end]
	}
	start, end = bounds(start, end, utf8.RuneCountInString(s))
	from := skip(s, 0, start)
	return s[from:skip(s, from, end-start)]
}

// SliceOf is Python's list[start:end], by the rules of [Slice]. The result
// shares its elements with list; appending to it leaves list alone.
func SliceOf[T any](list []T, start, end int) []T {
	start, end = bounds(start, end, len(list))
	return list[start:end:end]
}

// bounds turns Python's indices into 0 ≤ start ≤ end ≤ n.
func bounds(start, end, n int) (int, int) {
	if start < 0 {
		start += n
	}
	if end < 0 {
		end += n
	}
	start = min(max(start, 0), n)
	return start, min(max(end, start), n)
}

// skip returns the byte offset that is n code points after offset at.
func skip(s string, at, n int) int {
	for ; n > 0; n-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}
