package web_test

import (
	"html"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/cmd/workbench/web"
	"workbench/session"
)

// wantNote checks what is stored.
func wantNote(t *testing.T, path string, candidate int64, want string) {
	t.Helper()
	s, err := session.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	said, err := annotations.OfCandidate(t.Context(), s, candidate)
	if err != nil {
		t.Fatal(err)
	}
	if said.Note != want {
		t.Errorf("the note of candidate %d is %q, want %q", candidate, said.Note, want)
	}
}

const formKind = "application/x-www-form-urlencoded"

// A note is stored when the answer comes, by the script and by the form, and a server
// that was there before it shows it.
func TestNotes(t *testing.T) {
	path := copyDB(t)
	x, reader := serve(t, path, nil), serve(t, path, func(o *web.Options) { o.ReadOnly = true })
	contains(t, reader.get("/candidates/241", http.StatusOK), "Nobody has left one.")
	x.put("/candidates/241/note?split=1", `{"text":"who is\n\"B\"?","was":""}`, http.StatusOK)
	wantNote(t, path, 241, "who is\n\"B\"?")
	contains(t, x.get("/candidates/241?split=1", http.StatusOK), `action="/candidates/241/note?split=1"`, "<input type=\"hidden\" name=\"was\" value=\"who is\n&#34;B&#34;?\">",
		"\nwho is\n&#34;B&#34;?</textarea>")
	contains(t, x.get("/api/candidates/241", http.StatusOK), `"note":"who is\n\"B\"?"`)
	lacks(t, x.get("/api/candidates/242", http.StatusOK), `"note"`)
	list := x.get("/candidates?noted=1", http.StatusOK)
	contains(t, list, `<span id="total">1</span>`, `/candidates/241?noted=1`)
	lacks(t, list, `/candidates/242`)
	page := reader.get("/candidates/241", http.StatusOK)
	contains(t, page, "<p class=\"written\" dir=\"auto\">who is\n&#34;B&#34;?</p>")
	lacks(t, page, `<textarea`, `/note"`)
	for _, method := range []string{http.MethodPut, http.MethodPost} {
		reader.do(method, "/candidates/241/note", `{"text":"","was":""}`, http.StatusNotFound)
	}

	form := url.Values{"text": {" one\r\nmore "}, "was": {"who is\r\n\"B\"?"}}.Encode()
	contains(t, x.do(http.MethodPost, "/candidates/241/note?split=1", form, http.StatusOK, "Content-Type", formKind), "Candidate 241", "\none\nmore</textarea>")
	x.put("/candidates/241/note", `{"text":"","was":"one\nmore"}`, http.StatusOK)
	wantNote(t, path, 241, "")
	contains(t, x.get("/candidates?noted=1", http.StatusOK), `<span id="total">0</span>`, "No candidate is like that.")
}

// A note that somebody has changed meanwhile is not overwritten, and what was typed is
// not lost.
func TestNotesInConflict(t *testing.T) {
	path := copyDB(t)
	one, other := serve(t, path, nil), serve(t, path, nil)
	other.get("/candidates/241", http.StatusOK)
	for range 2 { // an answer that got lost is asked for again
		one.put("/candidates/241/note", `{"text":"first","was":""}`, http.StatusOK)
	}
	a := other.put("/candidates/241/note", `{"text":"<b>second","was":""}`, http.StatusConflict)
	if a.Candidate != 241 || !strings.Contains(a.Said, "has changed") {
		t.Errorf("the answer is %+v", a)
	}
	shown := []string{`name="was" value="first"`, "\n&lt;b&gt;second</textarea>", `dir="auto">first</p>`}
	contains(t, a.Main, shown...)
	form := url.Values{"text": {"<b>second"}, "was": {""}}.Encode()
	contains(t, other.do(http.MethodPost, "/candidates/241/note", form, http.StatusConflict, "Content-Type", formKind), shown...)
	wantNote(t, path, 241, "first")
	other.put("/candidates/241/note", `{"text":"<b>second","was":"first"}`, http.StatusOK)
	wantNote(t, path, 241, "<b>second")
}

// While the database is locked a note waits on the page.
func TestNotesWhileLocked(t *testing.T) {
	path := copyDB(t)
	x := serve(t, path, nil)
	x.get("/candidates/241", http.StatusOK)
	release := hold(t, path)
	defer release()
	if a := x.put("/candidates/241/note", `{"text":"x","was":""}`, http.StatusServiceUnavailable); !a.Retry {
		t.Errorf("the answer is %+v", a)
	}
	contains(t, x.do(http.MethodPost, "/candidates/241/note", url.Values{"text": {`"x`}, "was": {""}}.Encode(), http.StatusServiceUnavailable, "Content-Type", formKind),
		`action="/candidates/241/note"`, `name="text" value="&#34;x"`, `name="was" value=""`)
}

// Notes are texts, whatever is in them, and none that make no sense are stored.
func TestOddNotes(t *testing.T) {
	x := serve(t, copyDB(t), nil)
	was := ""
	for _, text := range append(hostile(), "</textarea><script>alert(1)</script>", "\n\nlines", "a\x00b", strings.Repeat("語", annotations.LongestNote)) {
		form := url.Values{"text": {text}, "was": {was}}.Encode()
		page := x.do(http.MethodPost, "/candidates/241/note", form, http.StatusOK, "Content-Type", formKind)
		was = strings.TrimSpace(strings.ReplaceAll(text, "\x00", "\ufffd"))
		contains(t, page, "\n"+html.EscapeString(was)+"</textarea>")
		lacks(t, page, "<script>alert", "<svg onload", "<img src=x")
	}
	before, err := os.ReadFile(x.path)
	if err != nil {
		t.Fatal(err)
	}
	for body, status := range map[string]int{
		``: http.StatusBadRequest, `{}`: http.StatusBadRequest, `{"text":"x"}`: http.StatusBadRequest, `{"was":""}`: http.StatusBadRequest,
		`{"text":1,"was":""}`: http.StatusBadRequest, `{"text":"x","was":"","y":1}`: http.StatusBadRequest,
		`{"was":"","text":"` + strings.Repeat("x", annotations.LongestNote+1) + `"}`: http.StatusUnprocessableEntity,
		`{"was":"","text":"` + strings.Repeat("x", 1<<16) + `"}`:                     http.StatusRequestEntityTooLarge,
	} {
		if a := x.put("/candidates/241/note", body, status); a.Said == "" {
			t.Errorf("%.50s: nothing is said", body)
		}
	}
	x.put("/candidates/99999/note", `{"text":"x","was":""}`, http.StatusNotFound)
	x.put("/candidates/x/note", `{"text":"x","was":""}`, http.StatusNotFound)
	x.do(http.MethodPost, "/candidates/241/note", "text=x", http.StatusBadRequest, "Content-Type", formKind)
	x.do(http.MethodPut, "/candidates/241/note", `{"text":"x","was":""}`, http.StatusForbidden, "Sec-Fetch-Site", "cross-site")
	if after, err := os.ReadFile(x.path); err != nil || string(after) != string(before) {
		t.Errorf("the file changed: %v", err)
	}
}
