package web

import (
	"context"
	"errors"
	"slices"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/session"
)

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
