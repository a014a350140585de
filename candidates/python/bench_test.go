package python_test

import (
	"regexp"
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
	for _, c := range []struct {
		name, text string
		match      func(string) bool
	}{
		{"ascii", asciiSentence, p.Search},
		{"ascii/regexp", asciiSentence, plain.MatchString},
		{"other", otherSentence, p.Search},
		{"other/regexp", otherSentence, plain.MatchString},
		{"miss", missSentence, p.Search},
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
	for _, expr := range []string{`\b(married|marries|wife|husband)\b`, `\w+\s\w+`, `(?i)[a-z]+`} {
		b.Run(expr, func(b *testing.B) {
			for b.Loop() {
				if _, err := python.Compile(expr, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
