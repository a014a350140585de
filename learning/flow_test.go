package learning_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"workbench/learning"
)

// flowCase is one case of flow.json.
type flowCase struct {
	Name        string
	Cardinality int
	L           [][]int16
	Train       flowTrain
	Weights     map[string]float64
}

// flowTrain are the arguments of training in flow.json.
type flowTrain struct {
	Epochs      *int      `json:"epochs"`
	Step        *float64  `json:"step"`
	Decay       *float64  `json:"decay"`
	Reg         *float64  `json:"reg"`
	RegType     *int      `json:"reg_type"`
	Prior       []float64 `json:"prior"`
	InitClass   *float64  `json:"init_cp"`
	InitDeps    *float64  `json:"init_deps"`
	LabelWeight *float64  `json:"label_w"`
	Labels      []int16   `json:"labels"`
	Deps        [][3]int  `json:"deps"`
	learning.ModelOptions
}

// UnmarshalJSON refuses arguments that the test does not know: a case would
// then be another one than it thinks.
func (f *flowTrain) UnmarshalJSON(text []byte) error {
	type plain flowTrain
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode((*plain)(f))
}

// set overwrites an option if there is something to overwrite it with.
func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// options are the case's options; what it leaves open has Snorkel's default.
func (c *flowCase) options() learning.TrainOptions {
	o := learning.DefaultTrainOptions()
	o.Cardinality = c.Cardinality
	set(&o.Epochs, c.Train.Epochs)
	set(&o.StepSize, c.Train.Step)
	set(&o.Decay, c.Train.Decay)
	set(&o.RegParam, c.Train.Reg)
	set(&o.RegType, c.Train.RegType)
	set(&o.InitClassPrior, c.Train.InitClass)
	set(&o.InitDeps, c.Train.InitDeps)
	set(&o.LabelPriorWeight, c.Train.LabelWeight)
	o.LFAccPriorWeights, o.Labels = c.Train.Prior, c.Train.Labels
	return o
}

// named gives a model's weights the names that flow.json has for them.
func named(g *learning.GenerativeModel) map[string]float64 {
	w := make(map[string]float64)
	for j := range g.LFs {
		w[fmt.Sprint("a", j)] = g.Weights.LFAccuracy[j]
		if g.Options.LFPrior {
			w[fmt.Sprint("lp", j)] = g.Weights.LFPrior[j]
		}
		if g.Options.LFPropensity {
			w[fmt.Sprint("p", j)] = g.Weights.LFPropensity[j]
		}
		if g.Options.LFClassPropensity {
			w[fmt.Sprint("cpn", j)] = g.Weights.LFClassPropensity[j]
		}
	}
	if g.Options.ClassPrior {
		w["cp"] = g.Weights.ClassPrior
	}
	return w
}

func TestTrainingEndsWhereTheOraclesPathEnds(t *testing.T) {
	t.Parallel()
	var oracle struct{ Cases []flowCase }
	readOracle(t, "flow.json", &oracle)
	// 1e-6 is what Train promises. The oracle's ends are right to 1e-8, and the
	// integrator's own error is below that, so 1e-7 is asserted.
	const promised, seen = 1e-6, 1e-7
	ran, worst := 0, 0.0
	for _, c := range oracle.Cases {
		if c.Train.Deps != nil {
			continue
		}
		ran++
		t.Run(c.Name, func(t *testing.T) {
			L := labels(t, len(c.L[0]), c.L)
			g := train(t, L, c.Train.ModelOptions, c.options())
			got := named(g)
			if len(got) != len(c.Weights) {
				t.Fatalf("the model has the weights %v, the oracle %v", got, c.Weights)
			}
			for name, want := range c.Weights {
				x, ok := got[name]
				d := math.Abs(x - want)
				switch {
				case !ok:
					t.Errorf("no weight %s", name)
				case !(d <= promised):
					t.Errorf("%s = %v, want %v: %.1e apart, which breaks the promise", name, x, want, d)
				case d > seen:
					t.Errorf("%s = %v, want %v: %.1e apart", name, x, want, d)
				}
				worst = max(worst, d)
			}
		})
	}
	t.Logf("%d cases, largest difference %.1e", ran, worst)
	if ran < 19 {
		t.Errorf("%d cases without dependencies ran, want at least 19", ran)
	}
	if !slices.ContainsFunc(oracle.Cases, func(c flowCase) bool { return c.Train.RegType != nil && *c.Train.RegType == learning.RegL1 }) {
		t.Error("no case with L1")
	}
}
