package web

import (
	"net/http"
	"strconv"

	"workbench/annotations"
	"workbench/annotations/matrix"
)

// homeView is the database at a glance.
type homeView struct {
	Version   string
	Groups    []progressView
	Gold      []annotatorView
	LFs       []lfBar
	Histogram *histogramView
	Believes  string
	Doubt     string
	Total     int
	Exports   []link
}

// progressView is how many candidates of a split and type have a gold label.
type progressView struct {
	annotations.CandidateGroup
	Labelled int // by anybody
	Own      int // by the site's annotator
	URL      string
	OpenURL  string // those without one
}

func (p progressView) Share() float64 {
	return share(p.Own, p.Candidates)
}

type annotatorView struct {
	Name   string
	Labels int
}

// lfBar is a labeling function with its coverage and conflicts.
type lfBar struct {
	matrix.LFStat
	URL string
}

func (s *Site) home(r *http.Request) (*page, error) {
	ctx := r.Context()
	st, err := s.state(ctx)
	if err != nil {
		return nil, err
	}
	v := &homeView{Version: string(s.Session.Version()), Total: len(st.index.IDs), Exports: s.exports(st)}
	own := st.gold.of(s.Annotator)
	for _, name := range st.gold.annotators() {
		v.Gold = append(v.Gold, annotatorView{Name: name, Labels: st.gold.count(name)})
	}
	counts := make(map[annotations.CandidateGroup]*progressView)
	for _, g := range st.index.Groups() {
		split := g.Split
		l := listing{Split: &split, Type: g.Type}
		open := l
		open.Gold = noLabel
		counts[g] = &progressView{CandidateGroup: g, URL: l.URL("", 0), OpenURL: open.URL("", 0)}
	}
	for _, row := range st.gold.labelled(s.Annotator) {
		p := counts[st.index.Group(row)]
		p.Labelled++
		if own[row] != 0 {
			p.Own++
		}
	}
	for _, g := range st.index.Groups() {
		v.Groups = append(v.Groups, *counts[g])
	}
	for _, one := range st.covered(everything()).stats {
		v.LFs = append(v.LFs, lfBar{one, s.LFURL(one.Name)})
	}
	belief, err := s.believe(ctx, st, "")
	if err != nil {
		v.Doubt = s.told(err)
	} else if belief != nil {
		v.Histogram = histogramOf(belief)
		v.Believes = "the stored marginals"
		if s.Model != nil {
			v.Believes = s.ModelName
		}
	}
	return &page{Title: s.name, Body: "home", Data: v, URL: "/", Commands: []string{"info", "lf-stats --split " + firstSplit(st)}}, nil
}

func firstSplit(st *state) string {
	if groups := st.index.Groups(); len(groups) > 0 {
		return strconv.Itoa(groups[0].Split)
	}
	return "0"
}

// histogramView is how probabilities are distributed.
type histogramView struct {
	Bars []barView
	What string
}

type barView struct {
	Lo, Hi float64
	Count  int
	Share  float64 // of the largest
}

const bins = 20

// histogramOf counts what is believed: of two classes the probability of the positive
// one, of more that of the most probable one.
func histogramOf(b *annotations.Belief) *histogramView {
	v := &histogramView{Bars: make([]barView, bins), What: "probability of the positive class"}
	if b.Cardinality > 2 {
		v.What = "probability of the most probable class"
	}
	most := 0
	for row, label := range b.Labels {
		if label == 0 {
			continue
		}
		p := float64(b.Top[row])
		if b.Cardinality == 2 {
			p = b.P(row)
		}
		const slack = 1e-6 // they are kept in single precision
		bar := &v.Bars[min(bins-1, max(0, int(p*bins+slack)))]
		bar.Count++
		most = max(most, bar.Count)
	}
	for i := range v.Bars {
		v.Bars[i].Lo, v.Bars[i].Hi = float64(i)/bins, float64(i+1)/bins
		v.Bars[i].Share = share(v.Bars[i].Count, most)
	}
	return v
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// Rest is what a bar leaves of the height.
func (b barView) Rest() float64 { return 1 - b.Share }
