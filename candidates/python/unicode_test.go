package python_test

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode"

	"workbench/candidates/python"
)

// ranges are pairs of the first and last code point of a range.
type ranges []rune

func (s ranges) has(r rune) bool {
	lo, hi := 0, len(s)/2
	for lo < hi {
		switch mid := (lo + hi) / 2; {
		case r < s[2*mid]:
			hi = mid
		case r > s[2*mid+1]:
			lo = mid + 1
		default:
			return true
		}
	}
	return false
}

// characters is what Python 3.11.7 says of each code point c but surrogates,
// in testdata/unicode.json.gz: the classes by re.match, what c.lower() changes,
// the characters that re.findall finds for c under IGNORECASE where they are
// more than c, and by lower-casing where a Σ is final: after a and c, between
// a and c, and between a and c with another a after it.
type characters struct {
	Assigned, Word, Digit, Space ranges
	Before, After, Between       ranges
	Lower                        map[string]string
	Folds                        []string
}

func readCharacters(t *testing.T) characters {
	t.Helper()
	f, err := os.Open("testdata/unicode.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var c characters
	if err := json.NewDecoder(z).Decode(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

// all calls f for the code points that both Python's Unicode 14 and the
// unicode package assign. Others are left out: the newer standard knows more
// of them, and says what they are.
func (c characters) all(t *testing.T, f func(r rune, s string)) {
	t.Helper()
	n := 0
	for r := range rune(unicode.MaxRune + 1) {
		if 0xd800 <= r && r <= 0xdfff || !c.Assigned.has(r) ||
			!unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.C) {
			continue
		}
		n++
		f(r, string(r))
	}
	if n < 280000 {
		t.Errorf("only %d code points were compared", n)
	}
}

func compile(t testing.TB, expr string, flags python.Flags) *python.Pattern {
	t.Helper()
	p, err := python.Compile(expr, flags)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// finds searches what does not take too many steps.
func finds(p *python.Pattern, text string) bool {
	found, err := p.Search(text)
	if err != nil {
		panic(err)
	}
	return found
}

func TestClasses(t *testing.T) {
	c := readCharacters(t)
	for _, class := range []struct {
		letter string
		want   ranges
	}{{"w", c.Word}, {"d", c.Digit}, {"s", c.Space}} {
		in, out := compile(t, `\`+class.letter, 0), compile(t, `[^\`+class.letter+`]`, 0)
		c.all(t, func(r rune, s string) {
			want := class.want.has(r)
			if finds(in, s) != want || finds(out, s) == want {
				t.Errorf(`\%s and %U: got %v and outside %v, want %v`, class.letter, r, finds(in, s), finds(out, s), want)
			}
		})
	}
	boundary, none := compile(t, `^.\b`, python.DotAll), compile(t, `^.\B!`, python.DotAll)
	c.all(t, func(r rune, s string) {
		want := c.Word.has(r)
		if finds(boundary, s+"!") != want || finds(none, s+"!") == want {
			t.Errorf(`\b after %U: got %v, want %v`, r, finds(boundary, s+"!"), want)
		}
		if fields := len(python.Fields("a" + s + "b")); (fields == 2) != c.Space.has(r) {
			t.Errorf("Fields around %U: %d parts", r, fields)
		}
		if got := python.Strip(s) == ""; got != c.Space.has(r) {
			t.Errorf("Strip of %U: got nothing %v", r, got)
		}
	})
}

func TestLowerOfAll(t *testing.T) {
	c := readCharacters(t)
	final := map[bool]string{true: "ς", false: "σ"}
	c.all(t, func(r rune, s string) {
		want, changes := c.Lower[s]
		if !changes {
			want = s
		}
		if got := python.Lower(s); got != want {
			t.Errorf("Lower(%U): got %q, want %q", r, got, want)
		}
		for _, sigma := range []struct{ text, want string }{
			{"a" + s + "Σ", "a" + want + final[c.Before.has(r)]},
			{"aΣ" + s, "a" + final[c.After.has(r)] + want},
			{"aΣ" + s + "a", "a" + final[c.Between.has(r)] + want + "a"},
		} {
			if r == 'Σ' || r == 'İ' {
				continue // a Σ itself changes with what is around it
			}
			if got := python.Lower(sigma.text); got != sigma.want {
				t.Errorf("Lower(%q): got %q, want %q", sigma.text, got, sigma.want)
			}
		}
	})
}

// TestFoldsOfAll compares what matches each code point under IGNORECASE.
func TestFoldsOfAll(t *testing.T) {
	c := readCharacters(t)
	want := map[rune]string{}
	var cased strings.Builder
	for _, f := range c.Folds {
		for _, r := range f {
			want[r] = f
			cased.WriteRune(r)
		}
	}
	if len(want) < 2700 {
		t.Fatalf("only %d code points fold", len(want))
	}
	texts := strings.Split(cased.String(), "")
	for n, r := range []rune(cased.String()) {
		p := compile(t, string(r), python.IgnoreCase)
		outside := compile(t, "[^"+string(r)+"]", python.IgnoreCase)
		near := texts[max(0, n-40):min(len(texts), n+40)]
		if n%40 == 0 {
			near = texts
		}
		for _, s := range append([]string{"i", "I", "İ", "ı", "a", "!"}, near...) {
			found := s == string(r) || strings.Contains(want[r], s)
			if finds(p, s) != found || finds(outside, s) == found {
				t.Errorf("%U and %U: got %v and outside %v, want %v", r, []rune(s)[0], finds(p, s), finds(outside, s), found)
			}
		}
		for _, s := range strings.Split(want[r], "") {
			if !finds(p, s) {
				t.Errorf("%U does not match %U", r, []rune(s)[0])
			}
		}
	}
	// A range as wide as can be holds them all, and its negation none.
	in, out := compile(t, `[\x00-\U0010ffff]`, python.IgnoreCase), compile(t, `[^\x00-\U0010ffff]`, python.IgnoreCase)
	alone := 0
	c.all(t, func(r rune, s string) {
		if !finds(in, s) || finds(out, s) {
			t.Errorf("%U is not in the range of all", r)
		}
		if want[r] == "" {
			alone++
			var folded = unicode.SimpleFold(r)
			if folded != r && c.Assigned.has(folded) {
				t.Errorf("%U folds to %U, but not in Python", r, folded)
			}
		}
	})
	if alone == 0 {
		t.Error("everything folds")
	}
}
