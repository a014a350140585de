package structure_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning/dependency"
	"workbench/learning/option"
	"workbench/learning/structure"
)

// Snorkel's defaults.
func TestNewDependencySelector(t *testing.T) {
	t.Parallel()
	want := &structure.DependencySelector{Threshold: 0.05, Truncation: 10}
	if got := structure.NewDependencySelector(); !reflect.DeepEqual(got, want) {
		t.Errorf("defaults are %+v", got)
	}
}

// The number of processors does not show in the result.
func TestProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, coverage := range []float64{0.02, 0.4} {
		L := independent(t, 500, 11, coverage, 3)
		for _, s := range everyOption() {
			var first *structure.Selection
			for _, p := range []int{1, 2, 8} {
				runtime.GOMAXPROCS(p)
				sel := pick(t, &s, L)
				if first == nil {
					first = sel
				}
				if !sameBits(sel.Weights, first.Weights) || !reflect.DeepEqual(sel, first) {
					t.Errorf("%s: another result on %d processors", title(&s), p)
				}
			}
		}
	}
}

// Degenerate matrices give finite weights, and a warning where one is due.
func TestDegenerate(t *testing.T) {
	t.Parallel()
	fill := func(m, n int, label func(i, j int) int16) *matrix.LabelMatrix {
		dense := make([][]int16, m)
		for i := range dense {
			dense[i] = make([]int16, n)
			for j := range n {
				dense[i][j] = label(i, j)
			}
		}
		return labels(t, n, dense)
	}
	alike := func(i, j int) int16 { return int16(i%3 - 1) }
	for _, c := range []struct {
		name    string
		L       *matrix.LabelMatrix
		warning string
	}{
		{"no LFs", fill(30, 0, alike), "fewer than two labeling functions"},
		{"one LF", fill(30, 1, alike), "fewer than two labeling functions"},
		{"two LFs", fill(30, 2, func(i, j int) int16 { return int16((i+j)%3 - 1) }), ""},
		{"nothing", fill(0, 0, alike), "fewer than two labeling functions"},
		{"no candidates", fill(0, 5, alike), "no candidates"},
		{"one candidate", fill(1, 5, func(i, j int) int16 { return 1 }), "10 of 10 pairs"},
		{"all abstain", fill(50, 6, func(i, j int) int16 { return 0 }), "no labeling function voted on any of the 50"},
		{"one never votes", fill(50, 3, func(i, j int) int16 { return int16((i%2*2 - 1) * min(j, 1)) }), "never voted, similar to others in abstaining only: LF_0"},
		{"seven never vote", fill(50, 8, func(i, j int) int16 { return map[bool]int16{true: 1}[j == 2] }), "LF_0, LF_1, LF_3, LF_4, LF_5, and 2 more"},
		{"identical", fill(90, 5, alike), "10 of 10 pairs were selected as similar, which tells little: raise the threshold"},
		{"contradictory", fill(90, 4, func(i, j int) int16 { return alike(i, j) * int16(1-j%2*2) }), ""},
		{"one class", fill(90, 4, func(i, j int) int16 { return 1 }), ""},
		{"100 LFs, 20 candidates", fill(20, 100, func(i, j int) int16 { return int16((i*j+j)%3 - 1) }), ""},
		{"300 LFs, 10 candidates", fill(10, 300, alike), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, s := range everyOption() {
				sel := pick(t, &s, c.L)
				n := c.L.Cols()
				size := 2 * n
				if s.HigherOrder {
					size = 6 * n
				}
				if s.Propensity {
					size++
				}
				if len(sel.Weights) != n {
					t.Fatalf("%s: %d weight vectors", title(&s), len(sel.Weights))
				}
				for j, w := range sel.Weights {
					if len(w) != size {
						t.Fatalf("%s: fit %d has %d weights", title(&s), j, len(w))
					}
					for k, x := range w {
						// A step of 1/m moves a weight by at most 2/m, 20 in all.
						if !(math.Abs(x) <= 21) {
							t.Errorf("%s: weight %d of fit %d is %v", title(&s), k, j, x)
						}
					}
				}
				if all := strings.Join(sel.Warnings, "\n"); !strings.Contains(all, c.warning) || c.warning == "" && strings.Contains(all, "fewer") {
					t.Errorf("%s: warnings are %q", title(&s), all)
				}
			}
		})
	}
}

// A matrix without candidates leaves the weights where fits start.
func TestNoCandidates(t *testing.T) {
	t.Parallel()
	s := structure.NewDependencySelector()
	sel := pick(t, s, labels(t, 3, nil))
	want := []float64{1, 1, 1, 0, 0, 0}
	if len(sel.Dependencies) != 0 || !reflect.DeepEqual(sel.Weights, [][]float64{want, want, want}) {
		t.Errorf("found %v with %v", sel.Dependencies, sel.Weights)
	}
}

// LFs that always agree are similar, with the same weights whatever they are
// called, and an LF is never related to itself.
func TestIdentical(t *testing.T) {
	t.Parallel()
	dense := rows(independent(t, 2000, 4, 0.6, 5))
	for i, row := range dense {
		dense[i] = append(row, row[1])
	}
	s := structure.NewDependencySelector()
	s.HigherOrder, s.Threshold = true, 0.2
	sel := pick(t, s, labels(t, 5, dense))
	if best := structure.Strongest(sel.Dependencies, 1); len(best) != 1 || best[0].J != 1 || best[0].K != 4 {
		t.Errorf("the strongest dependency is %v", best)
	}
	for _, d := range sel.Dependencies {
		if d.J == d.K || !d.Type.Directed() && d.J > d.K {
			t.Errorf("%+v was selected", d)
		}
	}
	for j, w := range sel.Weights {
		for block := 1; block < 6; block++ {
			if w[block*5+j] != 0 {
				t.Errorf("weight %d of LF %d on itself is %v", block, j, w[block*5+j])
			}
		}
	}
}

// A dependency's weight is the one of its two that is further from 0.
func TestWeight(t *testing.T) {
	t.Parallel()
	s := structure.NewDependencySelector()
	s.HigherOrder, s.Threshold = true, 0.02
	const n = 6
	sel := pick(t, s, independent(t, 900, n, 0.5, 11))
	if len(sel.Dependencies) < 20 {
		t.Fatalf("only %d dependencies", len(sel.Dependencies))
	}
	both := func(d dependency.Dependency) []float64 {
		j, k := sel.Weights[d.J], sel.Weights[d.K]
		switch d.Type {
		case dependency.Similar:
			return []float64{j[n+d.K], k[n+d.J]}
		case dependency.Reinforcing:
			return []float64{j[2*n+d.K], k[3*n+d.J]}
		default:
			return []float64{j[4*n+d.K], k[5*n+d.J]}
		}
	}
	for _, d := range sel.Dependencies {
		w := both(d)
		slices.SortFunc(w, func(a, b float64) int { return int(math.Copysign(1, math.Abs(b)-math.Abs(a))) })
		if d.Weight != w[0] || math.Abs(d.Weight) <= s.Threshold {
			t.Errorf("%+v has weights %v", d, w)
		}
	}
	for _, d := range structure.All(n, dependency.Similar, dependency.Fixing, dependency.Reinforcing) {
		w := both(d)
		above := math.Abs(w[0]) > s.Threshold || math.Abs(w[1]) > s.Threshold
		found := slices.ContainsFunc(sel.Dependencies, func(e dependency.Dependency) bool { return e.J == d.J && e.K == d.K && e.Type == d.Type })
		if above != found {
			t.Errorf("%+v with weights %v: selected is %v", d, w, found)
		}
	}
}

// Options and labels that make no sense are one clear error.
func TestBadInput(t *testing.T) {
	t.Parallel()
	good := independent(t, 10, 3, 0.5, 1)
	for _, c := range []struct {
		threshold  float64
		truncation int
		L          *matrix.LabelMatrix
		want       string
	}{
		{-0.1, 10, good, "threshold: -0.1 is not a usable number"},
		{math.NaN(), 10, good, "threshold: NaN is not a usable number"},
		{math.Inf(1), 10, good, "threshold: +Inf is not a usable number"},
		{0.05, 0, good, "truncation: 0 is less than 1"},
		{0.05, -3, good, "truncation: -3 is less than 1"},
		{0.05, 10, labels(t, 2, [][]int16{{1, 0}, {0, 3}}),
			"dependencies can be selected for two classes only: candidate 1001, LF LF_1: label does not fit: 3 with cardinality 2, which allows -1, 0 and 1"},
	} {
		s := structure.DependencySelector{Threshold: c.threshold, Truncation: c.truncation}
		sel, err := s.Select(t.Context(), c.L)
		if sel != nil || err == nil || err.Error() != c.want {
			t.Errorf("got %v and error %v, not %s", sel, err, c.want)
		}
		var option *option.Error
		if !errors.As(err, &option) && !errors.Is(err, matrix.ErrBadLabel) {
			t.Errorf("%v is of no known kind", err)
		}
	}
}

// Progress rises to 1, and a context that ends stops the work.
func TestProgressAndCancel(t *testing.T) {
	t.Parallel()
	L := independent(t, 6000, 12, 0.2, 9)
	s := structure.NewDependencySelector()
	var reports []float64
	s.Progress = func(done float64) { reports = append(reports, done) }
	pick(t, s, L)
	if len(reports) < 20 || !slices.IsSorted(reports) || reports[0] <= 0 || reports[len(reports)-1] != 1 {
		t.Errorf("progress was %v", reports)
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	last := 0.0
	s.Progress = func(done float64) {
		last = done
		cancel()
	}
	if sel, err := s.Select(ctx, L); sel != nil || !errors.Is(err, context.Canceled) || last > 0.5 {
		t.Errorf("canceled: %v, %v at %v", sel, err, last)
	}
	if _, err := s.Select(ctx, L); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled before: %v", err)
	}
}

// Select leaves the matrix as it was, and a second call gives the same.
func TestSelectTwice(t *testing.T) {
	t.Parallel()
	L := independent(t, 300, 6, 0.3, 13)
	before := fmt.Sprint(L.CSR())
	s := structure.NewDependencySelector()
	first := pick(t, s, L)
	if second := pick(t, s, L); !reflect.DeepEqual(first, second) {
		t.Error("another result the second time")
	}
	if fmt.Sprint(L.CSR()) != before {
		t.Error("the matrix has changed")
	}
}
