package learning_test

import (
	"fmt"
	"math"
	"testing"

	"workbench/learning"
	"workbench/learning/dependency"
)

// TestRestIsTheEndOfThePath: where training says that the path is at rest long
// before its end, the end that is followed for is there.
func TestRestIsTheEndOfThePath(t *testing.T) {
	t.Parallel()
	// The long way is right to about 1e-9, the point of rest to rounding.
	const apart = 1e-8
	rested, long := 0, 0
	try := func(name string, rows, lfs, k int, m learning.ModelOptions, change func(o *learning.TrainOptions)) {
		t.Run(name, func(t *testing.T) {
			L, y := synthetic(t, rows, lfs, k, .4, 31)
			o := learning.DefaultTrainOptions()
			o.StepSize = 1000 / float64(30*rows) // a duration of 1000
			o.Labels = make([]int16, rows)
			for i := range o.Labels {
				if i%9 == 0 {
					o.Labels[i] = y[i]
				}
			}
			change(&o)
			want, got, rests, err := learning.Ends(t.Context(), L, k, m, o)
			if err != nil {
				t.Fatal(err)
			}
			if long++; !rests {
				return
			}
			rested++
			for a, x := range got {
				if !(math.Abs(x-want[a]) <= apart) {
					t.Errorf("weight %d rests at %v, the path ends at %v", a, x, want[a])
				}
			}
		})
	}
	nothing := func(*learning.TrainOptions) {}
	for _, m := range []learning.ModelOptions{{}, {ClassPrior: true, LFPropensity: true}, {ClassPrior: true, LFPrior: true, LFPropensity: true, LFClassPropensity: true}} {
		for _, prior := range []float64{1, .1, 1e-3, 0, -.5} {
			try(fmt.Sprintf("%+v from %v", m, prior), 200, 7, 2, m, func(o *learning.TrainOptions) { o.LFAccPriorWeightDefault = prior; o.RegParam = .01 })
			try(fmt.Sprintf("%+v from %v without labels", m, prior), 200, 7, 2, m, func(o *learning.TrainOptions) { o.LFAccPriorWeightDefault, o.Labels = prior, nil })
		}
	}
	try("many patterns", 1200, 20, 2, learning.ModelOptions{LFPropensity: true}, nothing)
	try("many patterns of five classes", 1200, 16, 5, learning.ModelOptions{}, nothing)
	try("five classes", 200, 7, 5, learning.ModelOptions{LFPropensity: true}, nothing)
	try("five classes without labels", 200, 7, 5, learning.ModelOptions{}, func(o *learning.TrainOptions) { o.Labels, o.LFAccPriorWeightDefault = nil, 1e-3 })
	try("dependencies", 200, 7, 2, learning.ModelOptions{LFPropensity: true}, func(o *learning.TrainOptions) {
		o.Deps = []dependency.Dependency{{J: 0, K: 1, Type: dependency.Similar}, {J: 2, K: 3, Type: dependency.Reinforcing}, {J: 3, K: 4, Type: dependency.Fixing}}
	})
	try("no regularization", 200, 7, 2, learning.ModelOptions{}, func(o *learning.TrainOptions) { o.RegType = learning.RegNone })
	if t.Logf("%d of %d rested", rested, long); rested < long/2 || rested < 15 {
		t.Error("too few to say anything")
	}
}
