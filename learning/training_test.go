package learning_test

import (
	"encoding/json"
	"math"
	"testing"

	"workbench/learning"
)

// sampledTraining is one configuration of training.json: Snorkel's own
// training, by sampling, for up to 24 seeds.
type sampledTraining struct {
	Config, Data string
	Constructor  learning.ModelOptions
	Cardinality  int
	Seeds        int     `json:"n_seeds"`
	Labels       []int16 `json:"labels_20pct"`
	Train        struct {
		StepSize    *float64  `json:"step_size"`
		Decay       *float64  `json:"decay"`
		Epochs      *int      `json:"epochs"`
		RegParam    *float64  `json:"reg_param"`
		RegType     *int      `json:"reg_type"`
		Prior       *float64  `json:"LF_acc_prior_weight_default"`
		Priors      []float64 `json:"LF_acc_prior_weights"`
		InitClass   *float64  `json:"init_class_prior"`
		LabelWeight *float64  `json:"label_prior_weight"`
		Deps        [][3]int  `json:"deps"`
	}
	Agg  map[string]json.RawMessage
	Runs []struct {
		Weights learning.Weights
		Stats   *struct{ Precision, Recall, Accuracy, Coverage []float64 } `json:"learned_lf_stats"`
	}
}

type sampledData struct{ L [][]int16 }

// eachSampledTraining runs a test for each configuration without dependencies.
// Those with lf_prior are left out too: numbskull misreads it.
func eachSampledTraining(t *testing.T, test func(t *testing.T, c *sampledTraining, data *sampledData)) {
	var oracle struct {
		Data    map[string]*sampledData
		Configs []*sampledTraining
	}
	readOracle(t, shared+"/training.json", &oracle)
	ran := 0
	for _, c := range oracle.Configs {
		if c.Train.Deps != nil || c.Constructor.LFPrior {
			continue
		}
		ran++
		t.Run(c.Config, func(t *testing.T) { test(t, c, oracle.Data[c.Data]) })
	}
	if ran < 30 {
		t.Errorf("%d configurations, want at least 30", ran)
	}
}

// numbers reads a list of numbers, or one number as a list.
type numbers []float64

func (n *numbers) UnmarshalJSON(text []byte) error {
	if text[0] == '[' {
		return json.Unmarshal(text, (*[]float64)(n))
	}
	*n = make(numbers, 1)
	return json.Unmarshal(text, &(*n)[0])
}

func TestPathEndsAmidSnorkelsSampledWeights(t *testing.T) {
	t.Parallel()
	// Snorkel's weights scatter from seed to seed, and its steps are finite; the
	// path is their limit. One standard deviation is what most weights keep, two
	// is what none may leave.
	const most, all = 1, 2
	eachSampledTraining(t, func(t *testing.T, c *sampledTraining, data *sampledData) {
		o := learning.DefaultTrainOptions()
		o.Cardinality = c.Cardinality
		set(&o.StepSize, c.Train.StepSize)
		set(&o.Decay, c.Train.Decay)
		set(&o.Epochs, c.Train.Epochs)
		set(&o.RegParam, c.Train.RegParam)
		set(&o.RegType, c.Train.RegType)
		set(&o.LFAccPriorWeightDefault, c.Train.Prior)
		set(&o.InitClassPrior, c.Train.InitClass)
		set(&o.LabelPriorWeight, c.Train.LabelWeight)
		o.LFAccPriorWeights, o.Labels = c.Train.Priors, c.Labels
		g := train(t, labels(t, len(data.L[0]), data.L), c.Constructor, o)
		compared, outside := 0, 0
		for name, weights := range map[string][]float64{
			"class_prior": {g.Weights.ClassPrior}, "lf_accuracy": g.Weights.LFAccuracy,
			"lf_propensity": g.Weights.LFPropensity, "lf_class_propensity": g.Weights.LFClassPropensity,
		} {
			if c.Agg[name] == nil {
				continue
			}
			var seeds struct{ Mean, Std numbers }
			if err := json.Unmarshal(c.Agg[name], &seeds); err != nil {
				t.Fatal(err)
			}
			for j, x := range weights {
				compared++
				d := math.Abs(x - seeds.Mean[j])
				if d > most*seeds.Std[j]+expTolerance { // without epochs nothing scatters
					outside++
				}
				if d > all*seeds.Std[j]+expTolerance {
					t.Errorf("%s %d: %.4f, but Snorkel's %d seeds have %.4f ± %.4f", name, j, x, c.Seeds, seeds.Mean[j], seeds.Std[j])
				}
			}
		}
		if compared < 5 || outside > 2 {
			t.Errorf("%d of %d weights are more than a standard deviation away", outside, compared)
		}
	})
}

func TestLearnedLFStatsAreWhatSnorkelSamples(t *testing.T) {
	t.Parallel()
	// Snorkel draws some thousand correlated samples, each share of which is
	// uncertain by 0.01; precision is a share of only some of them.
	const tolerance = 0.04
	compared := 0
	eachSampledTraining(t, func(t *testing.T, c *sampledTraining, data *sampledData) {
		if c.Labels != nil {
			return // the heavy weight of the labels keeps Snorkel's chain in one class
		}
		for _, run := range c.Runs {
			if run.Stats == nil {
				continue
			}
			compared++
			g := fixed(c.Cardinality, run.Weights.LFAccuracy...)
			if run.Weights.LFPropensity != nil {
				g.Weights.LFPropensity = run.Weights.LFPropensity
			}
			for j, s := range g.LearnedLFStats() {
				got, want := []float64{s.Accuracy, s.Coverage}, []float64{run.Stats.Accuracy[j], run.Stats.Coverage[j]}
				if c.Cardinality == 2 {
					got, want = append(got, s.Precision, s.Recall), append(want, run.Stats.Precision[j], run.Stats.Recall[j])
				}
				if d := distance(got, want); d > tolerance {
					t.Errorf("LF %d: accuracy, coverage, precision and recall are %.3f, Snorkel sampled %.3f", j, got, want)
				}
			}
		}
	})
	if compared < 20 {
		t.Errorf("%d runs compared, want at least 20", compared)
	}
}
