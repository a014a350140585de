package python

import (
	"encoding/json"
	"os"
	"regexp/syntax"
	"testing"
)

// program compiles what regexp.Compile reads.
func program(t *testing.T, expr string) *syntax.Prog {
	t.Helper()
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		t.Fatalf("%q: %v", expr, err)
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		t.Fatalf("%q: %v", expr, err)
	}
	return prog
}

// What is written means the tree: Go makes the same program of it as of its own
// text, but for alternatives, which are sorted. The patterns are those of
// TestPython whose sets are so small that Go writes them soon.
func TestExpression(t *testing.T) {
	data, err := os.ReadFile("testdata/patterns.json")
	if err != nil {
		t.Fatal(err)
	}
	var table []struct{ Pattern string }
	if err := json.Unmarshal(data, &table); err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, r := range table {
		nodes, flags, err := parse(r.Pattern, 0)
		if err != nil {
			continue
		}
		var b builder
		tree := b.sequence(nodes, flags)
		if b.runes > 500 || anywhere(tree, func(re *syntax.Regexp) bool { return re.Op == syntax.OpAlternate || wide(re) }) {
			continue
		}
		if _, err := syntax.Parse(tree.String(), syntax.Perl); err != nil {
			continue // nested repeats
		}
		compared++
		if got, want := program(t, expression(tree)).String(), program(t, tree.String()).String(); got != want {
			t.Errorf("%q is written as %q and Go's %q:\n%s\n%s", r.Pattern, expression(tree), tree, got, want)
		}
	}
	if compared < 200 {
		t.Errorf("only %d patterns were compared", compared)
	}
}

// anywhere reports whether a node of a tree is such.
func anywhere(re *syntax.Regexp, such func(*syntax.Regexp) bool) bool {
	for _, sub := range re.Sub {
		if anywhere(sub, such) {
			return true
		}
	}
	return such(re)
}

// wide reports whether Go goes through many characters to write a set.
func wide(re *syntax.Regexp) bool {
	return re.Op == syntax.OpCharClass && re.Rune[len(re.Rune)-1] > 0xffff
}

// Sorted alternatives share their starts: a list of words in any order is a
// small program.
func TestAlternativesAreSorted(t *testing.T) {
	for expr, want := range map[string]string{
		`be|am|(?:b|cc)+|be|is`:      `am|be|is|(?:b|cc)+`,
		`(?:wife|(?:x|yy)z|ant+|$)s`: `(?:\z|ant+|wife|(?:x|yy)z)s`,
	} {
		nodes, flags, err := parse(expr, 0)
		if err != nil {
			t.Fatal(err)
		}
		var b builder
		if got := expression(b.sequence(nodes, flags)); got != want {
			t.Errorf("%q is written as %q, want %q", expr, got, want)
		}
	}
}
