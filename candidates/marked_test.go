package candidates_test

import (
	"reflect"
	"slices"
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
	gone := candidates.Argument{Context: candidates.Context{Type: "span", StableID: "doc::span:0:3"}}
	named := candidates.Argument{Context: candidates.Context{Type: "document", StableID: "doc::document:0:0"}, Document: &candidates.Document{}}
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
		{[]candidates.Argument{span(first, 0, 2), tweet, gone}, "[A: Åsa] 😀 met Bo … [B: so cold] … [C gone]"},
		{[]candidates.Argument{{}, named}, "[A gone] … [B: doc::document:0:0]"},
	} {
		c := candidates.Candidate{Args: test.args}
		if got := c.MarkedText(); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
		checkPassages(t, &c)
	}
}

// checkPassages checks what holds of all passages: the segments are the text,
// each argument begins and ends once, and it belongs to what is between.
func checkPassages(t *testing.T, c *candidates.Candidate) {
	t.Helper()
	begun := make(map[int]bool)
	var open []int
	for _, p := range c.Passages() {
		text := ""
		for _, s := range p.Segments {
			text += s.Text
			for _, arg := range s.Open {
				if begun[arg] {
					t.Errorf("%s: argument %d begins twice", c.MarkedText(), arg)
				}
				begun[arg] = true
			}
			open = append(open, s.Open...)
			equal(t, c.MarkedText(), s.Args, open)
			open = slices.DeleteFunc(open, func(arg int) bool { return slices.Contains(s.Close, arg) })
		}
		if p.Sentence != nil && text != p.Sentence.Text {
			t.Errorf("the segments make %q of %q", text, p.Sentence.Text)
		}
	}
	if len(begun) != len(c.Args) || len(open) > 0 {
		t.Errorf("%s: %d of %d arguments began, and %v did not end", c.MarkedText(), len(begun), len(c.Args), open)
	}
}

// A page can show arguments that overlap, for a segment tells all of them.
func TestPassagesOfOverlappingArguments(t *testing.T) {
	s := &candidates.Sentence{Text: "a big red dog"}
	arg := func(start, end int) candidates.Argument {
		return candidates.Argument{Sentence: s, Span: &candidates.Span{Sentence: s, CharStart: start, CharEnd: end}}
	}
	c := candidates.Candidate{Args: []candidates.Argument{arg(6, 12), arg(2, 8), arg(6, 5)}}
	want := []candidates.Passage{{Sentence: s, Segments: []candidates.Segment{
		{Text: "a "},
		{Text: "big ", Args: []int{1}, Open: []int{1}},
		{Text: "", Args: []int{1, 0, 2}, Open: []int{0, 2}, Close: []int{2}},
		{Text: "red", Args: []int{1, 0}, Close: []int{1}},
		{Text: " dog", Args: []int{0}, Close: []int{0}},
	}}}
	if got := c.Passages(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, want := c.MarkedText(), "a [B: big [A: [C: ]red] dog]"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestInTextAndInDocument(t *testing.T) {
	doc, other := &candidates.Document{Name: "news"}, &candidates.Document{Name: "blog"}
	one, two := &candidates.Sentence{Text: "Ann met Bo"}, &candidates.Sentence{Text: "He left"}
	in := func(d *candidates.Document, s *candidates.Sentence) candidates.Argument {
		return candidates.Argument{Document: d, Sentence: s}
	}
	raw := candidates.Argument{Context: candidates.Context{Text: "so cold", HasText: true}}
	for _, test := range []struct {
		args           []candidates.Argument
		document, text string
	}{
		{nil, "", ""},
		{[]candidates.Argument{in(doc, one), in(doc, one)}, "news", "Ann met Bo"},
		{[]candidates.Argument{in(doc, one), in(doc, two)}, "news", ""},
		{[]candidates.Argument{in(doc, one), in(other, two)}, "", ""},
		{[]candidates.Argument{in(doc, nil), {}}, "news", ""},
		{[]candidates.Argument{raw}, "", "so cold"},
		{[]candidates.Argument{raw, in(nil, one)}, "", ""},
	} {
		c := candidates.Candidate{Args: test.args}
		if name, ok := c.InDocument(); name != test.document || ok != (name != "") {
			t.Errorf("document %q, %v, want %q", name, ok, test.document)
		}
		if text, ok := c.InText(); text != test.text || ok != (text != "") {
			t.Errorf("text %q, %v, want %q", text, ok, test.text)
		}
	}
}
