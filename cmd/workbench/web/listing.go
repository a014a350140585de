package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/learning"
)

// listing is a list of candidates as a URL names it.
type listing struct {
	Split    *int
	Type     string
	LF       string // a labeling function
	Vote     string // what it says: any, none, or a label
	Bucket   string // of the labeling function, or else of the model
	Gold     string // any, none, or a label
	By       string // the annotator whose gold labels count; "" is the site's
	Text     string
	Like     int64  // a candidate with the same votes
	Near     string // a labeling function that they are next to
	Model    string // a stored model that believes something; "" is the site's
	Disputed bool   // annotators do not agree on them
	Noted    bool   // they have a note
	Order    annotations.CandidateOrder
	Seed     uint64
}

const (
	anyLabel = "any"
	noLabel  = "none"
)

// parseListing reads one from the query of a URL.
func parseListing(q url.Values) (listing, error) {
	l := listing{Type: q.Get("type"), LF: q.Get("lf"), Vote: q.Get("vote"), Bucket: strings.ToLower(q.Get("bucket")), Gold: q.Get("gold"),
		By: q.Get("by"), Text: strings.TrimSpace(q.Get("q")), Near: q.Get("near"), Model: q.Get("model"), Disputed: q.Get("disputed") != "", Noted: q.Get("noted") != "",
		Order: annotations.CandidateOrder(q.Get("order"))}
	if text := q.Get("split"); text != "" {
		split, err := strconv.Atoi(text)
		if err != nil {
			return l, badRequest("split %q is no number", text)
		}
		l.Split = &split
	}
	if text := q.Get("like"); text != "" {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return l, badRequest("%q is no candidate id", text)
		}
		l.Like = id
	}
	if text := q.Get("seed"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return l, badRequest("seed %q is no number", text)
		}
		l.Seed = seed
	}
	if l.Order == annotations.ByID {
		l.Order = ""
	}
	if l.Order != "" && !slices.Contains(annotations.CandidateOrders(), l.Order) {
		return l, badRequest("there is no order %q", l.Order)
	}
	if l.Bucket != "" {
		if _, err := learning.ParseBucket(l.Bucket); err != nil {
			return l, badRequest("bucket %v", err)
		}
	}
	return l, nil
}

// Values is the query that names the list.
func (l listing) Values() url.Values {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	if l.Split != nil {
		q.Set("split", strconv.Itoa(*l.Split))
	}
	set("type", l.Type)
	set("lf", l.LF)
	set("vote", l.Vote)
	set("bucket", l.Bucket)
	set("gold", l.Gold)
	set("by", l.By)
	set("q", l.Text)
	set("near", l.Near)
	set("model", l.Model)
	if l.Disputed {
		q.Set("disputed", "1")
	}
	if l.Noted {
		q.Set("noted", "1")
	}
	set("order", string(l.Order))
	if l.Like != 0 {
		q.Set("like", strconv.FormatInt(l.Like, 10))
	}
	if l.Order == annotations.AtRandom {
		q.Set("seed", strconv.FormatUint(l.Seed, 10))
	}
	return q
}

// URL is a page of the list behind a candidate, or before it; of 0 the first.
func (l listing) URL(place string, id int64) string {
	q := l.Values()
	if id != 0 {
		q.Set(place, strconv.FormatInt(id, 10))
	}
	return withQuery("/candidates", q)
}

// Candidate is the page of a candidate of the list.
func (l listing) Candidate(id int64) string {
	return withQuery("/candidates/"+strconv.FormatInt(id, 10), l.Values())
}

// Store is where a decision about a candidate of the list goes.
func (l listing) Store(id int64) string {
	return withQuery("/candidates/"+strconv.FormatInt(id, 10)+"/gold", l.Values())
}

// Note is where a note of a candidate of the list goes.
func (l listing) Note(id int64) string {
	return withQuery("/candidates/"+strconv.FormatInt(id, 10)+"/note", l.Values())
}

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// selectList makes the list.
func (s *Site) selectList(ctx context.Context, st *state, l listing) (*annotations.CandidateList, error) {
	f, err := s.filter(ctx, st, l)
	if err != nil {
		return nil, err
	}
	return st.index.List(f), nil
}

// filter is what selects the candidates of a listing.
func (s *Site) filter(ctx context.Context, st *state, l listing) (f annotations.CandidateFilter, err error) {
	f = annotations.CandidateFilter{Split: l.Split, Type: l.Type, Order: l.Order, Seed: l.Seed}
	if l.Order == annotations.ByUncertainty {
		if f.Belief, err = s.believe(ctx, st, l.Model); err != nil {
			return f, err
		}
	}
	if err := s.addLabels(ctx, st, l, &f); err != nil {
		return f, err
	}
	if l.Near != "" {
		near, err := lfColumn(st, l.Near)
		if err != nil {
			return f, err
		}
		f.NextTo = &near
	}
	if l.Like != 0 {
		row, ok := st.index.Row(l.Like)
		if !ok {
			return f, badRequest("there is no candidate %d", l.Like)
		}
		f.LikeRow = &row
	}
	if l.Text != "" {
		if f.IDs, err = s.find(ctx, st, l.Text); err != nil {
			return f, err
		}
	}
	if l.Disputed {
		all, err := annotations.LoadAnnotators(ctx, s.Session)
		if err != nil {
			return f, err
		}
		f.IDs = both(f.IDs, matrix.Disputed(all))
	}
	if l.Noted {
		noted, err := annotations.Noted(ctx, s.Session)
		if err != nil {
			return f, err
		}
		f.IDs = both(f.IDs, noted)
	}
	return f, nil
}

// both are the ids that are in two lists, of which the second is ascending; nil is all.
func both(ids, others []int64) []int64 {
	if ids == nil {
		return append([]int64{}, others...)
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool {
		_, ok := slices.BinarySearch(others, id)
		return !ok
	})
}

// addLabels adds what a listing wants of votes, gold labels and beliefs.
func (s *Site) addLabels(ctx context.Context, st *state, l listing, f *annotations.CandidateFilter) (err error) {
	var who annotations.Sayer
	if l.LF != "" {
		if who.LF, err = lfColumn(st, l.LF); err != nil {
			return err
		}
		if l.Vote != "" {
			if err := addCondition(f, who, l.Vote); err != nil {
				return err
			}
		}
	}
	if l.Bucket != "" && l.LF == "" {
		belief, err := s.believe(ctx, st, l.Model)
		if err != nil {
			return err
		}
		if belief == nil {
			return badRequest("a bucket is one of a labeling function or of a model, and no model is chosen here")
		}
		who.Rows = belief.Labels
	}
	if l.Bucket != "" {
		gold := annotations.Sayer{Rows: st.gold.of(s.judge(st, l.By))}
		f.Conditions = append(f.Conditions, bucketConditions(learning.Bucket(l.Bucket), who, gold)...)
	}
	if l.Gold != "" {
		return addCondition(f, annotations.Sayer{Rows: st.gold.of(s.by(l))}, l.Gold)
	}
	return nil
}

// by is the annotator whose gold labels a list shows: the one that it names, or the
// site's.
func (s *Site) by(l listing) string {
	if l.By != "" {
		return l.By
	}
	return s.Annotator
}

// judge is the annotator whose gold labels tell what is right: the one that is named, or
// the one who has given the most; "" if nobody has given any.
func (s *Site) judge(st *state, named string) string {
	if named != "" {
		return named
	}
	best, most := "", 0
	for _, name := range st.gold.annotators() {
		if n := st.gold.count(name); n > most {
			best, most = name, n
		}
	}
	if best == "" {
		return s.Annotator
	}
	return best
}

func lfColumn(st *state, name string) (int, error) {
	j := slices.IndexFunc(st.index.Keys(), keyNamed(name))
	if j < 0 {
		return 0, notFound("There is no labeling function %q.", name)
	}
	return j, nil
}

// addCondition wants a label of who: any, none, or this one.
func addCondition(f *annotations.CandidateFilter, who annotations.Sayer, wanted string) error {
	c := annotations.LabelCondition{Of: who}
	switch wanted {
	case anyLabel:
	case noLabel:
		c.Is = annotations.NoLabel
	default:
		label, err := parseLabel(wanted)
		if err != nil {
			return err
		}
		c.Is, c.Label = annotations.ThisLabel, label
	}
	f.Conditions = append(f.Conditions, c)
	return nil
}

func parseLabel(text string) (int16, error) {
	label, err := strconv.ParseInt(text, 10, 16)
	if err != nil {
		return 0, badRequest("%q is no label", text)
	}
	return int16(label), nil
}

// bucketConditions are what a bucket means; only candidates with a gold label are in one.
func bucketConditions(b learning.Bucket, who, gold annotations.Sayer) []annotations.LabelCondition {
	both := func(says, is int16) []annotations.LabelCondition {
		return []annotations.LabelCondition{{Of: who, Is: annotations.ThisLabel, Label: says}, {Of: gold, Is: annotations.ThisLabel, Label: is}}
	}
	switch b {
	case learning.TruePositives:
		return both(1, 1)
	case learning.FalsePositives:
		return both(1, -1)
	case learning.TrueNegatives:
		return both(-1, -1)
	case learning.FalseNegatives:
		return both(-1, 1)
	case learning.Correct:
		return []annotations.LabelCondition{{Of: who, Is: annotations.SameLabel, Other: gold}}
	case learning.Incorrect:
		return []annotations.LabelCondition{{Of: who, Is: annotations.DifferentLabel, Other: gold}}
	}
	return []annotations.LabelCondition{{Of: who, Is: annotations.NoLabel}} // it abstains
}

// listingOf reads the listing of a request.
func listingOf(r *http.Request) (listing, error) { return parseListing(r.URL.Query()) }
