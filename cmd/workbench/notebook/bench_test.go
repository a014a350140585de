package notebook_test

import (
	"path/filepath"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/cmd/workbench/notebook"
	"workbench/learning"
	"workbench/learning/dependency"
	"workbench/session"
)

// BenchmarkRandomSearch runs 40 trials of the notebook's search on the example,
// without dependencies and with five.
func BenchmarkRandomSearch(b *testing.B) {
	path := filepath.Join(b.TempDir(), "example.db")
	if err := notebook.Write(b.Context(), path); err != nil {
		b.Fatal(err)
	}
	s, err := session.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	load := func(split int) *matrix.LabelMatrix {
		L, err := annotations.LabelAnnotator{}.LoadMatrix(b.Context(), s, annotations.Selection{Split: split})
		if err != nil {
			b.Fatal(err)
		}
		return L
	}
	train, dev := load(notebook.TrainSplit), load(notebook.DevSplit)
	gold, err := annotations.LoadGoldLabels(b.Context(), s, notebook.Annotator, annotations.Selection{Split: notebook.DevSplit})
	if err != nil {
		b.Fatal(err)
	}
	params := []learning.Param{
		{Name: "step_size", Values: []float64{1e-3, 1e-4, 1e-5, 1e-6}}, {Name: "decay", Values: []float64{0.9, 0.95}},
		{Name: "epochs", Values: []float64{50, 100}}, {Name: "reg_param", Values: []float64{1e-3}},
	}
	five := []dependency.Dependency{{J: 1, K: 3}, {J: 1, K: 4}, {J: 3, K: 4}, {J: 2, K: 3}, {J: 2, K: 4}}
	for name, deps := range map[string][]dependency.Dependency{"independent": nil, "five": five} {
		b.Run(name, func(b *testing.B) {
			o := learning.DefaultTrainOptions()
			o.Deps = deps
			for b.Loop() {
				search, err := learning.RandomSearch(params, learning.ModelOptions{}, o, 40, 123)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := search.Fit(b.Context(), train, dev, matrix.Align(dev, gold), learning.DefaultScoreOptions()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
