package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"workbench/annotations"
	"workbench/session"
)

// store puts a label into the database, if the one that was seen is still there. It is
// there when store returns, or else there is an error. A label that is there already is
// no conflict: an answer may get lost.
func (s *Site) store(ctx context.Context, candidate int64, label int16, was *int16) (before int16, err error) {
	s.storing.Lock()
	defer s.storing.Unlock()
	// Who goes away must not leave a transaction behind; SQLite waits for locks no
	// longer than the session says.
	before, err = annotations.SetGold(context.WithoutCancel(ctx), s.Session,
		annotations.HandLabel{Annotator: s.Annotator, Candidate: candidate, Label: label, Was: was})
	if changed, ok := errors.AsType[*annotations.GoldChangedError](err); ok && changed.Stored == label {
		before, err = label, nil
	}
	if err != nil {
		return before, err
	}
	s.mu.Lock()
	now := s.now
	s.mu.Unlock()
	if now != nil {
		now.gold.set(s.Annotator, candidate, label)
	}
	return before, nil
}

// decide stores a decision and remembers it.
func (s *Site) decide(ctx context.Context, candidate int64, label int16, was *int16) error {
	st, err := s.state(ctx)
	if err != nil {
		return err
	}
	if row, ok := st.index.Row(candidate); ok {
		if info := st.of(st.index.Group(row).Type); !info.fits(label) {
			return &httpError{http.StatusUnprocessableEntity, "label " + strconv.Itoa(int(label)) + " is none of " + strconv.Itoa(info.k) + " classes"}
		}
	}
	before, err := s.store(ctx, candidate, label, was)
	if err != nil {
		return err
	}
	if before != label {
		s.history.add(decision{candidate, before, label, time.Now()})
	}
	return nil
}

// answer is what the script gets: where to go, and what is there.
type answer struct {
	Candidate int64  `json:"candidate"`
	Value     int16  `json:"value"` // what is stored now
	Next      *int64 `json:"next"`  // null at the end of the list
	URL       string `json:"url"`
	Title     string `json:"title"`
	Main      string `json:"main"` // the body of that page
	Said      string `json:"said,omitempty"`
	Retry     bool   `json:"retry,omitempty"` // nothing is stored yet; the same again may do
}

// put is a decision of the script, or of a program.
func (s *Site) put(w http.ResponseWriter, r *http.Request) {
	id, l, err := candidateOf(r)
	if err != nil {
		s.refuse(w, r, nil, err)
		return
	}
	var body struct {
		Value *int16 `json:"value"`
		Was   *int16 `json:"was"`
	}
	whole := func() bool { return body.Value != nil && body.Was != nil }
	if err := readJSON(r, &body, whole, `send {"value": LABEL, "was": LABEL}, with 0 for none`); err != nil {
		s.refuse(w, r, nil, err)
		return
	}
	if err := s.decide(r.Context(), id, *body.Value, body.Was); err != nil {
		s.refuse(w, r, &decided{id: id, l: l}, err)
		return
	}
	next, p, err := s.onwards(r.Context(), id, *body.Value, l)
	if err != nil {
		s.refuse(w, r, nil, err)
		return
	}
	s.answer(w, r, http.StatusOK, answer{Candidate: id, Value: *body.Value, Next: next}, p)
}

// readJSON reads the body of a request. One that is not whole is an error that says what
// to send.
func readJSON(r *http.Request, into any, whole func() bool, send string) error {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); !tooLong && (err != nil || !whole()) {
		return badRequest("%s", send)
	}
	return err
}

// decided is what a decision was about.
type decided struct {
	id   int64
	l    listing
	note *string // that is to be stored, nil if it is about a label
}

// onwards is what comes after a decision: the next candidate of the list, or the same
// one if its label was taken back; at the end the list.
func (s *Site) onwards(ctx context.Context, id int64, label int16, l listing) (next *int64, p *page, err error) {
	if next, err = s.behindOf(ctx, id, label, l); err != nil {
		return nil, nil, err
	}
	if next != nil {
		p, err = s.candidatePage(ctx, *next, l)
	} else if p, err = s.listPage(ctx, l, nil, nil); err == nil {
		p.Said = "That was the last one of this list."
	}
	return next, p, err
}

func (s *Site) behindOf(ctx context.Context, id int64, label int16, l listing) (*int64, error) {
	if label == 0 {
		return &id, nil
	}
	_, list, err := s.selected(ctx, l)
	if err != nil {
		return nil, err
	}
	if ids, _ := list.After(&id, 1); len(ids) > 0 {
		return &ids[0], nil
	}
	return nil, nil
}

// answer sends a page to the script.
func (s *Site) answer(w http.ResponseWriter, r *http.Request, status int, a answer, p *page) {
	text, err := s.main(r, p)
	if err != nil {
		s.Report(err)
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	a.URL, a.Title, a.Main = p.URL, p.Title, text
	if a.Said == "" {
		a.Said = p.Said
	}
	writeJSON(w, status, a)
}

// refuse says why nothing was stored; of a conflict it shows what is there.
func (s *Site) refuse(w http.ResponseWriter, r *http.Request, about *decided, err error) {
	status := statusOf(err)
	said := s.saidOf(err)
	if status == http.StatusInternalServerError {
		s.Report(err)
	}
	if errors.Is(err, session.ErrLocked) {
		w.Header().Set("Retry-After", "1")
		writeJSON(w, status, answer{Said: said, Retry: true})
		return
	}
	if about != nil && status == http.StatusConflict {
		if p, err := s.candidatePage(r.Context(), about.id, about.l); err == nil {
			a := answer{Candidate: about.id, Next: &about.id, Said: said}
			if v, ok := p.Data.(*candidateView); ok {
				a.Value = v.Was
				if about.note != nil {
					v.Draft = *about.note
				}
			}
			s.answer(w, r, status, a, p)
			return
		}
	}
	writeJSON(w, status, answer{Said: said})
}

// saidOf words why nothing was stored.
func (s *Site) saidOf(err error) string {
	changed, ok := errors.AsType[*annotations.GoldChangedError](err)
	switch {
	case errors.Is(err, session.ErrLocked):
		return "Not stored yet: another program has locked the database."
	case errors.Is(err, annotations.ErrNoteChanged):
		return "Not stored: the note has changed meanwhile. What is stored is shown under yours; store yours again to replace it."
	case ok && changed.Stored == 0:
		return "Not stored: somebody took the label of candidate " + strconv.FormatInt(changed.Candidate, 10) + " back meanwhile. Decide again."
	case ok:
		return "Not stored: candidate " + strconv.FormatInt(changed.Candidate, 10) + " has got another label meanwhile. It is shown here; decide again."
	}
	return s.told(err)
}
