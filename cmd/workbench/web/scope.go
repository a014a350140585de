package web

import (
	"context"
	"net/url"
	"strconv"

	"workbench/annotations"
	"workbench/annotations/matrix"
)

// scope is which candidates statistics are about, and whose gold labels tell what is
// right.
type scope struct {
	Split *int // nil is all
	Type  string
	By    string // the annotator who was named
	Judge string // the one who counts
}

// scopeKey is what statistics of votes depend on.
type scopeKey struct {
	all   bool // one split only, if not; the zero value is split 0 of no type
	split int
	typ   string
}

func (sc scope) key() scopeKey {
	if sc.Split == nil {
		return scopeKey{all: true, typ: sc.Type}
	}
	return scopeKey{split: *sc.Split, typ: sc.Type}
}

// everything is the scope of all candidates.
func everything() scopeKey { return scopeKey{all: true} }

// scoped is the state, and the scope in it that a request is about.
func (s *Site) scoped(ctx context.Context, q url.Values) (st *state, sc scope, err error) {
	if st, err = s.state(ctx); err == nil {
		sc, err = s.parseScope(st, q)
	}
	return st, sc, err
}

// parseScope reads a scope. Without one it is the split with the most gold labels that
// count, or the first one.
func (s *Site) parseScope(st *state, q url.Values) (sc scope, err error) {
	sc = scope{Type: q.Get("type"), By: q.Get("by")}
	sc.Judge = s.judge(st, sc.By)
	switch text := q.Get("split"); text {
	case "all":
	case "":
		sc.Split = st.usualSplit(sc.Judge)
	default:
		split, err := strconv.Atoi(text)
		if err != nil {
			return sc, badRequest("split %q is no number", text)
		}
		sc.Split = &split
	}
	return sc, nil
}

// usualSplit is the split with the most gold labels of an annotator.
func (st *state) usualSplit(judge string) *int {
	counts := make(map[int]int)
	for row, label := range st.gold.of(judge) {
		if label != 0 {
			counts[st.index.Group(row).Split]++
		}
	}
	var best *int
	for _, g := range st.index.Groups() {
		if split := g.Split; best == nil || counts[split] > counts[*best] {
			best = &split
		}
	}
	return best
}

// Values names the scope in a URL.
func (sc scope) Values() url.Values {
	q := url.Values{"split": {"all"}}
	if sc.Split != nil {
		q.Set("split", strconv.Itoa(*sc.Split))
	}
	if sc.Type != "" {
		q.Set("type", sc.Type)
	}
	if sc.By != "" {
		q.Set("by", sc.By)
	}
	return q
}

// listing is the list of the scope's candidates.
func (sc scope) listing() listing {
	return listing{Split: sc.Split, Type: sc.Type, By: sc.By}
}

// split is how commands name it.
func (sc scope) split() string {
	if sc.Split == nil {
		return "all"
	}
	return strconv.Itoa(*sc.Split)
}

func (k scopeKey) selection() (split *int, typ string) {
	if k.all {
		return nil, k.typ
	}
	return &k.split, k.typ
}

// coverage is what votes say without gold labels.
type coverage struct {
	stats   []matrix.LFStat
	times   [][]int // see [matrix.Packed.LabelCounts]
	summary matrix.Summary
}

// covered is the coverage of a scope.
func (st *state) covered(k scopeKey) *coverage {
	st.mu.Lock()
	defer st.mu.Unlock()
	c, known := st.coverage[k]
	if !known {
		counts := st.index.Counts(k.selection())
		c = &coverage{st.index.Votes.LFStats(counts, nil, 2), st.index.Votes.LabelCounts(counts), st.index.Votes.Summarise(counts)}
		st.coverage[k] = c
	}
	return c
}

// length counts a list.
func (st *state) length(l listing, list *annotations.CandidateList) int {
	const mostLengths = 512
	key := l.Values().Encode() + "#" + strconv.Itoa(st.gold.is())
	st.mu.Lock()
	n, known := st.lengths[key]
	st.mu.Unlock()
	if known && !l.Noted { // notes come and go
		return n
	}
	n = list.Len()
	st.mu.Lock()
	defer st.mu.Unlock()
	if len(st.lengths) >= mostLengths {
		clear(st.lengths)
	}
	st.lengths[key] = n
	return n
}

// pairsOf are the statistics of every two labeling functions.
func (st *state) pairsOf(k scopeKey) []matrix.PairStat {
	st.mu.Lock()
	defer st.mu.Unlock()
	stats, known := st.pairs[k]
	if !known {
		stats = st.index.Votes.PairStats(st.index.Counts(k.selection()))
		st.pairs[k] = stats
	}
	return stats
}

// lfStats are those of lf-stats.
func (st *state) lfStats(sc scope, k int) []matrix.LFStat {
	covered := st.covered(sc.key()).stats
	split, typ := sc.key().selection()
	judged := st.index.Votes.LFStats(nil, st.index.Judged(st.gold.of(sc.Judge), split, typ), k)
	for j := range judged {
		s := &judged[j]
		s.Coverage, s.Overlaps, s.Conflicts = covered[j].Coverage, covered[j].Overlaps, covered[j].Conflicts
	}
	return judged
}

// cardinality is the number of classes of a scope: that of its type, or of the first.
func (st *state) cardinality(sc scope) *typeInfo {
	split, typ := sc.key().selection()
	for _, g := range st.index.Groups() {
		if (split == nil || *split == g.Split) && (typ == "" || typ == g.Type) {
			return st.of(g.Type)
		}
	}
	return st.of(typ)
}

// warm computes what the first visitors would wait for.
func (s *Site) warm(st *state) {
	st.index.Warm(s.ctx)
	st.covered(everything())
	for _, g := range st.index.Groups() {
		if s.ctx.Err() == nil {
			st.covered(scopeKey{split: g.Split})
		}
	}
	if s.ctx.Err() == nil && st.index.Votes.Cols() <= mostOfHeatMap {
		st.pairsOf(scope{Split: st.usualSplit(s.judge(st, ""))}.key())
	}
	if s.ctx.Err() == nil {
		s.believe(s.ctx, st, "") // who asks is told of a failure
	}
}
