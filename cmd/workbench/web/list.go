package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/learning"
)

// itemView is a candidate in a list.
type itemView struct {
	candidates.Head
	URL                 string
	Passages            []passageView
	Gold                int16 // the label of the annotator whose labels count
	Class               string
	For, Against, Votes int
	First               bool     // of a page
	P                   *float64 // what is believed: of two classes the probability of the positive one, else the largest
}

// listView is a page of a list.
type listView struct {
	List       listing
	Items      []itemView
	Total, All int
	Prev, Next string

	Splits     []int
	Types      []string
	LFs        []string
	Labels     []labelButton // names of labels to choose from
	Annotators []string
	Buckets    []string
	Orders     []orderView
	By         string
	Judge      string // whose gold labels buckets are by
	Believes   string // the model, or "stored marginals"; "" for none
}

type orderView struct{ Value, Name string }

func (s *Site) list(r *http.Request) (*page, error) {
	l, err := listingOf(r)
	if err != nil {
		return nil, err
	}
	after, before, err := placeOf(r)
	if err != nil {
		return nil, err
	}
	return s.listPage(r.Context(), l, after, before)
}

// placeOf reads where a page of a list begins, or ends.
func placeOf(r *http.Request) (after, before *int64, err error) {
	read := func(name string) (*int64, error) {
		text := r.URL.Query().Get(name)
		if text == "" {
			return nil, nil
		}
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, badRequest("%s=%q is no candidate id", name, text)
		}
		return &id, nil
	}
	if after, err = read("after"); err == nil {
		before, err = read("before")
	}
	return after, before, err
}

// selected is a list, and the state that it is of.
func (s *Site) selected(ctx context.Context, l listing) (*state, *annotations.CandidateList, error) {
	st, err := s.state(ctx)
	if err != nil {
		return nil, nil, err
	}
	list, err := s.selectList(ctx, st, l)
	return st, list, err
}

func (s *Site) listPage(ctx context.Context, l listing, after, before *int64) (*page, error) {
	st, list, err := s.selected(ctx, l)
	if err != nil {
		return nil, err
	}
	v := s.choices(st, l)
	v.Total, v.All = st.length(l, list), len(st.index.IDs)
	var ids []int64
	more, back := false, false
	if before != nil {
		ids, back = list.Before(*before, itemsOfPage)
		more = true
	} else {
		ids, more = list.After(after, itemsOfPage)
		back = after != nil
	}
	if len(ids) > 0 {
		if more {
			v.Next = l.URL("after", ids[len(ids)-1])
		}
		if back {
			v.Prev = l.URL("before", ids[0])
		}
	}
	if v.Items, err = s.items(ctx, st, l, ids); err != nil {
		return nil, err
	}
	if len(v.Items) > 0 {
		v.Items[0].First = true
	}
	return &page{Title: "Candidates", Body: "list", Data: v, URL: l.URL("", 0)}, nil
}

// choices are what there is to choose from.
func (s *Site) choices(st *state, l listing) *listView {
	v := &listView{List: l, Annotators: st.gold.annotators(), By: s.by(l)}
	for _, g := range st.index.Groups() {
		v.Splits, v.Types = appendNew(v.Splits, g.Split), appendNew(v.Types, g.Type)
	}
	for _, k := range st.index.Keys() {
		v.LFs = append(v.LFs, k.Name)
	}
	typ := l.Type
	if typ == "" && len(v.Types) > 0 {
		typ = v.Types[0]
	}
	info := st.of(typ)
	if v.Labels = info.buttons(0); len(v.Labels) > mostButtons {
		v.Labels = v.Labels[:mostButtons]
	}
	v.Judge = s.judge(st, l.By)
	buckets := (&learning.LFTest{Cardinality: info.k}).Buckets()
	for _, b := range buckets {
		v.Buckets = append(v.Buckets, string(b))
	}
	v.Orders = []orderView{{"", "by id"}, {string(annotations.ByDisagreement), "most disputed first"},
		{string(annotations.ByPattern), "one for each pattern of votes"}, {string(annotations.AtRandom), "at random"}}
	if v.Believes = s.ModelName; s.Model == nil && st.hasBelief() {
		v.Believes = "the stored marginals"
	}
	v.Orders = append(v.Orders, orderView{string(annotations.ByUncertainty), "least certain first"})
	return v
}

func appendNew[T comparable](list []T, x T) []T {
	for _, y := range list {
		if x == y {
			return list
		}
	}
	return append(list, x)
}

// items are candidates of a list, in the order of ids.
func (s *Site) items(ctx context.Context, st *state, l listing, ids []int64) ([]itemView, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	gold := st.gold.of(s.by(l))
	cands, err := s.those(ctx, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]*candidates.Candidate, len(cands))
	for i := range cands {
		byID[cands[i].ID] = &cands[i]
	}
	var belief *annotations.Belief
	if l.Order == annotations.ByUncertainty {
		if belief, err = s.believe(ctx, st, l.Model); err != nil {
			return nil, err
		}
	}
	items := make([]itemView, 0, len(ids))
	for _, id := range ids {
		x := byID[id]
		if x == nil {
			continue
		}
		item := itemView{Head: x.Head(), URL: l.Candidate(id), Passages: passagesOf(x, roomOfItem)}
		if row, ok := st.index.Row(id); ok {
			d := int(st.index.Votes.Of[row])
			item.Against, item.Votes = st.index.Votes.Disagreement(d)
			item.For = item.Votes - item.Against
			if item.Gold = gold[row]; item.Gold != 0 {
				item.Class = st.of(x.Type).name(item.Gold)
			}
			if belief != nil && belief.Labels[row] != 0 {
				p := float64(belief.Top[row])
				if belief.Cardinality == 2 {
					p = belief.P(row)
				}
				item.P = &p
			}
		}
		items = append(items, item)
	}
	return items, nil
}

// those are the candidates with some ids, but for those that were deleted since the index
// was made.
func (s *Site) those(ctx context.Context, ids []int64) ([]candidates.Candidate, error) {
	all, err := candidates.Load(ctx, s.Session, candidates.Query{IDs: ids})
	if !errors.Is(err, candidates.ErrNoCandidate) {
		return all, err
	}
	all = nil
	for _, id := range ids {
		x, err := candidates.ByID(ctx, s.Session, id)
		if err == nil {
			all = append(all, x)
		} else if !errors.Is(err, candidates.ErrNoCandidate) {
			return nil, err
		}
	}
	return all, nil
}

func keyNamed(name string) func(matrix.Key) bool {
	return func(k matrix.Key) bool { return k.Name == name }
}
