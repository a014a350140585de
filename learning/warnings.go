package learning

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"workbench/annotations/matrix"
)

// warnings looks for what makes the result worth less than it seems. L may be the
// distinct rows of the candidates.
func (g *GenerativeModel) warnings(L *matrix.LabelMatrix, candidates int, o *TrainOptions) []string {
	switch {
	case L.Cols() == 0:
		return []string{"there are no labeling functions: every marginal is the class prior"}
	case L.NNZ() == 0:
		return []string{fmt.Sprintf("no labeling function voted on any of the %d candidates", candidates)}
	}
	var list []string
	warn := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	votes := make([]int, L.Cols())
	_, cols, vals := L.CSR()
	for _, j := range cols {
		votes[j]++
	}
	var silent, worse []string
	stats, chance := g.LearnedLFStats(), g.chance()
	for j, s := range stats {
		switch {
		case votes[j] == 0:
			silent = append(silent, s.Name)
		case s.Accuracy < chance-aLittle:
			worse = append(worse, s.Name)
		}
	}
	if silent != nil {
		warn("never voted: %s", someOf(silent))
	}
	if L.Cols() < 3 {
		warn("fewer than three labeling functions: their agreement cannot tell which of them is right")
	}
	if !slices.ContainsFunc(vals, func(v int16) bool { return v != vals[0] }) {
		warn("every vote is for the class %d: nothing speaks for another one", vals[0])
	}
	switch {
	case g.Status == Saddle:
		warn("nothing told the classes apart: give a prior accuracy, a class prior or labels")
	case g.collapsed(stats, votes) && !g.Options.LFPropensity && (o.Converge || o.duration(candidates) > 0):
		warn("all accuracies collapsed to chance, because abstaining counts against them: train with lf_propensity or for fewer epochs")
	case worse != nil:
		warn("believed to be worse than chance: %s", someOf(worse))
	}
	return list
}

// aLittle is how far from chance an accuracy must be to mean something.
const aLittle = 0.05

// collapsed reports whether no voting LF is believed to be better or worse than
// chance by more than a little.
func (g *GenerativeModel) collapsed(stats []LearnedLFStat, votes []int) bool {
	chance := g.chance()
	for j, s := range stats {
		if votes[j] > 0 && math.Abs(s.Accuracy-chance) > aLittle {
			return false
		}
	}
	return true
}

// someOf lists names, the first few if there are many.
func someOf(names []string) string {
	const few = 5
	if extra := len(names) - few; extra > 0 {
		names = append(names[:few:few], fmt.Sprintf("and %d more", extra))
	}
	return strings.Join(names, ", ")
}
