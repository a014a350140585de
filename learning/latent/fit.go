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

// Fit finds a model for the patterns of a label matrix, labels of k classes. Their
// marks are the classes 1..K of candidates that are known, 0 of others.
func Fit(ctx context.Context, p *matrix.Patterns, k int, o Options) (*Result, error) {
	order := canonical(p, k)
	res, err := fit(ctx, p.SelectCols(order), k, o)
	if err != nil {
		return nil, err
	}
	res.renumber(order)
	return res, nil
}

func fit(ctx context.Context, p *matrix.Patterns, k int, o Options) (*Result, error) {
	step := func(i int) {
		if o.Progress != nil {
			o.Progress(i, 10)
		}
	}
	res := &Result{Classes: k, LogLikelihood: math.NaN(), Criterion: math.NaN(), Converged: true}
	res.Constant = constants(p)
	if len(res.Constant) > 0 {
		skip := make([]bool, p.Distinct.Cols())
		for _, j := range res.Constant {
			skip[j] = true
		}
		p = p.Without(skip)
	}
	r := newRows(p, k)
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

// MostLFs is among how many LFs pairs are searched: it takes memory for each
// pair, 100 MB for so many.
const MostLFs = 2000

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
	// coins have the fewest parameters
	if res.Adequacy.Evidence = m.evidence(); res.Adequacy.TooFew() {
		return false, nil
	}
	// dependencies of a hundred thousand candidates are those of a million
	some := r
	if r.len() > manyRows && r.total > 4*manyRows {
		some = newRows(r.patterns.Thin(2*manyRows), r.classes)
		m.over(some)
	}
	m.expect()
	m.settle(1e-6 * math.Abs(m.ll))
	step(3)
	if err := ctx.Err(); err != nil {
		return false, err
	}
	// dependencies add parameters, and do not make the numbers of labels alike
	res.Adequacy = Adequacy{Evidence: m.evidence(), Spread: m.spread()}
	if res.Adequacy.TooFew() || res.Adequacy.Spread < 0.8 || r.lfs > MostLFs {
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

// Dependencies finds the pairs of LFs that depend on each other given the class,
// whether or not the model with them, the only member, describes the matrix.
// Patterns are as for [Fit].
func Dependencies(ctx context.Context, p *matrix.Patterns, k int, o Options) (*Result, error) {
	res := &Result{Classes: k, LogLikelihood: math.NaN(), Criterion: math.NaN()}
	order := canonical(p, k)
	r := newRows(p.SelectCols(order), k)
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

// Posterior returns the probabilities of each pattern of a matrix, with known
// classes as for [Fit]: the mean of those of the members, K for each pattern.
func (res *Result) Posterior(p *matrix.Patterns) ([]float64, error) {
	r, k := newRows(p, res.Classes), res.Classes
	mean := make([]float64, r.len()*k)
	for _, o := range res.Members {
		for _, f := range o.Factors {
			for _, j := range f.LFs {
				if j >= r.lfs {
					return nil, fmt.Errorf("the model knows %d labeling functions, the matrix has %d", j+1, r.lfs)
				}
			}
		}
		for at, p := range o.posterior(r) {
			mean[at] += p
		}
	}
	for at := range mean {
		mean[at] /= float64(len(res.Members))
	}
	return mean, nil
}
