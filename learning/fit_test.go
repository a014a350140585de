package learning_test

import (
	"bytes"
	"context"
	"math"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

func fitted(t testing.TB, train, L *matrix.LabelMatrix) *matrix.Marginals {
	t.Helper()
	m, err := learning.Fit(t.Context(), train, learning.FitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Marginals(L)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func fit(t testing.TB, o learning.FitOptions, m, n, k int, coverage float64, seed uint64) *learning.LabelModel {
	t.Helper()
	L, _ := synthetic(t, m, n, k, coverage, seed)
	model, err := learning.Fit(context.Background(), L, o)
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// A model that was written and read computes the same marginals, to the bit.
func TestLabelModelsAreReadAsWritten(t *testing.T) {
	t.Parallel()
	for _, k := range []int{2, 4} {
		for _, coverage := range []float64{0.3, 1} {
			L, _ := synthetic(t, 500, 6, k, coverage, 1)
			m := fit(t, learning.FitOptions{Cardinality: k}, 500, 6, k, coverage, 1)
			want, err := m.Marginals(L)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if _, err := m.WriteTo(&b); err != nil {
				t.Fatal(err)
			}
			read, err := learning.ReadLabelModel(&b)
			if err != nil {
				t.Fatal(err)
			}
			got, err := read.Marginals(L)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range got.P {
				if p != want.P[i] || math.IsNaN(p) {
					t.Fatalf("K = %d, coverage %v: marginal %d is %v, want %v", k, coverage, i, p, want.P[i])
				}
			}
		}
	}
}
