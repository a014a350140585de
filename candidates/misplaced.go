package candidates

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// misplaced counts the words that do not stand in the text at their offset, as
// words of another sentence do not. What CoreNLP writes of brackets and
// quotation marks is not counted.
func (s NewSentence) misplaced() int {
	n, at, rest := 0, 0, s.Text
	for i, word := range s.Words {
		for ; at < s.CharOffsets[i]; at++ {
			_, size := utf8.DecodeRuneInString(rest)
			rest = rest[size:]
		}
		if !strings.HasPrefix(rest, word) && !slices.Contains(escapes(), word) {
			n++
		}
	}
	return n
}

// escapes are words that CoreNLP writes for others.
func escapes() []string {
	return []string{"-LRB-", "-RRB-", "-LSB-", "-RSB-", "-LCB-", "-RCB-", "``", "''", "`", "'", "--", "..."}
}
