package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"workbench/annotations"
	"workbench/candidates"
)

// undo brings the label back that was there before the last decision.
func (s *Site) undo(w http.ResponseWriter, r *http.Request) {
	l, err := listingOf(r)
	if err != nil {
		s.refuse(w, r, nil, err)
		return
	}
	script := strings.Contains(r.Header.Get("Accept"), "application/json")
	last := s.history.recent(1)
	if len(last) == 0 {
		s.undone(w, r, script, nil, badRequest("There is nothing to undo."), l)
		return
	}
	_, err = s.store(r.Context(), last[0].Candidate, last[0].Before, &last[0].After)
	if err == nil || errors.Is(err, annotations.ErrGoldChanged) || errors.Is(err, candidates.ErrNoCandidate) {
		s.history.drop(last[0])
	}
	s.undone(w, r, script, &last[0], err, l)
}

// undone shows the candidate of the decision, and what has become of it.
func (s *Site) undone(w http.ResponseWriter, r *http.Request, script bool, d *decision, err error, l listing) {
	switch {
	case d == nil && script:
		s.refuse(w, r, nil, err)
	case d == nil:
		s.show(w, r, s.failed(err))
	case err != nil && script:
		s.refuse(w, r, &decided{id: d.Candidate, l: l}, err)
	case err != nil:
		p := s.failed(err)
		p.Data = s.saidOf(err)
		s.show(w, r, p)
	case script:
		p, err := s.candidatePage(r.Context(), d.Candidate, l)
		if err != nil {
			s.refuse(w, r, nil, err)
			return
		}
		s.answer(w, r, http.StatusOK, answer{Candidate: d.Candidate, Value: d.Before, Next: &d.Candidate,
			Said: "Undone: candidate " + strconv.FormatInt(d.Candidate, 10) + "."}, p)
	default:
		http.Redirect(w, r, l.Candidate(d.Candidate), http.StatusSeeOther)
	}
}

// recentView is the page of the last decisions.
type recentView struct {
	Decisions []recentItem
}

type recentItem struct {
	itemView
	Before, After string
	Ago           string
	Was           int16
	Buttons       []labelButton
	Store         string
}

func (s *Site) recent(r *http.Request) (*page, error) {
	ctx := r.Context()
	st, err := s.state(ctx)
	if err != nil {
		return nil, err
	}
	v := &recentView{}
	gold := st.gold.of(s.Annotator)
	for _, d := range s.history.recent(itemsOfPage) {
		items, err := s.items(ctx, st, listing{}, []int64{d.Candidate})
		if errors.Is(err, candidates.ErrNoCandidate) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			info := st.of(item.Type)
			one := recentItem{itemView: item, Before: info.shown(d.Before), After: info.shown(d.After), Ago: ago(d.Time), Store: listing{}.Store(d.Candidate)}
			if row, ok := st.index.Row(d.Candidate); ok {
				one.Was = gold[row]
			}
			one.Buttons = info.buttons(one.Was)
			v.Decisions = append(v.Decisions, one)
		}
	}
	return &page{Title: "Last decisions", Body: "recent", Data: v, URL: "/recent"}, nil
}

// shown is what a label is called, also none.
func (t *typeInfo) shown(label int16) string {
	if label == 0 {
		return "no label"
	}
	return t.name(label)
}
