package learning_test

import (
	"errors"
	"math"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

func dawidSkene(t testing.TB, L *matrix.LabelMatrix, k int) *matrix.Marginals {
	t.Helper()
	p, err := learning.DawidSkene(L, k)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The result is where expectation maximization rests, computed here from counts.
func TestDawidSkeneIsAtAFixedPoint(t *testing.T) {
	t.Parallel()
	L := labels(t, 3, [][]int16{{1, 1, -1}, {1, 1, 1}, {-1, -1, 1}, {-1, -1, -1}, {1, -1, 1}, {0, 0, 0}})
	p := dawidSkene(t, L, 2)
	for i, x := range p.P {
		if math.IsNaN(x) || x < 0 || x > 1 {
			t.Fatalf("marginal %d is %v", i, x)
		}
	}
	// Another step from the result moves nothing by more than its tolerance lets
	// through: 1e-5 in log likelihood for each of 15 votes.
	n, k := 3, 2
	table := make([]float64, n*k*k)
	prior := make([]float64, k)
	for i := range 5 {
		q := []float64{1 - p.P[i], p.P[i]}
		cols, vals := L.Row(i)
		for y := range k {
			prior[y] += q[y] / 5
			for e, j := range cols {
				table[(int(j)*k+y)*k+int(vals[e]+1)/2] += q[y]
			}
		}
	}
	for i := range 5 {
		cols, vals := L.Row(i)
		w := []float64{prior[0], prior[1]}
		for y := range k {
			for e, j := range cols {
				at := (int(j)*k + y) * k
				w[y] *= table[at+int(vals[e]+1)/2] / (table[at] + table[at+1])
			}
		}
		if got := w[1] / (w[0] + w[1]); math.Abs(got-p.P[i]) > 0.05 {
			t.Errorf("candidate %d: another step gives %.4f after %.4f", i, got, p.P[i])
		}
	}
	if math.Abs(p.P[5]-prior[1]) > 0.05 {
		t.Errorf("without labels: %.4f, the prior is %.4f", p.P[5], prior[1])
	}
}

func TestDawidSkeneRefusesLabelsOfNoClass(t *testing.T) {
	t.Parallel()
	if _, err := learning.DawidSkene(labels(t, 1, [][]int16{{3}}), 2); !errors.Is(err, matrix.ErrBadLabel) {
		t.Errorf("error %v", err)
	}
}
