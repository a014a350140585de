package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/learning/dependency"
	"workbench/session"
)

// modelsView lists the models that the database keeps.
type modelsView struct {
	Models []modelItem
}

type modelItem struct {
	Name, URL, Kind           string
	Cardinality, LFs, Related int
	Bad                       string // why it cannot be read
}

func (s *Site) models(r *http.Request) (*page, error) {
	ctx := r.Context()
	if name := r.URL.Query().Get("name"); name != "" {
		return s.modelPage(ctx, r.URL.Query(), name)
	}
	all, err := s.Session.Models(ctx)
	if err != nil {
		return nil, err
	}
	v := &modelsView{}
	for _, m := range all {
		item := modelItem{Name: m.Name, Kind: m.Kind, URL: modelURL(m.Name)}
		if m.Kind == session.KindDependencies {
			deps, err := dependency.Read(strings.NewReader(m.Document))
			if item.Related = len(deps); err != nil {
				item.Bad = s.told(err)
			}
		} else if model, err := learning.ReadAnyModel(strings.NewReader(m.Document)); err != nil {
			item.Bad = s.told(err)
		} else {
			about := model.Summary()
			item.Cardinality, item.LFs, item.Related = about.Cardinality, len(about.LFs), about.Dependencies
		}
		v.Models = append(v.Models, item)
	}
	return &page{Title: "Models", Body: "models", Data: v, URL: "/models", Commands: []string{"models"}}, nil
}

// modelURL is the page of a stored model.
func modelURL(name string) string {
	if name == "" || strings.Trim(name, ".") == "" {
		return withQuery("/models", url.Values{"name": {name}})
	}
	return "/models/" + url.PathEscape(name)
}

// storedModel reads a model that the database keeps.
func (s *Site) storedModel(ctx context.Context, name string) (learning.Model, *session.Model, error) {
	stored, err := s.Session.Model(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	if stored.Kind == session.KindDependencies {
		return nil, stored, nil
	}
	model, err := learning.ReadAnyModel(strings.NewReader(stored.Document))
	if err != nil {
		return nil, nil, fmt.Errorf("model %s %w", name, err)
	}
	return model, stored, nil
}

// modelView is the page of a model.
type modelView struct {
	Name, Kind string
	About      learning.ModelSummary
	Notes      []notedView
	LFs        []weightView
	Titles     []string // of the weights
	Related    []relatedView
	Scope      scopeView
	Compared   *comparedView
	Buckets    []bucketView
	Histogram  *histogramView
	Doubt      string
}

// notedView is something that is said of a model.
type notedView struct{ Name, Value string }

// weightView is what a model believes of a labeling function.
type weightView struct {
	Name, URL string
	Accuracy  float64
	Weights   []float64
}

type relatedView struct {
	J, K, Type string
	Weight     float64
}

func (s *Site) model(r *http.Request) (*page, error) {
	return s.modelPage(r.Context(), r.URL.Query(), r.PathValue("name"))
}

func (s *Site) modelPage(ctx context.Context, q url.Values, name string) (*page, error) {
	st, sc, err := s.scoped(ctx, q)
	if err != nil {
		return nil, err
	}
	model, stored, err := s.storedModel(ctx, name)
	if err != nil {
		return nil, err
	}
	v := &modelView{Name: name, Kind: stored.Kind, Scope: s.scopeView(st, sc, modelURL(name))}
	p := &page{Title: name, Body: "model", Data: v, URL: modelURL(name), Commands: []string{"models show " + shellWord(name)}}
	if model == nil {
		return p, v.addDependencies(stored.Document)
	}
	v.About = model.Summary()
	v.describe(model, sc)
	belief, err := s.believe(ctx, st, name)
	if err != nil {
		if ctx.Err() != nil || errors.Is(err, session.ErrLocked) {
			return nil, err
		}
		v.Doubt = s.told(err)
		return p, nil
	}
	v.Histogram = histogramOf(belief)
	if st.gold.count(sc.Judge) == 0 {
		return p, nil
	}
	if v.Compared, err = s.compare(ctx, st, sc, name, model); err != nil {
		v.Doubt = s.told(err)
	}
	p.Commands = append(p.Commands, "compare --split "+sc.split()+" --gold "+shellWord(sc.Judge)+" --model "+shellWord(name))
	buckets := (&learning.Analysis{Cardinality: v.About.Cardinality}).Buckets()
	for _, bucket := range buckets {
		l := sc.listing()
		l.Model, l.Bucket = name, string(bucket)
		wrong := slices.Contains([]learning.Bucket{learning.FalsePositives, learning.FalseNegatives, learning.Incorrect}, bucket)
		b, err := s.bucket(ctx, st, l, strings.ToUpper(string(bucket)), wrong)
		if err != nil {
			return nil, err
		}
		v.Buckets = append(v.Buckets, b)
	}
	return p, nil
}

func (v *modelView) addDependencies(document string) error {
	deps, err := dependency.Read(strings.NewReader(document))
	for _, d := range deps {
		weight := math.NaN()
		if d.Weight != nil {
			weight = *d.Weight
		}
		v.Related = append(v.Related, relatedView{fmt.Sprint(d.J), fmt.Sprint(d.K), d.Type.String(), weight})
	}
	return err
}

// describe says what a model has learned.
func (v *modelView) describe(model learning.Model, sc scope) {
	accuracies := model.LFAccuracies()
	for j, name := range v.About.LFs {
		v.LFs = append(v.LFs, weightView{Name: name, URL: lfURL(name, sc), Accuracy: accuracies[j]})
	}
	name := func(j int) string { return v.About.LFs[j] }
	switch m := model.(type) {
	case *learning.GenerativeModel:
		v.note("status", string(m.Status))
		v.Titles = []string{"Accuracy weight"}
		weights := [][]float64{m.Weights.LFAccuracy}
		add := func(has bool, title string, w []float64) {
			if has {
				v.Titles, weights = append(v.Titles, title), append(weights, w)
			}
		}
		add(m.Options.LFPrior, "Prior weight", m.Weights.LFPrior)
		add(m.Options.LFPropensity, "Propensity weight", m.Weights.LFPropensity)
		add(m.Options.LFClassPropensity, "Class propensity weight", m.Weights.LFClassPropensity)
		for j := range v.LFs {
			for _, w := range weights {
				v.LFs[j].Weights = append(v.LFs[j].Weights, w[j])
			}
		}
		if m.Options.ClassPrior {
			v.note("class prior weight", figure(m.Weights.ClassPrior))
		}
		for _, d := range m.Weights.Dependencies {
			v.Related = append(v.Related, relatedView{name(d.J), name(d.K), d.Type.String(), d.Weight})
		}
		v.warn(m.Warnings)
	case *learning.LabelModel:
		v.note("family", m.Family)
		v.note("because", m.Reason)
		v.note("status", string(m.Status))
		var prior []string
		for _, p := range m.ClassPrior {
			prior = append(prior, figure(p))
		}
		v.note("class prior", strings.Join(prior, ", "))
		v.Titles = []string{"Coverage"}
		for j := range v.LFs {
			v.LFs[j].Weights = []float64{m.Fitted[j].Coverage}
		}
		for _, d := range m.Dependencies {
			v.Related = append(v.Related, relatedView{name(d.J), name(d.K), d.Type, d.Weight})
		}
		v.warn(m.Warnings)
	}
}

func (v *modelView) note(name, value string) {
	if value != "" {
		v.Notes = append(v.Notes, notedView{name, value})
	}
}

func (v *modelView) warn(warnings []string) {
	for _, w := range warnings {
		v.note("note", w)
	}
}

// comparedKey is what a comparison depends on. Gold labels that are given here meanwhile
// count when the database is read the next time.
type comparedKey struct {
	scope        scopeKey
	judge, model string
}

// comparedView is a comparison of ways to labels.
type comparedView struct {
	List     []learning.Compared
	Labelled int
	All      int
	Chart    string
	Few      bool // only ways that take little time
}

// mostCompared is how many candidates are few enough for all ways to labels, and
// trainSplit the split that they learn from, as in compare.
const (
	mostCompared = 60000
	trainSplit   = 0
)

// inSplit is how many candidates a split has.
func (st *state) inSplit(split int) (n int) {
	for _, g := range st.index.Groups() {
		if g.Split == split {
			n += g.Candidates
		}
	}
	return n
}

// compare puts a model beside other ways to labels.
func (s *Site) compare(ctx context.Context, st *state, sc scope, name string, model learning.Model) (*comparedView, error) {
	key := comparedKey{sc.key(), sc.Judge, name}
	st.mu.Lock()
	defer st.mu.Unlock()
	if done := st.compared[key]; done != nil {
		return done, nil
	}
	lfs := model.Summary().LFs
	L, gold, err := st.matrixOf(sc, lfs)
	if err != nil {
		return nil, err
	}
	approaches, train := learning.Approaches(), L
	few := L.Rows()+st.inSplit(trainSplit) > mostCompared
	if few {
		approaches = approaches[:2] // votes
	} else if split := trainSplit; sc.Split == nil || *sc.Split != split {
		other, _, err := st.index.Matrix(&split, sc.Type, lfs)
		if err != nil {
			return nil, err
		}
		if other.NNZ() > 0 {
			train = other
		}
	}
	if slices.ContainsFunc(approaches, func(a learning.Approach) bool { return a.Name == name }) {
		name = "model " + name
	}
	comparison := learning.Comparison{Labels: L, Gold: gold, Train: train, Cardinality: model.Summary().Cardinality,
		Approaches: append(approaches, learning.ModelApproach(name, model))}
	list, err := comparison.Run(ctx)
	if err != nil {
		return nil, err
	}
	e := list[0].Evaluation
	done := &comparedView{List: list, Labelled: e.Labelled, All: e.Candidates, Few: few}
	for i := range list {
		list[i].Marginals = nil // they take memory
	}
	q := sc.Values()
	q.Set("model", key.model)
	done.Chart = withQuery("/charts/reliability.svg", q)
	st.compared[key] = done
	return done, nil
}

// matrixOf is the label matrix of a scope with its gold labels.
func (st *state) matrixOf(sc scope, lfs []string) (*matrix.LabelMatrix, []int16, error) {
	L, rows, err := st.index.Matrix(sc.Split, sc.Type, lfs)
	if err != nil {
		return nil, nil, err
	}
	labels := st.gold.of(sc.Judge)
	gold := make([]int16, len(rows))
	for i, row := range rows {
		gold[i] = labels[row]
	}
	return L, gold, nil
}
