package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"workbench/cmd/workbench/web"
	"workbench/session"
)

// served opens the pages of a database, and returns what asks for one.
func served(t *testing.T, location string) (ask func(method, path, body string) string) {
	t.Helper()
	s, err := session.Open(t.Context(), location, session.Watch(), session.Writable())
	if err != nil {
		t.Fatal(err)
	}
	site, err := web.New(web.Options{Session: s, Annotator: "ann", Report: func(err error) { t.Error(err) }})
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
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	ask = func(method, path, body string) string {
		t.Helper()
		r, err := http.NewRequest(method, h.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s %s: %s %v\n%s", method, path, answer.Status, err, text)
		}
		return string(text)
	}
	first, err := url.Parse(guard.URL("127.0.0.1"))
	if err != nil {
		t.Fatal(err)
	}
	ask(http.MethodGet, first.RequestURI(), "")
	return ask
}

// The pages of a PostgreSQL database say what those of the SQLite file with the same
// content do, and store the same.
func postgresServes(t *testing.T, server *postgresServer) {
	file := t.TempDir() + "/snorkel.db"
	if err := copyFile(oracleDB, file); err != nil {
		t.Fatal(err)
	}
	name := server.copyOf(t, oracleDB)
	names := regexp.MustCompile(`snorkel\.db|` + regexp.QuoteMeta(name))
	var pages [2][]string
	for i, location := range []string{file, server.url(name)} {
		ask := served(t, location)
		for _, request := range [][3]string{
			{"GET", "/", ""}, {"GET", "/candidates?split=1&order=disagreement&q=husband", ""}, {"GET", "/candidates/241", ""}, {"GET", "/lfs?split=1", ""},
			{"GET", "/lfs/LF_husband_wife?split=1", ""}, {"GET", "/agreement", ""}, {"GET", "/models", ""},
			{"PUT", "/candidates/241/gold?split=1", `{"value":1,"was":0}`}, {"PUT", "/candidates/242/gold?split=1&gold=none", `{"value":-1,"was":0}`},
			{"PUT", "/candidates/241/note", `{"text":"whose\nwife?","was":""}`}, {"PUT", "/candidates/241/note", `{"text":"wife","was":"whose\nwife?"}`},
			{"PUT", "/candidates/242/note", `{"text":"x","was":""}`}, {"PUT", "/candidates/242/note", `{"text":"","was":"x"}`},
			{"GET", "/candidates/241", ""}, {"GET", "/candidates?gold=any", ""}, {"POST", "/undo", ""}, {"GET", "/candidates?gold=any", ""}, {"GET", "/api/candidates/241", ""},
		} {
			pages[i] = append(pages[i], names.ReplaceAllString(ask(request[0], request[1], request[2]), "DB"))
		}
	}
	for k := range pages[0] {
		if pages[0][k] != pages[1][k] {
			t.Errorf("page %d is\n%s\nwant\n%s", k, pages[1][k], pages[0][k])
		}
	}
	for _, split := range []string{"0", "1"} {
		if got, want := runOn(t, server.url(name), "load-gold-labels", "--annotator", "ann", "--split", split, "--format", "csv"),
			runOn(t, file, "load-gold-labels", "--annotator", "ann", "--split", split, "--format", "csv"); got.stdout != want.stdout || got.status != want.status {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}
