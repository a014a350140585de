package web

import (
	"context"
	"errors"
	"sync"
	"time"

	"workbench/annotations"
	"workbench/annotations/matrix"
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
