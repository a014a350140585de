package learning

import (
	"math"
	"slices"
)

// expectation computes, for given weights, the gradient of the mean log
// likelihood: for each weight the mean over the data of E[φ | l] minus the
// model's E[φ]; and its Jacobian, the difference of the covariances.
//
// Given the labels only y is random. For two classes every factor is then a
// constant plus z · y, so the data's side needs for each distinct row only the
// weights with z ≠ 0. For more classes only the accuracies depend on y.
type expectation struct {
	layout
	patterns    *patterns
	options     *TrainOptions
	cardinality int
	labelWeight float64
	splits      [numKinds][3][2]float64 // of two classes: label + 1 → constant and z of each kind
	scopes      []scope

	offset   []float64 // the fixed part of each weight
	theta    []float64 // the whole weights at the current point
	constant []float64 // the data's mean of what does not depend on y
	lanes    []lane

	votes *voteSums // nil where it does not do

	// Where it does not, of two classes.
	indptr  []int32 // pattern → its features
	feature []int32 // index of the weight, ascending
	z       []float64

	// Of more than two classes: the slot of each vote and of each known label
	// (see setSlots), and how many slots each pattern has.
	slot, labelSlot, slots []int16
}

// scope is the part of the candidates that have the same number of classes,
// and the model of these. Without candidate ranges there is one.
type scope struct {
	share float64
	joint *joint
}

// lane is the sum over a fixed part of the patterns. The parts do not depend
// on how many processors work, so neither do the sums.
type lane struct {
	mean  []float64 // of the part of the factors that depends on y
	cov   []float64 // their covariance, upper triangle of size × size
	class []float64 // scratch: one number per slot
}

// Work is cut into maxLanes sums, each of whole blocks of blockSize patterns.
// Eight lanes keep up to eight processors busy; a block is large enough that
// starting it costs nothing.
const (
	maxLanes  = 8
	blockSize = 1024
)

func newExpectation(p *patterns, l layout, k int, o *TrainOptions) *expectation {
	e := &expectation{layout: l, patterns: p, options: o, cardinality: k, labelWeight: o.LabelPriorWeight, scopes: newScopes(p, l, k),
		offset: l.priors(o), theta: make([]float64, l.size), constant: make([]float64, l.size)}
	blocks := (p.len() + blockSize - 1) / blockSize
	e.lanes = make([]lane, max(1, min(maxLanes, blocks)))
	for i := range e.lanes {
		e.lanes[i] = lane{mean: make([]float64, l.size), class: make([]float64, k)}
	}
	if k > 2 {
		e.setSlots()
	} else {
		for _, kind := range l.ofLFs {
			for label := range 3 {
				split := &e.splits[kind][label]
				split[0], split[1] = l.kinds[kind].split(label - 1)
			}
		}
	}
	if len(l.dependencies) > 0 {
		e.setFeatures()
		return e
	}
	for _, kind := range l.ofLFs {
		for vote, share := range p.votes {
			if k == 2 {
				e.constant[l.at[kind]+vote/2] += share * e.splits[kind][vote&1<<1][0]
			} else if f := &l.kinds[kind]; !f.y {
				e.constant[l.at[kind]+vote/2] += share * float64(f.value(1, 1))
			}
		}
	}
	if k == 2 {
		e.votes = e.newVoteSums()
	}
	return e
}

// setFeatures splits the factors of each pattern.
func (e *expectation) setFeatures() {
	p := e.patterns
	clear(e.constant)
	e.indptr = make([]int32, 1, p.len()+1)
	labels := make([]int, e.n)
	for i := range p.len() {
		cols, vals := p.row(i)
		for x, j := range cols {
			labels[j] = int(vals[x])
		}
		e.addPattern(cols, labels, p.share[i])
		for _, j := range cols {
			labels[j] = 0
		}
	}
}

func newScopes(p *patterns, l layout, k int) []scope {
	var scopes []scope
	for classes, share := range p.scopes {
		if share > 0 {
			scopes = append(scopes, scope{share, newJoint(l, classes, k == 2)})
		}
	}
	return scopes
}

// addPattern splits the factors of one distinct row into their constants and,
// of two classes, their features. Of more classes the accuracies alone depend
// on y, see posterior.
func (e *expectation) addPattern(cols []int32, labels []int, share float64) {
	add := func(weight int, constant, z float64) {
		if constant != 0 {
			e.constant[weight] += share * constant
		}
		if z != 0 {
			e.feature = append(e.feature, int32(weight))
			e.z = append(e.z, z)
		}
	}
	for kind, at := range e.at {
		f := &e.kinds[kind]
		switch {
		case at < 0:
		case f.each == nil:
			constant, z := f.split(0)
			add(at, constant, z)
		case e.cardinality == 2:
			table := &e.splits[kind]
			for _, j := range cols {
				split := &table[labels[j]+1]
				add(at+int(j), split[0], split[1])
			}
		case !f.y:
			for _, j := range cols {
				add(at+int(j), float64(f.value(1, labels[j])), 0)
			}
		}
	}
	for i, d := range e.dependencies {
		a, b := labels[d.J], labels[d.K]
		constant, z := float64(d.Type.Factor(a, b, 1)), 0.0
		if d.Type.Directed() {
			constant, z = halves(d.Type.Factor(a, b, 1), d.Type.Factor(a, b, -1))
		}
		add(e.deps+i, constant, z)
	}
	e.indptr = append(e.indptr, int32(len(e.feature)))
}

// moveTo sets the current point; w are the learned parts of the weights.
func (e *expectation) moveTo(w []float64) {
	for a := range e.theta {
		e.theta[a] = e.offset[a] + w[a]
	}
	if e.votes != nil {
		e.votes.moveTo(e)
	}
}

// gradient writes the gradient at w.
func (e *expectation) gradient(w, grad []float64) {
	e.moveTo(w)
	e.eachLane(false)
	copy(grad, e.constant)
	if e.votes != nil {
		e.votes.addMean(e, grad)
	}
	for i := range e.lanes {
		for a, x := range e.lanes[i].mean {
			grad[a] += x
		}
	}
	for _, s := range e.scopes {
		s.joint.subtractMean(e.theta, s.share, grad)
	}
}

// jacobian writes the derivative of the gradient at w, size × size row-major.
func (e *expectation) jacobian(w, jac []float64) {
	e.moveTo(w)
	for i := range e.lanes {
		if e.lanes[i].cov == nil && e.votes == nil {
			e.lanes[i].cov = make([]float64, e.size*e.size)
		}
	}
	e.eachLane(true)
	clear(jac)
	if e.votes != nil {
		e.votes.addCov(e, jac)
	}
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
	for _, s := range e.scopes {
		s.joint.subtractCov(e.theta, s.share, jac)
	}
}

// objective is the mean log likelihood at w, of the labels and of what is known
// of y, up to a constant.
func (e *expectation) objective(w []float64) float64 {
	e.moveTo(w)
	sum := 0.0
	for a, x := range e.constant {
		sum += e.theta[a] * x
	}
	scratch := &e.lanes[0]
	for p := range e.patterns.len() {
		sum += e.patterns.share[p] * e.logEvidence(scratch, p)
	}
	for _, s := range e.scopes {
		s.joint.expect(e.theta)
		sum -= s.share * s.joint.logNormaliser()
	}
	return sum
}

// laneSums are the sums of the data's side, with or without covariances.
type laneSums struct {
	e   *expectation
	cov bool
}

// eachLane sums the data's side, several lanes at a time.
func (e *expectation) eachLane(cov bool) {
	spread(len(e.lanes), laneSums{e, cov}, func(s laneSums, i int) { s.e.sumLane(i, s.cov) })
}

// sumLane goes through every maxLanes-th block of patterns.
func (e *expectation) sumLane(i int, cov bool) {
	l := &e.lanes[i]
	clear(l.mean)
	if cov {
		clear(l.cov)
	}
	if e.votes != nil {
		e.votes.clear(i, cov)
	}
	for from := i * blockSize; from < e.patterns.len(); from += len(e.lanes) * blockSize {
		to := min(from+blockSize, e.patterns.len())
		switch {
		case e.votes != nil && cov:
			e.votes.sumPairs(e, i, from, to)
			continue
		case e.votes != nil:
			e.votes.sumVotes(e, i, from, to)
			continue
		}
		for p := from; p < to; p++ {
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

// features are the weights of a pattern that depend on y, with their z.
func (e *expectation) features(p int) ([]int32, []float64) {
	lo, hi := e.indptr[p], e.indptr[p+1]
	return e.feature[lo:hi], e.z[lo:hi]
}

// half is half the log-odds of y for two classes.
func (e *expectation) half(p int) float64 {
	s := e.labelWeight * float64(e.patterns.label[p])
	if e.votes != nil {
		return s + e.votes.half(e.patterns.row(p))
	}
	feature, z := e.features(p)
	for k, a := range feature {
		s += e.theta[a] * z[k]
	}
	return s
}

func (e *expectation) binaryMean(l *lane, p int) {
	mu := e.patterns.share[p] * math.Tanh(e.half(p)) // tanh is E[y | l]
	feature, z := e.features(p)
	for k, a := range feature {
		l.mean[a] += mu * z[k]
	}
}

func (e *expectation) binaryCov(l *lane, p int) {
	mu := math.Tanh(e.half(p))
	v := e.patterns.share[p] * (1 - mu*mu)
	if v == 0 {
		return
	}
	feature, z := e.features(p)
	for k, a := range feature {
		row, x := l.cov[int(a)*e.size:], v*z[k]
		for k2 := k; k2 < len(feature); k2++ {
			row[feature[k2]] += x * z[k2]
		}
	}
}

// setSlots numbers the classes that somebody votes for in each pattern, so that
// training needs room and time for these only, however many classes there are.
func (e *expectation) setSlots() {
	p := e.patterns
	e.slot = make([]int16, len(p.vals))
	e.labelSlot, e.slots = make([]int16, p.len()), make([]int16, p.len())
	var seen []int16
	slotOf := func(label int16) int16 {
		at := slices.Index(seen, label)
		if at < 0 {
			at = len(seen)
			seen = append(seen, label)
		}
		return int16(at)
	}
	for i := range p.len() {
		seen = seen[:0]
		for k := p.indptr[i]; k < p.indptr[i+1]; k++ {
			e.slot[k] = slotOf(p.vals[k])
		}
		if p.label[i] > 0 {
			e.labelSlot[i] = slotOf(p.label[i])
		}
		e.slots[i] = int16(len(seen))
	}
}

// posterior computes P(y | l) for the classes that somebody votes for, by slot;
// all other classes have the same probability. The normalising sum is
// sum · exp(top).
func (e *expectation) posterior(l *lane, p int) (q []float64, slot []int16, sum, top float64) {
	cols, _ := e.patterns.row(p)
	slot = e.slot[e.patterns.indptr[p]:e.patterns.indptr[p+1]]
	q = l.class[:e.slots[p]]
	clear(q)
	for k, j := range cols {
		q[slot[k]] += 2 * e.theta[e.at[accuracyKind]+int(j)]
	}
	if e.patterns.label[p] > 0 {
		q[e.labelSlot[p]] += 2 * e.labelWeight
	}
	// Exponentials of moderate scores need no scaling.
	const moderate = 300
	others := float64(int(e.patterns.classes[p]) - len(q))
	for _, x := range q {
		if math.Abs(x) > moderate {
			top = math.Inf(-1)
		}
	}
	if top != 0 {
		if others > 0 {
			top = 0
		}
		for _, x := range q {
			top = math.Max(top, x)
		}
	}
	if others > 0 {
		sum = others * math.Exp(-top)
	}
	for s, x := range q {
		q[s] = math.Exp(x - top)
		sum += q[s]
	}
	for s := range q {
		q[s] /= sum
	}
	return q, slot, sum, top
}

func (e *expectation) categoricalMean(l *lane, p int) {
	cols, _ := e.patterns.row(p)
	q, slot, _, _ := e.posterior(l, p)
	accuracy, share := l.mean[e.at[accuracyKind]:], e.patterns.share[p]
	for k, j := range cols {
		accuracy[j] += share * (2*q[slot[k]] - 1)
	}
}

func (e *expectation) categoricalCov(l *lane, p int) {
	cols, _ := e.patterns.row(p)
	q, slot, _, _ := e.posterior(l, p)
	for k, j := range cols {
		row := l.cov[(e.at[accuracyKind]+int(j))*e.size+e.at[accuracyKind]:]
		x := 4 * e.patterns.share[p] * q[slot[k]]
		for k2 := k; k2 < len(cols); k2++ {
			c := -q[slot[k2]]
			if slot[k2] == slot[k] {
				c++
			}
			row[cols[k2]] += x * c
		}
	}
}

// logEvidence is the logarithm of the sum over y of exp of the factors that
// depend on y.
func (e *expectation) logEvidence(l *lane, p int) float64 {
	if e.cardinality == 2 {
		s := math.Abs(e.half(p))
		return s + math.Log1p(math.Exp(-2*s))
	}
	cols, _ := e.patterns.row(p)
	_, _, sum, top := e.posterior(l, p)
	s := top + math.Log(sum)
	for _, j := range cols { // an LF counts −1 for the classes that it does not vote for
		s -= e.theta[e.at[accuracyKind]+int(j)]
	}
	if e.patterns.label[p] > 0 {
		s -= e.labelWeight
	}
	return s
}

// softmax replaces scores by probabilities, without overflow, and returns the
// logarithm of the sum of their exponentials.
func softmax(s []float64) float64 {
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
	return top + math.Log(sum)
}
