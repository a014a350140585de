package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
)

// candidateView is the page of a candidate.
type candidateView struct {
	candidates.Head
	List      listing
	Documents []string
	Before    []string // sentences of the document
	Passages  []passageView
	Behind    []string
	Args      []argumentView

	Annotator string
	Buttons   []labelButton
	Was       int16
	Lost      bool // nobody could tell again which candidate was labelled
	Note      string
	Draft     string // what is in the field of the note, which may not be stored

	Prev, Next, PageBack, PageOn, NextOpen string // pages; "" where there is none

	Votes     []voteView
	Gold      []voteView
	Marginals []marginalView
	Same      int // candidates with the same votes, this one among them
	SameURL   string
	Like      []itemView // some of them
	Warnings  []string
}

type argumentView struct {
	argView
	Text, Type, StableID, CID string
	Gone                      bool
}

// voteView is what somebody says of a candidate.
type voteView struct {
	Who   string
	Group int
	Label int16
	Class string
}

// marginalView is a stored probability.
type marginalView struct {
	Kind, Class string
	P           float64
}

// labelButton gives a candidate a label, or takes it back.
type labelButton struct {
	Key, Key2 string // that press it
	Name      string
	Label     int16
	Value     int16 // what it stores: 0 for the label that there is
}

func (b labelButton) Pressed() bool { return b.Value == 0 }

// How much text a page shows around arguments, and how many sentences.
const (
	roomOfPage  = 12000
	roomOfItem  = 160
	sentences   = 3
	itemsOfPage = 25
	fewItems    = 5
	mostButtons = 40
)

func (s *Site) candidate(r *http.Request) (*page, error) {
	id, l, err := candidateOf(r)
	if err != nil {
		return nil, err
	}
	return s.candidatePage(r.Context(), id, l)
}

// candidateOf reads which candidate a request is about, and of which list.
func candidateOf(r *http.Request) (id int64, l listing, err error) {
	if id, err = candidateID(r); err == nil {
		l, err = listingOf(r)
	}
	return id, l, err
}

func candidateID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return 0, notFound("%q is no candidate id.", r.PathValue("id"))
	}
	return id, nil
}

// candidatePage is the page of a candidate of a list.
func (s *Site) candidatePage(ctx context.Context, id int64, l listing) (*page, error) {
	st, err := s.state(ctx)
	if err != nil {
		return nil, err
	}
	x, err := candidates.ByID(ctx, s.Session, id)
	if err != nil {
		return nil, err
	}
	said, err := annotations.OfCandidate(ctx, s.Session, id)
	if err != nil {
		return nil, err
	}
	info := st.of(x.Type)
	v := &candidateView{Head: x.Head(), List: l, Passages: passagesOf(&x, roomOfPage), Annotator: s.Annotator,
		Note: said.Note, Draft: said.Note, Warnings: said.Warnings}
	v.describe(&x, info, said)
	if err := v.around(ctx, s, &x); err != nil {
		return nil, err
	}
	v.Buttons = info.buttons(v.Was)
	v.Lost = len(x.Args) == 0 || slices.ContainsFunc(x.Args, func(a candidates.Argument) bool { return a.Context.StableID == "" })
	if err := s.addPlaces(ctx, st, v); err != nil {
		return nil, err
	}
	if err := s.addLike(ctx, st, v); err != nil {
		return nil, err
	}
	return &page{Title: "Candidate " + strconv.FormatInt(id, 10), Body: "candidate", Data: v, URL: l.Candidate(id),
		Commands: []string{"show " + strconv.FormatInt(id, 10)}}, nil
}

// describe takes over what is said of the candidate.
func (v *candidateView) describe(x *candidates.Candidate, info *typeInfo, said *annotations.CandidateAnnotations) {
	for i := range x.Args {
		a := &x.Args[i]
		text, ok := a.TextOrID()
		v.Args = append(v.Args, argumentView{argView{candidates.Letter(i), a.Name, i % colors}, shorten(text, roomOfItem, 0), a.Context.Type, a.Context.StableID, a.CID, !ok})
		if d := a.Document; d != nil && !slices.Contains(v.Documents, d.Name) {
			v.Documents = append(v.Documents, d.Name)
		}
	}
	for _, one := range said.Labels {
		v.Votes = append(v.Votes, info.voteView(one))
	}
	inGroup := false // the label of the annotator in key group 0 is what counts
	for _, one := range said.Gold {
		if one.Value != 0 {
			v.Gold = append(v.Gold, info.voteView(one))
		}
		if one.Key.Name == v.Annotator && !inGroup {
			v.Was, inGroup = one.Value, true
		}
	}
	for _, m := range said.Marginals {
		kind := "predicted"
		if m.Training {
			kind = "training"
		}
		label := int16(m.Value)
		if info.k > 2 {
			label++ // they count from 0
		}
		v.Marginals = append(v.Marginals, marginalView{kind, info.name(label), m.Probability})
	}
}

func (t *typeInfo) voteView(l annotations.CandidateLabel) voteView {
	class := ""
	if l.Value != 0 {
		class = t.name(l.Value)
	}
	return voteView{l.Key.Name, l.Key.Group, l.Value, class}
}

// name is what a label is called.
func (t *typeInfo) name(label int16) string {
	if name := t.classes.Name(label); name != "" {
		return name
	}
	if t.k == 2 {
		return map[int16]string{1: "true", -1: "false"}[label]
	}
	return "class " + strconv.Itoa(int(label))
}

// buttons are those of the classes, in the order of their keys.
func (t *typeInfo) buttons(was int16) []labelButton {
	labels := t.labels()
	if t.k == 2 {
		slices.Reverse(labels)
	}
	list := make([]labelButton, len(labels))
	for i, label := range labels {
		b := &list[i]
		*b = labelButton{Name: t.name(label), Label: label, Value: label}
		if label == was {
			b.Value = 0
		}
		switch {
		case t.k == 2:
			b.Key, b.Key2 = map[int16]string{1: "t", -1: "f"}[label], strconv.Itoa(len(labels)-i)
		case i < 9:
			b.Key = strconv.Itoa(i + 1)
		}
	}
	return list
}

// around reads the document around the sentence of the first argument.
func (v *candidateView) around(ctx context.Context, s *Site, x *candidates.Candidate) error {
	if len(x.Args) == 0 || x.Args[0].Sentence == nil {
		return nil
	}
	before, behind, err := candidates.Surroundings(ctx, s.Session, x.Args[0].Sentence, sentences)
	for _, one := range before {
		v.Before = append(v.Before, shorten(one.Text, roomOfPage/sentences/2, 0))
	}
	for _, one := range behind {
		v.Behind = append(v.Behind, shorten(one.Text, roomOfPage/sentences/2, 0))
	}
	return err
}

// addPlaces finds what is before and behind the candidate in its list.
func (s *Site) addPlaces(ctx context.Context, st *state, v *candidateView) error {
	list, err := s.selectList(ctx, st, v.List)
	if err != nil {
		return err
	}
	if back, _ := list.Before(v.ID, itemsOfPage); len(back) > 0 {
		v.Prev, v.PageBack = v.List.Candidate(back[len(back)-1]), v.List.Candidate(back[0])
	}
	if on, _ := list.After(&v.ID, itemsOfPage); len(on) > 0 {
		v.Next, v.PageOn = v.List.Candidate(on[0]), v.List.Candidate(on[len(on)-1])
	}
	if s.ReadOnly {
		return nil
	}
	f, err := s.filter(ctx, st, v.List)
	if err != nil {
		return err
	}
	f.Conditions = append(f.Conditions, annotations.LabelCondition{Of: annotations.Sayer{Rows: st.gold.of(s.Annotator)}, Is: annotations.NoLabel})
	if open, _ := st.index.List(f).After(&v.ID, 1); len(open) > 0 {
		v.NextOpen = v.List.Candidate(open[0])
	}
	return nil
}

// addLike finds candidates with the same votes.
func (s *Site) addLike(ctx context.Context, st *state, v *candidateView) error {
	row, ok := st.index.Row(v.ID)
	if !ok {
		return nil // it came since
	}
	v.Same = int(st.index.Votes.Counts[st.index.Votes.Of[row]])
	like := listing{Like: v.ID}
	v.SameURL = like.URL("", 0)
	if v.Same == 1 {
		return nil
	}
	list := st.index.List(annotations.CandidateFilter{LikeRow: &row})
	ids, _ := list.After(&v.ID, fewItems)
	if len(ids) < fewItems {
		more, _ := list.After(nil, fewItems+1)
		for _, id := range more {
			if id != v.ID && !slices.Contains(ids, id) && len(ids) < fewItems {
				ids = append(ids, id)
			}
		}
	}
	var err error
	v.Like, err = s.items(ctx, st, listing{}, ids)
	for i := range v.Like {
		v.Like[i].Votes = 0 // they are hidden here
	}
	return err
}

// fits reports whether a label is one of a candidate's classes, or none.
func (t *typeInfo) fits(label int16) bool { return label == 0 || matrix.Fits(label, t.k) }
