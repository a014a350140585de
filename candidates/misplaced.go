package candidates

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// misplaced counts the words that do not stand in the text at their offset. What
// CoreNLP writes of brackets and quotation marks is not counted. A parser may
// write some more words in another way; where it is most of them they belong to
// another sentence, or the offsets count something else, which is an error.
func (s NewSentence) misplaced() (n int, err error) {
	first, at, rest := 0, 0, s.Text
	for i, word := range s.Words {
		for ; at < s.CharOffsets[i]; at++ {
			_, size := utf8.DecodeRuneInString(rest)
			rest = rest[size:]
		}
		if strings.HasPrefix(rest, word) || slices.Contains(escapes(), word) {
			continue
		}
		if n == 0 {
			first = i
		}
		n++
	}
	if n > 1 && 2*n > len(s.Words) {
		err = fmt.Errorf("%d of %d words do not stand in the text at their char_offsets, the first is %.40q at %d; offsets count code points of the sentence from 0",
			n, len(s.Words), s.Words[first], s.CharOffsets[first])
	}
	return n, err
}

// escapes are words that CoreNLP writes for others.
func escapes() []string {
	return []string{"-LRB-", "-RRB-", "-LSB-", "-RSB-", "-LCB-", "-RCB-", "``", "''", "`", "'", "--", "..."}
}
