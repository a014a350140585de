package main

import (
	"slices"
	"strings"

	"workbench/candidates"
)

// letter names an argument as Snorkel's patterns do: A, B, …
func letter(i int) string { return string(rune('A' + i)) }

// markedText is the text of a candidate with its arguments marked in it:
// [A: Ann Lee] and her husband [B: Bob Lee]. The letters are those of Snorkel's
// tagged text. Where arguments lie in several sentences these follow each
// other; an argument that is no span of a sentence stands for itself.
func markedText(x *candidates.Candidate) string {
	var parts []string
	var done []*candidates.Sentence
	for i, a := range x.Args {
		switch {
		case a.Span == nil:
			parts = append(parts, "["+letter(i)+": "+text(a.Context)+"]")
		case !slices.Contains(done, a.Sentence):
			done = append(done, a.Sentence)
			parts = append(parts, markedSentence(x, a.Sentence))
		}
	}
	return strings.Join(parts, " … ")
}

// markedSentence marks the arguments that lie in one sentence. Spans may
// overlap: of two that begin together the longer one begins first, and one
// that ends ends before another begins.
func markedSentence(x *candidates.Candidate, s *candidates.Sentence) string {
	runes := []rune(s.Text)
	open, shut := make(map[int][]int), make(map[int]int)
	for i, a := range x.Args {
		if a.Span != nil && a.Sentence == s {
			start := min(max(a.Span.CharStart, 0), len(runes))
			end := min(max(a.Span.CharEnd+1, start), len(runes))
			open[start] = append(open[start], i)
			if end > start {
				shut[end]++
			}
		}
	}
	var b strings.Builder
	for at := range len(runes) + 1 {
		b.WriteString(strings.Repeat("]", shut[at]))
		slices.SortStableFunc(open[at], func(i, k int) int { return x.Args[k].Span.CharEnd - x.Args[i].Span.CharEnd })
		for _, i := range open[at] {
			b.WriteString("[" + letter(i) + ": ")
			if x.Args[i].Span.CharEnd < max(x.Args[i].Span.CharStart, 0) || at == len(runes) {
				b.WriteString("]") // it covers nothing
			}
		}
		if at < len(runes) {
			b.WriteRune(runes[at])
		}
	}
	return b.String()
}
