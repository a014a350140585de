package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestBrowser does in a real browser what people do there.
func TestBrowser(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	t.Run("keys", func(t *testing.T) { labelByKeys(t, browser) })
	t.Run("steps", func(t *testing.T) { stepByKeys(t, browser) })
	t.Run("note", func(t *testing.T) { leaveNotes(t, browser) })
	t.Run("tabs", func(t *testing.T) { labelInTwoTabs(t, browser) })
	t.Run("locked", func(t *testing.T) { labelWhileLocked(t, browser) })
	t.Run("complaints", func(t *testing.T) { seeComplaints(t, browser) })
	t.Run("keyboard", func(t *testing.T) { useKeyboardAlone(t, browser) })
	t.Run("pages", func(t *testing.T) {
		first, _ := startServe(t, servedDir(t), "--model", "best", "--lfs", "lfs.yaml")
		checkEveryPage(t, browser, first, "/nosuch", "/candidates/99999", "/candidates?q=nosuch", "/candidates?lf=LF_and_married&bucket=tp&order=uncertainty")
	})
	t.Run("odd", func(t *testing.T) { seeOddWorld(t, browser) })
}

const candidateNumber = `(document.querySelector("#main h1")?.textContent.match(/^Candidate (\d+)$/) || [])[1]`

// shown is the id of the candidate on the page, "" if there is none.
func (x *tab) shown() string { return look[string](x, candidateNumber+` || ""`) }

// decide presses a key that labels the candidate on the page, and waits until it is
// stored, when another one is there.
func (x *tab) decide(key string) {
	x.t.Helper()
	before := x.shown()
	x.press(key)
	x.wait(candidateNumber + ` != "` + before + `"`)
}

// labelByKeys labels ten candidates by keys alone, takes one back, and looks around.
func labelByKeys(t *testing.T, browser context.Context) {
	dir := servedDir(t)
	first, stop := startServe(t, dir, "--model", "best", "--lfs", "lfs.yaml")
	x := newTab(t, browser, first)
	if at := look[string](x, "location.href"); strings.Contains(at, "token") || x.where() != "/" {
		t.Errorf("the printed URL leads to %s", at)
	}
	x.open("/candidates?split=1&gold=none")
	for range 100 { // to the first of the list
		if x.press("\t"); look[bool](x, `document.activeElement.matches(".item a")`) {
			break
		}
	}
	x.press("\r")
	x.wait(candidateNumber)

	// Ten labels: the keys t and f, and the numbers of the buttons.
	var want []string
	boxes := look[[]string](x, placesOfControls)
	for i, key := range []string{"t", "f", "t", "1", "2", "f", "f", "t", "2", "1"} {
		value := "1"
		if key == "f" || key == "1" {
			value = "-1"
		}
		want = append(want, x.shown()+",me,"+value)
		x.decide(key)
		for j, now := range look[[]string](x, placesOfControls) {
			if j >= len(boxes) || now != boxes[j] {
				t.Errorf("after label %d a control is elsewhere: %s", i+1, now)
			}
		}
	}
	if moved := look[float64](x, "window.shifts"); moved >= 0.05 {
		t.Errorf("while candidates changed, the page moved by itself: layout shift %.3f", moved)
	}

	// The last one is taken back, shown again, and is unlabelled after a reload, too.
	last := strings.Split(want[9], ",")[0]
	x.press("u")
	x.wait(candidateNumber + ` == "` + last + `" && document.getElementById("status").innerText.includes("Undone")`)
	x.do(chromedp.Reload())
	x.wait(candidateNumber + ` == "` + last + `" && !document.querySelector("[aria-pressed=true]")`)
	x.decide("1") // and so by the key of all other programs
	x.press("z", chromedp.ModifierCtrl)
	x.wait(candidateNumber + ` == "` + last + `" && !document.querySelector("[aria-pressed=true]")`)
	want = want[:9]
	x.open("/candidates?split=1&gold=any")
	if n := look[int](x, `document.querySelectorAll(".item .chip").length`); n != 9 {
		t.Errorf("the list shows %d labels", n)
	}
	x.open("/recent")
	if n := look[int](x, `document.querySelectorAll(".item [aria-pressed=true]").length`); n != 9 {
		t.Errorf("the page of the last decisions has %d", n)
	}

	// The most disputed candidates come first when that is chosen.
	x.open("/candidates")
	x.press("/") // to the filter
	x.wait(`document.activeElement.name == "q"`)
	x.do(chromedp.SetValue(`select[name=order]`, "disagreement"))
	x.press("\r")
	x.wait(`location.search.includes("order=disagreement")`)
	against := look[[]int](x, `[...document.querySelectorAll(".item .against")].map(e => +e.textContent.replace(/\D/g, ""))`)
	if len(against) == 0 || against[0] == 0 {
		t.Errorf("votes against the most frequent label, in the order of disagreement: %v", against)
	}

	editInBrowser(x, dir)
	seeHeatMap(x)
	stop()
	got := runIn(t, dir, "load-gold-labels", "--annotator", "me", "--split", "1", "--format", "csv")
	if all := "candidate_id,annotator,value\n" + strings.Join(want, "\n") + "\n"; !strings.HasSuffix(got, strings.Join(want, "\n")+"\n") || strings.Count(got, ",me,") != 9 {
		t.Errorf("load-gold-labels shows\n%s\nand was to show\n%s", got, all)
	}
}

// stepByKeys goes from candidate to candidate without labelling, and takes a label back.
func stepByKeys(t *testing.T, browser context.Context) {
	first, _ := startServe(t, servedDir(t))
	x := newTab(t, browser, first)
	x.open("/candidates/241?split=1")
	at := func(id string) {
		t.Helper()
		x.wait(candidateNumber + ` == "` + id + `" && location.pathname == "/candidates/` + id + `"`)
	}
	for _, step := range []struct{ key, to string }{
		{"l", "242"}, {"x", "243"}, {"j", "242"}, {"k", "267"}, {"i", "242"},
	} {
		x.press(step.key)
		at(step.to)
	}
	x.decide("t")
	at("243")
	x.press("j")
	at("242")
	x.wait(`document.querySelector("[aria-pressed=true]").dataset.key == "t"`)
	x.press("t") // the same key takes it back
	x.wait(`!document.querySelector("[aria-pressed=true]")`)
	at("242")
	x.decide("t")
	x.press("j")
	at("242")
	x.press("j")
	at("241")
	x.press("n") // 242 has a label
	at("243")

	// An answer that comes late does not take the place of what was asked for since.
	look[int](x, `(() => {
		const real = fetch;
		window.fetch = (...args) => {
			window.fetch = real;
			return new Promise(done => setTimeout(done, 150)).then(() => real(...args)).finally(() => setTimeout(() => { window.late = true }, 50));
		};
		return 0;
	})()`)
	x.press("lj")
	at("242")
	x.wait("window.late")
	at("242")
	x.press("l")
	at("243")
	x.do(chromedp.NavigateBack()) // as if each were a page
	at("242")

	// A key that comes while a label is being stored labels nothing, and that is said.
	look[int](x, `(() => {
		const real = fetch;
		window.fetch = (...args) => {
			window.fetch = real;
			return new Promise(done => { window.goOn = done }).then(() => real(...args));
		};
		return 0;
	})()`)
	x.press("ft")
	look[int](x, `(window.goOn(), 0)`)
	at("243")
	x.wait(`document.getElementById("status").innerText.includes("did nothing") && !document.querySelector("[aria-pressed=true]")`)
	x.press("/")
	x.wait(`location.pathname == "/candidates" && document.querySelector("#filter")`)
}

// leaveNotes writes notes by keys, in two tabs.
func leaveNotes(t *testing.T, browser context.Context) {
	dir := servedDir(t)
	first, stop := startServe(t, dir)
	x, other := newTab(t, browser, first), newTab(t, browser, first)
	other.open("/candidates/241?split=1")
	x.open("/candidates/241?split=1")
	const field = `document.getElementById("note-text")`
	write := func(x *tab, text string) {
		x.t.Helper()
		x.press("m")
		x.wait("document.activeElement == " + field)
		x.press(text)
	}
	before := look[[]string](x, placesOfControls)
	write(x, "tfnl0") // which are keys of the page elsewhere
	x.press("\r", chromedp.ModifierCtrl)
	x.wait(`document.getElementById("status").innerText.includes("is stored") && document.activeElement == document.body`)
	if shown := x.shown(); shown != "241" || look[int](x, `document.querySelectorAll("[aria-pressed=true]").length`) != 0 {
		t.Errorf("candidate %s is shown after a note", shown)
	}
	if after := look[[]string](x, placesOfControls); !slices.Equal(after, before) {
		t.Errorf("controls are at\n%s\nand were at\n%s", after, before)
	}

	// Another tab has not seen it, and loses nothing of what is typed there.
	other.expect("status of 409")
	write(other, "mine")
	other.press("\r", chromedp.ModifierCtrl)
	other.wait(`document.querySelector(".written")?.innerText == "tfnl0" && ` + field + `.value == "mine"`)
	other.do(chromedp.Reload())
	other.wait(field + `.value == "mine" && !document.querySelector(".written")`)

	// What is left in the field is stored before the next candidate comes, by a key or a link.
	x.open("/candidates/242?split=1")
	write(x, "odd")
	x.press(escape)
	x.wait("document.activeElement == document.body")
	x.decide("t")
	write(x, "left")
	x.press(escape)
	x.do(chromedp.Click(`.top nav a[href="/lfs"]`))
	x.wait(`location.pathname == "/lfs" && document.getElementById("status").innerText.includes("243 is stored")`)
	stop()
	for id, want := range map[string]string{"241": "mine", "242": "odd", "243": "left"} {
		if told := runIn(t, dir, "show", id); !strings.Contains(told, "\nnote: "+want+"\n") {
			t.Errorf("show tells\n%s\nand not the note %s", told, want)
		}
	}
}

// placesOfControls is where the controls of a candidate are that it is labelled with.
const placesOfControls = `[...document.querySelectorAll(".top button, .top a, #label button, .steps > *, .reading")].map(e => {
	const at = e.getBoundingClientRect();
	return e.matches(".reading") ? "the text " + [at.x, at.y] : e.textContent.trim() + " " + [at.x, at.y, at.width];
})`

// editInBrowser edits a labeling function, and sees what test-lf says of the edit.
func editInBrowser(x *tab, dir string) {
	x.t.Helper()
	before, err := os.ReadFile(filepath.Join(dir, "lfs.yaml"))
	if err != nil {
		x.t.Fatal(err)
	}
	x.open("/lfs")
	x.do(chromedp.Click("#to-edit"))
	x.wait(`document.getElementById("text")`)
	look[string](x, `document.getElementById("text").value = document.getElementById("text").value.replace("[husband, wife, married]", "[husband, wife]")`)
	x.do(chromedp.SetValue(`#edit select[name=split]`, "1"), chromedp.SetValue(`#edit select[name=by]`, "gold"), chromedp.Click("#test"))
	x.wait(`document.getElementById("tested")`)
	row := look[string](x, `document.querySelector("#tested tbody tr").innerText.replace(/\s+/g, " ")`)

	// The same in a terminal, on a file with the same edit.
	edited := strings.Replace(string(before), "[husband, wife, married]", "[husband, wife]", 1)
	if err := os.WriteFile(filepath.Join(dir, "edited.yaml"), []byte(edited), 0o644); err != nil {
		x.t.Fatal(err)
	}
	told := runIn(x.t, dir, "test-lf", "--lfs", "edited.yaml", "--lf", "LF_married", "--split", "1", "--gold", "gold", "--format", "csv")
	fields := strings.Split(strings.Split(told, "\n")[1], ",")
	if want := fmt.Sprintf(" %s ", strings.Join(fields[2:6], " ")); !strings.Contains(row, want) || !strings.HasPrefix(row, "LF_married ") {
		x.t.Errorf("the page shows %q of the edit, and test-lf\n%s", row, told)
	}
	if after, err := os.ReadFile(filepath.Join(dir, "lfs.yaml")); err != nil || string(after) != string(before) {
		x.t.Errorf("a test has changed the file: %v\n%s", err, after)
	}
}

// seeHeatMap sees the heat map of agreement.
func seeHeatMap(x *tab) {
	x.t.Helper()
	x.open("/lfs?split=0")
	x.wait(`document.getElementById("heat-map").complete`)
	if width := look[int](x, `document.getElementById("heat-map").naturalWidth`); width == 0 {
		x.t.Error("the heat map cannot be shown")
	}
}

// labelInTwoTabs labels a candidate in two tabs, of which the second shows the conflict.
func labelInTwoTabs(t *testing.T, browser context.Context) {
	dir := servedDir(t)
	first, stop := startServe(t, dir)
	one, two := newTab(t, browser, first), newTab(t, browser, first)
	for _, x := range []*tab{one, two} {
		x.open("/candidates/241?split=1")
	}
	one.decide("t")
	two.expect("status of 409")
	two.press("f")
	two.wait(`document.getElementById("status").innerText.includes("another label")`)
	two.wait(candidateNumber + ` == "241" && document.querySelector("[aria-pressed=true]").dataset.key == "t"`)
	two.decide("f") // now that one has seen it
	stop()
	if got := runIn(t, dir, "load-gold-labels", "--annotator", "me", "--split", "1", "--format", "csv"); !strings.HasSuffix(got, "\n241,me,-1\n") {
		t.Errorf("load-gold-labels shows\n%s", got)
	}
}

// labelWhileLocked labels a candidate while another program has locked the database. It
// is stored when that program has ended, also by a page that was loaded again meanwhile.
func labelWhileLocked(t *testing.T, browser context.Context) {
	dir := servedDir(t)
	first, stop := startServe(t, dir, "--busy-timeout", "20ms")
	x := newTab(t, browser, first)
	x.expect("status of 503")
	x.open("/candidates/241?split=1")
	locker, err := startChild("holdlock", filepath.Join(dir, "snorkel.db"))
	if err != nil {
		t.Fatal(err)
	}
	x.press("t")
	x.wait(`/locked.*tried again/.test(document.getElementById("status").innerText)`)
	x.do(chromedp.Reload())
	x.wait(`/locked/.test(document.body.innerText)`)
	stopChild(locker)
	x.wait(`sessionStorage.length == 0 && ` + candidateNumber + ` == "242"`)
	stop()
	if got := runIn(t, dir, "load-gold-labels", "--annotator", "me", "--split", "1", "--format", "csv"); !regexp.MustCompile(`\n241,me,1\n$`).MatchString(got) {
		t.Errorf("load-gold-labels shows\n%s", got)
	}
}
