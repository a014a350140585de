package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// checkEveryPage goes to one page of each kind that links lead to, and to some others,
// and checks each.
func checkEveryPage(t *testing.T, browser context.Context, first string, others ...string) {
	x := newTab(t, browser, first)
	x.expect("status of 404")
	digits := regexp.MustCompile(`\d+`)
	name := regexp.MustCompile(`^/(lfs|models)/.+$`)
	seen := make(map[string]bool)
	kinds := make(map[string]int)
	for todo := append([]string{"/"}, others...); len(todo) > 0; {
		path := todo[0]
		todo = todo[1:]
		x.open(path)
		x.check(path)
		for _, to := range look[[]string](x, `[...document.querySelectorAll("a[href]")].map(a => a.getAttribute("href")).filter(h => h.startsWith("/"))`) {
			kind, _, _ := strings.Cut(to, "?")
			kind = name.ReplaceAllString(digits.ReplaceAllString(kind, "N"), "/$1/NAME")
			if !seen[kind] && !strings.HasPrefix(kind, "/export/") && !strings.HasPrefix(kind, "/charts/") && !strings.HasPrefix(kind, "/api/") {
				seen[kind] = true
				kinds[kind]++
				todo = append(todo, to)
			}
		}
	}
	if len(kinds) < 6 {
		t.Errorf("links lead to these kinds of pages only: %v", kinds)
	}
}

// check checks a page in windows of a telephone and a desk, light and dark.
func (x *tab) check(path string) {
	x.t.Helper()
	x.ready()
	x.complain(path, x.nameless())
	x.complain(path, look[[]string](x, "checks.structure()"))
	for _, scheme := range []string{"light", "dark"} {
		x.scheme(scheme)
		x.complain(path+", "+scheme, look[[]string](x, "checks.contrast()"))
	}
	for _, width := range []int64{400, 320} {
		x.resize(width, 800)
		x.complain(fmt.Sprintf("%s, %d pixels wide", path, width), look[[]string](x, "checks.fits().concat(checks.targets())"))
	}
	x.resize(1280, 800)
	x.scheme("light")
	x.complain(path, look[[]string](x, "checks.fits()"))
	x.quiet()
}

// seeComplaints checks that a tab notices what a page says, and what its policy forbids.
func seeComplaints(t *testing.T, browser context.Context) {
	first, _ := startServe(t, servedDir(t), "--read-only")
	x := newTab(t, browser, first)
	for script, want := range map[string]string{
		`document.body.setAttribute("style", "color: red"), 0`:                            "Content Security Policy",
		`document.body.append(Object.assign(new Image, {src: "http://127.0.0.1:1/"})), 0`: "Content Security Policy",
		`console.log("hello"), 0`:             "console.log",
		`setTimeout(() => nothing.at.all), 0`: "ReferenceError",
		`fetch("/nosuch").then(() => 0)`:      "status of 404",
	} {
		look[int](x, script)
		if !x.complained(want) {
			t.Errorf("of %s nothing is noticed", script)
		}
	}
}

// complained waits for a complaint and forgets it.
func (x *tab) complained(part string) bool {
	for range 500 {
		x.mu.Lock()
		at := slices.IndexFunc(x.said, func(text string) bool { return strings.Contains(text, part) })
		if at >= 0 {
			x.said = nil
		}
		x.mu.Unlock()
		if at >= 0 {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

// complain makes failures of what is wrong with a page.
func (x *tab) complain(where string, wrong []string) {
	x.t.Helper()
	for _, text := range wrong {
		x.t.Errorf("%s: %s", where, text)
	}
}

// nameless lists what screen readers would have no name for.
func (x *tab) nameless() (wrong []string) {
	x.t.Helper()
	var nodes []*accessibility.Node
	x.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		tree, err := cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		nodes = tree.Nodes
		return err
	}))
	text := func(v *accessibility.Value) (s string) {
		if v != nil {
			json.Unmarshal(v.Value, &s)
		}
		return strings.TrimSpace(s)
	}
	named := 0
	for _, node := range nodes {
		role := text(node.Role)
		switch role {
		case "button", "link", "textbox", "searchbox", "combobox", "spinbutton", "checkbox", "radio", "slider", "listbox", "image", "img", "dialog", "DisclosureTriangle", "heading", "columnheader", "rowheader", "navigation":
			if text(node.Name) == "" && !node.Ignored {
				wrong = append(wrong, fmt.Sprintf("a %s has no name (node %d)", role, node.BackendDOMNodeID))
			}
			named++
		}
	}
	if named < 3 {
		wrong = append(wrong, fmt.Sprintf("only %d elements should have a name", named))
	}
	return wrong
}

// useKeyboardAlone goes with the key Tab over all of a page, and looks at the help.
func useKeyboardAlone(t *testing.T, browser context.Context) {
	dir := servedDir(t)
	first, _ := startServe(t, dir)
	x := newTab(t, browser, first)
	for _, width := range []int64{1280, 400} {
		x.resize(width, 800)
		x.open("/candidates/241?split=1")
		x.tabThrough()
	}
	x.resize(1280, 800)
	x.open("/candidates")
	x.tabThrough()

	x.open("/candidates/241?split=1")
	x.press("?")
	x.wait(`document.getElementById("help").open`)
	x.complain("the help", x.nameless())
	for _, scheme := range []string{"light", "dark"} {
		x.scheme(scheme)
		x.complain("the help, "+scheme, look[[]string](x, "checks.contrast()"))
	}
	missing := look[[]string](x, `[...document.querySelectorAll("[data-key]")].map(e => e.dataset.key)
		.filter(key => ![...document.querySelectorAll("#help kbd")].some(kbd => kbd.textContent == key))`)
	if len(missing) > 0 {
		t.Errorf("the help does not name the keys %q", missing)
	}
	x.press("t") // is none of the page's now
	x.press(escape)
	x.wait(`!document.getElementById("help").open`)
	if id := x.shown(); id != "241" {
		t.Errorf("a key labelled candidate 241 while the help was open; %s is shown", id)
	}

	// The votes are hidden, so that nobody goes by them, until a key shows them.
	x.press("v")
	x.wait(`document.getElementById("votes").open`)
	x.check("/candidates/241 with votes")
}

// tabThrough presses Tab until the focus is back where it began.
func (x *tab) tabThrough() {
	x.t.Helper()
	type place struct {
		Order int
		What  string
		Wrong []string
	}
	before, n := -1, 0
	for want := look[int](x, "checks.focusable()"); ; n++ {
		x.press("\t")
		at := look[*place](x, "checks.focus()")
		if at == nil || n > want {
			if n != want {
				x.t.Errorf("%s: Tab stops %d times at %d elements", x.where(), n, want)
			}
			return
		}
		x.complain(fmt.Sprintf("%s: the focus is on %s", x.where(), at.What), at.Wrong)
		if n == 0 && !strings.Contains(at.What, `class="skip"`) {
			x.t.Errorf("%s: Tab stops first at %s", x.where(), at.What)
		}
		if at.Order <= before {
			x.t.Errorf("%s: Tab goes back to %s", x.where(), at.What)
		}
		before = at.Order
	}
}

// seeOddWorld looks at what is seldom.
func seeOddWorld(t *testing.T, browser context.Context) {
	first, _ := startServe(t, oddWorld(t))
	checkEveryPage(t, browser, first, "/candidates/5", "/candidates/6", "/candidates/7", "/candidates?q=nosuch")
	x := newTab(t, browser, first)
	x.open("/candidates")
	const directions = `[...document.querySelectorAll(".item .passage")].slice(0, 4).map(p => getComputedStyle(p).direction)`
	if got, want := look[[]string](x, directions), []string{"rtl", "rtl", "ltr", "ltr"}; !slices.Equal(got, want) {
		t.Errorf("texts run %q, want %q", got, want)
	}
}

// oddWorld is a directory with a database of what is seldom: many classes and labeling
// functions with long names, long words and texts, several scripts, and hostile ones.
func oddWorld(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	long := strings.Repeat("Donaudampfschifffahrt", 12)
	texts := []string{
		"מרים נפגשה עם Paul בירושלים", "محمد يعمل مع Li في القاهرة", "张伟在北京遇见了李娜。", "Zoë\u0308 me\u0301t Jo\u0301se\u0301 👩‍👩‍👧 at noon",
		long + " met " + long, `<script>alert("&amp;")</script> met "><img src=x onerror=alert(1)>`, strings.Repeat("A long text goes on and on. ", 200),
		"one\n\ntwo\tthree\r\nfour", " ",
	}
	var records, votes strings.Builder
	for i, text := range texts {
		line, err := json.Marshal(map[string]any{"document": fmt.Sprintf("doc %d %s", i, long), "text": text, "gold": i%11 + 1,
			"arguments": map[string][2]int{"the_first_of_all_arguments": {0, 0}, "b": {0, 0}, "c": {0, 0}}})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&records, "%s\n", line)
	}
	votes.WriteString("candidate_id")
	for j := range 21 {
		fmt.Fprintf(&votes, ",LF_%d_%s", j, []string{"short", long, "<b>bold</b>", "של ירושלים", "with words in it"}[j%5])
	}
	for i := range texts {
		fmt.Fprintf(&votes, "\n%d", i+1)
		for j := range 21 {
			fmt.Fprintf(&votes, ",%d", (i+j*j)%12)
		}
	}
	for name, text := range map[string]string{"odd.jsonl": records.String(), "votes.csv": votes.String() + "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	classes := "person,organisation,location,time,money,percent,<i>quantity</i>,ordinal,של ירושלים,a class whose name is rather long for a button," + long[:60]
	runIn(t, dir, "new", "snorkel.db", "--quiet", "--from", "odd.jsonl", "--candidate", "Odd(the_first_of_all_arguments, b, c)", "--classes", classes)
	runIn(t, dir, "import-labels", "votes.csv", "--quiet")
	runIn(t, dir, "fit", "--quiet", "--save", "<best> of "+long, "--save-marginals")
	return dir
}
