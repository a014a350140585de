package python_test

import (
	"regexp"
	"strings"
	"testing"

	"workbench/candidates/python"
)

const (
	asciiSentence = "The two of them met in 1998 at a small conference in Boston, where Maria Lopez gave a talk, and she and her long-time partner Tom were married in 2004."
	otherSentence = "The two of them met in 1998 at a small café in São Paulo, where María López gave a talk, and she and her long-time fiancé Tomáš were married in 2004."
	missSentence  = "The two of them met in 1998 at a small café in São Paulo, where María López gave a talk, and she said that Tomáš would not be there until next June."
)

func BenchmarkSearch(b *testing.B) {
	const expr = `\b(married|marries|wife|husband)\b`
	p, plain := compile(b, expr, 0), regexp.MustCompile(expr)
	search := func(text string) bool { return finds(p, text) }
	for _, c := range []struct {
		name, text string
		match      func(string) bool
	}{
		{"ascii", asciiSentence, search},
		{"ascii/regexp", asciiSentence, plain.MatchString},
		{"other", otherSentence, search},
		{"other/regexp", otherSentence, plain.MatchString},
		{"miss", missSentence, search},
		{"miss/regexp", missSentence, plain.MatchString},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.match(c.text)
			}
		})
	}
}

// words are many that are in no order.
func words(n int) string {
	list := make([]string, n)
	for i := range list {
		var word [7]byte
		for k := range word {
			word[k] = 'a' + byte((i+1)*(k+7)*7919>>k%26)%26
		}
		list[i] = string(word[:])
	}
	return strings.Join(list, "|")
}

func BenchmarkSearchOf(b *testing.B) {
	long := strings.Repeat(otherSentence+" ", 20)
	for _, c := range []struct {
		name, expr string
		flags      python.Flags
		text       string
	}{
		{"literal", "nothere", 0, asciiSentence},
		{"cases", "husband|wife|spouse", python.IgnoreCase, missSentence},
		{"classes", `\w+\s\w+\?`, 0, missSentence},
		{"prefix", `Maria.{0,30}xyz`, 0, asciiSentence},
		{"tagged", `{{A}}.*(marri|wed).*{{B}}`, python.IgnoreCase, asciiSentence},
		{"words", words(1000), python.IgnoreCase, asciiSentence},
		{"boundaries", `\b(?:` + words(1000) + `)\b`, python.IgnoreCase, otherSentence},
		{"gap", `(?s).{0,100}#.{0,100}`, 0, long},
	} {
		p := compile(b, c.expr, c.flags)
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				finds(p, c.text)
			}
		})
	}
}

func BenchmarkLower(b *testing.B) {
	for name, text := range map[string]string{"ascii": asciiSentence, "other": otherSentence} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				python.Lower(text)
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, expr := range []string{`\b(married|marries|wife|husband)\b`, `\w+\s\w+`, `(?i)[a-z]+`, `[^a]b[^c\d]+`} {
		b.Run(expr, func(b *testing.B) {
			for b.Loop() {
				if _, err := python.Compile(expr, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
