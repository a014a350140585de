package python_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"workbench/candidates/python"
)

func flagsOf(letters string) python.Flags {
	var f python.Flags
	for _, c := range letters {
		f |= map[rune]python.Flags{'i': python.IgnoreCase, 'm': python.Multiline, 's': python.DotAll,
			'x': python.Verbose, 'a': python.ASCII}[c]
	}
	return f
}

// recorded is one pattern with what Python 3.11.7 said of it: the texts in
// which re.search found it and those in which it did not, or the message of
// re.error with its position. Errors of the kind unsupported are ours; Python
// compiles these patterns.
type recorded struct {
	Pattern, Flags string
	Match, Miss    []string
	Error, Message string
}

func (r recorded) check(t *testing.T) (texts int) {
	t.Helper()
	p, err := python.Compile(r.Pattern, flagsOf(r.Flags))
	if r.Error != "" {
		kind := map[string]error{"syntax": python.ErrSyntax, "unsupported": python.ErrUnsupported}[r.Error]
		message := strings.ReplaceAll(r.Message, "\n", `\n`)
		if !errors.Is(err, kind) || err.Error() != message {
			t.Errorf("Compile(%q, %q): got error %v, want %s: %s", r.Pattern, r.Flags, err, r.Error, message)
		}
		return 1
	}
	if err != nil {
		t.Errorf("Compile(%q, %q): %v", r.Pattern, r.Flags, err)
		return 0
	}
	for want, list := range map[bool][]string{true: r.Match, false: r.Miss} {
		for _, text := range list {
			if got := finds(p, text); got != want {
				t.Errorf("Compile(%q, %q).Search(%q): got %v, want %v", r.Pattern, r.Flags, text, got, want)
			}
			texts++
		}
	}
	return texts
}

// TestPython compares with a table of patterns written by hand, of which
// testdata/patterns.json holds what Python said.
func TestPython(t *testing.T) {
	data, err := os.ReadFile("testdata/patterns.json")
	if err != nil {
		t.Fatal(err)
	}
	var table []recorded
	if err := json.Unmarshal(data, &table); err != nil {
		t.Fatal(err)
	}
	texts := 0
	for _, r := range table {
		texts += r.check(t)
	}
	if texts < 5000 {
		t.Errorf("only %d texts were compared", texts)
	}
}

// TestRandom compares with random patterns over random texts, recorded in
// testdata/random.jsonl.gz. The patterns come from a grammar of sequences,
// branches, groups (captured, named, with inline flags), quantifiers,
// conditions, classes, sets with ranges and negation, over a small alphabet
// that has letters of several scripts, characters that fold in odd ways,
// digits, marks, emoji, spaces and newlines; some are then damaged by taking
// out, doubling or putting in a character. Texts are random strings over the
// same alphabet, half of them ASCII. Flags are random. Patterns that Python
// refused are kept with its message; those that ask for something that is not
// supported here were left out.
func TestRandom(t *testing.T) {
	f, err := os.Open("testdata/random.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	texts := 0
	lines := bufio.NewScanner(z)
	for lines.Scan() {
		var r recorded
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		texts += r.check(t)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if texts < 10000 {
		t.Errorf("only %d texts were compared", texts)
	}
}

func TestString(t *testing.T) {
	const expr = `(?x) \bwife\b # a comment`
	p, err := python.Compile(expr, 0)
	if err != nil {
		t.Fatal(err)
	}
	if p.String() != expr {
		t.Errorf("String: got %q, want %q", p.String(), expr)
	}
}

func TestNotUTF8(t *testing.T) {
	if _, err := python.Compile("a\xff", 0); !errors.Is(err, python.ErrSyntax) {
		t.Errorf("a pattern that is not UTF-8: got %v", err)
	}
	if _, err := python.Compile("a", 1<<7); !errors.Is(err, python.ErrUnsupported) {
		t.Errorf("an unknown flag: got %v", err)
	}
	for _, c := range []struct {
		expr, text string
		want       bool
	}{
		{`^..$`, "a\xff", true},
		{`^...$`, "\xe2\x82x", true},
		{"\ufffd", "a\xffb", true},
		{"a\ufffdb", "a\xffb", true},
		{`a\b`, "a\xffb", true},
		{`\b` + "\ufffd" + `+\b`, "é\xff\xfeé", true},
		{`\bb`, "\xffb", true},
		{`\bé`, "\xc3é", true},
		{`[^\w\s]\Bx`, "\xffx", false},
		{`\xff`, "\xff", false},
	} {
		p, err := python.Compile(c.expr, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := finds(p, c.text); got != c.want {
			t.Errorf("Compile(%q).Search(%q): got %v, want %v", c.expr, c.text, got, c.want)
		}
	}
}

// TestConcurrent is for the race detector.
func TestConcurrent(t *testing.T) {
	p, err := python.Compile(`\b(wife|жена)\b`, 0)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				if !finds(p, "его жена, é") || finds(p, "женатый — éwife") {
					t.Error("wrong answer")
				}
				if python.Lower("ΟΔΟΣ İ") != "οδος i̇" {
					t.Error("wrong lower case")
				}
			}
		})
	}
	wg.Wait()
}

// TestLinear uses patterns that need exponential time with backtracking, in
// texts for both ways of matching.
func TestLinear(t *testing.T) {
	for _, expr := range []string{`(a+)+b`, `\b(a*)*\bc`, `(?:a?){500}a{500}$`, `(\w|é)*\b!$`} {
		p, err := python.Compile(expr, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{strings.Repeat("a", 400), strings.Repeat("a", 400) + "é\n"} {
			if finds(p, text) {
				t.Errorf("Compile(%q) matches %.5q…", expr, text)
			}
		}
	}
}
