package main

import (
	"bufio"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	keys "github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browserPrograms are browsers that chromedp can drive, the one that starts soonest first.
var browserPrograms = []string{"chromium-headless-shell", "headless_shell", "headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome"}

// startBrowser starts a browser that ends with the test.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	program := ""
	for _, name := range browserPrograms {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("no browser: install one (apt-get install chromium-headless-shell)")
	}
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(
		chromedp.ExecPath(program), chromedp.UserDataDir(t.TempDir()), chromedp.DisableGPU,
		chromedp.Flag("font-render-hinting", "none"), chromedp.Flag("lang", "en-US")))
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil && t.Context().Err() == nil {
			t.Errorf("the browser did not end well: %v", err)
		}
		cancel()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("%s does not start: %v", program, err)
	}
	return ctx
}

// startServe starts workbench serve in a directory and returns the URL that it prints.
// stop interrupts it, and checks that it then ends well.
func startServe(t *testing.T, dir string, args ...string) (first string, stop func()) {
	t.Helper()
	cmd := exec.Command("workbench", append([]string{"serve", "--annotator", "me"}, args...)...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil || stderr.Len() > 0 {
			t.Errorf("serve ended with %v, and said: %s", err, &stderr)
		}
	})
	t.Cleanup(stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("serve prints no URL: %v", err)
	}
	return strings.TrimSpace(line), stop
}

// servedDir is a directory with a copy of the oracle's database as snorkel.db, a model and
// labeling functions.
func servedDir(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := copyFile(oracleDB, filepath.Join(dir, "snorkel.db")); err != nil {
		t.Fatal(err)
	}
	if err := copyFile("testdata/lfs.yaml", filepath.Join(dir, "lfs.yaml")); err != nil {
		t.Fatal(err)
	}
	runIn(t, dir, "fit", "--save", "best", "--quiet")
	return dir
}

// runIn runs a command in a directory and returns what it prints.
func runIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("workbench", args...)
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("workbench %s: %v", strings.Join(args, " "), err)
	}
	return string(out)
}

// tab is a tab of a browser. What goes wrong in its pages by themselves is a failure of
// the test: messages on the console, and what their policy forbids.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base *url.URL // of the server

	mu       sync.Mutex
	said     []string // on the console
	expected []string // parts of what is said that are no failures
}

// newTab opens the URL that serve has printed in a tab of its own.
func newTab(t *testing.T, browser context.Context, first string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	x := &tab{t: t, ctx: ctx}
	var err error
	if x.base, err = url.Parse(first); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		x.quiet()
	})
	if err := chromedp.Listen(ctx, x.note); err != nil {
		t.Fatal(err)
	}
	checks, err := os.ReadFile("testdata/page_checks.js")
	if err != nil {
		t.Fatal(err)
	}
	x.do(protocol(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: string(checks)}))
	x.resize(1280, 800)
	x.open(first)
	return x
}

// protocol is a command of the protocol whose answer does not matter.
func protocol[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

// note keeps what a page says of itself.
func (x *tab) note(event any) {
	text := ""
	switch e := event.(type) {
	case *log.EventEntryAdded:
		text = fmt.Sprintf("%s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL)
	case *runtime.EventExceptionThrown:
		text = fmt.Sprintf("an error of the script: %s", (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
	case *runtime.EventConsoleAPICalled:
		text = fmt.Sprintf("console.%s is called", e.Type)
	default:
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.said = append(x.said, text)
}

// expect names parts of messages that are no failures.
func (x *tab) expect(parts ...string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.expected = append(x.expected, parts...)
}

// quiet checks that the pages had no complaint since it was called last.
func (x *tab) quiet() {
	x.t.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, text := range x.said {
		if !slices.ContainsFunc(x.expected, func(part string) bool { return strings.Contains(text, part) }) {
			x.t.Errorf("a page complains: %s", text)
		}
	}
	x.said = nil
}

// do takes steps.
func (x *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		x.t.Fatal(err)
	}
}

// open opens a page, by its path or a whole URL.
func (x *tab) open(path string) {
	x.t.Helper()
	to, err := x.base.Parse(path)
	if err != nil {
		x.t.Fatal(err)
	}
	x.do(chromedp.Navigate(to.String()))
}

// look is what an expression of JavaScript is in the page; a promise is waited for.
func look[T any](x *tab, expression string) T {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, time.Minute)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		x.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// wait waits until an expression is true of a page that has loaded. Meanwhile another
// page may come.
func (x *tab) wait(expression string) {
	x.t.Helper()
	var err error
	for range 2000 {
		var is bool
		is, err = chromedp.Run(x.ctx, chromedp.Evaluate[bool](`document.readyState == "complete" && Boolean(`+expression+`)`))
		if err == nil && is {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	x.t.Fatalf("it does not come true that %s (%v); the page at %s is:\n%s", expression, err, x.where(), look[string](x, "document.body.innerText"))
}

// ready waits for the pictures of the page.
func (x *tab) ready() {
	x.t.Helper()
	look[bool](x, `Promise.all([...document.images].map(i => i.decode().catch(() => 0))).then(() => true)`)
}

// where is the path and query of the page.
func (x *tab) where() string {
	x.t.Helper()
	return look[string](x, "location.pathname + location.search")
}

// escape is the key Esc.
const escape = kb.Escape

// press presses keys, one after the other, as a hand does: a key that the page takes for
// itself writes nothing.
func (x *tab) press(text string, modifiers ...chromedp.Modifier) {
	x.t.Helper()
	for _, key := range text {
		events := kb.Encode(key)
		down, up := events[0], events[len(events)-1]
		if len(events) > 2 {
			down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
		}
		for _, m := range modifiers {
			down.Modifiers |= int64(m)
			down.Text = ""
		}
		up.Modifiers = down.Modifiers
		x.do(protocol(keys.DispatchKeyEvent, *down), protocol(keys.DispatchKeyEvent, *up))
	}
}

// resize makes the window this large.
func (x *tab) resize(width, height int64) {
	x.t.Helper()
	x.do(chromedp.EmulateViewport(width, height))
}

// scheme is how the visitor likes pages: light or dark.
func (x *tab) scheme(name string) {
	x.t.Helper()
	x.do(protocol(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}}))
}
