package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const readme = "../../README.md"

// What the README shows is what workbench prints: each "$ workbench" command
// in its console blocks is run, in order, in one directory where the built-in
// example was made before. Other commands are left alone.
func TestREADME(t *testing.T) {
	t.Parallel() // beside the scripts
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no shell:", err)
	}
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	dir := exampleIn(t)
	var result []string
	commands := 0
	for _, part := range parseMarkdown(string(text)) {
		if !part.console {
			result = append(result, part.lines...)
			continue
		}
		exchanges, err := parseSession(part.lines)
		if err != nil {
			t.Fatalf("line %d: a console block: %v", part.line, err)
		}
		for _, x := range exchanges {
			if x.isWorkbench() {
				commands++
				x.output = check(t, dir, x)
			}
			result = append(result, "$ "+x.typed[0])
			result = append(append(result, x.typed[1:]...), x.output...)
		}
	}
	if commands == 0 {
		t.Errorf("%s shows no workbench command in a console block", filepath.Base(readme))
	}
	if fresh := strings.Join(result, "\n"); *update && fresh != string(text) {
		if err := os.WriteFile(readme, []byte(fresh), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// check runs a command of the README and returns what should stand below it.
func check(t *testing.T, dir string, x exchange) []string {
	got, err := perform(dir, &x)
	if err != nil {
		t.Fatal(err)
	}
	// Empty lines at the end of a block are the author's.
	shown := splitLines(strings.Join(x.output, "\n"))
	if agrees(shown, got) {
		return x.output
	}
	if !*update {
		t.Errorf("$ %s\nprints:\n%s\n\nthe README shows:\n%s", strings.Join(x.typed, "\n"),
			strings.Join(got, "\n"), strings.Join(shown, "\n"))
	}
	return append(got, x.output[len(shown):]...)
}

// part is some lines of a document: the inside of a console block, or what
// lies between such blocks.
type part struct {
	console bool
	line    int // number of the first one
	lines   []string
}

func parseMarkdown(text string) []part {
	const start, end = "```console", "```"
	parts := []part{{line: 1}}
	for i, line := range strings.Split(text, "\n") {
		last := &parts[len(parts)-1]
		switch {
		case !last.console && line == start:
			last.lines = append(last.lines, line)
			parts = append(parts, part{console: true, line: i + 2})
		case last.console && line == end:
			parts = append(parts, part{line: i + 1, lines: []string{line}})
		default:
			last.lines = append(last.lines, line)
		}
	}
	return parts
}

func TestParseMarkdown(t *testing.T) {
	const text = "# T\n```console\n$ workbench x \\\n  y\nout\n\n$ ls\n```\n```go\n$ workbench no\n```\n"
	parts := parseMarkdown(text)
	if len(parts) != 3 || !parts[1].console || parts[1].line != 3 {
		t.Fatalf("%+v", parts)
	}
	var all []string
	for _, p := range parts {
		all = append(all, p.lines...)
	}
	if strings.Join(all, "\n") != text {
		t.Errorf("parts do not make the whole: %q", all)
	}
	session, err := parseSession(parts[1].lines)
	if err != nil || len(session) != 2 || session[1].isWorkbench() || !session[0].isWorkbench() ||
		!slices.Equal(session[0].typed, []string{`workbench x \`, "  y"}) || !slices.Equal(session[0].output, []string{"out", ""}) {
		t.Errorf("%+v, %v", session, err)
	}
}
