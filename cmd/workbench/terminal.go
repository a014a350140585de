package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// terminal is stderr. The rules for what is printed on it:
//   - every line starts with "workbench: ", lower case, without a full stop;
//   - an error is one line that names what is wrong and what to do;
//   - notes and progress are left out with --quiet;
//   - progress is shown only on a terminal, and only of work that takes longer
//     than a second; it leaves nothing behind.
type terminal struct {
	w     io.Writer
	isTTY bool
	quiet bool
}

func newTerminal(w io.Writer) *terminal {
	f, ok := w.(*os.File)
	return &terminal{w: w, isTTY: ok && term.IsTerminal(int(f.Fd()))}
}

// print writes one line.
func (t *terminal) print(format string, args ...any) {
	fmt.Fprintf(t.w, "workbench: %s\n", printable(fmt.Sprintf(format, args...)))
}

// notes prints each warning that came with a result.
func (t *terminal) notes(warnings []string) {
	for _, w := range warnings {
		t.note("note: %s", w)
	}
}

// note prints one line unless --quiet.
func (t *terminal) note(format string, args ...any) {
	if !t.quiet {
		t.print(format, args...)
	}
}

// long runs work that may take long, and shows how far it is. work may call
// report with the share that is done, from 0 to 1, from any goroutine.
func (t *terminal) long(what string, work func(report func(done float64)) error) error {
	if !t.isTTY || t.quiet {
		return work(func(float64) {})
	}
	const (
		patience = time.Second
		steps    = 1000
		interval = 100 * time.Millisecond
	)
	var mu sync.Mutex
	done, stop := 0.0, make(chan struct{})
	var shown sync.WaitGroup
	shown.Go(func() {
		select {
		case <-stop:
			return
		case <-time.After(patience):
		}
		bar := progressbar.NewOptions(steps, progressbar.OptionSetWriter(t.w), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetDescription("workbench: "+what), progressbar.OptionSetWidth(30),
			progressbar.OptionSetPredictTime(true), progressbar.OptionSetElapsedTime(true))
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			mu.Lock()
			bar.Set(int(done * (steps - 1)))
			mu.Unlock()
			select {
			case <-stop:
				bar.Clear()
				return
			case <-tick.C:
			}
		}
	})
	err := work(func(share float64) {
		mu.Lock()
		done = max(done, min(share, 1))
		mu.Unlock()
	})
	close(stop)
	shown.Wait()
	return err
}

// printable replaces control characters, which text from a database could use
// to take over the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '\ufffd'
		}
		return r
	}, s)
}
