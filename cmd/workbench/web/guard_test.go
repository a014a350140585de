package web_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"workbench/cmd/workbench/web"
)

// Nobody is let in without the token, and it becomes a cookie that scripts and other
// sites do not get.
func TestTokenLetsIn(t *testing.T) {
	x := serve(t, copyDB(t), nil)
	stranger := x.visitor()
	stranger.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, path := range []string{"/", "/candidates", "/candidates/1", "/assets/script.js", "/?token=", "/?token=wrong", "/nosuch"} {
		answer, err := stranger.Get(x.url + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusForbidden || len(answer.Cookies()) > 0 {
			t.Errorf("%s: status %d, cookies %v", path, answer.StatusCode, answer.Cookies())
		}
	}
	answer, err := stranger.Get(x.url + "//elsewhere.example/candidates?split=1&token=" + x.token)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	cookies := answer.Cookies()
	if to := answer.Header.Get("Location"); answer.StatusCode != http.StatusSeeOther || to != "/elsewhere.example/candidates?split=1" || len(cookies) != 1 {
		t.Fatalf("status %d to %q with cookies %v", answer.StatusCode, to, cookies)
	}
	port := x.url[strings.LastIndex(x.url, ":")+1:]
	if c := cookies[0]; c.Name != "workbench_"+port || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("the cookie is %v", c)
	}
	if !strings.Contains(x.get("/candidates/1", http.StatusOK), "Candidate 1") {
		t.Error("who has the cookie is not let in")
	}
}

// Who comes from a page of elsewhere is let in by a page of ours: a strict cookie is not
// sent on a way that began there.
func TestTokenFromElsewhere(t *testing.T) {
	x := serve(t, copyDB(t), nil)
	for _, from := range []string{"cross-site", "same-site"} {
		r, _ := http.NewRequest(http.MethodGet, x.url+"/candidates?q=%22%3E&token="+x.token, nil)
		r.Header.Set("Sec-Fetch-Site", from)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		page, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != http.StatusOK || len(answer.Cookies()) != 1 {
			t.Errorf("status %d, cookies %v", answer.StatusCode, answer.Cookies())
		}
		contains(t, string(page), `content="0; url=/candidates?q=%22%3E"`)
		lacks(t, string(page), x.token)
	}
}

// A request under another name, or from a page of another site, is refused even with the
// cookie.
func TestOtherHostsAndOrigins(t *testing.T) {
	x := serve(t, copyDB(t), nil)
	port := x.url[strings.LastIndex(x.url, ":")+1:]
	for host, want := range map[string]int{
		"localhost:" + port: http.StatusOK, "127.0.0.1:" + port: http.StatusOK, "[::1]:" + port: http.StatusOK,
		"rebound.example:" + port: http.StatusMisdirectedRequest, "rebound.example": http.StatusMisdirectedRequest,
		"127.0.0.1": http.StatusMisdirectedRequest, "127.0.0.1:1": http.StatusMisdirectedRequest,
		"127.0.0.1.rebound.example:" + port: http.StatusMisdirectedRequest, "10.1.2.3:" + port: http.StatusMisdirectedRequest,
	} {
		r, _ := http.NewRequest(http.MethodGet, x.url+"/recent", nil)
		r.Host = host
		r.AddCookie(&http.Cookie{Name: "workbench_" + port, Value: x.token})
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("Host %s: status %d, want %d", host, answer.StatusCode, want)
		}
	}
	const body = "value=1&was=0"
	for name, header := range map[string][]string{
		"another site":   {"Sec-Fetch-Site", "cross-site"},
		"another port":   {"Sec-Fetch-Site", "same-site"},
		"another origin": {"Origin", "http://elsewhere.example"},
		"no origin":      {"Origin", "null"},
	} {
		header = append(header, "Content-Type", "application/x-www-form-urlencoded")
		text := x.do(http.MethodPost, "/candidates/1/gold", body, http.StatusForbidden, header...)
		if !strings.Contains(text, "cross-origin") {
			t.Errorf("%s: %s", name, text)
		}
		x.do(http.MethodPut, "/candidates/1/gold", `{"value":1,"was":0}`, http.StatusForbidden, header...)
		x.do(http.MethodPost, "/undo", "", http.StatusForbidden, header...)
	}
	lacks(t, x.get("/candidates/1", http.StatusOK), `aria-pressed="true"`)
}

// Every answer forbids what pages do not need, and pages need nothing of that.
func TestHeaders(t *testing.T) {
	x := serve(t, copyDB(t), nil)
	for _, path := range []string{"/", "/candidates", "/candidates/1", "/recent", "/assets/style.css", "/nosuch", "/candidates/0"} {
		answer, err := x.client.Get(x.url + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		h := answer.Header
		policy := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "img-src 'self';", "connect-src 'self';",
			"form-action 'self';", "base-uri 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %s: %s", path, part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, h)
		}
	}
	for _, path := range []string{"/", "/candidates", "/candidates/1", "/recent"} {
		page := x.get(path, http.StatusOK)
		lacks(t, page, " style=", "<style", "javascript:", " onclick", "http://", "https://", filepathOf(x), x.token)
		if strings.Count(page, "<script") != 1 {
			t.Errorf("%s has scripts of its own", path)
		}
	}
}

// filepathOf is the directory of the database, which no page tells.
func filepathOf(x *server) string { return x.path[:strings.LastIndex(x.path, "/")] }

// Nothing of the binary is served but its assets.
func TestAssets(t *testing.T) {
	x := serve(t, copyDB(t), nil)
	contains(t, x.get("/assets/style.css", http.StatusOK), ":root")
	for _, path := range []string{"/assets/", "/assets/..%2fpages%2fpage.html", "/assets/pages/page.html", "/pages/page.html", "/assets/nosuch"} {
		x.get(path, http.StatusNotFound)
	}
	contains(t, x.get("/charts/histogram.svg", http.StatusOK), "<svg")
}

// Too much is not read.
func TestLongBodies(t *testing.T) {
	x := serve(t, copyDB(t), nil)
	x.do(http.MethodPut, "/candidates/1/gold", `{"value":1,"was":`+strings.Repeat(" ", 1<<17)+"0}", http.StatusRequestEntityTooLarge)
	x.do(http.MethodPost, "/candidates/1/gold", "value=1&x="+strings.Repeat("x", 1<<17), http.StatusBadRequest, "Content-Type", "application/x-www-form-urlencoded")
}

// With --read-only there is no route that writes.
func TestReadOnlyHasNoRouteThatWrites(t *testing.T) {
	x := serve(t, copyDB(t), func(o *web.Options) { o.ReadOnly, o.Annotator = true, "" })
	for _, method := range []string{http.MethodPut, http.MethodPost, http.MethodPatch, http.MethodDelete} {
		for _, path := range []string{"/", "/candidates/1/gold", "/undo", "/candidates/1", "/lfs"} {
			r, _ := http.NewRequest(method, x.url+path, strings.NewReader(`{"value":1,"was":0}`))
			answer, err := x.client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusMethodNotAllowed && answer.StatusCode != http.StatusNotFound {
				t.Errorf("%s %s: status %d", method, path, answer.StatusCode)
			}
		}
	}
	lacks(t, x.get("/candidates/1", http.StatusOK), "<form id=", `method="post"`)
}

// A server that other machines reach goes by its addresses and by the names that it was
// told, and by no others.
func TestRemoteHosts(t *testing.T) {
	guard := web.NewGuard(&net.TCPAddr{IP: net.IPv4zero, Port: 8080}, true, "machine")
	pages := guard.Handler(http.NotFoundHandler())
	for host, known := range map[string]bool{"machine:8080": true, "MACHINE:8080": true, "192.0.2.7:8080": true, "[2001:db8::1]:8080": true, "localhost:8080": true,
		"machine": false, "machine:80": false, "192.0.2.7": false, "rebound.example:8080": false, "192.0.2.7.rebound.example:8080": false, "": false, ":8080": false} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, r)
		if got := w.Code != http.StatusMisdirectedRequest; got != known {
			t.Errorf("%s: status %d", host, w.Code)
		}
	}
}
