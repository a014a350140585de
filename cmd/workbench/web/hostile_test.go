package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/cmd/workbench/web"
	"workbench/learning"
	"workbench/session"

	"workbench/annotations/matrix"
)

// hostile are names and texts that would do harm, or get lost, where they are not escaped.
func hostile() []string {
	return []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</mark></p><svg onload=alert(1)>`,
		`{{.Site}}`, `a/b?c=d&e=f#g`, `.`, `..`, `../../etc/passwd`, `%2e%2e`, `\`, "\u202e abc \u2066", `javascript:alert(1)`, `עברית عربي`, "a\u0301\u0323\u20dd",
		`--></script>`, `&lt;b&gt;`, ` `, "tab\tand\nline", `a_<img src=x_y onerror=z>_"_`,
	}
}

// hostileDB is a database that is full of them.
func hostileDB(t *testing.T) string {
	t.Helper()
	path := copyDB(t)
	s, err := session.Open(t.Context(), path, session.Writable())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	names := hostile()
	err = s.Update(t.Context(), func(tx *session.Tx) error {
		exec := func(query string, args ...any) {
			if _, err := tx.Exec(query, args...); err != nil {
				t.Fatalf("%s: %v", query, err)
			}
		}
		for i, name := range names {
			key := 1000 + i
			exec(`INSERT INTO label_key (id, name, "group") VALUES (?, ?, 0)`, key, name)
			exec("INSERT INTO label (key_id, candidate_id, value) VALUES (?, ?, ?)", key, 241+i, 1-2*(i%2))
			exec("INSERT INTO label (key_id, candidate_id, value) VALUES (?, ?, 1)", key, 290)
			exec(`INSERT INTO gold_label_key (id, name, "group") VALUES (?, ?, 0)`, key, name)
			exec("INSERT INTO gold_label (key_id, candidate_id, value) VALUES (?, ?, ?)", key, 241, 1-2*(i%2))
			exec("UPDATE sentence SET text = ? || substr(text, 1 + length(?)) WHERE id = (SELECT sentence_id FROM span WHERE id = (SELECT person1_id FROM spouse WHERE id = ?))", name, name, 241+i)
			exec("UPDATE document SET name = ? WHERE id = (SELECT document_id FROM sentence WHERE id = (SELECT sentence_id FROM span WHERE id = (SELECT person1_id FROM spouse WHERE id = ?)))", name, 241+3*i)
			exec("UPDATE spouse SET person1_cid = ? WHERE id = ?", name, 241+i)
		}
		exec("UPDATE sentence SET text = CAST(x'ff3c623efe' AS TEXT) WHERE id = (SELECT sentence_id FROM span WHERE id = (SELECT person1_id FROM spouse WHERE id = 270))")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	classes := &annotations.Classes{Type: "spouse", Names: []string{names[0], names[1]}}
	if err := annotations.SaveClasses(t.Context(), s, classes, false); err != nil {
		t.Fatal(err)
	}
	L, err := (annotations.LabelAnnotator{}).LoadMatrix(t.Context(), s, annotations.Selection{Split: 1})
	if err != nil {
		t.Fatal(err)
	}
	model, err := learning.Fit(t.Context(), L, learning.FitOptions{Cardinality: 2})
	if err != nil {
		t.Fatal(err)
	}
	var document strings.Builder
	if _, err := model.WriteTo(&document); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := s.SaveModel(t.Context(), session.Model{Name: name, Kind: session.KindLabelModel, Document: document.String()}, false); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// Every page that a visitor comes to from the overview is there, whatever things are
// called, and has no markup but its own.
func TestHostileNames(t *testing.T) {
	path := hostileDB(t)
	x := serve(t, path, func(o *web.Options) {
		o.Annotator = hostile()[1]
		o.Records = web.Records{LFStats: func(stats []matrix.LFStat, _, _ bool, _ map[string]float64) any { return len(stats) },
			Tests: func([]*learning.LFTest, int) any { return nil }, Models: func(all []session.Model) (any, error) { return all, nil }}
	})
	link := regexp.MustCompile(` (?:href|src)="([^"]*)"`)
	seen := map[string]bool{"/": true}
	kinds := make(map[string]int) // how many pages of a kind were visited
	queue := []string{"/"}
	start := []string{"/candidates?q=" + url.QueryEscape(hostile()[0]), "/api/info", "/api/candidates?split=1", "/api/candidates/241", "/api/lfs", "/api/agreement", "/api/models",
		"/api/recent", "/candidates/270", "/candidates?by=" + url.QueryEscape(hostile()[0]) + "&gold=1", "/candidates?lf=" + url.QueryEscape(hostile()[0]) + "&vote=1",
		"/candidates/241?q=" + url.QueryEscape(hostile()[1]), "/lfs?sort=" + url.QueryEscape(hostile()[0])}
	queue = append(queue, start...)
	for len(queue) > 0 {
		here := queue[0]
		queue = queue[1:]
		page := x.get(here, http.StatusOK)
		for _, bad := range []string{"<script>alert", "<img src=x", "<svg onload", "' onmouseover", `" onmouseover`, "href=\"javascript:", filepathOf(x)} {
			if strings.Contains(page, bad) && !strings.HasPrefix(here, "/api/") && !strings.HasPrefix(here, "/export/") {
				t.Fatalf("%s has %s", here, bad)
			}
			if bad == filepathOf(x) && strings.Contains(page, bad) {
				t.Fatalf("%s tells where the database is", here)
			}
		}
		for _, match := range link.FindAllStringSubmatch(page, -1) {
			to := html.UnescapeString(match[1])
			if to == "#main" {
				continue
			}
			if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
				t.Fatalf("%s leads to %q", here, to)
			}
			kind := regexp.MustCompile(`^/[a-z.]*(/[a-z]*)?`).FindString(to)
			most := 12
			if strings.HasPrefix(to, "/models") || strings.HasPrefix(to, "/charts/rel") {
				most = 3 // each trains models
			}
			if !seen[to] && kinds[kind] < most && !strings.HasPrefix(to, "/assets/") {
				seen[to] = true
				kinds[kind]++
				queue = append(queue, to)
			}
		}
	}
	for _, kind := range []string{"/candidates", "/candidates/", "/lfs", "/models", "/charts/agreement", "/export/gold"} {
		if kinds[kind] == 0 {
			t.Errorf("no page of %s was visited: %v", kind, kinds)
		}
	}
	for _, name := range hostile() { // each has a page
		contains(t, whole(x.get("/lfs?split=1", http.StatusOK)), html.EscapeString(strings.TrimSpace(name)))
		contains(t, x.get("/lfs?name="+url.QueryEscape(name), http.StatusOK), "Statistics")
	}
	x.put("/candidates/241/gold", `{"value":1,"was":-1}`, http.StatusOK)
	x.get("/recent", http.StatusOK)
}
