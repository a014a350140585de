package latent

import (
	"context"
	"fmt"
	"math"

	"workbench/annotations/matrix"
)

// Abstentions says whether an abstention is evidence.
type Abstentions int

const (
	// AbstentionsAuto decides from the matrix.
	AbstentionsAuto Abstentions = iota
	// AbstentionsInformative takes an abstention for an answer: a labeling
	// function saw the candidate and did not vote.
	AbstentionsInformative
	// AbstentionsIgnored takes it for nothing: somebody was not asked.
	AbstentionsIgnored
)

// Options are what Fit is told; zero values leave it to the matrix.
type Options struct {
	// ClassBalance is the class prior, K probabilities; nil learns it.
	ClassBalance []float64
	Abstentions  Abstentions
	// Gold has the class 1..K of candidates where it is known, 0 elsewhere.
	Gold []int16
	// Progress, if not nil, is called as work goes on.
	Progress func(done, total int)
}

// A Result is a fitted model of a label matrix.
type Result struct {
	Classes int
	// Members are averaged; a matrix that one model describes has one.
	Members []*Member
	// Converged tells whether all of them came to rest.
	Converged bool
	// LogLikelihood and Criterion (half the BIC) are of the model with the
	// dependencies, NaN where none was fitted.
	LogLikelihood, Criterion float64
	Adequacy                 Adequacy
	Families                 []Family // of the LFs, in that model; nil without it
	Path                     []Step   // of the search for dependencies
	Pairs                    []Pair
	Ignored                  bool // abstentions are no evidence
	Constant                 []int
}

// A Pair is a dependency of two LFs J < K of a fitted model. Weights are log
// odds ratios of abstaining together, being right together, and making the same
// error, beyond what independent LFs do.
type Pair struct {
	J, K                  int
	Abstain, Right, Wrong float64
}

// Fit finds a model for L, labels of k classes.
func Fit(ctx context.Context, L *matrix.LabelMatrix, k int, o Options) (*Result, error) {
	order := canonical(L, k)
	res, err := fit(ctx, L.SelectCols(order), k, o)
	if err != nil {
		return nil, err
	}
	res.renumber(order)
	return res, nil
}

func fit(ctx context.Context, L *matrix.LabelMatrix, k int, o Options) (*Result, error) {
	step := func(i int) {
		if o.Progress != nil {
			o.Progress(i, 10)
		}
	}
	res := &Result{Classes: k, LogLikelihood: math.NaN(), Criterion: math.NaN(), Converged: true}
	constant := constants(L)
	res.Constant = constant
	var skip []bool
	if len(constant) > 0 {
		skip = make([]bool, L.Cols())
		for _, j := range constant {
			skip[j] = true
		}
	}
	r := newRows(L, k, o.Gold, skip)
	if r.covered == 0 {
		res.Members = []*Member{{Kind: "vote"}}
		return res, nil
	}
	step(1)
	lf := newLFs(r)
	assigned := o.Abstentions == AbstentionsIgnored
	if o.Abstentions == AbstentionsAuto {
		assigned = looksAssigned(r, lf)
	}
	res.Ignored = assigned
	if !assigned {
		ok, err := res.exact(ctx, r, o, step)
		if err != nil || ok {
			return res, err
		}
	}
	err := res.committee(ctx, r, o, lf, step)
	return res, err
}

// weakStrength is how many votes of ordinary precision are added to those of
// each LF where the matrix decides: with a thousand candidates they keep LFs from
// the ends, with ten thousand they do not show.
const weakStrength = 5

// manyRows is from how many distinct rows on the search goes over some of the
// candidates, twice as many.
const manyRows = 50_000

// weak is the setting in which the matrix decides. A table of votes has no
// candidates on which nobody voted, and its model knows that.
func weak(r *rows, o Options) setting {
	return setting{prior: o.ClassBalance, strength: weakStrength, truncated: r.covered == r.total}
}

// exact fits families and dependencies, and reports whether they describe the
// matrix.
func (res *Result) exact(ctx context.Context, r *rows, o Options, step func(int)) (bool, error) {
	m := newModel(r, weak(r, o))
	// dependencies of a hundred thousand candidates are those of a million
	some := r
	if r.len() > manyRows && r.total > 4*manyRows {
		some = r.thin(2 * manyRows)
		m.over(some)
	}
	m.expect()
	m.settle(1e-6 * math.Abs(m.ll))
	step(3)
	if err := ctx.Err(); err != nil {
		return false, err
	}
	// dependencies add parameters, and do not make candidates alike
	res.Adequacy = Adequacy{Evidence: m.evidence(), Spread: m.spread()}
	if res.Adequacy.TooFew() || res.Adequacy.Spread < 0.8 {
		return false, nil
	}
	pc := countPairs(some)
	if err := res.search(ctx, m, pc); err != nil {
		return false, err
	}
	if some != r {
		m.over(r)
		m.alternate(1e-6 * math.Abs(m.ll))
		pc = countPairs(r)
		res.describe(m)
	}
	step(8)
	// What is left over is chance only where the parameters rest. The search stops
	// earlier, the earlier the larger the matrix is.
	m.run(0.05, 200)
	res.Adequacy = m.adequacy(pc)
	if !res.Adequacy.Adequate(r.total) {
		return false, nil
	}
	m.righten()
	res.Converged = m.run(1e-3, 200)
	res.LogLikelihood, res.Criterion = m.ll, m.bic()
	mem := m.member()
	res.Members = []*Member{mem}
	return true, nil
}

// righten puts a model of two classes on the side where votes are more often
// right than wrong. The other side, with the classes exchanged, is as likely.
func (m *model) righten() {
	if m.k != 2 || m.prior != nil {
		return
	}
	r := m.r
	sum := 0.0
	for d := range r.len() {
		if r.gold[d] > 0 {
			return // known classes decide
		}
		for _, c := range r.class[r.ptr[d]:r.ptr[d+1]] {
			sum += r.weight[d] * (m.post[2*d+int(c)-1] - 0.5)
		}
	}
	if sum >= 0 {
		return
	}
	for d := range r.len() {
		m.post[2*d], m.post[2*d+1] = m.post[2*d+1], m.post[2*d]
	}
	m.gatherAll()
	m.maximize(20)
	m.expect()
}

// search finds the dependencies of a model that is settled.
func (res *Result) search(ctx context.Context, m *model, pc *pairCounts) error {
	path, err := m.structure(ctx, pc, func() float64 { return max(0.3, 1e-6*math.Abs(m.ll)) })
	if err != nil {
		return err
	}
	res.Path = path
	res.describe(m)
	return nil
}

// describe takes over what a model says of itself.
func (res *Result) describe(m *model) {
	res.LogLikelihood, res.Criterion = m.ll, m.bic()
	res.Families, res.Pairs = nil, nil
	for j := range m.lfs {
		res.Families = append(res.Families, m.lfs[j].family)
	}
	for _, c := range m.comps {
		for _, p := range c.pairs {
			res.Pairs = append(res.Pairs, Pair{p.j, p.k, p.weight[bothAbstain], p.weight[bothRight], p.weight[bothWrong]})
		}
	}
}

// Dependencies finds the pairs of LFs of L that depend on each other given the
// class, whether or not the model with them, the only member, describes the matrix.
func Dependencies(ctx context.Context, L *matrix.LabelMatrix, k int, o Options) (*Result, error) {
	res := &Result{Classes: k, LogLikelihood: math.NaN(), Criterion: math.NaN()}
	order := canonical(L, k)
	r := newRows(L.SelectCols(order), k, o.Gold, nil)
	if r.covered == 0 {
		res.Members = []*Member{{Kind: "vote"}}
		return res, nil
	}
	m := newModel(r, weak(r, o))
	m.expect()
	m.settle(1e-6 * math.Abs(m.ll))
	if err := res.search(ctx, m, countPairs(r)); err != nil {
		return nil, err
	}
	res.Members = []*Member{m.member()}
	res.renumber(order)
	return res, nil
}

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
			ok, err := a.run(ctx, 100)
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
func constants(L *matrix.LabelMatrix) (constant []int) {
	n, m := L.Cols(), L.Rows()
	first := make([]int16, n)
	count := make([]int, n)
	same := make([]bool, n)
	_, cols, vals := L.CSR()
	for e, j := range cols {
		if count[j] == 0 {
			first[j], same[j] = vals[e], true
		}
		count[j]++
		same[j] = same[j] && vals[e] == first[j]
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

// Posterior returns the probabilities of each row of L, m × K: the mean of those
// of the members. gold has known classes, or is nil.
func (res *Result) Posterior(L *matrix.LabelMatrix, gold []int16) ([]float64, error) {
	k := res.Classes
	m, n := L.Rows(), L.Cols()
	out := make([]float64, m*k)
	r := newRows(L, k, gold, nil)
	for _, o := range res.Members {
		for _, f := range o.Factors {
			for _, j := range f.LFs {
				if j >= n {
					return nil, fmt.Errorf("the model knows %d labeling functions, the matrix has %d", j+1, n)
				}
			}
		}
		p := o.posterior(r)
		for i, d := range r.of {
			for y := range k {
				out[i*k+y] += p[int(d)*k+y]
			}
		}
	}
	for i := range out {
		out[i] /= float64(len(res.Members))
	}
	return out, nil
}
