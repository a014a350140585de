package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"workbench/annotations"
	"workbench/session"
)

// storeNote puts a note into the database, if the one that was seen is still there.
func (s *Site) storeNote(ctx context.Context, candidate int64, text string, was *string) error {
	s.storing.Lock()
	defer s.storing.Unlock()
	_, err := annotations.SetNote(context.WithoutCancel(ctx), s.Session, annotations.Note{Candidate: candidate, Text: text, Was: was})
	return err
}

// putNote stores the note that the script, or a program, sends. Its answer has no page:
// the one that is shown stays.
func (s *Site) putNote(w http.ResponseWriter, r *http.Request) {
	id, l, err := candidateOf(r)
	if err != nil {
		s.refuse(w, r, nil, err)
		return
	}
	var body struct {
		Text *string `json:"text"`
		Was  *string `json:"was"`
	}
	whole := func() bool { return body.Text != nil && body.Was != nil }
	if err := readJSON(r, &body, whole, `send {"text": NOTE, "was": NOTE}, with "" for none`); err != nil {
		s.refuse(w, r, nil, err)
		return
	}
	if err := s.storeNote(r.Context(), id, *body.Text, body.Was); err != nil {
		s.refuse(w, r, &decided{id, l, body.Text}, err)
		return
	}
	writeJSON(w, http.StatusOK, noteAnswer{Candidate: id, Said: "The note of candidate " + strconv.FormatInt(id, 10) + " is stored."})
}

type noteAnswer struct {
	Candidate int64  `json:"candidate"`
	Said      string `json:"said"`
}

// postedNote stores the note of a form. It returns where to go, to the candidate again,
// or a page that says why the note is not stored.
func (s *Site) postedNote(r *http.Request) (p *page, to string, err error) {
	id, l, err := candidateOf(r)
	if err != nil {
		return nil, "", err
	}
	if err := r.ParseForm(); err != nil {
		if _, tooLong := errors.AsType[*http.MaxBytesError](err); !tooLong {
			err = badRequest("the form cannot be read")
		}
		return nil, "", err
	}
	if !r.PostForm.Has("text") || !r.PostForm.Has("was") {
		return nil, "", badRequest("the form has no note")
	}
	text, was := r.PostForm.Get("text"), r.PostForm.Get("was")
	switch err := s.storeNote(r.Context(), id, text, &was); {
	case errors.Is(err, session.ErrLocked):
		fields := []field{{"text", text}, {"was", was}}
		return &page{Title: "Not stored yet", Body: "locked", Data: lockedView{l.Note(id), fields}, Status: http.StatusServiceUnavailable, Said: s.saidOf(err)}, "", nil
	case errors.Is(err, annotations.ErrNoteChanged):
		p, failed := s.candidatePage(r.Context(), id, l)
		if failed != nil {
			return nil, "", failed
		}
		if v, ok := p.Data.(*candidateView); ok {
			v.Draft = text
		}
		p.Status, p.Said = http.StatusConflict, s.saidOf(err)
		return p, "", nil
	case err != nil:
		return nil, "", err
	}
	return nil, l.Candidate(id), nil
}
