package learning_test

import (
	"strings"
	"testing"

	"workbench/learning"
	"workbench/learning/dependency"
)

// What the search finds is what was planted: LF 1 copies LF 0, and nothing else
// depends on anything.
func TestFindDependenciesFindsACopy(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 4000, 6, 3, 0.4, 2)
	copied := dense(L)
	for i := range copied {
		if i%5 < 3 {
			copied[i][1] = copied[i][0]
		}
	}
	found, err := learning.FindDependencies(t.Context(), labels(t, 6, copied), learning.FitOptions{Cardinality: 3})
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Path) != 1 || len(found.Dependencies) != 1 {
		t.Fatalf("path %+v, dependencies %+v", found.Path, found.Dependencies)
	}
	d, step := found.Dependencies[0], found.Path[0]
	if d.J != 0 || d.K != 1 || d.Type != dependency.Similar || d.Weight <= 0 || step.J != 0 || step.K != 1 || step.Gain <= 0 || step.PValue > 1e-6 {
		t.Errorf("found %+v by %+v", d, step)
	}
}

func TestFindDependenciesRefusesTooManyLFs(t *testing.T) {
	t.Parallel()
	_, err := learning.FindDependencies(t.Context(), labels(t, 2001, [][]int16{make([]int16, 2001)}), learning.FitOptions{Cardinality: 2})
	if err == nil || !strings.Contains(err.Error(), "among 2000 labeling functions at most, here are 2001") {
		t.Errorf("error %v", err)
	}
}
