package candidates

import (
	"cmp"
	"slices"
	"strings"
)

// Letter names the argument of an index as Snorkel's patterns do: A, B, …
func Letter(arg int) string { return string(rune('A' + arg)) }

// Passage is a text that arguments of a candidate lie in, cut where they begin
// and end: a sentence, or an argument that is no span of one.
type Passage struct {
	Sentence *Sentence // nil for an argument that stands for itself
	Segments []Segment
}

// Segment is a piece of a passage within which no argument begins or ends.
// Arguments are indexes of [Candidate.Args]. Those that overlap need not nest:
// one may end before another that began in it.
type Segment struct {
	Text  string // "" where an argument covers nothing, or is gone
	Gone  bool   // the argument that it stands for is gone; see [Argument.Gone]
	Args  []int  // that it belongs to, in the order in which they begin
	Open  []int  // that begin with it: of several the longest first
	Close []int  // that end with it: what began last first
}

// Passages marks the arguments of a candidate in its text. Where they lie in
// several sentences these follow each other in the order of the arguments; an
// argument that is no span of a sentence stands for itself, and so does one that
// is gone.
func (c *Candidate) Passages() []Passage {
	var passages []Passage
	for i := range c.Args {
		a := &c.Args[i]
		switch {
		case a.Span == nil:
			one := []int{i}
			text, has := a.TextOrID()
			passages = append(passages, Passage{Segments: []Segment{{Text: text, Gone: !has, Args: one, Open: one, Close: one}}})
		case !slices.ContainsFunc(passages, func(p Passage) bool { return p.Sentence == a.Sentence }):
			passages = append(passages, Passage{a.Sentence, c.segments(a.Sentence)})
		}
	}
	return passages
}

// MarkedText is the text of a candidate with its arguments marked in it:
// [A: Ann Lee] and her husband [B: Bob Lee]. The letters are those of
// [TaggedText]. Passages are separated by dots; [B gone] is an argument whose row
// is gone, and a candidate without arguments has no text.
func (c *Candidate) MarkedText() string {
	var b strings.Builder
	for i, p := range c.Passages() {
		if i > 0 {
			b.WriteString(" … ")
		}
		for _, s := range p.Segments {
			if s.Gone {
				b.WriteString("[" + Letter(s.Args[0]) + " gone]")
				continue
			}
			for _, arg := range s.Open {
				b.WriteString("[" + Letter(arg) + ": ")
			}
			b.WriteString(s.Text)
			for range s.Close {
				b.WriteByte(']')
			}
		}
	}
	return b.String()
}

// segments cuts a sentence where the arguments in it begin and end. At one
// place those that end come before those that begin; of the latter the longest
// begins first, and those that cover nothing end at once.
func (c *Candidate) segments(s *Sentence) []Segment {
	runes := []rune(s.Text)
	var spans []markedSpan
	cuts := []int{len(runes)}
	for i, a := range c.Args {
		if a.Span == nil || a.Sentence != s {
			continue
		}
		start := min(max(a.Span.CharStart, 0), len(runes))
		end := min(max(a.Span.CharEnd+1, start), len(runes))
		spans = append(spans, markedSpan{i, start, end, a.Span.CharEnd})
		cuts = append(cuts, start, end)
	}
	slices.SortStableFunc(spans, func(x, y markedSpan) int {
		return cmp.Or(cmp.Compare(x.start, y.start), cmp.Compare(y.charEnd, x.charEnd))
	})
	slices.Sort(cuts)
	var m marker
	at := 0
	for _, cut := range slices.Compact(cuts) {
		m.text(string(runes[at:cut]), cut)
		for at = cut; len(spans) > 0 && spans[0].start == at; spans = spans[1:] {
			m.begin(spans[0])
		}
	}
	return m.segments
}

// markedSpan is where an argument stands in its sentence: the code points from
// start up to end, both within the text. Its charEnd may lie outside.
type markedSpan struct{ arg, start, end, charEnd int }

// marker collects the segments of a sentence from left to right.
type marker struct {
	segments []Segment
	open     []markedSpan // that have begun and not ended
	begun    []int        // that begin with the next segment
}

// begin begins an argument, and ends it if it covers nothing.
func (m *marker) begin(p markedSpan) {
	m.open, m.begun = append(m.open, p), append(m.begun, p.arg)
	if p.start == p.end {
		m.add("", []markedSpan{p})
	}
}

// text adds the text up to a cut, and ends what ends there.
func (m *marker) text(text string, cut int) {
	if text == "" {
		return
	}
	var ended []markedSpan
	for _, p := range slices.Backward(m.open) {
		if p.end == cut {
			ended = append(ended, p)
		}
	}
	m.add(text, ended)
}

func (m *marker) add(text string, ended []markedSpan) {
	s := Segment{Text: text, Open: m.begun}
	for _, p := range m.open {
		s.Args = append(s.Args, p.arg)
	}
	for _, p := range ended {
		s.Close = append(s.Close, p.arg)
	}
	m.open = slices.DeleteFunc(m.open, func(p markedSpan) bool { return slices.Contains(ended, p) })
	m.segments, m.begun = append(m.segments, s), nil
}
