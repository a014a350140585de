package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode"

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
	w       io.Writer
	isTTY   bool
	columns func() int // how wide it is now, 0 if that is not known
	quiet   bool
}

func newTerminal(w io.Writer) *terminal {
	f, ok := w.(*os.File)
	return &terminal{w: w, isTTY: ok && term.IsTerminal(int(f.Fd())), columns: func() int { return columnsOf(w) }}
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

// text writes several lines as they are, unless --quiet.
func (t *terminal) text(write func(w io.Writer) error) error {
	if t.quiet {
		return nil
	}
	return write(t.w)
}

// long runs work that may take long, and shows how far it is. work may call
// report with the share that is done, from 0 to 1, from any goroutine.
func (t *terminal) long(what string, work func(report func(done float64)) error) error {
	const steps = 1000
	return t.show(what, "", steps, func(report func(done, total int)) error {
		return work(func(share float64) { report(int(min(share, 1)*(steps-1)), steps) })
	})
}

// items does the same for work on so many items: the bar tells how many are
// done and how many a second. It appears when work has reported the total.
func (t *terminal) items(what, unit string, work func(report func(done, total int)) error) error {
	return t.show(what, unit, 0, work)
}

func (t *terminal) show(what, unit string, total int, work func(report func(done, total int)) error) error {
	if !t.isTTY || t.quiet {
		return work(func(int, int) {})
	}
	const (
		patience = time.Second
		interval = 100 * time.Millisecond
	)
	var mu sync.Mutex
	done, stop := 0, make(chan struct{})
	var shown sync.WaitGroup
	shown.Go(func() {
		// The bar runs from the start, or its rate would be wrong, but in secret.
		out := &gate{w: t.w, columns: t.columns}
		var bar *progressbar.ProgressBar
		patient, tick := time.After(patience), time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				if bar != nil {
					bar.Clear()
				}
				return
			case <-patient:
				out.open = true
				if bar != nil {
					bar.RenderBlank()
				}
			case <-tick.C:
			}
			mu.Lock()
			have, all := done, total
			mu.Unlock()
			if bar == nil && all > 0 {
				bar = newBar(out, what, unit, all)
			}
			if bar != nil {
				bar.Set(min(have, all-1)) // a full bar would end its line
			}
		}
	})
	err := work(func(d, n int) {
		mu.Lock()
		done, total = max(done, d), n
		mu.Unlock()
	})
	close(stop)
	shown.Wait()
	return err
}

// newBar makes a bar that fits into its line, as long as that leaves something of
// it; a narrow terminal does without the rate.
func newBar(out *gate, what, unit string, total int) *progressbar.ProgressBar {
	const widest, narrowest = 30, 4
	what = "workbench: " + what
	width, rate := widest, unit != ""
	if columns := out.width(); columns > 0 {
		rest := len(what) + len(" 100% ||  [10m10s:10m10s]")
		if unit != "" {
			rest += len(fmt.Sprintf(" (%d/%d)", total, total))
		}
		room := columns - 1 - rest // the last column stays free, or the line would end
		if with := room - len(fmt.Sprintf(", 99999 %s/s", unit)); rate && with >= narrowest {
			room = with
		} else {
			rate = false
		}
		width = max(narrowest, min(widest, room))
	}
	options := []progressbar.Option{progressbar.OptionSetWriter(out), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetDescription(what), progressbar.OptionSetWidth(width),
		progressbar.OptionSetPredictTime(true), progressbar.OptionSetElapsedTime(true)}
	if unit != "" {
		options = append(options, progressbar.OptionShowCount())
	}
	if rate {
		options = append(options, progressbar.OptionShowIts(), progressbar.OptionSetItsString(unit))
	}
	return progressbar.NewOptions(total, options...)
}

// gate lets nothing pass until it is open, and no line that is wider than the
// terminal: it would scroll.
type gate struct {
	w       io.Writer
	open    bool
	columns func() int
}

func (g *gate) width() int {
	if g.columns == nil {
		return 0
	}
	return g.columns()
}

func (g *gate) Write(b []byte) (int, error) {
	if !g.open {
		return len(b), nil
	}
	columns := g.width()
	if columns == 0 {
		return g.w.Write(b)
	}
	lines := strings.Split(string(b), "\r")
	for i, line := range lines {
		lines[i] = cutTo(line, columns-1)
	}
	if _, err := io.WriteString(g.w, strings.Join(lines, "\r")); err != nil {
		return 0, err
	}
	return len(b), nil
}

// printable replaces what text from a database could use to take over the
// terminal: control characters, those that change the direction of the text
// behind them, and Unicode's own line ends.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.In(r, unicode.Zl, unicode.Zp),
			r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return '\ufffd'
		}
		return r
	}, s)
}
