package learning_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/learning/option"
)

func TestFitRefusesOptionsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	two := labels(t, 3, [][]int16{{1, -1, 0}, {1, 1, 0}, {0, 0, -1}})
	three := labels(t, 3, [][]int16{{1, 2, 0}, {1, 1, 3}, {0, 0, 2}})
	for _, c := range []struct {
		name string
		L    *matrix.LabelMatrix
		o    learning.FitOptions
		is   error  // what it wraps, nil for an option.Error
		says string // with these words
	}{
		{"one class", two, learning.FitOptions{Cardinality: 1}, nil, "1 is not from 2"},
		{"negative cardinality", two, learning.FitOptions{Cardinality: -2}, nil, "-2 is not from 2"},
		{"too many classes", two, learning.FitOptions{Cardinality: 1 << 20}, nil, fmt.Sprint(1 << 20)},
		{"balance of another length", two, learning.FitOptions{ClassBalance: []float64{.2, .3, .5}}, nil, "3 probabilities for 2 classes"},
		{"empty balance", two, learning.FitOptions{ClassBalance: []float64{}}, nil, "0 probabilities for 2 classes"},
		{"balance that sums to less", three, learning.FitOptions{ClassBalance: []float64{.2, .3, .4}}, nil, "sum to 0.9"},
		{"negative balance", two, learning.FitOptions{ClassBalance: []float64{-.5, 1.5}}, nil, "-0.5 is not between 0 and 1"},
		{"impossible class", two, learning.FitOptions{ClassBalance: []float64{0, 1}}, nil, "0 is not between 0 and 1"},
		{"balance that is no number", two, learning.FitOptions{ClassBalance: []float64{nan(), .5}}, nil, "NaN"},
		{"gold of another length", two, learning.FitOptions{Gold: []int16{1, 0}}, nil, "2 gold labels for 3 candidates"},
		{"gold of no class", two, learning.FitOptions{Gold: []int16{1, 0, 2}}, matrix.ErrBadLabel, "gold label"},
		{"gold of no class of three", three, learning.FitOptions{Gold: []int16{1, 0, -1}}, matrix.ErrBadLabel, "gold label"},
		{"labels of no class", three, learning.FitOptions{Cardinality: 2}, matrix.ErrBadLabel, ""},
		{"labels beyond the classes", three, learning.FitOptions{Cardinality: 3, ClassBalance: []float64{.5, .5}}, nil, "2 probabilities for 3 classes"},
		{"negative labels of three", two, learning.FitOptions{Cardinality: 3}, matrix.ErrBadLabel, ""},
	} {
		m, err := learning.Fit(t.Context(), c.L, c.o)
		if m != nil || err == nil {
			t.Errorf("%s: %v, %v", c.name, m, err)
			continue
		}
		var refused *option.Error
		if c.is != nil && !errors.Is(err, c.is) || c.is == nil && !errors.As(err, &refused) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	m := fitModel(t, two, learning.FitOptions{})
	for name, gold := range map[string][]int16{"length": {1}, "label": {1, 2, 0}} {
		if _, err := m.MarginalsGiven(two, gold); err == nil {
			t.Errorf("marginals given gold of bad %s", name)
		}
	}
	if _, err := m.Marginals(labels(t, 3, [][]int16{{3, 1, 1}})); !errors.Is(err, matrix.ErrBadLabel) {
		t.Errorf("marginals of a label of no class: %v", err)
	}
	if _, err := new(learning.LabelModel).Marginals(two); !errors.Is(err, learning.ErrUntrained) {
		t.Errorf("marginals of an empty model: %v", err)
	}
}

// The number of classes comes from the labels: two if there are none but 1.
func TestFitInfersTheNumberOfClasses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		k    int
		rows [][]int16
	}{
		{2, [][]int16{{1, 1, 0}, {0, 1, 1}, {1, 0, 0}}},
		{2, [][]int16{{1, -1, 0}, {0, 1, 1}}},
		{4, [][]int16{{1, 4, 0}, {0, 1, 1}}},
	} {
		if m := fitModel(t, labels(t, 3, c.rows), learning.FitOptions{}); m.Cardinality != c.k {
			t.Errorf("%v: %d classes, want %d", c.rows, m.Cardinality, c.k)
		}
	}
}

// weak is a world whose LFs leave much open, so that what is told beside them counts.
func weak(t testing.TB, m int) *sampled {
	r := rand.New(rand.NewPCG(31, 1))
	return voters(8, []float64{.85, .15}, func(int) [][]float64 {
		return coin(2, []float64{between(r, .15, .3)}, []float64{between(r, .6, .75)})
	}).draw(t, m, 7)
}

// A class balance that is given is the prior: the more of a class it has, the more
// of it the marginals have; and the true one does no harm: its log loss exceeds
// that without by no more than what one parameter of 4000 candidates is worth, nine
// times 1/2m as in [TestFitComesNearThePosteriorOfAKnownWorld].
func TestFitTakesTheClassBalanceThatIsGiven(t *testing.T) {
	t.Parallel()
	d := weak(t, 4000)
	last := 0.0
	for _, positive := range []float64{.05, .15, .5, .9} {
		m := fitModel(t, d.L, learning.FitOptions{ClassBalance: []float64{1 - positive, positive}})
		if !(m.ClassPrior[1] > last+0.02) {
			t.Errorf("the marginals have %.3f of the positive class for a balance of %v, and %.3f for a smaller one", m.ClassPrior[1], positive, last)
		}
		last = m.ClassPrior[1]
	}
	told := fitModel(t, d.L, learning.FitOptions{ClassBalance: []float64{.85, .15}})
	alone := fitModel(t, d.L, learning.FitOptions{})
	with, without := evaluation(t, fitMarginals(t, told, d.L), d.gold).LogLoss, evaluation(t, fitMarginals(t, alone, d.L), d.gold).LogLoss
	if with > without+9./(2*4000) {
		t.Errorf("log loss %.4f with the true balance, %.4f without", with, without)
	}
}

// In the means of models, a candidate of which nothing is known has the balance
// that was given.
func TestFitLeavesCandidatesWithoutLabelsAtTheBalance(t *testing.T) {
	t.Parallel()
	for family, d := range familyWorlds(t) {
		if family != learning.FamilyFunctions && family != learning.FamilyAnnotators {
			continue
		}
		m := fitModel(t, d.L, learning.FitOptions{ClassBalance: []float64{.7, .2, .1}})
		p := fitMarginals(t, m, labels(t, d.L.Cols(), make([][]int16, 1)))
		members := 3. // and the smoothed vote, which is even
		if family == learning.FamilyFunctions {
			if distance(p.P, []float64{.7, .2, .1}) > 1e-9 {
				t.Errorf("%s: %v", family, p.P)
			}
			continue
		}
		for y, b := range []float64{.7, .2, .1} {
			if want := ((members-1)*b + 1./3) / members; p.P[y] < want-1e-9 || p.P[y] > want+1e-9 {
				t.Errorf("%s: class %d has %v, want %v", family, y+1, p.P[y], want)
			}
		}
	}
}

// Gold labels are evidence: the candidates have them for certain, and the others are
// labelled no worse, within the chance of a comparison: on 3,600 of them the log
// losses differ by about 0.03 for each, three standard deviations of the mean of
// which are 3 · 0.03/60 = 0.0015.
func TestFitTakesGoldForEvidence(t *testing.T) {
	t.Parallel()
	d := weak(t, 4000)
	given, rest := slices.Clone(d.gold), slices.Clone(d.gold)
	for i := range given {
		if i%10 == 0 {
			rest[i] = 0
		} else {
			given[i] = 0
		}
	}
	with, without := fitModel(t, d.L, learning.FitOptions{Gold: given}), fitModel(t, d.L, learning.FitOptions{})
	a, b := evaluation(t, fitMarginals(t, with, d.L), rest), evaluation(t, fitMarginals(t, without, d.L), rest)
	if a.LogLoss > b.LogLoss+0.0015 {
		t.Errorf("log loss %.4f with gold labels of others, %.4f without", a.LogLoss, b.LogLoss)
	}
	p, err := with.MarginalsGiven(d.L, given)
	if err != nil {
		t.Fatal(err)
	}
	q := fitMarginals(t, with, d.L)
	for i, y := range given {
		switch {
		case y == 1 && p.P[i] != 1, y == -1 && p.P[i] != 0:
			t.Fatalf("candidate %d has gold label %d and the probability %v", i, y, p.P[i])
		case y == 0 && p.P[i] != q.P[i]:
			t.Fatalf("candidate %d without gold label has %v, and %v if others have none", i, p.P[i], q.P[i])
		}
	}
}

// Gold labels of one candidate in five tell that most LFs are wrong more often than
// right, which votes cannot: there the mirror image is as likely.
func TestGoldTellsTheMirrorImage(t *testing.T) {
	t.Parallel()
	w := voters(8, []float64{.6, .4}, func(j int) [][]float64 { return coin(2, []float64{.5}, []float64{.2 + .02*float64(j)}) })
	d := w.draw(t, 3000, 8)
	given := slices.Clone(d.gold)
	for i := range given {
		if i%5 != 0 {
			given[i] = 0
		}
	}
	blind := evaluation(t, fitMarginals(t, fitModel(t, d.L, learning.FitOptions{}), d.L), d.gold)
	if blind.Accuracy > 0.3 {
		t.Errorf("accuracy %.3f without gold labels", blind.Accuracy)
	}
	told, best := evaluation(t, fitMarginals(t, fitModel(t, d.L, learning.FitOptions{Gold: given}), d.L), d.gold), evaluation(t, d.bayes, d.gold)
	if told.Accuracy < best.Accuracy-0.01 {
		t.Errorf("accuracy %.3f with gold labels, want %.3f", told.Accuracy, best.Accuracy)
	}
}

// A missing vote of a labeling function that votes for one class only is evidence
// against it; one of a person who was not asked is none. The matrix tells which, and
// who knows better can say.
func TestFitTellsAbstainingFromNotBeingAsked(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(41, 1))
	functions := voters(10, []float64{.7, .3}, func(j int) [][]float64 {
		return oneSided(2, j%2, between(r, .2, .5), between(r, .01, .08))
	}).draw(t, 4000, 9)
	logLoss := func(d *sampled, a learning.Abstentions) (float64, *matrix.Marginals) {
		p := fitMarginals(t, fitModel(t, d.L, learning.FitOptions{Abstentions: a, Cardinality: d.k()}), d.L)
		return evaluation(t, p, d.gold).LogLoss, p
	}
	_, auto := logLoss(functions, learning.AbstentionsAuto)
	yes, informative := logLoss(functions, learning.AbstentionsInformative)
	no, _ := logLoss(functions, learning.AbstentionsIgnored)
	if !sameBits(auto.P, informative.P) || yes >= no {
		t.Errorf("functions: log loss %.4f, and %.4f if abstentions say nothing; the automatic choice is the first: %v", yes, no, sameBits(auto.P, informative.P))
	}
	people := crowd(t, 500, 40, 5, 3)
	_, auto = logLoss(people, learning.AbstentionsAuto)
	_, informative = logLoss(people, learning.AbstentionsInformative)
	_, ignored := logLoss(people, learning.AbstentionsIgnored)
	if !sameBits(auto.P, ignored.P) || sameBits(auto.P, informative.P) {
		t.Error("people: the automatic choice is not to ignore abstentions")
	}
}

// A fit that is given up says so, and does not go on: of its ten steps it reports
// one more at most.
func TestFitEndsWhenItIsGivenUp(t *testing.T) {
	t.Parallel()
	for family, d := range familyWorlds(t) {
		if family == learning.FamilyVote {
			continue // there is nothing to do
		}
		ctx, cancel := context.WithCancel(t.Context())
		calls, last := 0, 0
		m, err := learning.Fit(ctx, d.L, learning.FitOptions{Cardinality: d.k(), Progress: func(done, total int) {
			if done < last || done > total {
				t.Errorf("%s: %d of %d after %d", family, done, total, last)
			}
			calls, last = calls+1, done
			cancel()
		}})
		if m != nil || !errors.Is(err, context.Canceled) || calls > 2 {
			t.Errorf("%s: %v, %v after %d steps", family, m, err, calls)
		}
	}
}

func nan() float64 { var zero float64; return zero / zero }

// Progress does not change what is fitted.
func TestFitReportsProgress(t *testing.T) {
	t.Parallel()
	d := weak(t, 500)
	calls, last := 0, 0
	m := fitModel(t, d.L, learning.FitOptions{Progress: func(done, total int) {
		if done < last || done > total {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		calls, last = calls+1, done
	}})
	if calls < 2 {
		t.Errorf("%d calls", calls)
	}
	if !bytes.Equal(document(t, m), document(t, fitModel(t, d.L, learning.FitOptions{}))) {
		t.Error("another model without progress")
	}
}
