package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// page is what a handler shows.
type page struct {
	Title    string
	Body     string // the name of its template
	Data     any
	Status   int    // 0 is OK
	Said     string // what is announced, "" for nothing
	URL      string // where it is, if that is not what was asked for
	Commands []string

	Site *Site
	Here string // the path of the request
}

// httpError is a failure with the status that says whose it is.
type httpError struct {
	status int
	text   string
}

func (e *httpError) Error() string { return e.text }

func badRequest(format string, args ...any) error {
	return &httpError{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

func notFound(format string, args ...any) error {
	return &httpError{http.StatusNotFound, fmt.Sprintf(format, args...)}
}

// statusOf is the status of a failure.
func statusOf(err error) int {
	if e, ok := errors.AsType[*httpError](err); ok {
		return e.status
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge
	}
	for _, known := range []struct {
		kind   error
		status int
	}{
		{candidates.ErrNoCandidate, http.StatusNotFound},
		{session.ErrNoModel, http.StatusNotFound},
		{annotations.ErrNoAnnotator, http.StatusNotFound},
		{annotations.ErrGoldChanged, http.StatusConflict},
		{annotations.ErrNoteChanged, http.StatusConflict},
		{annotations.ErrLongNote, http.StatusUnprocessableEntity},
		{annotations.ErrBadValue, http.StatusUnprocessableEntity},
		{candidates.ErrLost, http.StatusUnprocessableEntity},
		{matrix.ErrBadLabel, http.StatusUnprocessableEntity},
		{session.ErrLocked, http.StatusServiceUnavailable},
	} {
		if errors.Is(err, known.kind) {
			return known.status
		}
	}
	return http.StatusInternalServerError
}

// page serves a page.
func (s *Site) page(handle func(r *http.Request) (*page, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p, err := handle(r)
		if err != nil {
			p = s.failed(err)
		}
		s.show(w, r, p)
	}
}

// failed is the page that says what went wrong.
func (s *Site) failed(err error) *page {
	status := statusOf(err)
	if status == http.StatusInternalServerError && s.ctx.Err() == nil {
		s.Report(err)
	}
	return &page{Title: http.StatusText(status), Body: "failed", Data: s.told(err), Status: status}
}

// told is what a visitor is told of a failure: on one line, and without paths of this
// machine.
func (s *Site) told(err error) string {
	text := annotations.OneLine(err.Error())
	own := s.Session.Path()
	places := []string{own}
	if whole, err := filepath.Abs(own); err == nil {
		places = append(places, whole)
	}
	for _, place := range places {
		text = strings.ReplaceAll(text, place, s.name)
	}
	for _, dir := range []func() (string, error){os.Getwd, os.UserHomeDir} {
		if dir, err := dir(); err == nil && len(dir) > 1 {
			text = strings.ReplaceAll(text, dir+string(filepath.Separator), "")
		}
	}
	return text
}

// show writes a page whole.
func (s *Site) show(w http.ResponseWriter, r *http.Request, p *page) {
	p.Site, p.Here = s, r.URL.Path
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, "page", p); err != nil {
		s.Report(err)
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	if p.Status != 0 {
		w.WriteHeader(p.Status)
	}
	w.Write(b.Bytes())
}

// main writes the body of a page alone.
func (s *Site) main(r *http.Request, p *page) (string, error) {
	p.Site, p.Here = s, r.URL.Path
	var b strings.Builder
	err := s.pages.ExecuteTemplate(&b, "main", p)
	return b.String(), err
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		http.Error(w, "The answer could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(b.Bytes())
}

// Main executes the template that a page names, for the page template.
func (p *page) Main() (template.HTML, error) {
	var b strings.Builder
	err := p.Site.pages.ExecuteTemplate(&b, p.Body, p)
	return template.HTML(b.String()), err // a template has made it
}
