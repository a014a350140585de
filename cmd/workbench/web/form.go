package web

import (
	"errors"
	"net/http"

	"workbench/annotations"
	"workbench/session"
)

// post stores what a form has. store returns where to go then, or a page that says why it
// is not stored.
func (s *Site) post(store func(r *http.Request) (p *page, to string, err error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p, to, err := store(r)
		if err != nil {
			p = s.failed(err)
		}
		if p == nil {
			http.Redirect(w, r, to, http.StatusSeeOther)
			return
		}
		s.show(w, r, p)
	}
}

// posted stores the decision of a form. It returns where to go, to the next candidate, or
// a page that says why not.
func (s *Site) posted(r *http.Request) (p *page, to string, err error) {
	id, l, err := candidateOf(r)
	if err != nil {
		return nil, "", err
	}
	if err := r.ParseForm(); err != nil {
		return nil, "", badRequest("the form cannot be read")
	}
	label, err := parseLabel(r.PostForm.Get("value"))
	if err != nil {
		return nil, "", err
	}
	var was *int16
	if text := r.PostForm.Get("was"); text != "" {
		seen, err := parseLabel(text)
		if err != nil {
			return nil, "", err
		}
		was = &seen
	}
	switch err := s.decide(r.Context(), id, label, was); {
	case errors.Is(err, session.ErrLocked):
		return &page{Title: "Not stored yet", Body: "locked", Data: lockedLabel(l.Store(id), label, was), Status: http.StatusServiceUnavailable, Said: s.saidOf(err)}, "", nil
	case errors.Is(err, annotations.ErrGoldChanged):
		p, failed := s.candidatePage(r.Context(), id, l)
		if failed != nil {
			return nil, "", failed
		}
		p.Status, p.Said = http.StatusConflict, s.saidOf(err)
		return p, "", nil
	case err != nil:
		return nil, "", err
	}
	if r.PostForm.Get("back") == "recent" {
		return nil, "/recent", nil
	}
	next, err := s.behindOf(r.Context(), id, label, l)
	if err != nil {
		return nil, "", err
	}
	if next == nil {
		return nil, l.URL("", 0), nil
	}
	return nil, l.Candidate(*next), nil
}

// lockedView is a decision that is not stored yet, as the form that stores it.
type lockedView struct {
	Store  string
	Fields []field
}

type field struct{ Name, Value string }

func lockedLabel(store string, label int16, was *int16) lockedView {
	v := lockedView{store, []field{{"value", labelText(label)}}}
	if was != nil {
		v.Fields = append(v.Fields, field{"was", labelText(*was)})
	}
	return v
}
