package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/cmd/workbench/web"
	"workbench/session"
)

// goldOf is what is stored of an annotator: the gold label of a candidate, and its stable
// label.
func goldOf(t *testing.T, path, annotator string, candidate int64) (gold, stable int16) {
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
	for _, one := range said.Gold {
		if one.Key.Name == annotator {
			gold = one.Value
		}
	}
	err = s.View(t.Context(), func(tx *session.Tx) error {
		who, err := candidates.Identify(s, tx, candidate)
		if err == nil {
			_, err = tx.Get(&stable, "SELECT value FROM stable_label WHERE context_stable_ids = ? AND annotator_name = ?",
				strings.Join(who.StableIDs, "~~"), annotator)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return gold, stable
}

// wantGold checks both.
func wantGold(t *testing.T, path, annotator string, candidate int64, want int16) {
	t.Helper()
	if gold, stable := goldOf(t, path, annotator, candidate); gold != want || stable != want {
		t.Errorf("candidate %d of %s: gold label %d, stable label %d, want %d", candidate, annotator, gold, stable, want)
	}
}

// A decision is stored when the answer comes, which has the next candidate of the list.
func TestDecisions(t *testing.T) {
	x := serve(t, copyDB(t), nil)
	a := x.put("/candidates/241/gold?split=1", `{"value":1,"was":0}`, http.StatusOK)
	wantGold(t, x.path, "ann", 241, 1)
	if a.Next == nil || *a.Next != 242 || a.Value != 1 || a.URL != "/candidates/242?split=1" {
		t.Errorf("the answer is %+v", a)
	}
	contains(t, a.Main, "Candidate 242", `<main id="main"`)
	contains(t, x.get("/", http.StatusOK), "<bdi>ann</bdi></th><td>1</td>") // who has begun just now
	contains(t, x.get("/candidates/241?split=1", http.StatusOK), `value="0" data-label="1" data-key="t"`, `aria-pressed="true"`)

	// The same key again takes it back, and one stays to see it.
	a = x.put("/candidates/241/gold?split=1", `{"value":0,"was":1}`, http.StatusOK)
	if a.Next == nil || *a.Next != 241 {
		t.Errorf("the answer is %+v", a)
	}
	wantGold(t, x.path, "ann", 241, 0)

	// In a list of those without label, the next one is the next of these.
	x.put("/candidates/242/gold?split=1", `{"value":-1,"was":0}`, http.StatusOK)
	if a = x.put("/candidates/241/gold?split=1&gold=none", `{"value":-1,"was":0}`, http.StatusOK); a.Next == nil || *a.Next != 243 {
		t.Errorf("the answer is %+v", a)
	}
	wantGold(t, x.path, "ann", 242, -1)

	// At the end of the list there is none.
	ids := []string{"/candidates/242/gold?split=1&gold=-1", "/candidates/391/gold"}
	for _, path := range ids {
		if a = x.put(path, `{"value":1,"was":`+map[bool]string{true: "-1", false: "0"}[strings.Contains(path, "242")]+`}`, http.StatusOK); a.Next != nil || a.Said == "" {
			t.Errorf("the answer is %+v", a)
		}
		contains(t, a.Main, "<h1>Candidates</h1>")
	}
}

// A decision about what is not there any more is refused, and shows what is there.
func TestConflicts(t *testing.T) {
	path := copyDB(t)
	one, other := serve(t, path, nil), serve(t, path, nil)
	one.put("/candidates/241/gold", `{"value":1,"was":0}`, http.StatusOK)
	a := other.put("/candidates/241/gold", `{"value":-1,"was":0}`, http.StatusConflict)
	if a.Value != 1 || a.Next == nil || *a.Next != 241 || !strings.Contains(a.Said, "another label") {
		t.Errorf("the answer is %+v", a)
	}
	contains(t, a.Main, `name="was" value="1"`)
	wantGold(t, path, "ann", 241, 1)

	// An answer that got lost is asked for again.
	if a = one.put("/candidates/241/gold", `{"value":1,"was":0}`, http.StatusOK); a.Value != 1 {
		t.Errorf("the answer is %+v", a)
	}
	// A form says so, too.
	form := url.Values{"value": {"-1"}, "was": {"0"}}.Encode()
	contains(t, other.do(http.MethodPost, "/candidates/241/gold", form, http.StatusConflict, "Content-Type", "application/x-www-form-urlencoded"),
		"another label", `name="was" value="1"`)
}

// Two annotators do not get in each other's way, and neither do other programs.
func TestSeveralAnnotators(t *testing.T) {
	path := copyDB(t)
	ann, bob := serve(t, path, nil), serve(t, path, func(o *web.Options) { o.Annotator = "bob" })
	ann.put("/candidates/241/gold", `{"value":1,"was":0}`, http.StatusOK)
	bob.put("/candidates/241/gold", `{"value":-1,"was":0}`, http.StatusOK)
	wantGold(t, path, "ann", 241, 1)
	wantGold(t, path, "bob", 241, -1)
	contains(t, ann.get("/candidates/241", http.StatusOK), "<bdi>bob</bdi>")

	// What another program stored is in the lists at once.
	s, err := session.Open(context.Background(), path, session.Writable())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := annotations.SetGold(t.Context(), s, annotations.HandLabel{Annotator: "ann", Candidate: 250, Label: -1}); err != nil {
		t.Fatal(err)
	}
	contains(t, ann.get("/candidates?gold=-1", http.StatusOK), `<span id="total">1</span>`, "/candidates/250?gold=-1")
}

// Undo brings the value back that was there before, unless somebody changed it.
func TestUndo(t *testing.T) {
	path := copyDB(t)
	x := serve(t, path, nil)
	x.do(http.MethodPost, "/undo", "", http.StatusBadRequest)
	x.put("/candidates/241/gold", `{"value":1,"was":0}`, http.StatusOK)
	x.put("/candidates/241/gold", `{"value":-1,"was":1}`, http.StatusOK)
	x.put("/candidates/242/gold", `{"value":-1,"was":0}`, http.StatusOK)
	recent := x.get("/recent", http.StatusOK)
	contains(t, recent, "no label → false", "true → false", "no label → true")
	x.do(http.MethodPost, "/undo", "", http.StatusOK, "Accept", "application/json")
	wantGold(t, path, "ann", 242, 0)
	contains(t, x.do(http.MethodPost, "/undo", "", http.StatusOK), "Candidate 241") // where the redirection goes
	wantGold(t, path, "ann", 241, 1)

	other := serve(t, path, nil)
	other.put("/candidates/241/gold", `{"value":-1,"was":1}`, http.StatusOK)
	x.do(http.MethodPost, "/undo", "", http.StatusConflict, "Accept", "application/json")
	wantGold(t, path, "ann", 241, -1)
	x.do(http.MethodPost, "/undo", "", http.StatusBadRequest) // there is nothing left
}

// Without the script a form stores and goes on.
func TestForms(t *testing.T) {
	x := serve(t, copyDB(t), nil)
	const kind = "application/x-www-form-urlencoded"
	contains(t, x.do(http.MethodPost, "/candidates/241/gold?split=1", "value=1&was=0", http.StatusOK, "Content-Type", kind), "Candidate 242")
	wantGold(t, x.path, "ann", 241, 1)
	contains(t, x.do(http.MethodPost, "/candidates/241/gold", "value=-1&was=1&back=recent", http.StatusOK, "Content-Type", kind), "Last decisions")
	wantGold(t, x.path, "ann", 241, -1)
	contains(t, x.do(http.MethodPost, "/candidates/391/gold", "value=1&was=0", http.StatusOK, "Content-Type", kind), "<h1>Candidates</h1>")
}

// What makes no sense is refused.
func TestBadDecisions(t *testing.T) {
	x := serve(t, copyDB(t), nil)
	for body, status := range map[string]int{
		``: http.StatusBadRequest, `{}`: http.StatusBadRequest, `{"value":1}`: http.StatusBadRequest, `{"was":1}`: http.StatusBadRequest,
		`{"value":"1","was":0}`: http.StatusBadRequest, `{"value":1,"was":0,"x":1}`: http.StatusBadRequest, `{"value":99999,"was":0}`: http.StatusBadRequest,
		`{"value":2,"was":0}`: http.StatusUnprocessableEntity, `{"value":-2,"was":0}`: http.StatusUnprocessableEntity,
	} {
		if a := x.put("/candidates/241/gold", body, status); a.Said == "" {
			t.Errorf("%s: nothing is said", body)
		}
	}
	x.put("/candidates/99999/gold", `{"value":1,"was":0}`, http.StatusNotFound)
	x.put("/candidates/x/gold", `{"value":1,"was":0}`, http.StatusNotFound)
	x.put("/candidates/241/gold?split=x", `{"value":1,"was":0}`, http.StatusBadRequest)
	wantGold(t, x.path, "ann", 241, 0)
}

// The overview counts what was decided, and what was taken back.
func TestProgress(t *testing.T) {
	x := serve(t, copyDB(t), nil)
	progress := func() (anybody, own string) {
		t.Helper()
		cells := regexp.MustCompile(`split=0&amp;type=spouse">0</a></th><td[^>]*>spouse</td><td>238</td><td>(\d+)</td><td>(\d+)</td>`).FindStringSubmatch(x.get("/", http.StatusOK))
		if cells == nil {
			t.Fatal("there is no progress")
		}
		return cells[1], cells[2]
	}
	for _, step := range []struct{ path, body, anybody, own string }{
		{"", "", "0", "0"},
		{"/candidates/1/gold", `{"value":1,"was":0}`, "1", "1"},
		{"/candidates/2/gold", `{"value":-1,"was":0}`, "2", "2"},
		{"/candidates/1/gold", `{"value":0,"was":1}`, "1", "1"},
		{"/candidates/2/gold", `{"value":1,"was":-1}`, "1", "1"},
	} {
		if step.path != "" {
			x.put(step.path, step.body, http.StatusOK)
		}
		if anybody, own := progress(); anybody != step.anybody || own != step.own {
			t.Errorf("after %s %s: %s by anybody, %s own; want %s and %s", step.path, step.body, anybody, own, step.anybody, step.own)
		}
	}
	y := serve(t, x.path, nil) // one that reads it
	y.put("/candidates/2/gold", `{"value":0,"was":1}`, http.StatusOK)
	x = y
	if anybody, own := progress(); anybody != "0" || own != "0" {
		t.Errorf("after it was read anew and taken back: %s by anybody, %s own", anybody, own)
	}
}
