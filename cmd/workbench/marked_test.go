package main

import (
	"testing"

	"workbench/candidates"
)

func TestMarkedText(t *testing.T) {
	first := &candidates.Sentence{Text: "Åsa 😀 met Bo"} // 12 code points
	second := &candidates.Sentence{Text: "He left"}
	span := func(s *candidates.Sentence, start, end int) candidates.Argument {
		return candidates.Argument{Sentence: s, Span: &candidates.Span{Sentence: s, CharStart: start, CharEnd: end}}
	}
	tweet := candidates.Argument{Context: candidates.Context{Text: "so cold", HasText: true}}
	gone := candidates.Argument{Context: candidates.Context{StableID: "doc::span:0:3"}}
	for _, test := range []struct {
		args []candidates.Argument
		want string
	}{
		{nil, ""},
		{[]candidates.Argument{span(first, 0, 2), span(first, 10, 11)}, "[A: Åsa] 😀 met [B: Bo]"},
		{[]candidates.Argument{span(first, 10, 11), span(first, 0, 2)}, "[B: Åsa] 😀 met [A: Bo]"},
		{[]candidates.Argument{span(first, 0, 2), span(first, 0, 4)}, "[B: [A: Åsa] 😀] met Bo"},
		{[]candidates.Argument{span(first, 0, 4), span(first, 4, 8)}, "[A: Åsa [B: 😀] met] Bo"},
		{[]candidates.Argument{span(first, 0, 2), span(first, 0, 2)}, "[A: [B: Åsa]] 😀 met Bo"},
		{[]candidates.Argument{span(first, 0, 2), span(first, 3, 4)}, "[A: Åsa][B:  😀] met Bo"},
		{[]candidates.Argument{span(first, -3, 2), span(first, 10, 99)}, "[A: Åsa] 😀 met [B: Bo]"},
		{[]candidates.Argument{span(first, 4, 3), span(first, 50, 60)}, "Åsa [A: ]😀 met Bo[B: ]"},
		{[]candidates.Argument{span(second, 0, 1), span(first, 0, 2), span(first, 10, 11)}, "[A: He] left … [B: Åsa] 😀 met [C: Bo]"},
		{[]candidates.Argument{tweet}, "[A: so cold]"},
		{[]candidates.Argument{span(first, 0, 2), tweet, gone}, "[A: Åsa] 😀 met Bo … [B: so cold] … [C: doc::span:0:3]"},
	} {
		if got := markedText(&candidates.Candidate{Args: test.args}); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
