package web

import (
	"cmp"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"workbench/annotations/matrix"
)

// scopeView is what a page of statistics says of its scope, and lets choose.
type scopeView struct {
	scope
	Path       string
	Splits     []int
	Types      []string
	Annotators []string
	Keep       map[string]string // what else the URL has
}

func (s *Site) scopeView(st *state, sc scope, path string) scopeView {
	v := scopeView{scope: sc, Path: path, Annotators: st.gold.annotators(), Keep: make(map[string]string)}
	for _, g := range st.index.Groups() {
		v.Splits, v.Types = appendNew(v.Splits, g.Split), appendNew(v.Types, g.Type)
	}
	return v
}

// lfsView is the table of lf-stats.
type lfsView struct {
	Scope    scopeView
	Binary   bool
	WithGold bool
	Learned  bool
	Columns  []columnView
	LFs      []lfView
	Summary  matrix.Summary
	Chart    string // the heat map, "" if there is none
	Editor   string // where labeling functions are edited, "" if no file is loaded
}

// columnView is a column that the table can be sorted by.
type columnView struct {
	Title, URL string
	Sorted     string // ascending, descending, or ""
}

// lfView is a labeling function with its statistics.
type lfView struct {
	matrix.LFStat
	URL     string
	Learned float64
}

func (s *Site) lfs(r *http.Request) (*page, error) {
	ctx := r.Context()
	st, err := s.state(ctx)
	if err != nil {
		return nil, err
	}
	if name := r.URL.Query().Get("name"); name != "" {
		return s.lfPage(ctx, st, r.URL.Query(), name)
	}
	sc, err := s.parseScope(st, r.URL.Query())
	if err != nil {
		return nil, err
	}
	info := st.cardinality(sc)
	v := &lfsView{Summary: st.covered(sc.key()).summary, Scope: s.scopeView(st, sc, "/lfs"), Binary: info.k == 2, WithGold: st.gold.count(sc.Judge) > 0, Learned: s.Model != nil, Editor: s.editor()}
	for _, one := range st.lfStats(sc, info.k) {
		v.LFs = append(v.LFs, lfView{LFStat: one, URL: lfURL(one.Name, sc), Learned: s.learned(one.Name)})
	}
	v.sort(r.URL.Query().Get("sort"))
	if n := len(v.LFs); n >= 2 && n <= mostOfHeatMap {
		v.Chart = withQuery("/charts/agreement.svg", sc.Values())
	}
	command := "lf-stats --split " + sc.split()
	if v.WithGold {
		command += " --gold " + shellWord(sc.Judge)
	}
	return &page{Title: "Labeling functions", Body: "lfs", Data: v, URL: withQuery("/lfs", sc.Values()), Commands: []string{command}}, nil
}

// mostOfHeatMap is how many labeling functions a heat map can have.
const mostOfHeatMap = 400

// lfURL is the page of a labeling function. A name may be what a path cannot have.
func lfURL(name string, sc scope) string { return lfPath(name, sc.Values()) }

func lfPath(name string, q url.Values) string {
	if name == "" || strings.Trim(name, ".") == "" {
		q.Set("name", name)
		return withQuery("/lfs", q)
	}
	return withQuery("/lfs/"+url.PathEscape(name), q)
}

// learned is how often the site's model holds a labeling function for right, NaN where it
// says nothing.
func (s *Site) learned(name string) float64 {
	if s.Model == nil {
		return math.NaN()
	}
	at := slices.Index(s.Model.Summary().LFs, name)
	if at < 0 {
		return math.NaN()
	}
	return s.Model.LFAccuracies()[at]
}

// sort sorts the table by a column, descending if its name begins with a hyphen.
func (v *lfsView) sort(by string) {
	name, descending := strings.CutPrefix(by, "-")
	columns := []struct {
		name, title string
		compare     func(a, b *lfView) int
		shown       bool
	}{
		{"j", "j", func(a, b *lfView) int { return cmp.Compare(a.J, b.J) }, true},
		{"name", "Name", func(a, b *lfView) int { return cmp.Compare(a.Name, b.Name) }, true},
		{"coverage", "Coverage", func(a, b *lfView) int { return cmp.Compare(a.Coverage, b.Coverage) }, true},
		{"overlaps", "Overlaps", func(a, b *lfView) int { return cmp.Compare(a.Overlaps, b.Overlaps) }, true},
		{"conflicts", "Conflicts", func(a, b *lfView) int { return cmp.Compare(a.Conflicts, b.Conflicts) }, true},
		{"tp", "TP", func(a, b *lfView) int { return cmp.Compare(a.TP, b.TP) }, v.WithGold && v.Binary},
		{"fp", "FP", func(a, b *lfView) int { return cmp.Compare(a.FP, b.FP) }, v.WithGold && v.Binary},
		{"fn", "FN", func(a, b *lfView) int { return cmp.Compare(a.FN, b.FN) }, v.WithGold && v.Binary},
		{"tn", "TN", func(a, b *lfView) int { return cmp.Compare(a.TN, b.TN) }, v.WithGold && v.Binary},
		{"empirical_acc", "Empirical acc.", func(a, b *lfView) int { return cmp.Compare(a.EmpiricalAcc, b.EmpiricalAcc) }, v.WithGold},
		{"learned_acc", "Learned acc.", func(a, b *lfView) int { return cmp.Compare(a.Learned, b.Learned) }, v.Learned},
	}
	for _, c := range columns {
		if !c.shown {
			continue
		}
		q := v.Scope.Values()
		one := columnView{Title: c.title}
		next := "-" + c.name // the largest are looked for
		if c.name == "name" || c.name == "j" {
			next = c.name
		}
		if name == c.name {
			slices.SortStableFunc(v.LFs, func(a, b lfView) int {
				if descending {
					return c.compare(&b, &a)
				}
				return c.compare(&a, &b)
			})
			one.Sorted, next = "ascending", "-"+c.name
			if descending {
				one.Sorted, next = "descending", c.name
			}
			v.Scope.Keep["sort"] = by
		}
		q.Set("sort", next)
		one.URL = withQuery("/lfs", q)
		v.Columns = append(v.Columns, one)
	}
}
