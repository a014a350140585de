package latent

import (
	"context"

	"workbench/annotations/matrix"
)

// committee averages what models say that make different assumptions where the
// votes do not decide: the smoothed vote; for labeling functions, models whose
// class prior is learned from the candidates with labels, even, or as the votes
// have it, with weak and with strong trust that a vote is right; for annotators,
// one accuracy each and a table each.
func (res *Result) committee(ctx context.Context, r *rows, o Options, lfs []lf, step func(int)) error {
	k := r.classes
	res.Members = []*Member{{Kind: "vote"}}
	if informative(lfs) < 3 {
		return nil // it takes three LFs to learn anything of them, or of the classes
	}
	if len(res.Constant) > 0 {
		// An LF that votes for one class on every candidate says what to expect of
		// one of which nothing else is known. How much that weighs no other vote can
		// tell: it is a vote.
		return nil
	}
	add := func(m *Member) { res.Members = append(res.Members, m) }
	defer res.background(o)
	if res.Ignored || o.Abstentions == AbstentionsAuto && !looksWritten(r, lfs) {
		for i, a := range []*annotators{newAnnotators(r, true, 0.5), newAnnotators(r, false, 0)} {
			if o.ClassBalance != nil {
				a.given = o.ClassBalance
			}
			ok, err := a.run(ctx, 300)
			if err != nil {
				return err
			}
			res.Converged = res.Converged && ok
			add(a.member())
			step(8 + i)
		}
		return nil
	}
	votes := balance(r)
	even := make([]float64, k)
	for y := range even {
		even[y] = 1 / float64(k)
	}
	settings := []setting{
		{anchor: votes, anchorRows: 10, strength: 16, tables: true, truncated: true},
		{prior: votes, strength: 256, tables: true, truncated: true},
		{prior: even, strength: 256, tables: true, truncated: true},
	}
	if o.ClassBalance != nil {
		settings = []setting{
			{prior: o.ClassBalance, strength: 16, tables: true, truncated: true},
			{prior: o.ClassBalance, strength: 256, tables: true, truncated: true},
		}
	}
	for i, s := range settings {
		m := newModel(r, s)
		res.Converged = m.run(1e-3, 400) && res.Converged
		if err := ctx.Err(); err != nil {
			return err
		}
		mem := m.member()
		mem.Uncovered = m.balance()
		add(mem)
		step(8 + i)
	}
	return nil
}

// informative counts the LFs that give more than one answer.
func informative(lfs []lf) int {
	n := 0
	for j := range lfs {
		if len(lfs[j].answers) > 1 {
			n++
		}
	}
	return n
}

// background decides what is expected of a candidate that no labeling function
// labels. The class balance that was given; else that of the candidates with
// labels, but of two classes only half of it for the positive one: −1 is what a
// candidate is that nobody has a reason to call anything else. Without that,
// functions which look for positive candidates would make all others positive.
func (res *Result) background(o Options) {
	k := res.Classes
	mean := make([]float64, k)
	n := 0.0
	for _, m := range res.Members {
		if m.Uncovered != nil {
			n++
			for y, p := range m.Uncovered {
				mean[y] += p
			}
		}
	}
	if n == 0 {
		return
	}
	for y := range mean {
		mean[y] /= n
	}
	if k == 2 {
		mean[1] /= 2
		mean[0] = 1 - mean[1]
	}
	if o.ClassBalance != nil {
		copy(mean, o.ClassBalance)
	}
	for _, m := range res.Members {
		m.Uncovered = mean
	}
}

// constants returns the LFs that vote for one class on every candidate.
func constants(p *matrix.Patterns) (constant []int) {
	n, m := p.Distinct.Cols(), p.Total()
	first := make([]int16, n)
	count := make([]int, n)
	same := make([]bool, n)
	for d, candidates := range p.Counts {
		cols, vals := p.Distinct.Row(d)
		for e, j := range cols {
			if count[j] == 0 {
				first[j], same[j] = vals[e], true
			}
			count[j] += candidates
			same[j] = same[j] && vals[e] == first[j]
		}
	}
	for j := range n {
		if m > 1 && count[j] == m && same[j] {
			constant = append(constant, j)
		}
	}
	return constant
}

// looksAssigned reports whether candidates were given to LFs, as to people who
// are not all asked: nearly the same number of labels for each candidate,
// fewer differences than LFs make that decide one by one.
func looksAssigned(r *rows, lfs []lf) bool {
	if oneSided(r, lfs) > 0.5 {
		return false
	}
	spread, coverage := counts(r, lfs)
	return coverage < 0.5 && spread < 0.65
}

// looksWritten reports whether LFs look like functions that were written for a
// purpose rather than people: most vote for one class only, or they see most
// candidates, or the number of labels of a candidate varies as that of LFs that
// decide one by one.
func looksWritten(r *rows, lfs []lf) bool {
	spread, coverage := counts(r, lfs)
	return oneSided(r, lfs) > 0.5 || coverage >= 0.5 || spread > 0.65 && spread < 1.5
}

// oneSided is the share of the labels, of LFs with at least five, that come
// from LFs that vote for one class only.
func oneSided(r *rows, lfs []lf) float64 {
	one, all := 0.0, 0.0
	for j := range lfs {
		votes, values := 0.0, 0
		for s, a := range lfs[j].answers {
			if a != 0 {
				votes += lfs[j].count[s]
				values++
			}
		}
		if votes >= 5 {
			all += votes
			if values == 1 {
				one += votes
			}
		}
	}
	return one / max(all, 1)
}

// counts returns the variance of the number of labels of a candidate over that
// of LFs which decide independently of each other and of the class, and the
// mean coverage of an LF.
func counts(r *rows, lfs []lf) (spread, coverage float64) {
	mean, square, expected := 0.0, 0.0, 0.0
	for d := range r.len() {
		n := float64(r.ptr[d+1] - r.ptr[d])
		mean += r.weight[d] * n
		square += r.weight[d] * n * n
	}
	mean /= r.total
	cover := make([]float64, len(lfs))
	for j := range lfs {
		for s, a := range lfs[j].answers {
			if a != 0 {
				cover[j] += lfs[j].count[s] / r.total
			}
		}
	}
	// Where every candidate has a label, those without may be missing: LFs that
	// decide independently leave none = Π (1 − coverage) of all without one.
	none := 0.0
	if r.covered == r.total {
		for range 200 {
			p := 1.0
			for _, c := range cover {
				p *= 1 - c*(1-none)
			}
			none = p
		}
	}
	some := max(1-none, 1e-9)
	first, variance := 0.0, 0.0
	for _, c := range cover {
		c *= some
		first += c
		variance += c * (1 - c)
	}
	expected = (variance+first*first)/some - first*first/(some*some)
	return (square/r.total - mean*mean) / max(expected, 1e-9), mean / float64(max(r.lfs, 1))
}

// balance is the mean of the smoothed votes of the candidates with labels.
func balance(r *rows) []float64 {
	k := r.classes
	v := r.vote()
	b := make([]float64, k)
	for d := range r.len() {
		if r.ptr[d] < r.ptr[d+1] {
			for y := range b {
				b[y] += r.weight[d] * v[d*k+y]
			}
		}
	}
	for y := range b {
		b[y] = (b[y] + 1) / (r.covered + float64(k))
	}
	return b
}
