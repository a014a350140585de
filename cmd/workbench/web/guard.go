package web

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Guard lets requests pass that come from whoever has the URL with the token, under one
// of the names of this machine, and from its own pages.
type Guard struct {
	token string
	port  string
	names []string // hosts without the port
	anyIP bool     // any address will do: no page elsewhere can be served under one of ours
}

// NewGuard makes a guard with a token of its own for a server that listens at an
// address. With remote it is reached from other machines, by any of its addresses, or by
// one of some names.
func NewGuard(addr net.Addr, remote bool, names ...string) *Guard {
	g := &Guard{token: rand.Text(), anyIP: remote}
	host, port, _ := net.SplitHostPort(addr.String())
	g.port = port
	g.names = append([]string{"localhost", "127.0.0.1", "::1", host}, names...)
	return g
}

// URL is the address that opens the pages.
func (g *Guard) URL(host string) string {
	return "http://" + net.JoinHostPort(host, g.port) + "/?token=" + g.token
}

// Handler guards pages.
func (g *Guard) Handler(pages http.Handler) http.Handler {
	protected := http.NewCrossOriginProtection().Handler(pages)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header())
		switch {
		case !g.knows(r.Host):
			http.Error(w, "This server does not go by that name.", http.StatusMisdirectedRequest)
		case g.isToken(r.URL.Query().Get("token")) && r.Method == http.MethodGet:
			g.letIn(w, r)
		case !g.hasCookie(r):
			http.Error(w, "Open the URL that workbench serve has printed: it lets you in. If you did, reload this page.", http.StatusForbidden)
		default:
			protected.ServeHTTP(w, r)
		}
	})
}

// setHeaders tells browsers to run and load nothing but what this server sends, and to
// keep it to themselves.
func setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "+
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// knows reports whether a Host is one of ours: a name that somebody else points at this
// machine is not.
func (g *Guard) knows(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil { // no port is that of http
		name, port = strings.Trim(host, "[]"), "80"
	}
	if port != g.port {
		return false
	}
	for _, known := range g.names {
		if strings.EqualFold(name, known) {
			return true
		}
	}
	_, err = netip.ParseAddr(name)
	return g.anyIP && err == nil
}

func (g *Guard) isToken(text string) bool {
	return subtle.ConstantTimeCompare([]byte(text), []byte(g.token)) == 1
}

// cookie has the port in its name: cookies of a host are those of all its ports.
func (g *Guard) cookie() string { return "workbench_" + g.port }

func (g *Guard) hasCookie(r *http.Request) bool {
	for _, c := range r.CookiesNamed(g.cookie()) {
		if g.isToken(c.Value) {
			return true
		}
	}
	return false
}

// letIn turns the token of the URL into a cookie.
func (g *Guard) letIn(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: g.cookie(), Value: g.token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	query := r.URL.Query()
	query.Del("token")
	to := url.URL{Path: "/" + strings.TrimLeft(r.URL.Path, "/\\"), RawQuery: query.Encode()} // no other host
	if from := r.Header.Get("Sec-Fetch-Site"); from == "cross-site" || from == "same-site" {
		// A strict cookie is not sent where a page of elsewhere has led, however often it
		// is redirected; a page of ours has to lead there.
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		WriteRedirect(w, to.String())
		return
	}
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
}

// WriteRedirect writes a page that leads to a URL.
func WriteRedirect(w io.Writer, url string) error {
	_, err := fmt.Fprintf(w, "<!doctype html>\n<meta charset=\"utf-8\">\n<title>workbench</title>\n<meta http-equiv=\"refresh\" content=\"0; url=%s\">\n<p><a href=\"%[1]s\">Go on</a></p>\n",
		html.EscapeString(url))
	return err
}
