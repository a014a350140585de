package candidates

import (
	"slices"
	"strings"
	"unicode"
)

// Tokenize splits a text into words, with the offset of each in code points.
// It is plain on purpose, and knows no language:
//
//   - White space separates words and belongs to none.
//   - A run of letters, digits, marks and underscores is a word. Hyphens and
//     apostrophes within it belong to it (ex-wife, O'Brien), and so do points
//     and commas between digits (3.14, 1,000).
//   - An apostrophe with s, d, m, ll, re or ve behind it at the end of a word is
//     a word of its own ('s), so that a name before it is a whole word.
//   - Everything else is a word of one character with the marks on it.
//
// Every word stands in the text at its offset.
func Tokenize(text string) (words []string, offsets []int) {
	runes := []rune(text)
	for i := 0; i < len(runes); {
		end := i + 1
		switch {
		case unicode.IsSpace(runes[i]):
			i = end
			continue
		case isWord(runes[i]):
			end = wordEnd(runes, i)
		default:
			for end < len(runes) && unicode.IsMark(runes[end]) {
				end++
			}
		}
		if at := clitic(runes, i, end); at > i {
			words, offsets = append(words, string(runes[i:at])), append(offsets, i)
			i = at
		}
		words, offsets = append(words, string(runes[i:end])), append(offsets, i)
		i = end
	}
	return words, offsets
}

func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || r == '_'
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' }

// wordEnd returns where the word that starts at i ends.
func wordEnd(runes []rune, i int) int {
	for i++; i < len(runes); i++ {
		inner := i+1 < len(runes) && isWord(runes[i+1])
		switch r := runes[i]; {
		case isWord(r):
		case (r == '-' || r == '‐' || isApostrophe(r)) && inner:
		case (r == '.' || r == ',') && inner && unicode.IsDigit(runes[i-1]) && unicode.IsDigit(runes[i+1]):
		default:
			return i
		}
	}
	return i
}

// clitic returns where a word of its own starts at the end of runes[i:end], or
// i if there is none.
func clitic(runes []rune, i, end int) int {
	for at := end - 1; at > i; at-- {
		if isApostrophe(runes[at]) {
			if slices.Contains([]string{"s", "d", "m", "ll", "re", "ve"}, strings.ToLower(string(runes[at+1:end]))) {
				return at
			}
			return i
		}
	}
	return i
}
