package main

import (
	"bytes"
	"errors"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rivo/uniseg"
)

// screen is what a terminal has shown, for a test to read while it shows more.
type screen struct {
	mu    sync.Mutex
	shown bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown.String()
}

func (s *screen) Len() int { return len(s.String()) }

func TestProgress(t *testing.T) {
	failure := errors.New("failed")
	for _, test := range []struct {
		name         string
		isTTY, quiet bool
		takes        time.Duration
		want         string // on the terminal
	}{
		{"long work", true, false, 2 * time.Second, "workbench: counting  49% "},
		{"short work", true, false, 900 * time.Millisecond, ""},
		{"with --quiet", true, true, time.Minute, ""},
		{"into a file", false, false, time.Minute, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var b screen
				terminal := &terminal{w: &b, isTTY: test.isTTY, quiet: test.quiet}
				err := terminal.long("counting", func(report func(done float64)) error {
					report(0.5)
					time.Sleep(test.takes)
					return failure
				})
				if !errors.Is(err, failure) {
					t.Errorf("the work's error became %v", err)
				}
				if got := b.String(); (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
					t.Errorf("printed %q, want %q in it", got, test.want)
				}
				// It leaves nothing behind: what is left of the line is white.
				lines := strings.Split(b.String(), "\r")
				if last := lines[len(lines)-1]; strings.TrimSpace(last) != "" {
					t.Errorf("the last line is %q", last)
				}
			})
		})
	}
}

func TestProgressOfItemsShowsRateAndTimeLeft(t *testing.T) {
	// At 5 seconds the bar may be drawn before or after the report of that moment.
	shows := regexp.MustCompile(`^workbench: labelling +(49|50)% .*\((499|50\d)/1000, 10[0-3] candidates/s\) \[[45]s:[45]s\]`)
	synctest.Test(t, func(t *testing.T) {
		var b screen
		terminal := &terminal{w: &b, isTTY: true}
		err := terminal.items("labelling", "candidates", func(report func(done, total int)) error {
			for i := range 1000 {
				if i == 90 && b.Len() > 0 {
					t.Errorf("after 0.9 seconds it printed %q", b.String())
				}
				report(i, 1000)
				time.Sleep(10 * time.Millisecond)
				if i == 500 {
					// 100 candidates a second from the very start, 5 of 10 seconds left.
					last := b.String()[strings.LastIndexByte(b.String(), '\r')+1:]
					if !shows.MatchString(last) {
						t.Errorf("it shows %q", last)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		lines := strings.Split(b.String(), "\r")
		if last := lines[len(lines)-1]; strings.TrimSpace(last) != "" {
			t.Errorf("the last line is %q", last)
		}
	})
}

// Whatever the width of the terminal, the bar stays on its line and shows how much
// is done.
func TestProgressFitsIntoTheTerminal(t *testing.T) {
	for _, columns := range []int{20, 40, 60, 80, 98, 200} {
		synctest.Test(t, func(t *testing.T) {
			var b bytes.Buffer
			terminal := &terminal{w: &b, isTTY: true, columns: func() int { return columns }}
			terminal.items("labelling", "candidates", func(report func(done, total int)) error {
				for i := range 1000 {
					report(100*i, 100_000)
					time.Sleep(10 * time.Millisecond)
				}
				return nil
			})
			lines := strings.Split(b.String(), "\r")
			for _, line := range lines {
				if width := uniseg.StringWidth(line); width >= columns {
					t.Errorf("%d of %d columns: %q", width, columns, line)
				}
				if columns == 80 && strings.HasPrefix(line, "work") && !regexp.MustCompile(`% \|[█ ]{10,}\| \(\d+/100000\) \[\d+s:\d+s\]`).MatchString(line) {
					t.Errorf("of 80 columns: %q", line)
				}
			}
			if !strings.Contains(b.String(), "workbench: labell") || strings.TrimSpace(lines[len(lines)-1]) != "" {
				t.Errorf("in %d columns: %q", columns, b.String())
			}
		})
	}
}

func TestPipesAreNoTerminals(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if newTerminal(w).isTTY || newTerminal(new(bytes.Buffer)).isTTY {
		t.Error("a pipe or a buffer is taken for a terminal")
	}
}

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"Åsa Öberg": "Åsa Öberg", "\x1b[2J": "\ufffd[2J", "a\nb\r\x00": "a\ufffdb\ufffd\ufffd", "\u009b1m": "\ufffd1m",
		"a\u202eb\u2066c\u2028d": "a\ufffdb\ufffdc\ufffdd", "\u200fא\u200d": "\u200fא\u200d",
	} {
		if got := printable(text); got != want {
			t.Errorf("%q is printed as %q, want %q", text, got, want)
		}
	}
}
