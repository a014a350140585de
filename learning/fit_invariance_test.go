package learning_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

// familyWorlds has a matrix for each family of label models.
func familyWorlds(t testing.TB) map[string]*sampled {
	t.Helper()
	r := rand.New(rand.NewPCG(8, 9))
	list := make(map[string]*sampled)
	w := voters(12, []float64{.6, .4}, func(int) [][]float64 {
		return coin(2, []float64{between(r, .2, .4)}, []float64{between(r, .6, .9)})
	})
	list[learning.FamilyIndependent] = w.draw(t, 3000, 1)
	w.copy(4, 1, .6)
	w.copy(9, 1, .5)
	list[learning.FamilyDependent] = w.draw(t, 9000, 2)
	w = voters(10, []float64{.5, .3, .2}, func(j int) [][]float64 { return oneSided(3, j%3, between(r, .1, .3), .05) })
	list[learning.FamilyFunctions] = w.draw(t, 150, 3)
	list[learning.FamilyAnnotators] = crowd(t, 400, 30, 4, 3)
	list[learning.FamilyVote] = voters(3, evenly(2), func(int) [][]float64 { return coin(2, []float64{0}, []float64{1}) }).draw(t, 20, 4)
	return list
}

func document(t testing.TB, m *learning.LabelModel) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := m.WriteTo(&b)
	if err != nil {
		t.Fatal(err)
	}
	if n != int64(b.Len()) {
		t.Errorf("WriteTo counts %d bytes, wrote %d", n, b.Len())
	}
	return b.Bytes()
}

func TestFitTakesTheFamilyThatTheMatrixAsksFor(t *testing.T) {
	t.Parallel()
	for family, d := range familyWorlds(t) {
		m := fitModel(t, d.L, learning.FitOptions{})
		if m.Family != family || m.Reason == "" {
			t.Errorf("%s: %s, because %s", family, m.Family, m.Reason)
		}
	}
}

// The marginals do not depend on the order of the candidates, to the bit, and all
// that is said of the model does not, within what sums over candidates are rounded.
func TestFitDoesNotDependOnTheOrderOfCandidates(t *testing.T) {
	t.Parallel()
	for family, d := range familyWorlds(t) {
		order := rand.New(rand.NewPCG(1, 2)).Perm(d.L.Rows())
		shuffled := d.L.SelectRows(order)
		want, got := fitModel(t, d.L, learning.FitOptions{Cardinality: d.k()}), fitModel(t, shuffled, learning.FitOptions{Cardinality: d.k()})
		p, q := fitMarginals(t, want, d.L), fitMarginals(t, got, shuffled)
		for at, i := range order {
			if !sameBits(q.Row(at), p.Row(i)) {
				t.Fatalf("%s: candidate %d has %v, in another order %v", family, i, p.Row(i), q.Row(at))
			}
		}
		sameReport(t, family, want, got, 1e-9)
	}
}

// sameReport compares all numbers that are said of two models with the same LFs.
func sameReport(t *testing.T, name string, want, got *learning.LabelModel, tolerance float64) {
	t.Helper()
	numbers := func(m *learning.LabelModel) []float64 {
		list := append([]float64{m.LogLikelihood / 1e4, m.Criterion / 1e4}, m.ClassPrior...)
		for _, f := range m.Fitted {
			list = append(list, f.Accuracy, f.AccuracySE, f.Coverage, float64(f.Votes))
		}
		for _, d := range m.Dependencies {
			list = append(list, float64(d.J), float64(d.K), d.Abstain, d.Right, d.Wrong, d.Weight)
		}
		return list
	}
	if want.Family != got.Family || want.Reason != got.Reason || want.Status != got.Status || fmt.Sprint(want.Warnings) != fmt.Sprint(got.Warnings) {
		t.Errorf("%s: %s, %s, %v, %q, want %s, %s, %v, %q", name, got.Family, got.Reason, got.Status, got.Warnings, want.Family, want.Reason, want.Status, want.Warnings)
	}
	if d := distance(numbers(got), numbers(want)); d > tolerance {
		t.Errorf("%s: reports differ by %g:\n%v\n%v", name, d, numbers(got), numbers(want))
	}
}

// The document is the same to the byte for any number of processors. The matrices
// have thousands of distinct rows, so that there is work to share.
func TestFitDoesNotDependOnTheNumberOfProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for family, d := range familyWorlds(t) {
		var first []byte
		var marginals *matrix.Marginals
		for _, n := range []int{1, 2, 5} {
			runtime.GOMAXPROCS(n)
			m := fitModel(t, d.L, learning.FitOptions{Cardinality: d.k()})
			text, p := document(t, m), fitMarginals(t, m, d.L)
			if first == nil {
				first, marginals = text, p
			}
			if !bytes.Equal(text, first) || !sameBits(p.P, marginals.P) {
				t.Errorf("%s: another model with %d processors", family, n)
			}
		}
	}
}

// Permuted LFs give permuted results, within what rounding in another order can
// move the end of a maximization that stops at a step of 1e-4 in log likelihood.
func TestFitOfPermutedLFsIsPermuted(t *testing.T) {
	t.Parallel()
	for family, d := range familyWorlds(t) {
		n := d.L.Cols()
		order := rand.New(rand.NewPCG(3, 4)).Perm(n)
		other := d.L.SelectCols(order)
		want, got := fitModel(t, d.L, learning.FitOptions{Cardinality: d.k()}), fitModel(t, other, learning.FitOptions{Cardinality: d.k()})
		if x := distance(fitMarginals(t, got, other).P, fitMarginals(t, want, d.L).P); x > 1e-9 {
			t.Errorf("%s: marginals differ by %g", family, x)
		}
		// marginals match LFs by name
		if x := distance(fitMarginals(t, got, d.L).P, fitMarginals(t, got, other).P); x > 1e-12 {
			t.Errorf("%s: marginals of the same model differ by %g", family, x)
		}
		for at, j := range order {
			a, b := want.Fitted[j], got.Fitted[at]
			if a.Name != b.Name || b.J != at || a.Votes != b.Votes || a.Family != b.Family || distance([]float64{a.Accuracy, a.AccuracySE, a.Coverage}, []float64{b.Accuracy, b.AccuracySE, b.Coverage}) > 1e-9 {
				t.Errorf("%s: %+v, want %+v", family, b, a)
			}
		}
		if len(want.Dependencies) != len(got.Dependencies) {
			t.Errorf("%s: dependencies %v, want %v", family, pairs(got), pairs(want))
		}
	}
}

// Names say nothing: with others the marginals are the same to the bit, and a model
// does not take LFs of other names for its own.
func TestFitDoesNotDependOnNames(t *testing.T) {
	t.Parallel()
	for family, d := range familyWorlds(t) {
		keys := lfKeys(d.L.Cols())
		for j := range keys {
			keys[j].Name = fmt.Sprint("other", len(keys)-j)
		}
		renamed, err := d.L.WithKeys(keys)
		if err != nil {
			t.Fatal(err)
		}
		o := learning.FitOptions{Cardinality: d.k()}
		want, got := fitModel(t, d.L, o), fitModel(t, renamed, o)
		if !sameBits(fitMarginals(t, got, renamed).P, fitMarginals(t, want, d.L).P) {
			t.Errorf("%s: other marginals under other names", family)
		}
		if _, err := want.Marginals(renamed); !errors.Is(err, learning.ErrOtherLFs) {
			t.Errorf("%s: LFs of other names: %v", family, err)
		}
	}
}
