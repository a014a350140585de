package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// exchange is a piece of a shell session: a command as it was typed after "$ ", over
// several lines if they end in a backslash, and what stands below it.
type exchange struct {
	typed  []string // lines, without "$ "
	output []string
}

// isWorkbench tells the commands that are run from those that only show what
// a reader may do.
func (x *exchange) isWorkbench() bool { return strings.HasPrefix(x.typed[0], "workbench ") }

// parseSession splits the lines of a session into its exchanges. Lines before
// the first command are an error.
func parseSession(lines []string) ([]exchange, error) {
	var list []exchange
	open := false // the last line was continued
	for _, line := range lines {
		typed, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case open:
			last := &list[len(list)-1]
			last.typed = append(last.typed, line)
			open = strings.HasSuffix(line, `\`)
		case isCommand:
			list = append(list, exchange{typed: []string{typed}})
			open = strings.HasSuffix(typed, `\`)
		case list == nil:
			return nil, fmt.Errorf("%q stands before the first command", line)
		default:
			last := &list[len(list)-1]
			last.output = append(last.output, line)
		}
	}
	return list, nil
}

// anyLines is the line that stands for any number of lines.
const anyLines = "…"

// agrees reports whether output is what a document shows of it.
func agrees(shown, output []string) bool {
	at := slices.Index(shown, anyLines)
	if at < 0 {
		return slices.Equal(shown, output)
	}
	if len(output) < at || !slices.Equal(shown[:at], output[:at]) {
		return false
	}
	for rest := output[at:]; ; rest = rest[1:] {
		if agrees(shown[at+1:], rest) {
			return true
		}
		if len(rest) == 0 {
			return false
		}
	}
}

// splitLines is the lines of a text; empty ones at the end do not count.
func splitLines(text string) []string {
	text = strings.TrimRight(text, "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// perform types a command into a shell in dir and returns what a reader would
// see: stdout, or if it fails the message.
func perform(dir string, x *exchange) ([]string, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command("sh", "-c", strings.Join(x.typed, "\n"))
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "SNORKELDB=") })
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return splitLines(stdout.String() + stderr.String()), nil
	case err != nil:
		return nil, err
	}
	return splitLines(stdout.String()), nil
}

// cmdReplay: replay FILE — run the commands that demo printed into FILE, one
// by one, and compare.
func cmdReplay(ts *testscript.TestScript, neg bool, args []string) {
	sections := strings.Split(ts.ReadFile(operands(ts, neg, args, 1)[0]), "\n# ")
	if len(sections) == 1 {
		ts.Fatalf("%s has no command", args[0])
	}
	for _, section := range sections[1:] {
		heading, rest, _ := strings.Cut(section, "\n")
		exchanges, err := parseSession(splitLines(rest))
		if err != nil || len(exchanges) != 1 {
			ts.Fatalf("%s: want one command, got %d: %v", heading, len(exchanges), err)
		}
		got, err := perform(ts.MkAbs("."), &exchanges[0])
		ts.Check(err)
		if x := exchanges[0]; !slices.Equal(x.output, got) {
			ts.Fatalf("$ %s\nprinted:\n%s\nwant:\n%s", strings.Join(x.typed, "\n"), strings.Join(got, "\n"), strings.Join(x.output, "\n"))
		}
	}
}

func TestAgrees(t *testing.T) {
	for _, test := range []struct {
		shown, output string
		want          bool
	}{
		{"a\nb", "a\nb", true},
		{"a\nb", "a\nb\nc", false},
		{"a\n…", "a\nb\nc", true},
		{"a\n…", "a", true},
		{"a\n…\nd", "a\nb\nc\nd", true},
		{"a\n…\nd", "a\nb\nc", false},
		{"…\nc\n…", "a\nb\nc\nd", true},
		{"a…", "abc", false},
	} {
		if got := agrees(splitLines(test.shown), splitLines(test.output)); got != test.want {
			t.Errorf("%q shows %q: %v", test.shown, test.output, got)
		}
	}
}
