package learning

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"

	"workbench/annotations/matrix"
	"workbench/learning/latent"
)

// report fills in what a person wants to know of a model that was fitted to
// patterns.
func (m *LabelModel) report(p *matrix.Patterns, res *latent.Result) error {
	k, n, candidates := m.Cardinality, p.Distinct.Cols(), p.Total()
	m.LogLikelihood, m.Criterion = res.LogLikelihood, res.Criterion
	m.Status = Converged
	switch {
	case candidates == 0:
		m.Status = NoData
	case !res.Converged:
		m.Status = IterationLimit
	}
	switch {
	case len(m.members) == 1 && m.members[0].Kind == "vote":
		m.Family = FamilyVote
	case len(m.members) == 1 && len(res.Pairs) > 0:
		m.Family = FamilyDependent
	case len(m.members) == 1:
		m.Family = FamilyIndependent
	case m.members[1].Kind == "annotators":
		m.Family = FamilyAnnotators
	default:
		m.Family = FamilyFunctions
	}
	single := m.Family == FamilyIndependent || m.Family == FamilyDependent
	m.Dependencies, m.Path = []FittedDependency{}, []DependencyStep{}
	for _, p := range res.Path {
		m.Path = append(m.Path, DependencyStep{p.J, p.K, p.Statistic, p.PValue, p.Gain})
	}
	believed, err := m.patternMarginals(p)
	if err != nil {
		return err
	}
	// sums over patterns do not depend on the order of the candidates
	m.ClassPrior = make([]float64, k)
	for d, n := range p.Counts {
		for y := range k {
			m.ClassPrior[y] += float64(n) * believed.Prob(d, y) / float64(candidates)
		}
	}
	votes := make([]answers, n)
	right := make([]float64, n)
	count := make([]int, n)
	for d, candidates := range p.Counts {
		cols, vals := p.Distinct.Row(d)
		for e, j := range cols {
			votes[j].add(vals[e])
			count[j] += candidates
			right[j] += float64(candidates) * believed.Prob(d, classIndex(vals[e], k))
		}
	}
	for j := range n {
		f := FittedLF{Name: m.LFs[j], J: j, Votes: count[j], Accuracy: math.NaN(), AccuracySE: math.NaN(), Polarity: votes[j].list()}
		if count[j] > 0 {
			f.Accuracy = right[j] / float64(count[j])
			f.Coverage = float64(count[j]) / float64(candidates)
		}
		if single {
			f.Family = res.Families[j].String()
		}
		m.Fitted = append(m.Fitted, f)
	}
	m.standardErrors(p, believed)
	if single {
		for _, d := range res.Pairs {
			m.Dependencies = append(m.Dependencies, fittedDependency(p, believed, d))
		}
	}
	m.Reason = m.reason(res)
	m.warn(p.Distinct, res)
	return nil
}

// fittedDependency weighs the three weights of a pair by how often it is alike
// in each way.
func fittedDependency(p *matrix.Patterns, believed *matrix.Marginals, d latent.Pair) FittedDependency {
	var abstain, right, wrong float64
	for i, n := range p.Counts {
		a, b, w := p.Distinct.At(i, d.J), p.Distinct.At(i, d.K), float64(n)
		switch {
		case a != b:
		case a == 0:
			abstain += w
		default:
			x := believed.Prob(i, classIndex(a, believed.Cardinality))
			right += w * x
			wrong += w * (1 - x)
		}
	}
	o := FittedDependency{J: d.J, K: d.K, Type: "similar", Abstain: d.Abstain, Right: d.Right, Wrong: d.Wrong}
	if sum := abstain + right + wrong; sum > 0 {
		o.Weight = (abstain*d.Abstain + right*d.Right + wrong*d.Wrong) / sum
	}
	return o
}

// standardErrors estimates those of the accuracies from the outer product of
// the candidates' scores (the empirical Fisher information), jointly with the
// class prior for up to 200 LFs, and one by one for more. None is above 0.5: that
// is how much a probability of which nothing is known can vary.
func (m *LabelModel) standardErrors(p *matrix.Patterns, believed *matrix.Marginals) {
	const unknown = 0.5
	k, n := m.Cardinality, p.Distinct.Cols()
	usable := func(j int) bool {
		a := m.Fitted[j].Accuracy
		return m.Fitted[j].Votes > 1 && a > 1e-6 && a < 1-1e-6
	}
	score := func(i int, j int32, v int16) float64 {
		a := m.Fitted[j].Accuracy
		return (believed.Prob(i, classIndex(v, k)) - a) / (a * (1 - a))
	}
	const joint = 200
	if n > joint {
		info := make([]float64, n)
		for i, candidates := range p.Counts {
			cols, vals := p.Distinct.Row(i)
			for e, j := range cols {
				if usable(int(j)) {
					s := score(i, j, vals[e])
					info[j] += float64(candidates) * s * s
				}
			}
		}
		for j, x := range info {
			if x > 0 {
				m.Fitted[j].AccuracySE = min(1/math.Sqrt(x), unknown)
			}
		}
		return
	}
	d := n + k - 1
	info := mat.NewSymDense(d, nil)
	at := make([]int, 0, d)
	s := make([]float64, d)
	for i, candidates := range p.Counts {
		at = at[:0]
		cols, vals := p.Distinct.Row(i)
		for e, j := range cols {
			if usable(int(j)) {
				s[j] = score(i, j, vals[e])
				at = append(at, int(j))
			}
		}
		for y := range k - 1 {
			s[n+y] = believed.Prob(i, y)/max(m.ClassPrior[y], 1e-9) - believed.Prob(i, k-1)/max(m.ClassPrior[k-1], 1e-9)
			at = append(at, n+y)
		}
		for a, x := range at {
			for _, z := range at[:a+1] {
				info.SetSym(x, z, info.At(x, z)+float64(candidates)*s[x]*s[z])
			}
		}
	}
	for x := range d {
		if info.At(x, x) == 0 {
			info.SetSym(x, x, 1)
		}
	}
	var chol mat.Cholesky
	if !chol.Factorize(info) {
		return
	}
	var inverse mat.SymDense
	if chol.InverseTo(&inverse) != nil && chol.Cond() > 1e14 {
		return
	}
	for j := range n {
		if usable(j) {
			m.Fitted[j].AccuracySE = min(math.Sqrt(inverse.At(j, j)), unknown)
		}
	}
}

// warn adds what a person should know.
func (m *LabelModel) warn(L *matrix.LabelMatrix, res *latent.Result) {
	add := func(format string, args ...any) { m.Warnings = append(m.Warnings, fmt.Sprintf(format, args...)) }
	m.Warnings = append([]string{}, L.Warnings...)
	overlap := make(map[int32]bool)
	for i := range L.Rows() {
		if cols, _ := L.Row(i); len(cols) > 1 {
			for _, j := range cols {
				overlap[j] = true
			}
		}
		if len(overlap) >= 3 {
			break
		}
	}
	if len(overlap) < 3 && L.Rows() > 0 {
		add("fewer than three labeling functions label candidates together: how accurate each is cannot be told")
	}
	var worse, alone []string
	for _, f := range m.Fitted {
		if f.Votes < 5 {
			continue
		}
		if f.Accuracy < 1/float64(m.Cardinality) {
			worse = append(worse, f.Name)
		}
		if f.Accuracy > 0.9999 && f.Coverage > 0.5 && m.Cardinality == 2 && len(f.Polarity) == 2 {
			alone = append(alone, f.Name)
		}
	}
	margin, all := 0.0, 0.0
	for _, f := range m.Fitted {
		if f.Votes > 0 {
			margin += float64(f.Votes) * (f.Accuracy - 1/float64(m.Cardinality))
			all += float64(f.Votes)
		}
	}
	if all > 0 && margin < 0.05*all {
		add("votes are hardly better than chance: the classes may be exchanged")
	}
	if len(worse) > 0 {
		add("worse than chance: %s", some(worse))
	}
	if len(alone) > 0 {
		add("explains the classes alone, which may be a dependency that is not seen: %s", some(alone))
	}
	var silent []string
	for j, f := range res.Families {
		if f == latent.Silent && len(m.members) == 1 {
			silent = append(silent, m.LFs[j])
		}
	}
	if len(silent) > 0 {
		add("too many labeling functions copy each other; left out: %s", some(silent))
	}
	for _, j := range res.Constant {
		add("%s votes for one class on every candidate, which tells nothing of a single one", m.LFs[j])
	}
	if m.Status == IterationLimit {
		add("the fit was still moving when it was stopped")
	}
}

// reason says why the family was taken.
func (m *LabelModel) reason(res *latent.Result) string {
	a := res.Adequacy
	switch {
	case voting(m.Fitted) == 0:
		return "no labeling function votes"
	case m.Family == FamilyVote && voting(m.Fitted)-len(res.Constant) < 3:
		return "it takes three labeling functions to tell how accurate each is"
	case m.Family == FamilyVote:
		return "a labeling function votes for one class on every candidate, and nothing tells how much that weighs"
	case m.Family == FamilyIndependent || m.Family == FamilyDependent:
		return "one model describes the matrix"
	case res.Ignored:
		return "candidates seem to have been given to annotators, so that a missing vote says nothing"
	case a.TooFew():
		return "the votes are too few to tell one model"
	case len(m.LFs) > latent.MostLFs:
		return "labeling functions are too many to search them for dependencies"
	case a.Dependent():
		return "labeling functions depend on each other in more ways than one model has"
	}
	return "no single model describes how many labels candidates have"
}

// voting counts the LFs that vote.
func voting(lfs []FittedLF) int {
	n := 0
	for _, f := range lfs {
		if f.Votes > 0 {
			n++
		}
	}
	return n
}

// some lists a few names.
func some(names []string) string {
	const most = 5
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
