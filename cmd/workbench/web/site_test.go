package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"workbench/cmd/workbench/web"
	"workbench/session"
)

// oracleDB is a small database that Snorkel itself wrote.
const oracleDB = "../../../testdata/oracle/snorkel07.db"

// server is a site that listens, and a visitor who has been let in.
type server struct {
	t      *testing.T
	url    string
	path   string // of the database
	token  string
	client *http.Client
	site   *web.Site
}

// copyDB makes a copy of the database to write into.
func copyDB(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(oracleDB)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "snorkel.db")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// serve serves a database; change may change the options.
func serve(t *testing.T, path string, change func(o *web.Options)) *server {
	t.Helper()
	o := web.Options{Annotator: "ann", Report: func(err error) { t.Errorf("reported: %v", err) }}
	if change != nil {
		change(&o)
	}
	opts := []session.Option{session.Watch(), session.BusyTimeout(50e6)}
	if !o.ReadOnly {
		opts = append(opts, session.Writable())
	}
	s, err := session.Open(t.Context(), path, opts...)
	if err != nil {
		t.Fatal(err)
	}
	o.Session = s
	site, err := web.New(o)
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewUnstartedServer(nil)
	guard := web.NewGuard(h.Listener.Addr(), false)
	h.Config.Handler = guard.Handler(site.Handler())
	h.Start()
	t.Cleanup(func() {
		h.Close()
		site.Close()
		s.Close()
	})
	first, err := url.Parse(guard.URL("127.0.0.1"))
	if err != nil {
		t.Fatal(err)
	}
	x := &server{t: t, url: h.URL, path: path, token: first.Query().Get("token"), site: site}
	x.client = x.visitor()
	x.get("/?token="+x.token, http.StatusOK)
	return x
}

// visitor is one who has not been let in.
func (x *server) visitor() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		x.t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

// do sends a request and returns the body of an answer with the status.
func (x *server) do(method, path, body string, status int, header ...string) string {
	x.t.Helper()
	r, err := http.NewRequest(method, x.url+path, strings.NewReader(body))
	if err != nil {
		x.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := x.client.Do(r)
	if err != nil {
		x.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		x.t.Fatal(err)
	}
	if answer.StatusCode != status {
		x.t.Fatalf("%s %s: status %d, want %d\n%s", method, path, answer.StatusCode, status, text)
	}
	return string(text)
}

func (x *server) get(path string, status int) string {
	x.t.Helper()
	return x.do(http.MethodGet, path, "", status)
}

// answer is what a decision comes to.
type answer struct {
	Candidate int64
	Value     int16
	Next      *int64
	URL       string
	Main      string
	Said      string
	Retry     bool
}

// put decides as the script does.
func (x *server) put(path, body string, status int) (a answer) {
	x.t.Helper()
	text := x.do(http.MethodPut, path, body, status, "Content-Type", "application/json", "Accept", "application/json")
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		x.t.Fatalf("%v in %s", err, text)
	}
	return a
}

// contains checks a page.
func contains(t *testing.T, page string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %q:\n%s", part, page)
		}
	}
}

// whole is a page without the places where names may break.
func whole(page string) string { return strings.ReplaceAll(page, "_<wbr>", "_") }

func lacks(t *testing.T, page string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(page, part) {
			t.Errorf("the page has %q:\n%s", part, page)
		}
	}
}
