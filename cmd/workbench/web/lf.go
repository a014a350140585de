package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"

	"workbench/annotations"
	"workbench/learning"
)

// lfPageView is the page of a labeling function.
type lfPageView struct {
	Scope     scopeView
	LF        lfView
	Binary    bool
	WithGold  bool
	Labels    []voteCount
	Buckets   []bucketView
	Uncovered bucketView
	Pairs     []pairView
	Editor    string
}

// voteCount is how often a labeling function gives a label.
type voteCount struct {
	Class string
	Label int16
	Count int
	URL   string
}

// bucketView are some candidates that have something in common.
type bucketView struct {
	Title string
	Count int
	URL   string
	Items []itemView
}

// pairView is how a labeling function gets along with another.
type pairView struct {
	Name, URL                    string
	Overlap, Agreement, Conflict float64 // Agreement is that where both vote
}

func (s *Site) lf(r *http.Request) (*page, error) {
	st, err := s.state(r.Context())
	if err != nil {
		return nil, err
	}
	return s.lfPage(r.Context(), st, r.URL.Query(), r.PathValue("name"))
}

func (s *Site) lfPage(ctx context.Context, st *state, q url.Values, name string) (*page, error) {
	j, err := lfColumn(st, name)
	if err != nil {
		return nil, err
	}
	sc, err := s.parseScope(st, q)
	if err != nil {
		return nil, err
	}
	info := st.cardinality(sc)
	v := &lfPageView{Scope: s.scopeView(st, sc, "/lfs"), Binary: info.k == 2, WithGold: st.gold.count(sc.Judge) > 0, Editor: s.editor(),
		LF: lfView{LFStat: st.lfStats(sc, info.k)[j], Learned: s.learned(name)}}
	v.Scope.Keep["name"] = name
	v.count(st, sc, info, j)
	if err := s.addBuckets(ctx, st, sc, v, name); err != nil {
		return nil, err
	}
	for _, pair := range st.pairsOf(sc.key()) {
		if pair.J != j && pair.K != j || pair.Overlap == 0 {
			continue
		}
		other := pair.NameJ
		if pair.J == j {
			other = pair.NameK
		}
		v.Pairs = append(v.Pairs, pairView{other, lfURL(other, sc), pair.Overlap, pair.Agreement / pair.Overlap, pair.Conflict})
	}
	slices.SortStableFunc(v.Pairs, func(a, b pairView) int { return cmp.Compare(b.Conflict, a.Conflict) })
	var commands []string
	if v.WithGold {
		commands = []string{"test-lf --lf " + shellWord(name) + " --split " + sc.split() + " --gold " + shellWord(sc.Judge)}
	}
	return &page{Title: name, Body: "lf", Data: v, URL: lfURL(name, sc), Commands: commands}, nil
}

// count counts the labels that the labeling function gives.
func (v *lfPageView) count(st *state, sc scope, info *typeInfo, j int) {
	times := st.covered(sc.key()).times[j]
	for _, label := range info.labels() {
		if at := int(label) + 1; at < len(times) && times[at] > 0 {
			l := sc.listing()
			l.LF, l.Vote = v.LF.Name, labelText(label)
			v.Labels = append(v.Labels, voteCount{info.name(label), label, times[at], l.URL("", 0)})
		}
	}
}

// addBuckets finds the mistakes, and what is not covered though it is next to what is.
func (s *Site) addBuckets(ctx context.Context, st *state, sc scope, v *lfPageView, name string) error {
	if v.WithGold {
		titles := map[learning.Bucket]string{learning.FalsePositives: "False positives", learning.FalseNegatives: "False negatives",
			learning.Incorrect: "Wrong", learning.TruePositives: "True positives", learning.TrueNegatives: "True negatives", learning.Correct: "Right"}
		wanted := []learning.Bucket{learning.FalsePositives, learning.FalseNegatives, learning.TruePositives, learning.TrueNegatives}
		if !v.Binary {
			wanted = []learning.Bucket{learning.Incorrect, learning.Correct}
		}
		for i, bucket := range wanted {
			l := sc.listing()
			l.LF, l.Bucket = name, string(bucket)
			mistakes := i < (len(wanted)+1)/2
			b, err := s.bucket(ctx, st, l, titles[bucket], mistakes)
			if err != nil {
				return err
			}
			v.Buckets = append(v.Buckets, b)
		}
	}
	l := sc.listing()
	l.Near, l.Order = name, annotations.ByDisagreement
	var err error
	v.Uncovered, err = s.bucket(ctx, st, l, "Not labelled, though others vote there as where it labels", true)
	return err
}

// bucket counts a list, and shows the first of it if that is asked for.
func (s *Site) bucket(ctx context.Context, st *state, l listing, title string, items bool) (bucketView, error) {
	b := bucketView{Title: title, URL: l.URL("", 0)}
	list, err := s.selectList(ctx, st, l)
	if err != nil {
		return b, err
	}
	b.Count = st.length(l, list)
	if items {
		ids, _ := list.After(nil, fewItems)
		b.Items, err = s.items(ctx, st, l, ids)
	}
	return b, err
}
