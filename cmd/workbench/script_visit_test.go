package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdVisit: visit FILE METHOD PATH [BODY] — opens the URL that a server has written into
// a file, and prints the answer to a request for a path of that server: its status and
// its body.
func cmdVisit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || len(args) > 4 {
		ts.Fatalf("usage: visit FILE METHOD PATH [BODY]")
	}
	text := ""
	for range 500 { // the server may not have begun
		data, err := os.ReadFile(ts.MkAbs(args[0]))
		if err == nil && strings.HasSuffix(string(data), "\n") {
			text = strings.TrimSpace(string(data))
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	first, err := url.Parse(text)
	ts.Check(err)
	jar, err := cookiejar.New(nil)
	ts.Check(err)
	client := &http.Client{Jar: jar, Timeout: time.Minute}
	answer, err := client.Get(text)
	ts.Check(err)
	answer.Body.Close()
	body := ""
	if len(args) == 4 {
		body = args[3]
	}
	request, err := http.NewRequest(args[1], first.Scheme+"://"+first.Host+args[2], strings.NewReader(body))
	ts.Check(err)
	answer, err = client.Do(request)
	ts.Check(err)
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%d\n%s", answer.StatusCode, page)
}
