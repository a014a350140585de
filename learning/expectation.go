package learning

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// expectation computes, for given weights, the gradient of the mean log
// likelihood: for each weight the mean over the data of E[φ | l] minus the
// model's E[φ]; and its Jacobian, the difference of the covariances.
//
// The model is P(y, l) ∝ exp Σ weight × factor. Without dependencies the LFs
// are independent given y, so the model's side has a closed form, and its
// covariance is one block per LF plus, for binary y, an outer product from the
// two states of y (law of total covariance).
type expectation struct {
	layout
	patterns    *patterns
	cardinality int
	priors      []float64
	labelWeight float64

	weights  Weights   // of the current point
	constant []float64 // the data's share of factors that do not involve y
	lanes    []lane
}

// lane is the sum over a fixed part of the patterns. The parts do not depend
// on how many processors work, so neither do the sums.
type lane struct {
	mean  []float64 // data's E[φ], for class, accuracy and class propensity
	cov   []float64 // their covariance, upper triangle of size × size
	class []float64 // scratch: one number per class
}

// Work is cut into maxLanes sums, each of whole blocks of blockSize patterns.
// Eight lanes keep up to eight processors busy; a block is large enough that
// starting it costs nothing.
const (
	maxLanes  = 8
	blockSize = 1024
)

func newExpectation(p *patterns, l layout, k int, priors []float64, labelWeight float64) *expectation {
	e := &expectation{layout: l, patterns: p, cardinality: k, priors: priors, labelWeight: labelWeight,
		weights: newWeights(l.n), constant: make([]float64, l.size)}
	blocks := (p.len() + blockSize - 1) / blockSize
	e.lanes = make([]lane, max(1, min(maxLanes, blocks)))
	for i := range e.lanes {
		e.lanes[i] = lane{mean: make([]float64, l.size), class: make([]float64, k)}
	}
	for i := range p.len() {
		cols, vals := p.row(i)
		for x, j := range cols {
			if l.prior >= 0 {
				e.constant[l.prior+int(j)] += p.share[i] * float64(vals[x])
			}
			if l.propens >= 0 {
				e.constant[l.propens+int(j)] += p.share[i]
			}
		}
	}
	return e
}

// gradient writes the gradient at w.
func (e *expectation) gradient(w, grad []float64) {
	e.unpack(w, e.priors, &e.weights)
	e.eachLane(false)
	copy(grad, e.constant)
	for i := range e.lanes {
		for a, x := range e.lanes[i].mean {
			grad[a] += x
		}
	}
	e.subtractModel(grad, nil)
}

// jacobian writes the derivative of the gradient at w, size × size row-major.
func (e *expectation) jacobian(w, jac []float64) {
	e.unpack(w, e.priors, &e.weights)
	for i := range e.lanes {
		if e.lanes[i].cov == nil {
			e.lanes[i].cov = make([]float64, e.size*e.size)
		}
	}
	e.eachLane(true)
	clear(jac)
	for i := range e.lanes {
		for a, x := range e.lanes[i].cov {
			jac[a] += x
		}
	}
	for a := range e.size { // the lanes filled one triangle
		for b := range a {
			jac[a*e.size+b] += jac[b*e.size+a]
			jac[b*e.size+a] = jac[a*e.size+b]
		}
	}
	e.subtractModel(nil, jac)
}

// eachLane sums the data's side, several lanes at a time.
func (e *expectation) eachLane(cov bool) {
	workers := min(len(e.lanes), runtime.GOMAXPROCS(0))
	if workers == 1 {
		for i := range e.lanes {
			e.sumLane(i, cov)
		}
		return
	}
	var next atomic.Int32
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(e.lanes); i = int(next.Add(1)) - 1 {
				e.sumLane(i, cov)
			}
		})
	}
	wg.Wait()
}

// sumLane goes through every maxLanes-th block of patterns.
func (e *expectation) sumLane(i int, cov bool) {
	l := &e.lanes[i]
	clear(l.mean)
	if cov {
		clear(l.cov)
	}
	for from := i * blockSize; from < e.patterns.len(); from += len(e.lanes) * blockSize {
		for p := from; p < min(from+blockSize, e.patterns.len()); p++ {
			switch {
			case e.cardinality == 2 && cov:
				e.binaryCov(l, p)
			case e.cardinality == 2:
				e.binaryMean(l, p)
			case cov:
				e.categoricalCov(l, p)
			default:
				e.categoricalMean(l, p)
			}
		}
	}
}

// meanClass is E[y | l] = tanh of half the log-odds of y.
func (e *expectation) meanClass(p int) float64 {
	cols, vals := e.patterns.row(p)
	s := e.weights.ClassPrior + e.labelWeight*float64(e.patterns.label[p])
	for k, j := range cols {
		s += e.weights.LFAccuracy[j]*float64(vals[k]) + e.weights.LFClassPropensity[j]
	}
	return math.Tanh(s)
}

func (e *expectation) binaryMean(l *lane, p int) {
	cols, vals := e.patterns.row(p)
	mu := e.patterns.share[p] * e.meanClass(p)
	if e.class >= 0 {
		l.mean[e.class] += mu
	}
	accuracy := l.mean[e.accuracy:]
	for k, j := range cols {
		accuracy[j] += mu * float64(vals[k])
	}
	if e.cpro >= 0 {
		for _, j := range cols {
			l.mean[e.cpro+int(j)] += mu
		}
	}
}

// binaryCov adds the covariance of the factors given l. Only y is random, so
// each factor is y times a constant.
func (e *expectation) binaryCov(l *lane, p int) {
	cols, vals := e.patterns.row(p)
	mu := e.meanClass(p)
	v := e.patterns.share[p] * (1 - mu*mu)
	if v == 0 {
		return
	}
	for k, j := range cols {
		x := v * float64(vals[k])
		a := e.accuracy + int(j)
		if e.class >= 0 {
			l.cov[e.class*e.size+a] += x
		}
		row := l.cov[a*e.size:]
		for k2 := k; k2 < len(cols); k2++ {
			row[e.accuracy+int(cols[k2])] += x * float64(vals[k2])
		}
		if e.cpro >= 0 {
			for _, j2 := range cols {
				row[e.cpro+int(j2)] += x
			}
		}
	}
	if e.class >= 0 {
		l.cov[e.class*e.size+e.class] += v
	}
	if e.cpro < 0 {
		return
	}
	for k, j := range cols {
		if e.class >= 0 {
			l.cov[e.class*e.size+e.cpro+int(j)] += v
		}
		row := l.cov[(e.cpro+int(j))*e.size:]
		for _, j2 := range cols[k:] {
			row[e.cpro+int(j2)] += v
		}
	}
}

// posterior fills the lane's scratch with P(y = k | l) for K classes.
func (e *expectation) posterior(l *lane, p int) []float64 {
	cols, vals := e.patterns.row(p)
	q := l.class
	clear(q)
	for k, j := range cols {
		q[vals[k]-1] += 2 * e.weights.LFAccuracy[j]
	}
	if label := e.patterns.label[p]; label > 0 {
		q[label-1] += 2 * e.labelWeight
	}
	softmax(q)
	return q
}

func (e *expectation) categoricalMean(l *lane, p int) {
	cols, vals := e.patterns.row(p)
	q := e.posterior(l, p)
	for k, j := range cols {
		l.mean[e.accuracy+int(j)] += e.patterns.share[p] * (2*q[vals[k]-1] - 1)
	}
}

func (e *expectation) categoricalCov(l *lane, p int) {
	cols, vals := e.patterns.row(p)
	q := e.posterior(l, p)
	for k, j := range cols {
		row := l.cov[(e.accuracy+int(j))*e.size+e.accuracy:]
		x := 4 * e.patterns.share[p] * q[vals[k]-1]
		for k2 := k; k2 < len(cols); k2++ {
			c := -q[vals[k2]-1]
			if vals[k2] == vals[k] {
				c++
			}
			row[cols[k2]] += x * c
		}
	}
}

// softmax replaces scores by probabilities, without overflow.
func softmax(s []float64) {
	top := s[0]
	for _, x := range s[1:] {
		top = max(top, x)
	}
	sum := 0.0
	for k, x := range s {
		s[k] = math.Exp(x - top)
		sum += s[k]
	}
	for k := range s {
		s[k] /= sum
	}
}

// subtractModel takes the model's expectations off grad, and its covariances
// off jac; either may be nil.
func (e *expectation) subtractModel(grad, jac []float64) {
	if e.cardinality == 2 {
		e.subtractBinary(grad, jac)
	} else {
		e.subtractCategorical(grad, jac)
	}
}

func (e *expectation) subtractBinary(grad, jac []float64) {
	m := newBinaryModel(&e.weights)
	if grad != nil {
		if e.class >= 0 {
			grad[e.class] -= m.q[1] - m.q[0]
		}
		for j := range e.n {
			for s, y := range [2]float64{-1, 1} {
				vote, votes := m.vote(j, s)
				grad[e.accuracy+j] -= m.q[s] * y * vote
				if e.prior >= 0 {
					grad[e.prior+j] -= m.q[s] * vote
				}
				if e.propens >= 0 {
					grad[e.propens+j] -= m.q[s] * votes
				}
				if e.cpro >= 0 {
					grad[e.cpro+j] -= m.q[s] * y * votes
				}
			}
		}
	}
	if jac == nil {
		return
	}
	// Between the two states of y: an outer product of the differences.
	diff := make([]float64, e.size)
	if e.class >= 0 {
		diff[e.class] = 2
	}
	for j := range e.n {
		var f [2][4]float64 // by state: accuracy, prior, propensity, class propensity
		for s, y := range [2]float64{-1, 1} {
			vote, votes := m.vote(j, s)
			f[s] = [4]float64{y * vote, vote, votes, y * votes}
			e.subtractBlock(jac, j, m.q[s], y, f[s], votes)
		}
		for kind, at := range [4]int{e.accuracy, e.prior, e.propens, e.cpro} {
			if at >= 0 {
				diff[at+j] = f[1][kind] - f[0][kind]
			}
		}
	}
	between := m.q[0] * m.q[1]
	for a, x := range diff {
		for b, z := range diff {
			jac[a*e.size+b] -= between * x * z
		}
	}
}

// subtractBlock takes one LF's covariance given y off jac, weighted by q. Its
// factors are l·y, l, |l| and |l|·y with the means f; as l is −1, 0 or 1, the
// product of two of them is ±|l| (for both from the same half) or ±l.
func (e *expectation) subtractBlock(jac []float64, j int, q, y float64, f [4]float64, votes float64) {
	at := [4]int{e.accuracy, e.prior, e.propens, e.cpro}
	sign := [4]float64{y, 1, 1, y}
	vote := f[1]
	for a := range at {
		for b := range at {
			if at[a] < 0 || at[b] < 0 {
				continue
			}
			product := sign[a] * sign[b]
			if (a < 2) == (b < 2) {
				product *= votes
			} else {
				product *= vote
			}
			jac[(at[a]+j)*e.size+at[b]+j] -= q * (product - f[a]*f[b])
		}
	}
}

func (e *expectation) subtractCategorical(grad, jac []float64) {
	for j := range e.n {
		right, wrong := categoricalVote(&e.weights, j, e.cardinality)
		accuracy, votes := right-wrong, right+wrong
		a := e.accuracy + j
		if grad != nil {
			grad[a] -= accuracy
			if e.propens >= 0 {
				grad[e.propens+j] -= votes
			}
		}
		if jac == nil {
			continue
		}
		jac[a*e.size+a] -= votes - accuracy*accuracy
		if e.propens >= 0 {
			b := e.propens + j
			jac[b*e.size+b] -= votes - votes*votes
			jac[a*e.size+b] -= accuracy - accuracy*votes
			jac[b*e.size+a] -= accuracy - accuracy*votes
		}
	}
}
