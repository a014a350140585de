package web

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// state is what is kept in memory of the database. All of it but the gold labels stays
// as it was read.
type state struct {
	index *annotations.CandidateIndex
	types map[string]*typeInfo
	gold  *goldLabels
	read  time.Time
	took  time.Duration

	mu       sync.Mutex
	beliefs  []keptBelief // the latest first
	searched []search
	coverage map[scopeKey]*coverage
	lengths  map[string]int // of lists, by their URL and the version of the gold labels
	pairs    map[scopeKey][]matrix.PairStat
	compared map[comparedKey]*comparedView
}

// keptBelief is what a model believes, nil if there is none.
type keptBelief struct {
	model  string // "" is the site's
	belief *annotations.Belief
	err    error
}

// typeInfo is what is known of the classes of a candidate type.
type typeInfo struct {
	classes *annotations.Classes // nil if they have no names
	k       int
}

// search is a text that was looked for, and the candidates that have it.
type search struct {
	text string
	ids  []int64
}

// shareOfAll is how much longer than it takes the last reading must be over before
// everything is read anew behind the pages.
const shareOfAll = 10

// state is what is known now.
func (s *Site) state(ctx context.Context) (*state, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed, err := s.Session.Changed(ctx)
	if err != nil && s.now == nil {
		return nil, err
	}
	if changed {
		s.stale, s.oldGold = true, true
	}
	if s.now == nil || s.stale && s.now.took < s.Patience && !s.loading {
		if !s.storing.TryLock() {
			if s.now != nil {
				return s.now, nil
			}
			s.storing.Lock()
		}
		defer s.storing.Unlock()
		now, err := s.load(ctx)
		if err == nil {
			now.gold, err = s.loadGold(ctx, now.index)
		}
		if err != nil {
			if s.now != nil && errors.Is(err, session.ErrLocked) {
				return s.now, nil
			}
			return nil, err
		}
		s.now, s.stale, s.oldGold = now, false, false
		if now.took >= s.Patience {
			s.behind.Go(func() { s.warm(now) })
		}
		return now, nil
	}
	if s.oldGold && s.storing.TryLock() {
		if gold, err := s.loadGold(ctx, s.now.index); err == nil {
			s.now.gold.replace(gold)
			s.oldGold = false
		}
		s.storing.Unlock()
	}
	if s.stale && !s.loading && time.Since(s.now.read) > shareOfAll*s.now.took {
		s.loading = true
		s.stale = false // what changes from now on counts again
		s.behind.Go(s.reload)
	}
	return s.now, nil
}

// reload reads everything anew behind the pages.
func (s *Site) reload() {
	now, err := s.load(s.ctx)
	s.storing.Lock()
	defer s.storing.Unlock()
	if err == nil {
		now.gold, err = s.loadGold(s.ctx, now.index)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loading = false
	if err != nil {
		s.stale = true
		if s.ctx.Err() == nil && !errors.Is(err, session.ErrLocked) {
			s.Report(err)
		}
		return
	}
	s.now = now
	s.behind.Go(func() { s.warm(now) })
}

func (s *Site) load(ctx context.Context) (*state, error) {
	began := time.Now()
	index, err := annotations.LoadCandidateIndex(ctx, s.Session, s.KeyGroup)
	if err != nil {
		return nil, err
	}
	st := &state{index: index, types: make(map[string]*typeInfo), coverage: make(map[scopeKey]*coverage), lengths: make(map[string]int),
		pairs: make(map[scopeKey][]matrix.PairStat), compared: make(map[comparedKey]*comparedView)}
	for _, g := range index.Groups() {
		if st.types[g.Type] == nil {
			if st.types[g.Type], err = s.typeInfo(ctx, index, g.Type); err != nil {
				return nil, err
			}
		}
	}
	st.read, st.took = time.Now(), time.Since(began)
	return st, nil
}

// typeInfo finds the classes of a type.
func (s *Site) typeInfo(ctx context.Context, index *annotations.CandidateIndex, typ string) (*typeInfo, error) {
	classes, err := annotations.LoadClasses(ctx, s.Session, typ)
	if err != nil {
		return nil, err
	}
	info := &typeInfo{k: s.Cardinality}
	if classes.Named() {
		info.classes = classes
	}
	if info.k == 0 {
		info.k = classes.Len()
	}
	if info.k == 0 && s.Model != nil {
		info.k = s.Model.Summary().Cardinality
	}
	if info.k == 0 {
		extremes, err := index.Extremes(typ)
		if err != nil {
			return nil, err
		}
		info.k, err = annotations.ChooseCardinality(ctx, s.Session, 0, 0, extremes)
		if errors.Is(err, matrix.ErrCardinality) { // 1 and 2 occur, and no −1
			info.k, err = int(extremes.MaxLabel()), nil
		}
		if err != nil {
			return nil, err
		}
	}
	return info, nil
}

// labels are those of the classes of a type.
func (t *typeInfo) labels() []int16 {
	labels := make([]int16, t.k)
	for i := range labels {
		labels[i] = annotations.ClassValue(t.k, i)
	}
	return labels
}

// of is what is known of a type, also of one that came since.
func (st *state) of(typ string) *typeInfo {
	if t := st.types[typ]; t != nil {
		return t
	}
	return &typeInfo{k: 2}
}

// goldLabels are the gold labels of all annotators.
type goldLabels struct {
	index *annotations.CandidateIndex

	mu      sync.Mutex
	version int // it is another one when labels are
	all     *matrix.LabelMatrix
	counts  map[string]int     // of labels, by annotator
	columns map[string][]int16 // by annotator, m each, which are never written to
}

// loadGold reads them. Nothing is stored meanwhile.
func (s *Site) loadGold(ctx context.Context, index *annotations.CandidateIndex) (*goldLabels, error) {
	all, err := annotations.LoadAnnotators(ctx, s.Session)
	if err != nil {
		return nil, err
	}
	g := &goldLabels{index: index, all: all, counts: make(map[string]int), columns: make(map[string][]int16)}
	counts := make([]int, all.Cols())
	_, cols, _ := all.CSR()
	for _, j := range cols {
		counts[j]++
	}
	for _, key := range all.Keys() {
		if j, ok := annotations.AnnotatorColumn(all, key.Name); ok {
			g.counts[key.Name] = counts[j]
		}
	}
	if s.Annotator != "" {
		g.of(s.Annotator)
	}
	return g, nil
}

// replace takes over what was read anew.
func (g *goldLabels) replace(fresh *goldLabels) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.all, g.counts, g.columns = fresh.all, fresh.counts, fresh.columns
	g.version++
}

// of returns the labels of an annotator, m of them.
func (g *goldLabels) of(annotator string) []int16 {
	g.mu.Lock()
	defer g.mu.Unlock()
	labels := g.columns[annotator]
	if labels == nil {
		if j, ok := annotations.AnnotatorColumn(g.all, annotator); ok {
			labels = g.index.Labels(g.all, j)
		} else {
			labels = make([]int16, len(g.index.IDs))
		}
		g.columns[annotator] = labels
	}
	return labels
}

// set notes a label that was stored.
func (g *goldLabels) set(annotator string, candidate int64, label int16) {
	labels := g.of(annotator)
	row, ok := g.index.Row(candidate)
	if !ok || labels[row] == label {
		return
	}
	labels = slices.Clone(labels)
	g.mu.Lock()
	defer g.mu.Unlock()
	if labels[row] == 0 {
		g.counts[annotator]++
	} else if label == 0 {
		g.counts[annotator]--
	}
	labels[row] = label
	g.columns[annotator] = labels
	g.version++
}

// count is how many labels an annotator has given.
func (g *goldLabels) count(annotator string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.counts[annotator]
}

// labelled are the rows with a label, of anybody.
func (g *goldLabels) labelled(annotator string) (rows []int) {
	own := g.of(annotator)
	g.mu.Lock()
	all := g.all
	g.mu.Unlock()
	mine, ok := annotations.AnnotatorColumn(all, annotator)
	stored := make(map[int]bool)
	for i, id := range all.Candidates() {
		row, known := g.index.Row(id)
		if !known {
			continue
		}
		stored[row] = true
		cols, _ := all.Row(i)
		others := len(cols)
		if ok && all.At(i, mine) != 0 { // it may have been taken back since
			others--
		}
		if others > 0 || own[row] != 0 {
			rows = append(rows, row)
		}
	}
	for row, label := range own {
		if label != 0 && !stored[row] {
			rows = append(rows, row)
		}
	}
	return rows
}

// is is the version of the labels.
func (g *goldLabels) is() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.version
}

// annotators are the names of all, without repetition, in the order of their keys, and
// the site's own who had none when they were read.
func (g *goldLabels) annotators() (names []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	seen := make(map[string]bool)
	for _, k := range g.all.Keys() {
		if !seen[k.Name] {
			seen[k.Name] = true
			names = append(names, k.Name)
		}
	}
	for name, n := range g.counts {
		if n > 0 && !seen[name] {
			names = append(names, name)
		}
	}
	return names
}

// mostBeliefs is how many models are remembered with what they believe.
const mostBeliefs = 3

// believe is what a stored model says of the candidates; of "" it is the site's model, or
// the stored marginals, and nil if there is neither.
func (s *Site) believe(ctx context.Context, st *state, model string) (*annotations.Belief, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, kept := range st.beliefs {
		if kept.model == model {
			return kept.belief, kept.err
		}
	}
	b, err := s.makeBelief(ctx, st.index, model)
	if err != nil && (ctx.Err() != nil || errors.Is(err, session.ErrLocked)) {
		return nil, err // not for good
	}
	st.beliefs = append([]keptBelief{{model, b, err}}, st.beliefs[:min(len(st.beliefs), mostBeliefs-1)]...)
	return b, err
}

// hasBelief reports whether the site's own belief was made already.
func (st *state) hasBelief() bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	return slices.ContainsFunc(st.beliefs, func(kept keptBelief) bool { return kept.model == "" && kept.belief != nil })
}

func (s *Site) makeBelief(ctx context.Context, index *annotations.CandidateIndex, name string) (*annotations.Belief, error) {
	model := s.Model
	if name != "" {
		var err error
		if model, _, err = s.storedModel(ctx, name); err != nil {
			return nil, err
		}
	}
	if model != nil {
		about := model.Summary()
		if about.KeyGroup != s.KeyGroup {
			return nil, badRequest("The model belongs to key group %d, and these are the votes of %d.", about.KeyGroup, s.KeyGroup)
		}
		return index.Believe(about.LFs, model.Marginals)
	}
	for _, training := range []bool{true, false} {
		p, err := annotations.LoadMarginals(ctx, s.Session, annotations.Selection{AllSplits: true}, training, s.Cardinality)
		if err == nil {
			return index.Stored(p), nil
		}
		if !errors.Is(err, annotations.ErrNoMarginals) && !errors.Is(err, candidates.ErrNoSplit) {
			return nil, err
		}
	}
	return nil, nil
}

// find looks for a text, and remembers what it found last.
func (s *Site) find(ctx context.Context, st *state, text string) ([]int64, error) {
	const remembered = 4
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, done := range st.searched {
		if done.text == text {
			return done.ids, nil
		}
	}
	ids, err := candidates.Search(ctx, s.Session, text)
	if err != nil {
		return nil, err
	}
	st.searched = append([]search{{text, ids}}, st.searched[:min(len(st.searched), remembered-1)]...)
	return ids, nil
}
