package learning

import (
	"fmt"

	"workbench/annotations/matrix"
	"workbench/learning/latent"
)

// The families of label models.
const (
	// FamilyIndependent: LFs are independent given the class.
	FamilyIndependent = "independent"
	// FamilyDependent: some LFs depend on each other given the class.
	FamilyDependent = "dependent"
	// FamilyFunctions: the mean of the smoothed vote and of models of labeling
	// functions with several assumptions.
	FamilyFunctions = "mean of functions"
	// FamilyAnnotators: the mean of the smoothed vote and of models of annotators
	// who were asked about some candidates.
	FamilyAnnotators = "mean of annotators"
	// FamilyVote: the smoothed vote alone; there is nothing to learn from.
	FamilyVote = "vote"
)

// LabelModel is what [Fit] finds.
type LabelModel struct {
	Cardinality int      // K
	KeyGroup    int      // of the LFs
	LFs         []string // n names

	Family string
	Reason string // why that family, a clause
	Status Status // Converged, IterationLimit or NoData
	// LogLikelihood is the natural logarithm of the likelihood of the matrix
	// under the model with the dependencies, and Criterion half its Bayesian
	// information criterion (smaller is better): −LogLikelihood + parameters/2 ·
	// ln m. Both are NaN where no such model was fitted.
	LogLikelihood, Criterion float64
	// ClassPrior is the share of each class among the candidates that the model
	// expects, K probabilities.
	ClassPrior []float64
	// Dependencies are pairs of LFs that depend on each other given the class.
	Dependencies []FittedDependency
	// Path are the steps of the search for them, in order.
	Path []DependencyStep
	// Fitted has what is believed of each LF, in column order.
	Fitted []FittedLF
	// Warnings are what a person should know about the result.
	Warnings []string

	members []*latent.Member
}

// FittedDependency is a pair of LFs J < K that are alike more often than
// independent LFs. The weights are logarithms of how much more probable it is
// that both abstain, both are right, or both make the same error; Weight is
// their mean, weighted by how often each happens.
type FittedDependency struct {
	J       int     `json:"j"`
	K       int     `json:"k"`
	Type    string  `json:"type"` // "similar"
	Weight  float64 `json:"weight"`
	Abstain float64 `json:"abstain"`
	Right   float64 `json:"right"`
	Wrong   float64 `json:"wrong"`
}

// DependencyStep is a dependency that the search added: a score test for its
// weights (Statistic, χ² with up to three degrees of freedom, and the PValue of
// one pair) and the log likelihood that it gained.
type DependencyStep struct {
	J         int     `json:"j"`
	K         int     `json:"k"`
	Statistic float64 `json:"statistic"`
	PValue    float64 `json:"p_value"`
	Gain      float64 `json:"gain"`
}

// FittedLF is what is believed of one LF.
type FittedLF struct {
	Name       string
	J          int
	Accuracy   float64 // share of its votes that are right, as expected; NaN without votes
	AccuracySE float64 // standard error of it, from the observed information; NaN where unknown
	Coverage   float64 // share of the candidates that it labels
	Votes      int
	Polarity   []int16 // labels that it gives, ascending
	// Family says which probabilities are one parameter of it: coin, coverage,
	// class or table; "" in a mean of models.
	Family string
}

// Marginals returns P(y | l) for each of the m candidates of L, whose LFs are
// matched to the model's by name; [ErrOtherLFs] if they are not the same, and
// [matrix.ErrBadLabel] for a label of no class.
func (m *LabelModel) Marginals(L *matrix.LabelMatrix) (*matrix.Marginals, error) {
	return m.MarginalsGiven(L, nil)
}

// MarginalsGiven is Marginals where the classes of some candidates are known:
// gold has a label for each of the m candidates, 0 where it is not known.
func (m *LabelModel) MarginalsGiven(L *matrix.LabelMatrix, gold []int16) (*matrix.Marginals, error) {
	if m.Cardinality == 0 {
		return nil, ErrUntrained
	}
	columns, err := matchColumns(m.LFs, L)
	if err != nil {
		return nil, err
	}
	if err := matrix.CheckLabels(L, m.Cardinality); err != nil {
		return nil, err
	}
	var known []int16
	if gold != nil {
		if len(gold) != L.Rows() {
			return nil, fmt.Errorf("%d gold labels for %d candidates", len(gold), L.Rows())
		}
		if known, err = classes(gold, m.Cardinality); err != nil {
			return nil, err
		}
	}
	// the model's order of columns
	order := make([]int, len(columns))
	sorted := true
	for j, c := range columns {
		order[c] = j
		sorted = sorted && c == j
	}
	groups := matrix.Group(L, classMarks(known))
	p := groups.Patterns
	if !sorted {
		p = &matrix.Patterns{Distinct: p.Distinct.SelectCols(order), Counts: p.Counts, Marks: p.Marks}
	}
	believed, err := m.patternMarginals(p)
	if err != nil {
		return nil, err
	}
	return scatter(believed, groups, L.Candidates()), nil
}

// patternMarginals are the marginals of patterns, whose columns are in the order
// of the model and whose marks are known classes.
func (m *LabelModel) patternMarginals(p *matrix.Patterns) (*matrix.Marginals, error) {
	res := latent.Result{Classes: m.Cardinality, Members: m.members}
	of, err := res.Posterior(p)
	if err != nil {
		return nil, err
	}
	if m.Cardinality == 2 {
		for d := range p.Len() {
			of[d] = of[2*d+1]
		}
		of = of[:p.Len()]
	}
	return &matrix.Marginals{Candidates: p.Distinct.Candidates(), Cardinality: m.Cardinality, P: of}, nil
}

// scatter gives each candidate the marginals of its pattern.
func scatter(believed *matrix.Marginals, groups *matrix.Groups, candidates []int64) *matrix.Marginals {
	width := believed.Width()
	p := &matrix.Marginals{Candidates: candidates, Cardinality: believed.Cardinality, P: make([]float64, len(candidates)*width)}
	if width == 1 {
		for i, d := range groups.Of {
			p.P[i] = believed.P[d]
		}
		return p
	}
	for i, d := range groups.Of {
		copy(p.P[i*width:(i+1)*width], believed.P[int(d)*width:])
	}
	return p
}
